local support = require "support"
local hq = support.hq

local function fails(words, body)
  local is_fine, message = pcall(body)
  assert.is_false(is_fine)
  assert.is_truthy(tostring(message):find(words, 1, true), tostring(message))
end

describe("perturbations of whole sets and of the quantum part", function()
  local model, plain, test

  setup(function()
    hq.seed(3)
    local train
    train, test = hq.data.digits { train = 300, test = 60 }
    local circuit = hq.circuit(3, function(c, x, w)
      for q in c:wires() do c:ry(q, x[q]) end
      for q in c:wires() do c:rx(q, w()) end
      c:cnot(0, 1)
      for q in c:wires() do c:expect("Z", q) end
    end)
    model = hq.sequential { hq.flatten(), hq.dense { units = 3 }, hq.quantum { circuit = circuit }, hq.dense { units = 10 } }
    plain = hq.sequential { hq.flatten(), hq.dense { units = 10 } }
    for _, m in ipairs { model, plain } do
      hq.fit(m, train, { epochs = 6, batch = 8, seed = 1, optimizer = hq.optim.adam { lr = 1e-2 }, progress = "none" })
    end
  end)

  it("find one perturbation that fools the model on many samples", function()
    local found = hq.universal(plain, test, { eps = 0.2, epochs = 5 })
    assert.is_true(found.fooling_rate > found.noise_fooling_rate)
    local shape = test:samples():shape()
    assert.same({ shape[2], shape[3], shape[4] }, found.delta:shape())
    assert.is_true(hq.evaluate(plain, found:apply(test)) < found.clean_accuracy)
    support.close(found.accuracy, hq.evaluate(plain, found:apply(test)), 1e-9)
    local effect = found:evaluate(plain, test)
    assert.equal(found.fooling_rate, effect.fooling_rate)
    assert.is_truthy(tostring(found):find "fooling rate")
    assert.equal(5, #found.history)
    assert.same(test:samples():shape(), found:apply(test:samples()):shape())
  end)

  it("attack angles, weights and states", function()
    local angles, rows = hq.quantum_attack.angles(model, test, { eps = 0.2 })
    assert.is_true(angles.accuracy <= angles.clean_accuracy)
    assert.equal(3, angles.angles)
    assert.equal("table", require("hqnn.core").object.kind(rows))
    local weights = hq.quantum_attack.weights(model, test, { eps = 0.5, draws = 3 })
    assert.is_true(weights.accuracy <= weights.clean_accuracy)
    assert.equal(3, #weights.delta)
    assert.equal(3, #weights.random_accuracies)
    local states = hq.quantum_attack.states(model, test, { eps = 0.2 })
    assert.is_true(states.accuracy <= states.clean_accuracy)
    support.close(hq.evaluate(model, test), states.clean_accuracy, 1e-9)
    assert.equal(0, hq.quantum_attack.states(model, test, { eps = 1 }).accuracy)
  end)

  it("show how samples made on one model do on others", function()
    local attack = hq.attack.fgsm { eps = 0.15 }
    local matrix = hq.transfer_matrix { models = { plain = plain, hybrid = model }, data = test, attack = attack }
    assert.same({ "hybrid", "plain" }, matrix.names)
    support.close(hq.evaluate(plain, attack:run(model, test)), matrix.accuracy[1][2], 1e-9)
    support.close(hq.evaluate(plain, test), matrix.clean[2], 1e-9)
    assert.is_truthy(tostring(matrix):find "hybrid")
  end)

  it("name mistakes", function()
    fails("hq.universal: unknown option 'epsilon'", function() hq.universal(plain, test, { epsilon = 1 }) end)
    fails("hq.universal: argument 2", function() hq.universal(plain, plain) end)
    fails("the model has no quantum or quanvolution layer", function() hq.quantum_attack.angles(plain, test) end)
    fails("eps is 2; it must be in", function() hq.quantum_attack.states(model, test, { eps = 2 }) end)
    fails("hq.transfer_matrix: models", function()
      hq.transfer_matrix { models = plain, data = test, attack = hq.attack.fgsm() }
    end)
    fails("expected an attack", function() hq.transfer_matrix { models = { a = plain }, data = test, attack = 3 } end)
  end)
end)
