local support = require "support"
local hq, close, fails, fails_with = support.hq, support.close, support.fails, support.fails_with

local bell = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nh q[0];\ncx q[0],q[1];\n'

local function layer()
  return hq.circuit(2, function(c, x, w)
    c:ry(0, 2 * x[0]):rx(1, w()):rot(0, w(), 0.5, x[1])
    c:cnot(0, 1)
    c:expect("Z", 0)
    c:expect("XY", 0, 1)
  end, { lint = false })
end

describe("OpenQASM", function()
  it("is read, with Z on every qubit unless a function measures something else", function()
    local circuit = hq.qasm(bell)
    assert.equal(2, circuit:wires())
    assert.equal(2, circuit:outputs())
    close({ { 0, 0 } }, circuit:expect({}):totable())
    close({ { 1, -1 } }, hq.qasm(bell, function(c)
      c:expect("XX", 0, 1)
      c:expect("YY", 0, 1)
    end):expect({}):totable())
  end)

  it("may go on with gates, inputs and weights of a script", function()
    local circuit = hq.qasm("OPENQASM 3.0; input float a; qubit q; U(a, 0, 0) q;", function(c, x, w)
      c:ry(0, w())
      c:ry(0, x[0])
      c:expect("Z", 0)
    end)
    assert.equal(2, circuit:weights())
    assert.equal(1, circuit:inputs())
    close(math.cos(0.6), circuit:expect { inputs = { 0.3 }, weights = { 0.1, 0.2 } }:item())
  end)

  it("brings circuits back as they were", function()
    local inputs, weights = hq.tensor { { 0.3, -0.7 }, dtype = "float64" }, hq.tensor { 0.4, 1.1, dtype = "float64" }
    local function measured(c)
      c:expect("Z", 0)
      c:expect("XY", 0, 1)
    end
    local circuit = layer()
    local expected = circuit:expect { inputs = inputs, weights = weights }:totable()
    local again = hq.qasm(circuit:qasm(), measured)
    close(expected, again:expect { inputs = inputs, weights = weights }:totable(), 1e-12)
    for version = 2, 3 do
      local text = circuit:qasm { version = version, inputs = inputs, weights = { 0.4, 1.1 } }
      assert.equal(("OPENQASM %d.0;"):format(version), text:match "^[^\n]*")
      close(expected, hq.qasm(text, measured):expect({}):totable(), 1e-6)
    end
    assert.is_truthy(circuit:qasm():find("input float[64] w1;", 1, true))
    assert.is_nil(circuit:qasm({ weights = weights }):find("input float[64] w", 1, true))
  end)

  it("keeps measurements on the way and what depends on them", function()
    local function teleport(c)
      c:ry(0, 0.7):h(1):cnot(1, 2):cnot(0, 1):h(0)
      local z, x = c:measure(0), c:measure(1)
      c:when(x, 1, function() c:x(2) end)
      c:when(z, 1, function() c:z(2) end)
      c:reset(0)
      c:expect("Z", 2)
      c:expect("X", 2)
    end
    local circuit = hq.circuit(3, teleport, { lint = false })
    local expected = { { math.cos(0.7), math.sin(0.7) } }
    close(expected, circuit:expect({}):totable(), 1e-6)
    for version = 2, 3 do
      local again = hq.qasm(circuit:qasm { version = version }, function(c)
        c:expect("Z", 2)
        c:expect("X", 2)
      end)
      close(expected, again:expect({}):totable(), 1e-6)
    end
  end)

  it("is written to files and read from them", function()
    local folder, remove = support.folder()
    local path = folder .. "/deep/bell.qasm"
    local text = hq.qasm(bell):qasm { version = 2, path = path }
    assert.equal(text, support.read(path))
    assert.equal(2, hq.qasm_file(path):gates())
    assert.equal(text, hq.qasm_file(path, function() end):qasm { version = 2, path = nil }
      :gsub('qelib1.inc";\n', '%0// measured at the end: <Z0>, <Z1>\n'))
    remove()
  end)

  it("names script, file, line and column of a mistake", function()
    fails("hq.qasm 'OPENQASM 2.0; qreg q[2]; h q[0];'",
      "experiment.lua:2: hq.qasm: qasm:1:26: unknown gate 'h': include \"qelib1.inc\" declares it")
    local folder, remove = support.folder()
    local path = support.write(folder .. "/bad.qasm", bell .. "x q[2];\n")
    fails(("hq.qasm_file %q"):format(path),
      ("experiment.lua:2: hq.qasm: %s:6:5: q[2] is not in q[0]..q[1]"):format(path))
    support.write(path, bell .. "\0")
    fails(("hq.qasm_file %q"):format(path),
      ("experiment.lua:2: hq.qasm_file: %s: byte 70 is zero; this is no text"):format(path))
    remove()
    fails_with(("hq.qasm_file %q"):format(path), "experiment.lua:2: hq.qasm_file: ", "No such file")
    fails("hq.qasm(3)", "experiment.lua:2: hq.qasm: expected an OpenQASM program as a text, got 3")
    fails("hq.qasm('', 3)", "experiment.lua:2: hq.qasm: expected function(c, x, w) as argument 2, got 3")
    fails("hq.qasm_file({})", "experiment.lua:2: hq.qasm_file: expected a path, got a table")
  end)

  it("refuses what it cannot say", function()
    fails_with("local c = hq.circuit(1, function(c, x) c:rx(0, x[0]) c:expect('Z', 0) end) c:qasm { version = 2 }",
      "experiment.lua:2: circuit:qasm: ", "OpenQASM 2 has no parameters and the circuit has 1 input")
    fails_with("local c = hq.circuit(1, function(c) c:h(0) c:expect('Z', 0) end) c:qasm { versoin = 2 }",
      "experiment.lua:2: circuit:qasm: ", "unknown option 'versoin' (did you mean 'version'?)")
    fails_with("local c = hq.circuit(1, function(c) c:h(0) c:expect('Z', 0) end) c:qasm { inputs = { 'a' } }",
      "experiment.lua:2: circuit:qasm: ", "inputs: element 1 is 'a'; expected a number")
    fails_with("local c = hq.circuit(1, function(c) c:h(0) c:expect('Z', 0) end) c:qasm { weights = 3 }",
      "experiment.lua:2: circuit:qasm: ", "weights: expected a tensor or a table of numbers, got 3")
  end)
end)

