local support = require "support"
local hq = support.hq
local core = require "hqnn.core"

local files = {}
for path in assert(io.popen("ls " .. support.root .. "/lua/hqnn/meta/*.lua")):lines() do files[#files + 1] = path end

-- Names of functions that lua/hqnn/meta/ declares, as functions or as fields of a class:
-- { ["hq"] = { seed = true }, ["Tensor"] = { sum = true } }.
local function declared()
  local names = {}
  local function add(owner, name)
    names[owner] = names[owner] or {}
    names[owner][name] = true
  end
  local function read(path)
    local class
    for line in io.lines(path) do
      class = line:match "^%-%-%-@class ([%w_%.]+)" or class
      local field, kind = line:match "^%-%-%-@field ([%w_]+) (%S+)"
      if field and (kind:find "^fun%(" or kind:find "^hqnn%.%l") then
        add(class == "hqnn" and "hq" or class:gsub("^hqnn%.(%u)", "%1"):gsub("^hqnn%.", "hq."), field)
      end
      local owner, name = line:match "^function ([%w_%.]+)[%.:]([%w_]+)%("
      if owner then add(owner, name) end
    end
  end
  for _, path in ipairs(files) do read(path) end
  return names
end

local function sorted(set)
  local list = {}
  for name in pairs(set) do list[#list + 1] = name end
  table.sort(list)
  return list
end

local function functions(object)
  local set = {}
  for name, value in pairs(object) do
    if type(value) == "function" then set[name] = true end
  end
  return set
end

describe("lua/hqnn/meta", function()
  local names = declared()

  it("declares the functions that the module has", function()
    assert.same(sorted(functions(hq)), sorted(names.hq))
    local groups = {
      "loss", "optim", "schedule", "stats", "data", "ansatz", "attack", "quantum_attack", "analysis", "tensors",
      "certify", "defence",
    }
    for _, group in ipairs(groups) do
      assert.same(sorted(functions(hq[group])), sorted(names["hq." .. group]), group)
    end
  end)

  it("declares the transforms", function()
    assert.same(sorted(functions(hq.data.transform)), sorted(names["hq.data.transform"]))
  end)

  it("declares the methods that the objects have", function()
    for kind, class in pairs {
      tensor = "Tensor", builder = "Builder", circuit = "Circuit", layer = "Layer", optimizer = "Optimizer",
      schedule = "Schedule", dataset = "Dataset", transform = "Transform", table = "Table", noise = "Noise",
    } do
      assert.same(sorted(functions(core[kind])), sorted(names[class]), class)
    end
    assert.same(sorted(functions(getmetatable(hq.attack.fgsm()).__index)), sorted(names.Attack))
  end)

  it("is Lua", function()
    assert.is_true(#files > 10)
    for _, path in ipairs(files) do assert.is_function(loadfile(path)) end
  end)
end)
