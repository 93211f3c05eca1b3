-- Symbolic angles: scale * (an input or a weight) + offset.  Affine arithmetic stays an angle, which
-- the native gate functions understand; everything else is refused here.

local core = require "hqnn.core"
local options = require "hqnn.options"

local angle = {}
local metatable = core.metatables.angle

local function new(slot, index, scale, offset)
  return setmetatable({ slot = slot, index = index, scale = scale, offset = offset }, metatable)
end

--- Column `index` of the inputs ("input") or of the weights ("weight").
function angle.symbol(slot, index) return new(slot, index, 1.0, 0.0) end

local function number(value, operation)
  if type(value) == "number" then return value end
  if core.object.kind(value) == "angle" then
    options.raise("angle: the %s of two symbols is not allowed; an angle is number * symbol + number",
      operation)
  end
  options.raise("angle: expected a number in the %s, got %s", operation, options.describe(value))
end

local function is_angle(value) return core.object.kind(value) == "angle" end

function metatable.__add(a, b)
  if not is_angle(a) then a, b = b, a end
  return new(a.slot, a.index, a.scale, a.offset + number(b, "sum"))
end

function metatable.__sub(a, b)
  if is_angle(a) then return new(a.slot, a.index, a.scale, a.offset - number(b, "difference")) end
  return new(b.slot, b.index, -b.scale, number(a, "difference") - b.offset)
end

function metatable.__mul(a, b)
  if not is_angle(a) then a, b = b, a end
  local factor = number(b, "product")
  return new(a.slot, a.index, a.scale * factor, a.offset * factor)
end

function metatable.__div(a, b)
  if not is_angle(a) then
    options.raise("angle: a number divided by a symbol is not allowed; an angle is number * symbol + number")
  end
  local divisor = number(b, "quotient")
  return new(a.slot, a.index, a.scale / divisor, a.offset / divisor)
end

function metatable.__unm(a) return new(a.slot, a.index, -a.scale, -a.offset) end

function metatable.__tostring(a)
  local text = ("%s[%d]"):format(a.slot == "input" and "x" or "w", a.index)
  if a.scale == -1 then
    text = "-" .. text
  elseif a.scale ~= 1 then
    text = ("%.6g * %s"):format(a.scale, text)
  end
  if a.offset ~= 0 then
    text = ("%s %s %.6g"):format(text, a.offset < 0 and "-" or "+", math.abs(a.offset))
  end
  return text
end

return angle
