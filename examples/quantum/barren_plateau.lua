-- Where do gradients vanish?  The variance of a derivative over random weights, against the number of qubits
-- (McClean et al. 2018): deep circuits are flat whatever is measured, shallow ones only when the cost looks at
-- all qubits at once (Cerezo et al. 2021).
--
--   hqlua run examples/quantum/barren_plateau.lua [samples]     writes results/barren_plateau.{csv,gp,svg,png}

local hq = require "hqnn"

hq.seed(7)
local samples = tonumber(arg and arg[1]) or 1000
local qubits = { 2, 4, 6, 8, 10, 12 }

-- Layers of RY and RZ on every wire and a chain of CZ, then a Pauli word of Z on the first `measured` wires.
local function circuit(n, layers, measured)
  return hq.circuit(n, function(c, _, w)
    for _ = 1, layers do
      for q in c:wires() do
        c:ry(q, w())
        c:rz(q, w())
      end
      for p, q in c:pairs "linear" do c:cz(p, q) end
    end
    for q in c:wires() do c:ry(q, w()) end
    local wires = {}
    for q = 0, measured - 1 do wires[#wires + 1] = q end
    c:expect(("Z"):rep(measured), table.unpack(wires))
  end, { lint = false })
end

local families = {
  { name = "3n layers: all qubits", build = function(n) return circuit(n, 3 * n, n) end },
  { name = "3n layers: one qubit", build = function(n) return circuit(n, 3 * n, 1) end },
  { name = "2 layers: all qubits", build = function(n) return circuit(n, 2, n) end },
  { name = "2 layers: one qubit", build = function(n) return circuit(n, 2, 1) end },
}

local results = hq.table { "circuit", "qubits", "variance", "error" }
local rates = hq.table { "circuit", "ln variance per qubit", "error", "factor per qubit" }
for _, family in ipairs(families) do
  -- The derivative by the first weight: RY on wire 0, in the light cone of every cost here.
  local rows = hq.analysis.plateau { values = qubits, build = family.build, samples = samples }
  for _, row in ipairs(rows) do results:add { family.name, row.x, row.variance, row.error } end
  rates:add { family.name, -rows.rate, rows.rate_error, math.exp(-rows.rate) }
end

print(results:format(6))
print()
print(rates:format(3))                              -- ln 2 = 0.693 per qubit is the plateau of a random circuit

results:plot {
  stem = "results/barren_plateau", x = "qubits", y = "variance", error = "error", series = "circuit", log_y = true,
  title = "Variance of a gradient over random weights", x_label = "qubits", y_label = "variance of the derivative",
}
print("\nwrote results/barren_plateau.csv, .svg and .png")
