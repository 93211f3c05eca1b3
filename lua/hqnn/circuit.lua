-- hq.circuit: a Lua function traced once becomes a compiled circuit.  What it is given while it is traced is in
-- builder.lua; here are the option tables of a finished circuit.

local batch = require "hqnn.batch"
local core = require "hqnn.core"
local options = require "hqnn.options"
local progress = require "hqnn.progress"
local random = require "hqnn.random"
local symbols = require "hqnn.builder"

local circuits = {}

local native = core.native

--- hq.circuit(wires, function(c, x, w) ... end, { lint = true })
-- Warnings of the linter go to stderr, once, here.
function circuits.circuit(wires, build, given)
  local o = options.check("hq.circuit", given, { "lint" })
  local c = core.make.builder(wires)
  if type(build) ~= "function" then
    options.raise("hq.circuit: expected function(c, x, w) as argument 2, got %s", options.describe(build))
  end
  build(c, symbols(c))
  local circuit = native.builder_finish(c)
  if o.lint ~= false then circuits.report(circuit) end
  return circuit
end

--- What happens to a new circuit that is to be linted; `hqlua check` has its own.
function circuits.report(circuit)
  if progress.quiet() then return end
  for line in circuit:lint():gmatch "[^\n]+" do
    io.stderr:write(core.where(), "warning: ", line, "\n")
  end
end

-- ---- when it is finished ----

local circuit = core.circuit
local expect_options = { "inputs", "weights", table.unpack(batch.run_options) }
local gradient_options = { "output_gradient", table.unpack(expect_options) }

--- circuit:expect { inputs = x, weights = w, method = "automatic" }: a tensor [batch, outputs]
function circuit:expect(given)
  local x, w, o = batch.arguments("circuit:expect", given, expect_options)
  return native.circuit_expect(self, x, w, random.run(o))
end

--- circuit:gradient { inputs = x, weights = w, output_gradient = g }: of sum(g * outputs) with respect to
-- the inputs and to the weights; nil for what the circuit does not have.
function circuit:gradient(given)
  local x, w, o, g = batch.arguments("circuit:gradient", given, gradient_options)
  return native.circuit_gradient(self, x, w, random.run(o), g)
end

--- circuit:sample_gradients { inputs = x, weights = w, output_gradient = g }: by the weights for every sample on its
-- own, [batch, weights]
function circuit:sample_gradients(given)
  local x, w, o, g = batch.arguments("circuit:sample_gradients", given, gradient_options)
  return native.circuit_sample_gradients(self, x, w, random.run(o), g)
end

--- circuit:jacobian { inputs = x, weights = w }: [outputs, inputs] and [outputs, weights] of one sample
function circuit:jacobian(given)
  local x, w, o = batch.arguments("circuit:jacobian", given, expect_options)
  return native.circuit_jacobian(self, x, w, random.run(o))
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
