-- Which functions open files, and how their paths are seen first by whoever runs a script: the sandbox, which refuses
-- those outside of its folders, and `hqlua check`, which writes elsewhere.

local core = require "hqnn.core"

local paths = {}

-- Table and name of each native function that opens a file, the argument, and what it does there.  "root" is a folder
-- of data sets, $HQNN_DATA without it; a table names fields of the argument.  Texts and arrays of texts are paths.
-- A test holds this against hqnn.h.
paths.functions = {
  { "layer", "save", 2, "write" },
  { "layer", "save_weights", 2, "write" },
  { "native", "layer_load", 1, "read" },
  { "native", "layer_load_weights", 2, "read" },
  { "native", "tensors_save", 1, "write" },
  { "native", "tensors_load", 1, "read" },
  { "make", "known_set", 2, "root" },
  { "make", "idx", 1, "read" },
  { "make", "idx", 2, "read" },
  { "make", "cifar", 1, "read" },
  { "make", "npz", 1, "read" },
  { "make", "csv", 1, "read" },
  { "make", "png_folder", 1, "read" },
  { "native", "array_names", 1, "read" },
  { "native", "array_read", 1, "read" },
  { "native", "array_write", 1, "write" },
  { "native", "data_list", 1, "root" },
  { "native", "data_check", 2, "root" },
  { "native", "data_sha256", 1, "read" },
  { "native", "text_write", 2, "write" },
  { "table", "write_csv", 2, "write" },
  { "native", "table_write_latex", 2, "write" },
  { "native", "table_plot", 2, { stem = "write" } },
  { "native", "image_grid", 3, "write" },
  { "native", "fit", 5, { checkpoint_path = "write", resume_path = "read" } },
}

-- The value with its paths seen.
local function seen(value, mode, see)
  if type(mode) == "table" then
    if type(value) ~= "table" then return value end
    local copy = {}
    for key, item in next, value do copy[key] = item end
    for field, of_field in pairs(mode) do copy[field] = seen(copy[field], of_field, see) end
    return copy
  end
  if mode == "root" then
    if value == nil then see(os.getenv "HQNN_DATA" or "", mode) else value = seen(value, "read", see) end
    return value
  end
  if type(value) == "string" then return see(value, mode) end
  if type(value) ~= "table" then return value end
  local copy = {}
  for i = 1, rawlen(value) do copy[i] = seen(rawget(value, i), mode, see) end
  return copy
end

--- Lets see(path, mode) decide which path each function gets; it may raise.  mode: "read", "write", or "root" for
-- $HQNN_DATA.  Call it before hqnn.init is loaded, whose files keep some of these functions.
function paths.watch(see)
  for _, entry in ipairs(paths.functions) do
    local group, name, position, mode = table.unpack(entry)
    local original = core[group][name]
    core[group][name] = function(...)
      local arguments = table.pack(...)
      arguments[position] = seen(arguments[position], mode, see)
      return original(table.unpack(arguments, 1, math.max(arguments.n, position)))
    end
  end
end

--- The same for Lua's own functions.  Theirs give nil and a message, or raise, where see raises.
function paths.watch_lua(see)
  local open, lines, input, output = io.open, io.lines, io.input, io.output
  function io.open(path, mode)
    if type(path) ~= "string" then return open(path, mode) end
    return open(see(path, (mode == nil or tostring(mode):find "^rb?$") and "read" or "write"), mode)
  end
  function io.lines(path, ...)
    if path == nil then return lines(nil, ...) end
    return lines(type(path) == "string" and see(path, "read") or path, ...)
  end
  function io.input(file) return input(type(file) == "string" and see(file, "read") or file) end
  function io.output(file) return output(type(file) == "string" and see(file, "write") or file) end

  local function text_of(path)
    local file, message = open(see(path, "read"), "rb")
    if not file then return nil, (message:gsub("^.-: ", path .. ": ")) end
    local text = file:read "a"
    file:close()
    return text and text:gsub("^\xEF\xBB\xBF", ""):gsub("^#[^\n]*", "") or nil, path .. ": cannot be read"
  end
  local load_file = loadfile
  function loadfile(path, mode, ...)
    if path == nil then return load_file(nil, mode, ...) end
    local text, message = text_of(path)
    if not text then return nil, message end
    return load(text, "@" .. path, mode, ...)
  end
  function dofile(path)
    local code, message = loadfile(path)
    if not code then error(message, 2) end
    return code()
  end
  --- Replaces the search of files by require.
  function package.searchpath(name, templates, separator, replacement)
    local from, to = (separator or "."):gsub("%p", "%%%0"), (replacement or "/"):gsub("%%", "%%%%")
    local plain = name:gsub(from, (to))
    local tried = {}
    for template in templates:gmatch "[^;]+" do
      local path = template:gsub("%?", (plain:gsub("%%", "%%%%")))
      local good, file = pcall(io.open, path, "rb")
      if good and file then
        file:close()
        return path
      end
      tried[#tried + 1] = "no file '" .. path .. "'"
    end
    return nil, table.concat(tried, "\n\t")
  end
  package.searchers[2] = function(name)
    local path, message = package.searchpath(name, package.path)
    if not path then return message end
    local code
    code, message = loadfile(path)
    if not code then error(("error loading module '%s' from file '%s':\n\t%s"):format(name, path, message), 0) end
    return code, path
  end
end

return paths
