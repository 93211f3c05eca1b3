local support = require "support"
local hq, fails, fails_with = support.hq, support.fails, support.fails_with

local function example()
  local t = hq.table { "model", "eps", "accuracy" }
  t:add { "QuNN", 0, 0.95 }
  t:add { model = "CNN", eps = 0.1, accuracy = 0.5 }
  t:add { "a, b", 0.1, 0.25 }
  return t
end

describe("tables", function()
  it("print aligned columns", function()
    local lines = {}
    for line in tostring(example()):gmatch "[^\n]+" do lines[#lines + 1] = line end
    assert.is_truthy(lines[1]:find("model", 1, true) and lines[1]:find("accuracy", 1, true))
    local text = tostring(example())
    assert.is_truthy(text:find("0.9500", 1, true), text)
    assert.is_truthy(example():format(2):find("0.95", 1, true))
    assert.is_nil(example():format(2):find("0.950", 1, true))
  end)

  it("are written as CSV", function()
    local folder, remove = support.folder()
    example():write_csv(folder .. "/deep/er/t.csv")
    local text = support.read(folder .. "/deep/er/t.csv")
    remove()
    local lines = {}
    for line in text:gmatch "[^\r\n]+" do lines[#lines + 1] = line end
    assert.equal("model,eps,accuracy", lines[1])
    assert.equal(4, #lines)
    assert.is_truthy(lines[4]:find('^"a, b",0.1,0.25$'), lines[4])
  end)

  it("are drawn as curves", function()
    local folder, remove = support.folder()
    local t = hq.table { "x", "y", "sd", "who", "panel" }
    for i = 0, 5 do
      t:add { i, i * i, 0.5, "one", "left" }
      t:add { i, 2 * i, 0.5, "two", "left" }
      t:add { i, 30 - i, 1, "one", "right" }
    end
    t:plot { stem = folder .. "/curves", x = "x", y = "y", error = "sd", series = "who", panel = "panel", title = "T" }
    assert.equal("\137PNG", support.read(folder .. "/curves.png"):sub(1, 4))
    assert.is_truthy(support.read(folder .. "/curves.svg"):find("<svg", 1, true))
    for _, ending in ipairs { "csv", "gp" } do assert.is_true(#support.read(folder .. "/curves." .. ending) > 0) end
    remove()
  end)

  it("say what was wrong, at the script's line", function()
    local start = "local t = hq.table { 'model', 'accuracy' }\n"
    fails(start .. "t:add { model = 'a', acuracy = 1 }",
      "experiment.lua:3: table:add: unknown option 'acuracy' (did you mean 'accuracy'?)")
    fails(start .. "t:add { model = 'a' }", "experiment.lua:3: table:add: the row has no value for column 'accuracy'")
    fails(start .. "t:add { 'a', true }", "experiment.lua:3: table:add: cell 2 is true; expected a number or a text")
    fails_with(start .. "t:add { 'a' }", "experiment.lua:3: table:add: ", "1")
    fails(start .. "t:add(3)", "experiment.lua:3: table:add: expected a row such as { model = ... }, got 3")
    fails("hq.table { 'a', 3 }", "experiment.lua:2: hq.table: column 2 is 3; expected a text")
    fails(start .. "t:plot { stem = 'x', x = 'model' }", "experiment.lua:3: table:plot: option 'y' is required")
    fails_with(start .. "t:add { 'a', 1 } t:plot { stem = '/tmp/hqnn-none', x = 'modle', y = 'accuracy' }",
      "experiment.lua:3: table:plot: ", "modle")
    fails_with(start .. "t:write_csv '/proc/none/x.csv'", "experiment.lua:3: table:write_csv: ", "/proc/none")
  end)
end)

describe("image grids", function()
  local start = "local row = hq.full { 2, 1, 4, 4, value = 0.5 }\n"

  it("are written as PNG", function()
    local folder, remove = support.folder()
    local path = folder .. "/new/grid.png"
    hq.image_grid { path = path, rows = { hq.full { 3, 3, 4, 6, value = 0.5 }, hq.ones { 2, 1, 4, 6 } },
      labels = { "Noisy, eps = 0.3", "" }, scale = 2, gap = 1, low = -1, high = 2 }
    local bytes = support.read(path)
    remove()
    assert.equal("\137PNG\r\n\26\n", bytes:sub(1, 8))
    local width, height, depth, colour = (">I4I4BB"):unpack(bytes, 17)
    -- 16 letters of 6 pixels with margins of 4, then three images of 12 pixels; rows of 8, one apart.
    assert.same({ 16 * 6 + 4 + 3 * 13 - 1, 17, 8, 2 }, { width, height, depth, colour })
  end)

  it("say what was wrong, at the script's line", function()
    fails(start .. "hq.image_grid { rows = { row } }", "experiment.lua:3: hq.image_grid: option 'path' is required")
    fails("hq.image_grid { rows = {}, path = 'x.png' }", "experiment.lua:2: hq.image_grid: there are no rows of images")
    fails("hq.image_grid { rows = 3, path = 'x.png' }", "experiment.lua:2: hq.image_grid: rows: expected an array, got 3")
    fails(start .. "hq.image_grid { rows = { row, 7 }, path = 'x.png' }",
      "experiment.lua:3: hq.image_grid: rows: element 2: expected a tensor, got 7")
    fails(start .. "hq.image_grid { rows = { row }, labels = { 'a', 'b' }, path = 'x.png' }",
      "experiment.lua:3: hq.image_grid: 2 labels for 1 rows")
    fails(start .. "hq.image_grid { rows = { row }, labels = { true }, path = 'x.png' }",
      "experiment.lua:3: hq.image_grid: labels: element 1: expected a text, got true")
    fails_with(start .. "hq.image_grid { rows = { row }, labels = { 'a#' }, path = 'x.png' }",
      "experiment.lua:3: hq.image_grid: ", "'#', which cannot be drawn")
    fails_with("hq.image_grid { rows = { hq.ones { 2, 2, 4, 4 } }, path = 'x.png' }",
      "experiment.lua:2: hq.image_grid: ", "row 0: expected [images, 1 or 3, height, width]")
    fails_with(start .. "hq.image_grid { rows = { row }, path = 'x.png', skale = 2 }",
      "experiment.lua:3: hq.image_grid: ", "did you mean 'scale'?")
  end)
end)
