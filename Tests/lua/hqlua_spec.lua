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

  it("teaches and tells its version", function()
    local output, status = hqlua "help"
    assert.equal(0, status)
    for _, word in ipairs { "hqlua examples/quickstart.lua", "-l name=library", "repl", "check", "bench", "version" } do
      assert.is_truthy(output:find(word, 1, true), output)
    end
    assert.equal(output, (hqlua "--help"))
    for _, command in ipairs { "run", "repl", "check", "draw", "data", "bench" } do
      local text, of_command = hqlua("help " .. command)
      assert.equal(0, of_command, text)
      assert.is_truthy(text:find("hqlua " .. command, 1, true) or command == "repl", text)
    end
    for _, words in ipairs { "version", "--version", "-v" } do
      assert.is_truthy((hqlua(words)):find("^hqnn 0%.1%.0; "), words)
    end
  end)

  it("refuses what it does not know, with the closest word", function()
    for words, message in pairs {
      rnu = "'rnu' is neither a command (did you mean 'run'?) nor a file",
      ["none.lua"] = "cannot open none.lua",
      ["-x"] = "unknown option '-x'; there are -e, -l, -i, -v, -E, -W, -, --, --help and --version",
      ["--hlep"] = "unknown option '--hlep' (did you mean '--help'?)",
      ["--sandbox s.lua"] = "hqlua run --sandbox",
      ["-e"] = "-e needs Lua code after it",
      ["-l"] = "-l needs the name of a library after it",
      ["run --sandbxo s.lua"] = "Did you mean '--sandbox'?",
      ["run --allow x s.lua"] = "--allow belongs to --sandbox",
      ["run --time 0 s.lua"] = "--time is 0.0; it is a number of seconds, more than 0",
      ["run --memory much s.lua"] = "The value 'much' is invalid for '--memory <memory>'",
      run = "Missing expected argument '<script>'",
    } do
      local output, status = hqlua(words)
      assert.is_truthy(output:find(message, 1, true), output)
      assert.equal(words == "none.lua" and 1 or 2, status, words)
    end
  end)

  it("is lua", function()
    local path = script "print(x, arg[0], arg[1], arg[-1], ...)"
    local program = support.build .. "/bin/hqlua"
    assert.equal(("7\t%s\ta\tx = x + 1\ta\tb\n"):format(path), (hqlua("-e 'x = 6' -e 'x = x + 1' " .. path .. " a b")))
    assert.equal(("nil\t%s\tnil\t--\n"):format(path), (hqlua("-- " .. path)))
    assert.equal("3\tone\n", (support.shell("echo 'print(1 + 2, ...)' | " .. program .. " - one")))
    assert.equal("4\n", (support.shell("echo 'print(2 + 2)' | " .. program)))
    support.write(folder .. "/mine.lua", "return { value = 12 }")
    local path_set = "LUA_PATH='" .. folder .. "/?.lua' " .. program
    assert.equal("12\n", (support.shell(path_set .. " -l mine -e 'print(mine.value)'")))
    assert.equal("12\n", (support.shell(path_set .. " -l m=mine -e 'print(m.value)'")))
    local output, status = support.shell(path_set .. " -E -l mine")
    assert.equal(1, status)
    assert.is_truthy(output:find("module 'mine' not found", 1, true), output)
    assert.equal("Lua warning: so\n", (hqlua "-W -e 'warn(\"so\")'"))
    assert.equal("", (hqlua "-e 'warn(\"so\")'"))
    assert.equal("1\n2\n", (support.shell("LUA_INIT='print(1)' " .. program .. " -e 'print(2)'")))
    assert.equal("2\n", (support.shell("LUA_INIT='print(1)' " .. program .. " -E -e 'print(2)'")))
    local init = support.write(folder .. "/init.lua", "print('init')")
    assert.equal("init\n2\n", (support.shell(("LUA_INIT=no LUA_INIT_5_4=@%s %s -e 'print(2)'"):format(init, program))))
    output, status = support.shell("LUA_INIT='error[[no]]' " .. program .. " -e 'print(2)'")
    assert.equal(1, status)
    assert.is_truthy(output:find("LUA_INIT:1: no", 1, true), output)
    assert.equal("1\n2\n", (support.shell(("echo 2 | %s -i -e 'print(1)'"):format(program))))
  end)

  it("closes the state when the script asks for it", function()
    local text = "local t = setmetatable({}, { __gc = function() print 'closed' end }) os.exit(%s)"
    for ending, expected in pairs { ["5, true"] = { "closed\n", 5 }, ["true, true"] = { "closed\n", 0 },
      ["false"] = { "", 1 } } do
      local output, status = hqlua(script(text:format(ending)))
      assert.same(expected, { output, status }, ending)
    end
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

  it("turns Ctrl-C into an error and returns 130, in Lua, in a long call and inside a training", function()
    for name, text in pairs {
      lua = "io.stdout:write('ready\\n') io.stdout:flush() while true do end",
      library = [[
local hq = require "hqnn"
local c = hq.circuit(10, function(c, x, w)
  for _ = 1, 20 do
    for q in c:wires() do c:ry(q, w()) end
    for p, q in c:pairs "ring" do c:cnot(p, q) end
  end
  c:expect("Z", 0)
end, { lint = false })
io.stdout:write('ready\\n')
io.stdout:flush()
c:expressibility { samples = 10000000 }
]],
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
      assert.is_truthy(output:find("script%.lua:%d+: [%w%.:]* ?interrupted!\n"), name .. ": " .. output)
      assert.equal(130, status, name)
    end
  end)
end)
