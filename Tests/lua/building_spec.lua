local support = require "support"
local hq, close, fails, fails_with = support.hq, support.close, support.fails, support.fails_with

-- The outputs of a circuit of one sample, as a flat array.
local function run(wires, build, x, w)
  local circuit = hq.circuit(wires, build, { lint = false })
  local function tensor(values)
    if not values or #values == 0 then return nil end
    return hq.tensor { dtype = "float64", table.unpack(values) }
  end
  local inputs = tensor(x)
  return circuit:expect({ inputs = inputs and inputs:reshape(1, -1), weights = tensor(w) }):totable()[1]
end

-- Fails unless two ways to build give the same probabilities and the same Pauli values after a fixed start.
local function same(wires, one, other, x, w)
  local function around(build)
    return function(c, xs, ws)
      for q in c:wires() do c:rot(q, 0.3 + q, 0.7 - 0.2 * q, 0.1) end
      build(c, xs, ws)
      for q in c:wires() do c:rot(q, 0.2, 0.9 + 0.1 * q, -0.4) end
      c:probabilities()
      for q in c:wires() do c:expect("X", q) end
    end
  end
  close(run(wires, around(one), x, w), run(wires, around(other), x, w), 1e-12)
end

describe("symbolic angles", function()
  it("are sums of numbers, symbols and products", function()
    local x, w = { 0.3, -0.7, 1.1 }, { 0.4, -0.9 }
    local function value(angle, number)
      local got = run(1, function(c, xs, ws) c:ry(0, angle(xs, ws)):expect("Z", 0) end, x, w)
      close({ math.cos(number) }, got, 1e-12)
    end
    value(function(xs, ws) return xs[0] + 2 * xs[1] - xs[2] + ws[0] - ws[1] + 0.5 end,
      0.3 - 1.4 - 1.1 + 0.4 + 0.9 + 0.5)
    value(function(xs, ws) return xs[0] * xs[1] + xs[2] ^ 2 + ws[1] * xs[0] + ws[0] * xs[2] end,
      -0.21 + 1.21 - 0.27 + 0.44)
    value(function(xs, ws) return (math.pi - xs[0]) * (math.pi - xs[1]) / 2 + 0 * xs[2] + ws[0] * xs[2] - ws[1] end,
      (math.pi - 0.3) * (math.pi + 0.7) / 2 + 0.44 + 0.9)
    value(function(xs, ws) return -(xs[0] + ws[0]) * 2 + xs[2] * (xs[1] + ws[1]) end,
      -1.4 + 1.1 * (-0.7 - 0.9))
  end)

  it("print as they are written", function()
    local seen
    hq.circuit(1, function(c, x, w)
      seen = {
        tostring(x[0] * x[1] - 0.5), tostring(w() * x[2] + w()), tostring(2 * x[0] - x[0]), tostring(x[1] - x[1]),
        tostring((1 - x[0]) * (1 - x[1])),
      }
      c:expect("Z", 0)
    end, { lint = false })
    assert.same({ "x[0]*x[1] - 0.5", "w[0]*x[2] + w[1]", "x[0]", "0", "x[0]*x[1] - x[0] - x[1] + 1" }, seen)
  end)

  it("refuse what gates cannot take", function()
    local function tracing(line) return "hq.circuit(4, function(c, x, w)\n" .. line .. "\nend)" end
    local allowed = "an angle is a sum of numbers, x[i], w(), x[i] * x[j] and w() * x[i], each times a number"
    fails(tracing "c:rx(0, w() * w())", "experiment.lua:3: angle: the product of two weights is not allowed; " .. allowed)
    fails(tracing "c:rx(0, x[0] * x[1] * x[2])",
      "experiment.lua:3: angle: the product of three symbols is not allowed; " .. allowed)
    fails(tracing "c:rx(0, 1 / x[0])", "experiment.lua:3: angle: division by a symbol is not allowed; " .. allowed)
    fails(tracing "c:rx(0, x[0] ^ 3)",
      "experiment.lua:3: angle: the only power of a symbol that is allowed is its square; " .. allowed)
    fails(tracing "c:rx(0, x[0] + 'a')", "experiment.lua:3: angle: expected a number or a symbol in the sum, got 'a'")
    fails_with(tracing "c:rx(0, x[0] * (0/0))", "experiment.lua:3: c:rx: ", "nan")
    fails_with(tracing "c:rx(0, 1/0)", "experiment.lua:3: c:rx: ", "inf")
  end)
end)

