-- Does a denoising autoencoder in front of a hybrid network protect it, and is it cheaper than adversarial training?
--
-- After "HCQNN with a denoising pre-processing layer".  The autoencoder is trained on its own first (disturbed
-- sample in, clean sample out, MSE), then frozen in front of: encoding -> parameterised circuit -> measurement ->
-- prediction.  Disturbances are Gaussian noise and FGSM.  The paper's tables are in `paper` below; it claims
--   (1) restored samples are closer to the originals, by MSE and by cosine similarity (Iris),
--   (2) the layer keeps the accuracy that FGSM takes, and does so better than adversarial training (MNIST),
--   (3) it costs less than adversarial training because it is trained separately.
--
-- Where it is silent, this script chooses
--   data           Iris: features scaled to [0, 1] by the training part, 120 flowers to train, 30 to test, drawn per
--                  seed; MNIST: the four digits 0 to 3, pixels in [0, 1]; eps and the noise's deviation in these units
--   autoencoder    dense 4-32-16-32-4 for Iris, n-256-64-256-n for images, ReLU inside, a sigmoid at the end
--   its training   every sample clean, twice with noise, and under FGSM at each eps, made on the network without
--                  the layer; Adam, lr 1e-3
--   encoding       Iris: angle, R_Y(pi x); MNIST: amplitude of the image pooled to 16x16, on 8 wires
--   circuit        three strongly entangling layers, <Z> of every wire, one dense layer to the classes;
--                  Adam, lr 0.01
--   baselines      adversarial training (Madry et al. 2018: 7 steps of PGD from a random start, made anew for each
--                  batch), eps 0.15, after the usual training: of the network without layer, three times as many epochs
--                  more; and of layer and network as one, which has as many weights as what it is compared with
--
-- A note for the sceptic: FGSM made on the network *without* the layer and then restored (the paper's figures look
-- like it) measures an attacker who does not know of the layer.  The gradient through autoencoder, encoding and
-- circuit is exact here, so the attacks are also made *through* the layer; only these rows tell of protection.  With
-- --strong, "all" is what no attack of FGSM, PGD, APGD and Square (which asks for no gradient) can break.
--
--   hqlua run examples/papers/p2_denoising.lua --help

local hq = require "hqnn"
local study = dofile((arg[0]:match "^.*/" or "") .. "study.lua")
hq.quiet = true

-- ---- command line ----------------------------------------------------------------------------

local usage = [[
usage: hqlua run examples/papers/p2_denoising.lua [options]
  --quick           small sizes; both parts in well under two minutes
  --part NAME       iris, mnist or both (default both)
  --train N         MNIST: training images of the four digits, balanced (default 4000; 0 takes all)
  --test N          MNIST: test images, balanced (default 1000; 0 takes all)
  --epochs N        of the networks (default 10; Iris five times as many)
  --layer-epochs N  of the autoencoder (default 10; Iris five times as many)
  --batch N         samples per step (default 32; Iris a quarter)
  --seeds LIST      runs to average over (default 1,2,3)
  --noise X         standard deviation of the noise (default 0.3)
  --encoding NAME   angle or amplitude, for both parts (default: see the header)
  --basis NAME      X, Y or Z, what is measured (default Z)
  --circuit-layers N  (default 3)
  --attack-steps N  steps of PGD (default 10)
  --strong          also APGD with twice the steps and Square with 20 times as many queries
  --joined          also the layer trained on together with its network, on clean and on adversarial samples
  --adversarial-eps X  of adversarial training (default 0.15)
  --data ROOT       folder of MNIST and Iris (default $HQNN_DATA, else stand-ins from the embedded digits)
  --out DIR         folder for tables, curves and pictures (default results)
]]

