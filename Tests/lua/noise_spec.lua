local support = require "support"
local hq, close = support.hq, support.close

local function fails(pattern, run)
  local done, message = pcall(run)
  assert.is_false(done, "the script ran without an error")
  assert.is_truthy(message:find(pattern), message)
end

describe("noise", function()
  local function one(build)
    return hq.circuit(1, function(c, x, w)
      build(c, x, w)
      c:expect("Z", 0)
    end, { lint = false })
  end

  local function value(build) return one(build):expect({}):item() end

  it("has channels with the published conventions", function()
    assert.is_true(math.abs(value(function(c) c:depolarizing(0, 0.3) end) - (1 - 0.4)) < 1e-12)
    assert.is_true(math.abs(value(function(c) c:bit_flip(0, 0.1) end) - 0.8) < 1e-12)
    assert.is_true(math.abs(value(function(c) c:x(0):amplitude_damping(0, 0.25) end) + 0.5) < 1e-12)
    assert.is_true(math.abs(value(function(c) c:generalized_amplitude_damping(0, 1, 0.2) end) - 0.6) < 1e-12)
    assert.is_true(math.abs(value(function(c)
      c:x(0):thermal_relaxation(0, { t1 = 2, t2 = 3, time = 1 })
    end) - (1 - 2 * math.exp(-0.5))) < 1e-12)
    assert.is_true(math.abs(value(function(c) c:pauli_error(0, { X = 0.1, Y = 0.2 }) end) - 0.4) < 1e-12)
    local r = math.sqrt(0.5)
    assert.is_true(math.abs(value(function(c)
      c:kraus({ 0 }, { { { r, 0 }, { 0, r } }, { { 0, { 0, -r } }, { { 0, r }, 0 } } })
    end)) < 1e-12)
    assert.is_true(math.abs(value(function(c) c:readout_error(0, 0.1, 0.3) end) - 0.8) < 1e-12)
  end)

  it("comes from models by kind of gate", function()
    local clean = hq.circuit(2, function(c, x, w)
      c:ry(0, x[0])
      c:rx(1, w())
      c:cnot(0, 1)
      c:expect("Z", 0)
      c:expect("ZZ", 0, 1)
    end, { lint = false })
    local x, w = { { 0.4 }, { 1.1 } }, { 0.7 }
    local function run(model, options)
      local given = { inputs = hq.tensor { dtype = "float64", { 0.4 }, { 1.1 } }, weights = hq.tensor { dtype = "float64", 0.7 } }
      for key, v in pairs(options or {}) do given[key] = v end
      return clean:noisy(model):expect(given):totable()
    end
    local f = 1 - 4 * 0.03 / 3
    local all = run { all = { depolarizing = 0.03 } }
    for k = 1, 2 do
      assert.is_true(math.abs(all[k][1] - f ^ 2 * math.cos(x[k][1])) < 1e-12)
      assert.is_true(math.abs(all[k][2] - f ^ 3 * math.cos(w[1])) < 1e-12)
    end
    close(all, run({ all = { depolarizing = 0.03 } }, { method = "density" }), 1e-12)
    local model = hq.noise { gates = { cnot = { depolarizing_pair = 0.1 } }, readout = { 0.02, 0.02 } }
    assert.equal("noise", hq.type(model))
    local pair = run(model)
    assert.is_true(math.abs(pair[1][1] - (1 - 16 * 0.1 / 15) * 0.96 * math.cos(0.4)) < 1e-12)
    model:release()
  end)

  it("runs as trajectories with known errors", function()
    local circuit = one(function(c, x) c:ry(0, x[0]):amplitude_damping(0, 0.3) end)
    local exact = circuit:expect { inputs = { { 2 } } }:item()
    local values, errors = circuit:expect_errors { inputs = { { 2 } }, trajectories = 4000, seed = 5 }
    assert.is_true(math.abs(values:item() - exact) < 5 * errors:item())
    assert.is_true(errors:item() > 0 and errors:item() < 0.05)
    local again = circuit:expect { inputs = { { 2 } }, method = "trajectories", trajectories = 4000, seed = 5 }
    assert.equal(values:item(), again:item())
  end)

  it("has gradients", function()
    local circuit = one(function(c, x, w) c:ry(0, x[0]):depolarizing(0, 0.3):rx(0, w()):amplitude_damping(0, 0.2) end)
    local given = { inputs = hq.tensor { dtype = "float64", { 0.6 } }, weights = hq.tensor { dtype = "float64", 0.8 } }
    local dx, dw = circuit:gradient(given)
    given.differentiation = "parameter_shift"
    local sx, sw = circuit:gradient(given)
    close(dx:totable(), sx:totable(), 1e-12)
    close(dw:totable(), sw:totable(), 1e-12)
  end)

  it("names mistakes with the script's line", function()
    fails("noise_spec.lua:%d+: c:depolarizing: depolarizing: p is 1.5; it must be in %[0, 1%]", function()
      one(function(c) c:depolarizing(0, 1.5) end)
    end)
    fails("noise_spec.lua:%d+: hq.noise: all: unknown option 'depolarising' %(did you mean 'depolarizing'%?%)", function()
      hq.noise { all = { depolarising = 0.1 } }
    end)
    fails("hq.noise: unknown option 'one_wires'", function() hq.noise { one_wires = {} } end)
    fails("unknown kind of gate 'cnott'", function() hq.noise { gates = { cnott = { bit_flip = 0.1 } } } end)
    fails("do not preserve the trace", function()
      one(function(c) c:kraus({ 0 }, { { { 1, 0 }, { 0, 0.5 } } }) end)
    end)
    fails("t2 must be at most 2 t1", function()
      one(function(c) c:thermal_relaxation(0, { t1 = 1, t2 = 3, time = 1 }) end)
    end)
    fails('method "gates" runs state vectors', function()
      one(function(c) c:bit_flip(0, 0.1) end):expect { method = "gates" }
    end)
    fails('"adjoint" is not possible with method "trajectories"', function()
      one(function(c, _, w) c:rx(0, w()):bit_flip(0, 0.1) end):gradient { weights = { 1 }, method = "trajectories" }
    end)
  end)
end)
