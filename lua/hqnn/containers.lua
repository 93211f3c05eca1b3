-- Layers made of layers: residual, parallel, fusion, frozen, heads.

local core = require "hqnn.core"
local options = require "hqnn.options"

local make, native, methods = core.make, core.native, core.layer
local containers = {}

-- A layer, or an array of layers that becomes a sequential.
local function as_layer(name, what, value)
  if core.object.kind(value) == "layer" then return value end
  if type(value) == "table" and not core.object.kind(value) and #value > 0 then
    for i, layer in ipairs(value) do options.expect(name, what .. "[" .. i .. "]", layer, "layer") end
    return make.sequential(value)
  end
  options.raise("%s: %s: expected a layer or an array of layers, got %s", name, what, options.describe(value))
end

-- The elements of an array alone, each a layer or an array of layers.
local function array(name, given)
  local list = {}
  for i = 1, #given do list[i] = as_layer(name, "element " .. i, given[i]) end
  return list
end

-- An array in its order, numbered from 0, or a table of names, in alphabetical order: layers and their names.
local function named(name, what, given)
  if type(given) ~= "table" or core.object.kind(given) then
    options.raise("%s: %s: expected a table of layers, got %s", name, what, options.describe(given))
  end
  local layers, names = {}, {}
  if #given > 0 then
    for key in pairs(given) do
      if math.type(key) ~= "integer" then
        options.raise("%s: %s: either all layers have names or none, got '%s' beside an array", name, what,
          tostring(key))
      end
    end
    for i = 1, #given do
      layers[i], names[i] = as_layer(name, what .. "[" .. i .. "]", given[i]), tostring(i - 1)
    end
    return layers, names
  end
  for key in pairs(given) do names[#names + 1] = key end
  for _, key in ipairs(names) do
    if type(key) ~= "string" then
      options.raise("%s: %s: names are texts, got %s", name, what, options.describe(key))
    end
  end
  table.sort(names)
  for i, key in ipairs(names) do layers[i] = as_layer(name, what .. "." .. key, given[key]) end
  return layers, names
end

local function trained(layer, o)
  if o.trainable == false then layer:freeze() end
  return layer
end

--- hq.residual { layer, layer, shortcut = layer }: layers(x) + shortcut(x), or + x
function containers.residual(given)
  local o = options.check("hq.residual", given, { "shortcut", "trainable" }, type(given) == "table" and #given or 0)
  local shortcut = o.shortcut ~= nil and as_layer("hq.residual", "shortcut", o.shortcut) or nil
  return trained(make.residual(array("hq.residual", o), shortcut), o)
end

--- hq.parallel { a, b, combine = "concat" } or { branches = { name = a, ... }, combine = "add" }
function containers.parallel(given)
  local o = options.check("hq.parallel", given, { "branches", "combine", "trainable" },
    type(given) == "table" and #given or 0)
  if o.branches ~= nil and #o > 0 then
    options.raise "hq.parallel: give an array of branches or branches = ..., not both"
  end
  local layers, names = named("hq.parallel", "branches", o.branches or table.move(o, 1, #o, 1, {}))
  return trained(make.parallel(layers, names, { combine = o.combine }), o)
end

--- hq.fusion { branches = { classical = a, quantum = b }, gate_units = 16, per_class = false, gate = layer }
function containers.fusion(given)
  local o = options.check("hq.fusion", given, { "branches!", "gate_units", "per_class", "gate", "trainable" })
  local layers, names = named("hq.fusion", "branches", o.branches)
  local gate = o.gate ~= nil and as_layer("hq.fusion", "gate", o.gate) or nil
  if gate and o.gate_units ~= nil then options.raise "hq.fusion: give gate or gate_units, not both" end
  return trained(make.fusion(layers, names, { gate_units = o.gate_units, per_class = o.per_class }, gate), o)
end

--- hq.frozen(layer): parameters stay, and evaluation mode too, whatever happens around it
function containers.frozen(given) return make.frozen(as_layer("hq.frozen", "argument 1", given)) end

--- hq.heads { trunk = layer, heads = { digit = layer, parity = layer } }
function containers.heads(given)
  local o = options.check("hq.heads", given, { "trunk!", "heads!", "trainable" })
  local trunk = as_layer("hq.heads", "trunk", o.trunk)
  local layers, names = named("hq.heads", "heads", o.heads)
  return trained(make.heads(trunk, layers, names), o)
end

--- fusion:fusion_weights(x): [batch, branches], per class [batch, branches, values]
function methods:fusion_weights(input) return native.fusion_weights(self, input) end

return containers