local option = study.options {
  name = "p2_denoising", usage = usage,
  defaults = {
    part = "both", train = 4000, test = 1000, epochs = 10, layer_epochs = 10, batch = 32, seeds = { 1, 2, 3 },
    noise = 0.3, encoding = "", basis = "Z", circuit_layers = 3, attack_steps = 10, strong = false, joined = false,
    adversarial_eps = 0.15, data = "", out = "results", quick = false,
  },
  quick = { train = 400, test = 100, epochs = 4, layer_epochs = 4, seeds = { 1 } },
  least = { train = 0, test = 0 },
  choices = {
    part = { "iris", "mnist", "both" }, basis = { "X", "Y", "Z" }, encoding = { "angle", "amplitude" },
  },
}

-- ---- the paper's figures ---------------------------------------------------------------------

local paper = {
  iris = {
    mse = { noisy = 0.263, ["noisy restored"] = 0.173, fgsm = 0.211, ["fgsm restored"] = 0.176 },
    cosine = { noisy = 0.832, ["noisy restored"] = 0.895, fgsm = 0.873, ["fgsm restored"] = 0.910 },
    accuracy = { ["with layer, made without"] = { [0.15] = 93.3, [0.3] = 90, [0.45] = 86.67, [0.6] = 73.33 } },
  },
  mnist = {
    mse = {}, cosine = {},
    accuracy = {
      ["without layer"] = { [0.15] = 42.2, [0.3] = 24.6, [0.45] = 13.7 },
      ["with layer, made without"] = { [0.15] = 89.9, [0.3] = 61.6, [0.45] = 34.9 },
      ["adversarial training"] = { [0.15] = 67.4, [0.3] = 27.5, [0.45] = 16.4 },
    },
  },
}

-- ---- data ------------------------------------------------------------------------------------

local function root(folder) return option.data ~= "" and option.data .. "/" .. folder or nil end

local function digits(limits)
  -- The embedded set is smaller than the defaults.
  limits.root = nil
  if limits.train and limits.train > 500 then limits.train = nil end
  if limits.test and limits.test > 140 then limits.test = nil end
  return hq.data.digits(limits)
end

local function four_digits()
  local limits = {
    root = root "mnist", classes = { 0, 1, 2, 3 }, balanced = true,
    train = option.train > 0 and option.train or nil, test = option.test > 0 and option.test or nil,
  }
  local found, train, test = pcall(hq.data.mnist, limits)
  if found then return train, test, "MNIST, digits 0-3" end
  if option.data ~= "" then error(train, 0) end
  train, test = digits(limits)
  return train, test, "8x8 digits 0-3 (MNIST was not found)"
end

-- 150 samples of four features in three classes.
local function flowers()
  local found, data = pcall(hq.data.iris, { root = root "iris" })
  if found then return data, "Iris" end
  if option.data ~= "" then error(data, 0) end
  local images = hq.data.digits { classes = { 0, 1, 2 }, train = 150, balanced = true }
  local quadrants = hq.sequential { hq.adaptive_avg_pool2d { size = 2 }, hq.flatten() }
  return hq.data.from(quadrants:infer(images:samples()), images:labels(), 3),
    "brightness of the quadrants of the 8x8 digits 0-2 (Iris was not found)"
end

-- Ten flowers of each class to test, forty to train, with features in [0, 1].
local function split_flowers(data, seed)
  local labels, taken, train, test = data:labels(), {}, {}, {}
  for _, i in ipairs(data:order(seed, 1)) do
    local class = labels[i]
    taken[class] = (taken[class] or 0) + 1
    table.insert(taken[class] <= 10 and test or train, i)
  end
  local parts = { data:select(train), data:select(test) }
  local low = parts[1]:samples():min { 1, keep_dims = true }
  local range = parts[1]:samples():max { 1, keep_dims = true } - low
  for i, part in ipairs(parts) do
    parts[i] = hq.data.from(((part:samples() - low) / range):clamp(0, 1), part:labels(), 3)
  end
  return parts[1], parts[2]
end

-- ---- models ----------------------------------------------------------------------------------

local function circuit(wires, encode)
  return hq.circuit(wires, function(c, x)
    encode(c, x)
    c:template("strongly_entangling", { layers = option.circuit_layers })
    for q in c:wires() do c:expect(option.basis, q) end
  end)
end

local function angles(c) c:angle { scale = math.pi } end

