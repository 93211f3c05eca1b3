local support = require "support"
local hqlua = support.hqlua

describe("hqlua run --sandbox", function()
  local folder, remove

  before_each(function()
    folder, remove = support.folder()
    folder = support.shell("realpath " .. folder):gsub("\n", "")
    support.shell(("cd %s && mkdir own open secret && echo hidden > secret/key.txt && echo 'return 1' > secret/code.lua && "
      .. "ln -s ../secret own/link && ln -s %s/secret/made.txt open/dangling && cp secret/code.lua own/mine.lua"):format(
      folder, folder))
  end)
  after_each(function() remove() end)

  local function run(text, options)
    support.write(folder .. "/own/script.lua", text)
    return support.shell(("cd %s && HOME=/root HQNN_DATA=%s/secret %s/bin/hqlua run --sandbox %s own/script.lua")
      :format(folder, folder, support.build, options or "--allow open"))
  end

  -- What each expression must not do, and the sentence that it gets.
  local outside = "is outside of this sandbox; --allow opens a folder"
  local attempts = {
    { "os.execute 'id'", "no program is started" },
    { "io.popen 'id'", "no program is started" },
    { "os.remove 'own/mine.lua'", "files stay" },
    { "os.rename('own/mine.lua', 'open/mine.lua')", "files stay" },
    { "os.tmpname()", "name a file in a folder of --allow" },
    { "io.tmpfile()", "name a file in a folder of --allow" },
    { "os.getenv 'HOME'", "of the environment only HQNN_DATA is seen" },
    { "os.setlocale 'C'", "the locale stays" },
    { "os.exit(130)", "expected true, false or 0 to 125 in a sandbox, got 130" },
    { "package.loadlib('libc.so.6', '*')", "nothing in C is loaded" },
    { "string.dump(function() end)", "no bytecode is made or loaded" },
    { "load('\\27Lua', 'x', 'b')", "no bytecode is loaded in a sandbox" },
    { "assert(load '\\27Lua')", "attempt to load a binary chunk (mode is 't')" },
    { "debug.getregistry()", "only debug.traceback is" },
    { "debug.getupvalue(io.open, 1)", "only debug.traceback is" },
    { "debug.sethook()", "only debug.traceback is" },
    { "io.open '/etc/passwd'", outside },
    { "io.lines '/etc/passwd'", outside },
    { "io.input '/etc/passwd'", outside },
    { "io.output '/etc/none'", outside },
    { "io.open 'secret/key.txt'", outside },
    { "io.open 'own/../secret/key.txt'", outside },
    { "io.open 'own/none/../../secret/key.txt'", outside },
    { "io.open 'own/link/key.txt'", outside },
    { "io.open 'own/script.lua\\0/../../secret/key.txt'", outside },
    { "io.open '/proc/self/environ'", outside },
    { "io.open('open/dangling', 'w')", outside },
    { "io.open('own/new.txt', 'w')", "may not be written in this sandbox" },
    { "io.open('own/mine.lua', 'r+')", "may not be written in this sandbox" },
    { "io.open('own/mine.lua', 'a')", "may not be written in this sandbox" },
    { "loadfile 'secret/code.lua'", outside },
    { "dofile 'secret/code.lua'", outside },
    { "package.path = '../secret/?.lua' require 'code'", "module 'code' not found" },
    { "package.cpath = '/usr/lib/?.so' require 'socket'", "module 'socket' not found" },
    { "require 'hqnn.host'", "module 'hqnn.host' not found" },
    { "require 'hqnn.sandbox'", "module 'hqnn.sandbox' not found" },
    { "hq.load 'secret/key.txt'", outside },
    { "core.native.layer_load 'secret/key.txt'", outside },
    { "model:save 'secret/m.safetensors'", outside },
    { "core.layer.save(model, 'secret/m.safetensors')", outside },
    { "model:save_weights 'own/m.safetensors'", "may not be written" },
    { "model:load_weights 'secret/key.txt'", outside },
    { "hq.tensors.save('secret/t.npz', { a = hq.ones { 1 } })", outside },
    { "hq.tensors.load 'secret/key.txt'", outside },
    { "hq.fit(model, data, { epochs = 1, progress = false, checkpoint = 'secret/c' })", outside },
    { "hq.fit(model, data, { epochs = 1, progress = false, resume = 'secret/key.txt' })", outside },
    { "hq.data.csv { file = '/etc/passwd' }", outside },
    { "hq.data.load_npy 'secret/key.txt'", outside },
    { "hq.data.save_npy('secret/a.npy', hq.ones { 1 })", outside },
    { "hq.data.npz { file = 'secret/key.txt', samples = 'x', labels = 'y' }", outside },
    { "hq.data.idx { images = 'own/mine.lua', labels = 'secret/key.txt' }", outside },
    { "hq.data.cifar { files = { 'own/mine.lua', 'secret/key.txt' } }", outside },
    { "hq.data.png_folder { folder = 'secret' }", outside },
    { "hq.data.sha256 'secret/key.txt'", outside },
    { "hq.data.list { root = 'secret' }", outside },
    { "hq.data.mnist()", "the folder $HQNN_DATA " .. outside },
    { "hq.data.get('mnist', { root = 'open', url = 'file:///etc' })", "nothing is fetched" },
    { "hq.qasm_file 'secret/key.txt'", outside },
    { "circuit:svg 'secret/c.svg'", outside },
    { "results:write_csv 'secret/t.csv'", outside },
    { "results:write_latex 'secret/t.tex'", outside },
    { "results:plot { stem = 'secret/t', x = 'a', y = 'a' }", outside },
    { "hq.image_grid { path = 'secret/g.png', rows = { hq.ones { 1, 1, 2, 2 } } }", outside },
    { "hq.threads(100000)", "in a sandbox" },
    { "setmetatable({}, getmetatable(hq.ones { 1 })):sum()", "expected a tensor, got a table" },
    { "getmetatable(hq.ones { 1 }).__gc {}", "expected an object of hqnn, got a table" },
    { "table.insert(package.searchers, 1, package.loadlib) require 'socket'", "nothing in C is loaded" },
  }

  it("refuses every attempt to get out, with a sentence", function()
    local lines = { [[
local hq = require "hqnn"
local core = require "hqnn.core"
local model = hq.sequential { hq.dense { units = 2 } }
model:build { 1, 3 }
local data = hq.data.from(hq.ones { 2, 3 }, { 0, 1 })
local circuit = hq.circuit(1, function(c, x) c:ry(0, x[0]) c:expect("Z", 0) end)
local results = hq.table { "a" }
results:add { 1 }
local function try(f) print((tostring(select(2, pcall(f))):gsub("\n.*", ""))) end
]] }
    for _, attempt in ipairs(attempts) do lines[#lines + 1] = ("try(function() %s end)"):format(attempt[1]) end
    local output, status = run(table.concat(lines, "\n"))
    assert.equal(0, status, output)
    local shown = {}
    for line in output:gmatch "[^\n]+" do shown[#shown + 1] = line end
    assert.equal(#attempts, #shown, output)
    for i, attempt in ipairs(attempts) do
      assert(shown[i]:find(attempt[2], 1, true), attempt[1] .. "\n" .. shown[i])
    end
    assert.is_false(support.exists(folder .. "/secret/made.txt"))
  end)

  it("lets an honest script work", function()
    local output, status = run [[
local hq = require "hqnn"
print(dofile "own/mine.lua", require "mine", #io.open("own/script.lua"):read "a" > 10)
local model = hq.sequential { hq.dense { units = 2 } }
model:build { 1, 3 }
model:save "open/new/folder/m.safetensors"
print(hq.load("open/new/folder/m.safetensors"):infer(hq.ones { 1, 3 }):shape()[2])
io.open("open/text.txt", "w"):write("text"):close()
for line in io.lines "open/text.txt" do print(line) end
print(load "return 7" (), type(os.time()), debug.traceback "here" ~= nil, (pcall(hq.fit, model,
  hq.data.from(hq.ones { 2, 3 }, { 0, 1 }), { epochs = 1, progress = false, checkpoint = "open/c" })))
os.exit(3)
]]
    assert.equal("1\t1\ttrue\n2\ntext\n7\tnumber\ttrue\ttrue\n", (output:gsub("(mine%.lua)", "")))
    assert.equal(3, status)
  end)

  it("needs folders that are there", function()
    local output, status = run("print 'never'", "--allow nowhere")
    assert.equal(1, status)
    assert.is_truthy(output:find("--allow nowhere: there is no such folder", 1, true), output)
  end)

  it("stops at the limit of time, however the script resists", function()
    for _, text in ipairs {
      "while true do end",
      "while true do pcall(function() while true do end end) end",
      "coroutine.wrap(function() while true do end end)()",
      "setmetatable({}, { __gc = function() while true do end end }) collectgarbage()",
      "(('a'):rep(1000000)):find(('a*'):rep(30) .. 'b')",
      "local hq = require 'hqnn' local a = hq.uniform { 1000, 1000 } while true do pcall(a.matmul, a, a) end",
    } do
      local output, status = run(text, "--time 0.5")
      assert.equal(1, status, text)
      assert.is_truthy(output:find("the time limit of 0.5 s is over", 1, true), text .. "\n" .. output)
    end
  end)

  it("stops a long call of the library at the limit of time", function()
    local output, status = run([[
local hq = require "hqnn"
local labels = {}
for i = 1, 4000 do labels[i] = i % 2 end
hq.fit(hq.sequential { hq.dense { units = 300 }, hq.dense { units = 2 } }, hq.data.from(hq.uniform { 4000, 50 }, labels),
  { epochs = 1000000, progress = false })]], "--time 1")
    assert.equal(1, status)
    assert.is_truthy(output:find("the time limit of 1 s is over\n", 1, true), output)
  end)

  it("gives an error where memory ends", function()
    local output, status = run([[
local hq = require "hqnn"
local function try(f, ...) print((tostring(select(2, pcall(f, ...))):gsub("^.-:%d+: ", ""):gsub("\n.*", ""))) end
try(string.rep, "x", 1 << 30)
try(hq.zeros, { 100000, 100000 })
try(hq.zeros, { 10000, 10000 })
try(function() local kept = {} for i = 1, 1000 do kept[i] = hq.ones { 1000, 1000 } end end)
local kept = {}
for i = 1, 1e9 do kept[i] = ("x"):rep(1000) .. i end]], "--memory 200M")
    assert.equal(1, status, output)
    local lines = {}
    for line in output:gmatch "[^\n]+" do lines[#lines + 1] = line end
    assert.equal("not enough memory", lines[1])
    assert.is_truthy(lines[2]:find("would not fit into memory", 1, true), output)
    assert.is_truthy(lines[3]:find("not enough memory: the limit is 200 MiB", 1, true), output)
    assert.is_truthy(lines[4]:find("not enough memory: the limit is 200 MiB", 1, true), output)
    assert.equal("hqlua: not enough memory: the limit is 200 MiB", lines[5])
  end)

  it("has limits without a sandbox too", function()
    local path = support.write(folder .. "/own/loop.lua", "print(os.getenv 'HOME' ~= nil) while true do end")
    local output, status = hqlua("run --time 0.3 " .. path)
    assert.equal(1, status)
    assert.is_truthy(output:find("true\nhqlua: .*loop%.lua:1: the time limit of 0%.3 s is over\n"), output)
  end)

  it("knows every function of hqnn.h that opens a path", function()
    local header, found = support.read(support.root .. "/include/hqnn.h"):gsub("/%*.-%*/", ""), {}
    for name, parameters in header:gmatch "(hqnn_[%w_]+)%(([^()]*)%);" do
      for _, word in ipairs { "path", "paths", "root", "folder", "file", "url", "images", "stem" } do
        if parameters:find("%f[%w_]" .. word .. "%f[^%w_]") then found[name] = true end
      end
    end
    local names = {}
    for name in pairs(found) do names[#names + 1] = name end
    table.sort(names)
    -- A new one is to be added here, and to lua/hqnn/paths.lua if Lua can call it.  Fields of options are
    -- checkpoint and resume of hqnn_fit_options.
    assert.same({
      "hqnn_array_names", "hqnn_array_read", "hqnn_array_write", "hqnn_data_check", "hqnn_data_get", "hqnn_data_list",
      "hqnn_data_sha256", "hqnn_dataset_cifar", "hqnn_dataset_csv", "hqnn_dataset_idx", "hqnn_dataset_load",
      "hqnn_dataset_mnist", "hqnn_dataset_npz", "hqnn_dataset_png_folder", "hqnn_image_grid_write", "hqnn_layer_load",
      "hqnn_layer_load_weights", "hqnn_layer_save", "hqnn_layer_save_weights", "hqnn_table_plot",
      "hqnn_table_write_csv", "hqnn_table_write_latex", "hqnn_tensors_load", "hqnn_tensors_save", "hqnn_text_write",
    }, names)
  end)
end)
