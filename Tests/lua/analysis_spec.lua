local support = require "support"
local hq, close = support.hq, support.close

-- The function fails with a message that has these words and a position in this file.
local function fails_with(words, call)
  local good, message = pcall(call)
  assert.is_false(good)
  assert.is_truthy(message:find(words, 1, true), message)
  assert.is_truthy(message:find("analysis_spec.lua:%d+: "), message)
end

local function circuit(wires, build) return hq.circuit(wires, build, { lint = false }) end

-- RY on every wire, a chain of CNOT.
local function chain(wires, layers)
  return circuit(wires, function(c, _, w)
    for _ = 1, layers do
      for q in c:wires() do
        c:ry(q, w())
        c:rz(q, w())
      end
      for p, q in c:pairs "linear" do c:cnot(p, q) end
    end
    c:expect("Z", 0)
  end)
end

describe("circuit analysis", function()
  it("tells how much of state space a circuit covers", function()
    local idle = circuit(1, function(c) c:h(0) end)
    local kl, err, bias = idle:expressibility { samples = 100, bins = 75, seed = 1 }
    close(math.log(75), kl, 1e-9)
    assert.equal(0, err)
    assert.equal(0, bias)
    local wide, wide_error, wide_bias = chain(2, 5):expressibility { samples = 4000, bins = 50, seed = 1 }
    assert.is_true(wide < 0.05 and wide_error > 0 and wide_bias > 0 and wide_bias <= 49 / 8000)
    assert.equal(wide, (chain(2, 5):expressibility { samples = 4000, bins = 50, seed = 1 }))
    fails_with("circuit:expressibility: unknown option 'sample' (did you mean 'samples'?)",
      function() idle:expressibility { sample = 3 } end)
    fails_with("bins is 1; it must be in 2..", function() idle:expressibility { bins = 1 } end)
  end)

  it("tells how much a circuit entangles", function()
    local q, err = circuit(3, function(c) c:h(0):cnot(0, 1):cnot(1, 2) end):entanglement { samples = 3 }
    close(1, q, 1e-12)
    close(0, err, 1e-12)
    local kl, both = chain(3, 1):descriptors { samples = 200, bins = 20, seed = 5 }
    assert.equal(both, (chain(3, 1):entanglement { samples = 200, seed = 5 }))
    assert.equal(kl, (chain(3, 1):expressibility { samples = 200, bins = 20, seed = 5 }))
  end)

  it("measures variances of gradients", function()
    local cosine = circuit(2, function(c, x, w)
      c:rx(0, w())
      c:rx(1, w() + x[0])
      c:expect("ZZ", 0, 1)
    end)
    local variance, err, details = cosine:gradient_variance { samples = 4000, seed = 3 }
    close(0.25, variance, 5 * err)
    assert.is_true(err > 0 and err < 0.01)
    assert.equal(2, #details.weights)
    close(variance, details.weights[1].variance, 1e-15)
    close(0, details.mean, 5 * details.mean_error)
    local all = cosine:gradient_variance { samples = 4000, seed = 3, weight = "all", inputs = hq.tensor { 0.3 } }
    close(0.25, all, 0.02)
    assert.is_true((cosine:gradient_variance { high = 1e-3, inputs = { 0 }, samples = 50 }) < 1e-6)
    fails_with("weight: expected the number of a weight or 'all', got 'some'",
      function() cosine:gradient_variance { weight = "some" } end)
    fails_with("weight 2 is not in 0..1", function() cosine:gradient_variance { weight = 2 } end)
    fails_with("inputs: element 1 is 'a'; expected a number", function() cosine:gradient_variance { inputs = { "a" } } end)
  end)

  it("sweeps over circuits", function()
    local rows = hq.analysis.plateau {
      values = { 1, 2, 3, 4 }, samples = 1500, seed = 2,
      build = function(n)
        return circuit(n, function(c, _, w)
          for q in c:wires() do c:rx(q, w()) end
          c:expect(("Z"):rep(n), table.unpack({ 0, 1, 2, 3 }, 1, n))
        end)
      end,
    }
    assert.equal(4, #rows)
    assert.equal(3, rows[3].x)
    close(math.log(2), rows.rate, 5 * rows.rate_error)
    fails_with("hq.analysis.plateau: option 'build' is required", function() hq.analysis.plateau { values = { 1 } } end)
    fails_with("expected a circuit, got 1", function()
      hq.analysis.plateau { values = { 1 }, build = function() return 1 end }
    end)
  end)

  it("finds Fourier series", function()
    local model = circuit(2, function(c, x, w)
      c:rx(0, math.pi * x[0])
      c:rx(0, w())
      c:ry(1, x[1])
      c:expect("Z", 0)
      c:expect("ZZ", 0, 1)
    end)
    local terms = model:fourier { weights = { 0.4 }, columns = 0 }
    assert.equal(3, #terms)
    close(math.pi, terms[3].frequency, 1e-12)
    close(math.cos(0.4) / 2, terms[3].re, 1e-12)
    close(math.sin(0.4) / 2, terms[3].im, 1e-12)
    close(0.5, terms[3].abs, 1e-12)
    assert.equal(1, terms[3].degeneracy)
    assert.equal(2, terms[2].degeneracy)
    local both = model:fourier { weights = hq.tensor { 0, dtype = "float64" }, output = 1 }
    assert.equal(9, #both)
    close({ math.pi, 1 }, both[9].frequency, 1e-12)
    close(0.25, both[9].re, 1e-12)
    local cut = model:fourier { weights = { 0 }, columns = { 0 }, degree = 2, period = 2 }
    assert.equal(5, #cut)
    assert.is_nil(cut[1].degeneracy)
    fails_with("has 1 weight, got 0 values", function() model:fourier {} end)
    fails_with("has no period 3.0", function() model:fourier { weights = { 0 }, columns = 0, period = 3 } end)
  end)

  it("computes effective dimensions", function()
    local model = circuit(1, function(c, _, w)
      c:ry(0, w())
      c:ry(0, w())
      c:expect("Z", 0)
    end)
    local kappa = 1000 / (2 * math.pi * math.log(1000))
    local value, err, spectrum = model:effective_dimension { samples = 10 }
    close(math.log(1 + 2 * kappa) / math.log(kappa), value, 1e-9)
    close(0, err, 1e-6)
    assert.same({ 10, 2 }, spectrum:shape())
    local list = model:effective_dimension { n = { 100, 1000 }, samples = 10, model = "parity" }
    assert.equal(2, #list)
    assert.equal(100, list[1].n)
    close(value, list[2].value, 1e-9)
    fails_with("model: unknown 'parities'", function() model:effective_dimension { model = "parities" } end)
    fails_with("expected rows of 0, got 2 numbers", function() model:effective_dimension { inputs = { 1, 2 } } end)
    fails_with("take more data", function() model:effective_dimension { n = 3 } end)
  end)

  it("counts resources and follows light cones", function()
    local some = circuit(3, function(c, x, w)
      for q in c:wires() do c:ry(q, x[q]) end
      c:cnot(0, 1)
      c:rx(1, w())
      c:rz(2, w())
      c:expect("Z", 1)
      c:expect("Z", 2)
    end)
    local r = some:resources()
    assert.equal(3, r.gates.RY)
    assert.same({ "RY", "CNOT", "RX", "RZ" }, r.kinds)
    assert.equal(1, r.entangling_depth)
    assert.equal(5, r.angles)
    assert.is_nil(r.t_count)
    assert.is_truthy(tostring(r):find("3 RY, 1 CNOT", 1, true))
    assert.same({ wires = { 0, 1 }, operations = { 0, 1, 3, 4 }, inputs = { 0, 1 }, weights = { 0 } }, some:light_cone(0))
    assert.same({ wires = { 2 }, operations = { 2 }, inputs = { 2 }, weights = {} }, some:light_cone(1))
    fails_with("output 2 is not in 0..1", function() some:light_cone(2) end)
    assert.equal(1, circuit(1, function(c) c:t(0) end):resources().t_count)
  end)
end)
