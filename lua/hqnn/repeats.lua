-- hq.cross_validate and hq.repeat_seeds: the same thing several times, and how far results spread.

local core = require "hqnn.core"
local options = require "hqnn.options"
local progress = require "hqnn.progress"
local random = require "hqnn.random"
local stats = require "hqnn.stats"
local tables = require "hqnn.table"
local training = require "hqnn.fit"

local repeats = {}

local result = {}
result.__index = result

-- "accuracy  0.9312 ± 0.0045 (n = 5)", a line per measure.
function result:__tostring()
  local lines = {}
  for _, name in ipairs(self.measures) do
    lines[#lines + 1] = ("%s  %s"):format(name, tostring(self[name]))
  end
  return table.concat(lines, "\n")
end

-- Gathers rows { name = number } of the runs: result.rows, result.values.name, result.name = its summary.
local function gather(first, rows)
  local made = { rows = rows, measures = {}, values = {} }
  for name, value in pairs(rows[1]) do
    if type(value) == "number" and name ~= first then made.measures[#made.measures + 1] = name end
  end
  table.sort(made.measures)
  for _, name in ipairs(made.measures) do
    local values = {}
    for i, row in ipairs(rows) do values[i] = row[name] end
    made.values[name] = values
    made[name] = stats.summary(values)
  end
  return setmetatable(made, result)
end

--- result:table(): an hq.table with a row per run, then mean and standard deviation
function result:table()
  local made = tables.table { self.first, table.unpack(self.measures) }
  for i, row in ipairs(self.rows) do
    local cells = { tostring(row[self.first] or i) }
    for _, name in ipairs(self.measures) do cells[#cells + 1] = row[name] end
    made:add(cells)
  end
  for _, what in ipairs { "mean", "sd" } do
    local cells = { what }
    for _, name in ipairs(self.measures) do cells[#cells + 1] = self[name][what] end
    made:add(cells)
  end
  return made
end

--- hq.cross_validate(make_model, data, { folds = 5, stratified = true, seed, optimizer = make, fit = { ... } })
--   make_model(fold)     a new model for each fold
--   optimizer(fold)      a new optimiser for each fold; default hq.optim.adam
--   fit                  options of hq.fit; its validation is the fold that is left out
-- Result: result.accuracy and result.loss with mean, sd, n; result.rows; result:table().
function repeats.cross_validate(make_model, data, given)
  local name = "hq.cross_validate"
  local o = options.check(name, given, { "folds", "stratified", "seed", "optimizer", "fit" })
  if type(make_model) ~= "function" then
    options.raise("%s: argument 1: expected a function that makes a model, got %s", name, options.describe(make_model))
  end
  options.expect(name, "argument 2", data, "dataset")
  if o.optimizer ~= nil and type(o.optimizer) ~= "function" then
    options.raise("%s: optimizer: expected a function that makes an optimiser, got %s", name,
      options.describe(o.optimizer))
  end
  local fit = o.fit or {}
  if type(fit) ~= "table" then
    options.raise("%s: fit: expected a table of options of hq.fit, got %s", name, options.describe(fit))
  end
  for _, key in ipairs { "optimizer", "validation", "schedule", "targets" } do
    if fit[key] ~= nil and not (key == "targets" and fit[key] == "input") then
      options.raise("%s: fit.%s cannot be shared by folds%s", name, key,
        key == "optimizer" and "; give optimizer = function() return ... end" or "")
    end
  end
  local seed = random.next(o.seed)
  local parts = core.native.dataset_folds(data, o.folds or 5, o.stratified ~= false, seed)
  local rows = {}
  for fold = 1, o.folds or 5 do
    local inside, outside = {}, {}
    for i, part in ipairs(parts) do
      local indices = part == fold and outside or inside
      indices[#indices + 1] = i
    end
    local train, test = data:select(inside), data:select(outside)
    local more = {}
    for key, value in pairs(fit) do more[key] = value end
    more.validation, more.optimizer = test, o.optimizer and o.optimizer(fold) or nil
    more.seed = more.seed or seed + fold
    if more.progress == nil then more.progress = false end
    local history = training.fit(make_model(fold), train, more)
    local last = history[history.best_epoch and fit.keep_best and history.best_epoch or #history]
    rows[fold] = {
      fold = fold, accuracy = last.validation_accuracy, loss = last.validation_loss, seconds = 0,
    }
    for _, record in ipairs(history) do rows[fold].seconds = rows[fold].seconds + record.seconds end
    if not progress.quiet() and fit.progress ~= false then
      progress.line(("fold %d/%d  validation loss %.4f%s"):format(fold, o.folds or 5, rows[fold].loss,
        rows[fold].accuracy and ("  accuracy %.4f"):format(rows[fold].accuracy) or ""))
    end
  end
  local made = gather("fold", rows)
  made.first = "fold"
  return made
end

--- hq.repeat_seeds(function(seed) return { accuracy = ... } end, { seeds = 5 }): seeds = 5 takes 1 to 5, or give an
-- array.  hq.seed(seed) is called before each run.  The function returns a number or a table of numbers.
function repeats.repeat_seeds(run, given)
  local name = "hq.repeat_seeds"
  local o = options.check(name, given, { "seeds" })
  if type(run) ~= "function" then
    options.raise("%s: argument 1: expected a function of a seed, got %s", name, options.describe(run))
  end
  local seeds = o.seeds or 5
  if math.type(seeds) == "integer" and seeds >= 1 then
    local list = {}
    for seed = 1, seeds do list[seed] = seed end
    seeds = list
  elseif type(seeds) ~= "table" or #seeds == 0 then
    options.raise("%s: seeds: expected how many, 1 or more, or an array of seeds; got %s", name,
      options.describe(seeds))
  end
  local rows = {}
  for i, seed in ipairs(seeds) do
    random.seed(seed)
    local values = run(seed)
    if type(values) == "number" then values = { value = values } end
    if type(values) ~= "table" then
      options.raise("%s: the function must return a number or a table of numbers, got %s", name,
        options.describe(values))
    end
    rows[i] = { seed = seed }
    for key, value in pairs(values) do
      if type(value) ~= "number" then
        options.raise("%s: '%s' is %s; expected a number", name, tostring(key), options.describe(value))
      end
      rows[i][key] = value
    end
  end
  local made = gather("seed", rows)
  made.first = "seed"
  return made
end

options.publish(result)

return options.publish(repeats)
