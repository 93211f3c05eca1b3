-- Methods of finished circuits for how outputs and states bend: shift rules, Hessians, the quantum Fisher
-- information, natural gradients.

local batch = require "hqnn.batch"
local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local native = core.native
local methods = {}

local hessian_options = { "inputs", "weights", "of", table.unpack(batch.run_options) }
local fisher_options = { "inputs", "weights", "of", "form" }
local natural_options = {
  "inputs", "weights", "output_gradient", "form", "damping", table.unpack(batch.run_options),
}

-- Weights where there are any, unless the script says otherwise.
local function coordinates(circuit, o)
  if o.of == nil then o.of = circuit:weights() > 0 and "weights" or "inputs" end
  return o
end

--- circuit:shift_rule { weight = 0 } or { input = 0 }: how all gates it turns are shifted together (Wierichs et al.
-- 2022): { frequencies = { 1, 2 }, terms = { { shift = , factor = }, ... } }
function methods:shift_rule(given)
  local name = "circuit:shift_rule"
  local o = options.check(name, given, { "weight", "input" })
  if (o.weight == nil) == (o.input == nil) then options.raise("%s: give weight = k or input = k", name) end
  local frequencies, rule = native.circuit_shift_rule(self, o.weight and "weight" or "input", o.weight or o.input)
  local terms = {}
  for i, term in ipairs(rule:totable()) do terms[i] = { shift = term[1], factor = term[2] } end
  return { frequencies = frequencies:totable(), terms = terms }
end

--- circuit:hessian { inputs = x, weights = w, of = "weights" }: second derivatives [batch, outputs, p, p]; of =
-- "weights", "inputs" or "both" (inputs first)
function methods:hessian(given)
  local x, w, o = batch.arguments("circuit:hessian", given, hessian_options)
  return native.circuit_hessian(self, x, w, random.run(coordinates(self, o)))
end

--- circuit:fisher { inputs = x, weights = w, of = "weights", form = "full" }: quantum Fisher information [batch, p,
-- p]; form = "full", "blocks" or "diagonal"
function methods:fisher(given)
  local x, w, o = batch.arguments("circuit:fisher", given, fisher_options)
  return native.circuit_fisher(self, x, w, coordinates(self, o))
end

--- circuit:natural_gradient { inputs = x, weights = w, damping = 1e-3 }: of sum(output_gradient * outputs), a
-- tensor [weights] that solves (F/4 + damping) x = gradient
function methods:natural_gradient(given)
  local x, w, o, g = batch.arguments("circuit:natural_gradient", given, natural_options)
  return native.circuit_natural_gradient(self, x, w, random.run(o), g)
end

for name, method in pairs(options.publish(methods)) do core.circuit[name] = method end

return methods
