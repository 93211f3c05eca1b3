-- Data sets: option tables, subsets on loading, the batch iterator.

local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local make, native, methods = core.make, core.native, core.dataset
local data = {
  --- Transforms for data:map and data:augment.
  transform = require "hqnn.transform",
}

for name, value in pairs(require "hqnn.inventory") do data[name] = value end

local subset_options = { "train", "test", "balanced", "classes", "seed", "shuffle" }

-- Cuts loaded parts down to what checked options ask for.
local function cut(o, train, test, validation)
  local seed = o.shuffle and random.next(o.seed) or 0
  local function part(whole, count)
    if whole == nil or not (count or o.classes or o.shuffle) then return whole end
    return native.dataset_subset(whole, {
      count = count, balanced = o.balanced, classes = o.classes, shuffle = o.shuffle, seed = seed,
    })
  end
  return part(train, o.train), part(test, o.test), part(validation, o.validation)
end

local known_options = { "root", "only", "validation", table.unpack(subset_options) }
local part_names = { train = 1, test = 2, validation = 3 }

-- Reads a set by its name: train, test and, where there is one, validation; or the part of `only`.
local function known(shown, name, o)
  if o.only ~= nil and not part_names[o.only] then
    options.raise("%s: only: expected 'train', 'test' or 'validation', got %s", shown, options.describe(o.only))
  end
  local function wanted(part) return o.only == nil or o.only == part end
  local parts = { cut(o, make.known_set(name, o.root, wanted "train", wanted "test", wanted "validation")) }
  if not o.only then return parts[1], parts[2], parts[3] end
  local part = parts[part_names[o.only]]
  if part == nil then options.raise("%s: this set has no %s part", shown, o.only) end
  return part
end

--- hq.data.mnist { root = "data/mnist", train = 2000, test = 500, balanced = true, classes = { 3, 6 } }
-- Without root, or when it lacks the files, $HQNN_DATA/mnist.  only = "test" reads that part alone.
function data.mnist(given)
  return known("hq.data.mnist", "mnist", options.check("hq.data.mnist", given, known_options))
end

--- hq.data.fashion_mnist { ... }: as hq.data.mnist, $HQNN_DATA/fashion-mnist
function data.fashion_mnist(given)
  return known("hq.data.fashion_mnist", "fashion_mnist",
    options.check("hq.data.fashion_mnist", given, known_options))
end

--- hq.data.kmnist { ... }: as hq.data.mnist, $HQNN_DATA/kmnist
function data.kmnist(given)
  return known("hq.data.kmnist", "kmnist", options.check("hq.data.kmnist", given, known_options))
end

--- hq.data.cifar10 { ... }: as hq.data.mnist, $HQNN_DATA/cifar10
function data.cifar10(given)
  return known("hq.data.cifar10", "cifar10", options.check("hq.data.cifar10", given, known_options))
end

local cifar100_options = { "labels", table.unpack(known_options) }

--- hq.data.cifar100 { labels = "fine", ... }: "coarse" for the 20 superclasses
function data.cifar100(given)
  local o = options.check("hq.data.cifar100", given, cifar100_options)
  if o.labels ~= nil and o.labels ~= "fine" and o.labels ~= "coarse" then
    options.raise("hq.data.cifar100: labels: expected 'fine' or 'coarse', got %s", options.describe(o.labels))
  end
  return known("hq.data.cifar100", o.labels == "coarse" and "cifar100_coarse" or "cifar100", o)
end

--- hq.data.stl10 { ... }: as hq.data.mnist, $HQNN_DATA/stl10
function data.stl10(given)
  return known("hq.data.stl10", "stl10", options.check("hq.data.stl10", given, known_options))
end

local medmnist_options = { "name!", "size", table.unpack(known_options) }

