-- What c, x and w are while hq.circuit traces a function: symbols, blocks, measurements and the option tables of
-- templates and encodings.  Gates are native.

local core = require "hqnn.core"
local angle = require "hqnn.angle"
local options = require "hqnn.options"
local random = require "hqnn.random"

local native, builder = core.native, core.builder

-- ---- symbols ----

local function index(name, key)
  if math.type(key) ~= "integer" or key < 0 then
    options.raise("%s: an index is a whole number from 0, got %s", name, options.describe(key))
  end
  return key
end

-- x[i]: input i of a sample.
local function inputs()
  return setmetatable({}, {
    __index = function(_, key) return angle.symbol("input", index("x", key)) end,
    __newindex = function() options.raise("x: the inputs are given when the circuit runs") end,
    __name = "inputs",
  })
end

-- Number of the next fresh weight, per builder.
local next_weights = setmetatable({}, { __mode = "k" })

-- w(): a weight of its own; w[i]: weight i, to be shared.
local function weights(c)
  local count = 0
  next_weights[c] = function() return math.max(count, native.builder_weights(c)) end
  return setmetatable({}, {
    __call = function()
      local fresh = next_weights[c]()
      count = fresh + 1
      return angle.symbol("weight", fresh)
    end,
    __index = function(_, key)
      count = math.max(count, index("w", key) + 1)
      return angle.symbol("weight", key)
    end,
    __newindex = function() options.raise("w: the weights are given when the circuit runs") end,
    __name = "weights",
  })
end

-- ---- wires ----

--- for q in c:wires() do ... end: 0, 1, ..., n - 1
function builder.wires(c)
  local n, q = native.builder_wires(c), -1
  return function()
    q = q + 1
    if q < n then return q end
  end
end

--- for p, q in c:pairs "ring" do ... end
--   none    no pairs                             linear  (0,1) (1,2) ... (n-2,n-1)
--   ring    linear and, for n > 2, (n-1,0)       full    every pair p < q
--   star    (0,1) (0,2) ... (0,n-1)              pairs   (0,1) (2,3) ...
--   brick   pairs, then (1,2) (3,4) ...          random  the wires in an order drawn from a seed, two and two
function builder.pairs(c, pattern, seed)
  if pattern == "random" then seed = random.next(seed) end
  local list = native.pattern_pairs(c, pattern, seed or 0)
  local i = -1
  return function()
    i = i + 2
    if list[i] then return list[i], list[i + 1] end
  end
end

-- ---- matrices and states ----

