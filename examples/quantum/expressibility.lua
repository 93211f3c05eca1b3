-- How much of state space do the circuits of Sim, Johnson and Aspuru-Guzik (2019) reach, and how much do they
-- entangle?  Their circuits 1 to 19 on four qubits, with one to three layers.
--
--   hqlua run examples/quantum/expressibility.lua [samples]     writes results/expressibility.* and entanglement.*

local hq = require "hqnn"

hq.seed(7)
local samples = tonumber(arg and arg[1]) or 5000

local results = hq.table {
  "circuit", "depth", "weights", "two-qubit gates", "divergence", "its error", "Q", "error of Q",
}
local bias = 0
for number = 1, 19 do
  for layers = 1, 3 do
    local circuit = hq.circuit(4, function(c)
      c:template("sim_" .. number, { layers = layers })
    end, { lint = false })
    local divergence, divergence_error, floor = circuit:expressibility { samples = samples, bins = 75 }
    local q, q_error = circuit:entanglement { samples = samples }
    bias = math.max(bias, floor)
    results:add {
      number, layers == 1 and "1 layer" or layers .. " layers", circuit:weights(),
      circuit:resources().two_qubit_gates, divergence, divergence_error, q, q_error,
    }
  end
end
print(results)
print(("\ndivergence: KL from Haar-random states in nats; the histogram alone gives about %.4f with %d samples")
  :format(bias, samples))

results:plot {
  stem = "results/expressibility", x = "circuit", y = "divergence", error = "its error", series = "depth",
  log_y = true, points = true, title = "Expressibility on four qubits (lower covers more)",
  x_label = "circuit of Sim et al.", y_label = "KL divergence from Haar",
}
results:plot {
  stem = "results/entanglement", x = "circuit", y = "Q", error = "error of Q", series = "depth",
  points = true, title = "Entangling capability on four qubits", x_label = "circuit of Sim et al.",
  y_label = "mean Meyer-Wallach Q",
}
print("wrote results/expressibility.* and results/entanglement.*")
