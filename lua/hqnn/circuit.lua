-- hq.circuit: a Lua function traced once becomes a compiled circuit.  Gates are native; here are the
-- symbols x and w, the iterators over wires, and option tables of a finished circuit.

local core = require "hqnn.core"
local angle = require "hqnn.angle"
local options = require "hqnn.options"
local progress = require "hqnn.progress"
local random = require "hqnn.random"
local tensors = require "hqnn.tensor"

local circuits = {}

-- ---- while it is traced ----

local native, builder = core.native, core.builder

local function wire_index(name, key)
  if math.type(key) ~= "integer" or key < 0 then
    options.raise("%s: an index is a whole number from 0, got %s", name, options.describe(key))
  end
  return key
end

-- x[i]: input i of a sample.
local function inputs()
  return setmetatable({}, {
    __index = function(_, key) return angle.symbol("input", wire_index("x", key)) end,
    __newindex = function() options.raise("x: the inputs are given when the circuit runs") end,
    __name = "inputs",
  })
end

-- w(): a weight of its own; w[i]: weight i, to be shared.  `fresh` tells the number of w() so far.
local function weights(c)
  local count = 0
  local w = setmetatable({}, {
    __call = function()
      local index = math.max(count, native.builder_weights(c))
      count = index + 1
      return angle.symbol("weight", index)
    end,
    __index = function(_, key)
      count = math.max(count, wire_index("w", key) + 1)
      return angle.symbol("weight", key)
    end,
    __newindex = function() options.raise("w: the weights are given when the circuit runs") end,
    __name = "weights",
  })
  return w, function() return count end
end

local pair_orders = { "ring", "linear", "full", "star" }

--- for q in c:wires() do ... end: 0, 1, ..., n - 1
function builder.wires(c)
  local n, q = native.builder_wires(c), -1
  return function()
    q = q + 1
    if q < n then return q end
  end
end

--- for p, q in c:pairs "ring" do ... end
--   ring    (0,1) (1,2) ... (n-1,0); the last only with more than two wires
--   linear  (0,1) (1,2) ... (n-2,n-1)
--   full    every pair p < q
--   star    (0,1) (0,2) ... (0,n-1)
function builder.pairs(c, order)
  local n, list = native.builder_wires(c), {}
  if order == "ring" or order == "linear" then
    for q = 0, n - 2 do list[#list + 1] = { q, q + 1 } end
    if order == "ring" and n > 2 then list[#list + 1] = { n - 1, 0 } end
  elseif order == "full" then
    for p = 0, n - 2 do
      for q = p + 1, n - 1 do list[#list + 1] = { p, q } end
    end
  elseif order == "star" then
    for q = 1, n - 1 do list[#list + 1] = { 0, q } end
  else
    options.raise("c:pairs: unknown order %s; it may be %s", options.describe(order), options.list(pair_orders))
  end
  local i = 0
  return function()
    i = i + 1
    if list[i] then return list[i][1], list[i][2] end
  end
end

-- Number of weights that w() and w[i] have given out, per builder.
local given_out = setmetatable({}, { __mode = "k" })

--- c:template(name, { layers = 1, seed = 0 }): an ansatz of the library, with weights of its own.
function builder.template(c, name, given)
  local o = options.check("c:template", given, { "layers", "seed" })
  local used, given_count = native.builder_weights(c), given_out[c]()
  if given_count > used then
    options.raise("c:template: w() gave out %d weights but the gates so far use %d; use them before a template",
      given_count, used)
  end
  local seed = o.seed
  if seed == nil and name == "random" then seed = random.next() end
  return native.builder_template(c, name, o.layers or 1, seed or 0)
end

options.publish(builder)

core.metatables.builder.__tostring = function(c)
  if core.object.released(c) then return "circuit (finished)" end
  return ("circuit of %d wires, not finished"):format(native.builder_wires(c))
end

core.metatables.builder.__index = function(_, key)
  return builder[key] or options.no_method("c", builder, key, "gate or method ")
end

--- hq.circuit(wires, function(c, x, w) ... end, { lint = true })
-- Warnings of the linter go to stderr, once, here.
function circuits.circuit(wires, build, given)
  local o = options.check("hq.circuit", given, { "lint" })
  local c = core.make.builder(wires)
  if type(build) ~= "function" then
    options.raise("hq.circuit: expected function(c, x, w) as argument 2, got %s", options.describe(build))
  end
  local w, count = weights(c)
  given_out[c] = count
  build(c, inputs(), w)
  local circuit = native.builder_finish(c)
  if o.lint ~= false and not progress.quiet() then
    for line in circuit:lint():gmatch "[^\n]+" do
      io.stderr:write(core.where(), "warning: ", line, "\n")
    end
  end
  return circuit
end

-- ---- when it is finished ----

local circuit = core.circuit
local expect_options = {
  "inputs", "weights", "method", "differentiation", "step", "shots", "seed", "trajectories",
  "directions",
}
local gradient_options = { "output_gradient", table.unpack(expect_options) }

local function is_tensor(value) return core.object.kind(value) == "tensor" end

-- Tensors from the fields `inputs` and `weights`, which may be nested tables.  One sample may be given
-- as a flat table.
local function arguments(name, given, known)
  local o = options.check(name, given, known)
  local like = is_tensor(o.inputs) and o.inputs or is_tensor(o.weights) and o.weights or nil
  local function tensor(what, rank)
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
  return tensor("inputs", 2), tensor("weights", 1), o, tensor("output_gradient", 2)
end

--- circuit:expect { inputs = x, weights = w, method = "automatic" }: a tensor [batch, outputs]
function circuit:expect(given)
  local x, w, o = arguments("circuit:expect", given, expect_options)
  return native.circuit_expect(self, x, w, random.run(o))
end

--- circuit:gradient { inputs = x, weights = w, output_gradient = g }: of sum(g * outputs) with respect to
-- the inputs and to the weights; nil for what the circuit does not have.
function circuit:gradient(given)
  local x, w, o, g = arguments("circuit:gradient", given, gradient_options)
  return native.circuit_gradient(self, x, w, random.run(o), g)
end

--- circuit:jacobian { inputs = x, weights = w }: [outputs, inputs] and [outputs, weights] of one sample
function circuit:jacobian(given)
  local x, w, o = arguments("circuit:jacobian", given, expect_options)
  return native.circuit_jacobian(self, x, w, random.run(o))
end

--- circuit:descriptors { samples = 5000, bins = 75, seed = 7 }: expressibility and entangling capability
-- (Sim, Johnson and Aspuru-Guzik 2019)
function circuit:descriptors(given)
  local o = options.check("circuit:descriptors", given, { "samples", "bins", "seed" })
  o.seed = random.next(o.seed)
  return native.circuit_descriptors(self, o)
end

options.publish(circuit)

core.metatables.circuit.__index = function(_, key)
  return circuit[key] or options.no_method("circuit", circuit, key)
end

core.metatables.circuit.__tostring = function(self)
  if core.object.released(self) then return "circuit (released)" end
  return (circuit.draw(self, true):gsub("\n+$", ""))
end

return circuits
