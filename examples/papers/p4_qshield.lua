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
--   eps            in units of the pixel range [0, 1]; PGD and MIM with 10 steps
--   medical set    PneumoniaMNIST (two classes) stands in for OrganAMNIST
--
-- For the sceptic: the control "classical" has a dense layer with tanh in the circuit's place and everything else
-- the same, so what differs between it and the circuits is the circuit.  All models share seeds.  Attacks made on the
-- CNN are also tried on every model (transfer): they must not succeed more often than those made on the model itself,
-- otherwise its gradient only hides; PGD with four times the steps must not help the defender.
--
--   hqlua run examples/papers/p4_qshield.lua --help

local hq = require "hqnn"
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
  --steps N         steps of PGD and MIM (default 10)
  --data ROOT       folder of mnist, cifar10 and medmnist (default $HQNN_DATA, else the embedded 8x8 digits)
  --out DIR         folder for tables and curves (default results)
]]

local option = {
  sets = "mnist,cifar10,pneumonia", train = 4000, test = 500, epochs = 8, batch = 32, seeds = "1,2,3",
  patterns = "none,linear,ring,star,full", wires = 6, circuit_layers = 2, steps = 10, data = "", out = "results",
  quick = false,
}
local quick = { train = 1000, test = 60, epochs = 4, batch = 16, seeds = "1", patterns = "none,ring" }
local least = { train = 0, test = 0, wires = 2 }

local function fail(...)
  io.stderr:write("p4_qshield: ", string.format(...), "\n\n", usage)
  os.exit(2)
end

