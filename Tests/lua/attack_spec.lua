local support = require "support"
local hq, fails, fails_with = support.hq, support.fails, support.fails_with

describe("attacks", function()
  local model, other, test

  setup(function()
    hq.seed(1)
    local train
    train, test = hq.data.digits { train = 400, test = 100 }
    model = support.qunn { trainable = false }
    hq.fit(model, train, { epochs = 8, batch = 4, seed = 1, optimizer = hq.optim.adam { lr = 3e-3 } })
    other = hq.sequential { hq.flatten(), hq.dense { units = 10 } }
    hq.fit(other, train, { epochs = 8, batch = 4, seed = 1, optimizer = hq.optim.adam { lr = 3e-3 } })
  end)

  it("stay in the ball and in the data range", function()
    local samples, labels = test:samples(), test:labels()
    local clean = samples:totable()
    for _, attack in ipairs {
      hq.attack.fgsm { eps = 0.1 }, hq.attack.pgd { eps = 0.1, steps = 3, random_start = true },
      hq.attack.mim { eps = 0.1, steps = 3 },
    } do
      local adversarial = attack:run(model, samples, labels)
      assert.same(samples:shape(), adversarial:shape())
      local largest = 0
      for i, image in ipairs(adversarial:totable()) do
        for r, row in ipairs(image[1]) do
          for c, value in ipairs(row) do
            assert.is_true(value >= 0 and value <= 1)
            largest = math.max(largest, math.abs(value - clean[i][1][r][c]))
          end
        end
      end
      assert.is_true(largest > 0.05 and largest <= 0.1 + 1e-6, tostring(largest))
    end
  end)

  it("turn a data set into a data set", function()
    local adversarial = hq.attack.pgd({ eps = 0.2, steps = 5 }):run(model, test)
    assert.equal(#test, #adversarial)
    assert.same(test:labels(), adversarial:labels())
    assert.is_true(hq.evaluate(model, adversarial) < hq.evaluate(model, test) - 0.2)
  end)

  it("report accuracy for each size, and agree with the attack run by hand", function()
    local attacks = { hq.attack.fgsm(), hq.attack.pgd { steps = 5 }, hq.attack.pgd { steps = 10, name = "pgd-10" } }
    local report = hq.robustness(model, test, { norm = "linf", eps = { 0, 0.1, 0.3 }, attacks = attacks })
    assert.equal(9, #report.rows)
    assert.same({ "fgsm", "pgd", "pgd-10" }, report.attacks)
    assert.equal(hq.evaluate(model, test), report:accuracy("fgsm", 0))
    local by_hand = hq.attack.fgsm({ eps = 0.1 }):run(model, test)
    support.close(hq.evaluate(model, by_hand), report:accuracy(attacks[1], 0.1), 1e-9)
    local curve = report:curve "pgd-10"
    assert.equal(3, #curve)
    assert.is_true(curve[1] >= curve[2] and curve[2] >= curve[3])
    assert.is_truthy(tostring(report):find("pgd%-10 +%d"), tostring(report))
  end)

  it("transfer from one model to another, never better than white box by much", function()
    local attacks = { hq.attack.pgd { steps = 10 } }
    local white = hq.robustness(model, test, { eps = { 0.2 }, attacks = attacks })
    local black = hq.robustness(model, test, { eps = { 0.2 }, attacks = attacks, source = other })
    local same = hq.transfer { source = other, target = model, data = test, eps = { 0.2 }, attacks = attacks }
    assert.equal(black:accuracy("pgd", 0.2), same:accuracy("pgd", 0.2))
    assert.is_true(black:accuracy("pgd", 0.2) >= white:accuracy("pgd", 0.2) - 0.05)
  end)

  it("warn when a stronger attack does less", function()
    local report = hq.robustness(model, test, { eps = { 0.2 },
      attacks = { hq.attack.fgsm(), hq.attack.pgd { steps = 1, alpha = 1e-4 } } })
    assert.equal("pgd is weaker than fgsm at eps 0.2: take more steps or another alpha", report.warnings[1])
    assert.is_truthy(tostring(report):find("\nwarning: pgd is weaker", 1, true))
  end)

  it("print what they are", function()
    assert.equal("pgd { eps = 0.1, steps = 5 }", tostring(hq.attack.pgd { eps = 0.1, steps = 5 }))
    assert.equal("strong: pgd { steps = 50 }", tostring(hq.attack.pgd { steps = 50, name = "strong" }))
    assert.equal("fgsm", tostring(hq.attack.fgsm()))
    assert.is_true(hq.attack.is(hq.attack.mim()))
    assert.is_false(hq.attack.is {})
  end)

  it("say what was wrong, at the script's line", function()
    fails("hq.attack.pgd { step = 3 }", "experiment.lua:2: hq.attack.pgd: unknown option 'step' (did you mean 'steps'?)")
    fails("hq.attack.fgsm { steps = 3 }", "experiment.lua:2: hq.attack.fgsm: unknown option 'steps'; "
      .. "there is 'eps', 'low', 'high', 'seed' or 'name'")
    local start = "local m = hq.sequential { hq.flatten(), hq.dense { units = 10 } }\nlocal _, d = hq.data.digits { test = 20 }\n"
      .. "m:build { 1, 1, 8, 8 }\n"
    for _, bad in ipairs { "eps = 0", "eps = -0.1", "eps = 0/0", "steps = 0", "restarts = 0", "alpha = -1", "low = 2" } do
      local message = support.failure(start .. "hq.attack.pgd({ " .. bad .. " }):run(m, d)")
      assert(message, bad)
      assert.is_truthy(message:find("experiment.lua:5: attack:run: ", 1, true), message)
    end
    fails_with(start .. "hq.attack.mim({ decay = -1 }):run(m, d)", "experiment.lua:5: attack:run: ", "-1")
    fails_with(start .. "hq.attack.fgsm():run(m, d:samples(), { 1 })", "experiment.lua:5: attack:run: ", "20")
    fails(start .. "hq.attack.fgsm():run(d, d)", "experiment.lua:5: attack:run: argument 1: expected a layer, got a data set")
    fails(start .. "hq.robustness(m, d, { eps = { 0.1 } })", "experiment.lua:5: hq.robustness: option 'attacks' is required")
    fails(start .. "hq.robustness(m, d, { eps = 0.1, attacks = { hq.attack.fgsm() } })",
      "experiment.lua:5: hq.robustness: eps: expected an array of sizes such as { 0, 0.1 }, got 0.1")
    fails(start .. "hq.robustness(m, d, { eps = { 0.1 }, attacks = hq.attack.fgsm() })",
      "experiment.lua:5: hq.robustness: attacks: expected an array of attacks such as { hq.attack.fgsm() }, got one attack")
    fails(start .. "hq.robustness(m, d, { eps = { 0.1 }, attacks = { hq.attack.fgsm(), hq.attack.fgsm() } })",
      "experiment.lua:5: hq.robustness: two attacks are called 'fgsm'; give one a name of its own (name = ...)")
    fails(start .. "hq.robustness(m, d, { eps = { 0.1 }, attacks = { hq.attack.fgsm() }, norm = 'l2' })",
      "experiment.lua:5: hq.robustness: norm: expected 'linf', got 'l2'")
    fails_with(start .. "hq.robustness(m, d, { eps = { -1 }, attacks = { hq.attack.fgsm() } })",
      "experiment.lua:5: hq.robustness: ", "-1")
    fails(start .. "hq.robustness(m, d, { eps = { 'a' }, attacks = { hq.attack.fgsm() } })",
      "experiment.lua:5: hq.robustness: eps: element 1 is 'a'; expected a number")
    fails(start .. "local r = hq.robustness(m, d, { eps = { 0.1 }, attacks = { hq.attack.fgsm() } })\nr:accuracy('pgd', 0.1)",
      "experiment.lua:6: report:accuracy: there is no row for attack 'pgd' at eps 0.1")
  end)
end)
