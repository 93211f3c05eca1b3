-- Perturbations that are not made sample by sample: one for a whole set, errors of the quantum part, and how samples
-- made on one model do on others.

local attack = require "hqnn.attack"
local core = require "hqnn.core"
local json = require "hqnn.json"
local options = require "hqnn.options"
local random = require "hqnn.random"

local native = core.native
local perturbation = {}

-- ---- universal perturbations ----

local methods = {}
local metatable = { __index = methods, __name = "hqnn.universal" }

local universal_options = {
  "method", "norm", "eps", "low", "high", "epochs", "goal", "seed", "batch", "alpha", "clip", "overshoot", "iterations",
}

local function arguments(name, model, data)
  options.expect(name, "argument 1", model, "layer")
  options.expect(name, "argument 2", data, "dataset")
end

local function told(given, name) return next(given) and json.encode(given, name) or "{}" end

--- hq.universal(model, data, { eps = 0.1, method = "sgd" }): one perturbation for all samples, and what it does
function perturbation.universal(model, data, given)
  local name = "hq.universal"
  local o = options.check(name, given, universal_options)
  arguments(name, model, data)
  o.seed = random.next(o.seed)
  local delta, report = native.universal_find(model, data, told(o, name))
  local result = json.decode(report)
  result.delta, result.low, result.high = delta, o.low or 0, o.high or 1
  return setmetatable(result, metatable)
end

--- universal:apply(data): clip(x + delta), for a tensor of samples or a data set
function methods:apply(data)
  if core.object.kind(data) ~= "dataset" then return native.universal_apply(self.delta, data, self.low, self.high) end
  local moved = native.universal_apply(self.delta, data:samples(), self.low, self.high)
  return core.make.dataset(moved, data:labels(), data.classes)
end

--- universal:evaluate(model, data): what it does to other samples, or to another model
function methods:evaluate(model, data)
  arguments("universal:evaluate", model, data)
  return json.decode(native.universal_evaluate(model, data, self.delta, self.low, self.high))
end

options.publish(methods)

function metatable:__tostring()
  return ("universal perturbation: fooling rate %.3f (noise %.3f), accuracy %.3f -> %.3f"):format(self.fooling_rate,
    self.noise_fooling_rate, self.clean_accuracy, self.accuracy)
end

-- ---- the quantum part ----

local quantum_attack = {}

local function attacker(kind, allowed, draws)
  local name = "hq.quantum_attack." .. kind
  return function(model, data, given)
    local o = options.check(name, given, allowed)
    arguments(name, model, data)
    if draws then o.seed = random.next(o.seed) end
    local report, rows = native.quantum_attack(model, data, kind, told(o, name))
    return json.decode(report), rows
  end
end

--- hq.quantum_attack.angles(model, data, { eps = 0.1 }): errors of the encoding angles, in radians, for each sample
quantum_attack.angles = attacker("angles",
  { "layer", "norm", "eps", "steps", "alpha", "restarts", "random_start", "seed" }, true)
--- hq.quantum_attack.weights(model, data, { eps = 0.1 }): one error of the circuits' weights for all samples
quantum_attack.weights = attacker("weights",
  { "layer", "norm", "eps", "steps", "alpha", "restarts", "draws", "seed" }, true)
--- hq.quantum_attack.states(model, data, { eps = 0.1 }): the worst state within a trace distance, exactly
quantum_attack.states = attacker("states", { "layer", "eps", "radius" })

perturbation.quantum_attack = options.publish(quantum_attack)

-- ---- transfer ----

local matrix_metatable = { __name = "hqnn.transfer_matrix" }

--- hq.transfer_matrix { models = { cnn = a, hybrid = b }, data = test, attack = hq.attack.pgd { eps = 0.1 } }: each
-- model's accuracy on samples made on each; names gives the order of the models
function perturbation.transfer_matrix(given)
  local name = "hq.transfer_matrix"
  local o = options.check(name, given, { "models!", "names", "data!", "attack!" })
  if type(o.models) ~= "table" or core.object.kind(o.models) then
    options.raise("%s: models: expected a table of models, got %s", name, options.describe(o.models))
  end
  local names, models = o.names or {}, {}
  if not o.names then
    for key in pairs(o.models) do names[#names + 1] = key end
    table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  end
  if #names == 0 then options.raise("%s: models: there are none", name) end
  for i, key in ipairs(names) do
    options.expect(name, "model " .. tostring(key), o.models[key], "layer")
    models[i] = o.models[key]
  end
  options.expect(name, "data", o.data, "dataset")
  local kind, text = attack.told(o.attack, name .. ": attack")
  local result = json.decode(native.transfer_matrix(models, o.data, kind, text))
  result.names = {}
  for i, key in ipairs(names) do result.names[i] = tostring(key) end
  return setmetatable(result, matrix_metatable)
end

function matrix_metatable:__tostring()
  local width = 5
  for _, name in ipairs(self.names) do width = math.max(width, #name) end
  local function line(first, values)
    local cells = { first .. (" "):rep(width - #first) }
    for _, value in ipairs(values) do
      local cell = type(value) == "number" and ("%.3f"):format(value) or value
      cells[#cells + 1] = (" "):rep(width - #cell) .. cell
    end
    return table.concat(cells, "  ")
  end
  local lines = { "accuracy; rows: made on, columns: judged by", line("", self.names), line("clean", self.clean) }
  for i, name in ipairs(self.names) do lines[#lines + 1] = line(name, self.accuracy[i]) end
  return table.concat(lines, "\n")
end

return perturbation
