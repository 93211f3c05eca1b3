local support = require "support"
local hq, fails_with = support.hq, support.fails_with

describe("white-box attacks", function()
  local model, test

  setup(function()
    hq.seed(3)
    local train
    train, test = hq.data.digits { train = 300, test = 24 }
    model = hq.sequential { hq.flatten(), hq.dense { units = 16 }, hq.relu(), hq.dense { units = 10 } }
    hq.fit(model, train, { epochs = 6, batch = 8, seed = 1, optimizer = hq.optim.adam { lr = 5e-3 } })
  end)

  it("break a small network inside their ball", function()
    local attacks = {
      hq.attack.nim { eps = 0.3 }, hq.attack.dim { eps = 0.3 }, hq.attack.apgd { eps = 0.3, steps = 20 },
      hq.attack.apgd { eps = 0.3, steps = 20, loss = "targeted", targets = 3 },
      hq.attack.standard { eps = 0.3, steps = 10, square_queries = 20 },
      hq.attack.minimal { eps = 0.3, attack = "pgd", options = { steps = 5 } },
    }
    for _, attack in ipairs(attacks) do
      local made = attack:run(model, test)
      assert.is_true(hq.evaluate(model, made) <= 0.2, attack.kind)
    end
  end)

  it("find nearest examples", function()
    for _, attack in ipairs {
      hq.attack.cw { steps = 60, search_steps = 6 }, hq.attack.cw { norm = "linf", steps = 60, search_steps = 15 },
      hq.attack.deepfool(), hq.attack.fab { steps = 20 }, hq.attack.ead { steps = 40, search_steps = 4 },
      hq.attack.jsma { gamma = 1 }, hq.attack.minimal { norm = "l2", options = { steps = 10 } },
    } do
      local made, rows = attack:run(model, test, { rows = true })
      assert.is_true(hq.evaluate(model, made) <= 0.2, attack.kind)
      assert.is_truthy(tostring(rows):find("broken", 1, true))
    end
  end)

  it("name what is wrong with options", function()
    local at = "experiment.lua:2: hq.attack."
    fails_with("hq.attack.minimal { attack = 'cw' }", at .. "minimal: ", "cw looks for the nearest example itself")
    fails_with("hq.attack.minimal { options = { eps = 1 } }", at .. "minimal: ", "belongs to minimal itself")
    fails_with("hq.attack.jsma { theta = 0 }", at .. "jsma: ", "a number other than 0")
    fails_with("hq.attack.apgd { loss = 'hinge' }", at .. "apgd: ", "hinge")
    fails_with("hq.attack.cw { kapa = 1 }", at .. "cw: ", "did you mean 'kappa'?")
  end)
end)
