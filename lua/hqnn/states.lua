-- Methods of finished circuits that look at the state they end in: amplitudes, probabilities, samples, density
-- matrices, purity, entropy, fidelity.

local batch = require "hqnn.batch"
local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local native = core.native
local methods = {}

local state_options = { "inputs", "weights" }
local read_options = { "inputs", "weights", "wires", "bits" }
local sample_options = { "inputs", "weights", "wires", "bits", "shots", "seed" }
local wire_options = { "inputs", "weights", "wires" }
local entropy_options = { "inputs", "weights", "wires", "base" }
local fidelity_options = { "inputs", "weights", "other_inputs", "other_weights" }

--- circuit:state { inputs = x, weights = w }: a tensor [batch, 2^wires, 2], real and imaginary part
function methods:state(given)
  local x, w = batch.arguments("circuit:state", given, state_options)
  return native.circuit_state(self, x, w)
end

--- circuit:probabilities { inputs = x, weights = w, wires = { 0, 1 } }: exact, a tensor [batch, 2^k]; bits = { 0 }
-- instead of wires reads classical bits
function methods:probabilities(given)
  local x, w, o = batch.arguments("circuit:probabilities", given, read_options)
  return native.circuit_probabilities(self, x, w, o)
end

--- circuit:sample { inputs = x, weights = w, shots = 1000, wires = { 0, 1 }, seed = 1 }: results of runs, a tensor
-- [batch, shots] of whole numbers from 0
function methods:sample(given)
  local x, w, o = batch.arguments("circuit:sample", given, sample_options)
  o.seed = random.next(o.seed)
  return native.circuit_sample(self, x, w, o)
end

--- circuit:counts { ... }: as for circuit:sample; for every sample a table such as { ["00"] = 497, ["11"] = 503 }
function methods:counts(given)
  local x, w, o = batch.arguments("circuit:counts", given, sample_options)
  o.seed = random.next(o.seed)
  return native.circuit_counts(self, x, w, o)
end

--- circuit:density { inputs = x, weights = w, wires = { 0 } }: a tensor [batch, 2^k, 2^k, 2]
function methods:density(given)
  local x, w, o = batch.arguments("circuit:density", given, wire_options)
  return native.circuit_density(self, x, w, o)
end

--- circuit:purity { inputs = x, weights = w, wires = { 0 } }: Tr rho^2, a tensor [batch]
function methods:purity(given)
  local x, w, o = batch.arguments("circuit:purity", given, wire_options)
  return native.circuit_purity(self, x, w, o)
end

--- circuit:entropy { inputs = x, weights = w, wires = { 0 }, base = 2 }: von Neumann entropy, a tensor [batch]
function methods:entropy(given)
  local x, w, o = batch.arguments("circuit:entropy", given, entropy_options)
  return native.circuit_entropy(self, x, w, o)
end

--- circuit:fidelity(other, { inputs = x, weights = w, other_inputs = y, other_weights = v }): a tensor [batch]
function methods:fidelity(other, given)
  local name = "circuit:fidelity"
  options.expect(name, "other", other, "circuit")
  local x, w, o = batch.arguments(name, given, fidelity_options)
  local tensor = batch.reader(name, o)
  return native.circuit_fidelity(self, x, w, other, tensor("other_inputs", 2), tensor("other_weights", 1))
end

for name, method in pairs(options.publish(methods)) do core.circuit[name] = method end

return methods
