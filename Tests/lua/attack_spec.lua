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

  it("tell what became of each sample", function()
    local made, rows = hq.attack.pgd({ eps = 0.2, steps = 5 }):run(model, test, { rows = true })
    assert.equal(#test, #made)
    assert.is_truthy(tostring(rows):find("finished", 1, true))
    local same = hq.attack.pgd({ eps = 0.2, steps = 5 }):run(model, test)
    assert.same(made:samples():totable(), same:samples():totable())
    local radii = {}
    for i = 1, #test do radii[i] = i == 1 and 0 or 0.2 end
    local first = hq.attack.pgd({ eps = 0.3 }):run(model, test, { eps = radii }):samples():totable()
    local clean = test:samples():totable()
    assert.same(clean[1], first[1])
    assert.not_same(clean[2], first[2])
  end)

  it("aim at classes", function()
    local targets = {}
    local labels = test:labels()
    for i, label in ipairs(labels) do targets[i] = (label + 1) % 10 end
    local made = hq.attack.pgd({ eps = 1, alpha = 0.1, steps = 40 }):run(model, test, { targets = targets })
    local predicted = model(made:samples()):argmax()
    local hits = 0
    for i, class in ipairs(predicted) do hits = hits + (class == targets[i] and 1 or 0) end
    assert.is_true(hits > 0.9 * #targets, hits)
  end)

  it("report everything, on paper too", function()
    local report = hq.robustness(model, test, { eps = { 0, 0.1, 0.3 },
      attacks = { hq.attack.fgsm(), hq.attack.pgd { norm = "l2", name = "pgd-l2" } } })
    assert.is_true(report.clean.lower < report.clean.accuracy and report.clean.accuracy < report.clean.upper)
    for i, row in ipairs(report.worst) do
      local eps = report.eps[i]
      assert.is_true(row.accuracy <= math.min(report:accuracy("fgsm", eps), report:accuracy("pgd-l2", eps)))
    end
    local row = report:row("fgsm", 0.1)
    support.close(1 - row.accuracy / report.clean.accuracy, row.asr, 1e-12)
    support.close(0.1, row.median_distance, 1e-6)
    assert.equal(1, row.queries)
    assert.equal(10, #row.class_accuracy)
    local area = (report.clean.accuracy + 3 * row.accuracy + 2 * report:accuracy("fgsm", 0.3)) * 0.05 / 0.3
    support.close(area, report.areas.fgsm, 1e-9)
    local stem = os.tmpname()
    report:write(stem)
    for _, ending in ipairs { ".csv", ".json", ".tex", ".svg", ".png" } do
      local file = assert(io.open(stem .. ending, "rb"), ending)
      assert.is_true(#file:read "a" > 100)
      file:close()
      os.remove(stem .. ending)
    end
  end)

  it("do not take samples that time ran out for as robust", function()
    local hurried = hq.attack.pgd { steps = 10, max_seconds = 1e-9 }
    local report = hq.robustness(model, test, { eps = { 0.3 }, attacks = { hurried } })
    local row = report:row("pgd", 0.3)
    assert.equal(row.attacked, row.unfinished)
    assert.is_truthy(report.warnings[1]:find("time was over", 1, true))
    assert.is_truthy(tostring(report):find("<" .. ("%.3f"):format(row.accuracy), 1, true))
  end)

  it("take options that belong to one norm", function()
    assert.is_truthy(hq.attack.pgd { norm = "l1", eps = 5, sparsity = 0.9 })
    assert.is_truthy(support.failure "hq.attack.pgd { sparsity = 0.9 }":find("experiment.lua:2: hq.attack.pgd", 1, true))
    assert.is_truthy(support.failure "hq.attack.pgd { eps = math.huge }":find("eps is infinite; give a number", 1, true))
    assert.is_truthy(hq.attack.deepfool { eps = math.huge })
  end)

  it("draw what they do", function()
    local path = os.tmpname() .. ".png"
    hq.attack.fgsm({ eps = 0.2 }):picture(model, test, { path = path, count = 3 })
    local file = assert(io.open(path, "rb"))
    assert.equal("\137PNG", file:read(4))
    file:close()
    os.remove(path)
  end)

  it("are listed", function()
    local text = tostring(hq.attack.kinds())
    assert.is_truthy(text:find("pgd +linf l2 l1 +gradients +projected gradient steps"))
  end)

  it("say what was wrong, at the script's line", function()
    fails("hq.attack.pgd { step = 3 }", "experiment.lua:2: hq.attack.pgd: unknown option 'step' (did you mean 'steps'?)")
    fails("hq.attack.fgsm { steps = 3 }", "experiment.lua:2: hq.attack.fgsm: unknown option 'steps'; there is "
      .. "'name', 'eot', 'eps', 'high', 'low', 'max_queries', 'max_seconds', 'norm', 'restarts', 'seed', "
      .. "'sparsity' or 'target'")
    local start = "local m = hq.sequential { hq.flatten(), hq.dense { units = 10 } }\nlocal _, d = hq.data.digits { test = 20 }\n"
      .. "m:build { 1, 1, 8, 8 }\n"
    for _, bad in ipairs { "eps = -0.1", "eps = 0/0", "steps = 0", "restarts = 0", "alpha = -1", "low = 2", "norm = 'l9'",
      "eps = 'a'", "target = 'best'" } do
      local message = support.failure("hq.attack.pgd { " .. bad .. " }")
      assert(message, bad)
      assert.is_truthy(message:find("experiment.lua:2: hq.attack.pgd: ", 1, true), message)
    end
    fails_with("hq.attack.mim { decay = -1 }", "experiment.lua:2: hq.attack.mim: ", "-1")
    fails(start .. "hq.attack.pgd():run(m, d, { target = 3 })",
      "experiment.lua:5: attack:run: unknown option 'target' (did you mean 'targets'?)")
    fails(start .. "hq.attack.pgd():run(m, d, { targets = { 3 } })",
      "experiment.lua:5: attack:run: targets: there are 1 for 20 samples")
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
      "experiment.lua:5: hq.robustness: norm is 'l2', but fgsm works in linf; say norm = … in the attack")
    fails_with(start .. "hq.robustness(m, d, { eps = { -1 }, attacks = { hq.attack.fgsm() } })",
      "experiment.lua:5: hq.robustness: ", "-1")
    fails(start .. "hq.robustness(m, d, { eps = { 'a' }, attacks = { hq.attack.fgsm() } })",
      "experiment.lua:5: hq.robustness: eps: element 1 is 'a'; expected a number")
    fails(start .. "local r = hq.robustness(m, d, { eps = { 0.1 }, attacks = { hq.attack.fgsm() } })\nr:accuracy('pgd', 0.1)",
      "experiment.lua:6: report:accuracy: there is no row for attack 'pgd' at eps 0.1")
  end)
end)
