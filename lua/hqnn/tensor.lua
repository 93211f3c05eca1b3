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

--- hq.bernoulli { 2, 3, p = 0.5, seed = 7 }: 1 with probability p, 0 otherwise
function tensors.bernoulli(given)
  local shape, o = shape_and_options("hq.bernoulli", given, { "p", "seed" })
  o.seed = random.next(o.seed)
  return finish(make.bernoulli(shape, o.dtype or "float32", o), o)
end

--- hq.randint { 2, 3, low = 0, high = 9, seed = 7 }: whole numbers, both bounds included
function tensors.randint(given)
  local shape, o = shape_and_options("hq.randint", given, { "low", "high!", "seed" })
  o.seed = random.next(o.seed)
  return finish(make.randint(shape, o.dtype or "float32", o), o)
end

--- hq.permutation(n, { seed = 7 }): the numbers 1 to n in a drawn order, as an array
function tensors.permutation(n, given)
  local o = options.check("hq.permutation", given, { "seed" })
  return make.permutation(n, random.next(o.seed))
end

--- hq.arange { start = 0, stop = 10, step = 1 }: stop is not included
function tensors.arange(given)
  local o = options.check("hq.arange", given, { "start", "stop!", "step", "dtype", "requires_grad" })
  return finish(make.arange(o.dtype or "float32", o), o)
end

--- hq.linspace { first = 0, last = 1, count = 5 }: both ends included
function tensors.linspace(given)
  local o = options.check("hq.linspace", given, { "first", "last", "count!", "dtype", "requires_grad" })
  return finish(make.linspace(o.dtype or "float32", o), o)
end

