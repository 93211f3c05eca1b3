-- Layers and models: option tables, building on first use, printing.

local core = require "hqnn.core"
local containers = require "hqnn.containers"
local initializers = require "hqnn.initializers"
local options = require "hqnn.options"
local random = require "hqnn.random"

local make, native, methods = core.make, core.native, core.layer
local layers = {}

-- A new layer with the options that all of them have.
local function finish(name, layer, o)
  initializers.apply(name, layer, o)
  if o.trainable == false then layer:freeze() end
  return layer
end

-- A constructor that checks its options and hands them on.
local function plain(name, known)
  layers[name] = function(given)
    return finish("hq." .. name, make[name](options.check("hq." .. name, given, known)), given or {})
  end
end

--- hq.conv2d { filters = 4, kernel_size = 2, stride = 2, padding = 0 or "same", dilation = 1, groups = 1, bias = true }
function layers.conv2d(given)
  local o = options.check("hq.conv2d", given,
    { "filters", "kernel_size", "stride", "padding", "dilation", "groups", "bias", "init", "bias_init", "trainable" })
  return finish("hq.conv2d", make.conv2d(o), o)
end

-- Options that decide how a circuit runs.  diff_method is another word for differentiation, and names may be written
-- with hyphens, as other libraries do.
local function run_options(name, o)
  if o.diff_method ~= nil then
    if o.differentiation ~= nil then options.raise("%s: give differentiation or diff_method, not both", name) end
    o.differentiation, o.diff_method = o.diff_method, nil
  end
  if type(o.differentiation) == "string" then o.differentiation = o.differentiation:gsub("-", "_") end
  return random.run(o)
end

--- hq.quanvolution { circuit = c, kernel_size = 2, stride = 2, filters = 1, padding = 0, dilation = 1, ... }: a circuit
-- slid over an image; circuit = { c, d } are two filters
function layers.quanvolution(given)
  local o = options.check("hq.quanvolution", given, { "circuit!", "kernel_size", "stride", "channels_last",
    "exact_fit", "filters", "padding", "dilation", "per_channel", "init", "trainable", "method", "differentiation",
    "diff_method", "step", "shots", "seed", "trajectories", "directions" })
  return finish("hq.quanvolution", make.quanvolution(run_options("hq.quanvolution", o)), o)
end

--- hq.quantum { circuit = c, pad = false }: a circuit as a dense layer; pad fills up amplitudes with zeros
function layers.quantum(given)
  local o = options.check("hq.quantum", given, { "circuit!", "pad", "init", "trainable", "method", "differentiation",
    "diff_method", "step", "shots", "seed", "trajectories", "directions" })
  return finish("hq.quantum", make.quantum(run_options("hq.quantum", o)), o)
end

--- hq.dense { units = 10, bias = true }
function layers.dense(given)
  local o = options.check("hq.dense", given, { "units!", "bias", "init", "bias_init", "trainable" })
  return finish("hq.dense", make.dense(o), o)
end

for _, name in ipairs { "relu", "sigmoid", "tanh", "exp", "log", "sqrt", "abs", "sin", "cos", "square", "neg", "sign",
  "floor", "ceil", "round", "log1p", "expm1", "reciprocal", "softplus", "gelu", "silu" } do
  layers[name] = make[name]
end

--- hq.leaky_relu { slope = 0.01 }
function layers.leaky_relu(given) return make.leaky_relu(options.check("hq.leaky_relu", given, { "slope" })) end

--- hq.elu { alpha = 1 }
function layers.elu(given) return make.elu(options.check("hq.elu", given, { "alpha" })) end

--- hq.softmax { axis = -1 }: axes are counted with the batch, from 1, or from the end
function layers.softmax(given) return make.softmax(options.check("hq.softmax", given, { "axis" }).axis or -1) end

--- hq.log_softmax { axis = -1 }
function layers.log_softmax(given)
  return make.log_softmax(options.check("hq.log_softmax", given, { "axis" }).axis or -1)
end
layers.flatten = make.flatten

--- hq.conv1d { filters = 4, kernel_size = 3, ... }: as conv2d, of sequences
plain("conv1d", { "filters", "kernel_size", "stride", "padding", "dilation", "groups", "bias", "init", "bias_init",
  "trainable" })
--- hq.conv_transpose2d { filters = 4, kernel_size = 2, stride = 2, padding = 0, output_padding = 0, bias = true }
plain("conv_transpose2d", { "filters", "kernel_size", "stride", "padding", "output_padding", "bias", "init",
  "bias_init", "trainable" })
--- hq.upsample { scale = 2, mode = "nearest" }, or "bilinear"
plain("upsample", { "scale", "mode" })
--- hq.pad2d { top = 1, bottom = 1, left = 1, right = 1, value = 0 }
plain("pad2d", { "top", "bottom", "left", "right", "value" })

