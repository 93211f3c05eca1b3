-- How fast does noise eat entanglement, and how well do 1000 random runs tell what exact noise says?
--
-- Four wires in a GHZ state: <ZZII> would be the same in a classical mixture of 0000 and 1111, <XXXX> is the
-- coherence between the two.  Depolarizing noise of growing strength follows every gate.
--
--   hqlua run examples/quantum/noise_sweep.lua      writes results/noise_sweep.{csv,gp,svg,png}

local hq = require "hqnn"

hq.seed(7)                                            -- the random runs

local ghz = hq.circuit(4, function(c)
  c:h(0)
  for p, q in c:pairs "linear" do c:cnot(p, q) end
  c:expect("XXXX", 0, 1, 2, 3)
  c:expect("ZZ", 0, 1)
end)
print(ghz)

local words = { "XXXX", "ZZII" }
local results = hq.table { "word", "method", "p", "value", "error" }

for step = 0, 12 do
  local p = 0.02 * step                               -- probability that a gate's wire is hit
  local noisy = ghz:noisy { all = { depolarizing = p } }
  local exact = noisy:expect({}):totable()[1]
  local values, errors = noisy:expect_errors { trajectories = 1000 }
  values, errors = values:totable()[1], errors:totable()[1]
  for k, word in ipairs(words) do
    results:add { word = word, method = "exact", p = p, value = exact[k], error = 0 }
    results:add { word = word, method = "1000 runs", p = p, value = values[k], error = errors[k] }
  end
end
print(results)

results:plot {
  stem = "results/noise_sweep", x = "p", y = "value", series = "method", panel = "word", error = "error",
  title = "A GHZ state of 4 wires under depolarizing noise", x_label = "p behind every gate",
  y_label = "expectation value",
}
print("\nwrote results/noise_sweep.csv, .svg and .png")
