-- hq.fit and hq.evaluate: options, history, progress.  The loop itself is native.

local adversarial = require "hqnn.adversarial"
local core = require "hqnn.core"
local checkpoint = require "hqnn.checkpoint"
local data = require "hqnn.data"
local optim = require "hqnn.optim"
local options = require "hqnn.options"
local progress = require "hqnn.progress"
local random = require "hqnn.random"
local tensors = require "hqnn.tensor"

local training = {}

-- " accuracy 0.9312" where there is one.
local function shown(name, value, digits)
  return value and ("  %s %." .. (digits or 4) .. "f"):format(name, value) or ""
end

local function record_text(record, epochs)
  local text = ("epoch %d/%d  loss %.4f"):format(record.epoch, epochs, record.loss)
  text = text .. shown("accuracy", record.accuracy)
  if record.validation_loss then
    text = text .. shown("validation loss", record.validation_loss) .. shown("accuracy", record.validation_accuracy)
  end
  return text .. "  " .. progress.duration(record.seconds)
end

-- "epoch 3/10  |███  | 120/235  loss 0.3121  accuracy 0.9012  5120 samples/s  3m05s left"
local function bar_text(p)
  local left = p.step > 0 and p.seconds / p.step * (p.steps - p.step + (p.epochs - p.epoch) * p.steps) or 0
  local rate = p.seconds > 0 and ("  %.0f samples/s"):format(p.samples / p.seconds) or ""
  return ("epoch %d/%d  |%s| %d/%d  loss %.4f%s%s  %s left"):format(p.epoch, p.epochs, progress.bar(p.step / p.steps),
    p.step, p.steps, p.loss, shown("accuracy", p.accuracy), rate, progress.duration(left))
end

-- After a cancelled or failed run the bar must not stay on the terminal.
local cleaner = setmetatable({}, { __close = progress.clear })

-- A loss as the native function wants it: name, options and a function of the script's.
local function chosen_loss(name, loss)
  if loss == nil then return nil, nil, nil end
  if type(loss) == "function" then return nil, nil, loss end
  if type(loss) == "string" then return loss, nil, nil end
  if type(loss) ~= "table" or type(loss[1]) ~= "string" then
    options.raise("%s: loss: expected a name such as 'mse', { 'huber', delta = 0.5 } or a function, got %s", name,
      options.describe(loss))
  end
  local more = options.check(name .. ": loss", loss, { "label_smoothing", "class_weights", "delta", "margin" }, 1)
  return loss[1], more, nil
end

-- Targets as a tensor, and whether they are the inputs.
local function chosen_targets(name, what, targets)
  if targets == nil or targets == "input" then return nil, targets == "input" end
  if type(targets) == "table" and core.object.kind(targets) == nil then return tensors.tensor(targets), false end
  if core.object.kind(targets) ~= "tensor" then
    options.raise("%s: %s: expected a tensor with a row per sample, nested tables or 'input', got %s", name, what,
      options.describe(targets))
  end
  return targets, false
end

-- Samples: a data set, or a tensor where targets say what they are compared with.
local function chosen_samples(name, what, given, targets)
  if core.object.kind(given) == "tensor" and targets ~= nil then
    local labels = {}
    for i = 1, given:shape()[1] do labels[i] = 0 end
    return data.from(given, labels, 1)
  end
  return options.expect(name, what, given, "dataset")
end

local function expect_function(name, what, value)
  if value ~= nil and type(value) ~= "function" then
    options.raise("%s: %s: expected a function, got %s", name, what, options.describe(value))
  end
end

-- What a script's metrics give, { name = function(output, target) return number end }.
local function measured(name, metrics, model, samples, targets)
  local output = core.native.layer_infer(model, samples:samples())
  local target = targets == "input" and samples:samples() or targets or samples:targets() or samples:labels()
  local values = {}
  for key, metric in pairs(metrics) do
    local value = metric(output, target)
    if core.object.kind(value) == "tensor" then value = value:item() end
    if type(value) ~= "number" then
      options.raise("%s: metric '%s' must return a number, got %s", name, tostring(key), options.describe(value))
    end
    values[key] = value
  end
  return values
end

-- What a progress has and a record of the history does not.
local progress_only = {
  "done", "stopping", "replayed", "epochs", "step", "steps", "warnings", "step_loss", "best_epoch",
}

local fit_options = {
  "epochs", "batch", "optimizer", "seed", "shuffle", "validation", "progress", "callback", "cache_features", "loss",
  "targets", "validation_targets", "schedule", "clip_norm", "clip_value", "accumulate", "patience", "min_delta",
  "monitor", "keep_best", "top_k", "metrics", "on_step", "checkpoint", "resume",
  "adversarial", "encoding_penalty",
}

