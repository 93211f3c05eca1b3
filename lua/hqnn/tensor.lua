-- Tensors: constructors, operators, indexing and printing.  The operations are methods.

local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local make, methods = core.make, core.tensor
local kind = core.object.kind
local tensors = {}

local function is_tensor(value) return kind(value) == "tensor" end

-- Splits { 2, 3, low = 0 } into the shape { 2, 3 } and checked options.
local function shape_and_options(name, given, known)
  if type(given) ~= "table" then
    options.raise("%s: expected a shape such as { 2, 3 }, got %s", name, options.describe(given))
  end
  known[#known + 1] = "dtype"
  known[#known + 1] = "requires_grad"
  local o = options.check(name, given, known, #given)
  return table.move(o, 1, #given, 1, {}), o
end

local function finish(tensor, o)
  if o.requires_grad then tensor:requires_grad(true) end
  return tensor
end

--- hq.tensor { { 1, 2 }, { 3, 4 }, dtype = "float64", requires_grad = true }, hq.tensor(1.5)
function tensors.tensor(value)
  if type(value) ~= "table" then return make.tensor(value, "float32") end
  local o = options.check("hq.tensor", value, { "dtype", "requires_grad" }, #value)
  return finish(make.tensor(value, o.dtype or "float32"), o)
end

--- hq.full { 2, 3, value = 1 }
function tensors.full(given)
  local shape, o = shape_and_options("hq.full", given, { "value!" })
  return finish(make.full(shape, o.dtype or "float32", o), o)
end

--- hq.zeros { 2, 3 }
function tensors.zeros(given)
  local shape, o = shape_and_options("hq.zeros", given, {})
  return finish(make.zeros(shape, o.dtype or "float32"), o)
end

--- hq.ones { 2, 3 }
function tensors.ones(given)
  local shape, o = shape_and_options("hq.ones", given, {})
  return finish(make.ones(shape, o.dtype or "float32"), o)
end

--- hq.uniform { 2, 3, low = 0, high = 1, seed = 7 }: in [low, high)
function tensors.uniform(given)
  local shape, o = shape_and_options("hq.uniform", given, { "low", "high", "seed" })
  o.seed = random.next(o.seed)
  return finish(make.uniform(shape, o.dtype or "float32", o), o)
end

--- hq.normal { 2, 3, mean = 0, deviation = 1, seed = 7 }
function tensors.normal(given)
  local shape, o = shape_and_options("hq.normal", given, { "mean", "deviation", "seed" })
  o.seed = random.next(o.seed)
  return finish(make.normal(shape, o.dtype or "float32", o), o)
end

--- A tensor from a tensor, or from what hq.tensor takes; of another tensor's type when given.
function tensors.from(value, like)
  if is_tensor(value) then return value end
  return make.tensor(value, like and like:dtype() or "float32")
end

-- ---- operators ----

local metatable = core.metatables.tensor

function metatable.__add(a, b)
  if type(b) == "number" then return methods.affine(a, 1, b) end
  if type(a) == "number" then return methods.affine(b, 1, a) end
  return methods.add(a, b)
end

function metatable.__sub(a, b)
  if type(b) == "number" then return methods.affine(a, 1, -b) end
  if type(a) == "number" then return methods.affine(b, -1, a) end
  return methods.subtract(a, b)
end

function metatable.__mul(a, b)
  if type(b) == "number" then return methods.affine(a, b, 0) end
  if type(a) == "number" then return methods.affine(b, a, 0) end
  return methods.multiply(a, b)
end

function metatable.__div(a, b)
  if type(b) == "number" then return methods.affine(a, 1 / b, 0) end
  if type(a) == "number" then return methods.divide(make.tensor(a, b:dtype()), b) end
  return methods.divide(a, b)
end

function metatable.__pow(a, b)
  if b == 2 then return methods.square(a) end
  if b == 0.5 then return methods.sqrt(a) end
  options.raise("tensor ^: the exponent may be 2 or 0.5, got %s", options.describe(b))
end

function metatable.__unm(a) return methods.affine(a, -1, 0) end

function metatable.__len(t) return methods.shape(t)[1] or 0 end

-- t[i]: row i of the first axis, a number when t has only one axis; nil just past the end, which is
-- where ipairs stops.
function metatable.__index(t, key)
  local method = methods[key]
  if method then return method end
  if math.type(key) ~= "integer" then
    if type(key) ~= "string" then
      options.raise("tensor: an index is a whole number from 1, got %s", options.describe(key))
    end
    options.no_method("tensor", methods, key)
  end
  local shape = methods.shape(t)
  local length = shape[1] or 0
  if key == length + 1 then return nil end
  if key < 1 or key > length then options.raise("tensor: index %d is not in 1..%d", key, length) end
  if #shape <= 1 then return methods.get(t, key) end
  return methods.reshape(methods.rows(t, key, 1), table.unpack(shape, 2))
end

function metatable.__newindex(t, key, value) methods.set(t, value, key) end

-- ---- printing ----

local edge = 3 -- elements shown at both ends of a long axis

local function number_text(value)
  if value ~= value or value == math.huge or value == -math.huge then return tostring(value) end
  local text = ("%.4f"):format(value)
  return (value ~= 0 and math.abs(value) < 5e-4 or math.abs(value) >= 1e6) and ("%.4g"):format(value) or text
end

-- Appends lines for the part of t below the given indices.
local function draw(t, shape, path, lines, indent)
  local depth = #path + 1
  local length = shape[depth]
  local shown = {}
  for i = 1, length do
    if length <= 2 * edge + 2 or i <= edge or i > length - edge then shown[#shown + 1] = i end
  end
  if depth == #shape then
    local cells = {}
    for position, i in ipairs(shown) do
      if position > 1 and i > shown[position - 1] + 1 then cells[#cells + 1] = "..." end
      path[depth] = i
      cells[#cells + 1] = ("%9s"):format(number_text(methods.get(t, table.unpack(path))))
    end
    path[depth] = nil
    lines[#lines + 1] = indent .. table.concat(cells, " ")
    return
  end
  for position, i in ipairs(shown) do
    if position > 1 and i > shown[position - 1] + 1 then lines[#lines + 1] = indent .. "      ..." end
    path[depth] = i
    if depth < #shape - 1 then
      lines[#lines + 1] = indent .. "[" .. table.concat(path, ", ") .. "]"
      draw(t, shape, path, lines, indent .. "  ")
    else
      draw(t, shape, path, lines, indent)
    end
    path[depth] = nil
  end
end

function metatable.__tostring(t)
  if core.object.released(t) then return "tensor (released)" end
  local shape = methods.shape(t)
  local head = ("tensor %s {%s}"):format(methods.dtype(t), table.concat(shape, ", "))
  if #shape == 0 then return head .. " " .. number_text(methods.item(t)) end
  if methods.count(t) == 0 then return head .. " empty" end
  local lines = { head }
  draw(t, shape, {}, lines, "")
  return table.concat(lines, "\n")
end

return tensors
