local support = require "support"
local hq, close, fails, fails_with = support.hq, support.close, support.fails, support.fails_with

local function tensor(values)
  values.dtype = "float64"
  return hq.tensor(values)
end

local quiet = { lint = false }

describe("states of circuits", function()
  local bell = hq.circuit(2, function(c)
    c:h(0)
    c:cnot(0, 1)
  end, quiet)

  it("are tensors of amplitudes", function()
    local r = math.sqrt(0.5)
    close({ { { r, 0 }, { 0, 0 }, { 0, 0 }, { r, 0 } } }, bell:state():totable(), 1e-12)
    assert.equal("float32", bell:state({}):cast("float32"):dtype())
  end)

  it("have probabilities, density matrices, purity and entropy", function()
    close({ { 0.5, 0, 0, 0.5 } }, bell:probabilities():totable(), 1e-12)
    close({ { 0.5, 0.5 } }, bell:probabilities({ wires = { 1 } }):totable(), 1e-12)
    close({ { { { 0.5, 0 }, { 0, 0 } }, { { 0, 0 }, { 0.5, 0 } } } }, bell:density({ wires = { 0 } }):totable(), 1e-12)
    close({ 0.5 }, bell:purity({ wires = { 0 } }):totable(), 1e-12)
    close({ 1 }, bell:purity():totable(), 1e-12)
    close({ 1 }, bell:entropy({ wires = { 1 } }):totable(), 1e-12)
    close({ math.log(2) }, bell:entropy({ wires = { 1 }, base = math.exp(1) }):totable(), 1e-12)
  end)

  it("are sampled and counted by seed", function()
    local counts = bell:counts { shots = 1000, seed = 3 }
    assert.equal(1, #counts)
    assert.equal(1000, counts[1]["00"] + counts[1]["11"])
    assert.is_nil(counts[1]["01"])
    assert.is_true(math.abs(counts[1]["00"] - 500) < 80)
    assert.same(counts, bell:counts { shots = 1000, seed = 3 })
    local ones = 0
    for _, result in ipairs(bell:sample({ shots = 1000, seed = 3 }):totable()[1]) do
      assert.is_true(result == 0 or result == 3)
      if result == 3 then ones = ones + 1 end
    end
    assert.equal(counts[1]["11"], ones)
    hq.seed(7)
    local first = bell:counts { shots = 100 }
    assert.is_not.same(first, bell:counts { shots = 100 })
    hq.seed(7)
    assert.same(first, bell:counts { shots = 100 })
  end)

  it("take batches, and compare with those of others", function()
    local circuit = hq.circuit(1, function(c, x, w)
      c:ry(0, x[0])
      c:rz(0, w())
    end, quiet)
    local x = tensor { { 0 }, { math.pi }, { 1 } }
    local p = circuit:probabilities { inputs = x, weights = { 0.3 } }
    close({ { 1, 0 }, { 0, 1 }, { math.cos(0.5) ^ 2, math.sin(0.5) ^ 2 } }, p:totable(), 1e-12)
    close({ 1, 0, math.cos(0.5) ^ 2 }, circuit:fidelity(circuit, { inputs = x, weights = { 0.3 },
      other_inputs = tensor { { 0 } }, other_weights = tensor { 2 } }):totable(), 1e-12)
  end)

  it("are read from classical bits of measurements on the way", function()
    local circuit = hq.circuit(2, function(c)
      c:ry(0, 1)
      c:measure(0)
      c:h(0)
    end, quiet)
    close({ { math.cos(0.5) ^ 2, math.sin(0.5) ^ 2 } }, circuit:probabilities({ bits = { 0 } }):totable(), 1e-12)
    local counts = circuit:counts({ bits = { 0 }, shots = 500 })[1]
    assert.equal(500, counts["0"] + counts["1"])
  end)

  it("say what is wrong", function()
    fails([[hq.circuit(1, function(c) c:h(0) end, { lint = false }):counts { shot = 5 }]],
      "experiment.lua:2: circuit:counts: unknown option 'shot' (did you mean 'shots'?)")
    fails([[hq.circuit(1, function(c) c:h(0) end, { lint = false }):sample { shots = 0 }]],
      "experiment.lua:2: circuit:sample: shots is 0; it must be 1 or more")
    fails([[hq.circuit(1, function(c) c:h(0) end, { lint = false }):entropy { wires = { 3 } }]],
      "experiment.lua:2: circuit:entropy: wire 3 is not in 0..0")
    fails_with([[hq.circuit(1, function(c) c:h(0) c:bit_flip(0, 0.1) end, { lint = false }):state()]],
      "experiment.lua:2: circuit:state: ", "a circuit with noise")
    fails_with([[hq.circuit(1, function(c) c:h(0) end, { lint = false }):fidelity(3)]],
      "experiment.lua:2: circuit:fidelity: other: expected a circuit", "got 3")
  end)
end)

describe("shots", function()
  local circuit = hq.circuit(2, function(c, x, w)
    c:ry(0, x[0])
    c:ry(1, w())
    c:cnot(0, 1)
    c:expect("Z", 0)
    c:variance { { 1, "Z", 1 } }
  end, quiet)
  local x, w = tensor { { 0.4 } }, tensor { 0.9 }

  it("estimate outputs, the same for the same seed", function()
    local exact = circuit:expect({ inputs = x, weights = w }):totable()[1]
    local estimate = circuit:expect({ inputs = x, weights = w, shots = 20000, seed = 1 }):totable()[1]
    for i = 1, 2 do assert.is_true(math.abs(exact[i] - estimate[i]) < 0.05) end
    assert.same(estimate, circuit:expect({ inputs = x, weights = w, shots = 20000, seed = 1 }):totable()[1])
    assert.is_not.same(estimate, circuit:expect({ inputs = x, weights = w, shots = 20000 }):totable()[1])
  end)

  it("are differentiated by shifts, not by the adjoint sweep", function()
    local _, exact = circuit:gradient { inputs = x, weights = w }
    for _, how in ipairs { "parameter_shift", "general_shift", "spsa", "finite_difference" } do
      local _, g = circuit:gradient { inputs = x, weights = w, shots = 100000, seed = 2, differentiation = how,
        step = 0.3, directions = 4 }
      assert.is_true(math.abs(g:item() - exact:item()) < 0.15, how)
    end
    fails_with([[
local c = hq.circuit(1, function(c, _, w) c:ry(0, w()) c:expect("Z", 0) end)
c:gradient { weights = { 0.1 }, shots = 10 }]], "experiment.lua:3: circuit:gradient: ",
      'differentiation "adjoint" needs exact expectation values, not 10 shots')
  end)
end)

describe("curvature", function()
  local circuit = hq.circuit(1, function(c, x, w)
    c:ry(0, x[0])
    c:ry(0, w())
    c:expect("Z", 0)
  end, quiet)
  local x, w = tensor { { 0.4 } }, tensor { 0.9 }

  it("has Hessians of weights, inputs and both", function()
    local h = -math.cos(1.3)
    close({ { { { h } } } }, circuit:hessian({ inputs = x, weights = w }):totable(), 1e-12)
    close({ { { { h } } } }, circuit:hessian({ inputs = x, weights = w, of = "inputs" }):totable(), 1e-12)
    close({ { { { h, h }, { h, h } } } }, circuit:hessian({ inputs = x, weights = w, of = "both" }):totable(), 1e-12)
  end)

  it("has a quantum Fisher information and natural gradients", function()
    close({ { { 1 } } }, circuit:fisher({ inputs = x, weights = w }):totable(), 1e-12)
    close({ { { 1, 0 }, { 0, 1 } } }, circuit:fisher({ inputs = x, weights = w, of = "both", form = "diagonal" }):totable(),
      1e-12)
    close({ -math.sin(1.3) / 0.35 }, circuit:natural_gradient({ inputs = x, weights = w, damping = 0.1 }):totable(), 1e-12)
  end)

  it("has shift rules", function()
    local rule = circuit:shift_rule { weight = 0 }
    close({ 1 }, rule.frequencies)
    assert.equal(2, #rule.terms)
    close(0.5, rule.terms[1].factor, 1e-15)
    close(math.pi / 2, rule.terms[1].shift, 1e-15)
    fails([[hq.circuit(1, function(c) c:h(0) end, { lint = false }):shift_rule {}]],
      "experiment.lua:2: circuit:shift_rule: give weight = k or input = k")
    fails_with([[hq.circuit(1, function(c, x, w) c:ry(0, w() * x[0]) end, { lint = false }):shift_rule { weight = 0 }]],
      "experiment.lua:2: circuit:shift_rule: ", "weight 0 is multiplied by an input")
  end)
end)
