-- hq.layer: layers made of Lua functions.  Shapes, parameters and training are native; here is what a script's build
-- and forward functions see as `self`.

local core = require "hqnn.core"
local initializers = require "hqnn.initializers"
local json = require "hqnn.json"
local options = require "hqnn.options"

local make, native = core.make, core.native
local custom = {}

-- What the functions of one layer share.  It keeps parameters and inner layers, but not the layer itself, which could
-- then never be collected.
local methods = {}

local function inner_number(self, which, name)
  if math.type(which) == "integer" and rawget(self, "layers")[which] then which = tostring(which - 1) end
  for number, known in ipairs(rawget(self, "inner_names")) do
    if known == which then return number end
  end
  options.raise("%s: there is no inner layer %s", name, options.describe(which))
end

--- self:parameter("w", { 3, 4 }, { init = "xavier_uniform" }): only inside build.  Its tensor is self.w when forward
-- runs.  Initialisers are those of built-in layers; without one it starts uniform in +-1/sqrt(fan-in), which is
-- the product of all dimensions but the last.
function methods:parameter(name, shape, given)
  local o = options.check("self:parameter", given, { "init" })
  if type(name) == "string" and (methods[name] or rawget(self, name) ~= nil) then
    options.raise("self:parameter: '%s' is already a field of self; choose another name", name)
  end
  native.plan_parameter(name, shape, o.init ~= nil and initializers.parse("self:parameter", "init", o.init) or nil)
end

--- self:layer("body", shape): the shape that an inner layer makes of one sample of this shape, for which it is built;
-- only inside build.
function methods:layer(which, shape)
  return native.plan_layer(inner_number(self, which, "self:layer"), shape)
end

local metatable = {
  __index = function(self, key)
    if methods[key] then return methods[key] end
    if type(key) == "string" then
      local meant = options.closest(key, rawget(self, "parameter_names"))
      if meant then options.raise("self: there is no '%s' (did you mean '%s'?)", key, meant) end
    end
    return nil
  end,
  __name = "hqnn.self",
}

-- Inner layers as an array with their names: those with positions first, as in a sequential from "0" on, then those
-- with names in alphabetical order.
local function inner_layers(given)
  local list, names, words = {}, {}, {}
  for i, layer in ipairs(given) do
    list[i], names[i] = options.expect("hq.layer", "layers[" .. i .. "]", layer, "layer"), tostring(i - 1)
  end
  for key, layer in pairs(given) do
    if type(key) == "string" then
      options.expect("hq.layer", "layers." .. key, layer, "layer")
      words[#words + 1] = key
    elseif math.type(key) ~= "integer" or key < 1 or key > #list then
      options.raise("hq.layer: layers: %s is no name", options.describe(key))
    end
  end
  table.sort(words)
  for _, key in ipairs(words) do
    list[#list + 1], names[#names + 1] = given[key], key
  end
  return list, names
end

local function expect_function(what, value)
  if type(value) ~= "function" then
    options.raise("hq.layer: %s: expected a function, got %s", what, options.describe(value))
  end
end

--- hq.layer { name = "scale", build = function(self, shape) ... return shape end, forward = function(self, x) ... end }
--   layers   inner layers, by position or by name; self.layers
--   options  whatever the functions are to know; self.options
--   build    says the output's shape for one sample's; without it that is the input's, for which inner layers are built
--   forward  the output for x [batch, ...], by operations on tensors and inner layers
function custom.layer(given)
  local o = options.check("hq.layer", given, { "forward!", "build", "name", "layers", "options", "trainable" })
  expect_function("forward", o.forward)
  if o.build ~= nil then expect_function("build", o.build) end
  if o.layers ~= nil and (type(o.layers) ~= "table" or core.object.kind(o.layers)) then
    options.raise("hq.layer: layers: expected a table of layers, got %s", options.describe(o.layers))
  end
  local inner = o.layers or {}
  local list, names = inner_layers(inner)
  local self = setmetatable({ layers = inner, options = o.options or {}, name = o.name or "custom", training = false,
    inner_names = names, parameter_names = {} }, metatable)

  local function build(shape)
    if o.build then return o.build(self, shape) end
    for number = 1, #list do native.plan_layer(number, shape) end
    return shape
  end

  local function forward(parameters, training, x)
    if parameters then
      for key, tensor in pairs(parameters) do
        rawset(self, key, tensor)
        table.insert(self.parameter_names, key)
      end
    end
    self.training = training
    return o.forward(self, x)
  end

  local layer = make.layer(self.name, list, names, build, forward)
  if o.trainable == false then layer:freeze() end
  return layer
end

--- hq.register_layer("scale", function(options) return hq.layer { ... } end): a maker whose layers can be saved with
-- their options and made again when a model is loaded; the function that makes them
function custom.register_layer(name, maker)
  if type(name) ~= "string" then
    options.raise("hq.register_layer: argument 1: expected a text, got %s", options.describe(name))
  end
  if type(maker) ~= "function" then
    options.raise("hq.register_layer: argument 2: expected a function, got %s", options.describe(maker))
  end
  local shown = "hq.register_layer: " .. name
  local function made(given)
    if given == nil then given = {} end
    local layer = maker(given)
    options.expect(shown, "result", layer, "layer")
    native.layer_recipe(layer, name, json.encode(given, shown))
    return layer
  end
  native.layer_register(name, function(text) return made(json.decode(text)) end)
  return core.public(made)
end

return custom
