local support = require "support"
local hq, close, fails = support.hq, support.close, support.fails

-- x w + body(x)
local function mixed(units)
  return hq.layer {
    name = "mixed",
    options = { units = units },
    layers = { body = hq.dense { units = units } },
    build = function(self, shape)
      self:parameter("w", { shape[1], self.options.units }, { init = { name = "uniform", low = -1, high = 1 } })
      return self:layer("body", shape)
    end,
    forward = function(self, x) return x:matmul(self.w) + self.layers.body(x) end,
  }
end

describe("layers made of Lua functions", function()
  it("have named parameters, shapes and inner layers", function()
    local model = hq.sequential { mixed(3), hq.relu(), hq.dense { units = 2 } }
    model:build({ 1, 4 }, { seed = 1 })
    assert.same({ "0.w", "0.body.weights", "0.body.bias", "2.weights", "2.bias" }, model:parameter_names())
    assert.same({ 5, 2 }, model(hq.ones { 5, 4 }):shape())
    assert.is_truthy(tostring(model):find("mixed", 1, true))
    local x = hq.uniform { 5, 4, seed = 2 }
    close(model(x):totable(), model:infer(x):totable())
    local p = model:parameters()
    local hidden = (x:matmul(p["0.w"]) + x:matmul(p["0.body.weights"]:transpose()) + p["0.body.bias"]):relu()
    close((hidden:matmul(p["2.weights"]:transpose()) + p["2.bias"]):totable(), model(x):totable(), 1e-5)
  end)

  it("are trained, frozen and attacked", function()
    local data = hq.data.digits()
    local model = hq.sequential { hq.flatten(), mixed(16), hq.relu(), hq.dense { units = 10 } }
    model:build({ 1, 1, 8, 8 }, { seed = 1 })
    local history = hq.fit(model, data, { epochs = 3, progress = false, seed = 1, optimizer = hq.optim.adam { lr = 0.01 } })
    assert.is_true(history[3].loss < history[1].loss)
    local accuracy = hq.evaluate(model, data)
    assert.is_true(accuracy > 0.5)
    local x = hq.uniform { 2, 1, 8, 8, seed = 3 }
    x:requires_grad(true)
    model(x):sum():backward()
    assert.is_true(x:grad():norm():item() > 0)
    local before = model:parameters()["1.w"]:totable()
    model:freeze()
    for _, parameter in ipairs(model:parameters()) do assert.is_false(pcall(parameter.grad, parameter)) end
    assert.same(before, model:parameters()["1.w"]:totable())
  end)

  it("need no build where the output has the input's shape", function()
    local double = hq.layer { forward = function(_, x) return 2 * x end }
    close({ { 2, 2 } }, double(hq.ones { 1, 2 }):totable())
    local residual = hq.layer { layers = { hq.dense { units = 2 } }, forward = function(self, x)
      return x + self.layers[1](x)
    end }
    residual:build({ 1, 2 }, { seed = 1 })
    assert.same({ "0.weights", "0.bias" }, residual:parameter_names())
  end)

  it("give errors of their functions with the script's line", function()
    fails([[local layer = hq.layer { forward = function(_, x)
      return x:matmul(3)
    end }
    layer(hq.ones { 2, 3 })]], "experiment.lua:3: tensor:matmul: argument 1: expected a tensor, got 3")
    fails([[local layer = hq.layer { forward = function(_, x)
      return x
    end, build = function(self) return { self.nothing.at_all } end }
    hq.sequential { hq.flatten(), layer }:build { 2, 3 }]],
      "experiment.lua:4: attempt to index a nil value (field 'nothing')")
    local object = {}
    local layer = hq.layer { forward = function() error(object) end }
    local ok, message = pcall(layer, hq.ones { 2, 3 })
    assert.is_false(ok)
    assert.equal(object, message)
    fails("hq.layer { forward = function() return 3 end } (hq.ones { 2, 3 })",
      "experiment.lua:2: model: the forward function of layer 'custom' must return a tensor")
    fails("hq.layer { name = 'mine', forward = function(_, x) return x:sum() end } (hq.ones { 2, 3 })",
      "experiment.lua:2: model: mine: its forward function gives {} for input {2, 3}; its build function said {batch, 3}")
    fails("hq.layer { forward = print, build = function() return 'a' end }:build { 1, 2 }",
      "experiment.lua:2: model:build: the build function of layer 'custom' must return the output's shape, "
        .. "an array of whole numbers")
    fails("hq.layer {}", "experiment.lua:2: hq.layer: option 'forward' is required")
    fails("hq.layer { forward = 3 }", "experiment.lua:2: hq.layer: forward: expected a function, got 3")
    fails("hq.layer { forward = print, layers = { 3 } }", "experiment.lua:2: hq.layer: layers[1]: expected a layer, got 3")
    fails([[hq.layer { forward = print, build = function(self, shape)
      self:parameter("layers", { 1 })
      return shape
    end }:build { 1, 2 }]], "experiment.lua:3: self:parameter: 'layers' is already a field of self; choose another name")
    fails("hq.layer { name = 'a b', forward = print }",
      "experiment.lua:2: hq.layer: a layer is named 'a b'; names are letters, digits and _, a letter first")
  end)

  it("are registered by name with their options", function()
    local make = hq.register_layer("of_the_spec", function(o) return mixed(o.units or 2) end)
    local layer = make { units = 3, note = 'a "text"\n', list = { 1, 2.5, true } }
    assert.same({ 1, 3 }, layer(hq.ones { 1, 2 }):shape())
    fails("hq.register_layer('a b', print)",
      "experiment.lua:2: hq.register_layer: a layer is registered as 'a b'; names are letters, digits and _, a letter first")
    fails("local make = hq.register_layer('x', function() return hq.layer { forward = print } end)\nmake { f = print }",
      "experiment.lua:3: hq.register_layer: x: a function cannot be saved; "
        .. "options are texts, numbers, truth values and tables of them")
    fails("hq.register_layer('y', function() return hq.relu() end) {}",
      "experiment.lua:2: hq.register_layer: only layers of one's own have a recipe; this one is made by the library")
  end)

  it("have options that come back from text as they were", function()
    local json = require "hqnn.json"
    for _, value in ipairs {
      { a = 1, b = { 1, 2, { c = "x\n\"\\\1" } }, d = true, e = 0.1, f = -1e300, g = 3.0 }, {}, { "a" },
    } do
      local back = json.decode(json.encode(value, "test"))
      assert.same(value, back)
    end
    assert.equal("float", math.type(json.decode(json.encode({ 3.0 }, "test"))[1]))
    for _, text in ipairs { "", "{", "[1,", "[1 2]", '{"a"}', '"a', "nope", "[1]]", '"\\q"', ("["):rep(100) } do
      assert.is_false(pcall(json.decode, text), text)
    end
  end)

  it("are collected when nothing uses them", function()
    local before = hq.memory_used()
    for _ = 1, 20 do
      local layer = mixed(64)
      layer(hq.ones { 1, 4096 })
      layer:release()
    end
    collectgarbage()
    collectgarbage()
    assert.is_true(hq.memory_used() - before < 5e6)
  end)
end)
