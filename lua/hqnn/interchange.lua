-- OpenQASM and pictures: circuit:qasm, circuit:svg and circuit:latex, and hq.qasm, which reads programs.

local core = require "hqnn.core"
local options = require "hqnn.options"
local symbols = require "hqnn.builder"

local native = core.native
local interchange, methods = {}, {}

-- One sample as a flat array: from a tensor, a flat table, or a table with one row.
local function numbers(name, what, value)
  if value == nil then return nil end
  if core.object.kind(value) == "tensor" then value = value:totable() end
  if type(value) ~= "table" then
    options.raise("%s: %s: expected a tensor or a table of numbers, got %s", name, what, options.describe(value))
  end
  if #value == 1 and type(value[1]) == "table" then value = value[1] end
  return value
end

-- Options that may be a path alone.
local function with_path(name, given, known)
  return options.check(name, type(given) == "string" and { path = given } or given, known)
end

-- The text, written to the option `path` too where there is one.
local function finish(name, text, path)
  if path == nil then return text end
  if type(path) ~= "string" then options.raise("%s: path: expected a text, got %s", name, options.describe(path)) end
  native.text_write(text, path)
  return text
end

--- circuit:qasm { version = 3, inputs = { ... }, weights = { ... }, path = "file.qasm" }: an OpenQASM program
-- Version 2 needs the values; version 3 declares parameters for those that are not given.
function methods:qasm(given)
  local name = "circuit:qasm"
  local o = with_path(name, given, { "version", "inputs", "weights", "path" })
  local text = native.circuit_qasm(self, o.version or 3, numbers(name, "inputs", o.inputs),
    numbers(name, "weights", o.weights))
  return finish(name, text, o.path)
end

--- circuit:svg "file.svg", circuit:svg { width = 960, path = "file.svg" }: a picture
function methods:svg(given)
  local o = with_path("circuit:svg", given, { "width", "path" })
  return finish("circuit:svg", native.circuit_svg(self, o.width or 960), o.path)
end

--- circuit:latex(), circuit:latex "file.tex": source for the TikZ library quantikz2
function methods:latex(given)
  local o = with_path("circuit:latex", given, { "path" })
  return finish("circuit:latex", native.circuit_quantikz(self), o.path)
end

--- circuit:json(), circuit:json "circuit.json": the whole circuit, exactly
function methods:json(given)
  local o = with_path("circuit:json", given, { "path" })
  return finish("circuit:json", native.circuit_json(self), o.path)
end

for name, method in pairs(options.publish(methods)) do core.circuit[name] = method end

local function read(name, text, source, build)
  if type(text) ~= "string" then
    options.raise("%s: expected an OpenQASM program as a text, got %s", name, options.describe(text))
  end
  local zero = text:find("\0", 1, true)
  if zero then options.raise("%s: %s: byte %d is zero; this is no text", name, source, zero) end
  if build ~= nil and type(build) ~= "function" then
    options.raise("%s: expected function(c, x, w) as argument 2, got %s", name, options.describe(build))
  end
  local c = native.builder_from_qasm(text, source)
  local x, w = symbols(c)
  if build then
    build(c, x, w)
  else
    for q in c:wires() do c:expect("Z", q) end
  end
  return native.builder_finish(c)
end

--- hq.qasm(text, function(c, x, w) ... end): the circuit of an OpenQASM program, version 2 or 3
-- The function adds gates and what is to be measured; without it that is Z on every wire.
function interchange.qasm(text, build) return read("hq.qasm", text, "qasm", build) end

--- hq.qasm_file(path, function(c, x, w) ... end)
function interchange.qasm_file(path, build)
  if type(path) ~= "string" then
    options.raise("hq.qasm_file: expected a path, got %s", options.describe(path))
  end
  local file, message = io.open(path, "rb")
  local text = file and file:read "a"
  if file then file:close() end
  if not text then options.raise("hq.qasm_file: %s", message or (path .. ": cannot be read")) end
  return read("hq.qasm_file", text, path, build)
end

--- hq.circuit_from_json(text): the circuit that circuit:json wrote
interchange.circuit_from_json = native.circuit_from_json

return interchange
