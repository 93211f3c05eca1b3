local support = require "support"
local hq, fails, fails_with = support.hq, support.fails, support.fails_with

describe("hq.fit", function()
  it("returns a record per epoch and learns", function()
    local train, test = hq.data.digits { train = 300, test = 100 }
    local model = support.qunn { trainable = false }
    local history = hq.fit(model, train, { epochs = 8, batch = 4, seed = 1, validation = test,
      optimizer = hq.optim.adam { lr = 3e-3 } })
    assert.equal(8, #history)
    for i, record in ipairs(history) do
      assert.equal(i, record.epoch)
      assert.is_true(record.seconds >= 0)
      assert.is_true(record.validation_accuracy >= 0 and record.validation_accuracy <= 1)
    end
    assert.is_true(history[8].loss < history[1].loss)
    assert.is_true(history[8].accuracy > 0.7, tostring(history[8].accuracy))
    local accuracy, loss = hq.evaluate(model, test)
    support.close(history[8].validation_accuracy, accuracy, 1e-9)
    support.close(history[8].validation_loss, loss, 1e-5)
  end)

  it("gives the same numbers for the same seed", function()
    local function run(seed)
      hq.seed(seed)
      local train = hq.data.digits { train = 60 }
      return hq.fit(support.qunn(), train, { epochs = 2, batch = 4 })[2].loss
    end
    assert.equal(run(3), run(3))
    assert.not_equal(run(3), run(4))
  end)

  it("gives the same result with features of a frozen front computed once or every time", function()
    local train = hq.data.digits { train = 60 }
    local function run(cache)
      local model = support.qunn { trainable = false }
      model:build({ 1, 1, 8, 8 }, { seed = 2 })
      return hq.fit(model, train, { epochs = 3, batch = 4, seed = 1, cache_features = cache })[3].loss
    end
    support.close(run(true), run(false), 1e-5)
  end)

  it("calls back after each epoch and stops when told to", function()
    local train = hq.data.digits { train = 40 }
    local epochs = {}
    local history = hq.fit(support.qunn(), train, { epochs = 9, callback = function(record)
      epochs[#epochs + 1] = record.epoch
      return record.epoch == 3 and "stop"
    end })
    assert.same({ 1, 2, 3 }, epochs)
    assert.equal(3, #history)
  end)

  it("passes an error of the callback on as it is", function()
    fails("hq.fit(hq.dense { units = 10 }, hq.data.from(hq.ones { 4, 2 }, { 0, 1, 2, 9 }),\n"
      .. "{ callback = function() error 'mine' end })", "experiment.lua:3: mine")
    local value = { "an object" }
    local good, raised = pcall(hq.fit, hq.dense { units = 2 }, hq.data.from(hq.ones { 2, 2 }, { 0, 1 }),
      { callback = function() error(value) end })
    assert.is_false(good)
    assert.equal(value, raised)
  end)

  it("survives a callback that uses and releases what is being trained", function()
    local data = hq.data.from(hq.uniform { 8, 3 }, { 0, 1, 0, 1, 0, 1, 0, 1 })
    local model = hq.dense { units = 2 }
    local optimizer = hq.optim.adam()
    hq.fit(model, data, { epochs = 2, optimizer = optimizer, callback = function(record)
      if record.epoch == 1 then
        assert.is_number((hq.evaluate(model, data)))
        optimizer:release()
        model:release()
        data:release()
        collectgarbage()
      end
    end })
  end)

  it("shows a line per epoch when stderr is not a terminal, and nothing when told so", function()
    local folder, remove = support.folder()
    support.write(folder .. "/fit.lua", [[
local hq = require "hqnn"
local data = hq.data.from(hq.uniform { 8, 3 }, { 0, 1, 0, 1, 0, 1, 0, 1 })
hq.fit(hq.dense { units = 2 }, data, { epochs = 2 })
hq.fit(hq.dense { units = 2 }, data, { epochs = 2, progress = false })
]])
    local output = support.shell(("cd %s && LUA_CPATH='%s/lib/lua/5.4/?.so' lua5.4 fit.lua"):format(folder, support.build))
    remove()
    assert.is_truthy(output:find("^epoch 1/2  loss [%d.]+  accuracy [%d.]+  0s\nepoch 2/2  [^\n]*\n$"), output)
  end)

  it("says what was wrong, at the script's line", function()
    local start = "local train = hq.data.digits { train = 20 }\n"
    fails_with(start .. "hq.fit(hq.dense { units = 10 }, train)", "experiment.lua:3: hq.fit: ", "dense")
    fails_with(start .. "hq.fit(hq.sequential { hq.conv2d { filters = 2 }, hq.relu(), hq.dense { units = 10 } }, train)",
      "experiment.lua:3: hq.fit: layer 2 (dense): ", "{batch, 2, 6, 6}")
    fails_with("local x, m = hq.ones { 1, 4 }, hq.sequential { hq.flatten(), hq.tanh(), hq.dense { units = 10 } }\nm(x)\n"
      .. "hq.fit(m, (hq.data.digits { train = 20 }))", "experiment.lua:4: hq.fit: ", "{batch, 4}")
    fails(start .. "hq.fit(train, train)", "experiment.lua:3: hq.fit: argument 1: expected a layer, got a data set")
    fails(start .. "hq.fit(hq.flatten(), 3)", "experiment.lua:3: hq.fit: argument 2: expected a data set, got 3")
    fails(start .. "hq.fit(support, train)", "experiment.lua:3: hq.fit: argument 1: expected a layer, got nil")
    local model = "local m = hq.sequential { hq.flatten(), hq.dense { units = 10 } }\n"
    fails(start .. model .. "hq.fit(m, train, { epoch = 1 })",
      "experiment.lua:4: hq.fit: unknown option 'epoch' (did you mean 'epochs'?)")
    fails(start .. model .. "hq.fit(m, train, { optimizer = 'adam' })",
      "experiment.lua:4: hq.fit: optimizer: expected an optimizer, got 'adam'")
    fails(start .. model .. "hq.fit(m, train, { progress = 'dots' })",
      "experiment.lua:4: hq.fit: progress may be true, false, 'bar', 'lines' or 'none'; got 'dots'")
    fails_with(start .. model .. "hq.fit(m, train, { epochs = 0 })", "experiment.lua:4: hq.fit: ", "0")
    fails_with(start .. model .. "hq.fit(m, train, { batch = -1 })", "experiment.lua:4: hq.fit: ", "-1")
    fails_with(start .. "local m = hq.sequential { hq.flatten(), hq.dense { units = 4 } }\nhq.fit(m, train)",
      "experiment.lua:4: hq.fit: ", "4")
    fails_with(start .. model .. "hq.evaluate(m, train)", "experiment.lua:4: hq.evaluate: ", "built")
  end)
end)
