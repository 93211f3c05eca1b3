-- The option `adversarial` of hq.fit: which options go with which method.

local options = require "hqnn.options"

local adversarial = {}

local methods = {
  fgsm = { "eps", "norm", "alpha", "random_start", "low", "high", "seed" },
  pgd = { "eps", "norm", "alpha", "steps", "random_start", "low", "high", "seed" },
  free = { "eps", "norm", "alpha", "replays", "low", "high" },
  trades = { "eps", "norm", "alpha", "steps", "beta", "low", "high", "seed" },
  mart = { "eps", "norm", "alpha", "steps", "random_start", "beta", "low", "high", "seed" },
  input_gradient = { "beta", "step" },
}
for _, known in pairs(methods) do known[#known + 1] = "method" end
local names = { "fgsm", "pgd", "free", "trades", "mart", "input_gradient" }

--- The checked options; nil for nil.  Without a seed of its own it takes fit's.
function adversarial.choose(name, given, seed)
  if given == nil then return nil end
  name = name .. ": adversarial"
  if type(given) == "string" then given = { method = given } end
  if type(given) ~= "table" then
    options.raise("%s: expected options such as { method = 'pgd', eps = 0.1 }, got %s", name, options.describe(given))
  end
  local method = given.method or "pgd"
  if not methods[method] then
    local meant = type(method) == "string" and options.closest(method, names)
    options.raise("%s: unknown method %s%s; it may be %s", name, options.describe(method),
      meant and (" (did you mean '%s'?)"):format(meant) or "", options.list(names))
  end
  local o = options.check(("%s (%s)"):format(name, method), given, methods[method])
  o.seed = o.seed or seed
  return o
end

return adversarial
