-- Schedules of learning rates: option tables.

local core = require "hqnn.core"
local options = require "hqnn.options"

local schedule = {}

-- Options that all have: what counts the time, a warm-up, an optimiser for loops written out.
local common = { "per", "warmup", "optimizer" }

local function make(kind, o)
  local name = "hq.schedule." .. kind
  if o.per ~= nil and o.per ~= "step" and o.per ~= "epoch" then
    options.raise("%s: per may be 'step' or 'epoch'; got %s", name, options.describe(o.per))
  end
  o.per_step = o.per == "step"
  if o.warmup ~= nil then
    local warmup = options.check(name .. ": warmup", o.warmup, { "steps!", "start" })
    o.warmup_steps, o.warmup_start = warmup.steps, warmup.start
  end
  local made = core.make.schedule(kind, o)
  if o.optimizer ~= nil then core.schedule.attach(made, options.expect(name, "optimizer", o.optimizer, "optimizer")) end
  return made
end

local function check(kind, given, known)
  return options.check("hq.schedule." .. kind, given, table.move(common, 1, #common, #known + 1, known))
end

-- One way to say how long: steps or epochs, which also says what counts.
local function length(kind, o)
  if (o.steps == nil) == (o.epochs == nil) then
    options.raise("hq.schedule.%s: give steps = n or epochs = n", kind)
  end
  o.period, o.per = o.steps or o.epochs, o.steps and "step" or "epoch"
  return o
end

--- hq.schedule.step { every = 10, gamma = 0.1, per = "epoch" }: gamma^floor(t / every).  All take
-- warmup = { steps = 100, start = 0 } and optimizer = o for loops written out.
function schedule.step(given) return make("step", check("step", given, { "every", "gamma" })) end

--- hq.schedule.multi_step { milestones = { 30, 60 }, gamma = 0.1, per = "epoch" }
function schedule.multi_step(given)
  return make("multi_step", check("multi_step", given, { "milestones!", "gamma" }))
end

--- hq.schedule.exponential { gamma = 0.95, per = "epoch" }
function schedule.exponential(given) return make("exponential", check("exponential", given, { "gamma!" })) end

--- hq.schedule.cosine { epochs = 30 } or { steps = 1000 }, low = 0, restarts = false, stretch = 1
function schedule.cosine(given)
  local known = { "steps", "epochs", "low", "restarts", "stretch", "warmup", "optimizer" }
  return make("cosine", length("cosine", options.check("hq.schedule.cosine", given, known)))
end

--- hq.schedule.one_cycle { steps = 1000 }, rise = 0.3, start = 25, finish = 1e4: the optimiser's rate is the peak
function schedule.one_cycle(given)
  local known = { "steps", "epochs", "rise", "start", "finish", "warmup", "optimizer" }
  local o = length("one_cycle", options.check("hq.schedule.one_cycle", given, known))
  o["end"] = o.finish
  return make("one_cycle", o)
end

--- hq.schedule.plateau { factor = 0.1, patience = 10, min_delta = 1e-4, cooldown = 0, low = 0, mode = "min" }
function schedule.plateau(given)
  local o = options.check("hq.schedule.plateau", given,
    { "factor", "patience", "min_delta", "cooldown", "low", "mode", "warmup", "optimizer" })
  if o.mode ~= nil and o.mode ~= "min" and o.mode ~= "max" then
    options.raise("hq.schedule.plateau: mode may be 'min' or 'max'; got %s", options.describe(o.mode))
  end
  o.higher_is_better = o.mode == "max"
  return make("plateau", o)
end

--- hq.schedule.constant { warmup = { steps = 100 } }: the warm-up alone
function schedule.constant(given) return make("constant", check("constant", given, {})) end

core.metatables.schedule.__index = function(_, key)
  return core.schedule[key] or options.no_method("schedule", core.schedule, key)
end

core.metatables.schedule.__tostring = function(made)
  return core.object.released(made) and "schedule (released)" or "schedule"
end

return options.publish(schedule)
