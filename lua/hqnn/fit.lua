-- hq.fit and hq.evaluate: options, history, progress.  The loop itself is native.

local core = require "hqnn.core"
local checkpoint = require "hqnn.checkpoint"
local optim = require "hqnn.optim"
local options = require "hqnn.options"
local progress = require "hqnn.progress"
local random = require "hqnn.random"

local training = {}

local function record_text(record, epochs)
  local text = ("epoch %d/%d  loss %.4f  accuracy %.4f"):format(record.epoch, epochs, record.loss,
    record.accuracy)
  if record.validation_accuracy then
    text = text .. ("  validation loss %.4f  accuracy %.4f"):format(record.validation_loss,
      record.validation_accuracy)
  end
  return text .. "  " .. progress.duration(record.seconds)
end

-- After a cancelled or failed run the bar must not stay on the terminal.
local cleaner = setmetatable({}, { __close = progress.clear })

--- hq.fit(model, train, { epochs = 10, batch = 32, optimizer = hq.optim.adam(), ... }): the history, one
-- record { epoch, loss, accuracy, validation_loss, validation_accuracy, seconds } per epoch.
--   shuffle = true, seed        order of the samples
--   validation = data           judged after each epoch
--   cache_features = true       run frozen layers at the front once for all epochs
--   progress = true             false, or "bar", "lines", "none"
--   checkpoint = { path, every = "epoch" or steps, keep = 1 }, resume = true or a path
--   callback = function(record) called after each epoch; "stop" ends the training
function training.fit(model, train, given)
  local o = options.check("hq.fit", given, { "epochs", "batch", "optimizer", "seed", "shuffle", "validation",
    "progress", "callback", "cache_features", "checkpoint", "resume" })
  options.expect("hq.fit", "argument 1", model, "layer")
  options.expect("hq.fit", "argument 2", train, "dataset")
  if o.optimizer ~= nil then options.expect("hq.fit", "optimizer", o.optimizer, "optimizer") end
  if o.validation ~= nil then options.expect("hq.fit", "validation", o.validation, "dataset") end
  if o.callback ~= nil and type(o.callback) ~= "function" then
    options.raise("hq.fit: callback: expected a function, got %s", options.describe(o.callback))
  end
  local style = progress.style("hq.fit", o.progress)
  local history = {}
  local _ <close> = cleaner

  local function report(epoch, epochs, step, steps, done, loss, accuracy, validation_loss,
                        validation_accuracy, seconds, replayed)
    if not done then
      if style == "bar" then
        local left = step > 0 and seconds / step * (steps - step) or 0
        progress.show(("epoch %d/%d  |%s| %d/%d  loss %.4f  accuracy %.4f  %s left"):format(epoch, epochs,
          progress.bar(step / steps), step, steps, loss, accuracy, progress.duration(left)))
      end
      return false
    end
    local record = { epoch = epoch, loss = loss, accuracy = accuracy, seconds = seconds }
    if validation_loss == validation_loss then
      record.validation_loss, record.validation_accuracy = validation_loss, validation_accuracy
    end
    history[#history + 1] = record
    -- Of the run that this one goes on from; it was shown then.
    if replayed then return false end
    if style ~= "none" then
      progress.clear()
      progress.line(record_text(record, epochs))
    end
    return o.callback ~= nil and o.callback(record) == "stop"
  end

  checkpoint.choose("hq.fit", o)
  o.seed = random.next(o.seed)
  core.native.fit(model, train, o.validation, o.optimizer or optim.adam(), o, report)
  return history
end

--- hq.evaluate(model, data): accuracy, loss
training.evaluate = core.native.evaluate

return training
