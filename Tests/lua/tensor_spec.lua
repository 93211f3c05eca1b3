local support = require "support"
local hq, close, fails = support.hq, support.close, support.fails

describe("tensors", function()
  it("come from nested tables and go back to them", function()
    local nested = { { { 1, 2 }, { 3, 4 } }, { { 5, 6 }, { 7, 8.5 } } }
    for _, dtype in ipairs { "float32", "float64" } do
      local given = { nested[1], nested[2], dtype = dtype }
      local t = hq.tensor(given)
      assert.same(nested, t:totable())
      assert.same({ 2, 2, 2 }, t:shape())
      assert.equal(dtype, t:dtype())
      assert.equal(8, t:count())
    end
    assert.equal(1.5, hq.tensor(1.5):totable())
    assert.same({}, hq.tensor({}):totable())
    assert.same({ 0 }, hq.tensor({}):shape())
  end)

  it("are indexed from 1, by element and by row", function()
    local t = hq.tensor { { 1, 2, 3 }, { 4, 5, 6 } }
    assert.equal(6, t:get(2, 3))
    assert.equal(4, t[2][1])
    assert.equal(2, #t)
    assert.same({ 4, 5, 6 }, t[2]:totable())
    t:set(9, 2, 3)
    assert.equal(9, t:get(2, 3))
    local rows = {}
    for i, row in ipairs(t) do rows[i] = row:totable() end
    assert.same({ { 1, 2, 3 }, { 4, 5, 9 } }, rows)
    local v = hq.tensor { 1, 2 }
    v[1] = 7
    assert.same({ 7, 2 }, v:totable())
    assert.same({ 3, 4 }, v:assign({ 3, 4 }):totable())
  end)

  it("have the operators of numbers", function()
    local a, b = hq.tensor { 1, 4 }, hq.tensor { 2, 8 }
    for _, case in ipairs {
      { a + b, { 3, 12 } }, { a - b, { -1, -4 } }, { a * b, { 2, 32 } }, { b / a, { 2, 2 } },
      { a + 1, { 2, 5 } }, { 1 + a, { 2, 5 } }, { a - 1, { 0, 3 } }, { 1 - a, { 0, -3 } },
      { a * 2, { 2, 8 } }, { 2 * a, { 2, 8 } }, { a / 2, { 0.5, 2 } }, { 2 / a, { 2, 0.5 } },
      { a ^ 2, { 1, 16 } }, { a ^ 0.5, { 1, 2 } }, { -a, { -1, -4 } },
      { hq.tensor { { 1 }, { 2 } } + hq.tensor { 10, 20 }, { { 11, 21 }, { 12, 22 } } },
    } do
      close(case[2], case[1]:totable())
    end
  end)

  it("have functions, reductions and products", function()
    local t = hq.tensor { { -1, 0.5 }, { 2, 3 } }
    close({ { 0, 0.5 }, { 2, 3 } }, t:relu():totable())
    close(4.5, t:sum():item())
    close(1.125, t:mean():item())
    close({ -1, 0.5, 2, 3 }, t:reshape(-1):totable())
    close({ { 2, 3 } }, t:rows(2, 1):totable())
    close({ { 0, 1 }, { 8, 10 } }, t:matmul(hq.tensor { { 1, 0.5 }, { 2, 3 } }):totable())
    assert.same({ 1, 1 }, t:argmax())
    close({ math.sin(1), math.sin(2) }, hq.tensor({ 1, 2 }):sin():totable())
    assert.equal("float64", t:cast("float64"):dtype())
  end)

  it("differentiate what Lua composes", function()
    local w = hq.tensor { 1, 2, 3, dtype = "float64", requires_grad = true }
    local loss = ((w * w - 2 * w):sin()):sum()
    loss:backward()
    local expected = {}
    for i = 1, 3 do expected[i] = math.cos(i * i - 2 * i) * (2 * i - 2) end
    close(expected, w:grad():totable(), 1e-12)
    w:zero_grad()
  end)

  it("have reductions over axes, counted from 1 or from the end", function()
    local t = hq.tensor { { 1, 2, 3 }, { 4, 5, 6 } }
    close({ 5, 7, 9 }, t:sum(1):totable())
    close({ { 2 }, { 5 } }, t:mean({ -1, keep_dims = true }):totable())
    close({ 3, 6 }, t:max(2):totable())
    close(1, t:min(1, 2):item())
    close(720, t:prod():item())
    close(math.sqrt(91), t:norm():item())
    close(21, t:norm({ p = 1 }):item())
    close(6, t:norm({ p = math.huge }):item())
    close({ 2.25, 2.25, 2.25 }, t:variance(1):totable())
    close({ 4.5, 4.5, 4.5 }, t:variance({ 1, sample = true }):totable())
    close({ 1, 1 }, t:std({ 2, sample = true }):totable())
    close(1000 + math.log(2), hq.tensor({ 1000, 1000, dtype = "float64" }):logsumexp():item())
    close({ { 1, 3, 6 }, { 4, 9, 15 } }, t:cumsum():totable())
    close({ 0.5, 0.5 }, hq.tensor({ 3, 3 }):softmax():totable())
    close({ 1, 1, 1 }, t:argmax(1):totable())
    assert.same({ 0, 0 }, t:argmin())
  end)

  it("move their elements", function()
    local t = hq.tensor { { 1, 2, 3 }, { 4, 5, 6 } }
    assert.same({ { 1, 4 }, { 2, 5 }, { 3, 6 } }, t:transpose():totable())
    assert.same({ { 1, 4 }, { 2, 5 }, { 3, 6 } }, t:permute(2, 1):totable())
    assert.same({ 2, 5 }, t:select(2, 2):totable())
    assert.same({ 4, 5, 6 }, t:select(1, -1):totable())
    assert.same({ { 3, 1 }, { 6, 4 } }, t:slice(2, -1, 1, -2):totable())
    assert.same({ { 2, 3 }, { 5, 6 } }, t:slice(2, 2):totable())
    assert.same({ { 3, 3 }, { 6, 6 } }, t:index_select(2, { 3, 3 }):totable())
    assert.same({ { 6, 5, 4 }, { 3, 2, 1 } }, t:flip(1, 2):totable())
    assert.same({ { 1, 2 }, { 1, 2 } }, hq.tensor({ 1, 2 }):expand(2, -1):totable())
    assert.same({ 1, 2, 1, 2 }, hq.tensor({ 1, 2 }):tile(2):totable())
    assert.same({ 9, 1, 9, 9 }, hq.tensor({ 1 }):pad({ { 1, 2 }, value = 9 }):totable())
    assert.same({ { 1 }, { 4 } }, t:split(2, { 1, 2 })[1]:totable())
    assert.equal(3, #t:split(-1, 3))
    assert.same({ 1, 2, 3 }, hq.concat({ hq.tensor { 1 }, hq.tensor { 2, 3 } }):totable())
    assert.same({ { 1, 3 }, { 2, 4 } }, hq.stack({ hq.tensor { 1, 2 }, hq.tensor { 3, 4 } }, 2):totable())
  end)

  it("are compared, chosen from and made by rules", function()
    local t = hq.tensor { -1, 2, 3 }
    assert.same({ 0, 0, 1 }, t:gt(2):totable())
    assert.same({ 0, 1, 1 }, t:ge(hq.tensor { 0, 2, 1 }):totable())
    assert.same({ 0, 2, 3 }, hq.where(t:lt(0), 0, t):totable())
    assert.same({ 0, 2, 2 }, t:clamp(0, 2):totable())
    assert.same({ 0, 2, 3 }, t:maximum(0):totable())
    assert.same({ -1, 8, 27 }, (t ^ 3):totable())
    close({ 0.5, 4, 8 }, (2 ^ t):totable())
    assert.same({ { 1, 0 }, { 0, 1 } }, hq.eye({ 2 }):totable())
    assert.same({ 0, 0.5, 1 }, hq.linspace({ count = 3 }):totable())
    assert.same({ 1, 3 }, hq.arange({ start = 1, stop = 5, step = 2 }):totable())
    assert.same({ { 0, 1 }, { 1, 0 } }, hq.one_hot({ 1, 0 }, { classes = 2 }):totable())
    assert.same({ 0, 0, 0 }, hq.zeros_like(t):totable())
    local order = hq.permutation(5, { seed = 1 })
    table.sort(order)
    assert.same({ 1, 2, 3, 4, 5 }, order)
    for _, v in ipairs(hq.randint({ 50, low = 2, high = 4, seed = 1 }):totable()) do assert.is_true(v >= 2 and v <= 4) end
    for _, v in ipairs(hq.bernoulli({ 50, p = 0.3, seed = 1 }):totable()) do assert.is_true(v == 0 or v == 1) end
  end)

  it("give gradients of anything, and none where recording is off", function()
    local x = hq.tensor { 1, 2, 3, requires_grad = true }
    local square = x * x
    local y = square:sum()
    close({ 1, 1, 1 }, hq.grad(y, square):totable())
    close({ 2, 4, 6 }, hq.grad(y, { square, x })[2]:totable())
    close({ 2, 0, 0 }, hq.grad(square, x, { seed = hq.tensor { 1, 0, 0 } }):totable())
    local plain = hq.no_grad(function(factor) return (x * factor):sum() end, 2)
    assert.is_false(pcall(plain.backward, plain))
    assert.is_false(pcall(hq.no_grad, function() error "stop" end))
    y:backward()
    close({ 2, 4, 6 }, x:grad():totable())
    support.fails_with([[local x = hq.tensor { 1, requires_grad = true }
      local y = (x * x):sum()
      x:set(2, 1)
      y:backward()]], "experiment.lua:5: tensor:backward: ", "a tensor that backward needs was written to")
  end)

  it("have losses with options", function()
    local x, t = hq.tensor { { 1, -2 }, { 0.5, 3 } }, hq.tensor { { 0, 1 }, { 0.5, 1 } }
    close(3.5, hq.loss.mse(x, t):item())
    close(1.5, hq.loss.l1(x, t):item())
    close({ { 0.5, 2.5 }, { 0, 1.5 } }, hq.loss.huber(x, t, { reduction = "none" }):totable())
    close(hq.loss.mse(x, hq.one_hot({ 1, 0 }, { classes = 2 })):item(), hq.loss.mse(x, { 1, 0 }):item())
    close(hq.loss.cross_entropy(x, { 0, 1 }):item(),
      hq.loss.cross_entropy(x, { 0, 1 }, { class_weights = { 1, 1 } }):item(), 1e-6)
    close(0, hq.loss.cosine(x, x):item(), 1e-6)
    close(2, hq.loss.cosine_embedding(x, x, { -1, -1 }, { reduction = "sum" }):item(), 1e-6)
    fails("hq.loss.mse(hq.ones { 2 }, 3)", "experiment.lua:2: hq.loss.mse: argument 2: expected a tensor of targets, got 3")
    fails("hq.loss.nll(hq.ones { 1, 2 }, { 2 })", "experiment.lua:2: hq.loss.nll: label 0 is 2; it must be in 0..<2")
    fails("hq.loss.huber(hq.ones { 2 }, hq.ones { 2 }, { dleta = 2 })",
      "experiment.lua:2: hq.loss.huber: unknown option 'dleta' (did you mean 'delta'?)")
    fails("hq.loss.mse(hq.ones { 2 }, hq.ones { 2 }, { reduction = 'max' })",
      "experiment.lua:2: hq.loss.mse: reduction: unknown 'max'; it may be 'mean', 'sum', 'none'")
  end)

  it("draw random numbers that a seed decides", function()
    local function draw() return hq.uniform({ 5 }):totable() end
    hq.seed(3)
    local a, b = draw(), draw()
    hq.seed(3)
    assert.same(a, draw())
    assert.same(b, draw())
    assert.not_same(a, b)
    assert.same(hq.normal({ 4, seed = 9 }):totable(), hq.normal({ 4, seed = 9 }):totable())
    for _, v in ipairs(hq.uniform({ 100, low = 2, high = 3 }):totable()) do assert.is_true(v >= 2 and v < 3) end
  end)

  it("print their type, shape and values, the middle of long ones left out", function()
    assert.equal("tensor float32 {2, 2}\n   1.0000    2.5000\n  -3.0000    4.0000",
      tostring(hq.tensor { { 1, 2.5 }, { -3, 4 } }))
    assert.equal("tensor float32 {} 2.0000", tostring(hq.tensor(2)))
    assert.equal("tensor float64 {0} empty", tostring(hq.zeros { 0, dtype = "float64" }))
    assert.is_truthy(tostring(hq.ones { 100, 100 }):find("...", 1, true))
    assert.is_true(#tostring(hq.ones { 100, 100 }) < 1000)
  end)

  it("say what was wrong, at the script's line", function()
    fails("local t = hq.ones { 2, 3 }\nt:get(3, 1)",
      "experiment.lua:3: tensor:get: index 3 is not in 1..2 (axis 1 of shape {2, 3})")
    fails("hq.ones { 2, 3 }:get(1)",
      "experiment.lua:2: tensor:get: expected 2 indices for shape {2, 3}, got 1")
    fails("local t = hq.ones { 2 }\nreturn t[0]", "experiment.lua:3: tensor: index 0 is not in 1..2")
    fails("hq.ones { 2 }:matmull()", "experiment.lua:2: tensor: there is no 'matmull' (did you mean 'matmul'?)")
    fails("return hq.tensor { { 1, 2 }, { 3 } }",
      "experiment.lua:2: hq.tensor: row {2} has 1 elements; the rows before it have 2 elements")
    fails("hq.tensor { { 1, 'a' } }", "experiment.lua:2: hq.tensor: element {1, 2} is 'a'; expected a number")
    fails("hq.tensor 'a'", "experiment.lua:2: hq.tensor: expected a number or nested arrays of numbers, got 'a'")
    fails("hq.zeros { 2, dtyp = 'float64' }",
      "experiment.lua:2: hq.zeros: unknown option 'dtyp' (did you mean 'dtype'?)")
    fails("hq.zeros { 2, dtype = 'int8' }",
      "experiment.lua:2: hq.zeros: unknown dtype 'int8'; it may be 'float32' or 'float64'")
    fails("hq.zeros(3)", "experiment.lua:2: hq.zeros: expected a shape such as { 2, 3 }, got 3")
    fails("hq.uniform { 2, low = 'a' }", "experiment.lua:2: hq.uniform: low: expected a number, got 'a'")
    fails("local t = hq.ones { 2 }\nreturn t + {}",
      "experiment.lua:3: tensor:add: argument 1: expected a tensor, got a table")
    fails("return hq.ones { 2 } ^ {}", "experiment.lua:2: tensor:pow: argument 1: expected a tensor or a number, got a table")
    fails("hq.ones { 2 }:item()", "experiment.lua:2: tensor:item: expected a tensor of one element, this one is {2}")
    fails("hq.ones { 2 }.sum(3)", "experiment.lua:2: tensor:sum: called on: expected a tensor, got 3")
    fails("local t = hq.ones { 2 }\nt:release()\nt:sum()", "experiment.lua:4: tensor:sum: the tensor was released")
    fails("hq.ones { 2, 3 }:sum(3)", "experiment.lua:2: tensor:sum: axis 3 is not in 1..2 or -2..-1")
    fails("hq.ones { 2, 3 }:select(2, 4)",
      "experiment.lua:2: tensor:select: index 4 is not in 1..3 or -3..-1 (axis 2 of shape {2, 3})")
    fails("hq.ones { 2, 3 }:slice(1, 3)",
      "experiment.lua:2: tensor:slice: position 3 is not in 1..2 or -2..-1 (axis 1 of shape {2, 3})")
    fails("hq.ones { 2, 3 }:mean { 1, keepdims = true }",
      "experiment.lua:2: tensor:mean: unknown option 'keepdims' (did you mean 'keep_dims'?)")
    fails("hq.ones { 4 }:split(1, 3)", "experiment.lua:2: tensor:split: 4 positions cannot be cut into 3 equal pieces")
    fails("hq.softmax { axis = 1 }", "experiment.lua:2: hq.softmax: axis 1 is none within a sample; axis 1 is the batch")
    fails("hq.threads(0)", "experiment.lua:2: hq.threads: threads is 0; it must be in 1..4096")
    fails("hq.seed 'a'", "experiment.lua:2: hq.seed: expected a whole number, got 'a'")
    support.fails_with("hq.ones { 2, 3 }:matmul(hq.ones { 2, 3 })", "experiment.lua:2: tensor:matmul: ", "{2, 3}")
    support.fails_with("hq.zeros { -1 }", "experiment.lua:2: hq.zeros: ", "-1")
  end)
end)
