-- Optimisers: option tables, parameter groups.

local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local optim = {}

-- Sets groups apart: { { parameters = "quantum", lr = 1e-2 }, { layer = layer, weight_decay = 0 } }.
local function with_groups(name, optimizer, groups)
  if groups == nil then return optimizer end
  if type(groups) ~= "table" then
    options.raise("%s: groups: expected an array of groups such as { parameters = 'quantum', lr = 1e-2 }, got %s", name,
      options.describe(groups))
  end
  for i, group in ipairs(groups) do
    local what = ("%s: group %d"):format(name, i)
    local o = options.check(what, group, { "parameters", "layer", "lr", "weight_decay" })
    if (o.parameters == nil) == (o.layer == nil) then
      options.raise("%s: give parameters = 'quantum' or 'classical', or layer = a layer", what)
    end
    for _, field in ipairs { "lr", "weight_decay" } do
      if type(o[field]) == "number" and o[field] < 0 then
        options.raise("%s: %s is %s; it must be 0 or more", what, field, o[field])
      end
    end
    if o.layer ~= nil then
      options.expect(what, "layer", o.layer, "layer")
    elseif o.parameters ~= "quantum" and o.parameters ~= "classical" then
      options.raise("%s: parameters may be 'quantum' or 'classical'; got %s", what, options.describe(o.parameters))
    end
    core.native.optimizer_group(optimizer, o.layer or o.parameters, o)
  end
  return optimizer
end

local function define(kind, known)
  local name = "hq.optim." .. kind
  table.move({ "groups", "weight_decay" }, 1, 2, #known + 1, known)
  optim[kind] = function(given)
    local o = options.check(name, given, known)
    if kind == "spsa" then o.seed = random.next(o.seed) end
    return with_groups(name, core.make[kind](o), o.groups)
  end
end

--- hq.optim.sgd { lr = 0.01, momentum = 0, nesterov = false }; all but rotosolve take weight_decay = 0 and
-- groups = { { parameters = "quantum" or "classical", or layer = layer, lr, weight_decay }, ... }
define("sgd", { "lr", "momentum", "nesterov" })
--- hq.optim.adam { lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 }
define("adam", { "lr", "beta1", "beta2", "eps" })
--- hq.optim.adamw { lr = 1e-3, weight_decay = 0.01, ... }: decoupled weight decay
define("adamw", { "lr", "beta1", "beta2", "eps" })
--- hq.optim.rmsprop { lr = 0.01, alpha = 0.99, eps = 1e-8, momentum = 0 }
define("rmsprop", { "lr", "alpha", "eps", "momentum" })
--- hq.optim.adagrad { lr = 0.01, eps = 1e-10, initial = 0 }
define("adagrad", { "lr", "eps", "initial" })
--- hq.optim.lbfgs { lr = 1, history = 10, iterations = 20, tolerance = 1e-7 }
define("lbfgs", { "lr", "history", "iterations", "tolerance" })
--- hq.optim.natural_gradient { lr = 0.01, form = "blocks", damping = 1e-3, rows = 256 }
define("natural_gradient", { "lr", "form", "damping", "rows" })
--- hq.optim.spsa { lr = 0.2, c = 0.1, stability = 0, alpha = 0.602, gamma = 0.101, seed }
define("spsa", { "lr", "c", "stability", "alpha", "gamma", "seed" })

--- hq.optim.rotosolve(): weights of circuits one after the other, without gradients
function optim.rotosolve(given)
  options.check("hq.optim.rotosolve", given, {})
  return core.make.rotosolve()
end

core.metatables.optimizer.__index = function(_, key)
  return core.optimizer[key] or options.no_method("optimizer", core.optimizer, key)
end

core.metatables.optimizer.__tostring = function(optimizer)
  return core.object.released(optimizer) and "optimizer (released)" or "optimizer"
end

return options.publish(optim)
