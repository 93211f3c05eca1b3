-- Attacks are descriptions: a kind and its options, run by the library.

local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local attack = {}

local methods = {}
local metatable = { __index = methods, __name = "hqnn.attack" }

local function constructor(kind, known)
  table.move({ "eps", "low", "high", "seed", "name" }, 1, 5, #known + 1, known)
  return function(given)
    local description = options.check("hq.attack." .. kind, given, known)
    description.kind = kind
    description.name = description.name or kind
    -- Drawn now, so that one description attacks every model with the same random starts.
    description.seed = random.next(description.seed)
    return setmetatable(description, metatable)
  end
end

--- hq.attack.fgsm { eps = 0.1 }: one signed gradient step (Goodfellow et al. 2015)
attack.fgsm = constructor("fgsm", {})
--- hq.attack.pgd { eps = 0.1, alpha = 0, steps = 10, random_start = false, restarts = 1 }: projected
-- gradient steps (Madry et al. 2018); alpha 0 is 2.5 eps / steps
attack.pgd = constructor("pgd", { "alpha", "steps", "random_start", "restarts" })
--- hq.attack.mim { eps = 0.1, alpha = 0, steps = 10, decay = 1 }: steps along an accumulated gradient
-- (Dong et al. 2018); alpha 0 is eps / steps
attack.mim = constructor("mim", { "alpha", "steps", "decay" })

--- Whether a value is one of these.
function attack.is(value) return getmetatable(value) == metatable end

--- attack:run(model, data): a data set of adversarial samples
-- attack:run(model, samples, labels): a tensor of them
function methods:run(model, data, labels)
  if core.object.kind(data) == "dataset" then return core.native.attack_run_on(self, model, data) end
  return core.native.attack_run(self, model, data, labels)
end

options.publish(methods)

local printed = { "eps", "alpha", "steps", "random_start", "restarts", "decay", "low", "high" }

function metatable:__tostring()
  local parts = {}
  for _, key in ipairs(printed) do
    if self[key] ~= nil then parts[#parts + 1] = ("%s = %s"):format(key, self[key]) end
  end
  local text = self.kind .. (#parts > 0 and " { " .. table.concat(parts, ", ") .. " }" or "")
  return self.name == self.kind and text or self.name .. ": " .. text
end

return options.publish(attack)
