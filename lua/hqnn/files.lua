-- Models and tensors in files: model:save, hq.load, model:load_weights, model:copy, hq.tensors.

local core = require "hqnn.core"
local options = require "hqnn.options"

local native, methods = core.native, core.layer
local files = { tensors = {} }

--- hq.load "m.safetensors": the model that model:save wrote, without its script
files.load = native.layer_load

--- model:load_weights("m.safetensors", { strict = true }): the model, and how many tensors were taken
function methods:load_weights(path, given)
  local o = options.check("model:load_weights", given, { "strict" })
  if o.strict == nil then o.strict = true end
  return self, native.layer_load_weights(self, path, o.strict)
end

--- hq.tensors.save("t.safetensors", { name = tensor, ... })
function files.tensors.save(path, tensors)
  if type(tensors) ~= "table" or core.object.kind(tensors) then
    options.raise("hq.tensors.save: expected a table of tensors by name, got %s", options.describe(tensors))
  end
  local names, values = {}, {}
  for name in pairs(tensors) do
    if type(name) ~= "string" then
      options.raise("hq.tensors.save: tensors have names, got %s as one", options.describe(name))
    end
    names[#names + 1] = name
  end
  table.sort(names)
  for i, name in ipairs(names) do values[i] = tensors[name] end
  native.tensors_save(path, names, values)
end

--- hq.tensors.load "t.safetensors": a table of tensors by name
files.tensors.load = native.tensors_load

options.publish(files.tensors)

return files
