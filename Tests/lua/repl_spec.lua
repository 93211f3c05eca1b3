local support = require "support"

local program = support.build .. "/bin/hqlua"

describe("hqlua repl, from a pipe", function()
  local folder, remove

  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  local function reads(lines)
    local output, status = support.shell(program .. " repl < " .. support.write(folder .. "/lines", lines))
    assert.equal(0, status, output)
    return output
  end

  it("shows values, statements over several lines and no prompt", function()
    assert.equal("2\n3\ta\n1\n2\n7\n", reads "1 + 1\nx = 3\nx, 'a'\nfor i = 1, 2 do\nprint(i)\nend\n= 7\n")
    assert.equal("nil\n", reads "\n\nnil\n")
    assert.equal("5\n6\n", reads "5\n_ + 1\n:quit\nprint 'not reached'\n")
    assert.equal("a\nb\n", reads "return [[a\nb]]")
  end)

  it("shows tensors, circuits, models and tables", function()
    assert.equal("tensor float32 {2}\n   1.0000    1.0000\n", (reads "hq.ones { 2 }\n"))
    assert.equal('{ 1, "b", c = { 1 element }, [true] = {} }\n', reads "{ 1, 'b', c = { 3 }, [true] = {} }\n")
    assert.equal("{ t = { 1 field } }\n", reads "t = {} t.t = t\nt\n")
    assert.equal("{\n  100, 200", reads("{" .. ("100, 200, "):rep(20) .. "}"):sub(1, 12))
    assert.is_truthy(reads "hq.circuit(1, function(c, x) c:ry(0, x[0]) c:expect('Z', 0) end)\n":find("RY(x0)", 1, true))
    assert.is_truthy(reads "{ hq.ones { 2 }, hq.sequential { hq.relu() } }":find("tensor float32 {2}, <layer> }", 1, true))
    assert.is_truthy(reads "setmetatable({}, { __tostring = error })":find("<table whose __tostring fails>", 1, true))
  end)

  it("goes on after errors, whose calls are shown without its own", function()
    local output = reads "hq.threads(0)\nfunction f() error('mine') end\nf()\nlocal = 3\n(\n1"
    assert.is_truthy(output:find("input:1: hq.threads: threads is 0", 1, true), output)
    assert.is_truthy(output:find("input:1: mine\n", 1, true), output)
    assert.is_truthy(output:find("in function 'f'", 1, true), output)
    assert.is_truthy(output:find("input:1: <name> expected near '='", 1, true), output)
    assert.is_nil(output:find("repl.lua", 1, true), output)
    assert.equal("1\n", reads "error()\n1\n":sub(-2))
  end)

  it("knows commands", function()
    assert.is_truthy(reads ":help\n":find(":time expression", 1, true))
    assert.is_truthy(reads ":time 1 + 1\n":find "^2\n[%d.]+ %a+\n$")
    assert.is_truthy(reads ":time on\n3\n:time off\n4\n":find "^3\n[%d.]+ %a+\n4\n$")
    assert.is_truthy(reads ":hlep\n":find("there is no ':hlep' (did you mean ':help'?)", 1, true))
  end)
end)

-- Steps of a person at a terminal: each waits until its text has been shown, then types.
describe("hqlua at a terminal", function()
  local folder, remove

  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  local function types(steps, environment)
    local shown = folder .. "/shown"
    local lines = { "shown=" .. shown, ": > $shown", "{" }
    for _, step in ipairs(steps) do
      lines[#lines + 1] = ([[i=0; until grep -aqF '%s' $shown || [ $i = 300 ]; do sleep 0.05; i=$((i + 1)); done; sleep 0.1
printf '%%b' '%s']]):format(step[1], step[2])
    end
    lines[#lines + 1] = ("sleep 0.3; } | env %s TERM=xterm script -qefc %s $shown > /dev/null; cat $shown"):format(
      environment or ("XDG_STATE_HOME=" .. folder), program)
    return (support.shell(table.concat(lines, "\n")):gsub("\r", ""):gsub("\27%[[%d;]*%a", ""))
  end

  it("completes names and methods, keeps the history, ends with Ctrl-D", function()
    local ready = "Ctrl-D ends"
    local output = types {
      { ready, [[t = hq.ones_l\t(hq.ones { 5 })\n]] }, { "})", [[t:su\tb\t(hq.ones { 5 }):sum():item() + 0.25\n]] },
      { "0.25", [[\0004]] },
    }
    assert.is_truthy(output:find("hq.ones_like(hq.ones { 5 })", 1, true), output)
    assert.is_truthy(output:find("t:subtract(hq.ones { 5 }):sum():item() + 0.25\n0.25\n", 1, true), output)
    local history = support.read(folder .. "/hqlua/history")
    assert.is_truthy(history:find("ones_like", 1, true), history)
    -- The line before, once more.
    output = types { { ready, [[\0033[A\n]] }, { "t:subtract", [[x = 41\n]] }, { "x = 41", [[x + 1\n]] }, { "42", [[:quit\n]] } }
    assert.is_truthy(output:find("attempt to index a nil value (global 't')", 1, true), output)
    assert.is_truthy(output:find("x + 1\n42\n", 1, true), output)
  end)

  it("completes files inside quotes", function()
    support.write(folder .. "/experiment.lua", "return 6 * 7")
    local output = types { { "Ctrl-D ends", "dofile(\"" .. folder .. [[/exp\t")\n]] }, { "42", [[\0004]] } }
    assert.is_truthy(output:find("/experiment.lua\")\n42\n", 1, true), output)
  end)

  it("gives up a line or a running call at Ctrl-C, and stays", function()
    local output = types {
      { "Ctrl-D ends", [[for i = 1, 2 do\n]] }, { ">> ", [[nonsense\0003]] },
      { "^C", [[print("be" .. "gin") while true do end\n]] }, { "begin", [[\0003]] },
      { "interrupted!", [[6 * 7\n]] }, { "42", [[\0004]] },
    }
    assert.is_truthy(output:find("nonsense^C\n> ", 1, true), output)
    assert.is_truthy(output:find("input:1: interrupted!\n> 6 * 7\n42\n", 1, true), output)
  end)

  it("cuts what is long, and needs no place for its history", function()
    local output = types({
      { "Ctrl-D ends", [[(("line\\n"):rep(500))\n]] }, { "shows all", [[print(#_)\n]] }, { "2500", [[\0004]] },
    }, "-u XDG_STATE_HOME HOME=/proc/none")
    assert.is_truthy(output:find("... 480 more lines: print(_) shows all\n> print(#_)\n2500\n", 1, true), output)
  end)
end)
