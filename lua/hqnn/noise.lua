-- Noise: channels in a traced function (c:depolarizing(q, 0.01)), and models that attach them by kind of gate,
-- hq.noise { all = { depolarizing = 0.01 } }.

local batch = require "hqnn.batch"
local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local native = core.native
local kinds = native.channel_names()
local error_options = { "inputs", "weights", "method", "seed", "trajectories" }
local thermal = { "t1!", "t2!", "time!", "excited" }

local noise, builder, circuit = {}, {}, {}

-- ---- channels ----

-- The rows of square matrices as numbers, real and imaginary parts in turn; and the wires they act on.
local function operators(name, matrices)
  local numbers, size = {}, type(matrices) == "table" and type(matrices[1]) == "table" and #matrices[1] or 0
  local wires = ({ [2] = 1, [4] = 2, [8] = 3 })[size]
  if not wires then options.raise("%s: expected an array of 2x2, 4x4 or 8x8 matrices, each an array of rows", name) end
  for k, matrix in ipairs(matrices) do
    for i = 1, math.max(size, #matrix) do
      local row = matrix[i]
      if type(row) ~= "table" or #row ~= size or #matrix ~= size then
        options.raise("%s: operator %d is not a matrix of %d rows and columns", name, k, size)
      end
      for j, entry in ipairs(row) do
        local pair = type(entry) == "table" and entry or { entry, 0 }
        if type(pair[1]) ~= "number" or type(pair[2]) ~= "number" then
          options.raise("%s: operator %d, row %d, column %d: expected a number or { re, im }, got %s", name, k, i, j,
            options.describe(entry))
        end
        numbers[#numbers + 1], numbers[#numbers + 2] = pair[1], pair[2]
      end
    end
  end
  return wires, numbers
end

-- Words in their order, because pairs has none.
local function words(name, given)
  if type(given) ~= "table" then
    options.raise("%s: expected a table of words with probabilities, got %s", name, options.describe(given))
  end
  local list, probabilities = {}, {}
  for word in pairs(given) do
    if type(word) ~= "string" then
      options.raise("%s: a word is a text such as 'XZ', got %s", name, options.describe(word))
    end
    list[#list + 1] = word
  end
  table.sort(list)
  for i, word in ipairs(list) do probabilities[i] = given[word] end
  return list, probabilities
end

local function parameters(name, channel, given)
  if channel == "thermal_relaxation" and type(given) == "table" and #given == 0 then
    local o = options.check(name, given, thermal)
    return { o.t1, o.t2, o.time, o.excited or 0 }
  end
  return type(given) == "table" and given or { given }
end

-- What native functions take for a channel: kind, name or words or wires, numbers.
local function describe(name, channel, given)
  if channel == "pauli_error" then return "pauli", words(name, given) end
  if channel == "kraus" then return "kraus", operators(name, given) end
  return "named", channel, parameters(name, channel, given)
end

for _, kind in ipairs(kinds) do
  --- c:depolarizing(q, p), c:depolarizing_pair(q, r, p), c:thermal_relaxation(q, { t1 = .., t2 = .., time = .. })
  builder[kind.name] = function(c, ...)
    local given, wires = { ... }, {}
    for k = 1, kind.wires do wires[k] = table.remove(given, 1) end
    if type(given[1]) == "table" then given = given[1] end
    return native["channel_" .. kind.name](c, wires, describe("c:" .. kind.name, kind.name, given))
  end
end

local function wire_list(wires) return type(wires) == "table" and wires or { wires } end

--- c:pauli_error({ 0, 1 }, { XX = 0.1, ZI = 0.02 }): words with probabilities; one wire may be given as a number
function builder.pauli_error(c, wires, given)
  return native.channel_pauli_error(c, wire_list(wires), describe("c:pauli_error", "pauli_error", given))
end

--- c:kraus({ 0 }, { K1, K2 }): any channel by its operators, arrays of rows of numbers or { re, im }
function builder.kraus(c, wires, given)
  return native.channel_kraus(c, wire_list(wires), describe("c:kraus", "kraus", given))
end

-- ---- models ----

local model_options = { "all", "one_wire", "two_wire", "gates", "encoding", "measure", "readout" }
local groups = { "all", "one_wire", "two_wire", "encoding", "measure" }
local channel_names = {}
for k, kind in ipairs(kinds) do channel_names[k] = kind.name end
table.move({ "pauli_error", "kraus" }, 1, 2, #channel_names + 1, channel_names)

local function add(model, gates, given)
  local name = "hq.noise: " .. gates
  local o = options.check(name, given, channel_names)
  for _, channel in ipairs(channel_names) do
    if o[channel] ~= nil then native.noise_add(model, gates, describe(name, channel, o[channel])) end
  end
end

--- hq.noise { all = { depolarizing = 0.01 }, gates = { cnot = { depolarizing_pair = 0.02 } }, readout = { .01, .03 } }
-- Rules in the order all, one_wire, two_wire, gates (by name), encoding, measure; channels of one rule in the order
-- of the manual.
function noise.noise(given)
  local o = options.check("hq.noise", given, model_options)
  local model = core.make.noise()
  for _, group in ipairs(groups) do
    if group == "encoding" and o.gates ~= nil then
      if type(o.gates) ~= "table" then
        options.raise("hq.noise: gates: expected a table of gate names, got %s", options.describe(o.gates))
      end
      local gates = {}
      for gate in pairs(o.gates) do gates[#gates + 1] = tostring(gate) end
      table.sort(gates)
      for _, gate in ipairs(gates) do add(model, gate, o.gates[gate]) end
    end
    if o[group] ~= nil then add(model, group, o[group]) end
  end
  if o.readout ~= nil then
    if type(o.readout) ~= "table" or #o.readout ~= 2 then
      options.raise("hq.noise: readout: expected { p(1 read for 0), p(0 read for 1) }, got %s",
        options.describe(o.readout))
    end
    core.noise.readout(model, o.readout[1], o.readout[2])
  end
  return model
end

--- circuit:noisy(hq.noise { ... }) or circuit:noisy { ... }: the same circuit with noise
function circuit:noisy(model)
  if core.object.kind(model) ~= "noise" then model = noise.noise(model) end
  return native.circuit_noisy(self, model)
end

--- circuit:expect_errors { inputs = x, weights = w, trajectories = 1000 }: values by method "trajectories" and the
-- standard error of each
function circuit:expect_errors(given)
  local x, w, o = batch.arguments("circuit:expect_errors", given, error_options)
  o.method = o.method or "trajectories"
  return native.circuit_expect_errors(self, x, w, random.run(o))
end

for name, method in pairs(options.publish(builder)) do core.builder[name] = method end
for name, method in pairs(options.publish(circuit)) do core.circuit[name] = method end

core.metatables.noise.__index = function(_, key)
  return core.noise[key] or options.no_method("noise", core.noise, key)
end

return noise