describe("pictures", function()
  it("are SVG and LaTeX, as texts and as files", function()
    local folder, remove = support.folder()
    local circuit = layer()
    local svg = circuit:svg(folder .. "/pictures/layer.svg")
    assert.equal(svg, support.read(folder .. "/pictures/layer.svg"))
    assert.is_truthy(svg:find("^<svg") and svg:find("</svg>\n$"))
    assert.is_true(#circuit:svg { width = 200 } > #svg)
    local latex = circuit:latex { path = folder .. "/layer.tex" }
    assert.equal(latex, support.read(folder .. "/layer.tex"))
    assert.is_truthy(latex:find("\\begin{quantikz}", 1, true))
    remove()
    fails_with("hq.qasm('OPENQASM 3.0; qubit q;'):svg { width = 1 }", "experiment.lua:2: circuit:svg: ",
      "the width must be in 200..100000")
    fails_with("hq.qasm('OPENQASM 3.0; qubit q;'):svg '/dev/null/x.svg'", "experiment.lua:2: ",
      "/dev/null/x.svg: cannot be written")
    fails_with("hq.qasm('OPENQASM 3.0; qubit q;'):latex { path = 3 }", "experiment.lua:2: circuit:latex: ",
      "path: expected a text, got 3")
  end)
end)

describe("docs/interchange.md and its example", function()
  local folder, remove
  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  local function run(path)
    local output, status = support.shell(("cd %s && %s/bin/hqlua run %s"):format(folder, support.build, path))
    assert.equal(0, status, output)
    return output
  end

  it("run", function()
    local output = run(support.root .. "/examples/quantum/interchange.lua")
    assert.is_truthy(output:find("01 + 11 = 100", 1, true), output)
    assert.is_true(tonumber(output:match "after the round trip: (%S+)") < 1e-12)
    for _, name in ipairs { "adder.svg", "layer.svg", "layer.tex", "layer.qasm", "layer2.qasm" } do
      assert.is_true(#support.read(folder .. "/results/" .. name) > 200, name)
    end
  end)

  it("have snippets that run", function()
    local count = 0
    for snippet in support.read(support.root .. "/docs/interchange.md"):gmatch "\n```lua\n(.-)```" do
      count = count + 1
      run(support.write(("%s/snippet%d.lua"):format(folder, count), snippet))
    end
    assert.equal(3, count)
  end)
end)
