-- Option tables: unknown keys are refused, with the closest known one.
-- Types and ranges of the values are checked by whoever uses them.

local core = require "hqnn.core"

local options = {}

-- Letters to insert, delete, replace or swap with their neighbour to make one word of the other.
local function distance(a, b)
  local rows = {}
  for i = 0, #a do rows[i] = { [0] = i } end
  for j = 0, #b do rows[0][j] = j end
  for i = 1, #a do
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      local cost = math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (same and 0 or 1))
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        cost = math.min(cost, rows[i - 2][j - 2] + 1)
      end
      rows[i][j] = cost
    end
  end
  return rows[#a][#b]
end

--- The word of an array that a misspelt one probably meant; nil when none is close.
function options.closest(word, words)
  local best, least = nil, math.max(1, #word // 3) + 1
  for _, candidate in ipairs(words) do
    local d = distance(word:lower(), candidate:lower())
    if d < least then best, least = candidate, d end
  end
  return best
end

--- Raises an error at the script's line; arguments as for string.format.
function options.raise(format, ...)
  return core.raise(select("#", ...) > 0 and format:format(...) or format)
end

local function article(kind)
  if kind == "dataset" then return "a data set" end
  return (kind:find "^[aeiou]" and "an " or "a ") .. kind
end

--- What a value is, for a message.
function options.describe(value)
  local kind = core.object.kind(value)
  if kind then return article(kind) end
  if type(value) == "string" then return #value <= 40 and "'" .. value .. "'" or "a long text" end
  if type(value) == "table" or type(value) == "function" then return "a " .. type(value) end
  return tostring(value)
end

--- "'a', 'b' or 'c'"
function options.list(words)
  local quoted = {}
  for i, word in ipairs(words) do quoted[i] = "'" .. word .. "'" end
  local last = table.remove(quoted)
  return #quoted == 0 and last or table.concat(quoted, ", ") .. " or " .. last
end

local function unknown(name, key, value, known)
  if type(key) ~= "string" then
    options.raise("%s: options have names, for instance %s = ...; got value %s without one", name,
      known[1] or "none", options.describe(value))
  end
  local meant = options.closest(key, known)
  if meant then options.raise("%s: unknown option '%s' (did you mean '%s'?)", name, key, meant) end
  if #known == 0 then options.raise("%s: unknown option '%s'; there are none", name, key) end
  options.raise("%s: unknown option '%s'; there is %s", name, key, options.list(known))
end

--- Raises for a method that an object of a class does not have.
function options.no_method(class, methods, key, what)
  local names = {}
  for name in pairs(methods) do
    names[#names + 1] = name
  end
  table.sort(names)
  local meant = type(key) == "string" and options.closest(key, names)
  options.raise("%s: there is no %s'%s'%s", class, what or "", tostring(key),
    meant and (" (did you mean '%s'?)"):format(meant) or "")
end

local parsed = setmetatable({}, { __mode = "k" })

-- Names, required names and the set of names of a list such as { "units!", "bias" }; kept per list,
-- which pays for lists that live as long as their module.
local function parse(known)
  local found = parsed[known]
  if not found then
    found = { names = {}, required = {}, set = {} }
    for i, word in ipairs(known) do
      local plain = word:match("^(.-)!$")
      found.names[i] = plain or word
      found.set[plain or word] = true
      if plain then table.insert(found.required, plain) end
    end
    parsed[known] = found
  end
  return found.names, found.required, found.set
end

--- A checked copy of an option table; {} for nil.
-- known: array of option names; those ending in "!" are required.
-- positional: how many values without a name are allowed, from index 1 (default none).
function options.check(name, given, known, positional)
  if given == nil then given = {} end
  if type(given) ~= "table" or core.object.kind(given) then
    options.raise("%s: expected a table of options, got %s", name, options.describe(given))
  end
  local names, required, set = parse(known)
  local copy = {}
  for key, value in pairs(given) do
    local is_position = math.type(key) == "integer" and key >= 1 and key <= (positional or 0)
    if not is_position and not set[key] then unknown(name, key, value, names) end
    copy[key] = value
  end
  for _, word in ipairs(required) do
    if copy[word] == nil then options.raise("%s: option '%s' is required", name, word) end
  end
  return copy
end

--- Raises unless the value is an object of that kind ("tensor", "circuit", ...).
function options.expect(name, what, value, kind)
  if core.object.kind(value) ~= kind then
    options.raise("%s: %s: expected %s, got %s", name, what, article(kind), options.describe(value))
  end
  return value
end

--- Puts the functions of a table, which scripts call, behind C functions, so that messages name the
-- script's line even where it says `return hq.dense { ... }`: a tail call would replace its frame.
function options.publish(functions)
  for name, value in pairs(functions) do
    if type(value) == "function" then functions[name] = core.public(value) end
  end
  return functions
end

return options