--- hq.eye { 3 }, hq.eye { 2, 3 }: ones on the diagonal
function tensors.eye(given)
  local shape, o = shape_and_options("hq.eye", given, {})
  if #shape < 1 or #shape > 2 then
    options.raise("hq.eye: expected { n } or { rows, columns }, got %d numbers", #shape)
  end
  return finish(make.eye(shape[1], shape[2] or shape[1], o.dtype or "float32"), o)
end

--- hq.one_hot(labels, { classes = 10 }): a row per class number from 0
function tensors.one_hot(labels, given)
  local o = options.check("hq.one_hot", given, { "classes!", "dtype", "requires_grad" })
  return finish(make.one_hot(labels, o.classes, o.dtype or "float32"), o)
end

--- hq.zeros_like(t), hq.ones_like(t): of the shape and type of t
function tensors.zeros_like(t)
  options.expect("hq.zeros_like", "argument 1", t, "tensor")
  return make.zeros(t:shape(), t:dtype())
end

function tensors.ones_like(t)
  options.expect("hq.ones_like", "argument 1", t, "tensor")
  return make.ones(t:shape(), t:dtype())
end

--- A tensor from a tensor, or from what hq.tensor takes; of another tensor's type when given.
function tensors.from(value, like)
  if is_tensor(value) then return value end
  return make.tensor(value, like and like:dtype() or "float32")
end

--- hq.where(condition, a, b): a where the condition is not 0, b elsewhere; a or b may be a number
function tensors.where(condition, a, b)
  local like = is_tensor(a) and a or is_tensor(b) and b or condition
  if type(a) == "number" then a = tensors.from(a, like) end
  if type(b) == "number" then b = tensors.from(b, like) end
  return core.native.where(condition, a, b)
end

--- hq.concat({ a, b }, axis), axis 1 without one
function tensors.concat(parts, axis) return core.native.concat(parts, axis or 1) end

--- hq.stack({ a, b }, axis): along a new axis, in front without one
function tensors.stack(parts, axis) return core.native.stack(parts, axis or 1) end

-- ---- differentiation ----

local restoring = { __close = function(guard) core.native.recording(guard.before) end }

--- hq.no_grad(f, ...): the results of f(...), whose operations leave no records
function tensors.no_grad(f, ...)
  if type(f) ~= "function" then options.raise("hq.no_grad: expected a function, got %s", options.describe(f)) end
  local _ <close> = setmetatable({ before = core.native.recording() }, restoring)
  core.native.recording(false)
  return f(...)
end

--- hq.grad(y, { a, b }, { seed = t }): the gradients of y (of sum(seed * y)) with respect to these tensors, in an
-- array; of one tensor for hq.grad(y, a)
function tensors.grad(y, wanted, given)
  local o = options.check("hq.grad", given, { "seed" })
  if is_tensor(wanted) then return (core.native.gradients(y, { wanted }, o.seed)) end
  return { core.native.gradients(y, wanted, o.seed) }
end

-- ---- reductions ----

-- t:sum(), t:sum(1, 2), t:sum { 1, 2, keep_dims = true }: the axes and the other options.
local function axes_and_options(name, known, ...)
  local given = ...
  if type(given) ~= "table" then return { ... }, {} end
  known[#known + 1] = "keep_dims"
  local o = options.check("tensor:" .. name, given, known, #given)
  return table.move(o, 1, #given, 1, {}), o
end

local function reduction(name)
  local reduce = core.reduce[name]
  methods[name] = function(t, ...)
    local axes, o = axes_and_options(name, {}, ...)
    return reduce(t, axes, o.keep_dims or false)
  end
end

for _, name in ipairs { "sum", "mean", "prod", "max", "min", "logsumexp" } do reduction(name) end

-- Divided by the count, or with sample = true by one less.
for _, name in ipairs { "variance", "std" } do
  methods[name] = function(t, ...)
    local axes, o = axes_and_options(name, { "sample" }, ...)
    return core.reduce[(o.sample and "sample_" or "") .. name](t, axes, o.keep_dims or false)
  end
end

--- t:norm { 1, p = 2 }: of all elements or over some axes; p is 1, 2 or math.huge
function methods.norm(t, ...)
  local axes, o = axes_and_options("norm", { "p" }, ...)
  local p = o.p or 2
  local name = p == 1 and "norm_1" or p == 2 and "norm_2" or p == math.huge and "norm_inf"
  if not name then options.raise("tensor:norm: p is %s; it may be 1, 2 or math.huge", options.describe(p)) end
  return core.reduce[name](t, axes, o.keep_dims or false)
end

--- t:split(axis, { 2, 3 }), t:split(axis, 4): pieces of these lengths, or so many equal ones, in an array
function methods.split(t, axis, sizes)
  local shape = methods.shape(t)
  local place = math.type(axis) == "integer" and (axis < 0 and axis + #shape + 1 or axis) or 0
  local length = shape[place]
  if not length then
    options.raise("tensor:split: axis %s is not in 1..%d or %d..-1", options.describe(axis), #shape, -#shape)
  end
  if math.type(sizes) == "integer" then
    if sizes < 1 or length % sizes ~= 0 then
      options.raise("tensor:split: %d positions cannot be cut into %d equal pieces", length, sizes)
    end
    local piece = length // sizes
    local equal = {}
    for i = 1, sizes do equal[i] = piece end
    sizes = equal
  elseif type(sizes) ~= "table" then
    options.raise("tensor:split: expected an array of lengths or a number of pieces, got %s", options.describe(sizes))
  end
  local total = 0
  for i, size in ipairs(sizes) do
    if math.type(size) ~= "integer" or size < 1 then
      options.raise("tensor:split: length %d is %s; it must be a whole number of 1 or more", i, options.describe(size))
    end
    total = total + size
  end
  if total ~= length then
    options.raise("tensor:split: the lengths add up to %d, axis %d has %d", total, place, length)
  end
  local pieces, first = {}, 1
  for i, size in ipairs(sizes) do
    pieces[i] = methods.slice(t, place, first, first + size - 1)
    first = first + size
  end
  return pieces
end

--- t:pad { { 1, 1 }, { 0, 2 }, value = 0 }: positions before and after along each axis
function methods.pad(t, given)
  if type(given) ~= "table" then
    options.raise("tensor:pad: expected { { before, after }, ... }, got %s", options.describe(given))
  end
  local o = options.check("tensor:pad", given, { "value" }, #given)
  local before, after = {}, {}
  for i, pair in ipairs(given) do
    if type(pair) ~= "table" or #pair ~= 2 then
      options.raise("tensor:pad: axis %d: expected { before, after }, got %s", i, options.describe(pair))
    end
    before[i], after[i] = pair[1], pair[2]
  end
  return core.native.pad(t, before, after, o.value or 0)
end

for _, name in ipairs { "maximum", "minimum" } do
  local native = methods[name]
  methods[name] = function(t, other)
    return native(t, type(other) == "number" and tensors.from(other, t) or other)
  end
end

options.publish(methods)

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
  if type(a) == "number" then a = make.tensor(a, b:dtype()) end
  return methods.pow(a, b)
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
