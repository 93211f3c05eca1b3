-- hq.state: one large state that stays, circuits applied to it one after the other.

local batch = require "hqnn.batch"
local core = require "hqnn.core"
local options = require "hqnn.options"

local states = {}
local state = core.state

--- hq.state(wires, { dtype = "float32" }): |0...0>
function states.state(wires, given)
  local o = options.check("hq.state", given, { "dtype" })
  return core.make.state(wires, o.dtype or "float32")
end

--- state:apply(circuit, { inputs = x, weights = w }): the state itself
function state:apply(circuit, given)
  local x, w = batch.arguments("state:apply", given, { "inputs", "weights" })
  return core.native.state_apply(self, circuit, x, w)
end

options.publish(state)

core.metatables.state.__index = function(_, key)
  return state[key] or options.no_method("state", state, key)
end

core.metatables.state.__tostring = function(self)
  return core.object.released(self) and "state (released)" or "state"
end

return states
