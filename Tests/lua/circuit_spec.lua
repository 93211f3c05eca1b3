local support = require "support"
local hq, close, fails, fails_with = support.hq, support.close, support.fails, support.fails_with

local function tensor(values)
  values.dtype = "float64"
  return hq.tensor(values)
end

describe("circuits", function()
  it("are traced once and run for a batch", function()
    local calls = 0
    local circuit = hq.circuit(2, function(c, x, w)
      calls = calls + 1
      c:ry(0, math.pi * x[0])
      c:ry(1, w())
      c:rz(1, x[1])
      c:expect("Z", 0)
      c:expect("Z", 1)
    end, { lint = false })
    assert.equal(2, circuit:wires())
    assert.equal(2, circuit:outputs())
    assert.equal(1, circuit:weights())
    local out = circuit:expect { inputs = tensor { { 0, 0 }, { 0.25, 0 }, { 1, 0 } }, weights = tensor { 0.3 } }
    close({ { 1, math.cos(0.3) }, { math.cos(math.pi / 4), math.cos(0.3) }, { -1, math.cos(0.3) } }, out:totable(),
      1e-12)
    assert.equal(1, calls)
  end)

  it("know every gate by its Lua name", function()
    local circuit = hq.circuit(3, function(c)
      c:h(0):x(1):y(2):z(0):s(1):t(2):sx(0)
      c:rx(0, 0.1):ry(1, 0.2):rz(2, 0.3):phase_shift(0, 0.4):rot(1, 0.1, 0.2, 0.3):u3(2, 0.1, 0.2, 0.3)
      c:cnot(0, 1):cy(1, 2):cz(0, 2):swap(0, 1):crx(0, 1, 0.1):cry(1, 2, 0.2):crz(0, 2, 0.3)
      c:controlled_phase(0, 1, 0.1):ising_xx(0, 1, 0.1):ising_yy(1, 2, 0.2):ising_zz(0, 2, 0.3)
      c:toffoli(0, 1, 2):cswap(0, 1, 2)
      c:expect("XYZ", 0, 1, 2)
    end, { lint = false })
    assert.equal(26, circuit:gates())
    local value = circuit:expect({}):item()
    assert.is_true(value >= -1 and value <= 1)
  end)

  it("measure Pauli words", function()
    local bell = hq.circuit(2, function(c)
      c:h(0)
      c:cnot(0, 1)
      for _, word in ipairs { "ZZ", "XX", "YY" } do c:expect(word, 0, 1) end
      c:expect("Z", 1)
    end, { lint = false })
    close({ { 1, 1, -1, 0 } }, bell:expect({}):totable())
  end)

  it("take affine arithmetic of symbols", function()
    local function value(angle, x, w)
      local circuit = hq.circuit(1, function(c, sx, sw)
        c:ry(0, angle(sx[0], sw))
        c:expect("Z", 0)
      end, { lint = false })
      return circuit:expect({ inputs = circuit:inputs() > 0 and tensor { { x } } or nil,
        weights = circuit:weights() > 0 and tensor { w } or nil }):item()
    end
    close(math.cos(2 * 0.3 + 1), value(function(x) return 2 * x + 1 end, 0.3), 1e-12)
    close(math.cos(1 - 0.3), value(function(x) return 1 - x end, 0.3), 1e-12)
    close(math.cos(-0.3 / 2 - 1), value(function(x) return -x / 2 - 1 end, 0.3), 1e-12)
    close(math.cos(3 * (0.7 + 1) - 0.5), value(function(_, w) return 3 * (w() + 1) - 0.5 end, 0, 0.7), 1e-12)
    local seen
    hq.circuit(1, function(c, x, w)
      seen = { tostring(x[0]), tostring(-w()), tostring(2 * x[1] - 0.5) }
      c:ry(0, x[0])
      c:expect("Z", 0)
    end, { lint = false })
    assert.same({ "x[0]", "-w[0]", "2 * x[1] - 0.5" }, seen)
  end)

  it("number fresh weights past shared ones and templates", function()
    local circuit = hq.circuit(2, function(c, _, w)
      c:ry(0, w[2])
      c:ry(1, w())         -- 3
      c:template("ring")   -- 4 to 7
      c:rz(0, w())         -- 8
      c:ry(0, w[2])
      c:expect("Z", 0)
    end, { lint = false })
    assert.equal(9, circuit:weights())
  end)

  it("iterate over wires and pairs", function()
    local seen = {}
    hq.circuit(4, function(c)
      for _, order in ipairs { "ring", "linear", "full", "star" } do
        local list = {}
        for p, q in c:pairs(order) do list[#list + 1] = p .. q end
        seen[order] = table.concat(list, " ")
      end
      c:expect("Z", 0)
    end, { lint = false })
    assert.same({ ring = "01 12 23 30", linear = "01 12 23", full = "01 02 03 12 13 23", star = "01 02 03" }, seen)
    hq.circuit(2, function(c)
      local list = {}
      for p, q in c:pairs "ring" do list[#list + 1] = p .. q end
      assert.same({ "01" }, list)
      c:expect("Z", 0)
    end, { lint = false })
  end)

  it("have gradients that agree between methods of differentiation", function()
    local circuit = hq.circuit(3, function(c, x, w)
      for q in c:wires() do c:ry(q, math.pi * x[q]) end
      for q in c:wires() do c:rot(q, w(), w(), w()) end
      for p, q in c:pairs "ring" do c:cnot(p, q) end
      for q in c:wires() do c:ry(q, w()) end
      for q in c:wires() do c:expect("Z", q) end
    end)
    local x = hq.uniform { 4, 3, seed = 1, dtype = "float64" }
    local w = hq.uniform { 12, seed = 2, high = 6, dtype = "float64" }
    local dx, dw = circuit:gradient { inputs = x, weights = w }
    for _, how in ipairs {
      { differentiation = "parameter_shift" }, { differentiation = "finite_difference", step = 1e-5 },
      { method = "gates" }, { method = "unitary" },
    } do
      how.inputs, how.weights = x, w
      local ex, ew = circuit:gradient(how)
      close(dx:totable(), ex:totable(), 1e-7)
      close(dw:totable(), ew:totable(), 1e-7)
    end
    local one = x:rows(1, 1)
    local jx, jw = circuit:jacobian { inputs = one, weights = w }
    assert.same({ 3, 3 }, jx:shape())
    assert.same({ 3, 12 }, jw:shape())
    local gx, gw = circuit:gradient { inputs = one, weights = w }
    close(gx[1]:totable(), (jx[1] + jx[2] + jx[3]):totable(), 1e-9)
    close(gw:totable(), (jw[1] + jw[2] + jw[3]):totable(), 1e-9)
  end)

  it("take part in automatic differentiation", function()
    local circuit = hq.circuit(1, function(c, _, w)
      c:ry(0, w())
      c:expect("Z", 0)
    end)
    local w = hq.tensor { 0.4, dtype = "float64", requires_grad = true }
    local loss = (circuit:expect { weights = w } ^ 2):sum()
    loss:backward()
    close({ -2 * math.cos(0.4) * math.sin(0.4) }, w:grad():totable(), 1e-12)
  end)

  it("accept tables for tensors, a flat one as a single sample", function()
    local circuit = hq.circuit(2, function(c, x, w)
      c:ry(0, x[0])
      c:ry(1, x[1] + 0.5)
      c:ry(0, w())
      c:expect("Z", 0)
      c:expect("Z", 1)
    end)
    close({ { math.cos(0.3), math.cos(1) } }, circuit:expect({ inputs = { 0.1, 0.5 }, weights = { 0.2 } }):totable())
    assert.same({ 3, 2 }, circuit:expect({ inputs = { { 0, 0 }, { 1, 1 }, { 2, 2 } }, weights = { 0 } }):shape())
  end)

  it("write ansätze in Lua that equal the library's templates", function()
    for _, name in ipairs { "rot", "zz_full", "zz_linear", "zz_star", "ring", "random" } do
      local function build(append)
        return hq.circuit(3, function(c, x, w)
          for q in c:wires() do c:ry(q, x[q]) end
          append(c, w)
          for q in c:wires() do
            c:ry(q, 0.3 + q)
            c:expect("Z", q)
          end
        end, { lint = false })
      end
      local seed = name == "random" and 5 or nil
      local ours = build(function(c, w) hq.ansatz[name](c, w, { layers = 2, seed = seed }) end)
      local theirs = build(function(c) c:template(name, { layers = 2, seed = seed }) end)
      assert.equal(theirs:weights(), ours:weights(), name)
      local x = hq.uniform { 2, 3, seed = 1, dtype = "float64" }
      local w = hq.uniform { math.max(1, ours:weights()), seed = 2, high = 6, dtype = "float64" }
      if ours:weights() == 0 then w = nil end
      close(theirs:expect({ inputs = x, weights = w }):totable(), ours:expect({ inputs = x, weights = w }):totable(),
        1e-12, name)
    end
  end)

  it("draw themselves and tell their size", function()
    local circuit = hq.circuit(2, function(c)
      c:h(0)
      c:cnot(0, 1)
      c:expect("Z", 1)
    end)
    assert.equal(2, circuit:depth())
    assert.equal(2, circuit:gates())
    local text = tostring(circuit)
    assert.is_truthy(text:find("H", 1, true))
    assert.is_nil(circuit:draw(false):find("[\128-\255]"))
    assert.is_truthy(circuit:method(64))
  end)

  it("describe expressibility and entanglement", function()
    local product = hq.circuit(2, function(c, _, w)
      for q in c:wires() do c:ry(q, w()) end
      c:expect("Z", 0)
    end, { lint = false })
    local kl, q = product:descriptors { samples = 200, bins = 20, seed = 1 }
    assert.is_true(kl > 0)
    close(0, q, 1e-6)
    local again = product:descriptors { samples = 200, bins = 20, seed = 1 }
    assert.equal(kl, again)
  end)

  it("warn once, on stderr, about gates that cannot matter", function()
    local folder, remove = support.folder()
    support.write(folder .. "/lint.lua", [[
local hq = require "hqnn"
local function build(options)
  return hq.circuit(2, function(c, x, w)
    for q in c:wires() do c:ry(q, x[q]) end
    c:ising_zz(0, 1, w())
    for q in c:wires() do c:expect("Z", q) end
  end, options)
end
local circuit = build()
build { lint = false }
hq.quiet = true
build()
io.stdout:write(circuit:lint() ~= "" and "lint" or "silent")
]])
    local output = support.shell(("cd %s && LUA_CPATH='%s/lib/lua/5.4/?.so' lua5.4 lint.lua"):format(folder,
      support.build))
    remove()
    local _, warnings = output:gsub("warning: ", "")
    assert.is_true(warnings >= 1, output)
    assert.is_truthy(output:find("^lint%.lua:3: warning: "), output)
    assert.is_truthy(output:find("lint$"), output)
    local _, lines = output:gsub("\n", "")
    assert.equal(warnings, lines)
  end)

  it("say what was wrong, at the script's line", function()
    local function tracing(line) return "hq.circuit(4, function(c, x, w)\n" .. line .. "\nend)" end
    fails(tracing "c:cnot(0, 4)", "experiment.lua:3: c:cnot: wire 4 is not in 0..3")
    fails_with(tracing "c:cnot(1, 1)", "experiment.lua:3: c:cnot: ", "1")
    fails(tracing "c:rx(0)", "experiment.lua:3: c:rx: expected 1 wire and 1 angle, got 1 arguments")
    fails(tracing "c:rx(0, nil)", "experiment.lua:3: c:rx: argument 2: expected an angle "
      .. "(a number, or a sum of numbers times x[q], w(), x[p] * x[q], w() * x[q]), got nil")
    fails(tracing "c:rx(0.5, 1)", "experiment.lua:3: c:rx: argument 1: expected a whole number, got 0.5")
    fails_with(tracing "c:rx(0, 0/0)", "experiment.lua:3: c:rx: ", "nan")
    fails(tracing "c:rx(0, x.a)", "experiment.lua:3: x: an index is a whole number from 0, got 'a'")
    fails(tracing "c:rx(0, w[-1])", "experiment.lua:3: w: an index is a whole number from 0, got -1")
    fails(tracing "c:cnto(0, 1)", "experiment.lua:3: c: there is no gate or method 'cnto' (did you mean 'cnot'?)")
    fails(tracing "c:pairs 'rings'", "experiment.lua:3: c:pairs: unknown pattern 'rings' (did you mean 'ring'?)")
    fails(tracing "c:expect('ZZ', 0)", "experiment.lua:3: c:expect: 'ZZ' has 2 letters but there are 1 wires")
    fails_with(tracing "c:expect('Q', 0)", "experiment.lua:3: c:expect: ", "Q")
    fails_with(tracing "c:template('rto')", "experiment.lua:3: c:template: ", "rto")
    fails(tracing "error 'mine'", "experiment.lua:3: mine")
    fails(tracing "local a = nil + 1", "experiment.lua:3: attempt to perform arithmetic on a nil value")
    fails_with("hq.circuit(0, print)", "experiment.lua:2: hq.circuit: ", "0")
    fails("hq.circuit(2)", "experiment.lua:2: hq.circuit: expected function(c, x, w) as argument 2, got nil")
    fails("local kept\nhq.circuit(1, function(c) kept = c c:expect('Z', 0) end)\nkept:h(0)",
      "experiment.lua:4: c:h: the circuit is finished")
    local one = "local c = hq.circuit(1, function(c, x, w) c:ry(0, x[0]) c:ry(0, w()) c:expect('Z', 0) end)\n"
    fails_with(one .. "c:expect { inputs = {{1, 2}}, weights = {1} }", "experiment.lua:3: circuit:expect: ", "2")
    fails_with(one .. "c:expect { inputs = {1}, weights = {1, 2} }", "experiment.lua:3: circuit:expect: ", "2")
    fails_with(one .. "c:expect { inputs = {0/0}, weights = {1} }", "experiment.lua:3: circuit:expect: ", "nan")
    fails(one .. "c:expect { input = {1} }", "experiment.lua:3: circuit:expect: unknown option 'input' "
      .. "(did you mean 'inputs'?)")
    fails(one .. "c:expect { inputs = {1}, weights = {1}, method = 'fast' }",
      "experiment.lua:3: circuit:expect: method: unknown 'fast'; it may be 'automatic', 'product', 'unitary', "
        .. "'gates', 'state', 'density', 'trajectories'")
    fails(one .. "c:expect { inputs = 'a' }",
      "experiment.lua:3: circuit:expect: inputs: expected a tensor or a table of numbers, got 'a'")
    fails(one .. "c:dept()", "experiment.lua:3: circuit: there is no 'dept' (did you mean 'depth'?)")
  end)
end)
