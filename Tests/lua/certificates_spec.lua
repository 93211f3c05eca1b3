local support = require "support"
local hq, fails_with, fails = support.hq, support.fails_with, support.fails

describe("certificates", function()
  local train, test = hq.data.digits { train = 300, test = 40 }
  hq.seed(2)
  local model = hq.sequential { hq.flatten(), hq.dense { units = 12 }, hq.relu(), hq.dense { units = 10 } }
  hq.fit(model, train, { epochs = 12, seed = 1, optimizer = hq.optim.adam { lr = 0.01 } })
  local eps = { 0, 0.005, 0.02 }
  local attacked = hq.robustness(model, test, { eps = eps, attacks = { hq.attack.pgd { steps = 20 } } })

  it("by intervals never exceed the accuracy under attack", function()
    local report = hq.certify.intervals(model, test, { eps = eps })
    for i, size in ipairs(eps) do
      assert(report:accuracy(size) <= attacked.rows[i].accuracy + 1e-9)
    end
    assert(report:accuracy(0.005) > 0.3, report:accuracy(0.005))
    assert.equal(40, #report.rows)
    assert.equal(3, #report.rows[1].margins)
    assert.is_truthy(tostring(report):find("interval bounds: 40 samples", 1, true))
    fails_with("local m = hq.sequential { hq.jpeg(), hq.flatten(), hq.dense { units = 2 } } m:build { 1, 1, 2, 2 }\n"
      .. "hq.certify.intervals(m, hq.data.from(hq.uniform { 2, 1, 2, 2 }, { 0, 1 }, 2), { eps = 0.1 })",
      "experiment.lua:3: hq.certify.intervals: ", "layer 0 (jpeg): there is no interval bound")
  end)

  it("by linear functions are closer and never exceed it either", function()
    local harder = hq.robustness(model, test, { eps = eps, attacks = { hq.attack.apgd { steps = 30 } } })
    local before = hq.certify.intervals(model, test, { eps = eps })
    for _, bounds in ipairs { "linear", "crown" } do
      local report = hq.certify.intervals(model, test, { eps = eps, bounds = bounds })
      for i, size in ipairs(eps) do
        assert(report:accuracy(size) <= math.min(attacked.rows[i].accuracy, harder.rows[i].accuracy) + 1e-9)
        assert(report:accuracy(size) >= before:accuracy(size))
      end
      assert(report:accuracy(0.02) > before:accuracy(0.02), report:accuracy(0.02))
      assert.is_truthy(tostring(report):find(bounds .. " bounds: 40 samples", 1, true))
    end
    local round = hq.certify.intervals(model, test, { eps = 0.05, bounds = "linear", norm = "l2" })
    assert(round:accuracy(0.05) >= hq.certify.intervals(model, test, { eps = 0.05, bounds = "linear" }):accuracy(0.05))
    assert.is_truthy(tostring(round):find("(L2)", 1, true))
    fails_with("local m = hq.dense { units = 2 } m:build { 1, 4 }\n"
      .. "hq.certify.intervals(m, hq.data.from(hq.uniform { 2, 4 }, { 0, 1 }, 2), { eps = 0.1, bounds = 'linaer' })",
      "experiment.lua:3: hq.certify.intervals: ", "bounds: unknown 'linaer'; it may be 'interval', 'linear', 'crown'")
  end)

  it("by Lipschitz bounds neither", function()
    local report = hq.certify.lipschitz(model, test)
    for i, size in ipairs(eps) do
      assert(report:accuracy(size) <= attacked.rows[i].accuracy + 1e-9)
    end
    assert.equal(3, #report.parts)
    assert.equal("layer 1 (dense)", report.parts[2].place)
    support.close(report.l2, report.parts[1].l2 * report.parts[2].l2 * report.parts[3].l2, 1e-6 * report.l2)
    assert(report:accuracy(0.001, "l2") >= report:accuracy(0.001))
    assert.is_truthy(tostring(report):find("layer 1 (dense)", 1, true))
  end)

  it("by smoothing have a radius and abstain", function()
    local report = hq.certify.smoothing(model, test, { sigma = 0.1, n0 = 20, n = 100, alpha = 0.01, seed = 4 })
    assert.equal(40, #report.rows)
    assert(report:accuracy(0) >= report:accuracy(0.1) and report:accuracy(0) > 0.5)
    for _, row in ipairs(report.rows) do
      assert(row.predicted ~= nil or row.radius == 0)
    end
    local again = hq.certify.smoothing(model, test, { sigma = 0.1, n0 = 20, n = 100, alpha = 0.01, seed = 4 })
    assert.same(report.rows, again.rows)
    assert.is_truthy(tostring(report):find("abstained", 1, true))
    fails("local m = hq.dense { units = 2 } m:build { 1, 4 }\n"
      .. "hq.certify.smoothing(m, hq.data.from(hq.uniform { 2, 4 }, { 0, 1 }, 2), { sigma = 0 })",
      "experiment.lua:3: hq.certify.smoothing: sigma is 0.0; it must be above 0")
  end)

  it("bound circuits exactly", function()
    local circuit = hq.circuit(1, function(c, x)
      c:ry(0, x[0])
      c:expect("Z", 0)
    end)
    local layer = hq.quantum { circuit = circuit }
    layer:build({ 1, 1 }, { dtype = "float64" })
    local low, high = hq.certify.bounds(layer, hq.tensor { { 0.5 } }, hq.tensor { { 1.0 } }, { tolerance = 1e-6 })
    support.close({ { math.cos(1.0) } }, low:totable(), 2e-6)
    support.close({ { math.cos(0.5) } }, high:totable(), 2e-6)
  end)

  it("come from noise in a circuit", function()
    local circuit = hq.circuit(1, function(c, x)
      c:ry(0, math.pi * x[0])
      c:depolarizing(0, 0.15)
      c:probabilities { 0 }
    end)
    local layer = hq.quantum { circuit = circuit }
    local data = hq.data.from(hq.tensor { { 0.1 }, { 0.4 }, { 0.9 } }, { 0, 0, 1 }, 2)
    layer:build { 1, 1 }
    local report = hq.certify.noise_channel(layer, data, { p = 0.2 })
    assert(report.rows[1].distance > report.rows[2].distance and report.rows[2].distance > 0)
    assert(report.rows[1].private_distance <= report.rows[1].distance)
    support.close(report.rows[1].distance / (math.pi / 2), report.rows[1].radius_l2, 1e-6)
    assert.equal(1, report:accuracy(0))
  end)
end)
