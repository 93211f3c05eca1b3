-- Does a quantum branch beside a convolutional network make it harder to fool, and which entanglement does it best?
--
-- After "QShield" (arXiv 2604.10933).  A CNN branch and a quantum branch give logits y_c and y_q, joined by adaptive
-- fusion: y = w_c y_c + w_q y_q, whose weights are a softmax learned from the sample.  The circuit's entanglement is
-- structured, of varying degree.  The paper claims
--   (1) attack success rates (ASR) up to 95.71 % lower than the CNN's (CIFAR-10),
--   (2) at an unchanged detection rate on clean samples (ODR): 99.06 % MNIST, 79.59 % CIFAR-10,
--   (3) and adversarial samples that take up to 85,000 s to make.
--
-- Where it is silent, this script chooses
--   body           convolutions 3x3 with ReLU and 2x2 max pooling: 8 and 16 filters (28x28), 16, 32 and 32 (CIFAR-10);
--                  both branches start from its features
--   CNN branch     dense 32, ReLU, dense to the classes; the baseline "CNN" is the body with this branch alone
--   quantum        dense to one value per wire, tanh, R_Y(pi/2 x); two layers of R_Y, R_Z and CNOTs on the pattern,
--                  R_Y, R_Z again so that the entanglement before matters; <Z> of every wire, dense to the classes
--   gate           features to 16 values, tanh, a softmax over two
--   training       Adam, lr 1e-3, cross-entropy; whole network at once
--   ASR            of the samples that the network itself gets right, the share that it gets wrong under attack
--   attacks        in the L-infinity norm, eps in units of the pixel range [0, 1]; PGD, MIM and the like with 10 steps;
--                  with --strong also BIM, NIM, DIM, APGD, C&W, DeepFool, FAB, Square and random noise, and the nearest
--                  examples in other norms (DeepFool, C&W, FAB, EAD); steps and queries are in `attacks` below
--   medical set    PneumoniaMNIST (two classes) stands in for OrganAMNIST
--
-- For the sceptic: the control "classical" has a dense layer with tanh in the circuit's place and everything else
-- the same, so what differs between it and the circuits is the circuit.  All models share seeds.  Attacks made on the
-- CNN are also tried on every model (transfer): they must not succeed more often than those made on the model itself,
-- otherwise its gradient only hides; PGD with four times the steps must not help the defender.
--
--   hqlua run examples/papers/p4_qshield.lua --help

local hq = require "hqnn"
local study = dofile((arg[0]:match "^.*/" or "") .. "study.lua")
hq.quiet = true

-- ---- command line ----------------------------------------------------------------------------

local usage = [[
usage: hqlua run examples/papers/p4_qshield.lua [options]
  --quick           small sizes and the patterns none and ring; in well under two minutes
  --sets LIST       of mnist, cifar10, pneumonia (default all three)
  --train N         training images, balanced (default 4000, or what the smallest class allows; 0 takes all)
  --test N          test images, likewise (default 500)
  --epochs N        (default 8)
  --batch N         images per step (default 32)
  --seeds LIST      runs to average over (default 1,2,3)
  --patterns LIST   of none, linear, ring, star, full (default all five)
  --wires N         of the circuit, 2 or more (default 6)
  --circuit-layers N  (default 2)
  --attack-steps N  steps of PGD and MIM (default 10)
  --attack-test N   so many test images are attacked (default 0, all)
  --strong          nine more attacks, white and black box, and the distances of the nearest examples
  --data ROOT       folder of mnist, cifar10 and medmnist (default $HQNN_DATA, else the embedded 8x8 digits)
  --out DIR         folder for tables and curves (default results)
]]

local option = study.options {
  name = "p4_qshield", usage = usage,
  defaults = {
    sets = { "mnist", "cifar10", "pneumonia" }, train = 4000, test = 500, attack_test = 0, epochs = 8, batch = 32,
    seeds = { 1, 2, 3 }, patterns = { "none", "linear", "ring", "star", "full" }, wires = 6, circuit_layers = 2,
    attack_steps = 10, strong = false, data = "", out = "results", quick = false,
  },
  quick = { train = 1000, test = 60, epochs = 4, batch = 16, seeds = { 1 }, patterns = { "none", "ring" } },
  least = { train = 0, test = 0, attack_test = 0, wires = 2 },
  choices = {
    sets = { "mnist", "cifar10", "pneumonia" }, patterns = { "none", "linear", "ring", "star", "full" },
  },
}

