local support = require "support"

-- Every function and method, with arguments that make no sense: an error message or a result, never a
-- crash.  It runs in a process of its own, in an empty folder, because some of it writes files.
local script = [[
local hq = require "hqnn"
hq.quiet = true
local core = require "hqnn.core"

local circuit = hq.circuit(1, function(c, x) c:ry(0, x[0]) c:expect("Z", 0) end)
local released = hq.ones { 2 }
released:release()
local odd = {
  false, true, -1, 0, 1, 2, 2 ^ 62, math.mininteger, 0.5, 0 / 0, 1 / 0, "", "x", "float32", {}, { 1 }, { -1 }, { {} },
  { "x" }, { 2 ^ 40, 2 ^ 40 }, { 0 }, { eps = -1, steps = 0 }, { circuit = 3 }, { circuit = circuit, stride = -1 }, print,
  function() error "odd" end, coroutine.create(print), io.stdout, hq.ones { 2 }, hq.zeros { 0 }, hq.tensor(1), released,
  hq.ones { 1, 1, 2, 2 }, circuit, hq.dense { units = 2 }, hq.optim.adam(), hq.table { "a" }, hq.attack.fgsm(),
  hq.data.from(hq.ones { 2, 2 }, { 0, 1 }),
}
local seed = 12345
local function pick()
  seed = (seed * 6364136223846793005 + 1442695040888963407)
  return odd[((seed >> 33) % #odd) + 1]
end

local calls, refused = 0, 0
local function try(name, f)
  if name == "threads" or name == "release" then return end
  for count = 0, 5 do
    for _ = 1, count == 0 and 1 or 12 do
      calls = calls + 1
      local good, message = pcall(f, table.unpack({ pick(), pick(), pick(), pick(), pick() }, 1, count))
      if not good then
        refused = refused + 1
        assert(type(message) == "string", name)
        assert(not message:find("internal error", 1, true), name .. ": " .. message)
      end
    end
  end
end

local function sorted(t)
  local names = {}
  for name, f in pairs(t) do
    if type(f) == "function" then names[#names + 1] = name end
  end
  table.sort(names)
  return ipairs(names)
end

for _, class in ipairs { "make", "native", "tensor", "circuit", "builder", "layer", "optimizer", "dataset", "table", "losses",
  "reduce" } do
  for _, name in sorted(core[class]) do try(name, core[class][name]) end
end
for _, group in ipairs { hq, hq.data, hq.attack, hq.optim, hq.ansatz, hq.loss } do
  for _, name in sorted(group) do try(name, group[name]) end
end
-- Methods, on an object that fits.
for _, object in ipairs(odd) do
  local kind = hq.type(object)
  if kind then
    for _, name in sorted(core[kind]) do
      try(name, function(...) return core[kind][name](object, ...) end)
    end
  end
end
io.stdout:write(("survived %d calls, %d refused\n"):format(calls, refused))
]]

describe("every function", function()
  it("survives arguments that make no sense", function()
    local folder, remove = support.folder()
    support.write(folder .. "/odd.lua", script)
    local output, status = support.shell(("cd %s && LUA_CPATH='%s/lib/lua/5.4/?.so' lua5.4 odd.lua"):format(folder,
      support.build))
    remove()
    assert.equal(0, status, output)
    assert.is_truthy(output:find("survived %d+ calls"), output)
  end)
end)
