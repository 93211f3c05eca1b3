local support = require "support"
local hq, fails, fails_with = support.hq, support.fails, support.fails_with

-- One pair of IDX files of n images of 2x2 pixels, labels 0, 1, 2, 0, ...
local function write_idx(folder, n, change)
  local images = { string.pack(">I4I4I4I4", 2051, n, 2, 2) }
  local labels = { string.pack(">I4I4", 2049, n) }
  for i = 0, n - 1 do
    images[#images + 1] = string.char(i % 256, 0, 255, 51)
    labels[#labels + 1] = string.char(i % 3)
  end
  local image_bytes, label_bytes = table.concat(images), table.concat(labels)
  if change then image_bytes, label_bytes = change(image_bytes, label_bytes) end
  return support.write(folder .. "/images", image_bytes), support.write(folder .. "/labels", label_bytes)
end

describe("data sets", function()
  it("come embedded", function()
    local train, test = hq.data.digits()
    assert.equal(1437, #train)
    assert.equal(360, #test)
    assert.equal(10, train.classes)
    assert.same({ 1437, 1, 8, 8 }, train:samples():shape())
    assert.equal(1437, #train:labels())
    assert.equal("data set of 1437 samples {1, 8, 8} in [0, 1], 10 classes (0: 143, 1: 146, 2: 142, 3: 146, 4: 144, "
      .. "5: 145, 6: 144, 7: 143, 8: 141, 9: 143)", tostring(train))
  end)

  it("are cut down on loading", function()
    local train, test = hq.data.digits { train = 50, test = 20, balanced = true, classes = { 3, 6 } }
    assert.equal(50, #train)
    assert.equal(20, #test)
    assert.equal(2, train.classes)
    local counts = { [0] = 0, 0 }
    for _, label in ipairs(train:labels()) do counts[label] = counts[label] + 1 end
    assert.same({ [0] = 25, 25 }, counts)
  end)

  it("have subsets that a seed decides", function()
    local train = hq.data.digits()
    local a = train:subset({ count = 30, shuffle = true, seed = 1 }):labels()
    assert.same(a, train:subset({ count = 30, shuffle = true, seed = 1 }):labels())
    assert.not_same(a, train:subset({ count = 30, shuffle = true, seed = 2 }):labels())
    hq.seed(5)
    local first = hq.data.digits { train = 20, shuffle = true }
    hq.seed(5)
    assert.same(first:labels(), (hq.data.digits { train = 20, shuffle = true }):labels())
  end)

  it("are made from tensors", function()
    local data = hq.data.from(hq.tensor { { 1, 2 }, { 3, 4 }, { 5, 6 } }, { 0, 2, 1 })
    assert.equal(3, #data)
    assert.equal(3, data.classes)
    assert.same({ { 5, 6 }, { 1, 2 } }, data:select({ 3, 1 }):samples():totable())
    assert.same({ 1, 0 }, data:select({ 3, 1 }):labels())
    assert.equal(5, hq.data.from(hq.ones { 1, 2 }, { 0 }, 5).classes)
  end)

  it("give every sample once per epoch, in batches", function()
    local n = 10
    local rows = {}
    for i = 1, n do rows[i] = { i } end
    local labels = {}
    for i = 1, n do labels[i] = i % 3 end
    local data = hq.data.from(hq.tensor(rows), labels)
    local function pass(options)
      local seen, sizes = {}, {}
      for x, y in data:batches(options) do
        sizes[#sizes + 1] = #x
        for i = 1, #x do
          seen[#seen + 1] = math.tointeger(x:get(i, 1))
          assert.equal(seen[#seen] % 3, y[i])
        end
      end
      return seen, sizes
    end
    local plain, sizes = pass { size = 4, shuffle = false }
    assert.same({ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, plain)
    assert.same({ 4, 4, 2 }, sizes)
    local shuffled = pass { size = 4, seed = 7, epoch = 1 }
    assert.same(shuffled, (pass { size = 3, seed = 7, epoch = 1 }))
    assert.not_same(shuffled, (pass { size = 4, seed = 7, epoch = 2 }))
    assert.same(data:order(7, 1), shuffled)
    table.sort(shuffled)
    assert.same(plain, shuffled)
  end)

  it("are read from IDX files, plain and compressed", function()
    local folder, remove = support.folder()
    local images, labels = write_idx(folder, 5)
    local data = hq.data.idx { images = images, labels = labels }
    assert.equal(5, #data)
    support.close({ { 4 / 255, 0 }, { 1, 0.2 } }, data:samples()[5][1]:totable(), 1e-6)
    assert.same({ 0, 1, 2, 0, 1 }, data:labels())
    assert(os.execute(("gzip -k %s %s"):format(images, labels)))
    assert.same(data:samples():totable(),
      hq.data.idx({ images = images .. ".gz", labels = labels .. ".gz" }):samples():totable())
    remove()
  end)

  it("refuse damaged files, naming them", function()
    for name, change in pairs {
      ["bad magic"] = function(i, l) return "\1\2\3\4" .. i:sub(5), l end,
      ["cut short"] = function(i, l) return i:sub(1, -2), l end,
      ["counts that lie"] = function(i, l) return i:sub(1, 4) .. string.pack(">I4", 2 ^ 31) .. i:sub(9), l end,
      ["counts that differ"] = function(i, l) return i, l:sub(1, 4) .. string.pack(">I4", 4) .. l:sub(9, -2) end,
      ["empty"] = function(_, l) return "", l end,
    } do
      local folder, remove = support.folder()
      local images, labels = write_idx(folder, 5, change)
      local message = support.failure(("hq.data.idx { images = %q, labels = %q }"):format(images, labels))
      remove()
      assert(message, name)
      assert.is_truthy(message:find("experiment.lua:2: hq.data.idx: ", 1, true), message)
      assert.is_truthy(message:find(folder, 1, true), message)
    end
  end)

  it("say what was wrong, at the script's line", function()
    fails_with("hq.data.idx { images = '/no/such', labels = '/no/such' }", "experiment.lua:2: hq.data.idx: ", "/no/such")
    fails("hq.data.idx { images = 'a' }", "experiment.lua:2: hq.data.idx: option 'labels' is required")
    fails("hq.data.mnist { rot = 'a' }", "experiment.lua:2: hq.data.mnist: unknown option 'rot' (did you mean 'root'?)")
    fails_with("hq.data.from(hq.ones { 2, 2 }, { 0, 5 }, 3)", "experiment.lua:2: hq.data.from: ", "5")
    fails_with("hq.data.from(hq.ones { 2, 2 }, { 0 })", "experiment.lua:2: hq.data.from: ", "1")
    fails_with("hq.data.digits { train = 2000 }", "experiment.lua:2: data:subset: ", "2000")
    fails_with("hq.data.digits { classes = { 3, 12 } }", "experiment.lua:2: data:subset: ", "12")
    fails("hq.data.digits { classes = { 3, 'a' } }",
      "experiment.lua:2: data:subset: classes: element 2 is 'a'; expected a whole number")
    fails("for x in (hq.data.digits()):batches { size = 0 } do end",
      "experiment.lua:2: data:batches: size is 0; it must be a whole number, 1 or more")
    fails("(hq.data.digits()):batches { epoch = 0 }", "experiment.lua:2: data:batches: epoch is 0; epochs count from 1")
    fails("(hq.data.digits()):lables()", "experiment.lua:2: data: there is no 'lables' (did you mean 'labels'?)")
  end)

  it("find MNIST through HQNN_DATA, and otherwise say what they want", function()
    local script = [[print(pcall(require("hqnn").data.mnist, { train = 5, test = 3 }))]]
    local start = ("LUA_CPATH='%s/lib/lua/5.4/?.so' "):format(support.build)
    local output = support.shell("env -u HQNN_DATA " .. start .. "lua5.4 -e '" .. script .. "'")
    assert.is_truthy(output:find("^false"), output)
    assert.is_truthy(output:find("train-images-idx3-ubyte", 1, true), output)
    local data = os.getenv "HQNN_DATA"
    if not data then pending "HQNN_DATA is not set: MNIST itself is not read" end
    output = support.shell(start .. "lua5.4 -e '" .. script .. "'")
    assert.is_truthy(output:find("^true"), output)
  end)
end)
