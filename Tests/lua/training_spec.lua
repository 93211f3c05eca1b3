local support = require "support"
local hq, fails, fails_with = support.hq, support.fails, support.fails_with

-- Points of three classes around three corners.
local function corners(n, seed)
  local noise = hq.normal { n, 2, deviation = 0.05, seed = seed }
  local points, labels = {}, {}
  for i = 1, n do
    local class = i % 3
    points[i] = { (class == 1 and 1 or 0) + noise:get(i, 1), (class == 2 and 1 or 0) + noise:get(i, 2) }
    labels[i] = class
  end
  return hq.data.from(hq.tensor(points), labels)
end

local function parabola(x) return ((x - 2) * (x - 2)):sum() end

describe("hq.optim", function()
  it("minimises a parabola with every optimiser", function()
    for _, make in ipairs {
      function() return hq.optim.sgd { lr = 0.1, momentum = 0.5, nesterov = true } end,
      function() return hq.optim.adam { lr = 0.3 } end,
      function() return hq.optim.adamw { lr = 0.3, weight_decay = 1e-4 } end,
      function() return hq.optim.rmsprop { lr = 0.05 } end,
      function() return hq.optim.adagrad { lr = 1 } end,
      function() return hq.optim.lbfgs() end,
      function() return hq.optim.natural_gradient { lr = 0.1 } end,
      function() return hq.optim.spsa { lr = 0.3, seed = 1 } end,
    } do
      local x = hq.tensor { 5, -1, dtype = "float64", requires_grad = true }
      local optimizer = make():add(x)
      local first
      for _ = 1, 150 do
        local loss = optimizer:step(function() return parabola(x) end)
        first = first or loss
      end
      assert.is_true(first > 15)
      support.close({ 2, 2 }, x:totable(), 0.05)
    end
  end)

  it("runs rotosolve on a circuit's weights", function()
    local circuit = hq.circuit(2, function(c, _, w)
      for q in c:wires() do c:ry(q, w()) end
      c:cnot(0, 1)
      for q in c:wires() do c:expect("Z", q) end
    end)
    local weights = hq.tensor { 0.3, 1.1, dtype = "float64", requires_grad = true }
    local optimizer = hq.optim.rotosolve():add(weights)
    assert.is_true(optimizer:needs_loss())
    local function energy() return circuit:expect { weights = weights }:sum() end
    for _ = 1, 3 do optimizer:step(energy) end
    assert.is_true(energy():item() < -1.1)
  end)

  it("has groups, a learning rate that can be set, and clipping", function()
    local layer = hq.dense { units = 1, bias = false }
    layer:build({ 1, 1 }, { dtype = "float64", seed = 1 })
    local weight = layer:parameters()[1]
    local groups = { { layer = layer, lr = 0.5 }, { parameters = "quantum", lr = 2 } }
    local optimizer = hq.optim.sgd { lr = 1, groups = groups }
    optimizer:add(layer)
    local before = weight:get(1, 1)
    layer(hq.tensor { { 4 }, dtype = "float64" }):sum():backward()
    support.close(4, optimizer:clip_norm(2))
    support.close(2, optimizer:clip_norm(10))
    optimizer:clip_value(1)
    optimizer:lr(0.5)
    optimizer:step()
    support.close(before - 0.25, weight:get(1, 1), 1e-12)
    assert.equal(0.5, optimizer:lr())
  end)

  it("says what was wrong", function()
    fails("hq.optim.sgd { groups = { { parameters = 'all' } } }",
      "experiment.lua:2: hq.optim.sgd: group 1: parameters may be 'quantum' or 'classical'; got 'all'")
    fails("hq.optim.sgd { groups = { { lr = 1 } } }",
      "experiment.lua:2: hq.optim.sgd: group 1: give parameters = 'quantum' or 'classical', or layer = a layer")
    fails_with("hq.optim.lbfgs():step()", "experiment.lua:2: optimizer:step: ", "evaluates the loss itself")
    fails("local x = hq.ones { 2, requires_grad = true }\nhq.optim.lbfgs():add(x):step(function() return 3 end)",
      "experiment.lua:3: optimizer:step: the loss function must return a tensor")
    fails("local x = hq.ones { 2, requires_grad = true }\nhq.optim.lbfgs():add(x):step(function() error 'mine' end)",
      "experiment.lua:3: mine")
  end)
end)