--- hq.data.medmnist { name = "pneumoniamnist", size = 28, ... }: train, test, validation
function data.medmnist(given)
  local o = options.check("hq.data.medmnist", given, medmnist_options)
  if type(o.name) ~= "string" then
    options.raise("hq.data.medmnist: name: expected a text, got %s", options.describe(o.name))
  end
  if o.size ~= nil and math.type(o.size) ~= "integer" then
    options.raise("hq.data.medmnist: size: expected 28, 64, 128 or 224, got %s", options.describe(o.size))
  end
  return known("hq.data.medmnist", (o.size or 28) == 28 and o.name or ("%s_%d"):format(o.name, o.size), o)
end

--- hq.data.iris { root = "data/iris" }: all 150 flowers, sorted by class
function data.iris(given)
  local o = options.check("hq.data.iris", given, { "root", "classes" })
  o.only = "train"
  return known("hq.data.iris", "iris", o)
end

--- hq.data.digits { train = 1000, test = 300 }: the 8x8 digits shipped with hqnn
function data.digits(given)
  local o = options.check("hq.data.digits", given, subset_options)
  local train, test = make.digits()
  local first, second = cut(o, train, test)
  return first, second
end

--- hq.data.cifar { files = { path, ... }, labels = "fine" }: files of CIFAR-10's records, or, with labels
-- "fine" or "coarse", of CIFAR-100's
function data.cifar(given)
  local o = options.check("hq.data.cifar", given, { "files!", "labels" })
  if o.labels ~= nil and o.labels ~= "fine" and o.labels ~= "coarse" then
    options.raise("hq.data.cifar: labels: expected 'fine' or 'coarse', got %s", options.describe(o.labels))
  end
  return make.cifar(o.files, o.labels and 2 or 1, o.labels == "coarse")
end

--- hq.data.npz { file = path, samples = "x_train", labels = "y_train", classes = 10 }
-- labels may name an array of targets.
function data.npz(given)
  local o = options.check("hq.data.npz", given, { "file!", "samples!", "labels!", "classes" })
  return make.npz(o.file, o.samples, o.labels, o.classes or 0)
end

--- hq.data.csv { file = path, label = "species", delimiter = ",", header = true, ignore = { "id" } }
-- label: a name, or the number of the column, from 1; the last column without it.  targets = { name, ... }
-- are columns to predict as numbers.
function data.csv(given)
  local o = options.check("hq.data.csv", given, { "file!", "label", "targets", "delimiter", "header", "ignore" })
  if math.type(o.label) == "integer" then
    if o.label < 1 then options.raise("hq.data.csv: label: columns count from 1, got %d", o.label) end
    o.label, o.label_column = nil, o.label - 1
  end
  return make.csv(o.file, o)
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

--- hq.data.png_folder { folder = path, height = 28, width = 28, mode = "area", channels = 1 }
-- One subfolder per class.  Without height and width all pictures must have one size.
function data.png_folder(given)
  local o = options.check("hq.data.png_folder", given, { "folder!", "height", "width", "mode", "channels" })
  return make.png_folder(o.folder, o)
end

local synthetic = {
  moons = { "count", "seed", "noise" },
  circles = { "count", "seed", "noise", "factor" },
  blobs = { "count", "seed", "noise", "features", "classes" },
  spirals = { "count", "seed", "noise", "classes", "turns" },
  xor = { "count", "seed", "noise", "features" },
  bars_and_stripes = { "count", "seed", "noise", "height", "width" },
  hidden_manifold = { "count", "seed", "noise", "features", "latent" },
  linearly_separable = { "count", "seed", "noise", "features", "margin" },
}

--- hq.data.moons { count = 200, noise = 0.1, seed = 7 } and so on: sets drawn from formulas, see docs/data.md
for name, known_names in pairs(synthetic) do
  data[name] = function(given)
    local o = options.check("hq.data." .. name, given, known_names)
    o.seed = random.next(o.seed)
    if name == "blobs" and o.noise == nil then o.noise = 1 end
    return make.synthetic(name, o)
  end
end

--- hq.data.pairs(samples, targets): for regression and reconstruction
function data.pairs(samples, targets) return make.pairs(samples, targets) end

