local support = require "support"
local hqlua = support.hqlua

describe("hqlua check", function()
  local folder, remove

  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  local function check(text, options)
    support.write(folder .. "/s.lua", text)
    return support.shell(("cd %s && %s/bin/hqlua check %s s.lua"):format(folder, support.build, options or ""))
  end

  it("finds nothing in a script that is right, and leaves nothing behind", function()
    local output, status = check [[
local hq = require "hqnn"
local train, test = hq.data.digits { train = 300, test = 100 }
local model = hq.sequential { hq.flatten(), hq.dense { units = 10 } }
local history = hq.fit(model, train, { epochs = 40, validation = test, checkpoint = "out/c", callback = print })
assert(#history == 40 and history[40].epoch == 40 and history[40].validation_accuracy)
assert(hq.evaluate(model, test) >= 0)
local made = hq.attack.pgd { eps = 0.1, steps = 100 }:run(model, test)
assert(#made == 100)
print(hq.robustness(model, test, { eps = { 0, 0.1 }, attacks = { hq.attack.fgsm(), hq.attack.pgd { steps = 50 } } }))
assert(hq.audit(model, test, { eps = 0.1 }).verdict)
local count = 0
for _ = 1, 100 do
  for x in train:batches { size = 4 } do count = count + x:shape()[1] end
end
assert(count == 8 * 300 + 92 * 8)
model:save "out/model.safetensors"
hq.load "out/model.safetensors"
io.open("notes.txt", "w"):write("kept"):close()
assert(io.open("notes.txt"):read "a" == "kept")
os.remove "notes.txt"
assert(not io.open "notes.txt" and os.execute "mkdir here" and io.popen("id"):read "a" == "")
os.exit(0)
]]
    assert.equal("s.lua: no findings; 8 calls were shortened or left out (--verbose names them)\n", output)
    assert.equal(0, status)
    assert.equal("s.lua\n", (support.shell("ls " .. folder)))
  end)

  it("names what it shortened", function()
    local output = check([[
local hq = require "hqnn"
local data = hq.data.digits()
hq.fit(hq.sequential { hq.flatten(), hq.dense { units = 10 } }, data)
os.execute "mkdir here"]], "--verbose")
    assert.is_truthy(output:find("s.lua:3: note: hq.fit is one step on a few samples\n", 1, true), output)
    assert.is_truthy(output:find("s.lua:4: note: os.execute does nothing\n", 1, true), output)
  end)

  it("has a line for each finding", function()
    local output, status = check [[
local hq = require "hqnn"
hq.circuit(2, function(c, x, w) c:ry(0, x[0]) c:rx(1, w()) c:expect("Z", 0) end)
print(unknown)
if jit then print "LuaJIT" end
local data = hq.data.digits()
hq.fit(hq.sequential { hq.flatten(), hq.dense { units = 10 } }, data, { epoch = 3 })]]
    assert.equal(1, status)
    assert.is_truthy(output:find("s.lua:2: weight 0 has no effect", 1, true), output)
    assert.is_truthy(output:find("s.lua:3: global 'unknown' is read and was never set\n", 1, true), output)
    assert.is_truthy(output:find("s.lua:6: hq.fit: unknown option 'epoch' (did you mean 'epochs'?)\n", 1, true), output)
    assert.is_nil(output:find("jit", 1, true), output)
  end)

  it("tells syntax, statuses and shapes that do not fit", function()
    for text, message in pairs {
      ["x = = 3"] = "s.lua:1: unexpected symbol near '='",
      ["os.exit(2)"] = "s.lua: ended with status 2",
      ["error {}"] = "s.lua: table: ",
      ["local hq = require 'hqnn'\nhq.sequential { hq.dense { units = 2 } }:build { 1, 3 }:infer(hq.ones { 4, 5 })"] =
        "s.lua:2: model:infer",
      ["while true do end"] = "s.lua: stopped after 0.5 s",
    } do
      local output, status = check(text, "--time 0.5")
      assert.equal(1, status, text)
      assert.is_truthy(output:find(message, 1, true), output)
      assert.is_truthy(output:find("s.lua: 1 finding", 1, true), output)
    end
    local output, status = hqlua "check"
    assert.equal(2, status, output)
  end)

  it("uses random numbers for data that is not here", function()
    local text = "local hq = require 'hqnn'\nlocal a, b = hq.data.mnist { train = 50, test = 20 }\nassert(#a == 50 and #b == 20)"
    support.write(folder .. "/s.lua", text)
    local output, status = support.shell(("cd %s && env -u HQNN_DATA %s/bin/hqlua check -v s.lua"):format(folder,
      support.build))
    assert.equal(0, status, output)
    assert.is_truthy(output:find("s.lua:2: note: the data set mnist is not here; random numbers stand in", 1, true), output)
  end)

  it("checks the examples", function()
    local arguments = {
      ["quickstart.lua"] = "", ["quantum/vqe_h2.lua"] = "20", ["quantum/barren_plateau.lua"] = "40",
      ["papers/p5_robqunn.lua"] = "--quick --train 40 --test 20 --epochs 1 --attack-steps 1 --eps 0.05 --variant plain",
    }
    for name, words in pairs(arguments) do
      local output = support.shell(("cd %s && %s/bin/hqlua check --arguments '%s' %s/examples/%s"):format(folder,
        support.build, words, support.root, name))
      -- The studies have circuits that the linter is right about; nothing else may be found.
      for line in output:gmatch "[^\n]+" do
        local text = line:match "%.lua:%d+: (.*)$"
        assert(line:find "finding" or text:find "^%d+ %a+ " or text:find "^%a+ %d+ " or text:find "^each of ",
          name .. ": " .. line)
      end
    end
    assert.equal("", (support.shell("ls " .. folder)))
  end)
end)

describe("hqlua draw", function()
  local folder, remove

  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  it("draws OpenQASM, JSON and what a script makes", function()
    local script = support.write(folder .. "/s.lua", [[
local hq = require "hqnn"
local c = hq.circuit(1, function(c, x) c:ry(0, x[0]) c:expect("Z", 0) end)
hq.circuit(1, function(c, x) c:rx(0, x[0]) c:expect("Z", 0) end)
hq.circuit(1, function(c, x) c:ry(0, x[0]) c:expect("Z", 0) end)
print "not shown"]])
    assert.equal("0: ─RY(x0)─┤ ⟨Z⟩\n\n0: ─RX(x0)─┤ ⟨Z⟩\n", (hqlua("draw " .. script)))
    hqlua(("draw --style json -o %s/c.json %s"):format(folder, script))
    assert.equal("0: ─RX(x0)─┤ ⟨Z⟩\n", (hqlua("draw " .. folder .. "/c-2.json")))
    assert.is_truthy((hqlua("draw --style svg " .. folder .. "/c.json")):find("<svg", 1, true))
    assert.is_truthy((hqlua("draw --style latex " .. folder .. "/c.json")):find("quantikz", 1, true))
    assert.is_truthy((hqlua("draw --style ascii " .. folder .. "/c.json")):find "^0: %-RY")
    assert.is_truthy((hqlua("draw " .. support.root .. "/examples/quantum/adder.qasm")):find("●", 1, true))
  end)

  it("says what it cannot draw", function()
    for words, message in pairs {
      [folder .. "/none.qasm"] = "none.qasm: No such file or directory",
      [folder .. "/none.png"] = "expected a file that ends in .qasm, .json or .lua",
      [support.write(folder .. "/empty.lua", "local x = 1")] = "empty.lua: makes no circuit",
      [support.write(folder .. "/broken.lua", "error 'no'")] = "broken.lua:1: no",
    } do
      local output, status = hqlua("draw " .. words)
      assert.equal(1, status, output)
      assert.is_truthy(output:find(message, 1, true), output)
    end
    local output, status = hqlua "draw --style oil x.qasm"
    assert.equal(2, status)
    assert.is_truthy(output:find("'oil' is invalid", 1, true), output)
  end)
end)