-- Complex numbers as one array of real and imaginary parts: each is a number or { re, im }.
local function complex(name, list, into)
  for position, entry in ipairs(list) do
    local re, im = entry, 0
    if type(entry) == "table" and not core.object.kind(entry) then re, im = entry[1], entry[2] or 0 end
    if type(re) ~= "number" or type(im) ~= "number" then
      options.raise("%s: entry %d is %s; expected a number or { re, im }", name, position, options.describe(entry))
    end
    into[#into + 1], into[#into + 2] = re, im
  end
  return into
end

local function expect_table(name, what, value)
  if type(value) ~= "table" or core.object.kind(value) then
    options.raise("%s: expected %s, got %s", name, what, options.describe(value))
  end
end

--- c:unitary(matrix, wire, ...): a constant unitary on 1 to 3 wires; rows of numbers or { re, im }
function builder.unitary(c, matrix, ...)
  expect_table("c:unitary", "a matrix as an array of rows", matrix)
  local numbers = {}
  for position, row in ipairs(matrix) do
    expect_table("c:unitary", ("row %d as an array"):format(position), row)
    if #row ~= #matrix then
      options.raise("c:unitary: row %d has %d entries, the matrix %d rows", position, #row, #matrix)
    end
    complex("c:unitary", row, numbers)
  end
  return native.builder_unitary(c, numbers, ...)
end

--- c:prepare(state, { normalize = false }): a constant start state of 2^wires amplitudes
function builder.prepare(c, state, given)
  expect_table("c:prepare", "an array of amplitudes", state)
  local o = options.check("c:prepare", given, { "normalize" })
  return native.builder_prepare(c, complex("c:prepare", state, {}), o)
end

-- ---- blocks ----

local function block(c, kind, build, ...)
  if type(build) ~= "function" then
    options.raise("c:%s: expected a function with gates, got %s", kind, options.describe(build))
  end
  native["begin_" .. kind](c, ...)
  build(c)
  return native["end_" .. kind](c)
end

--- c:controlled({ 0, 1 }, function() ... end): gates that act where these wires are 1.  One wire may be given as a
-- number; { wires = { 0, 1 }, values = { 1, 0 } } says which values.
function builder.controlled(c, controls, build)
  if math.type(controls) == "integer" then controls = { controls } end
  expect_table("c:controlled", "wires", controls)
  local o = #controls > 0 and { wires = controls } or options.check("c:controlled", controls, { "wires!", "values" })
  return block(c, "controlled", build, o)
end

--- c:adjoint(function() ... end): the gates in reverse order, each inverted.
function builder.adjoint(c, build) return block(c, "adjoint", build) end

--- c:when(bit, value, function() ... end): gates that act where a measurement gave this value (0 or 1).
function builder.when(c, bit, value, build)
  if type(value) == "boolean" then value = value and 1 or 0 end
  return block(c, "when", build, bit, value)
end

local append_options = { "wires", "first_input", "first_weight", "adjoint", "controls", "values" }

--- c:append(circuit, { wires = { 2, 3 } }): the operations of a finished circuit, with weights of their own unless
-- first_weight says where they begin.
function builder.append(c, circuit, given)
  local o = options.check("c:append", given, append_options)
  o.first_weight = o.first_weight or next_weights[c]()
  return native.builder_append(c, circuit, o)
end

-- ---- measurements ----

-- { { 0.5, "ZZ", 0, 1 }, { -1, "X", 2 }, { 3 } } from that, or from a word and its wires.
local function terms(name, first, ...)
  if type(first) == "string" then return { { 1, first, ... } } end
  expect_table(name, "an array of { coefficient, word, wire, ... }", first)
  for position, term in ipairs(first) do
    expect_table(name, ("term %d as { coefficient, word, wire, ... }"):format(position), term)
  end
  return first
end

--- c:hamiltonian { { 0.5, "ZZ", 0, 1 }, { -1, "X", 2 }, { 3 } }: the expectation value of a weighted sum of Pauli
-- words, as one output.  A term without a word is a constant.
function builder.hamiltonian(c, ...) return native.builder_sum(c, terms("c:hamiltonian", ...)) end

--- c:variance("Z", 0), c:variance { { 0.5, "ZZ", 0, 1 }, ... }: the variance of a word or of a sum.
function builder.variance(c, ...) return native.builder_variance(c, terms("c:variance", ...)) end

--- c:probabilities(0, 1): the probabilities of all results on these wires, without any on all.
function builder.probabilities(c, ...)
  local list = { ... }
  if type(list[1]) == "table" then list = list[1] end
  if #list == 0 then
    for q in c:wires() do list[#list + 1] = q end
  end
  return native.builder_probabilities(c, list)
end

-- ---- encodings ----

local encodings = {
  angle = { "axis", "scale", "offset", "hadamard", "wires", "inputs", "layers" },
  reupload = { "axis", "hadamard", "wires", "inputs", "layers", "first_weight" },
  iqp = { "wires", "inputs", "layers", "pattern", "seed" },
  zz_feature_map = { "wires", "inputs", "layers", "pattern", "seed" },
}

for name, known in pairs(encodings) do
  builder[name] = function(c, given)
    local o = options.check("c:" .. name, given, known)
    o.first_weight = o.first_weight or next_weights[c]()
    if o.pattern == "random" then o.seed = random.next(o.seed) end
    return native["encode_" .. name](c, o)
  end
end

--- c:basis { 1, 0, 1 }: X where there is a 1.  c:basis { inputs = { 0, 1 }, wires = { 2, 3 } }, c:basis(): inputs of 0
-- and 1 by RX(pi x).
function builder.basis(c, given)
  if type(given) == "table" and #given > 0 then
    for position, bit in ipairs(given) do
      if bit ~= 0 and bit ~= 1 then
        options.raise("c:basis: bit %d is %s; it must be 0 or 1", position, options.describe(bit))
      end
      if bit == 1 then c:x(position - 1) end
    end
    return c
  end
  return native.encode_basis(c, options.check("c:basis", given, { "wires", "inputs" }))
end

local amplitude_options = { "first", "count", "wires", "normalize", "pad_with" }

--- c:amplitudes { normalize = true, pad_with = 0 }: inputs as amplitudes of the start state.
function builder.amplitudes(c, given)
  local o = options.check("c:amplitudes", given, amplitude_options)
  o.pad = o.pad_with ~= nil or nil
  return native.builder_amplitudes(c, o)
end

--- c:evolve { hamiltonian = { { 1, "ZZ", 0, 1 }, ... }, time = x[0], steps = 1, order = 1 }: exp(-i time H) by a
-- product formula, exact where the terms commute.
function builder.evolve(c, given)
  local o = options.check("c:evolve", given, { "hamiltonian!", "time!", "steps", "order" })
  return native.builder_evolve(c, terms("c:evolve", o.hamiltonian), o.time, o.steps or 1, o.order or 1)
end

-- ---- templates ----

local template_options = {
  "layers", "seed", "first_weight", "wires", "rotations", "entangler", "pattern", "pairs", "ranges",
}

-- "RY RZ" from that, from "ry" or from { "RY", "rz" }: gates by their names in C or in Lua.
local function gate_names(given)
  local list = type(given) == "table" and given or { given }
  local names = {}
  for i, name in ipairs(list) do names[i] = native.gate_name(name) end
  return table.concat(names, " ")
end

--- c:template(name, { layers = 1, ... }): an ansatz of the library, with weights of its own.
function builder.template(c, name, given)
  local o = options.check("c:template", given, template_options)
  o.first_weight = o.first_weight or next_weights[c]()
  if name == "random" or o.pattern == "random" then o.seed = random.next(o.seed) end
  if o.rotations then o.rotations = gate_names(o.rotations) end
  if o.entangler then o.entangler = gate_names(o.entangler) end
  if o.pairs then
    local flat = {}
    for position, pair in ipairs(o.pairs) do
      expect_table("c:template", ("pair %d as { p, q }"):format(position), pair)
      if #pair ~= 2 then options.raise("c:template: pair %d has %d wires", position, #pair) end
      flat[#flat + 1], flat[#flat + 2] = pair[1], pair[2]
    end
    o.pairs = flat
  end
  return native.builder_template(c, name, o)
end

options.publish(builder)

core.metatables.builder.__tostring = function(c)
  if core.object.released(c) then return "circuit (finished)" end
  return ("circuit of %d wires, not finished"):format(native.builder_wires(c))
end

core.metatables.builder.__index = function(_, key)
  return builder[key] or options.no_method("c", builder, key, "gate or method ")
end

--- The symbols of a new builder: x, w.
return function(c) return inputs(), weights(c) end
