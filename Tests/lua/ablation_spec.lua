local hq = require "hqnn"
local support = require "support"

describe("hq.ablation", function()
  local function patch()
    return hq.circuit(4, function(c, x, w)
      for q in c:wires() do c:ry(q, math.pi * x[q]) end
      for p, q in c:pairs "full" do c:crz(p, q, w()) end
      for q in c:wires() do c:rz(q, w()) c:ry(q, w()) c:expect("Z", q) end
    end)
  end

  it("takes entangling gates out of circuits", function()
    local circuit = patch()
    local product = hq.without_entanglement(circuit)
    assert.equal(4 + 8, product:gates())
    assert.equal(8, product:weights())
    assert.equal(4, product:outputs())
    assert.equal(6 + 8, circuit:weights())
    -- On its own a wire gives what it gives beside others.
    local alone = hq.circuit(1, function(c, x, w)
      c:ry(0, math.pi * x[0]) c:rz(0, w()) c:ry(0, w()) c:expect("Z", 0)
    end)
    local together = product:expect { inputs = hq.tensor { { 0.3, 0.1, 0.7, 0.2 } }, weights = hq.tensor { 1, 2, 3, 4, 5, 6, 7, 8 } }
    local single = alone:expect { inputs = hq.tensor { { 0.7 } }, weights = hq.tensor { 5, 6 } }
    support.close(single:get(1, 1), together:get(1, 3), 1e-5)
    -- With nothing left to run it is still a circuit.
    local bare = hq.without_entanglement(hq.circuit(2, function(c) c:cnot(0, 1) c:expect("Z", 0) end))
    assert.equal(0, bare:gates())
  end)

  it("compares the layer with what could stand in its place", function()
    local train, test = hq.data.digits { train = 80, test = 40 }
    local report = hq.ablation {
      model = function(part) return hq.sequential { part, hq.flatten(), hq.dense { units = 10 } } end,
      quantum = { circuit = patch() }, train = train, test = test, seeds = { 1, 2 },
      fit = { epochs = 2, batch = 8, optimizer = function() return hq.optim.adam { lr = 0.02 } end },
      attacks = { hq.attack.pgd { steps = 3 } }, eps = { 0, 0.1 },
    }
    assert.equal(8, #report.variants)
    assert.same({ "clean", "pgd 0", "pgd 0.1" }, report.measures)
    for _, variant in ipairs(report.variants) do
      assert.equal(2, #report:values(variant, "pgd 0.1"))
      assert.same(report:values(variant, "clean"), report:values(variant, "pgd 0"))
    end
    assert.equal(14 + 10 * 64 + 10, report.parameters.quantum)
    assert.equal(report.parameters.quantum - 6, report.parameters.product)
    assert.equal(0, report:compare("quantum", "clean").difference)
    local text = tostring(report)
    for _, word in ipairs { "sinusoid", "without entanglement", "paired t test" } do
      assert.is_truthy(text:find(word, 1, true), text)
    end
    assert.is_truthy(tostring(report:table()):find("pgd 0.1 p", 1, true))
  end)

  it("takes dense quantum layers too", function()
    local train, test = hq.data.digits { train = 40, test = 20 }
    local report = hq.ablation {
      model = function(part) return hq.sequential { hq.flatten(), hq.dense { units = 4 }, hq.sigmoid(), part,
        hq.dense { units = 10 } } end,
      quantum = { circuit = patch() }, layer = "quantum", train = train, test = test, seeds = { 1 }, fit = { epochs = 1 },
    }
    assert.equal(8, #report.variants)
    assert.is_true(report:compare("linear", "clean").p ~= report:compare("linear", "clean").p)
  end)

  it("says what was wrong, at the script's line", function()
    local start = "local _, d = hq.data.digits { test = 20 }\n"
    local message = support.failure(start .. "hq.ablation { model = 3, quantum = {}, train = d, test = d }")
    assert.is_truthy(message:find("experiment.lua:3: hq.ablation: model: expected a function, got 3", 1, true), message)
    message = support.failure(start .. "hq.ablation { model = print, quantum = {}, train = d, test = d }")
    assert.is_truthy(message:find("experiment.lua:3: hq.ablation: quantum: expected the options", 1, true), message)
    message = support.failure("hq.without_entanglement(3)")
    assert.is_truthy(message:find("experiment.lua:2: hq.without_entanglement", 1, true), message)
  end)
end)
