-- Data sets from files, from formulas and from other data sets; hqlua data.
local support = require "support"
local hq, fails, fails_with = support.hq, support.fails, support.fails_with
local data = os.getenv "HQNN_DATA"

local function counts(set)
  local result = {}
  for class = 0, set.classes - 1 do result[class + 1] = 0 end
  for _, label in ipairs(set:labels()) do result[label + 1] = result[label + 1] + 1 end
  return result
end

describe("files of data", function()
  local folder, remove

  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  it("may be tables", function()
    local path = support.write(folder .. "/t.csv", "id;x;y;kind\n1;0.5;2;b\n2;1.5;3;a\n")
    local set = hq.data.csv { file = path, delimiter = ";", ignore = { "id" } }
    assert.same({ { 0.5, 2 }, { 1.5, 3 } }, set:samples():totable())
    assert.same({ 1, 0 }, set:labels())
    assert.equal("b", set:class_name(1))
    assert.equal("data set of 2 samples {2} in [0.5, 3], 2 classes (a: 1, b: 1)", tostring(set))
    assert.same({ 1, 0 }, hq.data.csv({ file = path, delimiter = ";", label = 4 }):labels())
    local pairs_set = hq.data.csv { file = path, delimiter = ";", targets = { "y" }, ignore = { "id", "kind" } }
    assert.same({ { 2 }, { 3 } }, pairs_set:targets():totable())
    assert.equal(0, pairs_set.classes)
    assert.is_nil(pairs_set:labels())
    fails_with(("hq.data.csv { file = %q }"):format(path), "experiment.lua:2: hq.data.csv: ", ":2: ")
    fails(("hq.data.csv { file = %q, delimiter = ';;' }"):format(path),
      "experiment.lua:2: hq.data.csv: delimiter: ';;' is not one letter, such as ',' or ';'")
    fails(("hq.data.csv { file = %q, ignore = 3 }"):format(path),
      "experiment.lua:2: hq.data.csv: ignore: expected an array of texts, got 3")
    local missing = support.write(folder .. "/m.csv", "a,b\n1,0\n,1\n")
    fails(("hq.data.csv { file = %q }"):format(missing),
      ("experiment.lua:2: hq.data.csv: %s:3: column 1 (a): the value is missing; fill it in or leave the line out")
        :format(missing))
  end)

  it("may be arrays of NumPy", function()
    local x = hq.uniform { 5, 3, seed = 1 }
    local path = folder .. "/a.npz"
    hq.data.save_npz(path, { x = x, y = hq.tensor { 0, 1, 2, 0, 1 } }, { compressed = true })
    local arrays = hq.data.load_npz(path)
    assert.same(x:totable(), arrays.x:totable())
    assert.same({ 5 }, arrays.y:shape())
    hq.data.save_npy(folder .. "/x.npy", x)
    assert.same(x:totable(), hq.data.load_npy(folder .. "/x.npy"):totable())
    -- float32 numbers are targets; there is no array of integers that Lua writes.
    local set = hq.data.npz { file = path, samples = "x", labels = "y" }
    assert.same({ 5, 1 }, set:targets():shape())
    fails_with(("hq.data.npz { file = %q, samples = 'x', labels = 'labels' }"):format(path),
      "experiment.lua:2: hq.data.npz: ", "there is no array 'labels'; the file has x, y")
    fails_with("hq.data.save_npz('a.npz', { 3 })", "experiment.lua:2: hq.data.save_npz: ", "a name is a text, got 1")
    fails_with("hq.data.load_npy(3)", "experiment.lua:2: hq.data.load_npy: ", "expected a path, got 3")
  end)

  it("may be records of CIFAR", function()
    local path = support.write(folder .. "/r.bin", "\3" .. ("\255"):rep(3072) .. "\9" .. ("\0"):rep(3072))
    local set = hq.data.cifar { files = { path } }
    assert.same({ 3, 9 }, set:labels())
    assert.same({ 2, 3, 32, 32 }, set:samples():shape())
    fails_with(("hq.data.cifar { files = { %q }, labels = 'fine' }"):format(path), "experiment.lua:2: hq.data.cifar: ",
      "records have 3074 bytes")
    fails_with("hq.data.cifar { files = { 3 } }", "experiment.lua:2: hq.data.cifar: ", "a path 1 is 3; expected a text")
  end)

  it("say which parts of a set are missing", function()
    fails_with(("hq.data.kmnist { root = %q }"):format(folder), "experiment.lua:2: hq.data: ", "KMNIST needs the files")
    fails_with(("hq.data.medmnist { name = 'lungmnist', root = %q }"):format(folder), "experiment.lua:2: hq.data: ",
      "unknown data set 'lungmnist'")
    fails("hq.data.cifar10 { only = 'tests' }",
      "experiment.lua:2: hq.data.cifar10: only: expected 'train', 'test' or 'validation', got 'tests'")
    fails_with(("hq.data.png_folder { folder = %q }"):format(folder), "experiment.lua:2: hq.data.png_folder: ",
      "there are no subfolders with .png files")
  end)

  it("are the public sets, where they are", function()
    if not data then pending "HQNN_DATA is not set: no public set is read" end
    local train, test, held = hq.data.cifar10 { train = 200, balanced = true }
    assert.same({ 20, 20, 20, 20, 20, 20, 20, 20, 20, 20 }, counts(train))
    assert.same({ 1000, 3000 }, { #test, #held })
    assert.same({ 50, 50, 50 }, counts(hq.data.iris()))
    assert.equal(10000, #hq.data.kmnist { only = "test" })
    local lungs, lungs_test, lungs_held = hq.data.medmnist { name = "pneumoniamnist" }
    assert.same({ 2428, 468, 270 }, { #lungs, #lungs_test, #lungs_held })
    assert.same({ 1, 28, 28 }, table.move(lungs:samples():shape(), 2, 4, 1, {}))
  end)
end)

describe("data sets from formulas", function()
  it("depend on their seed", function()
    for _, name in ipairs { "moons", "circles", "blobs", "spirals", "xor", "bars_and_stripes", "hidden_manifold",
      "linearly_separable" } do
      local set = hq.data[name] { count = 40, seed = 3 }
      assert.equal(40, #set)
      assert.same(set:samples():totable(), hq.data[name]({ count = 40, seed = 3 }):samples():totable())
      assert.not_same(set:samples():totable(), hq.data[name]({ count = 40, seed = 4 }):samples():totable())
    end
    assert.same({ 4, 1, 3, 5 }, hq.data.bars_and_stripes({ count = 4, height = 3, width = 5 }):samples():shape())
    fails("hq.data.moons { factor = 2 }",
      "experiment.lua:2: hq.data.moons: unknown option 'factor'; there is 'count', 'seed' or 'noise'")
    fails("hq.data.circles { factor = 2 }", "experiment.lua:2: hq.data: factor is 2.0; it must lie between 0 and 1")
  end)

  it("are learnt", function()
    hq.seed(1)
    local train, test = hq.data.moons({ count = 300, noise = 0.1 }):split { test = 0.3 }
    local model = hq.sequential { hq.dense { units = 16 }, hq.tanh(), hq.dense { units = 2 } }
    hq.fit(model, train, { epochs = 60, batch = 16, optimizer = hq.optim.adam { lr = 0.02 } })
    assert.is_true(hq.evaluate(model, test) > 0.95)
  end)
end)

describe("parts of data sets", function()
  it("are drawn by a seed", function()
    local set = hq.data.digits()
    local train, test, validation = set:split { test = 0.2, validation = 100, seed = 5 }
    assert.same({ 1050, 287, 100 }, { #train, #test, #validation })
    for class, count in ipairs(counts(test)) do assert.is_true(math.abs(count - counts(set)[class] * 0.2) <= 1.5) end
    local _, again = set:split { test = 0.2, validation = 100, seed = 5 }
    assert.same(test:labels(), again:labels())
    fails("(hq.data.digits()):split {}", "experiment.lua:2: data:split: give a share for test or for validation")
    fails("(hq.data.digits()):split { test = 1.5 }",
      "experiment.lua:2: data:split: test: expected a share below 1 or a whole number below 1437, got 1.5")
    fails("(hq.data.digits()):split { test = 0.6, validation = 0.6 }",
      "experiment.lua:2: data:split: test and validation leave nothing for train")
  end)
end)

describe("transforms", function()
  local T = hq.data.transform

  it("are applied once", function()
    local set = hq.data.digits { train = 20 }
    local small = set:map { T.resize { size = 4, mode = "area" }, T.binarise { threshold = 0.4 } }
    assert.same({ 20, 1, 4, 4 }, small:samples():shape())
    local low, high = tostring(small):match "in %[(%S+), (%S+)%]"
    assert.same({ "0", "1" }, { low, high })
    local pca = T.pca { fit = set, components = 3, whiten = true }
    assert.same({ 20, 3 }, set:map(pca):samples():shape())
    assert.is_true(pca:explained()[1] > pca:explained()[2])
    assert.equal("transform pca", tostring(pca))
    assert.same(set:map(pca):samples():totable(), pca:apply(set:samples()):totable())
  end)

  it("augment in each epoch alike for loops and for fit", function()
    local set = hq.data.digits({ train = 20 }):augment { T.random_crop { padding = 1 }, seed = 4 }
    local function pass(epoch)
      local values = {}
      for x in set:batches { size = 6, seed = 2, epoch = epoch } do values[#values + 1] = x:totable() end
      return values
    end
    assert.same(pass(1), pass(1))
    assert.not_same(pass(1), pass(2))
    local function train(augmented)
      hq.seed(3)
      local model = hq.sequential { hq.flatten(), hq.dense { units = 10 } }
      return hq.fit(model, augmented, { epochs = 3, batch = 5, seed = 1, optimizer = hq.optim.sgd { lr = 0.1 } })
    end
    local first, second = train(set), train(set)
    assert.equal(first[3].loss, second[3].loss)
    assert.not_equal(first[3].loss, train(hq.data.digits { train = 20 })[3].loss)
  end)

  it("say what was wrong", function()
    fails("hq.data.transform.random_crop { pading = 2 }",
      "experiment.lua:2: hq.data.transform.random_crop: unknown option 'pading' (did you mean 'padding'?)")
    fails("hq.data.transform.pca { components = 2 }", "experiment.lua:2: hq.data.transform.pca: option 'fit' is required")
    fails("hq.data.transform.resize { size = 4, mode = 'cubic' }", "experiment.lua:2: hq.data.transform: mode: unknown "
      .. "'cubic'; it may be 'bilinear', 'nearest', 'area'")
    fails_with("(hq.data.digits()):map {}", "experiment.lua:2: data:map: ", "expected transforms")
    fails_with("(hq.data.digits()):map { 3 }", "experiment.lua:2: data:map: transform 1: ", "expected a transform, got 3")
    fails_with("(hq.data.digits()):augment { hq.data.transform.resize { size = 4 } }", "experiment.lua:2: data:augment: ",
      "they must keep their shape")
    fails_with("(hq.data.iris and hq.data.moons()):map { hq.data.transform.grayscale() }", "experiment.lua:2: data:map: ",
      "grayscale: takes images {channels, height, width}, got samples of shape {2}")
  end)
end)

describe("targets", function()
  it("go along with their samples", function()
    hq.seed(2)
    local x = hq.uniform { 200, 3, low = -1, high = 1, seed = 1 }
    local rows = {}
    for i, row in ipairs(x:totable()) do rows[i] = { row[1] - 2 * row[2] + 0.5 * row[3] } end
    local set = hq.data.pairs(x, hq.tensor(rows))
    assert.equal("data set of 200 samples {3} in", tostring(set):sub(1, 30))
    local train, test = set:split { test = 0.25, seed = 1 }
    local model = hq.sequential { hq.dense { units = 1 } }
    model:build(train:samples():shape())
    local optimizer = hq.optim.adam { lr = 0.05 }
    optimizer:add(model)
    for epoch = 1, 30 do
      for inputs, targets in train:batches { size = 10, seed = 1, epoch = epoch } do
        optimizer:zero_grad()
        local loss = ((model(inputs) - targets) ^ 2):mean()
        loss:backward()
        optimizer:step()
      end
    end
    assert.is_true(((model(test:samples()) - test:targets()) ^ 2):mean():item() < 1e-3)
    fails_with("hq.data.pairs(hq.ones { 4, 2 }, hq.ones { 3, 1 })", "experiment.lua:2: hq.data.pairs: ",
      "4 samples but 3 targets; there must be one each")
    fails_with("local m = hq.sequential { hq.dense { units = 2 } } m:build { 4, 2 } "
      .. "hq.evaluate(m, hq.data.pairs(hq.ones { 4, 2 }, hq.ones { 4, 1 }))", "experiment.lua:2: hq.evaluate: ",
      "targets and no labels")
  end)

  it("may stand beside labels", function()
    local set = hq.data.from(hq.ones { 3, 2 }, { 0, 1, 0 }):with_targets(hq.zeros { 3, 4 })
    assert.same({ 0, 1, 0 }, set:labels())
    assert.equal("data set of 3 samples {2} in [1, 1], 2 classes (0: 2, 1: 1), targets {4}", tostring(set))
    for x, labels, targets in set:batches { size = 3, shuffle = false } do
      assert.same({ 3, 3, 4 }, { #x, #labels, targets:shape()[2] })
    end
  end)
end)

describe("hqlua data", function()
  local folder, remove, port, pid

  -- Serves folder/www on localhost.
  local function serve()
    assert(os.execute(("mkdir -p %s/www && ${CC:-cc} -std=c99 -D_POSIX_C_SOURCE=200809L -o %s/server %s/Tests/lua/server.c")
      :format(folder, folder, support.root)))
    pid = support.shell(("%s/server %s/www %s/port >/dev/null 2>&1 & echo $!"):format(folder, folder, folder)):match "%d+"
    for _ = 1, 100 do
      local file = io.open(folder .. "/port")
      port = file and file:read "n"
      if file then file:close() end
      if port then return end
      os.execute "sleep 0.05"
    end
    error "the server does not start"
  end

  before_each(function() folder, remove = support.folder() end)
  after_each(function()
    if pid then os.execute("kill " .. pid .. " 2>/dev/null") end
    pid, port = nil, nil
    remove()
  end)

  it("lists what is there", function()
    local output, status = support.hqlua("data list --root " .. folder)
    assert.equal(0, status, output)
    for _, name in ipairs { "mnist", "cifar10", "stl10", "iris", "pneumoniamnist" } do
      assert.is_truthy(output:find("\n" .. name .. " ", 1, true), name)
    end
    assert.is_truthy(output:find("can be fetched", 1, true))
    if not data then return end
    output = support.hqlua "data list"
    assert.is_truthy(output:find("mnist +there +60000.- +10000.- +[nan-]* *1x28x28 +10.-"), output)
  end)

  it("checks files", function()
    assert.is_truthy((support.hqlua("data check mnost --root " .. folder)):find("did you mean 'mnist'", 1, true))
    local output, status = support.hqlua("data check mnist --root " .. folder)
    assert.is_true(status ~= 0, output)
    os.execute("mkdir " .. folder .. "/mnist")
    support.write(folder .. "/mnist/t10k-labels-idx1-ubyte.gz", "x")
    output, status = support.hqlua("data check mnist --root " .. folder)
    assert.equal(1, status)
    assert.is_truthy(output:find("not the official file", 1, true), output)
    assert.is_truthy(output:find("missing", 1, true), output)
    assert.equal("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
      hq.data.sha256(folder .. "/mnist/t10k-labels-idx1-ubyte.gz"))
  end)

  it("fetches from a server and keeps nothing that is wrong", function()
    serve()
    local get = ("data get mnist --root %s/data --url http://127.0.0.1:%d"):format(folder, port)
    local output, status = support.hqlua(get)
    assert.equal(1, status)
    assert.is_truthy(output:find("train%-images%-idx3%-ubyte%.gz: not fetched: curl: %(22%) .*404"), output)
    support.write(folder .. "/www/train-images-idx3-ubyte.gz", "x")
    output, status = support.hqlua(get)
    assert.equal(1, status)
    assert.is_truthy(output:find("have the SHA-256 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881, not the",
      1, true), output)
    -- Promised longer than it is.
    os.execute(("mkdir %s/www/cut && cp %s/www/train-images-idx3-ubyte.gz %s/www/cut"):format(folder, folder, folder))
    output, status = support.hqlua(get .. "/cut")
    assert.equal(1, status)
    assert.is_truthy(output:find("not fetched: curl: (18)", 1, true), output)
    assert.equal("", (support.shell("ls -A " .. folder .. "/data/mnist")))
    -- A limit on the size of files stands for a disk that is full.
    support.write(folder .. "/www/train-images-idx3-ubyte.gz", ("x"):rep(200000))
    output, status = support.shell(("trap '' XFSZ; ulimit -f 64; %s/bin/hqlua %s"):format(support.build, get))
    assert.equal(1, status)
    assert.is_truthy(output:find("not fetched: curl: (23)", 1, true), output)
    assert.equal("", (support.shell("ls -A " .. folder .. "/data/mnist")))
    output, status = support.shell(("PATH=%s %s/bin/hqlua %s"):format(folder, support.build, get))
    assert.equal(1, status)
    assert.is_truthy(output:find("curl is not on the PATH", 1, true), output)
  end)

  it("fetches a whole set", function()
    if not data then pending "HQNN_DATA is not set: there is no set to serve" end
    serve()
    assert(os.execute(("cp %s/fashion-mnist/*.gz %s/www"):format(data, folder)))
    local output, status = support.hqlua(("data get fashion_mnist --root %s/data --url http://127.0.0.1:%d/")
      :format(folder, port))
    assert.equal(0, status, output)
    assert.is_truthy(output:find("fashion_mnist is in " .. folder .. "/data/fashion-mnist", 1, true), output)
    output, status = support.hqlua(("data check fashion_mnist --root %s/data"):format(folder))
    assert.equal(0, status, output)
    -- A second time there is nothing to fetch.
    output = support.hqlua(("data get fashion_mnist --root %s/data --url http://127.0.0.1:%d/"):format(folder, port))
    assert.is_nil(output:find("fetching", 1, true))
  end)
end)