-- ---- data ------------------------------------------------------------------------------------

local sets = {
  mnist = { title = "MNIST", folder = "mnist", load = hq.data.mnist, filters = { 8, 16 }, eps = { 0.1, 0.2, 0.3 },
    odr = 99.06 },
  cifar10 = { title = "CIFAR-10", folder = "cifar10", load = hq.data.cifar10, filters = { 16, 32, 32 },
    eps = { 2 / 255, 4 / 255, 8 / 255 }, odr = 79.59, reduction = 95.71 },
  pneumonia = { title = "PneumoniaMNIST (for OrganAMNIST)", folder = "medmnist", load = hq.data.medmnist,
    name = "pneumoniamnist", filters = { 8, 16 }, eps = { 2 / 255, 4 / 255, 8 / 255 } },
}

-- Up to so many samples, as many of each class; 0 takes all.
local function balanced(data, wanted)
  if wanted == 0 then return data end
  local counts, labels = {}, data:labels()
  for _, label in ipairs(labels) do counts[label] = (counts[label] or 0) + 1 end
  local fewest = #labels
  for class = 0, data.classes - 1 do fewest = math.min(fewest, counts[class] or 0) end
  return data:subset { count = math.min(wanted, fewest * data.classes), balanced = true }
end

-- Train and test; nil and the reason without the set's files.
local function load_set(set)
  local limits = { root = option.data ~= "" and option.data .. "/" .. set.folder or nil, name = set.name }
  if set.name == nil then
    limits.train = option.train > 0 and option.train or nil
    limits.test = option.test > 0 and option.test or nil
    limits.balanced = true
  end
  local found, train, test = pcall(set.load, limits)
  if not found then
    if option.data ~= "" then error(train, 0) end
    return nil, train
  end
  -- A set with classes of different sizes gives what it has.
  if set.name then train, test = balanced(train, option.train), balanced(test, option.test) end
  return train, test
end

