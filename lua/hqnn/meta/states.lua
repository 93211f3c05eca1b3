---@meta
-- One large state that circuits are applied to one after the other.

---@class hqnn
local hq = {}

---One state of 2^wires amplitudes that circuits are applied to one after the other.
---@class hqnn.State
local State = {}
---@class hqnn.StateOptions
---@field dtype? "float32" | "float64" default "float32"

---|0...0> of 1 to 30 wires: 8 or 16 bytes per amplitude, an error when they do not fit into memory.
---@param wires integer
---@param options? hqnn.StateOptions
---@return hqnn.State
function hq.state(wires, options) end
---Applies a circuit's gates: no noise, no start state, no measurement on the way.
---@param circuit hqnn.Circuit
---@param options? { inputs: hqnn.Tensor|table, weights: hqnn.Tensor|table }
---@return hqnn.State itself
function State:apply(circuit, options) end
---Back to |0...0>.
---@return hqnn.State itself
function State:reset() end
---Expectation value of a Pauli word: state:expect("ZX", 0, 3).
---@param word string letters X, Y, Z
---@param ... integer one wire per letter
---@return number
function State:expect(word, ...) end
---An amplitude by the index of its basis state.
---@param index integer
---@return number re
---@return number im
function State:amplitude(index) end
---Frees the memory before the collector does.
function State:release() end
