local hq = require "hqnn"
local support = require "support"

describe("hq.audit", function()
  local train, test = hq.data.digits { train = 600, test = 100 }

  local function network(...)
    local layers = { ... }
    for _, layer in ipairs { hq.flatten(), hq.dense { units = 24 }, hq.tanh(), hq.dense { units = 10 } } do
      layers[#layers + 1] = layer
    end
    hq.seed(3)
    local model = hq.sequential(layers)
    hq.fit(model, train, { epochs = 6, optimizer = hq.optim.adam { lr = 0.01 }, progress = false })
    return model
  end

  local sizes = { eps = 0.05, samples = 60, steps = 10, queries = 200, planted = 4, restarts = 2, progress = false }

  it("supports an honest figure, and says why", function()
    local report = hq.audit(network(), test, sizes)
    assert.equal("supported", report.verdict, tostring(report))
    assert.equal(13, #report.checks)
    assert.is_true(report.accuracy <= report.clean_accuracy)
    assert.equal("skipped", report:check("transfer").verdict)
    assert.is_true(report:check("planted examples").figures.found >= 0.9)
    local text = tostring(report)
    for _, words in ipairs { "random noise of the same size leaves", "supported: nothing found" } do
      assert.is_truthy(text:find(words, 1, true), text)
    end
    assert.is_truthy(report:json():find('"verdict":"supported"', 1, true))
    assert.is_truthy(tostring(report:table()):find("black box", 1, true))
  end)

  it("calls a model without gradients void; with a surrogate there is one to follow", function()
    local steps = hq.bit_depth { bits = 3 }
    local model = network(steps)
    local report = hq.audit(model, test, sizes)
    assert.equal("void", report.verdict, tostring(report))
    assert.is_truthy(report:check("gradients").says:find("has no derivative", 1, true))
    steps:set_surrogate "identity"
    assert.equal("passed", hq.audit(model, test, sizes):check("gradients").verdict)
    steps:set_surrogate(nil)
    assert.equal("void", hq.audit(model, test, sizes).verdict)
  end)

  it("names the layer that an attack cannot go through, at the script's line", function()
    local start = "local m = hq.sequential { hq.binarise(), hq.flatten(), hq.dense { units = 10 } }\n"
      .. "m:build { 1, 1, 8, 8 }\nlocal _, d = hq.data.digits { test = 20 }\n"
    local message = support.failure(start .. "hq.attack.pgd():run(m, d)")
    assert.is_truthy(message:find("experiment.lua:5: attack:run: pgd follows gradients, and layer 0 (binarise) has none", 1,
      true), message)
    message = support.failure(start .. "hq.audit(m, d, { eps = 0 })")
    assert.is_truthy(message:find("experiment.lua:5: hq.audit: eps is 0; it must be above 0", 1, true), message)
    message = support.failure(start .. "hq.audit(m, d, { sources = { 3 } })")
    assert.is_truthy(message:find("experiment.lua:5: hq.audit: sources: element 1 is 3; expected a layer", 1, true), message)
    message = support.failure(start .. "hq.audit(m, d, { step = 3 })")
    assert.is_truthy(message:find("unknown option 'step' (did you mean 'steps'?)", 1, true), message)
  end)
end)
