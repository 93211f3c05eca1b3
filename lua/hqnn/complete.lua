-- What Tab offers: globals and keywords, fields of tables, methods of objects, and files inside quotes.

local core = require "hqnn.core"
local host = require "hqnn.host"

local keywords = {
  "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not",
  "or", "repeat", "return", "then", "true", "until", "while",
}

-- The text after a quote that is still open; nil outside of texts.
local function open_quote(before)
  local quote, start
  local i = 1
  while i <= #before do
    local letter = before:sub(i, i)
    if quote then
      if letter == "\\" then i = i + 1 elseif letter == quote then quote = nil end
    elseif letter == '"' or letter == "'" then
      quote, start = letter, i + 1
    end
    i = i + 1
  end
  return quote and before:sub(start)
end

local function files(text)
  local folder, fragment = text:match "^(.*/)([^/]*)$"
  if not folder then folder, fragment = "", text end
  local found = {}
  for _, name in ipairs(host.list(folder == "" and "." or folder) or {}) do
    local hidden = name:sub(1, 1) == "." and fragment:sub(1, 1) ~= "."
    if not hidden and name:sub(1, #fragment) == fragment then
      found[#found + 1] = name .. (host.kind(folder .. name .. "/.") and "/" or "")
    end
  end
  return #fragment, found
end

-- Calls add(key, value) for what can follow a dot or a colon.
local function each(value, add)
  local seen = {}
  local function all(t)
    if type(t) ~= "table" or seen[t] then return end
    seen[t] = true
    for key, item in pairs(t) do add(key, item) end
    local metatable = getmetatable(t)
    if type(metatable) == "table" then all(rawget(metatable, "__index")) end
  end
  local kind = core.object.kind(value)
  if kind and type(value) ~= "table" then return all(core[kind]) end
  if type(value) == "table" then return all(value) end
  local metatable = getmetatable(value)
  if type(metatable) == "table" then all(rawget(metatable, "__index")) end
end

local function names(before)
  local chain = before:match "[%a_][%w_%.:]*$"
  local base, mark, fragment = (chain or ""):match "^(.*)([%.:])([%w_]*)$"
  local found = {}
  local function add(key, value)
    if type(key) == "string" and key:find "^[%a_][%w_]*$" and key:sub(1, #fragment) == fragment
      and (mark ~= ":" or type(value) == "function") then
      found[#found + 1] = key
    end
  end
  if not base then
    fragment = chain or ""
    -- After an expression that is not a name, such as f().
    if before:find("[%.:]$", 1, false) or before:find "[%.:][%a_][%w_]*$" then return nil end
    each(_G, add)
    for _, word in ipairs(keywords) do add(word) end
    return #fragment, found
  end
  local value = _G
  for name in base:gmatch "[%w_]+" do
    value = value[name]
    if value == nil then return nil end
  end
  each(value, add)
  return #fragment, found
end

--- How many bytes before the cursor are replaced, and the candidates, one per line.
return function(before)
  local text = open_quote(before)
  local replaced, found
  if text then replaced, found = files(text) else replaced, found = names(before) end
  if not replaced then return 0, "" end
  table.sort(found)
  local distinct = {}
  for i, name in ipairs(found) do
    if name ~= found[i - 1] and not name:find "\n" then distinct[#distinct + 1] = name end
  end
  return replaced, table.concat(distinct, "\n")
end
