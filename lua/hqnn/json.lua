-- Options of layers as text in model files: JSON of what option tables are made of.  Files themselves are written and
-- read natively.

local options = require "hqnn.options"

local json = {}

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function quote(text)
  return '"' .. text:gsub('[%c"\\]', function(c) return escapes[c] or ("\\u%04x"):format(c:byte()) end) .. '"'
end

--- The text of texts, numbers, truth values and tables of them, arrays or with texts as keys; `name` opens messages.
function json.encode(value, name, depth)
  depth = depth or 0
  if depth > 16 then options.raise("%s: options are nested more than 16 deep", name) end
  local kind = type(value)
  if kind == "string" then return quote(value) end
  if kind == "boolean" or math.type(value) == "integer" then return tostring(value) end
  if kind == "number" then
    if value ~= value or math.abs(value) == math.huge then options.raise("%s: %s cannot be saved", name, value) end
    local text = ("%.17g"):format(value)
    return text:find "[%.e]" and text or text .. ".0"
  end
  if kind ~= "table" or getmetatable(value) then
    options.raise("%s: %s cannot be saved; options are texts, numbers, truth values and tables of them", name,
      options.describe(value))
  end
  local parts = {}
  if #value > 0 then
    for key in pairs(value) do
      if math.type(key) ~= "integer" then
        options.raise("%s: a table with both positions and the name %s cannot be saved", name, options.describe(key))
      end
    end
    for i, element in ipairs(value) do parts[i] = json.encode(element, name, depth + 1) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  local keys = {}
  for key in pairs(value) do
    if type(key) ~= "string" then options.raise("%s: the key %s cannot be saved", name, options.describe(key)) end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for i, key in ipairs(keys) do parts[i] = quote(key) .. ":" .. json.encode(value[key], name, depth + 1) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local plain = { n = "\n", r = "\r", t = "\t", b = "\b", f = "\f", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

local function decode_string(text, at)
  local parts = {}
  while true do
    local from, to, run, stop = text:find('^([^"\\]*)(["\\])', at)
    if not from then error "a text without its end" end
    parts[#parts + 1] = run
    at = to + 1
    if stop == '"' then return table.concat(parts), at end
    local letter = text:sub(at, at)
    if letter == "u" then
      local code = tonumber(text:match("^%x%x%x%x", at + 1) or "", 16)
      if not code then error "a damaged character" end
      parts[#parts + 1] = utf8.char(code)
      at = at + 5
    else
      parts[#parts + 1] = plain[letter] or error "an unknown escape"
      at = at + 1
    end
  end
end

local decode_value

local function decode_members(text, at, close, read)
  at = text:match("^%s*()", at)
  if text:sub(at, at) == close then return at + 1 end
  while true do
    at = text:match("^%s*()", read(at))
    local mark = text:sub(at, at)
    at = text:match("^%s*()", at + 1)
    if mark == close then return at end
    if mark ~= "," then error "a missing comma" end
  end
end

function decode_value(text, at, depth)
  if depth > 64 then error "values nested too deep" end
  at = text:match("^%s*()", at)
  local first = text:sub(at, at)
  if first == '"' then return decode_string(text, at + 1) end
  if first == "[" then
    local list = {}
    return list, decode_members(text, at + 1, "]", function(place)
      local value, after = decode_value(text, place, depth + 1)
      -- A null among numbers stands for a figure that there is not.
      if value == nil then value = 0 / 0 end
      list[#list + 1] = value
      return after
    end)
  end
  if first == "{" then
    local object = {}
    return object, decode_members(text, at + 1, "}", function(place)
      if text:sub(place, place) ~= '"' then error "a member without a name" end
      local key, after = decode_string(text, place + 1)
      after = text:match("^%s*:()", after) or error "a member without a value"
      object[key], after = decode_value(text, after, depth + 1)
      return after
    end)
  end
  for word, value in pairs { ["true"] = true, ["false"] = false } do
    if text:sub(at, at + #word - 1) == word then return value, at + #word end
  end
  if text:sub(at, at + 3) == "null" then return nil, at + 4 end
  local number = text:match("^-?%d[%d%.eE+-]*", at)
  local value = number and tonumber(number)
  if not value then error "something that is no value" end
  return value, at + #number
end

--- The value of a text that `encode` or the library wrote.
function json.decode(text)
  local value, after = decode_value(text, 1, 0)
  if text:find("%S", after) then error "more than one value" end
  return value
end

return json
