-- Ansätze as Lua functions of gates: hq.ansatz.zz_full(c, w, { layers = 2 }) inside a circuit function.
-- c:template(name) appends the library's own, of which the first five are the same circuits; all others are
-- the library's under the name of a function.

local core = require "hqnn.core"
local options = require "hqnn.options"

local ansatz = {}

local function repeated(name, layer)
  ansatz[name] = function(c, w, given)
    local o = options.check("hq.ansatz." .. name, given, { "layers" })
    for _ = 1, o.layers or 1 do layer(c, w) end
    return c
  end
end

local function rotations(c, w)
  for q in c:wires() do c:rot(q, w(), w(), w()) end
end

-- exp(-i phi Z_p Z_q) is IsingZZ(2 phi).
local function zz(order)
  return function(c, w)
    rotations(c, w)
    for p, q in c:pairs(order) do c:ising_zz(p, q, 2 * w()) end
  end
end

repeated("rot", rotations)
repeated("zz_full", zz "full")
repeated("zz_linear", zz "linear")
repeated("zz_star", zz "star")

repeated("ring", function(c, w)
  for q in c:wires() do
    c:ry(q, w())
    c:rz(q, w())
  end
  for p, q in c:pairs "ring" do c:cnot(p, q) end
end)

--- All others: hq.ansatz.random(c, w, { layers = 1, seed = 7 }), hq.ansatz.sim_14(c, w, { layers = 3 })
for _, name in ipairs(core.library.templates()) do
  if not ansatz[name] then
    ansatz[name] = function(c, _, given) return c:template(name, given) end
  end
end

return options.publish(ansatz)
