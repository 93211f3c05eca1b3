-- Initialisers by name: what the options init and bias_init of layers mean.

local core = require "hqnn.core"
local options = require "hqnn.options"

local initializers = {}

-- By name: the rule behind it, the numbers it takes, and their defaults.
local rules = {
  uniform = { "uniform", { "low", "high" } },
  normal = { "normal", { "mean", "std" } },
  near_zero = { "normal", { "std" }, { std = 0.01 } },
  constant = { "constant", { "value" } },
  zeros = { "constant", {}, { value = 0 } },
  ones = { "constant", {}, { value = 1 } },
  kaiming_uniform = { "kaiming_uniform", { "gain", "nonlinearity", "slope" }, { gain = math.sqrt(2) } },
  kaiming_normal = { "kaiming_normal", { "gain", "nonlinearity", "slope" }, { gain = math.sqrt(2) } },
  xavier_uniform = { "xavier_uniform", { "gain", "nonlinearity", "slope" }, { gain = 1 } },
  xavier_normal = { "xavier_normal", { "gain", "nonlinearity", "slope" }, { gain = 1 } },
  orthogonal = { "orthogonal", { "gain", "nonlinearity", "slope" }, { gain = 1 } },
  identity_blocks = { "identity_blocks", {} },
}

-- What keeps the variance through a function: He et al. 2015 for relu and leaky; 5/3 for tanh is in common use.
local gains = {
  linear = function() return 1 end,
  sigmoid = function() return 1 end,
  tanh = function() return 5 / 3 end,
  relu = function() return math.sqrt(2) end,
  leaky = function(slope) return math.sqrt(2 / (1 + slope * slope)) end,
}

local function names(set)
  local list = {}
  for name in pairs(set) do list[#list + 1] = name end
  table.sort(list)
  return list
end

local function choose(name, what, word, set)
  if type(word) == "string" and set[word] then return set[word] end
  local meant = type(word) == "string" and options.closest(word, names(set))
  if meant then options.raise("%s: %s: unknown '%s' (did you mean '%s'?)", name, what, word, meant) end
  options.raise("%s: %s: expected %s, got %s", name, what, options.list(names(set)), options.describe(word))
end

local function number(name, what, value)
  if type(value) ~= "number" then
    options.raise("%s: %s: expected a number, got %s", name, what, options.describe(value))
  end
  return value
end

-- name: of the function that was called, what: "init"; given: a name or { name = ..., gain = ... }.
local function parse(name, what, given)
  if type(given) ~= "table" then given = { name = given } end
  local rule = choose(name, what, given.name, rules)
  local o = options.check(name .. ": " .. what, given, { "name!", table.unpack(rule[2]) })
  local result = { kind = rule[1] }
  for key, value in pairs(rule[3] or {}) do result[key] = value end
  for _, key in ipairs { "low", "high", "mean", "std", "value", "gain" } do
    if o[key] ~= nil then result[key] = number(name, what .. "." .. key, o[key]) end
  end
  if o.nonlinearity ~= nil then
    if o.gain ~= nil then options.raise("%s: %s: give gain or nonlinearity, not both", name, what) end
    local slope = number(name, what .. ".slope", o.slope == nil and 0.01 or o.slope)
    result.gain = choose(name, what .. ".nonlinearity", o.nonlinearity, gains)(slope)
  elseif o.slope ~= nil then
    options.raise("%s: %s: slope belongs to nonlinearity = 'leaky'", name, what)
  end
  return result
end

--- What an option such as init means, for the native functions.
initializers.parse = parse

--- Applies the options init and bias_init to a new layer.
function initializers.apply(name, layer, o)
  for key, parameter in pairs { init = "weights", bias_init = "bias" } do
    if o[key] ~= nil then core.native.layer_initialize(layer, parameter, parse(name, key, o[key])) end
  end
  return layer
end

return initializers