--- hq.fit(model, train, { epochs = 10, batch = 32, optimizer = hq.optim.adam(), ... }): the history, one record
-- { epoch, loss, accuracy, validation_loss, validation_accuracy, seconds, cores, peak_memory, lr, gradient_norm, … }
-- per epoch, and history.best_epoch, history.stopped, history.warnings.
--   loss = "cross_entropy"      another name, { "huber", delta = 0.5 }, or function(output, target)
--   targets                     a tensor, or "input", instead of the labels; validation_targets
--   schedule                    hq.schedule.*
--   shuffle = true, seed        order of the samples
--   validation = data           judged after each epoch
--   patience, min_delta = 0, monitor, keep_best = false
--   clip_norm, clip_value, accumulate = 1
--   top_k, metrics = { name = function(output, target) }
--   cache_features = true       run frozen layers at the front once for all epochs
--   progress = true             false, or "bar", "lines", "none"
--   checkpoint = { path, every = "epoch" or steps, keep = 1 }, resume = true or a path
--   adversarial = { method = "pgd", eps, ... }: "fgsm", "pgd", "free", "trades", "mart", "input_gradient"
--   encoding_penalty = 0        weight of the squares of trainable encodings' scales
--   callback = function(record) called after each epoch; "stop" ends the training
--   on_step = function(step)    called after each step; "stop" ends the training
function training.fit(model, train, given)
  local name = "hq.fit"
  local o = options.check(name, given, fit_options)
  options.expect(name, "argument 1", model, "layer")
  train = chosen_samples(name, "argument 2", train, o.targets)
  if o.optimizer ~= nil then options.expect(name, "optimizer", o.optimizer, "optimizer") end
  if o.schedule ~= nil then options.expect(name, "schedule", o.schedule, "schedule") end
  if o.validation ~= nil then o.validation = chosen_samples(name, "validation", o.validation, o.targets) end
  expect_function(name, "callback", o.callback)
  expect_function(name, "on_step", o.on_step)
  local metrics = o.metrics or {}
  if type(metrics) ~= "table" then
    options.raise("%s: metrics: expected a table of functions, got %s", name, options.describe(metrics))
  end
  for key, metric in pairs(metrics) do expect_function(name, "metric " .. tostring(key), metric) end
  local style = progress.style(name, o.progress)
  local history = { warnings = {} }
  local loss, loss_options, targets, validation_targets
  o.loss, loss_options, loss = chosen_loss(name, o.loss)
  targets, o.targets_are_inputs = chosen_targets(name, "targets", o.targets)
  validation_targets = chosen_targets(name, "validation_targets", o.validation_targets)
  local _ <close> = cleaner

  local function report(p)
    if not p.done then
      if style == "bar" then progress.show(bar_text(p)) end
      return false
    end
    local record = {}
    for key, value in pairs(p) do record[key] = value end
    for _, key in ipairs(progress_only) do record[key] = nil end
    if next(metrics) and not p.replayed then
      local judged = o.validation or train
      local target = o.targets_are_inputs and "input" or o.validation and validation_targets or targets
      record.metrics = measured(name, metrics, model, judged, target)
    end
    history[#history + 1] = record
    history.best_epoch = p.best_epoch
    for warning in p.warnings:gmatch "[^\n]+" do table.insert(history.warnings, warning) end
    if p.stopping then history.stopped = "early" end
    -- Of the run that this one goes on from; it was shown then.
    if p.replayed then return false end
    if style ~= "none" then
      progress.clear()
      progress.line(record_text(record, p.epochs))
      for warning in p.warnings:gmatch "[^\n]+" do progress.line("warning: " .. warning) end
    end
    return o.callback ~= nil and o.callback(record) == "stop"
  end

  local on_step = o.on_step and function(p)
    return o.on_step {
      epoch = p.epoch, step = p.step, steps = p.steps, loss = p.step_loss, mean_loss = p.loss, accuracy = p.accuracy,
      lr = p.lr, seconds = p.seconds,
    } == "stop"
  end

  checkpoint.choose(name, o)
  o.seed = random.next(o.seed)
  local stopped = core.native.fit(model, train, o.validation, o.optimizer or optim.adam(), o, report, on_step, loss,
    o.schedule, targets, validation_targets, loss_options, adversarial.choose(name, o.adversarial, o.seed))
  if stopped then history.stopped = "callback" end
  return history
end

--- hq.evaluate(model, data): accuracy, loss.  With options { loss, targets, top_k, metrics }: a table { loss, accuracy,
-- top_k, mse, metrics }.
function training.evaluate(model, samples, given)
  if given == nil then return core.native.evaluate(model, samples) end
  local name = "hq.evaluate"
  local o = options.check(name, given, { "loss", "targets", "top_k", "metrics" })
  options.expect(name, "argument 1", model, "layer")
  samples = chosen_samples(name, "argument 2", samples, o.targets)
  local loss, loss_options, targets
  o.loss, loss_options, loss = chosen_loss(name, o.loss)
  targets, o.targets_are_inputs = chosen_targets(name, "targets", o.targets)
  local result = core.native.evaluate_all(model, samples, o, targets, loss, loss_options)
  if o.metrics then
    result.metrics = measured(name, o.metrics, model, samples, o.targets == "input" and "input" or targets)
  end
  return result
end

--- hq.confusion(model, data): counts[class + 1][predicted + 1]
training.confusion = core.native.confusion

return training
