-- What a finished circuit is run on: tensors from the fields of an option table.

local core = require "hqnn.core"
local options = require "hqnn.options"
local tensors = require "hqnn.tensor"

local batch = {}

local function is_tensor(value) return core.object.kind(value) == "tensor" end

--- A reader of one call's options: tensor(field, rank) is that field as a tensor, which may be given as nested
-- tables; of rank 2 one row may be given as a flat table.  The tables take the type of the tensors beside them.
function batch.reader(name, o)
  local like = is_tensor(o.inputs) and o.inputs or is_tensor(o.weights) and o.weights or nil
  return function(what, rank)
    local value = o[what]
    if value == nil or is_tensor(value) then return value end
    if type(value) ~= "table" then
      options.raise("%s: %s: expected a tensor or a table of numbers, got %s", name, what,
        options.describe(value))
    end
    local made = tensors.from(value, like)
    if rank == 2 and #made:shape() == 1 then made = made:reshape(1, -1) end
    return made
  end
end

--- The tensors `inputs` and `weights`, the checked options, and the tensor `output_gradient`.
function batch.arguments(name, given, known)
  local o = options.check(name, given, known)
  local tensor = batch.reader(name, o)
  return tensor("inputs", 2), tensor("weights", 1), o, tensor("output_gradient", 2)
end

--- The names of all options that say how a circuit is run.
batch.run_options = { "method", "differentiation", "step", "shots", "seed", "trajectories", "directions" }

return batch
