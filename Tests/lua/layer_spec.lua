local support = require "support"
local hq, close, fails, fails_with = support.hq, support.close, support.fails, support.fails_with

describe("layers and models", function()
  it("compute what their Lua twin computes", function()
    local model = hq.sequential { hq.dense { units = 3 }, hq.tanh(), hq.dense { units = 2, bias = false } }
    model:build({ 1, 4 }, { seed = 5, dtype = "float64" })
    local x = hq.uniform { 6, 4, seed = 1, dtype = "float64" }
    local p = model:parameters()
    assert.equal(3, #p)
    assert.same(model:parameter_names()[1] and { 3 }, { #model:parameter_names() })
    for i, name in ipairs(model:parameter_names()) do assert.same(p[i]:totable(), p[name]:totable()) end
    -- A weight matrix may be stored either way round: its shape tells.
    local function product(input, weights)
      if weights:shape()[1] == input:shape()[2] then return input:matmul(weights) end
      local rows = weights:totable()
      local turned = {}
      for j = 1, #rows[1] do
        turned[j] = {}
        for i = 1, #rows do turned[j][i] = rows[i][j] end
      end
      turned.dtype = "float64"
      return input:matmul(hq.tensor(turned))
    end
    local hidden = (product(x, p[1]) + p[2]):tanh()
    close(product(hidden, p[3]):totable(), model(x):totable(), 1e-9)
    close(model(x):totable(), model:infer(x):totable(), 1e-9)
  end)

  it("are built on first use, from the shape of the input", function()
    local model = support.qunn()
    assert.is_false(model:built())
    local out = model(hq.uniform { 2, 1, 8, 8 })
    assert.is_true(model:built())
    assert.same({ 2, 10 }, out:shape())
    assert.same({ 2, 10 }, model(hq.uniform { 2, 1, 8, 8 }):shape())
  end)

  it("take sizes as a number or as { height, width }", function()
    local conv = hq.conv2d { filters = 3, kernel_size = { 2, 3 }, stride = { 2, 1 }, padding = { 0, 1 } }
    assert.same({ 1, 3, 4, 8 }, conv(hq.uniform { 1, 1, 8, 8 }):shape())
    local circuit = hq.circuit(6, function(c, x)
      for q in c:wires() do
        c:ry(q, x[q])
        c:expect("Z", q)
      end
    end)
    local quanv = hq.quanvolution { circuit = circuit, kernel_size = { 2, 3 }, stride = { 2, 3 } }
    assert.same({ 1, 6, 4, 3 }, quanv(hq.uniform { 1, 1, 8, 9 }):shape())
    local last = hq.quanvolution { circuit = circuit, kernel_size = { 2, 3 }, stride = { 2, 3 }, channels_last = true }
    assert.same({ 1, 4, 3, 6 }, last(hq.uniform { 1, 1, 8, 9 }):shape())
    local loose = hq.quanvolution { circuit = circuit, kernel_size = { 2, 3 }, stride = { 2, 3 }, exact_fit = false }
    assert.same({ 1, 6, 4, 2 }, loose(hq.uniform { 1, 1, 8, 8 }):shape())
  end)

  it("equal their circuit", function()
    local circuit = hq.circuit(2, function(c, x, w)
      for q in c:wires() do c:ry(q, x[q]) end
      c:rot(0, w(), w(), w())
      c:cnot(0, 1)
      for q in c:wires() do c:expect("Z", q) end
    end)
    local layer = hq.quantum { circuit = circuit }
    layer:build({ 1, 2 }, { seed = 3, dtype = "float64" })
    local x = hq.uniform { 5, 2, seed = 4, dtype = "float64" }
    local w = layer:parameters()[1]
    close(circuit:expect({ inputs = x, weights = w:detach() }):totable(), layer(x):totable(), 1e-12)
  end)

  it("train in a loop written out in Lua", function()
    hq.seed(1)
    local train = hq.data.digits { train = 200 }
    local model = support.qunn()
    model:build(train:samples():shape())
    local optimizer = hq.optim.adam { lr = 0.01 }
    optimizer:add(model)
    local first, last
    for epoch = 1, 3 do
      for x, labels in train:batches { size = 20, epoch = epoch, seed = 1 } do
        optimizer:zero_grad()
        local loss = hq.loss.cross_entropy(model(x), labels)
        loss:backward()
        optimizer:step()
        last = loss:item()
        first = first or last
      end
    end
    assert.is_true(last < 0.8 * first, ("loss went from %g to %g"):format(first, last))
  end)

  it("keep frozen parameters as they are", function()
    local model = hq.sequential { hq.dense { units = 2, trainable = false }, hq.dense { units = 2 } }
    local x = hq.uniform { 3, 4, seed = 1 }
    model:build({ 3, 4 })
    local before = model:parameters()[1]:totable()
    local optimizer = hq.optim.sgd({ lr = 0.1 }):add(model)
    local loss = (model(x) ^ 2):sum()
    loss:backward()
    optimizer:step()
    assert.same(before, model:parameters()[1]:totable())
    model:unfreeze()
    model:freeze()
  end)

  it("show their layers, shapes and parameter counts", function()
    local model = support.qunn()
    model:build { 1, 1, 8, 8 }
    local text = tostring(model)
    for _, word in ipairs { "quanvolution", "flatten", "dense", "12", "650", "64" } do
      assert.is_truthy(text:find(word, 1, true), text)
    end
    assert.is_nil(text:find("\n$"))
  end)

  it("say what was wrong, at the script's line", function()
    local circuit = "local c = hq.circuit(4, function(c, x) for q in c:wires() do c:ry(q, x[q]) c:expect('Z', q) end end)\n"
    fails(circuit .. "return hq.quanvolution { circuit = c, kernal_size = 2 }",
      "experiment.lua:3: hq.quanvolution: unknown option 'kernal_size' (did you mean 'kernel_size'?)")
    fails("hq.quanvolution { kernel_size = 2 }", "experiment.lua:2: hq.quanvolution: option 'circuit' is required")
    fails("hq.quanvolution { circuit = 3 }",
      "experiment.lua:2: hq.quanvolution: circuit: expected a circuit (hq.circuit), got 3")
    fails("hq.dense(10)", "experiment.lua:2: hq.dense: expected a table of options, got 10")
    fails("hq.dense { 10 }",
      "experiment.lua:2: hq.dense: options have names, for instance units = ...; got value 10 without one")
    fails("hq.dense { units = 'ten' }", "experiment.lua:2: hq.dense: units: expected a whole number, got 'ten'")
    fails("hq.dense { units = 2.5 }", "experiment.lua:2: hq.dense: units: expected a whole number, got 2.5")
    fails("hq.dense { units = 2, bias = 1 }", "experiment.lua:2: hq.dense: bias: expected true or false, got 1")
    fails_with("hq.dense { units = -1 }", "experiment.lua:2: hq.dense: ", "-1")
    fails("hq.conv2d { kernel_size = { 2, 2, 2 } }",
      "experiment.lua:2: hq.conv2d: kernel_size: expected a whole number or { height, width }, got a table")
    fails_with("hq.conv2d { stride = 0 }", "experiment.lua:2: hq.conv2d: ", "0")
    fails("hq.sequential { hq.flatten(), 3 }", "experiment.lua:2: hq.sequential: element 2: expected a layer, got 3")
    fails_with(circuit .. "hq.quanvolution({ circuit = c })(hq.ones { 1, 1, 7, 8 })", "experiment.lua:3: model:build: ",
      "height 7")
    fails_with(circuit .. "hq.quanvolution({ circuit = c, kernel_size = 3 }):build({ 1, 1, 9, 9 })",
      "experiment.lua:3: model:build: ", "9")
    fails_with("local m = hq.sequential { hq.flatten(), hq.dense { units = 2 } }\nm:build { 1, 3 }\nm(hq.ones { 1, 4 })",
      "experiment.lua:4: model: ", "{1, 4}")
    fails_with("hq.loss.cross_entropy(hq.ones { 2, 3 }, { 0, 3 })", "experiment.lua:2: hq.loss.cross_entropy: ", "3")
    fails_with("hq.loss.cross_entropy(hq.ones { 2, 3 }, { 0 })", "experiment.lua:2: hq.loss.cross_entropy: ", "1")
    fails("hq.loss.cross_entropy(hq.ones { 1, 3 }, { 'a' })",
      "experiment.lua:2: hq.loss.cross_entropy: element 1 is 'a'; expected a whole number")
    fails_with("hq.optim.adam { lr = 0 }", "experiment.lua:2: hq.optim.adam: ", "0")
    fails("hq.optim.adam { learning_rate = 1 }",
      "experiment.lua:2: hq.optim.adam: unknown option 'learning_rate'; there is 'lr', 'beta1', "
      .. "'beta2', 'eps', 'groups' or 'weight_decay'")
    fails("hq.optim.adam():add(3)", "experiment.lua:2: optimizer:add: argument 1: expected a model, a layer or a tensor, got 3")
    fails("hq.dense({ units = 2 })(3)", "experiment.lua:2: model: input: expected a tensor, got 3")
    fails("hq.flatten():buidl()", "experiment.lua:2: model: there is no 'buidl' (did you mean 'build'?)")
  end)
end)
