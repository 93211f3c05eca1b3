local support = require "support"
local hq, fails, fails_with = support.hq, support.fails, support.fails_with

local function small()
  return hq.sequential { hq.flatten(), hq.dense { units = 16 }, hq.relu(), hq.dense { units = 10 } }
end

describe("input transforms", function()
  it("change what they say", function()
    local x = hq.tensor { { 0.1, 0.5, 0.9 } }
    assert.same({ { 0, 1, 1 } }, hq.binarise()(x):totable())
    support.close({ { 0, 2 / 3, 1 } }, hq.bit_depth { bits = 2 }(x):totable(), 1e-6)
    local image = hq.uniform { 1, 1, 9, 9, seed = 1 }
    assert.same({ 1, 1, 9, 9 }, hq.median_filter { size = 5 }(image):shape())
    assert.same({ 1, 1, 9, 9 }, hq.jpeg { quality = 20 }(image):shape())
    assert.is_truthy(tostring(hq.jpeg { quality = 20 }):find("quality 20", 1, true))
  end)

  it("refuse gradients unless they are told what to do", function()
    fails_with([[local x = hq.uniform { 2, 3 } x:requires_grad()
local m = hq.sequential { hq.binarise(), hq.dense { units = 2 } }
m(x)]], "experiment.lua:4: model: ", "layer 0 (binarise): it has no derivative")
    local x = hq.uniform { 2, 3 }
    x:requires_grad()
    local y = hq.bit_depth { bits = 2, backward = "straight_through" }(x)
    y:sum():backward()
    assert.same({ { 1, 1, 1 }, { 1, 1, 1 } }, x:grad():totable())
  end)

  it("name mistakes", function()
    fails("hq.bit_depth {}", "experiment.lua:2: hq.bit_depth: option 'bits' is required")
    fails("hq.jpeg { quality = 0 }", "experiment.lua:2: hq.jpeg: quality is 0; it must be in 1..100")
    fails_with("hq.binarise { backward = 'bpda' }", "experiment.lua:2: hq.binarise: ",
      "it may be 'none', 'straight_through'")
  end)
end)

describe("adversarial training", function()
  local train, test = hq.data.digits { train = 300, test = 100 }

  for _, method in ipairs { "fgsm", "pgd", "free", "trades", "mart" } do
    it("by " .. method .. " leaves more under attack", function()
      local function robust(adversarial)
        hq.seed(3)
        local model = small()
        hq.fit(model, train, {
          epochs = 30, seed = 1, adversarial = adversarial, optimizer = hq.optim.adam { lr = 0.005 },
        })
        local report = hq.robustness(model, test, { eps = { 0.1 }, attacks = { hq.attack.pgd { steps = 10 } } })
        return report.rows[1].accuracy
      end
      local plain = robust(nil)
      local several = method ~= "fgsm" and method ~= "free"
      local defended = robust { method = method, eps = 0.1, steps = several and 4 or nil }
      assert(defended > plain + 0.08, ("%s: %.2f undefended, %.2f defended"):format(method, plain, defended))
    end)
  end

  it("names mistakes", function()
    local fit = "local train = hq.data.digits { train = 50, test = 10 }\n"
      .. "hq.fit(hq.sequential { hq.flatten(), hq.dense { units = 10 } }, train, "
    fails(fit .. "{ adversarial = { method = 'pdg' } })",
      "experiment.lua:3: hq.fit: adversarial: unknown method 'pdg' (did you mean 'pgd'?); "
        .. "it may be 'fgsm', 'pgd', 'free', 'trades', 'mart' or 'input_gradient'")
    fails_with(fit .. "{ adversarial = { method = 'fgsm', stepz = 3 } })",
      "experiment.lua:3: hq.fit: adversarial (fgsm): ", "unknown option 'stepz'")
    fails_with(fit .. "{ adversarial = { eps = 0 } })", "experiment.lua:3: hq.fit: ", "eps is 0.0; it must be above 0")
    fails_with(fit .. "{ adversarial = 'trades', loss = 'hinge' })", "experiment.lua:3: hq.fit: ", "it has a loss of its own")
  end)
end)