--- hq.normalise { mean = 0.13, std = 0.31 }, or an array of each: (x - mean) / std per channel
function layers.normalise(given)
  local o = options.check("hq.normalise", given, { "mean!", "std!" })
  return make.normalise(type(o.mean) == "table" and o.mean or { o.mean }, type(o.std) == "table" and o.std or { o.std })
end

--- hq.standardise(data): normalise by the mean and deviation of each channel of a data set or a tensor of samples
function layers.standardise(data)
  if core.object.kind(data) == "dataset" then data = data:samples() end
  return make.standardise(data)
end

--- hq.max_pool2d { kernel_size = 2, stride = kernel_size, padding = 0 }, the mean, and both over sequences
plain("max_pool2d", { "kernel_size", "stride", "padding" })
plain("max_pool1d", { "kernel_size", "stride", "padding" })
plain("avg_pool2d", { "kernel_size", "stride", "padding", "count_padding" })
plain("avg_pool1d", { "kernel_size", "stride", "padding", "count_padding" })
--- hq.adaptive_avg_pool2d { size = 1 }: to this many rows and columns
plain("adaptive_avg_pool2d", { "size" })
plain("adaptive_max_pool2d", { "size" })
--- hq.batch_norm { momentum = 0.1, eps = 1e-5, affine = true }
plain("batch_norm", { "momentum", "eps", "affine", "trainable" })
--- hq.layer_norm { axes = 0, eps = 1e-5, affine = true }: over the last axes, 0 for all of a sample
plain("layer_norm", { "axes", "eps", "affine", "trainable" })
--- hq.group_norm { groups = 8, eps = 1e-5, affine = true }
plain("group_norm", { "groups!", "eps", "affine", "trainable" })
--- hq.dropout { rate = 0.5, channels = false }
plain("dropout", { "rate", "channels" })
--- hq.feature_noise { distribution = "gaussian", std = 0.1, always = false }, or "uniform" with bound
function layers.feature_noise(given)
  local o = options.check("hq.feature_noise", given, { "distribution", "std", "bound", "always" })
  local uniform = o.distribution == "uniform"
  if uniform and o.std ~= nil or not uniform and o.bound ~= nil then
    options.raise("hq.feature_noise: std belongs to 'gaussian' noise, bound to 'uniform'")
  end
  return make.feature_noise(o)
end
--- Transforms of inputs as defences; backward = "straight_through" lets gradients through, otherwise they are refused:
-- hq.binarise { threshold = 0.5 }, hq.bit_depth { bits = 3 }, hq.median_filter { size = 3 }, hq.jpeg { quality = 75 }
plain("binarise", { "threshold", "backward" })
plain("bit_depth", { "bits!", "backward" })
plain("median_filter", { "size", "backward" })
plain("jpeg", { "quality", "backward" })
--- hq.adversarial_noise { size = 0.1 }: features moved in training the way that hurt the batch before
plain("adversarial_noise", { "size!" })
--- hq.random_inputs { count = 12, bound = math.pi }: random values behind each sample's own, drawn anew at every pass
plain("random_inputs", { "count!", "bound" })
--- hq.reshape { 16, 7, 7 }: the shape of one sample
layers.reshape = make.reshape

for name, container in pairs(containers) do layers[name] = container end

local custom = require "hqnn.custom"
layers.layer, layers.register_layer = custom.layer, custom.register_layer

--- hq.sequential { layer, layer, ... }
function layers.sequential(given)
  if type(given) ~= "table" then
    options.raise("hq.sequential: expected an array of layers, got %s", options.describe(given))
  end
  local o = options.check("hq.sequential", given, { "trainable" }, #given)
  return finish("hq.sequential", make.sequential(given), o)
end

--- model:build(shape, { seed = 7, dtype = "float32" }): draws the parameters for inputs of this shape,
-- whose first dimension is the batch
function methods:build(shape, given)
  local o = options.check("model:build", given, { "seed", "dtype" })
  return native.layer_build(self, o.dtype or "float32", shape, random.next(o.seed))
end

local function built_for(model, input)
  if not methods.built(model) then
    options.expect("model", "input", input, "tensor")
    native.layer_build(model, input:dtype(), input:shape(), random.next())
  end
  return model
end

--- model(x): the output, with a record for backward
core.metatables.layer.__call = core.public(function(model, input)
  return native.layer_forward(built_for(model, input), input)
end)

--- layer:set_surrogate("identity" or a built layer or nil): whose derivative gradients through it take from now on
function methods:set_surrogate(surrogate)
  if surrogate == "identity" then surrogate = self end
  return native.set_surrogate(self, surrogate)
end

--- model:infer(x): the output alone, faster
function methods:infer(input) return native.layer_infer(built_for(self, input), input) end

options.publish(methods)

core.metatables.layer.__index = function(_, key)
  return methods[key] or options.no_method("model", methods, key)
end

core.metatables.layer.__tostring = function(model)
  if core.object.released(model) then return "model (released)" end
  return (methods.describe(model):gsub("\n+$", ""))
end

return layers
