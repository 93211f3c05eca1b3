local support = require "support"
local hq, close, fails, fails_with = support.hq, support.close, support.fails, support.fails_with

-- RY of each input, rotations, a ring of CNOTs.
local function circuit(wires)
  return hq.circuit(wires, function(c, x, w)
    for q in c:wires() do c:ry(q, x[q]) end
    for q in c:wires() do c:rx(q, w()) end
    for p, q in c:pairs "ring" do c:cnot(p, q) end
    for q in c:wires() do c:expect("Z", q) end
  end)
end

describe("kinds of layers", function()
  it("give their shapes", function()
    local rows = {
      { hq.conv2d { filters = 4, padding = "same", dilation = 2 }, { 2, 2, 8, 6 }, { 2, 4, 8, 6 } },
      { hq.conv2d { filters = 4, groups = 2 }, { 2, 2, 8, 6 }, { 2, 4, 6, 4 } },
      { hq.conv1d { filters = 3, kernel_size = 5, stride = 2 }, { 2, 2, 9 }, { 2, 3, 3 } },
      { hq.conv_transpose2d { filters = 3 }, { 2, 2, 4, 3 }, { 2, 3, 8, 6 } },
      { hq.upsample { scale = { 2, 3 }, mode = "bilinear" }, { 1, 2, 4, 3 }, { 1, 2, 8, 9 } },
      { hq.pad2d { top = 1, left = 2 }, { 1, 2, 4, 3 }, { 1, 2, 5, 5 } },
      { hq.max_pool2d(), { 1, 2, 7, 6 }, { 1, 2, 3, 3 } },
      { hq.avg_pool2d { kernel_size = 3, stride = 2, padding = 1 }, { 1, 2, 7, 6 }, { 1, 2, 4, 3 } },
      { hq.max_pool1d { kernel_size = 3 }, { 1, 2, 7 }, { 1, 2, 2 } },
      { hq.avg_pool1d { kernel_size = 2 }, { 1, 2, 7 }, { 1, 2, 3 } },
      { hq.adaptive_avg_pool2d(), { 1, 2, 7, 6 }, { 1, 2, 1, 1 } },
      { hq.adaptive_max_pool2d { size = { 2, 3 } }, { 1, 2, 7, 6 }, { 1, 2, 2, 3 } },
      { hq.batch_norm(), { 3, 4 }, { 3, 4 } },
      { hq.layer_norm { axes = 1 }, { 3, 4, 5 }, { 3, 4, 5 } },
      { hq.group_norm { groups = 2 }, { 3, 4, 5 }, { 3, 4, 5 } },
      { hq.dropout(), { 3, 4 }, { 3, 4 } },
      { hq.feature_noise { distribution = "uniform", bound = 0.2 }, { 3, 4 }, { 3, 4 } },
      { hq.reshape { 2, -1 }, { 3, 8 }, { 3, 2, 4 } },
      { hq.normalise { mean = 0.5, std = 0.5 }, { 3, 4 }, { 3, 4 } },
      { hq.residual { hq.dense { units = 4 }, hq.relu() }, { 3, 4 }, { 3, 4 } },
      { hq.parallel { hq.dense { units = 4 }, { hq.dense { units = 2 }, hq.tanh() } }, { 3, 4 }, { 3, 6 } },
      { hq.quanvolution { circuit = circuit(4), filters = 3, padding = 1 }, { 2, 1, 4, 4 }, { 2, 12, 3, 3 } },
      { hq.quanvolution { circuit = { circuit(4), circuit(4) }, per_channel = true }, { 2, 3, 4, 4 }, { 2, 24, 2, 2 } },
      { hq.quanvolution { circuit = circuit(4), dilation = 2, stride = 1 }, { 1, 1, 5, 4 }, { 1, 4, 3, 2 } },
    }
    for _, row in ipairs(rows) do
      local layer, input, output = table.unpack(row)
      local y = layer(hq.uniform(input))
      assert.same(output, y:shape(), tostring(layer))
      layer:train()
      assert.same(output, layer(hq.uniform(input)):shape(), tostring(layer))
    end
  end)

  it("have two modes and buffers", function()
    local model = hq.sequential { hq.dense { units = 3 }, hq.batch_norm { momentum = 0.5 }, hq.dropout { rate = 0.5 } }
    model:build { 1, 4 }
    local x = hq.uniform { 64, 4, seed = 1 }
    assert.is_false(model:training())
    assert.same(model(x):totable(), model(x):totable())
    assert.is_true(model:train():training())
    assert.are_not.same(model(x):totable(), model(x):totable())
    local buffers = model:buffers()
    assert.are_not.same({ 0, 0, 0 }, buffers["1.running_mean"]:totable())
    assert.same({ 3 }, buffers["1.running_variance"]:shape())
    assert.is_false(model:eval():training())
  end)

  it("mix branches with weights that depend on the sample", function()
    local fusion = hq.fusion {
      branches = { classical = hq.dense { units = 2 }, quantum = { hq.quantum { circuit = circuit(3) }, hq.dense { units = 2 } } },
      gate_units = 4,
    }
    fusion:build({ 1, 3 }, { dtype = "float64" })
    local x = hq.normal { 5, 3, seed = 2, dtype = "float64" }
    local w = fusion:fusion_weights(x):totable()
    for _, row in ipairs(w) do close(1, row[1] + row[2], 1e-12) end
    assert.are_not.same(w[1], w[2])
    assert.is_truthy(tostring(fusion):find("quantum.0", 1, true))
  end)

  it("keep a frozen block as it is", function()
    local body = hq.sequential { hq.dense { units = 3 }, hq.batch_norm(), hq.relu() }
    local model = hq.sequential { hq.frozen(body), hq.dense { units = 10 } }
    local data = hq.data.digits { train = 100 }
    model = hq.sequential { hq.flatten(), model }
    model:build(data:samples():shape())
    local before = model:parameters()["1.0.layer.0.weights"]:totable()
    local mean = model:buffers()["1.0.layer.1.running_mean"]:totable()
    hq.fit(model, data, { epochs = 1, progress = false })
    assert.same(before, model:parameters()["1.0.layer.0.weights"]:totable())
    assert.same(mean, model:buffers()["1.0.layer.1.running_mean"]:totable())
    -- A new head on it: building draws the head alone.
    local other = hq.sequential { hq.flatten(), hq.frozen(body), hq.dense { units = 2 } }
    other:build(data:samples():shape(), { seed = 99 })
    assert.same(before, other:parameters()["1.layer.0.weights"]:totable())
  end)

  it("have several heads on one trunk", function()
    local model = hq.heads {
      trunk = { hq.dense { units = 4 }, hq.relu() },
      heads = { digit = hq.dense { units = 3 }, parity = hq.dense { units = 2 } },
    }
    local x = hq.uniform { 2, 5, seed = 1 }
    assert.same({ 2, 5 }, model(x):shape())
    assert.same({ 2, 2 }, model:head("parity")(x):shape())
    fails("hq.dense({ units = 2 }):head('a')",
      "experiment.lua:2: model:head: the model has no heads; make it with hqnn_layer_heads")
  end)

  it("are initialised by name", function()
    local function first(init)
      local layer = hq.dense { units = 50, init = init, bias_init = "zeros" }
      layer:build({ 1, 40 }, { seed = 1 })
      assert.equal(0, layer:parameters().bias:get(1))
      local sum = (layer:parameters().weights ^ 2):mean():item()
      return sum
    end
    close(2 / 40, first "kaiming_normal", 0.01)
    close(1 / 40, first { name = "kaiming_uniform", nonlinearity = "linear" }, 0.01)
    close(2 / 90, first "xavier_uniform", 0.005)
    close(0.25, first { name = "normal", std = 0.5 }, 0.05)
    close(1, first "ones", 0)
    local near = hq.quantum { circuit = circuit(3), init = { name = "near_zero", std = 0.001 } }
    near:build { 1, 3 }
    for _, angle in ipairs(near:parameters().weights:totable()) do assert.is_true(math.abs(angle) < 0.01) end
  end)

  it("take diff_method and padded amplitudes", function()
    local c = hq.circuit(3, function(b, _, w)
      b:amplitudes { normalize = true }
      for q in b:wires() do b:ry(q, w()) end
      for q in b:wires() do b:expect("Z", q) end
    end)
    local layer = hq.quantum { circuit = c, pad = true, diff_method = "parameter-shift" }
    assert.same({ 2, 3 }, layer(hq.uniform { 2, 5 }):shape())
    fails_with("local c = hq.circuit(1, function(c, x) c:ry(0, x[0]) c:expect('Z', 0) end)\n"
      .. "hq.quantum { circuit = c, differentiation = 'adjoint', diff_method = 'adjoint' }", "experiment.lua:3: hq.quantum: ",
      "not both")
  end)

  it("say what was wrong, at the script's line", function()
    fails("hq.dense { units = 2, init = 'kaiming_unifrom' }",
      "experiment.lua:2: hq.dense: init: unknown 'kaiming_unifrom' (did you mean 'kaiming_uniform'?)")
    fails("hq.dense { units = 2, init = { name = 'normal', stdd = 1 } }",
      "experiment.lua:2: hq.dense: init: unknown option 'stdd' (did you mean 'std'?)")
    fails("hq.max_pool2d { kernal_size = 2 }",
      "experiment.lua:2: hq.max_pool2d: unknown option 'kernal_size' (did you mean 'kernel_size'?)")
    fails_with("hq.dropout { rate = 1.5 }", "experiment.lua:2: hq.dropout: ", "1.5")
    fails_with("hq.conv2d { padding = 'sam' }", "experiment.lua:2: hq.conv2d: ", "'same'")
    fails_with("hq.residual { 3 }", "experiment.lua:2: hq.residual: ", "element 1: expected a layer")
    fails_with("hq.parallel { hq.relu() }", "experiment.lua:2: hq.parallel: ", "two branches or more")
    fails_with("hq.parallel { hq.relu(), hq.relu(), combine = 'sum' }", "experiment.lua:2: hq.parallel: ", "'sum'")
    fails_with("hq.feature_noise { bound = 1 }", "experiment.lua:2: hq.feature_noise: ", "'uniform'")
    fails_with("hq.frozen(3)", "experiment.lua:2: hq.frozen: ", "expected a layer or an array of layers, got 3")
    fails_with("hq.sequential({ hq.residual { hq.dense { units = 2 } } }):build { 1, 3 }",
      "experiment.lua:2: model:build: ", "layer 0 (residual): the layers inside give {batch, 2}")
  end)
end)
