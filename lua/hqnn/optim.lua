-- Optimisers: option tables.

local core = require "hqnn.core"
local options = require "hqnn.options"

local optim = {}

--- hq.optim.sgd { lr = 0.01, momentum = 0 }
function optim.sgd(given) return core.make.sgd(options.check("hq.optim.sgd", given, { "lr", "momentum" })) end

--- hq.optim.adam { lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 }
function optim.adam(given)
  return core.make.adam(options.check("hq.optim.adam", given, { "lr", "beta1", "beta2", "eps" }))
end

core.metatables.optimizer.__index = function(_, key)
  return core.optimizer[key] or options.no_method("optimizer", core.optimizer, key)
end

core.metatables.optimizer.__tostring = function(optimizer)
  return core.object.released(optimizer) and "optimizer (released)" or "optimizer"
end

return options.publish(optim)
