---@meta hqnn
-- Annotations of require "hqnn" for the Lua language server; never loaded when a script runs.
-- The library itself here, the rest by topic in the files beside.  A spec compares the names with the live module.

---@class hqnn
---@field version string "0.1.0"
---@field build_info string instruction set and libraries of this build
---@field quiet boolean true: no progress and no warnings of the linter
---@field relu fun(): hqnn.Layer
---@field sigmoid fun(): hqnn.Layer
---@field tanh fun(): hqnn.Layer
---@field exp fun(): hqnn.Layer
---@field log fun(): hqnn.Layer
---@field sqrt fun(): hqnn.Layer
---@field abs fun(): hqnn.Layer
---@field sin fun(): hqnn.Layer
---@field cos fun(): hqnn.Layer
---@field square fun(): hqnn.Layer
---@field neg fun(): hqnn.Layer
---@field sign fun(): hqnn.Layer
---@field floor fun(): hqnn.Layer
---@field ceil fun(): hqnn.Layer
---@field round fun(): hqnn.Layer
---@field log1p fun(): hqnn.Layer
---@field expm1 fun(): hqnn.Layer
---@field reciprocal fun(): hqnn.Layer
---@field softplus fun(): hqnn.Layer
---@field gelu fun(): hqnn.Layer
---@field silu fun(): hqnn.Layer
---@field flatten fun(): hqnn.Layer [batch, ...] to [batch, product]
local hq = {}

---@alias hqnn.dtype "float32" | "float64"
---@alias hqnn.method "automatic" | "product" | "unitary" | "gates" | "state" | "density" | "trajectories"
---@alias hqnn.differentiation "adjoint" | "parameter_shift" | "finite_difference" | "spsa" | "general_shift"
---@alias hqnn.pairs "none" | "linear" | "ring" | "full" | "star" | "pairs" | "brick" | "random"
---@alias hqnn.template
---| "rot" | "zz_full" | "zz_linear" | "zz_star" | "random" | "ring" | "hardware_efficient" | "two_local"
---| "basic_entangler" | "strongly_entangling" | "simplified_two_design" | "qcnn" | "qcnn_convolution" | "qcnn_pooling"
---| "mps" | "ttn" | "mera" | "sim_1" | "sim_2" | "sim_3" | "sim_4" | "sim_5" | "sim_6" | "sim_7" | "sim_8" | "sim_9"
---| "sim_10" | "sim_11" | "sim_12" | "sim_13" | "sim_14" | "sim_15" | "sim_16" | "sim_17" | "sim_18" | "sim_19"
---@alias hqnn.progress boolean | "bar" | "lines" | "none"
---@alias hqnn.size integer | integer[] one number for both directions, or { height, width }

---Starts the sequence of seeds: every random choice without a seed of its own takes the next one.
---@param n integer
function hq.seed(n) end

---Sets the number of threads when given; the number in use.
---@param n? integer
---@return integer
function hq.threads(n) end

---Bytes that tensors hold outside of Lua.
---@return integer
function hq.memory_used() end

---"tensor", "circuit", "layer", ...; nil for what is not hqnn's.
---@param value any
---@return string?
function hq.type(value) end

return hq
