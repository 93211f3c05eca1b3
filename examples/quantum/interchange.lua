-- Does a circuit stay the same on its way through OpenQASM, and what does it look like?
--
--   hqlua run examples/quantum/interchange.lua      writes results/adder.svg, results/layer.qasm, ...

local hq = require "hqnn"

local here = arg and arg[0] and arg[0]:match "^(.*/)" or "examples/quantum/"

-- A program from elsewhere.  Without a function Z is measured on every qubit.
local adder = hq.qasm_file(here .. "adder.qasm")
print(adder)
local z = adder:expect({}):totable()[1]
local bit = function(qubit) return z[qubit + 1] < 0 and "1" or "0" end
print(("01 + 11 = %s%s%s"):format(bit(5), bit(4), bit(3)))
adder:svg { path = "results/adder.svg", width = 800 }

-- A trainable layer: its inputs and weights become parameters of an OpenQASM 3 program ...
local layer = hq.circuit(3, function(c, x, w)
  for q in c:wires() do c:ry(q, math.pi * x[q]) end
  for q in c:wires() do c:rot(q, w(), w(), w()) end
  for p, q in c:pairs "ring" do c:cnot(p, q) end
  c:expect("Z", 0)
  c:expect("XY", 1, 2)
end, { lint = false })
local text = layer:qasm "results/layer.qasm"
print(text)

-- ... and come back as inputs and weights.
local again = hq.qasm_file("results/layer.qasm", function(c)
  c:expect("Z", 0)
  c:expect("XY", 1, 2)
end)
local inputs = hq.uniform { 4, 3, dtype = "float64", seed = 1 }
local weights = hq.uniform { 9, dtype = "float64", low = 0, high = 2 * math.pi, seed = 2 }
local a = layer:expect { inputs = inputs, weights = weights }
local b = again:expect { inputs = inputs, weights = weights }
local largest = 0
for _, row in ipairs((a - b):totable()) do
  for _, value in ipairs(row) do largest = math.max(largest, math.abs(value)) end
end
print(("largest difference after the round trip: %.1e"):format(largest))

-- For machines that read version 2, one sample and the trained weights as numbers.
layer:qasm { version = 2, inputs = { 0.1, 0.2, 0.3 }, weights = weights, path = "results/layer2.qasm" }
layer:svg "results/layer.svg"
layer:latex "results/layer.tex"
