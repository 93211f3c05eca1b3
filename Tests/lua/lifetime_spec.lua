-- How objects live and die: errors in every callback, release in every order, coroutines, many of them.
local support = require "support"
local hq = support.hq

local function digits() return (hq.data.digits { train = 40 }) end

local function network()
  local filter = hq.circuit(4, function(c, x, w)
    for q in c:wires() do c:ry(q, x[q]) end
    for q in c:wires() do c:rx(q, w()) end
    for q in c:wires() do c:expect("Z", q) end
  end)
  local layer = hq.quanvolution { circuit = filter, kernel_size = 2, stride = 2 }
  return hq.sequential { layer, hq.flatten(), hq.dense { units = 10 } }, layer, filter
end

local function settle()
  collectgarbage()
  collectgarbage()
  return hq.memory_used()
end

-- Resident memory in bytes.
local function resident()
  local file = io.open("/proc/self/statm")
  local pages = tonumber(file:read "a":match "^%d+ (%d+)")
  file:close()
  return pages * 4096
end

describe("an error in a callback", function()
  local data = digits()
  local raised = setmetatable({}, { __tostring = function() return "mine" end })
  local function fail() error(raised, 0) end

  local function fit(options)
    options.epochs, options.progress = 1, false
    return function() hq.fit(hq.sequential { hq.flatten(), hq.dense { units = 10 } }, data, options) end
  end
  local function custom(options)
    options.name = "mine"
    options.forward = options.forward or function(_, x) return x end
    return hq.layer(options)
  end

  for name, f in pairs {
    ["hq.circuit"] = function() hq.circuit(2, fail) end,
    ["hq.qasm"] = function() hq.qasm('OPENQASM 3; include "stdgates.inc"; qubit[1] q; x q[0];', fail) end,
    ["fit callback"] = fit { callback = fail },
    ["fit on_step"] = fit { on_step = fail },
    ["fit loss"] = fit { loss = fail },
    ["fit metric"] = fit { metrics = { m = fail } },
    ["evaluate metric"] = function()
      local model = hq.sequential { hq.flatten(), hq.dense { units = 10 } }
      hq.fit(model, data, { epochs = 1, progress = false })
      hq.evaluate(model, data, { metrics = { m = fail } })
    end,
    ["layer build"] = function() hq.sequential { custom { build = fail } }:build { 1, 3 } end,
    ["layer forward"] = function() hq.sequential { custom { forward = fail } }:build({ 1, 3 }):infer(hq.ones { 2, 3 }) end,
    ["layer forward in fit"] = function()
      hq.fit(hq.sequential { hq.flatten(), custom { forward = fail }, hq.dense { units = 10 } }, data,
        { epochs = 1, progress = false })
    end,
    ["hq.no_grad"] = function() hq.no_grad(fail) end,
    ["hq.repeat_seeds"] = function() hq.repeat_seeds(fail, { seeds = 2 }) end,
  } do
    it("comes out as it was: " .. name, function()
      local before = settle()
      for _ = 1, 3 do
        local good, message = pcall(f)
        assert.is_false(good)
        assert.is_truthy(tostring(message):find("mine", 1, true), tostring(message))
      end
      assert.equal(before, settle())
      -- What comes after works as always, with records.
      local x = hq.ones({ 2 }):requires_grad()
      x:sum():backward()
      assert.same({ 1, 1 }, x:grad():totable())
    end)
  end
end)

describe("objects", function()
  it("may be released in every order", function()
    local function orders(list, n, each)
      if n == 0 then return each(list) end
      for i = 1, n do
        list[n], list[i] = list[i], list[n]
        orders(list, n - 1, each)
        list[n], list[i] = list[i], list[n]
      end
    end
    local before = settle()
    orders({ 1, 2, 3, 4, 5 }, 5, function(order)
      local model, layer, filter = network()
      local data, optimizer = digits(), hq.optim.adam()
      local objects = { model, layer, filter, data, optimizer }
      objects[order[1]]:release()
      objects[order[2]]:release()
      if order[1] ~= 1 and order[2] ~= 1 then
        assert.same({ 1, 10 }, model:infer(hq.ones { 1, 1, 8, 8 }):shape())
      else
        assert.is_false((pcall(model.infer, model, hq.ones { 1, 1, 8, 8 })))
      end
      for i = 3, 5 do objects[order[i]]:release() end
    end)
    assert.equal(before, settle())
  end)

  it("live in coroutines, which errors and collection may end anywhere", function()
    local before = settle()
    for i = 1, 60 do
      local thread = coroutine.create(function()
        local kept <close> = hq.ones { 100 }
        local c = hq.circuit(1, function(c, x)
          c:ry(0, x[0])
          c:expect("Z", 0)
        end)
        coroutine.yield(c:expect { inputs = hq.ones { i, 1 } }:shape()[1])
        if i % 3 == 0 then error(hq.ones { 50 }) end
        return kept:sum():item()
      end)
      assert.equal(i, select(2, coroutine.resume(thread)))
      -- Some are never resumed, some closed, some end.
      if i % 2 == 0 then coroutine.resume(thread) elseif i % 5 == 0 then coroutine.close(thread) end
    end
    assert.equal(before, settle())
    local good, message = pcall(hq.circuit, 1, coroutine.yield)
    assert.is_false(good)
    assert.is_truthy(message:find("attempt to yield", 1, true) or message:find("outside a coroutine", 1, true), message)
    local wrapped = coroutine.wrap(function() return pcall(hq.fit, hq.sequential { hq.flatten(), hq.dense { units = 10 } },
      digits(), { epochs = 1, progress = false, callback = coroutine.yield }) end)
    good, message = wrapped()
    assert.is_false(good)
    assert.is_truthy(message:find("attempt to yield across a C-call boundary", 1, true), message)
  end)

  it("do not grow in 10,000 rounds of making and letting go", function()
    local makers = {
      function() return hq.ones { 64, 64 } end,
      function() return hq.circuit(2, function(c, x, w) c:ry(0, x[0]) c:rx(1, w()) c:cnot(0, 1) c:expect("Z", 1) end) end,
      function() return hq.dense { units = 8 } end,
      function() return hq.optim.adam() end,
      function() return hq.table { "a" } end,
      function() return hq.data.from(hq.ones { 2, 3 }, { 0, 1 }) end,
    }
    local function rounds(count)
      for i = 1, count do
        for _, make in ipairs(makers) do
          local object = make()
          if i % 2 == 0 then object:release() end
        end
      end
      return settle()
    end
    -- An eager collector makes each round take a hundred times as long.
    local many = rawget(_G, "eager_collector") and 200 or 10000
    local used = rounds(many // 10)
    local before = resident()
    assert.equal(used, rounds(many))
    local growth = resident() - before
    assert(growth < 8 << 20, ("%d bytes more after 10,000 rounds"):format(growth))
  end)
end)
