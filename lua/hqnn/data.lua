-- Data sets: option tables, subsets on loading, the batch iterator.

local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local make, native, methods = core.make, core.native, core.dataset
local data = {}

local subset_options = { "train", "test", "balanced", "classes", "seed", "shuffle" }

-- Cuts a loaded pair down to what checked options ask for.
local function cut(train, test, o)
  local seed = o.shuffle and random.next(o.seed) or 0
  local function part(whole, count)
    if not (count or o.classes or o.shuffle) then return whole end
    return native.dataset_subset(whole, {
      count = count, balanced = o.balanced, classes = o.classes, shuffle = o.shuffle, seed = seed,
    })
  end
  return part(train, o.train), part(test, o.test)
end

--- hq.data.mnist { root = "data/mnist", train = 2000, test = 500, balanced = true, classes = { 3, 6 } }
-- Without root, or when it lacks the files, $HQNN_DATA/mnist.
function data.mnist(given)
  local o = options.check("hq.data.mnist", given, { "root", table.unpack(subset_options) })
  local train, test = make.mnist(o.root)
  return cut(train, test, o)
end

--- hq.data.digits { train = 1000, test = 300 }: the 8x8 digits shipped with hqnn
function data.digits(given)
  local o = options.check("hq.data.digits", given, subset_options)
  local train, test = make.digits()
  return cut(train, test, o)
end

--- hq.data.idx { images = path, labels = path }
function data.idx(given)
  local o = options.check("hq.data.idx", given, { "images!", "labels!" })
  return make.idx(o.images, o.labels)
end

--- hq.data.from(samples, labels, classes): labels are class numbers from 0; classes defaults to the
-- largest label and one
function data.from(samples, labels, classes)
  if classes == nil and type(labels) == "table" then
    classes = 1
    for _, label in ipairs(labels) do
      if math.type(label) == "integer" then classes = math.max(classes, label + 1) end
    end
  end
  return make.dataset(samples, labels, classes)
end

--- data:subset { count = 100, balanced = true, shuffle = true, seed = 7, classes = { 3, 6 } }
function methods:subset(given)
  local o = options.check("data:subset", given, { "count", "balanced", "shuffle", "seed", "classes" })
  if o.shuffle then o.seed = random.next(o.seed) end
  return native.dataset_subset(self, o)
end

--- for x, labels in data:batches { size = 32, shuffle = true, seed = 7, epoch = 1 } do ... end
-- The order is that of epoch `epoch` of hq.fit with the same seed.
function methods:batches(given)
  local o = options.check("data:batches", given, { "size", "shuffle", "seed", "epoch" })
  local size = o.size or 32
  if math.type(size) ~= "integer" or size < 1 then
    options.raise("data:batches: size is %s; it must be a whole number, 1 or more", options.describe(size))
  end
  local count = methods.count(self)
  local order = {}
  if o.shuffle ~= false then
    order = methods.order(self, random.next(o.seed), o.epoch or 1)
  else
    for i = 1, count do order[i] = i end
  end
  local first = 1 - size
  return function()
    first = first + size
    if first > count then return nil end
    return native.dataset_batch(self, order, first, math.min(size, count - first + 1))
  end
end

options.publish(methods)

local metatable = core.metatables.dataset

metatable.__len = function(self) return methods.count(self) end

-- data.classes reads as a field.
metatable.__index = function(self, key)
  if key == "classes" then return native.dataset_classes(self) end
  return methods[key] or options.no_method("data", methods, key)
end

metatable.__tostring = function(self)
  if core.object.released(self) then return "data set (released)" end
  local shape <close> = methods.samples(self)
  return ("data set of %d samples {%s} in %d classes"):format(#self, table.concat(shape:shape(), ", ", 2),
    self.classes)
end

return options.publish(data)
