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

describe("defences made of layers", function()
  local train, test = hq.data.digits { train = 300, test = 100 }
  local function fit() return { epochs = 15, seed = 1, optimizer = hq.optim.adam { lr = 0.01 } } end
  local function trained(seed)
    hq.seed(seed)
    local model = small()
    hq.fit(model, train, { epochs = 15, seed = seed, optimizer = hq.optim.adam { lr = 0.01 } })
    return model
  end
  local teacher = trained(1)

  it("distil a student at a temperature", function()
    hq.seed(5)
    local student = small()
    local history = hq.defence.distill { teacher = teacher, student = student, data = train, temperature = 5, fit = fit() }
    assert.equal(15, #history)
    assert(history[15].loss < history[1].loss)
    assert(hq.evaluate(student, test) > 0.7, hq.evaluate(student, test))
    fails_with("hq.defence.distill { teacher = hq.flatten(), student = hq.flatten(), data = hq.data.digits {}, temperature = 0 }",
      "experiment.lua:2: hq.defence.distill: ", "expected a number above 0, got 0")
  end)

  it("average models", function()
    local other = trained(2)
    local x = test:samples()
    local logits = hq.defence.ensemble({ teacher, other }, { average = "logits" })
    logits:build(x:shape())
    support.close(((teacher:infer(x) + other:infer(x)) / 2):totable(), logits:infer(x):totable(), 1e-5)
    local ensemble = hq.defence.ensemble { teacher, other }
    ensemble:build(x:shape())
    local mean = (teacher:infer(x):softmax() + other:infer(x):softmax()) / 2
    support.close(mean:totable(), ensemble:infer(x):exp():totable(), 1e-5)
    local report = hq.robustness(ensemble, test, { eps = { 0.05 }, attacks = { hq.attack.fgsm() } })
    assert(report.rows[1].accuracy < 1)
    fails("hq.defence.ensemble { hq.flatten() }",
      "experiment.lua:2: hq.defence.ensemble: expected an array of two models or more, got a table")
  end)

  it("denoise in front of a model", function()
    hq.seed(6)
    local autoencoder = hq.sequential {
      hq.flatten(), hq.dense { units = 48 }, hq.relu(), hq.dense { units = 64 }, hq.sigmoid(), hq.reshape { 1, 8, 8 },
    }
    local denoiser, history = hq.defence.denoiser { autoencoder = autoencoder, data = train, std = 0.2, fit = fit() }
    assert(history[15].loss < 0.5 * history[1].loss)
    local defended = hq.sequential { denoiser, hq.frozen(teacher) }
    defended:build(test:samples():shape())
    assert(hq.evaluate(defended, test) > 0.6)
  end)

  it("draw an encoding anew at every pass", function()
    local wires = 2
    local circuit = hq.circuit(wires, function(c, x)
      for q in c:wires() do c:ry(q, math.pi * x[q]) end
      for q in c:wires() do c:rz(q, x[wires + 2 * q]) c:rx(q, x[wires + 2 * q + 1]) end
      for q in c:wires() do c:expect("Z", q) end
    end)
    local model = hq.sequential { hq.random_inputs { count = 2 * wires, bound = 0.3 }, hq.quantum { circuit = circuit } }
    model:build { 1, wires }
    local x = hq.uniform { 3, wires, seed = 1 }
    assert.are_not.same(model:infer(x):totable(), model:infer(x):totable())
    assert.same({ 3, 2 }, hq.adversarial_noise { size = 0.1 }(model:infer(x)):shape())
  end)

  it("keep trainable encodings slow", function()
    local circuit = hq.circuit(2, function(c, x, w)
      for q in c:wires() do c:ry(q, w() * x[q]) end
      c:cnot(0, 1)
      for q in c:wires() do c:expect("Z", q) end
    end)
    local data = hq.data.from(hq.uniform { 40, 2, seed = 1 }, (function()
      local labels = {}
      for i = 1, 40 do labels[i] = i % 2 end
      return labels
    end)(), 2)
    local function weight(penalty)
      local layer = hq.quantum { circuit = circuit, init = { name = "constant", value = 2 } }
      local model = hq.sequential { layer, hq.dense { units = 2 } }
      hq.fit(model, data, { epochs = 20, seed = 1, encoding_penalty = penalty, optimizer = hq.optim.adam { lr = 0.05 } })
      return math.abs(model:parameters()[1]:totable()[1])
    end
    assert(weight(1) < weight(0))
  end)
end)
