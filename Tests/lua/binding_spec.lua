local support = require "support"
local hq, close = support.hq, support.close

-- What the Lua 5.4 reference manual marks `-` (never raises) or `m` (raises for memory alone), of the
-- functions that the binding may want.  lua_settop and lua_pop are `e`; lua_remove and lua_rotate are not.
local harmless = {}
for name in ([[
  lua_absindex lua_checkstack lua_createtable lua_getmetatable lua_gettop lua_isinteger lua_newuserdatauv
  lua_pushboolean lua_pushcclosure lua_pushinteger lua_pushlstring lua_pushnil lua_pushnumber lua_pushstring
  lua_pushvalue lua_rawget lua_rawgeti lua_rawgetp lua_rawlen lua_rawset lua_rawseti lua_rawsetp lua_remove
  lua_rotate lua_setmetatable lua_toboolean lua_tointegerx lua_tonumberx lua_touserdata lua_type
  lua_pcall lua_gc
  lua_tolstring
]]):gmatch "%S+" do harmless[name] = true end

describe("the binding", function()
  it("lets Swift call only Lua functions that do not raise, from one file", function()
    local list = support.shell(("cd '%s/Sources/LuaBinding' && ls *.swift"):format(support.root))
    for file in list:gmatch "%S+" do
      local text = support.read(support.root .. "/Sources/LuaBinding/" .. file):gsub("//[^\n]*", "")
      if file == "LuaState.swift" then
        assert.is_truthy(text:find("import CLua", 1, true))
      else
        assert.is_nil(text:find("import CLua", 1, true), file)
      end
      for name in text:gmatch "%f[%w_]luaL?_[%a]+%f[^%w_]" do assert.is_true(harmless[name], file .. ": " .. name) end
    end
    -- What stands in for macros is in the shim.
    local shim = support.read(support.root .. "/Sources/CLua/shim.h"):gsub("/%*.-%*/", "")
    for name in shim:gmatch "%f[%w_](luaL?_[%l]+)%(" do assert.is_true(harmless[name], "shim.h: " .. name) end
  end)

  it("releases in any order", function()
    local circuit = hq.circuit(4, function(c, x)
      for q in c:wires() do
        c:ry(q, x[q])
        c:expect("Z", q)
      end
    end)
    local layer = hq.quanvolution { circuit = circuit, kernel_size = 2, stride = 2 }
    local dense = hq.dense { units = 10 }
    local model = hq.sequential { layer, hq.flatten(), dense }
    local train = hq.data.digits { train = 20 }
    local samples = train:samples()
    circuit:release()
    layer:release()
    layer:release()
    model:build { 1, 1, 8, 8 }
    local weights = model:parameters()[1]
    local optimizer = hq.optim.sgd():add(model)
    local loss = hq.loss.cross_entropy(model(samples), train:labels())
    train:release()
    model:release()
    dense:release()
    samples:release()
    collectgarbage()
    loss:backward()
    optimizer:step()
    optimizer:release()
    assert.is_number(weights:get(1, 1))
    for _, object in ipairs { circuit, layer, model, train, samples, optimizer } do
      assert.is_truthy(tostring(object):find("(released)", 1, true))
    end
  end)

  it("closes variables marked <close>", function()
    local kept
    do
      local t <close> = hq.ones { 3 }
      kept = t
    end
    assert.has_error(function() kept:sum() end)
  end)

  it("gives native memory back as Lua drops its objects", function()
    collectgarbage()
    local before, most = hq.memory_used(), 0
    for _ = 1, 400 do
      local t = hq.zeros { 1024, 512 } -- 2 MiB, of which Lua's collector sees a few bytes
      most = math.max(most, hq.memory_used())
      assert.equal(1024, #t)
    end
    assert.is_true(most - before < 160 * 2 ^ 20, ("grew by %d MiB"):format((most - before) // 2 ^ 20))
    collectgarbage()
    collectgarbage()
    assert.is_true(hq.memory_used() - before < 2 ^ 20)
  end)

  it("works inside coroutines, and lets errors through them", function()
    local produce = coroutine.wrap(function()
      for i = 1, 3 do coroutine.yield(hq.full({ 2 }, { value = i }) or i) end
    end)
    assert.has_error(function() produce() end) -- hq.full takes one table
    local thread = coroutine.create(function(n)
      local circuit = hq.circuit(1, function(c, x)
        c:ry(0, x[0])
        c:expect("Z", 0)
      end)
      while true do n = coroutine.yield(circuit:expect({ inputs = { n } }):item()) end
    end)
    for _, angle in ipairs { 0, 0.5, 1 } do
      local good, value = coroutine.resume(thread, angle)
      assert.is_true(good, tostring(value))
      close(math.cos(angle), value, 1e-6)
    end
    local bad = coroutine.create(function() hq.threads(0) end)
    local good, message = coroutine.resume(bad)
    assert.is_false(good)
    assert.is_truthy(message:find("hq.threads: threads is 0", 1, true))
  end)

  it("refuses foreign objects and keeps its metatables apart", function()
    local method = hq.ones({ 1 }).sum
    for _, value in ipairs { io.stdout, {}, setmetatable({}, getmetatable(hq.attack.fgsm())), print, 3, "x" } do
      assert.has_error(function() method(value) end)
    end
    assert.has_error(method)
    assert.is_nil(hq.type(io.stdout))
    assert.is_nil(hq.type(nil))
    assert.equal("tensor", hq.type(hq.ones { 1 }))
    assert.equal("dataset", hq.type((hq.data.digits())))
  end)

  it("can be opened twice", function()
    package.loaded.hqnn = nil
    local again = require "hqnn"
    again.quiet = true
    close(6, (again.ones { 3 } * hq.full { 3, value = 2 }):sum():item())
    package.loaded.hqnn = hq
  end)

  it("names the line of the script, not of a helper that returns at once", function()
    support.fails("local function layer(n)\n  return hq.dense { unit = n }\nend\nlayer(3)",
      "experiment.lua:3: hq.dense: unknown option 'unit' (did you mean 'units'?)")
  end)
end)
