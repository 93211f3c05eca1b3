-- Values as the host's reader of lines shows them: tensors, circuits and models as print does, tables by their fields.

local core = require "hqnn.core"

local inspect = {}

local width = 76

local function is_plain(value)
  local metatable = getmetatable(value)
  return type(value) == "table" and (type(metatable) ~= "table" or (not metatable.__tostring and not metatable.__name))
end

local function text_of(value)
  local good, text = pcall(tostring, value)
  return good and text or "<" .. type(value) .. " whose __tostring fails>"
end

local function count(value)
  local n = 0
  for _ in next, value do n = n + 1 end
  return n
end

-- A value inside a table, on one line.
local function short(value)
  if type(value) == "string" then
    return #value <= 60 and ("%q"):format(value):gsub("\\\n", "\\n") or ("a text of %d bytes"):format(#value)
  end
  if is_plain(value) then
    local n = count(value)
    if n == 0 then return "{}" end
    return ("{ %d %s%s }"):format(n, #value == n and "element" or "field", n == 1 and "" or "s")
  end
  local kind = core.object.kind(value)
  local first = text_of(value):match "^[^\n]*"
  if kind == "circuit" or kind == "layer" or kind == "table" then return "<" .. kind .. ">" end
  return first
end

-- Numbers before texts before the rest, each in order.
local function before(a, b)
  local x, y = type(a), type(b)
  if x ~= y then return x == "number" or (y ~= "number" and x == "string") end
  if x == "number" or x == "string" then return a < b end
  return tostring(a) < tostring(b)
end

local function key_text(key)
  if type(key) == "string" and key:find "^[%a_][%w_]*$" then return key end
  return "[" .. short(key) .. "]"
end

local function fields(value)
  local array = #value
  local keys, parts = {}, {}
  for i = 1, array do parts[i] = short(rawget(value, i)) end
  for key in next, value do
    if not (math.type(key) == "integer" and key >= 1 and key <= array) then keys[#keys + 1] = key end
  end
  table.sort(keys, before)
  for _, key in ipairs(keys) do parts[#parts + 1] = key_text(key) .. " = " .. short(rawget(value, key)) end
  if #parts == 0 then return "{}" end
  local line = "{ " .. table.concat(parts, ", ") .. " }"
  if #line <= width then return line end
  if #keys > 0 then return "{\n  " .. table.concat(parts, ",\n  ") .. "\n}" end
  local lines, current = {}, ""
  for i, part in ipairs(parts) do
    part = part .. (i < #parts and ", " or "")
    if #current + #part > width then
      lines[#lines + 1] = current
      current = ""
    end
    current = current .. part
  end
  lines[#lines + 1] = current
  return "{\n  " .. table.concat(lines, "\n  ") .. "\n}"
end

--- The text for a value; tables one level deep.
function inspect.text(value) return is_plain(value) and fields(value) or text_of(value) end

--- The first lines of a text, and how many more there are.
function inspect.cut(text, lines)
  local position, seen = 0, 0
  repeat
    position = text:find("\n", position + 1, true)
    seen = seen + 1
  until not position or seen == lines
  if not position then return text, 0 end
  local _, more = text:sub(position + 1):gsub("[^\n]+", "")
  return text:sub(1, position - 1), more
end

return inspect
