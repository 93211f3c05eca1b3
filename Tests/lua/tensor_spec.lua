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
    fails("return hq.ones { 2 } ^ 3", "experiment.lua:2: tensor ^: the exponent may be 2 or 0.5, got 3")
    fails("hq.ones { 2 }:item()", "experiment.lua:2: tensor:item: expected a tensor of one element, this one is {2}")
    fails("hq.ones { 2 }.sum(3)", "experiment.lua:2: tensor:sum: called on: expected a tensor, got 3")
    fails("local t = hq.ones { 2 }\nt:release()\nt:sum()", "experiment.lua:4: tensor:sum: the tensor was released")
    fails("hq.threads(0)", "experiment.lua:2: hq.threads: threads is 0; it must be in 1..4096")
    fails("hq.seed 'a'", "experiment.lua:2: hq.seed: expected a whole number, got 'a'")
    support.fails_with("hq.ones { 2, 3 }:matmul(hq.ones { 2, 3 })", "experiment.lua:2: tensor:matmul: ", "{2, 3}")
    support.fails_with("hq.zeros { -1 }", "experiment.lua:2: hq.zeros: ", "-1")
  end)
end)