--- data:subset { count = 100, balanced = true, shuffle = true, seed = 7, classes = { 3, 6 } }
function methods:subset(given)
  local o = options.check("data:subset", given, { "count", "balanced", "shuffle", "seed", "classes" })
  if o.shuffle then o.seed = random.next(o.seed) end
  return native.dataset_subset(self, o)
end

-- The transforms at 1, 2, ... of a table, and its seed.
local function transforms(name, given)
  local list = {}
  if core.object.kind(given) == "transform" then given = { given } end
  local o = options.check(name, given, { "seed" }, type(given) == "table" and #given or 0)
  for i = 1, #o do list[i] = options.expect(name, "transform " .. i, o[i], "transform") end
  if #list == 0 then options.raise("%s: expected transforms, such as hq.data.transform.grayscale()", name) end
  return list, random.next(o.seed)
end

--- data:map { hq.data.transform.grayscale(), ... }: the samples after these, applied once
function methods:map(given) return native.dataset_map(self, transforms("data:map", given)) end

--- data:augment { hq.data.transform.horizontal_flip(), ..., seed = 7 }: what hq.fit does to the samples
-- anew in each epoch; data:batches too
function methods:augment(given) return native.dataset_augment(self, transforms("data:augment", given)) end

--- local train, test = data:split { test = 0.2, seed = 1 }
-- Parts in the order train, test, validation, those that are asked for; train is what the others leave unless it
-- is given.  Numbers below 1 are shares, whole numbers are counts.  Classes are shared out alike, unless
-- stratified = false.
function methods:split(given)
  local o = options.check("data:split", given, { "train", "test", "validation", "stratified", "seed" })
  local count, shares, sum = methods.count(self), {}, 0
  if o.test == nil and o.validation == nil then options.raise("data:split: give a share for test or for validation") end
  local function share(name)
    local value = o[name]
    if value == nil then return nil end
    if type(value) ~= "number" or value <= 0 or (value >= 1 and math.type(value) ~= "integer") or value >= count then
      options.raise("data:split: %s: expected a share below 1 or a whole number below %d, got %s", name, count,
        options.describe(value))
    end
    return value < 1 and value or value / count
  end
  local test, validation = share "test", share "validation"
  local train = share "train" or 1 - (test or 0) - (validation or 0)
  if train <= 1e-9 then options.raise("data:split: test and validation leave nothing for train") end
  for _, part in ipairs { train, test or false, validation or false } do
    if part then
      shares[#shares + 1] = part
      sum = sum + part
    end
  end
  if sum > 1 + 1e-9 then options.raise("data:split: the parts ask for %g of the samples", sum) end
  return native.dataset_split(self, shares, o.stratified, random.next(o.seed))
end

--- for x, labels in data:batches { size = 32, shuffle = true, seed = 7, epoch = 1 } do ... end
-- The order, and what data:augment draws, is that of epoch `epoch` of hq.fit with the same seed.
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
    return native.dataset_batch(self, order, first, math.min(size, count - first + 1), o.epoch or 1)
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

-- "0: 50, 1: 50", at most ten classes.
local function counts_text(self)
  local counts = {}
  for _, label in ipairs(methods.labels(self)) do counts[label] = (counts[label] or 0) + 1 end
  local words = {}
  for class = 0, math.min(self.classes, 10) - 1 do
    words[#words + 1] = ("%s: %d"):format(methods.class_name(self, class), counts[class] or 0)
  end
  if self.classes > 10 then words[#words + 1] = "..." end
  return table.concat(words, ", ")
end

metatable.__tostring = function(self)
  if core.object.released(self) then return "data set (released)" end
  local samples <close> = methods.samples(self)
  local low, high = native.dataset_range(self)
  local text = ("data set of %d samples {%s} in [%.4g, %.4g]"):format(#self,
    table.concat(samples:shape(), ", ", 2), low, high)
  if self.classes > 0 then text = ("%s, %d classes (%s)"):format(text, self.classes, counts_text(self)) end
  local targets = methods.targets(self)
  if targets then text = ("%s, targets {%s}"):format(text, table.concat(targets:shape(), ", ", 2)) end
  return text
end

return options.publish(data)
