-- Symbolic angles: sums of numbers times an input, a weight, a product of two inputs or a weight times an input,
-- plus a number.  Native gate functions understand these; everything else is refused here.
--
-- An angle is the array of its terms { slot, index, other, scale }, slots as in hqnn_slot, and its offset.

local core = require "hqnn.core"
local options = require "hqnn.options"

local angle = {}
local metatable = core.metatables.angle

local INPUT, WEIGHT, INPUT_PRODUCT, WEIGHT_INPUT = 1, 2, 3, 4
local ALLOWED = "an angle is a sum of numbers, x[i], w(), x[i] * x[j] and w() * x[i], each times a number"

local function is_angle(value) return core.object.kind(value) == "angle" end

-- Terms of one symbol are put together; those that cancel are dropped.
local function new(terms, offset)
  local kept, place = {}, {}
  for _, term in ipairs(terms) do
    local key = ("%d %d %d"):format(term[1], term[2], term[3])
    local at = place[key]
    if at then
      kept[at] = { term[1], term[2], term[3], kept[at][4] + term[4] }
    else
      kept[#kept + 1] = term
      place[key] = #kept
    end
  end
  local result = { offset = offset }
  for _, term in ipairs(kept) do
    if term[4] ~= 0 then result[#result + 1] = term end
  end
  return setmetatable(result, metatable)
end

--- Column `index` of the inputs ("input") or of the weights ("weight").
function angle.symbol(slot, index)
  return setmetatable({ { slot == "input" and INPUT or WEIGHT, index, 0, 1.0 }, offset = 0.0 }, metatable)
end

local function operand(value, operation)
  if is_angle(value) then return value end
  if type(value) == "number" then return { offset = value } end
  options.raise("angle: expected a number or a symbol in the %s, got %s", operation, options.describe(value))
end

local function scaled(a, factor)
  local terms = {}
  for i, term in ipairs(a) do terms[i] = { term[1], term[2], term[3], factor * term[4] } end
  return new(terms, factor * a.offset)
end

local function sum(a, b)
  local terms = table.move(a, 1, #a, 1, {})
  return new(table.move(b, 1, #b, #terms + 1, terms), a.offset + b.offset)
end

local function product_of_terms(a, b)
  local scale = a[4] * b[4]
  if a[1] == INPUT and b[1] == INPUT then
    return { INPUT_PRODUCT, math.min(a[2], b[2]), math.max(a[2], b[2]), scale }
  elseif a[1] == WEIGHT and b[1] == INPUT then
    return { WEIGHT_INPUT, a[2], b[2], scale }
  elseif a[1] == INPUT and b[1] == WEIGHT then
    return { WEIGHT_INPUT, b[2], a[2], scale }
  end
  local what = a[1] == WEIGHT and b[1] == WEIGHT and "two weights" or "three symbols"
  options.raise("angle: the product of %s is not allowed; %s", what, ALLOWED)
end

function metatable.__add(a, b) return sum(operand(a, "sum"), operand(b, "sum")) end

function metatable.__sub(a, b) return sum(operand(a, "difference"), scaled(operand(b, "difference"), -1)) end

function metatable.__unm(a) return scaled(a, -1) end

function metatable.__mul(a, b)
  a, b = operand(a, "product"), operand(b, "product")
  if #a == 0 then return scaled(b, a.offset) end
  if #b == 0 then return scaled(a, b.offset) end
  local terms = {}
  for _, p in ipairs(a) do
    for _, q in ipairs(b) do terms[#terms + 1] = product_of_terms(p, q) end
  end
  local mixed = sum(scaled(a, b.offset), scaled(b, a.offset))
  return sum({ offset = -a.offset * b.offset, table.unpack(terms) }, mixed)
end

function metatable.__div(a, b)
  if is_angle(b) then options.raise("angle: division by a symbol is not allowed; %s", ALLOWED) end
  return scaled(operand(a, "quotient"), 1 / operand(b, "quotient").offset)
end

function metatable.__pow(a, b)
  if is_angle(a) and b == 2 then return a * a end
  options.raise("angle: the only power of a symbol that is allowed is its square; %s", ALLOWED)
end

local patterns = { "x[%d]", "w[%d]", "x[%d]*x[%d]", "w[%d]*x[%d]" }

function metatable.__tostring(a)
  local text = ""
  local function add(value, symbol)
    local sign = value < 0 and "-" or "+"
    local size = math.abs(value)
    local body = not symbol and ("%.6g"):format(size) or size == 1 and symbol or ("%.6g * %s"):format(size, symbol)
    if text == "" then
      text = (sign == "-" and "-" or "") .. body
    else
      text = ("%s %s %s"):format(text, sign, body)
    end
  end
  for _, term in ipairs(a) do add(term[4], patterns[term[1]]:format(term[2], term[3])) end
  if a.offset ~= 0 or text == "" then add(a.offset) end
  return text
end

return angle