describe("gates", function()
  it("are described", function()
    local gate = hq.gate "ising_xy"
    assert.same({ "IsingXY", 2, 1, { { 0.5, 1 } } }, { gate.name, gate.wires, gate.angles, gate.frequencies })
    assert.is_nil(gate.qasm)
    assert.equal("cx", hq.gate("CNOT").qasm)
    assert.same({ "●", "X" }, hq.gate("cnot").symbols)
    close({ { { 1, 0 }, { 0, 0 } }, { { 0, 0 }, { 0, 1 } } }, hq.gate("S"):matrix())
    close({ { { 0, 0 }, { 0.5, 0 } }, { { 0.5, 0 }, { 0, 0 } } }, hq.gate("RX"):generator(1))
    local text = tostring(hq.gate "CRX")
    assert.is_truthy(text:find("CRX", 1, true) and text:find("0.5 1.0", 1, true))
    assert.is_true(#hq.gates() >= 39)
    fails("hq.gate 'RQ'", "experiment.lua:2: hq.gate: unknown gate 'RQ' (did you mean 'RX'?)")
    fails_with("hq.gate('RX'):matrix()", "experiment.lua:2: gate.matrix: ", "RX takes 1 angle, got 0")
  end)

  it("of all names can be appended and undone", function()
    for _, name in ipairs(hq.gates()) do
      local gate = hq.gate(name)
      local method = name:gsub("(%l)(%u)", "%1_%2"):lower()
      local arguments = {}
      for q = 0, gate.wires - 1 do arguments[#arguments + 1] = q end
      for k = 1, gate.angles do arguments[#arguments + 1] = 0.3 * k end
      same(3, function(c)
        c[method](c, table.unpack(arguments))
        c:adjoint(function() c[method](c, table.unpack(arguments)) end)
      end, function() end)
    end
  end)

  it("rotate about words", function()
    same(3, function(c, _, w) c:multi_rz(0, 2, w()) end, function(c, _, w) c:ising_zz(0, 2, w()) end, nil, { 0.7 })
    same(3, function(c) c:pauli_rot("XIY", 0, 1, 2, 0.4) end, function(c) c:pauli_rot("YX", 2, 0, 0.4) end)
    same(2, function(c, x) c:pauli_rot("Y", 1, x[0]) end, function(c, x) c:ry(1, x[0]) end, { 0.4 })
  end)

  it("may be unitary matrices", function()
    local r = math.sqrt(0.5)
    same(2, function(c) c:unitary({ { r, r }, { r, -r } }, 1) end, function(c) c:h(1) end)
    same(2, function(c) c:unitary({ { 1, 0 }, { 0, { 0, 1 } } }, 0) end, function(c) c:s(0) end)
    same(3, function(c)
      c:unitary({ { 1, 0, 0, 0 }, { 0, 0, { 0, 1 }, 0 }, { 0, { 0, 1 }, 0, 0 }, { 0, 0, 0, 1 } }, 2, 0)
    end, function(c) c:iswap(0, 2) end)
  end)
end)

describe("blocks", function()
  it("control and invert gates", function()
    same(3, function(c) c:controlled(0, function() c:x(1) end) end, function(c) c:cnot(0, 1) end)
    same(3, function(c) c:controlled({ 0, 2 }, function() c:x(1) end) end, function(c) c:toffoli(0, 2, 1) end)
    same(3, function(c) c:controlled({ wires = { 0 }, values = { 0 } }, function() c:ry(1, 0.4) end) end,
      function(c) c:ry(1, 0.4):cry(0, 1, -0.4) end)
    same(3, function(c, _, w) c:adjoint(function() c:rot(0, w(), w(), 0.3):cnot(0, 1):t(1) end) end,
      function(c, _, w) c:tdg(1):cnot(0, 1):rot(0, -0.3, -w[1], -w[0]) end, nil, { 0.2, 0.9 })
    same(3, function(c) c:controlled(2, function() c:controlled(1, function() c:adjoint(function() c:s(0) end) end) end) end,
      function(c) c:controlled({ 1, 2 }, function() c:sdg(0) end) end)
  end)

  it("number weights on", function()
    local circuit = hq.circuit(2, function(c, _, w)
      c:ry(0, w())                                                       -- 0
      c:controlled(0, function() c:ry(1, w()) end)                       -- 1
      c:adjoint(function() c:template("rot") end)                        -- 2 to 7
      c:ry(0, w())                                                       -- 8
      local kept = w()                                                   -- 9
      c:template("basic_entangler")                                      -- 10, 11
      c:ry(0, kept)
      c:expect("Z", 0)
    end, { lint = false })
    assert.equal(12, circuit:weights())
  end)

  it("act where measurements say so", function()
    -- Teleportation of RY(0.7)|0>.
    local z, x = 0, 0
    local got = run(3, function(c)
      c:ry(0, 0.7)
      c:h(1):cnot(1, 2)
      c:cnot(0, 1):h(0)
      x, z = c:measure(1), c:measure(0)
      c:when(x, 1, function() c:x(2) end)
      c:when(z, true, function() c:z(2) end)
      c:expect("Z", 2)
      c:expect("X", 2)
    end)
    assert.same({ 0, 1 }, { x, z })
    close({ math.cos(0.7), math.sin(0.7) }, got, 1e-12)
    close({ 1, math.cos(0.5) }, run(2, function(c)
      c:h(0):reset(0)
      c:ry(1, 0.5):barrier()
      c:expect("Z", 0)
      c:expect("Z", 1)
    end), 1e-12)
  end)

  it("may be circuits", function()
    local part = hq.circuit(2, function(c, x, w)
      c:ry(0, w() * x[0]):crx(0, 1, w())
      c:expect("Z", 1)
    end, { lint = false })
    same(3, function(c) c:append(part, { wires = { 2, 0 }, first_input = 1 }) end,
      function(c, x, w) c:ry(2, w() * x[1]):crx(2, 0, w()) end, { 0, 0.8 }, { 0.5, 0.9 })
    same(3, function(c) c:append(part):append(part, { adjoint = true, first_weight = 0 }) end,
      function(c, x, w) c:rx(0, 0 * w[1] + 0 * x[0]):ry(0, w[0] * x[0]):crx(0, 1, w[1]):crx(0, 1, -w[1]):ry(0, -w[0] * x[0]) end,
      { 0.8 }, { 0.5, 0.9 })
    same(3, function(c) c:append(part, { wires = { 0, 1 }, controls = { 2 }, values = { 0 } }) end, function(c, x, w)
      c:controlled({ wires = { 2 }, values = { 0 } }, function() c:ry(0, w() * x[0]):crx(0, 1, w()) end)
    end, { 0.8 }, { 0.5, 0.9 })
  end)

  it("say what was wrong", function()
    local function tracing(line) return "hq.circuit(3, function(c, x, w)\n" .. line .. "\nend)" end
    fails(tracing "c:controlled(0, 1)", "experiment.lua:3: c:controlled: expected a function with gates, got 1")
    fails(tracing "c:controlled(3, function() c:x(0) end)", "experiment.lua:3: c:controlled: wire 3 is not in 0..2")
    fails(tracing "c:controlled(0, function() c:x(0) end)",
      "experiment.lua:3: c:controlled: X acts on wire 0, which is its control")
    fails(tracing "c:controlled({ wires = { 0 }, values = { 2 } }, function() c:x(0) end)",
      "experiment.lua:3: c:controlled: the value of a control is 2; it must be 0 or 1")
    fails(tracing "c:controlled({ wires = { 0 }, value = { 1 } }, function() end)",
      "experiment.lua:3: c:controlled: unknown option 'value' (did you mean 'values'?)")
    fails(tracing "c:controlled({ wires = { 0 }, values = { 1, 0 } }, function() end)",
      "experiment.lua:3: c:controlled: 1 controls with 2 values; there must be as many")
    fails(tracing "c:adjoint(function() c:measure(0) end)",
      "experiment.lua:3: c:adjoint: a measurement cannot be inverted")
    fails(tracing "c:adjoint(function() c:expect('Z', 0) end)",
      "experiment.lua:3: c:adjoint: what is measured at the end cannot stand inside a block")
    fails(tracing "c:when(0, 1, function() c:x(0) end)",
      "experiment.lua:3: c:when: classical bit 0 is not set: nothing has been measured so far")
    fails(tracing "c:when(c:measure(1), 2, function() c:x(0) end)",
      "experiment.lua:3: c:when: the value of a bit is 2; it must be 0 or 1")
    fails_with(tracing "pcall(c.adjoint, c, error) c:expect('Z', 0)", "experiment.lua:2: ", "block")
    fails(tracing "c:unitary({ { 1, 0 }, { 0, 0.5 } }, 0)",
      "experiment.lua:3: c:unitary: the matrix is not unitary: the largest entry of |U†U - 1| is 0.75, it may be 1e-08")
    fails(tracing "c:unitary({ { 1, 0 }, { 0 } }, 0)", "experiment.lua:3: c:unitary: row 2 has 1 entries, the matrix 2 rows")
    fails(tracing "c:unitary({ { 1, 'a' }, { 0, 1 } }, 0)",
      "experiment.lua:3: c:unitary: entry 2 is 'a'; expected a number or { re, im }")
    fails_with(tracing "c:unitary({ { 1, 0 }, { 0, 1 } }, 0, 1)", "experiment.lua:3: c:unitary: ", "8 numbers")
    fails(tracing "c:pauli_rot('', 1)", "experiment.lua:3: c:pauli_rot: the Pauli word is empty; give letters of \"IXYZ\"")
    fails_with(tracing "c:pauli_rot('XQ', 0, 1, 1)", "experiment.lua:3: c:pauli_rot: ", "XQ")
    fails(tracing "c:pauli_rot('XX', 0, 1)", "experiment.lua:3: c:pauli_rot: 'XX' has 2 letters but there are 1 wires")
    fails_with(tracing "c:multi_rz(1)", "experiment.lua:3: c:multi_rz: ", "MultiRZ on 0 wires")
    fails(tracing "c:append(c)", "experiment.lua:3: c:append: argument 1: expected a circuit, got a builder")
    fails_with(tracing "c:reset(7)", "experiment.lua:3: c:reset: ", "7")
    fails_with(tracing "c:barrier(7)", "experiment.lua:3: c:barrier: ", "7")
    fails_with(tracing "c:measure(-1)", "experiment.lua:3: c:measure: ", "-1")
  end)
end)

describe("measurements", function()
  it("are words, sums, variances and probabilities", function()
    local t = 0.6
    close({ 0.5 * math.cos(t) - 1.5 * math.sin(t) + 3, math.sin(t) ^ 2, 0.25 * math.sin(t) ^ 2 + 0 }, run(2, function(c)
      c:ry(0, t)
      c:hamiltonian { { 0.5, "Z", 0 }, { -1.5, "X", 0 }, { 3 } }
      c:variance("Z", 0)
      c:variance { { 0.5, "ZZ", 0, 1 } }
    end), 1e-12)
    local s, k = math.sin(t / 2) ^ 2, math.cos(t / 2) ^ 2
    close({ k, s, 0, 0, k, 0, s, 0 }, run(2, function(c)
      c:ry(1, t)
      c:probabilities(0, 1)
      c:probabilities { 1, 0 }
    end), 1e-12)
  end)

  it("say what was wrong", function()
    local function tracing(line) return "hq.circuit(3, function(c, x, w)\n" .. line .. "\nend)" end
    fails(tracing "c:hamiltonian { 1, 'Z', 0 }",
      "experiment.lua:3: c:hamiltonian: expected term 1 as { coefficient, word, wire, ... }, got 1")
    fails(tracing "c:hamiltonian { { 'Z', 0 } }", "experiment.lua:3: c:hamiltonian: term 1: expected a coefficient, got 'Z'")
    fails(tracing "c:hamiltonian { { 1, 'ZZ', 0 } }",
      "experiment.lua:3: c:hamiltonian: term 1: 'ZZ' has 2 letters but there are 1 wires")
    fails(tracing "c:hamiltonian { }", "experiment.lua:3: c:hamiltonian: the observable has no terms")
    fails_with(tracing "c:hamiltonian { { 0/0, 'Z', 0 } }", "experiment.lua:3: c:hamiltonian: ", "nan")
    fails_with(tracing "c:variance('Q', 0)", "experiment.lua:3: c:variance: ", "Q")
    fails_with(tracing "c:probabilities(0, 0)", "experiment.lua:3: c:probabilities: ", "wire 0 is used twice")
  end)
end)

describe("encodings", function()
  it("are gates of inputs", function()
    same(2, function(c) c:angle { axis = "X", scale = 2, offset = 0.1, wires = { 1, 0 }, hadamard = true } end,
      function(c, x) c:h(1):h(0):rx(1, 2 * x[0] + 0.1):rx(0, 2 * x[1] + 0.1) end, { 0.3, -0.8 })
    same(2, function(c) c:reupload { axis = "Z", inputs = { 1, 0 }, layers = 2 } end, function(c, x, w)
      for _ = 1, 2 do
        for q in c:wires() do c:rz(q, w() * x[1 - q] + w()) end
      end
    end, { 0.3, -0.8 }, { 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8 })
    same(3, function(c) c:iqp { pattern = "linear", layers = 2 } end, function(c, x)
      for _ = 1, 2 do
        for q in c:wires() do c:h(q) end
        for q in c:wires() do c:rz(q, x[q]) end
        for p, q in c:pairs "linear" do c:ising_zz(p, q, x[p] * x[q]) end
      end
    end, { 0.3, -0.8, 1.2 })
    same(2, function(c) c:zz_feature_map() end, function(c, x)
      c:h(0):h(1):phase_shift(0, 2 * x[0]):phase_shift(1, 2 * x[1])
      c:cnot(0, 1):phase_shift(1, 2 * (math.pi - x[0]) * (math.pi - x[1])):cnot(0, 1)
    end, { 0.3, -0.8 })
    same(3, function(c) c:basis { 1, 0, 1 } end, function(c) c:x(0):x(2) end)
    same(2, function(c) c:basis() end, function(c, x) c:rx(0, math.pi * x[0]):rx(1, math.pi * x[1]) end, { 0, 1 })
    same(2, function(c, x) c:evolve { hamiltonian = { { 0.5, "ZZ", 0, 1 }, { -1, "X", 1 } }, time = x[0], steps = 2 } end,
      function(c, x)
        for _ = 1, 2 do c:ising_zz(0, 1, x[0] / 2):rx(1, -x[0]) end
      end, { 0.3 })
  end)

  it("prepare amplitudes", function()
    close({ 0.36, 0.64, 0, 0 }, run(2, function(c)
      c:amplitudes { normalize = true, pad_with = 0, count = 2 }
      c:probabilities()
    end, { 3, 4 }), 1e-12)
    close({ 0.5, 0, 0, 0.5, 1 }, run(2, function(c)
      c:prepare({ 1, 0, 0, { 0, 1 } }, { normalize = true })
      c:probabilities()
      c:expect("XY", 0, 1)
    end), 1e-12)
    local circuit = hq.circuit(1, function(c) c:amplitudes { normalize = true } c:expect("Z", 0) end, { lint = false })
    local gradient = circuit:jacobian { inputs = { 3, 4 } }
    -- (a^2 - b^2) / (a^2 + b^2)
    close({ { 4 * 3 * 16 / 625, -4 * 4 * 9 / 625 } }, gradient:totable(), 1e-6)
  end)

  it("say what was wrong", function()
    local function tracing(line) return "hq.circuit(2, function(c, x, w)\n" .. line .. "\nc:expect('Z', 0) end)" end
    fails(tracing "c:angle { axes = 'X' }", "experiment.lua:3: c:angle: unknown option 'axes' (did you mean 'axis'?)")
    fails_with(tracing "c:angle { axis = 'Q' }", "experiment.lua:3: c:angle: ", "axis is 'Q'; it must be X, Y or Z")
    fails(tracing "c:basis { 1, 2 }", "experiment.lua:3: c:basis: bit 2 is 2; it must be 0 or 1")
    fails_with(tracing "c:iqp { pattern = 'wheel' }", "experiment.lua:3: c:iqp: ", "unknown pattern 'wheel'")
    fails_with(tracing "c:amplitudes { count = 3 }", "experiment.lua:3: c:amplitudes: ", "pad_with")
    fails_with(tracing "c:h(0) c:amplitudes {}", "experiment.lua:3: c:amplitudes: ", "before all gates")
    fails_with(tracing "c:prepare({ 1, 1, 0, 0 })", "experiment.lua:3: c:prepare: ", "norm 1.41")
    fails_with(tracing "c:prepare({ 0, 0, 0, 0 }, { normalize = true })", "experiment.lua:3: c:prepare: ", "are 0")
    fails(tracing "c:prepare(7)", "experiment.lua:3: c:prepare: expected an array of amplitudes, got 7")
    fails(tracing "c:evolve { time = 1 }", "experiment.lua:3: c:evolve: option 'hamiltonian' is required")
    fails_with(tracing "c:evolve { hamiltonian = { { 1, 'Z', 0 } }, time = 1, order = 3 }", "experiment.lua:3: c:evolve: ",
      "order is 3")
    local run_it = "local c = hq.circuit(1, function(c) c:amplitudes { normalize = %s } c:expect('Z', 0) end)\n"
    fails_with(run_it:format "true" .. "c:expect { inputs = { 0, 0 } }", "experiment.lua:3: circuit:expect: ", "0")
    fails_with(run_it:format "false" .. "c:expect { inputs = { 1, 1 } }", "experiment.lua:3: circuit:expect: ", "norm")
  end)
end)

describe("templates", function()
  it("are there by name, in c:template and in hq.ansatz", function()
    for _, name in ipairs(hq.templates()) do
      local seed = name == "random" and { seed = 3 } or nil
      local one = hq.circuit(4, function(c) c:template(name, seed) c:expect("Z", 0) end, { lint = false })
      local other = hq.circuit(4, function(c, _, w) hq.ansatz[name](c, w, seed) c:expect("Z", 0) end, { lint = false })
      assert.equal(one:weights(), other:weights(), name)
      assert.equal(one:gates(), other:gates(), name)
    end
  end)

  it("take rotations, entanglers, patterns, pairs and ranges", function()
    same(3, function(c)
      c:template("hardware_efficient", { rotations = { "rx", "H" }, entangler = "crz", pattern = "ring" })
    end, function(c, _, w)
      for q in c:wires() do c:rx(q, w()):h(q) end
      for p, q in c:pairs "ring" do c:crz(p, q, w()) end
    end, nil, { 0.1, 0.2, 0.3, 0.4, 0.5, 0.6 })
    same(3, function(c) c:template("two_local", { rotations = "RY", entangler = "CZ", pairs = { { 2, 0 } }, wires = { 0, 2 } }) end,
      function(c, _, w) c:ry(0, w()):ry(2, w()):cz(2, 0):ry(0, w()):ry(2, w()) end, nil, { 0.1, 0.2, 0.3, 0.4 })
    same(3, function(c) c:template("strongly_entangling", { ranges = { 2 } }) end, function(c, _, w)
      for q in c:wires() do c:rot(q, w(), w(), w()) end
      for q in c:wires() do c:cnot(q, (q + 2) % 3) end
    end, nil, { 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9 })
  end)

  it("draw with explicit seeds", function()
    local function draw(seed)
      return tostring(hq.circuit(4, function(c)
        c:template("random", { layers = 3, seed = seed })
        c:template("hardware_efficient", { pattern = "random", seed = seed })
        c:expect("Z", 0)
      end, { lint = false }))
    end
    assert.equal(draw(5), draw(5))
    assert.are_not.equal(draw(5), draw(6))
  end)

  it("know their patterns", function()
    hq.circuit(5, function(c)
      local seen = {}
      for _, pattern in ipairs { "none", "pairs", "brick" } do
        local list = {}
        for p, q in c:pairs(pattern) do list[#list + 1] = p .. q end
        seen[pattern] = table.concat(list, " ")
      end
      assert.same({ none = "", pairs = "01 23", brick = "01 23 12 34" }, seen)
      local count = 0
      for p, q in c:pairs("random", 4) do
        assert.are_not.equal(p, q)
        count = count + 1
      end
      assert.equal(2, count)
      c:expect("Z", 0)
    end, { lint = false })
  end)

  it("say what was wrong", function()
    local function tracing(line) return "hq.circuit(3, function(c, x, w)\n" .. line .. "\nend)" end
    fails(tracing "c:template('rot', { entangler = 'CZ' })",
      "experiment.lua:3: c:template: template 'rot' has no entangler to choose")
    fails(tracing "c:template('rot', { layer = 2 })",
      "experiment.lua:3: c:template: unknown option 'layer' (did you mean 'layers'?)")
    fails(tracing "c:template('hardware_efficient', { rotations = { 'RQ' } })",
      "experiment.lua:3: c:template: unknown gate 'RQ' (did you mean 'RX'?)")
    fails(tracing "c:template('hardware_efficient', { pairs = { { 0 } } })",
      "experiment.lua:3: c:template: pair 1 has 1 wires")
    fails(tracing "c:template('strongly_entangling', { ranges = { 3 } })",
      "experiment.lua:3: c:template: a range of 3 on 3 wires; it must be in 1..2")
    fails_with(tracing "c:template('qcnn', { layers = 5 })", "experiment.lua:3: c:template: ", "one wire is left")
  end)
end)
