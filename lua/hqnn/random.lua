-- Seeds: every random choice without a seed of its own takes a fresh one from here, so that a script
-- that starts with hq.seed(n) gives the same numbers every time.

local options = require "hqnn.options"

local random = {}

local seed, drawn = 0, 0

--- hq.seed(n): starts the sequence of seeds anew.  n is any whole number.
function random.seed(n)
  if math.type(n) ~= "integer" then
    options.raise("hq.seed: expected a whole number, got %s", options.describe(n))
  end
  seed, drawn = n, 0
end

--- A fresh seed, or the given one.
function random.next(given)
  if given ~= nil then return given end
  drawn = drawn + 1
  -- splitmix64 (Steele, Lea, Flood 2014); integers wrap around.
  local z = seed + drawn * 0x9E3779B97F4A7C15
  z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
  z = (z ~ (z >> 27)) * 0x94D049BB133111EB
  return (z ~ (z >> 31)) >> 1
end

--- A fresh seed for run options that draw something and have none of their own.
function random.run(o)
  if (o.shots or 0) ~= 0 or o.method == "trajectories" or o.differentiation == "spsa" then
    o.seed = random.next(o.seed)
  end
  return o
end

return random
