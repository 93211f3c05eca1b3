-- Which optimiser trains a small hybrid network best, and is the difference more than luck?
--
-- The same network learns three digits with each optimiser, with several seeds; then the best two are compared by
-- pairs of seeds.
--
--   hqlua run examples/learning/optimizers.lua [seeds] [epochs]

local hq = require "hqnn"

local seeds, epochs = tonumber(arg and arg[1]) or 5, tonumber(arg and arg[2]) or 8
local train, test = hq.data.digits { train = 180, test = 90, balanced = true, classes = { 1, 4, 7 } }

local head = hq.circuit(3, function(c, x, w)
  for q in c:wires() do c:ry(q, x[q]) end
  for _ = 1, 2 do
    for q in c:wires() do c:ry(q, w()) end
    for p, q in c:pairs "ring" do c:cnot(p, q) end
  end
  for q in c:wires() do c:expect("Z", q) end
end)

local function network()
  return hq.sequential {
    hq.flatten(), hq.dense { units = 3 }, hq.tanh(), hq.quantum { circuit = head }, hq.dense { units = 3 },
  }
end

local steps = epochs * 15
local candidates = {
  { "SGD, momentum", function() return hq.optim.sgd { lr = 0.1, momentum = 0.9, nesterov = true } end },
  { "Adam", function() return hq.optim.adam { lr = 0.02 } end },
  { "Adam, one cycle", function() return hq.optim.adam { lr = 0.05 } end,
    function() return hq.schedule.one_cycle { steps = steps } end },
  { "natural gradient", function() return hq.optim.natural_gradient { lr = 0.1, damping = 0.1 } end },
  { "SPSA", function() return hq.optim.spsa { lr = 0.5, c = 0.1 } end },
}

local results = hq.table { "optimiser", "accuracy", "sd", "loss", "seconds" }
local ranked = {}
for _, candidate in ipairs(candidates) do
  local name, optimizer, schedule = table.unpack(candidate)
  local runs = hq.repeat_seeds(function(seed)
    local history = hq.fit(network(), train, {
      epochs = epochs, batch = 12, seed = seed, validation = test, optimizer = optimizer(),
      schedule = schedule and schedule(), keep_best = true, progress = false,
    })
    local best, seconds = history[history.best_epoch], 0
    for _, record in ipairs(history) do seconds = seconds + record.seconds end
    return { accuracy = best.validation_accuracy, loss = best.validation_loss, seconds = seconds }
  end, { seeds = seeds })
  results:add { name, runs.accuracy.mean, runs.accuracy.sd, runs.loss.mean, runs.seconds.mean }
  ranked[#ranked + 1] = { name = name, loss = runs.loss.mean, losses = runs.values.loss }
end
print(results)

table.sort(ranked, function(a, b) return a.loss < b.loss end)
local first, second = ranked[1], ranked[2]
if seeds > 1 then
  print(("\n%s against %s, validation loss seed by seed: t test p = %.3f, Wilcoxon p = %.3f"):format(first.name,
    second.name, hq.stats.paired_t(first.losses, second.losses).p, hq.stats.wilcoxon(first.losses, second.losses).p))
end
