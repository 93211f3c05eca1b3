-- Defences that are put together from layers and training runs.  Those inside training are options of hq.fit,
-- transforms of inputs are layers (docs/defences.md).

local layers = require "hqnn.layers"
local options = require "hqnn.options"
local training = require "hqnn.fit"

local defence = {}

local function temperature_of(name, value)
  if type(value) ~= "number" or not (value > 0 and value < math.huge) then
    options.raise("%s: temperature: expected a number above 0, got %s", name, options.describe(value))
  end
  return value
end

--- hq.defence.at_temperature(model, 20): the model with its outputs divided by a temperature; shares all parameters
function defence.at_temperature(model, temperature)
  local name = "hq.defence.at_temperature"
  options.expect(name, "argument 1", model, "layer")
  return layers.sequential { model, layers.normalise { mean = 0, std = temperature_of(name, temperature) } }
end

--- hq.defence.distill { teacher = a, student = b, data = train, temperature = 20, fit = { epochs = 10 } }: trains the
-- student on the teacher's probabilities at a temperature, itself at it too (Papernot et al. 2016); the history
function defence.distill(given)
  local name = "hq.defence.distill"
  local o = options.check(name, given, { "teacher!", "student!", "data!", "temperature", "fit" })
  options.expect(name, "teacher", o.teacher, "layer")
  options.expect(name, "student", o.student, "layer")
  options.expect(name, "data", o.data, "dataset")
  local temperature = temperature_of(name, o.temperature or 20)
  local fit = options.check(name .. ": fit", o.fit, { "epochs", "batch", "optimizer", "seed", "shuffle", "progress",
    "callback", "schedule", "clip_norm", "clip_value", "accumulate", "encoding_penalty" })
  local soft = (o.teacher:infer(o.data:samples()) / temperature):softmax()
  local head = layers.sequential {
    o.student, layers.normalise { mean = 0, std = temperature }, layers.log_softmax(),
  }
  fit.targets, fit.loss = soft, "kl"
  return training.fit(head, o.data:samples(), fit)
end

--- hq.defence.ensemble({ a, b, c }, { average = "probabilities" }), or "logits": trained models side by side as one,
-- frozen.  Outputs are the logarithms of mean probabilities, or mean outputs.  Build it with the models' input shape.
function defence.ensemble(models, given)
  local name = "hq.defence.ensemble"
  local o = options.check(name, given, { "average" })
  if type(models) ~= "table" or #models < 2 then
    options.raise("%s: expected an array of two models or more, got %s", name, options.describe(models))
  end
  local average = o.average or "probabilities"
  if average ~= "probabilities" and average ~= "logits" then
    options.raise("%s: average: expected 'probabilities' or 'logits', got %s", name, options.describe(average))
  end
  local branches = {}
  for i, model in ipairs(models) do
    options.expect(name, "element " .. i, model, "layer")
    branches[i] = layers.frozen(model)
    if average == "probabilities" then branches[i] = layers.sequential { branches[i], layers.softmax() } end
  end
  branches.combine = "mean"
  local mean = layers.parallel(branches)
  return average == "logits" and mean or layers.sequential { mean, layers.log() }
end

--- hq.defence.denoiser { autoencoder = layer, data = train, std = 0.3, fit = { epochs = 10 } }: trains an autoencoder
-- to give samples back from noisy ones (Gu, Rigazio 2015): the layer, frozen, for the front of a model; the history
function defence.denoiser(given)
  local name = "hq.defence.denoiser"
  local o = options.check(name, given, { "autoencoder!", "data!", "std", "fit" })
  options.expect(name, "autoencoder", o.autoencoder, "layer")
  options.expect(name, "data", o.data, "dataset")
  local fit = options.check(name .. ": fit", o.fit, { "epochs", "batch", "optimizer", "seed", "shuffle", "progress",
    "callback", "schedule", "clip_norm", "clip_value", "accumulate" })
  fit.targets, fit.loss = "input", "mse"
  local noisy = layers.sequential { layers.feature_noise { std = o.std or 0.3 }, o.autoencoder }
  local history = training.fit(noisy, o.data, fit)
  return layers.frozen(o.autoencoder), history
end

return options.publish(defence)