-- The sets to run: { title, train, test, ... }; the embedded digits once when nothing was found.
local function load_all()
  local loaded = {}
  for _, name in ipairs(option.sets) do
    local set = sets[name]
    set.stem = name
    set.train, set.test = load_set(set)
    if set.train then
      loaded[#loaded + 1] = set
    else
      print(("note: %s is left out: %s"):format(set.title, set.test))
    end
  end
  if #loaded == 0 then
    local train, test = study.digits(option)
    loaded[1] = { title = "embedded 8x8 digits", stem = "digits", filters = { 8 }, eps = { 0.1, 0.2, 0.3 },
      train = train, test = test }
  end
  return loaded
end

-- ---- models ----------------------------------------------------------------------------------

local function body(filters)
  local layers = {}
  for _, count in ipairs(filters) do
    layers[#layers + 1] = hq.conv2d { filters = count, kernel_size = 3, padding = 1 }
    layers[#layers + 1] = hq.relu()
    layers[#layers + 1] = hq.max_pool2d { kernel_size = 2 }
  end
  layers[#layers + 1] = hq.flatten()
  return hq.sequential(layers)
end

local function cnn_branch(classes)
  return hq.sequential { hq.dense { units = 32 }, hq.relu(), hq.dense { units = classes } }
end

local function ansatz(c, pattern)
  c:template("two_local", { layers = option.circuit_layers, rotations = { "RY", "RZ" }, entangler = "CNOT",
    pattern = pattern })
  for q in c:wires() do c:expect("Z", q) end
end

local function second_branch(kind, classes)
  local middle = { hq.dense { units = option.wires }, hq.tanh() }
  if kind == "classical" then
    -- As many values in and out as the circuit has, and nearly as many parameters.
    middle[3], middle[4] = hq.dense { units = option.wires }, hq.tanh()
  else
    middle[3] = hq.quantum { circuit = hq.circuit(option.wires, function(c)
      c:angle { scale = math.pi / 2 }
      ansatz(c, kind)
    end) }
  end
  middle[#middle + 1] = hq.dense { units = classes }
  return hq.sequential(middle)
end

-- A model; with fusion also the layers whose weights can be looked at.
local function make(kind, set)
  local classes, front = set.train.classes, body(set.filters)
  if kind == "CNN" then return hq.sequential { front, cnn_branch(classes) } end
  local fusion = hq.fusion { branches = { cnn_branch(classes), second_branch(kind, classes) }, gate_units = 16 }
  return hq.sequential { front, fusion }, front, fusion
end

-- ---- measurement -----------------------------------------------------------------------------

local steps = option.attack_steps
local attacks = { hq.attack.fgsm { seed = 0 }, hq.attack.pgd { steps = steps, seed = 0 },
  hq.attack.mim { steps = steps, seed = 0 } }
-- Of these, samples made on the CNN are tried on the others.
local transferred = { table.unpack(attacks) }
-- The nearest examples, each in its own norm.
local nearest = {}
if option.strong then
  table.move({
    hq.attack.bim { steps = steps, seed = 0 }, hq.attack.nim { steps = steps, seed = 0 },
    hq.attack.dim { steps = steps, seed = 0 }, hq.attack.apgd { steps = 2 * steps, seed = 0 },
    hq.attack.cw { norm = "linf", steps = 2 * steps, search_steps = 25, initial_c = 1, lr = 0.05, seed = 0 },
    hq.attack.deepfool { norm = "linf", seed = 0 }, hq.attack.fab { norm = "linf", steps = 2 * steps, seed = 0 },
    hq.attack.square { queries = 20 * steps, seed = 0 },
    hq.attack.noise { norm = "linf", seed = 0 },
  }, 1, 9, #attacks + 1, attacks)
  nearest = {
    hq.attack.deepfool { norm = "l2", seed = 0, name = "deepfool, l2" },
    hq.attack.cw { norm = "l2", steps = 5 * steps, search_steps = 5, initial_c = 1, lr = 0.1, seed = 0,
      name = "cw, l2" },
    hq.attack.fab { norm = "l2", steps = 2 * steps, seed = 0, name = "fab, l2" },
    hq.attack.ead { steps = 5 * steps, search_steps = 5, initial_c = 1, seed = 0, name = "ead, l1" },
  }
end

-- Mean weight of the CNN branch over some samples.
local function cnn_weight(front, fusion, samples)
  return fusion:fusion_weights(front:infer(samples)):mean(1):get(1)
end

local kinds = { "CNN", "classical", table.unpack(option.patterns) }

local function measure(set)
  local lists = {}
  local function add(value, ...)
    local key = table.concat({ ... }, "|")
    lists[key] = lists[key] or {}
    table.insert(lists[key], value)
  end
  local doubts = {}
  -- Success rates in percent, and what they took.
  local function record(report, setting, kind, seed)
    for _, row in ipairs(report.rows) do
      add(100 * row.asr, setting, kind, row.attack, row.eps)
      add(row.seconds_per_sample * row.attacked, setting, "seconds", kind, row.attack)
      add(row.attacked, setting, "attacked", kind, row.attack)
    end
    for _, row in ipairs(#report.attacks > 1 and report.worst or {}) do
      add(100 * row.asr, setting, kind, "worst of all", row.eps)
    end
    for _, warning in ipairs(report.warnings) do
      doubts[#doubts + 1] = ("%s, %s, seed %d: %s"):format(setting, kind, seed, warning)
    end
  end
  local strongest = set.eps[#set.eps]
  local attacked = option.attack_test > 0 and option.attack_test < #set.test
    and set.test:subset { count = option.attack_test, shuffle = true, seed = 0 } or set.test
  for _, seed in ipairs(option.seeds) do
    local cnn
    for _, kind in ipairs(kinds) do
      local model, front, fusion = make(kind, set)
      model:build(set.train:samples():shape(), { seed = seed })
      local started = os.clock()
      local history = hq.fit(model, set.train, { epochs = option.epochs, batch = option.batch, seed = seed,
        optimizer = hq.optim.adam { lr = 1e-3 } })
      add(os.clock() - started, "training", kind)
      local accuracy = hq.evaluate(model, set.test)
      -- A success rate counts of the samples that the model gets right: without one it has no meaning.
      if hq.evaluate(model, attacked) == 0 then
        error(("%s, %s: no test image is classified correctly; train longer or test more"):format(set.title, kind), 0)
      end
      add(100 * accuracy, "odr", kind)
      add(study.parameters(model), "parameters", kind)
      record(hq.robustness(model, attacked, { eps = set.eps, attacks = attacks }), "white", kind, seed)
      local long = { hq.attack.pgd { steps = 4 * steps, seed = 0, name = "long" } }
      add(100 * hq.robustness(model, attacked, { eps = { strongest }, attacks = long }):row("long", strongest).asr,
        "long", kind)
      if fusion then
        add(cnn_weight(front, fusion, attacked:samples()), "weight", kind)
        local made = hq.attack.pgd { steps = steps, eps = strongest, seed = 0 }:run(model, attacked)
        add(cnn_weight(front, fusion, made:samples()), "weight attacked", kind)
      end
      if #nearest > 0 then
        -- Any distance will do.
        local report = hq.robustness(model, attacked, { eps = { 1e6 }, attacks = nearest })
        for _, row in ipairs(report.rows) do
          add(100 * row.asr, "nearest", kind, row.attack)
          add(row.median_distance, "distance", kind, row.attack)
          add(1000 * row.seconds_per_sample, "milliseconds", kind, row.attack)
        end
      end
      cnn = cnn or model
      if kind ~= "CNN" then
        record(hq.transfer { source = cnn, target = model, data = attacked, attacks = transferred, eps = set.eps },
          "transfer", kind, seed)
      end
      print(("%s, seed %d, %-9s  accuracy %.3f in training, %.3f on test images"):format(set.title, seed, kind,
        history[#history].accuracy, accuracy))
    end
  end
  return function(...) return lists[table.concat({ ... }, "|")] end, doubts
end

-- ---- tables ----------------------------------------------------------------------------------

-- `compared` is without the control: what random noise breaks is no success.
local attack_names, compared, transferred_names = {}, {}, {}
for i, attack in ipairs(attacks) do
  attack_names[i] = attack.name
  if attack.kind ~= "noise" then compared[#compared + 1] = attack.name end
end
for i, attack in ipairs(transferred) do transferred_names[i] = attack.name end

local function total(values)
  local sum = 0
  for _, value in ipairs(values) do sum = sum + value end
  return sum
end

-- Samples made per second by one attack, or by all.
local function rate(of, kind, names)
  local samples, seconds = 0, 0
  for _, name in ipairs(names) do
    samples = samples + total(of("white", "attacked", kind, name))
    seconds = seconds + total(of("white", "seconds", kind, name))
  end
  return samples / seconds, seconds / #option.seeds, samples / #option.seeds
end

local function table_of_models(set, of)
  local t = hq.table { "model", "parameters", "ODR %, paper", "ODR %", "w_c clean", "w_c under PGD", "training, s",
    "making, s", "samples/s" }
  for _, kind in ipairs(kinds) do
    local samples_per_second, seconds = rate(of, kind, attack_names)
    t:add { kind, study.mean(of("parameters", kind)),
      set.odr and kind ~= "CNN" and kind ~= "classical" and ("%.2f"):format(set.odr) or "-",
      study.shown(of("odr", kind), 1), study.shown(of("weight", kind), 2), study.shown(of("weight attacked", kind), 2),
      study.shown(of("training", kind), 1), ("%.1f"):format(seconds), ("%.0f"):format(samples_per_second) }
  end
  print(("\n%s: detection of clean samples, fusion weight of the CNN branch, processor time\n\n%s"):format(set.title,
    t:format(0)))
end

local function table_of_success(set, of, setting, title)
  local names = setting == "white" and { table.unpack(attack_names) } or { table.unpack(transferred_names) }
  names[#names + 1] = "worst of all"
  for _, attack in ipairs(names) do
    local columns = { attack .. ", eps" }
    for _, eps in ipairs(set.eps) do columns[#columns + 1] = ("%.3g"):format(eps) end
    local t = hq.table(columns)
    for _, kind in ipairs(kinds) do
      if of(setting, kind, attack, set.eps[1]) then
        local cells = { kind }
        for _, eps in ipairs(set.eps) do cells[#cells + 1] = study.shown(of(setting, kind, attack, eps), 1) end
        t:add(cells)
      end
    end
    print(("\n%s: %s\n\n%s"):format(set.title, title, t))
  end
end

-- What each attack takes, over all models and sizes.
local function table_of_times(set, of)
  local t = hq.table { "attack", "samples/s, CNN", "samples/s, with a circuit", "ASR %, CNN", "ASR %, with a circuit" }
  local strongest = set.eps[#set.eps]
  for _, attack in ipairs(attack_names) do
    local samples, seconds, success = 0, 0, {}
    for _, kind in ipairs(option.patterns) do
      samples = samples + total(of("white", "attacked", kind, attack))
      seconds = seconds + total(of("white", "seconds", kind, attack))
      success[#success + 1] = study.mean(of("white", kind, attack, strongest))
    end
    t:add { attack, ("%.0f"):format((rate(of, "CNN", { attack }))), ("%.0f"):format(samples / seconds),
      study.shown(of("white", "CNN", attack, strongest), 1), ("%.1f"):format(study.mean(success)) }
  end
  print(("\n%s: what each attack takes, and its success rate at eps %.3g\n\n%s"):format(set.title, strongest, t))
  if #nearest == 0 then return end
  local columns = { "model" }
  for _, attack in ipairs(nearest) do
    table.move({ attack.name, attack.name .. ": %", "ms, " .. attack.name }, 1, 3, #columns + 1, columns)
  end
  t = hq.table(columns)
  for _, kind in ipairs(kinds) do
    local cells = { kind }
    for _, attack in ipairs(nearest) do
      cells[#cells + 1] = study.shown(of("distance", kind, attack.name), 2)
      cells[#cells + 1] = ("%.0f"):format(study.mean(of("nearest", kind, attack.name)))
      cells[#cells + 1] = ("%.2f"):format(study.mean(of("milliseconds", kind, attack.name)))
    end
    t:add(cells)
  end
  print(("\n%s: median distance of the nearest examples found, in the attack's norm\n\n%s"):format(set.title, t))
end

local function draw(set, of)
  local curves = hq.table { "model", "attack", "eps", "asr", "sd" }
  for _, kind in ipairs(kinds) do
    for _, attack in ipairs(attack_names) do
      for _, eps in ipairs(set.eps) do
        local s = hq.stats.summary(of("white", kind, attack, eps))
        curves:add { model = kind, attack = attack, eps = eps, asr = s.mean, sd = s.sd }
      end
    end
  end
  curves:plot { stem = ("%s/p4_%s"):format(option.out, set.stem), x = "eps", y = "asr", error = "sd", series = "model",
    panel = "attack", title = "Attack success rate in percent: " .. set.title,
    x_label = "eps (L-infinity, pixel range 1)", y_label = "ASR in percent" }
end

-- ---- the paper's claims ----------------------------------------------------------------------

local function judge(set, of)
  print(("\nClaims and measurements, %s"):format(set.title))
  local best = { reduction = -math.huge }
  local ranking = {}

  -- ASR of a model, averaged over attacks and eps, per seed.
  local function average(kind)
    local averages = {}
    for run = 1, #option.seeds do
      local sum = 0
      for _, attack in ipairs(compared) do
        for _, eps in ipairs(set.eps) do sum = sum + of("white", kind, attack, eps)[run] end
      end
      averages[run] = sum / (#compared * #set.eps)
    end
    return averages
  end

  local base_average = average "CNN"
  for i = 2, #kinds do
    local kind = kinds[i]
    for _, attack in ipairs(kind ~= "classical" and compared or {}) do
      for _, eps in ipairs(set.eps) do
        local asr, base = study.mean(of("white", kind, attack, eps)), study.mean(of("white", "CNN", attack, eps))
        local reduction = base > 0 and 100 * (base - asr) / base or 0
        if reduction > best.reduction then
          best = { reduction = reduction, kind = kind, attack = attack, eps = eps, asr = asr, base = base }
        end
      end
    end
    local own = average(kind)
    ranking[#ranking + 1] = ("%s %.1f%s"):format(kind, study.mean(own), study.tested(own, base_average))
  end
  print(("  (1) claim: ASR reduced by up to %s"):format(set.reduction and set.reduction .. " %"
    or "95.71 % (on CIFAR-10)"))
  print(("      here:  at most %.1f %%: %s, %s at eps %.3g, ASR %.1f %% against the CNN's %.1f %%"):format(
    best.reduction, best.kind, best.attack, best.eps, best.asr, best.base))
  print(("      here:  mean ASR in percent over attacks and eps: CNN %.1f; tested against it:\n             %s"):format(
    study.mean(base_average), table.concat(ranking, "\n             ")))
  local odr = {}
  for _, kind in ipairs(kinds) do odr[#odr + 1] = ("%s %.1f"):format(kind, study.mean(of("odr", kind))) end
  print(("  (2) claim: ODR %s"):format(set.odr and set.odr .. " %" or "unchanged"))
  print("      here:  " .. table.concat(odr, ", "))
  print "  (3) claim: up to 85,000 s to make the adversarial samples"
  local slowest, most, samples
  for _, kind in ipairs(kinds) do
    local _, seconds, made = rate(of, kind, attack_names)
    if not most or seconds > most then slowest, most, samples = kind, seconds, made end
  end
  print(("      here:  at most %.1f s for %.0f samples (%s)"):format(most, samples, slowest))

  local strongest = set.eps[#set.eps]
  for i, kind in ipairs(kinds) do
    local long, short = study.mean(of("long", kind)), study.mean(of("white", kind, "pgd", strongest))
    if long < short - 1 then
      print(("  warning: %s: PGD with more steps succeeds less: %.1f %% after %.1f %%"):format(kind, long, short))
    elseif long > short + 2 then
      print(("  warning: %s: PGD with %d steps is not the strongest: %.1f %% with %d"):format(kind, steps, long,
        4 * steps))
    end
    for _, attack in ipairs(i > 1 and transferred_names or {}) do
      local white = study.mean(of("white", kind, attack, strongest))
      local black = study.mean(of("transfer", kind, attack, strongest))
      if black > white + 1 then
        print(("  warning: %s: %s made on the CNN succeeds more often (%.1f %%) than made on the model (%.1f %%): its "
          .. "gradient hides"):format(kind, attack, black, white))
      end
    end
  end
end

for _, set in ipairs(load_all()) do
  local shape = set.train:samples():shape()
  print(("%s: %d training and %d test images of %dx%dx%d; %d epochs, batch %d"):format(set.title, #set.train, #set.test,
    shape[2], shape[3], shape[4], option.epochs, option.batch))
  local of, doubts = measure(set)
  table_of_models(set, of)
  table_of_success(set, of, "white", "attack success rate in percent, made on the model itself")
  table_of_success(set, of, "transfer", "attack success rate in percent, made on the CNN")
  table_of_times(set, of)
  draw(set, of)
  judge(set, of)
  for i = 1, math.min(3, #doubts) do print("  warning: " .. doubts[i]) end
  if #doubts > 3 then print(("  warning: %d more of this kind"):format(#doubts - 3)) end
  print ""
end

-- How much each pattern entangles, for circuits with random weights.
local t = hq.table { "pattern", "two-wire gates", "Meyer-Wallach Q", "expressibility (nats)" }
for _, pattern in ipairs(option.patterns) do
  local circuit = hq.circuit(option.wires, function(c) ansatz(c, pattern) end)
  local expressibility, entanglement = circuit:descriptors { seed = 1 }
  t:add { pattern, circuit:resources().two_qubit_gates, entanglement, expressibility }
end
print("Patterns alone, started in |0...0>\n\n" .. t:format(3))