local function list(name, known)
  local words = {}
  for word in option[name]:gmatch "[^,]+" do
    if known and not known[word] then fail("--%s: unknown '%s'", name, word) end
    words[#words + 1] = known and word or math.tointeger(tonumber(word))
      or fail("--%s: '%s' is not a whole number", name, word)
  end
  option[name] = #words > 0 and words or fail("--%s: an empty list", name)
end

local function read_options(words)
  local given = {}
  while #words > 0 do
    local word = table.remove(words, 1)
    if word == "--help" then
      io.stdout:write(usage)
      os.exit(0)
    end
    local name = word:match "^%-%-(%l[%l-]*)$"
    name = name and name:gsub("-", "_")
    local default = option[name]
    if default == nil then fail("unknown option '%s'", word) end
    local value = true
    if type(default) ~= "boolean" then
      value = table.remove(words, 1) or fail("%s needs a value", word)
      if type(default) == "number" then
        value = math.tointeger(tonumber(value))
        local smallest = least[name] or 1
        if not value or value < smallest then fail("%s: expected a whole number, %d or more", word, smallest) end
      end
    end
    given[name] = value
  end
  if given.quick then for name, value in pairs(quick) do option[name] = value end end
  for name, value in pairs(given) do option[name] = value end
  list("seeds")
  list("sets", { mnist = true, cifar10 = true, pneumonia = true })
  list("patterns", { none = true, linear = true, ring = true, star = true, full = true })
end

read_options(table.move(arg, 1, #arg, 1, {}))

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
    local train, test = hq.data.digits {
      train = option.train > 0 and option.train <= 1437 and option.train or nil,
      test = option.test > 0 and option.test <= 360 and option.test or nil, balanced = true }
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

local function parameter_count(model)
  local count = 0
  for _, p in ipairs(model:parameters()) do count = count + p:count() end
  return count
end

-- ---- measurement -----------------------------------------------------------------------------

local function shown(values, format)
  if not values then return "-" end
  local s = hq.stats.summary(values)
  return s.n > 1 and (format .. " ± " .. format):format(s.mean, s.sd) or format:format(s.mean)
end

local function mean(values) return hq.stats.summary(values).mean end

-- ", p = 0.012 (paired t, n = 3)" of values that belong together seed by seed; "" for one seed.
local function difference(a, b)
  if #a < 2 then return "" end
  return (", p = %.2g (paired t, n = %d)"):format(hq.stats.paired_t(a, b).p, #a)
end

-- The samples that the model gets right; an error with `who` when there are none, because a success rate of attacks
-- would have no meaning.
local function right_ones(who, model, data)
  local right, predicted, labels = {}, model:infer(data:samples()):argmax(), data:labels()
  for i, label in ipairs(labels) do
    if predicted[i] == label then right[#right + 1] = i end
  end
  if #right == 0 then error(who .. ": no test image is classified correctly; train longer or test more", 0) end
  return data:select(right)
end

-- Mean weight of the CNN branch over some samples.
local function cnn_weight(front, fusion, samples)
  return fusion:fusion_weights(front:infer(samples)):mean(1):get(1)
end

local function attacks_of(eps, steps)
  return { hq.attack.fgsm { eps = eps, seed = 0 }, hq.attack.pgd { eps = eps, steps = steps, seed = 0 },
    hq.attack.mim { eps = eps, steps = steps, seed = 0 } }
end

-- Attacks made on `source` (the model itself for a white box): calls back with name, eps, ASR, seconds, samples.
local function attack_success(model, source, right, eps_list, report)
  for _, eps in ipairs(eps_list) do
    for _, attack in ipairs(attacks_of(eps, option.steps)) do
      local started = os.clock()
      local made = attack:run(source, right)
      local seconds = os.clock() - started
      report(attack.name, eps, 100 * (1 - hq.evaluate(model, made)), seconds, made)
    end
  end
end

local kinds = { "CNN", "classical", table.unpack(option.patterns) }

local function measure(set)
  local lists = {}
  local function add(value, ...)
    local key = table.concat({ ... }, "|")
    lists[key] = lists[key] or {}
    table.insert(lists[key], value)
  end
  local strongest = set.eps[#set.eps]
  for _, seed in ipairs(option.seeds) do
    local cnn
    for _, kind in ipairs(kinds) do
      local model, front, fusion = make(kind, set)
      model:build(set.train:samples():shape(), { seed = seed })
      local started = os.clock()
      local history = hq.fit(model, set.train, { epochs = option.epochs, batch = option.batch, seed = seed,
        optimizer = hq.optim.adam { lr = 1e-3 } })
      add(os.clock() - started, "training", kind)
      local right = right_ones(set.title .. ", " .. kind, model, set.test)
      add(100 * #right / #set.test, "odr", kind)
      add(parameter_count(model), "parameters", kind)
      if fusion then add(cnn_weight(front, fusion, set.test:samples()), "weight", kind) end
      local total, count = 0, 0
      attack_success(model, model, right, set.eps, function(name, eps, asr, seconds, made)
        add(asr, "white", kind, name, eps)
        total, count = total + seconds, count + #made
        if fusion and name == "pgd" and eps == strongest then
          add(cnn_weight(front, fusion, made:samples()), "weight attacked", kind)
        end
      end)
      add(total, "making", kind)
      add(count, "made", kind)
      local long = hq.attack.pgd { eps = strongest, steps = 4 * option.steps, seed = 0 }
      add(100 * (1 - hq.evaluate(model, long:run(model, right))), "long", kind)
      cnn = cnn or model
      if kind ~= "CNN" then
        attack_success(model, cnn, right, set.eps, function(name, eps, asr) add(asr, "transfer", kind, name, eps) end)
      end
      print(("%s, seed %d, %-9s  accuracy %.3f in training, %.3f on test images"):format(set.title, seed, kind,
        history[#history].accuracy, #right / #set.test))
    end
  end
  return function(...) return lists[table.concat({ ... }, "|")] end
end

-- ---- tables ----------------------------------------------------------------------------------

local attack_names = { "fgsm", "pgd", "mim" }

local function table_of_models(set, of)
  local t = hq.table { "model", "parameters", "ODR %, paper", "ODR %", "w_c clean", "w_c under PGD", "training, s",
    "making, s", "samples/s" }
  for _, kind in ipairs(kinds) do
    t:add { kind, mean(of("parameters", kind)),
      set.odr and kind ~= "CNN" and kind ~= "classical" and ("%.2f"):format(set.odr) or "-",
      shown(of("odr", kind), "%.1f"), shown(of("weight", kind), "%.2f"), shown(of("weight attacked", kind), "%.2f"),
      shown(of("training", kind), "%.1f"), shown(of("making", kind), "%.1f"),
      ("%.0f"):format(mean(of("made", kind)) / mean(of("making", kind))) }
  end
  print(("\n%s: detection of clean samples, fusion weight of the CNN branch, processor time\n\n%s"):format(set.title,
    t:format(0)))
end

local function table_of_success(set, of, setting, title)
  for _, attack in ipairs(attack_names) do
    local columns = { attack .. ", eps" }
    for _, eps in ipairs(set.eps) do columns[#columns + 1] = ("%.3g"):format(eps) end
    local t = hq.table(columns)
    for _, kind in ipairs(kinds) do
      if of(setting, kind, attack, set.eps[1]) then
        local cells = { kind }
        for _, eps in ipairs(set.eps) do cells[#cells + 1] = shown(of(setting, kind, attack, eps), "%.1f") end
        t:add(cells)
      end
    end
    print(("\n%s: %s\n\n%s"):format(set.title, title, t))
  end
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
      for _, attack in ipairs(attack_names) do
        for _, eps in ipairs(set.eps) do sum = sum + of("white", kind, attack, eps)[run] end
      end
      averages[run] = sum / (#attack_names * #set.eps)
    end
    return averages
  end

  local base_average = average "CNN"
  for i = 2, #kinds do
    local kind = kinds[i]
    for _, attack in ipairs(kind ~= "classical" and attack_names or {}) do
      for _, eps in ipairs(set.eps) do
        local asr, base = mean(of("white", kind, attack, eps)), mean(of("white", "CNN", attack, eps))
        local reduction = base > 0 and 100 * (base - asr) / base or 0
        if reduction > best.reduction then
          best = { reduction = reduction, kind = kind, attack = attack, eps = eps, asr = asr, base = base }
        end
      end
    end
    local own = average(kind)
    ranking[#ranking + 1] = ("%s %.1f%s"):format(kind, mean(own), difference(own, base_average))
  end
  print(("  (1) claim: ASR reduced by up to %s"):format(set.reduction and set.reduction .. " %"
    or "95.71 % (on CIFAR-10)"))
  print(("      here:  at most %.1f %%: %s, %s at eps %.3g, ASR %.1f %% against the CNN's %.1f %%"):format(
    best.reduction, best.kind, best.attack, best.eps, best.asr, best.base))
  print(("      here:  mean ASR in percent over attacks and eps: CNN %.1f; tested against it:\n             %s"):format(
    mean(base_average), table.concat(ranking, "\n             ")))
  local odr = {}
  for _, kind in ipairs(kinds) do odr[#odr + 1] = ("%s %.1f"):format(kind, mean(of("odr", kind))) end
  print(("  (2) claim: ODR %s"):format(set.odr and set.odr .. " %" or "unchanged"))
  print("      here:  " .. table.concat(odr, ", "))
  print "  (3) claim: up to 85,000 s to make the adversarial samples"
  local slowest = kinds[1]
  for _, kind in ipairs(kinds) do
    if mean(of("making", kind)) > mean(of("making", slowest)) then slowest = kind end
  end
  print(("      here:  at most %.1f s of processor time for %.0f samples (%s)"):format(mean(of("making", slowest)),
    mean(of("made", slowest)), slowest))

  local strongest = set.eps[#set.eps]
  for i, kind in ipairs(kinds) do
    local long, short = mean(of("long", kind)), mean(of("white", kind, "pgd", strongest))
    if long < short - 1 then
      print(("  warning: %s: PGD with more steps succeeds less: %.1f %% after %.1f %%"):format(kind, long, short))
    elseif long > short + 2 then
      print(("  warning: %s: PGD with %d steps is not the strongest: %.1f %% with %d"):format(kind, option.steps, long,
        4 * option.steps))
    end
    for _, attack in ipairs(i > 1 and attack_names or {}) do
      local white, black = mean(of("white", kind, attack, strongest)), mean(of("transfer", kind, attack, strongest))
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
  local of = measure(set)
  table_of_models(set, of)
  table_of_success(set, of, "white", "attack success rate in percent, made on the model itself")
  table_of_success(set, of, "transfer", "attack success rate in percent, made on the CNN")
  draw(set, of)
  judge(set, of)
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
