local support = require "support"
local hq, close, fails, fails_with = support.hq, support.close, support.fails, support.fails_with

-- All values with all their digits.
local function flat(tensor)
  local texts = {}
  local function add(value)
    if type(value) ~= "table" then
      texts[#texts + 1] = ("%.17g"):format(value)
    else
      for _, inner in ipairs(value) do add(inner) end
    end
  end
  add(tensor:totable())
  return table.concat(texts, " ")
end

describe("model files", function()
  local folder, remove
  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  local function model(seed)
    return support.qunn():build({ 1, 1, 8, 8 }, { seed = seed or 7 })
  end
  local function input() return hq.uniform { 3, 1, 8, 8, seed = 1 } end

  it("hold a model that loads without its script", function()
    local first, path = model(), folder .. "/m.safetensors"
    assert.equal(first, first:save(path))
    local second = hq.load(path)
    assert.equal(flat(first:infer(input())), flat(second:infer(input())))
    assert.equal(tostring(first), tostring(second))
    assert.same(first:parameter_names(), second:parameter_names())
    -- In a process of its own, from the file alone.
    support.write(folder .. "/use.lua", ([[
      local hq = require "hqnn"
      local y = hq.load(%q):infer(hq.uniform { 3, 1, 8, 8, seed = 1 })
      for _, row in ipairs(y:totable()) do
        for _, value in ipairs(row) do io.write(("%%.17g "):format(value)) end
      end
    ]]):format(path))
    local output, status = support.hqlua("run " .. folder .. "/use.lua")
    assert.equal(0, status)
    assert.equal(flat(first:infer(input())) .. " ", output)
  end)

  it("keep shared layers, frozen ones and dtype", function()
    local shared = hq.dense { units = 3 }
    local frozen = hq.dense { units = 3, trainable = false }
    hq.sequential({ shared, frozen, shared }):build({ 1, 3 }, { seed = 2, dtype = "float64" }):save(folder .. "/s")
    local loaded = hq.load(folder .. "/s")
    assert.same({ "0.weights", "0.bias", "1.weights", "1.bias" }, loaded:parameter_names())
    local parameters = loaded:parameters()
    assert.equal("float64", parameters[1]:dtype())
    loaded(hq.ones { 1, 3, dtype = "float64" }):sum():backward()
    assert.is_truthy(parameters["0.weights"]:grad())
    assert.is_false(pcall(parameters["1.weights"].grad, parameters["1.weights"]))
  end)

  it("go on with shots where the model stood", function()
    local circuit = hq.circuit(2, function(c, x, w)
      for q in c:wires() do c:ry(q, x[q]):rx(q, w()):expect("Z", q) end
    end)
    local first = hq.quantum({ circuit = circuit, shots = 100, seed = 3 }):build({ 1, 2 }, { seed = 1 })
    local x = hq.uniform { 2, 2, seed = 4 }
    first:infer(x)
    first:save(folder .. "/shots")
    local second, third = hq.load(folder .. "/shots"), first:copy()
    local expected = flat(first:infer(x))
    assert.equal(expected, flat(second:infer(x)))
    assert.equal(expected, flat(third:infer(x)))
    assert.not_equal(expected, flat(first:infer(x)))
  end)

  it("give their weights to a model that is there", function()
    local first, second = model(1), model(2)
    first:save(folder .. "/w")
    local same, count = second:load_weights(folder .. "/w")
    assert.equal(second, same)
    assert.equal(3, count)
    assert.equal(flat(first:infer(input())), flat(second:infer(input())))
    local wider = hq.sequential({ hq.flatten(), hq.dense { units = 3 }, hq.dense { units = 10 } }):build { 1, 1, 8, 8 }
    local good, message = pcall(wider.load_weights, wider, folder .. "/w")
    assert.is_false(good)
    assert.is_truthy(message:find('tensor "1.weights" {3, 64} of the model is missing', 1, true), message)
    good, message = pcall(wider.load_weights, wider, folder .. "/w", { strict = false })
    assert.is_false(good)
    assert.is_truthy(message:find('tensor "2.weights" is {10, 64}, the model\'s is {10, 3}', 1, true), message)
    fails("hq.dense({ units = 1 }):build({ 1, 1 }):load_weights('x', { strct = true })",
      "experiment.lua:2: model:load_weights: unknown option 'strct' (did you mean 'strict'?)")
  end)

  it("take and give weights as a NumPy archive", function()
    local first, second = model(1), model(2)
    first:save_weights(folder .. "/w.npz")
    assert.equal("PK", support.read(folder .. "/w.npz"):sub(1, 2))
    assert.equal(3, select(2, second:load_weights(folder .. "/w.npz")))
    assert.equal(flat(first:infer(input())), flat(second:infer(input())))
    first:save_weights(folder .. "/w")
    assert.equal(3, select(2, second:load_weights(folder .. "/w")))
    fails_with(("hq.load %q"):format(folder .. "/w"), "experiment.lua:2: hq.load: " .. folder .. "/w: ",
      "it has tensors but no model of hqnn")
  end)

  it("copy a model into one of its own", function()
    local first = model()
    local second = first:copy()
    local before = flat(first:infer(input()))
    assert.equal(before, flat(second:infer(input())))
    second:build({ 1, 1, 8, 8 }, { seed = 9 })
    assert.equal(before, flat(first:infer(input())))
    assert.not_equal(before, flat(second:infer(input())))
  end)

  it("are refused with the place when they are damaged", function()
    local path = folder .. "/d.safetensors"
    model():save(path)
    local text = support.read(path)
    support.write(path, text:sub(1, 1000))
    fails_with(("hq.load %q"):format(path), "experiment.lua:2: hq.load: " .. path .. ":0: ",
      "but the file has 992 bytes after it")
    support.write(path, text .. "x")
    fails_with(("hq.load %q"):format(path), "experiment.lua:2: hq.load: " .. path .. ":", "1 bytes follow")
    fails_with("hq.load '/nowhere'", "experiment.lua:2: hq.load: /nowhere: ", "cannot be opened")
    fails_with("hq.dense({ units = 1 }):save '/tmp/x'", "experiment.lua:2: model:save: ", "the model is not built")
  end)

  it("stay as they were when the disk is full", function()
    local path = folder .. "/big"
    local small = hq.dense({ units = 2 }):build({ 1, 2 }, { seed = 1 })
    small:save(path)
    local before = support.read(path)
    support.write(folder .. "/full.lua", ([[
      local hq = require "hqnn"
      print(pcall(function() hq.dense({ units = 100 }):build({ 1, 1000 }):save(%q) end))
    ]]):format(path))
    -- A limit on the size of files, of 512 bytes or 1 KiB each, stands for the disk.
    local output = support.shell(("trap '' XFSZ; ulimit -f 64; %s/bin/hqlua run %s/full.lua"):format(support.build, folder))
    assert.is_truthy(output:find("big: cannot be written: File too large", 1, true), output)
    assert.equal(before, support.read(path))
    assert.equal("big full.lua", (support.shell("ls -A " .. folder):gsub("\n", " "):gsub(" $", "")))
  end)
end)

describe("hq.tensors", function()
  local folder, remove
  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  it("saves and loads tensors by name", function()
    for _, path in ipairs { folder .. "/t.safetensors", folder .. "/t.npz" } do
      hq.tensors.save(path, { b = hq.tensor { { 1, 2 }, { 3, 4 } }, a = hq.tensor { 0.1, dtype = "float64" } })
      local loaded = hq.tensors.load(path)
      close({ { 1, 2 }, { 3, 4 } }, loaded.b:totable())
      assert.equal("float64", loaded.a:dtype())
      assert.equal(0.1, loaded.a:totable()[1])
      local names = {}
      for name in pairs(loaded) do names[#names + 1] = name end
      table.sort(names)
      assert.same({ "a", "b" }, names)
    end
  end)

  it("says what cannot be saved", function()
    fails("hq.tensors.save('/tmp/x', 3)", "experiment.lua:2: hq.tensors.save: expected a table of tensors by name, got 3")
    fails("hq.tensors.save('/tmp/x', { hq.ones { 1 } })",
      "experiment.lua:2: hq.tensors.save: tensors have names, got 1 as one")
    fails("hq.tensors.save('/tmp/x', { a = 1 })", "experiment.lua:2: hq.tensors.save: 'a': expected a tensor, got 1")
    fails_with("hq.tensors.load '/nowhere'", "experiment.lua:2: hq.tensors.load: /nowhere: ", "cannot be opened")
  end)
end)

describe("circuits as JSON", function()
  it("come back as they were", function()
    local circuit = hq.circuit(2, function(c, x, w)
      c:ry(0, 0.1 * x[0] + w()):rx(1, x[0] * x[1])
      c:cnot(0, 1)
      c:expect("Z", 0)
      c:expect("XY", 0, 1)
    end, { lint = false })
    local again = hq.circuit_from_json(circuit:json())
    assert.equal(circuit:json(), again:json())
    assert.equal(tostring(circuit), tostring(again))
    local given = { inputs = { { 0.3, -0.7 } }, weights = { 0.4 } }
    assert.same(circuit:expect(given):totable(), again:expect(given):totable())
    local path = os.tmpname()
    assert.equal(circuit:json(), circuit:json(path))
    assert.equal(circuit:json(), support.read(path))
    os.remove(path)
  end)

  it("say what is wrong with them", function()
    fails("hq.circuit_from_json '{}'", [[experiment.lua:2: hq.circuit_from_json: circuit: "format" is missing]])
    fails_with("hq.circuit_from_json '{'", "experiment.lua:2: hq.circuit_from_json: JSON, offset 1: ", "expected a key")
  end)
end)
