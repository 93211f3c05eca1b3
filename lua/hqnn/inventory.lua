-- Arrays of NumPy in files, and the public data sets of this machine.

local core = require "hqnn.core"
local options = require "hqnn.options"

local native = core.native
local inventory = {}

local function path_argument(name, path)
  if type(path) ~= "string" then options.raise("%s: expected a path, got %s", name, options.describe(path)) end
  return path
end

--- hq.data.load_npz(path): the arrays of an archive as tensors by their names
function inventory.load_npz(path)
  local arrays = {}
  for name in native.array_names(path_argument("hq.data.load_npz", path)):gmatch "[^\n]+" do
    arrays[name] = native.array_read(path, name)
  end
  return arrays
end

--- hq.data.load_npy(path): the array as a tensor
function inventory.load_npy(path) return native.array_read(path_argument("hq.data.load_npy", path)) end

--- hq.data.save_npz(path, { x = tensor, ... }, { compressed = true }): names in alphabetical order
function inventory.save_npz(path, arrays, given)
  local o = options.check("hq.data.save_npz", given, { "compressed" })
  path_argument("hq.data.save_npz", path)
  if type(arrays) ~= "table" or core.object.kind(arrays) then
    options.raise("hq.data.save_npz: argument 2: expected a table of tensors by name, got %s", options.describe(arrays))
  end
  local names, tensors = {}, {}
  for name, tensor in pairs(arrays) do
    if type(name) ~= "string" then
      options.raise("hq.data.save_npz: a name is a text, got %s", options.describe(name))
    end
    options.expect("hq.data.save_npz", name, tensor, "tensor")
    names[#names + 1] = name
  end
  table.sort(names)
  for i, name in ipairs(names) do tensors[i] = arrays[name] end
  native.array_write(path, names, tensors, o.compressed == true)
end

--- hq.data.save_npy(path, tensor)
function inventory.save_npy(path, tensor)
  options.expect("hq.data.save_npy", "argument 2", tensor, "tensor")
  native.array_write(path_argument("hq.data.save_npy", path), nil, { tensor }, false)
end

--- hq.data.list { root = "data" }: a table of the known sets and what is there of them
function inventory.list(given)
  return native.data_list(options.check("hq.data.list", given, { "root" }).root)
end

--- hq.data.check("mnist", { root = "data" }): a table of its files beside the published checksums
function inventory.check(name, given)
  return native.data_check(name, options.check("hq.data.check", given, { "root" }).root)
end

--- hq.data.get("mnist", { root = "data", url = "http://mirror/mnist" }): downloads what is missing; the folder
function inventory.get(name, given)
  local o = options.check("hq.data.get", given, { "root", "url" })
  return native.data_get(name, o.root, o.url)
end

--- hq.data.sha256(path)
function inventory.sha256(path) return native.data_sha256(path_argument("hq.data.sha256", path)) end

return inventory
