-- hq.gate "RX": what a gate is.

local core = require "hqnn.core"
local options = require "hqnn.options"

local native = core.native

local gate = {}

local methods = {}

--- gate:matrix(angle, ...): rows of { re, im } for angles in radians
function methods.matrix(self, ...) return native.gate_matrix(self.name, { ... }) end

--- gate:generator(k): the Hermitian G of angle k (from 1), all others 0; the gate is U(0) exp(-i angle G)
function methods.generator(self, angle) return native.gate_generator(self.name, (angle or 1) - 1) end

local metatable = {
  __index = options.publish(methods),
  __name = "hqnn.gate",
  __tostring = function(self)
    local frequencies = {}
    for k, list in ipairs(self.frequencies) do frequencies[k] = table.concat(list, " ") end
    return ("gate %s: wires %d, angles %d, frequencies {%s}, OpenQASM %s"):format(self.name, self.wires, self.angles,
      table.concat(frequencies, "; "), self.qasm or "-")
  end,
}

--- hq.gate(name): its name, wires, angles, symbols, qasm (its OpenQASM name or nil), and for each angle the
-- frequencies of expectation values in it.
function gate.gate(name)
  local wires, angles, qasm, symbols, frequencies, full = native.gate_describe(name)
  return setmetatable({
    name = full, wires = wires, angles = angles, symbols = symbols, frequencies = frequencies,
    qasm = qasm ~= "" and qasm or nil,
  }, metatable)
end

return gate
