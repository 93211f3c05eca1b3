-- Tables of results: rows by position or by column name, printing, curves; images in a grid.

local core = require "hqnn.core"
local options = require "hqnn.options"

local make, native, methods = core.make, core.native, core.table
local tables = {}

-- The column names of each table, in order.
local columns = setmetatable({}, { __mode = "k" })

--- hq.table { "model", "eps", "accuracy" }
function tables.table(names)
  local made = make.table(names)
  columns[made] = table.move(names, 1, #names, 1, {})
  return made
end

--- hq.image_grid { path = "results/images.png", rows = { originals, restored }, labels = { "original", "restored" },
-- low = 0, high = 1, scale = 2, gap = 4 }: rows of [images, 1 or 3, height, width] as one PNG
function tables.image_grid(given)
  local o = options.check("hq.image_grid", given, { "path!", "rows!", "labels", "low", "high", "scale", "gap" })
  native.image_grid(o.rows, o.labels, o.path, o)
end

--- t:add { "QuNN", 0.1, 0.93 } or t:add { model = "QuNN", eps = 0.1, accuracy = 0.93 }
function methods:add(row)
  local names = columns[options.expect("table:add", "called on", self, "table")]
  if type(row) ~= "table" then
    options.raise("table:add: expected a row such as { %s = ... }, got %s", names[1], options.describe(row))
  end
  if next(row) == nil or #row > 0 then
    options.check("table:add", row, {}, #row)
    return native.table_add(self, row, #row)
  end
  options.check("table:add", row, names)
  local cells = {}
  for i, name in ipairs(names) do
    if row[name] == nil then options.raise("table:add: the row has no value for column '%s'", name) end
    cells[i] = row[name]
  end
  return native.table_add(self, cells, #names)
end

--- t:format(digits): the table as text, numbers with so many digits after the point
function methods:format(digits) return (native.table_format(self, digits or 4):gsub("\n+$", "")) end

--- t:write_latex(path, digits): a tabular for LaTeX, with the lines of the package booktabs
function methods:write_latex(path, digits) return native.table_write_latex(self, path, digits or 4) end

--- t:plot { stem = "results/curves", x = "eps", y = "accuracy", series = "model", panel = "attack",
-- error = "sd", title = …, x_label = …, y_label = …, log_x = true, log_y = true, points = true }: writes stem.csv, .gp,
-- .svg and .png
function methods:plot(given)
  local o = options.check("table:plot", given,
    { "stem!", "x!", "y!", "series", "panel", "error", "title", "x_label", "y_label", "log_x", "log_y", "points" })
  return native.table_plot(self, o)
end

options.publish(methods)

core.metatables.table.__index = function(_, key)
  return methods[key] or options.no_method("table", methods, key)
end

core.metatables.table.__tostring = function(self)
  return core.object.released(self) and "table (released)" or methods.format(self)
end

return tables
