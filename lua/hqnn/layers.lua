-- Layers and models: option tables, building on first use, printing.

local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local make, native, methods = core.make, core.native, core.layer
local layers = {}

local function trained(layer, trainable)
  if trainable == false then layer:freeze() end
  return layer
end

--- hq.conv2d { filters = 4, kernel_size = 2, stride = 2, padding = 0, bias = true, trainable = true }
function layers.conv2d(given)
  local o = options.check("hq.conv2d", given,
    { "filters", "kernel_size", "stride", "padding", "bias", "trainable" })
  return trained(make.conv2d(o), o.trainable)
end

--- hq.quanvolution { circuit = c, kernel_size = 2, stride = 2, ... }: a circuit slid over an image
function layers.quanvolution(given)
  local o = options.check("hq.quanvolution", given, { "circuit!", "kernel_size", "stride", "channels_last",
    "exact_fit", "trainable", "method", "differentiation", "step", "shots", "seed", "trajectories", "directions" })
  return trained(make.quanvolution(random.run(o)), o.trainable)
end

--- hq.quantum { circuit = c }: a circuit as a dense layer
function layers.quantum(given)
  local o = options.check("hq.quantum", given, { "circuit!", "trainable", "method", "differentiation", "step",
    "shots", "seed", "trajectories", "directions" })
  return trained(make.quantum(random.run(o)), o.trainable)
end

--- hq.dense { units = 10, bias = true }
function layers.dense(given)
  local o = options.check("hq.dense", given, { "units!", "bias", "trainable" })
  return trained(make.dense(o), o.trainable)
end

for _, name in ipairs { "relu", "sigmoid", "tanh", "exp", "log", "sqrt", "abs", "sin", "cos", "square" } do
  layers[name] = make[name]
end
layers.flatten = make.flatten

--- hq.sequential { layer, layer, ... }
function layers.sequential(given)
  if type(given) ~= "table" then
    options.raise("hq.sequential: expected an array of layers, got %s", options.describe(given))
  end
  local o = options.check("hq.sequential", given, { "trainable" }, #given)
  return trained(make.sequential(given), o.trainable)
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
