---@meta
-- Models, tensors and circuits in files.

---@class hqnn
local hq = {}

---The model that model:save wrote: the same outputs bit for bit.
---@param path string
---@return hqnn.Layer
function hq.load(path) end

---@class hqnn.tensors
hq.tensors = {}
---Writes tensors by name: a NumPy archive where the path ends in .npz, else safetensors.
---@param path string
---@param tensors table<string, hqnn.Tensor>
function hq.tensors.save(path, tensors) end
---@param path string
---@return table<string, hqnn.Tensor>
function hq.tensors.load(path) end