describe("hq.schedule", function()
  local function rates(make, steps, epochs)
    local optimizer = hq.optim.sgd { lr = 2 }
    local schedule = make(optimizer)
    local list = { optimizer:lr() }
    for _ = 1, steps do
      schedule:step()
      list[#list + 1] = optimizer:lr()
    end
    for _, value in ipairs(epochs or {}) do
      schedule:epoch(value)
      list[#list + 1] = optimizer:lr()
    end
    return list
  end

  it("follows its formula by hand", function()
    support.close({ 1, 2, 2, 2, 1, 1, 0.5 }, rates(function(o)
      return hq.schedule.step { every = 2, gamma = 0.5, per = "step", warmup = { steps = 2 }, optimizer = o }
    end, 6))
    support.close({ 2, 1, 0 }, rates(function(o) return hq.schedule.cosine { steps = 2, optimizer = o } end, 2), 1e-12)
    support.close({ 2, 2, 1 },
      rates(function(o) return hq.schedule.plateau { patience = 0, factor = 0.5, optimizer = o } end, 0, { 1, 1 }))
    support.close({ 0.08, 2 },
      { rates(function(o) return hq.schedule.one_cycle { steps = 10, optimizer = o } end, 3)[1], 2 }, 1e-9)
    support.close({ 2, 0.2 },
      rates(function(o) return hq.schedule.multi_step { milestones = { 1 }, optimizer = o } end, 0, { 0 }))
    support.close({ 2, 1 },
      rates(function(o) return hq.schedule.exponential { gamma = 0.5, optimizer = o } end, 0, { 0 }))
    support.close({ 1, 2, 2 },
      rates(function(o) return hq.schedule.constant { warmup = { steps = 2 }, optimizer = o } end, 2))
  end)

  it("says what was wrong", function()
    fails("hq.schedule.cosine {}", "experiment.lua:2: hq.schedule.cosine: give steps = n or epochs = n")
    fails("hq.schedule.step { per = 'day' }",
      "experiment.lua:2: hq.schedule.step: per may be 'step' or 'epoch'; got 'day'")
    fails_with("hq.schedule.step { every = 0 }", "experiment.lua:2: hq.schedule: ", "every is 0")
    fails_with("hq.schedule.step():step()", "experiment.lua:2: schedule:step: ", "has no optimiser")
  end)
end)

describe("hq.fit", function()
  it("fits targets, with a loss by name, with options, and of the script's own", function()
    local x = hq.uniform { 40, 2, low = -1, high = 1, seed = 1 }
    local y = x * hq.tensor { 2, -1 }
    for _, loss in ipairs {
      "mse", { "huber", delta = 2 }, hq.loss.mse,
      function(output, target) return ((output - target) * (output - target)):mean() end,
    } do
      local model = hq.dense { units = 2 }
      local history = hq.fit(model, x, { targets = y, loss = loss, epochs = 40, batch = 8, seed = 1,
        optimizer = hq.optim.adam { lr = 0.1 }, validation = x, validation_targets = y })
      assert.is_true(history[40].loss < 1e-3, tostring(history[40].loss))
      assert.is_nil(history[40].accuracy)
      assert.is_true(history[40].validation_mse < 2e-3)
      local score = hq.evaluate(model, x, { targets = y, loss = loss })
      support.close(history[40].validation_loss, score.loss, 1e-6)
    end
  end)

  it("trains autoencoders", function()
    local x = hq.uniform { 40, 2, seed = 1 }
    local history = hq.fit(hq.dense { units = 2 }, x, { targets = "input", loss = "mse", epochs = 40, batch = 8,
      seed = 1, optimizer = hq.optim.adam { lr = 0.1 } })
    assert.is_true(history[40].loss < 1e-3)
  end)

  it("keeps records, takes schedules, metrics and callbacks per step", function()
    local train, test = corners(60, 1), corners(30, 2)
    local steps, model = 0, hq.dense { units = 3 }
    local history = hq.fit(model, train, {
      epochs = 4, batch = 10, seed = 1, validation = test, optimizer = hq.optim.sgd { lr = 0.5 }, top_k = 2,
      schedule = hq.schedule.exponential { gamma = 0.5 }, clip_norm = 5,
      metrics = { rows = function(output, labels) assert.equal(30, #labels) return output:shape()[1] end },
      on_step = function(step)
        steps = steps + 1
        assert.is_true(step.loss > 0 and step.lr > 0 and step.steps == 6)
      end,
    })
    assert.equal(24, steps)
    assert.equal(30, history[1].metrics.rows)
    support.close({ 0.5, 0.25, 0.125, 0.0625 }, { history[1].lr, history[2].lr, history[3].lr, history[4].lr })
    for _, record in ipairs(history) do
      assert.is_true(record.gradient_norm > 0 and record.peak_memory > 1e6)
      assert.is_true(record.cores >= 0 and record.samples == 60)
      assert.is_true(record.validation_top_k >= record.validation_accuracy)
    end
    assert.is_number(history.best_epoch)
    assert.same({}, history.warnings)
    local confusion = hq.confusion(model, test)
    assert.equal(3, #confusion)
    assert.equal(10, confusion[1][1] + confusion[1][2] + confusion[1][3])
    local stopped = hq.fit(model, train, { epochs = 9, batch = 30, on_step = function(step)
      return step.epoch == 3 and "stop"
    end })
    assert.equal(2, #stopped)
    assert.equal("callback", stopped.stopped)
  end)

  it("stops early and keeps the best weights", function()
    local train, test = corners(30, 1), corners(30, 2)
    local model = hq.dense { units = 3 }
    local history = hq.fit(model, train, { epochs = 100, batch = 5, seed = 1, validation = test, patience = 3,
      min_delta = 1e-3, keep_best = true, optimizer = hq.optim.sgd { lr = 20 } })
    assert.equal("early", history.stopped)
    assert.equal(history.best_epoch + 3, #history)
    local _, loss = hq.evaluate(model, test)
    support.close(history[history.best_epoch].validation_loss, loss, 1e-6)
  end)

  it("accumulates gradients", function()
    local losses = {}
    for i, o in ipairs { { batch = 12 }, { batch = 4, accumulate = 3 } } do
      local model = hq.dense { units = 3 }
      model:build({ 1, 2 }, { seed = 3 })
      o.epochs, o.seed, o.optimizer = 2, 1, hq.optim.sgd { lr = 0.5 }
      losses[i] = hq.fit(model, corners(36, 1), o)[2].loss
    end
    support.close(losses[1], losses[2], 1e-5)
  end)

  it("says where a loss stopped being a number", function()
    fails_with("local data = hq.data.from(hq.tensor { { -1, 2 }, { 1, 2 } }, { 0, 1 })\n"
      .. "hq.fit(hq.sequential { hq.log(), hq.dense { units = 2 } }, data)",
      "experiment.lua:3: hq.fit: the loss is nan in epoch 1 of 10, step 1 of 1",
      "layer 0 (log): the logarithm of 0 or less")
  end)

  it("warns about a collapse of the accuracy", function()
    local labels = {}
    for i = 1, 60 do labels[i] = i * 7 % 10 end
    local data = hq.data.from(hq.uniform { 60, 4, seed = 1 }, labels)
    local history = hq.fit(hq.sequential { hq.dense { units = 1 }, hq.dense { units = 10 } }, data,
      { epochs = 4, optimizer = hq.optim.sgd { lr = 1e-6 } })
    assert.is_truthy(table.concat(history.warnings, "\n"):find("accuracy collapse", 1, true))
  end)

  it("says what was wrong with its options", function()
    local start = "local data = hq.data.from(hq.ones { 4, 2 }, { 0, 1, 0, 1 })\nlocal m = hq.dense { units = 2 }\n"
    fails(start .. "hq.fit(m, data, { loss = 3 })",
      "experiment.lua:4: hq.fit: loss: expected a name such as 'mse', { 'huber', delta = 0.5 } or a function, got 3")
    fails_with(start .. "hq.fit(m, data, { loss = 'msee' })", "experiment.lua:4: hq.fit: loss: ", "unknown 'msee'")
    fails(start .. "hq.fit(m, data, { targets = 3 })",
      "experiment.lua:4: hq.fit: targets: expected a tensor with a row per sample, nested tables or 'input', got 3")
    fails(start .. "hq.fit(m, data, { schedule = 3 })", "experiment.lua:4: hq.fit: schedule: expected a schedule, got 3")
    fails(start .. "hq.fit(m, data, { loss = function() return 1 end })",
      "experiment.lua:4: hq.fit: loss must return a tensor")
    fails(start .. "hq.fit(m, data, { metrics = { a = 1 } })",
      "experiment.lua:4: hq.fit: metric a: expected a function, got 1")
    fails_with(start .. "hq.fit(m, data, { monitor = 'validation_loss' })", "experiment.lua:4: hq.fit: ",
      "needs validation samples")
  end)
end)

describe("hq.cross_validate and hq.repeat_seeds", function()
  it("gives means and spreads over folds", function()
    local data = corners(45, 1)
    local result = hq.cross_validate(function() return hq.dense { units = 3 } end, data, {
      folds = 3, seed = 1, optimizer = function() return hq.optim.adam { lr = 0.1 } end,
      fit = { epochs = 20, batch = 5 },
    })
    assert.equal(3, #result.rows)
    assert.equal(3, result.accuracy.n)
    assert.is_true(result.accuracy.mean > 0.9 and result.accuracy.sd >= 0)
    assert.is_truthy(tostring(result):find("accuracy  [%d.]+ ± [%d.]+ %(n = 3%)"))
    assert.is_truthy(tostring(result:table()):find "mean")
  end)

  it("repeats with seeds", function()
    local result = hq.repeat_seeds(function(seed)
      return { value = hq.uniform { 1 }:item(), seed_seen = seed }
    end, { seeds = 4 })
    assert.same({ 1, 2, 3, 4 }, result.values.seed_seen)
    local again = hq.repeat_seeds(function() return hq.uniform { 1 }:item() end, { seeds = { 4, 3 } })
    assert.same({ result.values.value[4], result.values.value[3] }, again.values.value)
  end)

  it("says what was wrong", function()
    fails("hq.cross_validate(3)",
      "experiment.lua:2: hq.cross_validate: argument 1: expected a function that makes a model, got 3")
    fails("local d = hq.data.from(hq.ones { 4, 2 }, { 0, 1, 0, 1 })\n"
      .. "hq.cross_validate(function() end, d, { fit = { optimizer = hq.optim.adam() } })",
      "experiment.lua:3: hq.cross_validate: fit.optimizer cannot be shared by folds; give optimizer = function() return "
      .. "... end")
    fails_with("local d = hq.data.from(hq.ones { 4, 2 }, { 0, 1, 0, 1 })\n"
      .. "hq.cross_validate(function() end, d, { folds = 9 })", "experiment.lua:3: ", "folds is 9")
    fails("hq.repeat_seeds(function() return 'a' end)",
      "experiment.lua:2: hq.repeat_seeds: the function must return a number or a table of numbers, got 'a'")
  end)
end)

describe("hq.stats", function()
  it("summarises and compares", function()
    local s = hq.stats.summary { 1, 2, 3, 4 }
    support.close({ 2.5, math.sqrt(5 / 3), 1, 4 }, { s.mean, s.sd, s.min, s.max }, 1e-12)
    assert.equal("2.5000 ± 1.2910 (n = 4)", tostring(s))
    local t = hq.stats.paired_t({ 0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0 },
      { 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4 })
    support.close({ -4.0621, 0.002833, 9 }, { t.statistic, t.p, t.n }, 5e-5)
    local w = hq.stats.wilcoxon({ 1, 2, 3, 4, 5 }, { 0, 0, 0, 0, 0 })
    support.close({ 15, 0.0625 }, { w.statistic, w.p }, 1e-12)
    assert.is_true(w.exact)
    support.close(22 / 1024, hq.stats.mcnemar(9, 1).p, 1e-12)
    support.close(1, hq.stats.mcnemar({ true, false }, { false, true }).p)
  end)

  it("says what was wrong", function()
    fails("hq.stats.summary {}", "experiment.lua:2: hq.stats.summary: expected an array of numbers, got a table")
    fails("hq.stats.paired_t({ 1 }, { 1, 2 })",
      "experiment.lua:2: hq.stats.paired_t: there are 1 and 2 values; pairs are needed")
    fails_with("hq.stats.mcnemar(1, true)", "experiment.lua:2: hq.stats.mcnemar: ", "two counts")
  end)
end)
