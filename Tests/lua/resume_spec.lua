local support = require "support"
local fails, fails_with = support.fails, support.fails_with

-- A training that draws shots, keeps the best weights, changes its rate and is written to a file; RUN is a folder.
local script = [[
local hq = require "hqnn"
hq.quiet = true
hq.seed(5)
local folder = %q
local train, test = hq.data.digits()
train, test = train:subset { count = 48, seed = 1 }, test:subset { count = 20, seed = 2 }
local circuit = hq.circuit(3, function(c, x, w)
  for q in c:wires() do c:ry(q, x[q]):rx(q, w()) end
  for p, q in c:pairs "ring" do c:cnot(p, q) end
  for q in c:wires() do c:expect("Z", q) end
end)
local model = hq.sequential {
  hq.flatten(), hq.dense { units = 3 }, hq.tanh(),
  hq.quantum { circuit = circuit, shots = 20, differentiation = "parameter_shift" },
  hq.dense { units = 10 },
}
local history = hq.fit(model, train, {
  epochs = 6, batch = 8, optimizer = hq.optim.adam { lr = 0.05 }, validation = test, keep_best = true,
  checkpoint = { path = folder .. "/run.ckpt", every = 1, keep = 2 }, resume = true, progress = false,
})
model:save_weights(folder .. "/weights.safetensors")
local file = assert(io.open(folder .. "/history", "w"))
for _, r in ipairs(history) do
  file:write(("%%d %%.17g %%.17g %%.17g %%.17g\n"):format(r.epoch, r.loss, r.accuracy, r.validation_loss, r.validation_accuracy))
end
file:write(tostring(history.best_epoch), "\n")
file:close()
]]

describe("a training that is killed", function()
  it("at twenty random moments and resumed ends with the same bytes", function()
    local folder, remove = support.folder()
    local program = support.write(folder .. "/train.lua", script:format(folder))
    local run = ("%s/bin/hqlua run %s"):format(support.build, program)
    local shim = folder .. "/slow.so"
    local output, status = support.shell(
      ("${CC:-cc} -shared -fPIC -O1 %s/Tests/lua/slow_write.c -o %s -ldl"):format(support.root, shim))
    assert.equal(0, status, output)

    local function results()
      return support.read(folder .. "/weights.safetensors") .. support.read(folder .. "/history")
    end
    local function forget() os.execute(("rm -f %s/run.ckpt* %s/weights.safetensors %s/history"):format(folder, folder, folder)) end

    local began = support.shell "date +%s%N"
    output, status = support.shell(run)
    assert.equal(0, status, output)
    local whole = (tonumber((support.shell "date +%s%N")) - tonumber(began)) / 1e9
    local expected = results()
    forget()

    local seed = 20261121
    math.randomseed(seed)
    local kills, finished, runs = 0, 0, 0
    while kills < 20 or finished == 0 do
      runs = runs + 1
      assert(runs < 200, "seed " .. seed .. ": the training does not come to its end")
      -- Every other run writes slowly, so that kills land inside of the writing.
      local slow = runs % 2 == 0
      local limit = kills < 20 and ("timeout -s KILL %.3f "):format(math.random() * whole * (slow and 2 or 1) + 0.02) or ""
      output, status = support.shell((slow and "LD_PRELOAD=" .. shim .. " " or "") .. limit .. run)
      if status == 137 then
        kills = kills + 1
      else
        assert.equal(0, status, ("seed %d, run %d: %s"):format(seed, runs, output))
        assert(results() == expected, ("seed %d, run %d: not the same bytes after %d kills"):format(seed, runs, kills))
        finished = finished + 1
        forget()
      end
    end
    print(("resume: %d kills in %d runs, %d of them to the end, seed %d"):format(kills, runs, finished, seed))
    remove()
  end)

  it("leaves a checkpoint that says what it does not go with", function()
    local folder, remove = support.folder()
    local program = support.write(folder .. "/train.lua", script:format(folder))
    local output, status = support.hqlua("run " .. program)
    assert.equal(0, status, output)
    local changed = script:format(folder):gsub("lr = 0.05", "lr = 0.06")
    support.write(program, changed)
    output, status = support.hqlua("run " .. program)
    assert.equal(1, status)
    assert.is_truthy(output:find("the saved training is another one: the optimisers differ", 1, true), output)
    assert.equal("history run.ckpt run.ckpt.1 train.lua weights.safetensors",
      (support.shell("ls -A " .. folder):gsub("\n", " "):gsub(" $", "")))
    remove()
  end)

  it("is told what is wrong with its options", function()
    local start = "local train = hq.data.digits() hq.fit(hq.dense { units = 10 }, train, "
    fails(start .. "{ resume = true })",
      "experiment.lua:2: hq.fit: resume = true goes on from the checkpoint; give checkpoint = { path = ... } too")
    fails(start .. "{ checkpoint = {} })", "experiment.lua:2: hq.fit: checkpoint: option 'path' is required")
    fails(start .. "{ checkpoint = { path = 'x', every = 'day' } })",
      "experiment.lua:2: hq.fit: checkpoint: every: expected a number of steps or 'epoch', got 'day'")
    fails_with(start .. "{ resume = '/nowhere' })", "experiment.lua:2: hq.fit: /nowhere: ", "cannot be opened")
  end)
end)