-- Encoding, circuit, measurement, prediction.
local function network(shape, classes)
  local layers = {}
  local is_image = #shape == 4
  local encoding = option.encoding ~= "" and option.encoding or is_image and "amplitude" or "angle"
  local made
  if not is_image then
    -- A constant beside the four amplitudes keeps the norm above zero and the sample's length visible.
    made = encoding == "angle" and circuit(4, angles)
      or circuit(3, function(c) c:amplitudes { count = 4, pad_with = 0.5, normalize = true } end)
  elseif encoding == "amplitude" then
    local side = shape[3] >= 16 and 16 or 8
    layers = { hq.adaptive_avg_pool2d { size = side }, hq.flatten() }
    made = circuit(side == 16 and 8 or 6, function(c) c:amplitudes { normalize = true } end)
  else
    layers = { hq.flatten(), hq.dense { units = 8 }, hq.sigmoid() }
    made = circuit(8, angles)
  end
  layers[#layers + 1] = hq.quantum { circuit = made }
  layers[#layers + 1] = hq.dense { units = classes }
  return hq.sequential(layers)
end

local function autoencoder(shape)
  local is_image = #shape == 4
  local count = is_image and shape[2] * shape[3] * shape[4] or shape[2]
  local outer, inner = is_image and 256 or 32, is_image and 64 or 16
  local layers = is_image and { hq.flatten() } or {}
  for _, units in ipairs { outer, inner, outer } do
    layers[#layers + 1] = hq.dense { units = units }
    layers[#layers + 1] = hq.relu()
  end
  layers[#layers + 1] = hq.dense { units = count }
  layers[#layers + 1] = hq.sigmoid()
  if is_image then layers[#layers + 1] = hq.reshape { shape[2], shape[3], shape[4] } end
  return hq.sequential(layers)
end

-- ---- disturbances ----------------------------------------------------------------------------

local function noisy(samples, seed)
  return (samples + hq.normal { deviation = option.noise, seed = seed, table.unpack(samples:shape()) }):clamp(0, 1)
end

local function fgsm(eps) return hq.attack.fgsm { eps = eps, seed = 0, name = "fgsm" } end

-- ---- training --------------------------------------------------------------------------------

-- Runs a function; its result and the processor time it took, in seconds.
local function timed(body)
  local started = os.clock()
  local result = body()
  return result, os.clock() - started
end

local function train_network(model, train, watched, sizes, seed)
  if not model:built() then model:build(train:samples():shape(), { seed = seed }) end
  return hq.fit(model, train, { epochs = sizes.epochs, batch = sizes.batch, seed = seed, validation = watched,
    optimizer = hq.optim.adam { lr = 0.01 } })
end

-- The autoencoder, trained on samples disturbed for the network without layer.
local function train_layer(plain, train, sizes, seed)
  local clean = train:samples()
  local inputs, targets = { clean, noisy(clean, 1000 + seed), noisy(clean, 2000 + seed) }, { clean, clean, clean }
  for _, eps in ipairs(sizes.eps) do
    inputs[#inputs + 1] = fgsm(eps):run(plain, clean, train:labels())
    targets[#targets + 1] = clean
  end
  local layer = autoencoder(clean:shape())
  layer:build(clean:shape(), { seed = 3000 + seed })
  hq.fit(layer, hq.data.pairs(hq.concat(inputs), hq.concat(targets)), { epochs = sizes.layer_epochs,
    batch = sizes.batch, seed = seed, loss = "mse", optimizer = hq.optim.adam { lr = 1e-3 } })
  return layer
end

-- Trains a trained model on, on samples made anew against it for each batch.
local function train_adversarially(model, train, epochs, sizes, seed)
  hq.fit(model, train, { epochs = epochs, batch = sizes.batch, seed = seed, optimizer = hq.optim.adam { lr = 0.003 },
    adversarial = { method = "pgd", eps = option.adversarial_eps, steps = 7 } })
  return model
end

-- ---- measurement -----------------------------------------------------------------------------

-- A list of values per seed under a key of several words.
local function collector()
  local lists, order = {}, {}
  return {
    add = function(value, ...)
      local key = table.concat({ ... }, "|")
      if not lists[key] then
        lists[key] = {}
        order[#order + 1] = key
      end
      table.insert(lists[key], value)
    end,
    get = function(...) return lists[table.concat({ ... }, "|")] end,
  }
end

local function measure_restoration(results, layer, plain, test, eps, seed)
  local original = test:samples()
  local images = { noisy = noisy(original, 4000 + seed), fgsm = fgsm(eps):run(plain, original, test:labels()) }
  images["noisy restored"] = layer:infer(images.noisy)
  images["fgsm restored"] = layer:infer(images.fgsm)
  for name, changed in pairs(images) do
    results.add(hq.loss.mse(changed, original):item(), "mse", name)
    local function flat(t) return t:reshape(#test, -1) end
    results.add(1 - hq.loss.cosine(flat(changed), flat(original)):item(), "cosine", name)
  end
  images.original = original
  return images
end

-- The rows of the accuracy tables: source of the attack, judge.
local function measure_accuracy(results, models, test, sizes)
  local eps = { 0, table.unpack(sizes.eps) }
  local attacks = study.attacks(option)
  -- Square would ask the source alone: transfer is judged with gradients.
  local transferred = { attacks[1], attacks[2] }
  local function record(name, report)
    for _, row in ipairs(report.rows) do
      if row.attack == "fgsm" or row.attack == "pgd" then
        results.add(100 * row.accuracy, name .. (row.attack == "pgd" and ", PGD" or ""), row.eps)
      end
    end
    for _, row in ipairs(option.strong and not report.transfer and report.worst or {}) do
      results.add(100 * row.accuracy, name .. ", all", row.eps)
    end
    for _, warning in ipairs(report.warnings) do print(("  warning: %s: %s"):format(name, warning)) end
  end
  local both = { eps = eps, attacks = attacks }
  record("without layer", hq.robustness(models.plain, test, both))
  record("with layer, made without",
    hq.transfer { source = models.plain, target = models.guarded, data = test, attacks = transferred,
      eps = eps })
  record("with layer, made through it", hq.robustness(models.guarded, test, both))
  if models.joined then record("joined, made through it", hq.robustness(models.joined, test, both)) end
  record("adversarial training", hq.robustness(models.hardened, test, both))
  if models.hardened_joined then
    record("joined, adversarial training", hq.robustness(models.hardened_joined, test, both))
  end
end

local function run_part(name, load, sizes)
  local results, curves, seconds = collector(), collector(), collector()
  local images, data_name
  for _, seed in ipairs(option.seeds) do
    local train, test
    train, test, data_name = load(seed)
    local shape = train:samples():shape()
    local watched = hq.data.from(noisy(test:samples(), 5000 + seed), test:labels(), test.classes)
    local models = { plain = network(shape, train.classes) }

    local plain_history, plain_time = timed(function()
      return train_network(models.plain, train, watched, sizes, seed)
    end)
    local layer, layer_time = timed(function() return train_layer(models.plain, train, sizes, seed) end)
    models.guarded = hq.sequential { hq.frozen(layer), network(shape, train.classes) }
    local guarded_history, guarded_time = timed(function()
      return train_network(models.guarded, train, watched, sizes, seed)
    end)
    local times = { ["network without layer"] = plain_time, ["layer alone"] = layer_time,
      ["network behind the layer"] = guarded_time }
    models.hardened, times["adversarial training"] = timed(function()
      local model = network(shape, train.classes)
      train_network(model, train, watched, sizes, seed)
      return train_adversarially(model, train, 3 * sizes.epochs, sizes, seed)
    end)
    images = measure_restoration(results, layer, models.plain, test, 0.3, seed)
    if option.joined then
      -- The layer goes on learning, for the classes now.  Frozen while the model is built, it keeps what it knows.
      local function joined()
        local copy = train_layer(models.plain, train, sizes, seed)
        local model = hq.sequential { hq.frozen(copy), network(shape, train.classes) }
        model:build(shape, { seed = seed })
        copy:unfreeze()
        train_network(model, train, watched, sizes, seed)
        return model
      end
      models.joined = joined()
      models.hardened_joined, times["joined, adversarial training"] = timed(function()
        return train_adversarially(joined(), train, sizes.epochs, sizes, seed)
      end)
    end
    measure_accuracy(results, models, test, sizes)

    for what, time in pairs(times) do seconds.add(time, what) end
    for who, history in pairs { ["without layer"] = plain_history, ["with layer"] = guarded_history } do
      for _, record in ipairs(history) do
        curves.add(record.accuracy, who, "clean training samples", record.epoch)
        curves.add(record.validation_accuracy, who, "test samples with noise", record.epoch)
      end
    end
    print(("%s, seed %d: clean accuracy %.1f %% without, %.1f %% with the layer"):format(name, seed,
      results.get("without layer", 0)[#results.get("without layer", 0)],
      results.get("with layer, made through it", 0)[#results.get("with layer, made through it", 0)]))
  end
  return { name = name, data = data_name, results = results, curves = curves, seconds = seconds, images = images }
end

-- ---- tables and pictures ---------------------------------------------------------------------

local function print_restoration(part)
  local known = paper[part.name]
  local t = hq.table { "sample", "MSE, paper", "MSE, here", "cosine, paper", "cosine, here" }
  for _, sample in ipairs { "noisy", "noisy restored", "fgsm", "fgsm restored" } do
    local function claimed(what) return known[what][sample] and ("%.3f"):format(known[what][sample]) or "-" end
    t:add { (sample:gsub("^fgsm", "FGSM")), claimed "mse", study.shown(part.results.get("mse", sample), 4),
      claimed "cosine", study.shown(part.results.get("cosine", sample), 3) }
  end
  print(("\n%s: test samples beside the originals (noise %g, FGSM at eps 0.3)\n\n%s"):format(part.data, option.noise,
    t))
end

local function print_accuracy(part, sizes)
  local names = {}
  for _, name in ipairs { "without layer", "with layer, made without", "with layer, made through it",
    "joined, made through it", "adversarial training", "joined, adversarial training" } do
    for _, attack in ipairs { "", ", PGD", ", all" } do
      if part.results.get(name .. attack, 0) then names[#names + 1] = name .. attack end
    end
  end
  local columns = { "FGSM unless said", "clean" }
  for _, eps in ipairs(sizes.eps) do
    columns[#columns + 1] = ("eps %g, paper"):format(eps)
    columns[#columns + 1] = ("eps %g"):format(eps)
  end
  local t = hq.table(columns)
  for _, name in ipairs(names) do
    local claimed = paper[part.name].accuracy[name] or {}
    local cells = { name, study.shown(part.results.get(name, 0), 1) }
    for _, eps in ipairs(sizes.eps) do
      cells[#cells + 1] = claimed[eps] and ("%.1f"):format(claimed[eps]) or "-"
      cells[#cells + 1] = study.shown(part.results.get(name, eps), 1)
    end
    t:add(cells)
  end
  print(("\n%s: accuracy in percent\n\n%s"):format(part.data, t))
  t:write_csv(("%s/p2_%s.csv"):format(option.out, part.name))
end

local trainings = { "network without layer", "layer alone", "network behind the layer", "adversarial training",
  "joined, adversarial training" }

local function print_times(part)
  local t = hq.table { "training of", "seconds of processor time" }
  for _, what in ipairs(trainings) do
    if part.seconds.get(what) then t:add { what, study.shown(part.seconds.get(what), 2) } end
  end
  print(("\n%s: what training cost (the layer's includes making its samples)\n\n%s"):format(part.data, t))
end

local function draw(part, sizes)
  local curves = hq.table { "network", "samples", "epoch", "accuracy", "sd" }
  for _, who in ipairs { "without layer", "with layer" } do
    for _, where in ipairs { "clean training samples", "test samples with noise" } do
      for epoch = 1, sizes.epochs do
        local s = hq.stats.summary(part.curves.get(who, where, epoch))
        curves:add { network = who, samples = where, epoch = epoch, accuracy = s.mean, sd = s.sd }
      end
    end
  end
  -- Error bars at each of many epochs would hide the curves.
  curves:plot { stem = ("%s/p2_%s_training"):format(option.out, part.name), x = "epoch", y = "accuracy",
    error = sizes.epochs <= 20 and "sd" or nil, series = "network", panel = "samples",
    title = "Training with and without the layer: " .. part.data,
    x_label = "epoch", y_label = "accuracy" }
  local images = part.images
  if #images.original:shape() ~= 4 then return end
  -- The first test images.
  local names = { "original", "noisy", "noisy restored", "fgsm", "fgsm restored" }
  local rows = {}
  for i, name in ipairs(names) do rows[i] = images[name]:rows(1, math.min(12, #images.original)) end
  hq.image_grid { path = ("%s/p2_%s_images.png"):format(option.out, part.name), rows = rows, labels = names }
end

-- ---- the paper's claims ----------------------------------------------------------------------

local function judge(part, sizes)
  local r = part.results
  print(("\nClaims and measurements, %s"):format(part.data))
  print "  (1) claim: restored samples are closer to the originals"
  for _, sample in ipairs { "noisy", "fgsm" } do
    print(("      here:  %s: MSE %.4f -> %.4f, cosine %.3f -> %.3f"):format(sample, study.mean(r.get("mse", sample)),
      study.mean(r.get("mse", sample .. " restored")), study.mean(r.get("cosine", sample)),
      study.mean(r.get("cosine", sample .. " restored"))))
  end
  print "  (2) claim: the layer keeps accuracy under FGSM, more than adversarial training does"
  for _, eps in ipairs(sizes.eps) do
    local function of(name) return study.mean(r.get(name, eps)) end
    print(("      here:  eps %g: without %.1f, layer %.1f (attacked through it %.1f, by PGD %.1f), "
      .. "adversarial training %.1f (PGD %.1f)"):format(eps, of "without layer", of "with layer, made without",
        of "with layer, made through it", of "with layer, made through it, PGD", of "adversarial training",
        of "adversarial training, PGD"))
    -- Both attacked through all of it.
    for _, rival in ipairs { "adversarial training", "joined, adversarial training" } do
      for _, attack in ipairs { "", ", PGD", ", all" } do
        local own, other = r.get("with layer, made through it" .. attack, eps), r.get(rival .. attack, eps)
        if own and other then
          print(("      layer against %s, %s: %+.1f points%s"):format(rival, attack == "" and "FGSM" or attack:sub(3),
            study.mean(own) - study.mean(other), study.tested(own, other)))
        end
      end
    end
  end
  local s = part.seconds
  print "  (3) claim: the layer costs less than adversarial training"
  print(("      here:  layer %.2f s, with the networks before and behind it %.2f s; adversarial training %.2f s")
    :format(study.mean(s.get "layer alone"), study.mean(s.get "network without layer") + study.mean(s.get "layer alone")
    + study.mean(s.get "network behind the layer"), study.mean(s.get "adversarial training")))
end

local parts = {
  iris = {
    load = function(seed)
      local data, name = flowers()
      local train, test = split_flowers(data, seed)
      return train, test, name
    end,
    sizes = { epochs = 5 * option.epochs, layer_epochs = 5 * option.layer_epochs, eps = { 0.15, 0.3, 0.45, 0.6 },
      batch = math.max(1, option.batch // 4) },
  },
  mnist = {
    load = function() return four_digits() end,
    sizes = { epochs = option.epochs, layer_epochs = option.layer_epochs, eps = { 0.15, 0.3, 0.45 },
      batch = option.batch },
  },
}

for _, name in ipairs { "iris", "mnist" } do
  if option.part == name or option.part == "both" then
    local part = run_part(name, parts[name].load, parts[name].sizes)
    print_restoration(part)
    print_accuracy(part, parts[name].sizes)
    print_times(part)
    draw(part, parts[name].sizes)
    judge(part, parts[name].sizes)
    print ""
  end
end
