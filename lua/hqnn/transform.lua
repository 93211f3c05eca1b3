-- Transforms of samples: what data:map applies once and data:augment in each epoch.

local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local make, native, methods = core.make, core.native, core.transform
local transform = {}

-- Option names of each; the docs are in docs/data.md.
local plain = {
  random_crop = { "height", "width", "padding", "fill" },
  center_crop = { "height", "width", "padding", "fill" },
  horizontal_flip = { "probability" },
  vertical_flip = { "probability" },
  random_affine = { "degrees", "translate", "scale", "fill" },
  resize = { "height", "width", "size", "mode" },
  gaussian_noise = { "deviation", "clip" },
  grayscale = {},
  binarise = { "threshold" },
  bit_depth = { "bits!" },
}
local fitted = {
  standardise = { "fit!" },
  min_max = { "fit!", "clip" },
  pca = { "fit!", "components!", "whiten" },
}

--- hq.data.transform.random_crop { padding = 4 } and so on
for name, known in pairs(plain) do
  local shown = "hq.data.transform." .. name
  transform[name] = function(given)
    local o = options.check(shown, given, known)
    if o.size then o.height, o.width = o.height or o.size, o.width or o.size end
    if o.scale then
      if type(o.scale) ~= "table" or #o.scale ~= 2 then
        options.raise("%s: scale: expected { low, high }, got %s", shown, options.describe(o.scale))
      end
      o.low_scale, o.high_scale = o.scale[1], o.scale[2]
    end
    return make.transform(name, o)
  end
end

--- hq.data.transform.pca { fit = train, components = 4, whiten = true } and so on
for name, known in pairs(fitted) do
  local shown = "hq.data.transform." .. name
  transform[name] = function(given)
    local o = options.check(shown, given, known)
    options.expect(shown, "fit", o.fit, "dataset")
    return make.fitted(name, o.fit, o)
  end
end

--- transform:apply(x, { seed = 7, epoch = 1 }): a tensor of samples [count, ...] as the first of a data set
function methods:apply(x, given)
  local o = options.check("transform:apply", given, { "seed", "epoch" })
  return native.transform_apply(self, x, random.next(o.seed), o.epoch or 1)
end

options.publish(methods)

local metatable = core.metatables.transform

metatable.__index = function(_, key) return methods[key] or options.no_method("transform", methods, key) end

metatable.__tostring = function(self)
  return core.object.released(self) and "transform (released)" or ("transform %s"):format(methods.name(self))
end

return options.publish(transform)
