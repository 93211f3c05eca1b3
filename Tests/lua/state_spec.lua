-- hq.state: a state that stays.

local hq = require "hqnn"
local support = require "support"

describe("states that stay", function()
  it("take one circuit after the other", function()
    local bell = hq.circuit(2, function(c)
      c:h(0)
      c:cnot(0, 1)
    end, { lint = false })
    local turn = hq.circuit(2, function(c, x, w) c:ry(0, x[0] + w()) end, { lint = false })
    local s = hq.state(2, { dtype = "float64" })
    assert.near(1, (s:amplitude(0)), 1e-15)
    s:apply(bell)
    assert.near(1, s:expect("ZZ", 0, 1), 1e-14)
    assert.near(1, s:expect("XX", 0, 1), 1e-14)
    assert.near(-1, s:expect("YY", 0, 1), 1e-14)
    local re, im = s:amplitude(3)
    assert.near(math.sqrt(0.5), re, 1e-15)
    assert.near(0, im, 1e-15)
    s:apply(turn, { inputs = { 0.25 }, weights = { 0.5 } })
    assert.near(math.cos(0.75), s:expect("ZZ", 0, 1), 1e-14)
    assert.near(1, (s:reset():amplitude(0)), 0)
  end)

  it("say what was wrong", function()
    local rows = {
      { "hq.state(31)", "hq.state: a state of 31 wires: the number of wires must be in 1..30" },
      { "hq.state(2):expect('ZZ', 0)", "state:expect: 'ZZ' has 2 letters but there are 1 wires" },
      { "hq.state(2):amplitude(4)", "state:amplitude: amplitudes 4 to 4 are not in 0..3" },
      { "hq.state(2):apply(hq.circuit(2, function(c) c:h(0):bit_flip(0, 0.1) end))",
        "state:apply: the circuit has noise channels, which cannot be applied to a state vector" },
      { "hq.state(2):apply(hq.circuit(3, function(c) c:h(0) end))",
        "state:apply: the circuit runs on 3 wires (measured or reset wires count again), the state has 2" },
      { "hq.state(2):apply(hq.circuit(2, function(c, _, w) c:ry(0, w()) end))",
        "state:apply: expected weights {1}, got none" },
    }
    for _, row in ipairs(rows) do support.fails(row[1], "experiment.lua:2: " .. row[2]) end
  end)
end)
