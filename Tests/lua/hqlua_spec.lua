local support = require "support"
local hqlua = support.hqlua

describe("hqlua", function()
  local folder, remove

  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  local function script(text) return support.write(folder .. "/script.lua", text) end

  it("runs a script with its arguments", function()
    local path = script "print(arg[0], #arg, table.concat(arg, '|'), ...) print(require('hqnn').version)"
    local output, status = hqlua("run " .. path .. " one --two 'three four'")
    assert.equal(path .. "\t3\tone|--two|three four\tone\t--two\tthree four\n0.1.0\n", output)
    assert.equal(0, status)
    assert.equal(output, (hqlua(path .. " one --two 'three four'")))
  end)

  it("runs the standard input", function()
    assert.equal("3\n", (support.shell("echo 'print(1 + 2)' | " .. support.build .. "/bin/hqlua run -")))
  end)

  it("prints a traceback and returns 1 after an error", function()
    local path = script "local function f()\n  error('mine')\nend\nf()"
    local output, status = hqlua("run " .. path)
    assert.equal(1, status)
    assert.is_truthy(output:find("script.lua:2: mine\nstack traceback:", 1, true), output)
    assert.is_truthy(output:find("script.lua:4: in main chunk", 1, true), output)
    local _, count = output:gsub("stack traceback", "")
    assert.equal(1, count)
    output, status = hqlua("run " .. script "require('hqnn').dense { unit = 3 }")
    assert.equal(1, status)
    assert.is_truthy(output:find("script.lua:1: hq.dense: unknown option 'unit' (did you mean 'units'?)", 1, true))
    output, status = hqlua("run " .. script "error({})")
    assert.equal(1, status)
    assert.is_truthy(output:find("(error object is a table value)", 1, true), output)
  end)

  it("returns 1 for a script that is missing or no Lua", function()
    local output, status = hqlua("run " .. folder .. "/none.lua")
    assert.equal(1, status)
    assert.is_truthy(output:find("none.lua", 1, true))
    output, status = hqlua("run " .. script "local = 3")
    assert.equal(1, status)
    assert.is_truthy(output:find("script.lua:1:", 1, true), output)
  end)

  it("returns the status that the script asks for", function()
    local _, status = hqlua("run " .. script "os.exit(7)")
    assert.equal(7, status)
  end)

  it("runs code from the command line", function()
    local output, status = hqlua("-e 'print(hq.ones({ 2 }):sum():item())'")
    assert.equal("2.0\n", output)
    assert.equal(0, status)
    output, status = hqlua("-e 'hq.threads(0)'")
    assert.equal(1, status)
    assert.is_truthy(output:find("(command line):1: hq.threads: threads is 0", 1, true), output)
  end)

  it("teaches without arguments and tells its version", function()
    local output, status = hqlua ""
    assert.equal(0, status)
    for _, word in ipairs { "hqlua run examples/quickstart.lua", "repl", "bench", "version" } do
      assert.is_truthy(output:find(word, 1, true), output)
    end
    assert.is_truthy((hqlua "version"):find("^hqnn 0%.1%.0; "))
    output, status = hqlua "rnu"
    assert.is_true(status ~= 0, output)
  end)

  it("reads, runs and prints lines", function()
    local lines = "1 + 1\nx = 3\nx, 'a'\nfor i = 1, 2 do\nprint(i)\nend\nhq.threads(0)\nhq.version\n"
    local input = support.write(folder .. "/lines", lines)
    local output, status = support.shell(support.build .. "/bin/hqlua repl < " .. input)
    assert.equal(0, status)
    assert.is_truthy(output:find("2\n3\ta\n1\n2\n", 1, true), output)
    assert.is_truthy(output:find("hq.threads: threads is 0", 1, true), output)
    assert.is_truthy(output:find("0.1.0\n$"), output)
  end)

  it("turns Ctrl-C into an error and returns 130, in Lua and inside a training", function()
    for name, text in pairs {
      lua = "io.stdout:write('ready\\n') io.stdout:flush() while true do end",
      fit = [[
local hq = require "hqnn"
local data = hq.data.from(hq.uniform { 4000, 50 }, (function()
  local l = {}
  for i = 1, 4000 do l[i] = i % 2 end
  return l
end)())
io.stdout:write('ready\n')
io.stdout:flush()
hq.fit(hq.sequential { hq.dense { units = 300 }, hq.tanh(), hq.dense { units = 2 } }, data,
  { epochs = 100000, batch = 100, progress = false })
]],
    } do
      local path = script(text)
      local output, status = support.shell(([[
exec 3>&1
%s/bin/hqlua run %s > %s/out 2>&1 &
process=$!
while ! grep -q ready %s/out 2>/dev/null; do sleep 0.05; done
sleep 0.3
kill -INT $process
wait $process
status=$?
cat %s/out
exit $status]]):format(support.build, path, folder, folder, folder))
      assert.is_truthy(output:find("script%.lua:%d+: [%w%.:]* ?interrupted\n"), name .. ": " .. output)
      assert.equal(130, status, name)
    end
  end)
end)
