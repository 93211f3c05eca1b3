-- Is a convolutional network with a quantum layer as accurate as its classical twin, and more robust under attack?
--
-- After the "Hybrid QCNN framework" (generalisation and robustness).  Two convolutions make a feature map, which is cut
-- into 2x2 patches; the four values of a patch drive a circuit of 4 qubits; its expectation values go into a fully
-- connected classifier.  Everything is trained together: Adam, lr 0.001, 50 epochs, MNIST and CIFAR-10.
--
-- The paper claims for MNIST, CNN with 1.1 million parameters against hybrid with 0.7 million:
--   (1) the same accuracy on clean images, 0.992 against 0.991,
--   (2) a more robust hybrid: 0.814 against 0.912 under FGSM with eps 0.1, 0.584 against 0.792 with eps 0.3.
--
-- Where it is silent, this script chooses
--   front            16 filters 3x3, ReLU, max-pooling 2x2, 4 filters 3x3, sigmoid: values in [0, 1]
--   patches          of each of the 4 channels alone, so that a patch has 4 values; all share one circuit
--   classifier       one hidden layer with ReLU, as wide as it takes to reach 0.7 million parameters
--   listing 1        RY(pi x); L times RY and RZ on every qubit and a ring of CNOTs; <Z> of every qubit
--   listing 2        AngleEmbedding about X (PennyLane's default) by pi x, StronglyEntanglingLayers, <Z> of every qubit
--   batch            64
--   weights          those before a ReLU start as He et al. 2015 (Kaiming, uniform).  From smaller ones, uniform in
--                    +-1/sqrt(fan-in) (--init small), the CNN's ReLUs behind its four filters die in the first epoch
--                    on CIFAR-10, and it stays at chance
--   eps              in units of the pixel range [0, 1]
--   PGD              10 steps (--attack-steps), alpha = 2.5 eps / steps, no random start
--
-- What is compared
--   hybrid 1, 2      the two listings
--   twin             a 2x2 convolution with ReLU in the circuit's place: 20 parameters for its 16 or 24, all else alike
--   linear           the same without ReLU: is the circuit more than a linear map?
--   CNN              the paper's: ReLU instead of the sigmoid, and a wider classifier, 1.1 million parameters
--
-- A note for the sceptic: the last RZ gates of both listings stand before CNOTs and <Z>.  They commute with what is
-- measured and change nothing, so 4 of the 16 or 24 quantum weights are idle.
--
--   hqlua run examples/papers/p1_hybrid_qcnn.lua --help

local hq = require "hqnn"
local study = dofile((arg[0]:match "^.*/" or "") .. "study.lua")
hq.quiet = true -- no progress; the linter's remark on RZ before Z is the note above

-- ---- command line ----------------------------------------------------------------------------

local usage = [[
usage: hqlua run examples/papers/p1_hybrid_qcnn.lua [options]
  --data NAME       mnist, cifar10 or digits (default mnist)
  --root DIR        folder of the data (default: its folder in $HQNN_DATA)
  --train N         training images, class-balanced (default 10000; 0 takes all)
  --test N          test images, class-balanced (default 0, all)
  --attack-test N   so many of them are attacked (default 1000)
  --epochs N        passes over the training images (default 50)
  --batch N         images per step (default 64)
  --seeds LIST      runs to average over (default 1,2,3)
  --listing NAME    1, 2 or both (default both)
  --layers N        L, layers of the ansatz (default 2)
  --models LIST     of hybrid, twin, linear, cnn (default all)
  --parameters N    of the hybrid, roughly; the CNN has 11/7 of them (default 700000)
  --init NAME       weights before a ReLU: kaiming or small (default kaiming)
  --diff NAME       gradients of the quantum weights: adjoint (backprop) or parameter_shift (default adjoint)
  --eps LIST        attack sizes (default 0.1,0.2,0.3)
  --attack-steps N  steps of PGD (default 10)
  --strong          also APGD with twice the steps and Square with 20 times as many queries
  --audit           also an audit of hybrid and CNN at the first eps, first seed
  --out DIR         folder for tables and curves (default results)
  --quick           small defaults, done within two minutes
]]

local option = study.options {
  name = "p1_hybrid_qcnn", usage = usage,
  defaults = {
    data = "mnist", root = "", train = 10000, test = 0, attack_test = 1000, epochs = 50, batch = 64,
    seeds = { 1, 2, 3 }, listing = "both", layers = 2, models = { "hybrid", "twin", "linear", "cnn" },
    parameters = 700000, init = "kaiming", diff = "adjoint", eps = { 0.1, 0.2, 0.3 }, attack_steps = 10,
    strong = false, audit = false, out = "results", quick = false,
  },
  quick = { train = 1000, test = 500, attack_test = 100, epochs = 3, seeds = { 1, 2 }, parameters = 70000 },
  least = { train = 0, test = 0, batch = 2, parameters = 1000 },
  choices = {
    data = { "mnist", "cifar10", "digits" }, listing = { "1", "2", "both" }, init = { "kaiming", "small" },
    models = { "hybrid", "twin", "linear", "cnn" }, diff = { "adjoint", "parameter_shift" },
  },
}

-- ---- data ------------------------------------------------------------------------------------

local titles = { mnist = "MNIST", cifar10 = "CIFAR-10", digits = "8x8 digits" }

local function load_data(name)
  if name == "digits" then return study.digits(option) end
  return hq.data[name](study.limits(option, option.root))
end

local found, train, test = pcall(load_data, option.data)
if not found then
  if not option.quick then error(train, 0) end
  print(("note: %s is not there; the 8x8 digits stand in for it"):format(titles[option.data]))
  option.data = "digits"
  train, test = load_data "digits"
end
local attacked = test:subset { count = math.min(option.attack_test, #test), shuffle = true, seed = 0 }

local _, channels, height, width = table.unpack(train:samples():shape())
print(("%s: %d training and %d test images of %dx%dx%d, %d of them attacked; %d epochs, batch %d, seeds %s"):format(
  titles[option.data], #train, #test, height, width, channels, #attacked, option.epochs, option.batch,
  table.concat(option.seeds, ",")))

-- ---- models ----------------------------------------------------------------------------------

local listings = {
  hq.circuit(4, function(c, x, w)
    for q in c:wires() do c:ry(q, math.pi * x[q]) end
    for _ = 1, option.layers do
      for q in c:wires() do
        c:ry(q, w())
        c:rz(q, w())
      end
      for p, q in c:pairs "ring" do c:cnot(p, q) end
    end
    for q in c:wires() do c:expect("Z", q) end
  end),
  hq.circuit(4, function(c)
    c:angle { axis = "X", scale = math.pi }
    c:template("strongly_entangling", { layers = option.layers })
    for q in c:wires() do c:expect("Z", q) end
  end),
}

local filters, front_channels = 16, 4
local half = { height // 2, width // 2 }
local features = front_channels * 4 * (half[1] // 2) * (half[2] // 2)

-- Units of the hidden layer for so many parameters in all: without the front's, features + 1 and classes per unit.
local function hidden_units(parameters)
  local front = filters * (9 * channels + 1) + front_channels * (9 * filters + 1)
  return math.max(4, (parameters - front - train.classes) // (features + 1 + train.classes))
end

-- How weights before a ReLU start.
local init = option.init == "kaiming" and "kaiming_uniform" or nil

-- A patch layer (or several) between the front and the classifier; the front ends in a ReLU or a sigmoid.
local function network(patch_layers, front_end, parameters)
  local layers = {
    hq.conv2d { filters = filters, kernel_size = 3, padding = 1, init = init },
    hq.relu(),
    hq.max_pool2d(),
    hq.conv2d { filters = front_channels, kernel_size = 3, padding = 1, init = front_end == "relu" and init or nil },
    front_end == "relu" and hq.relu() or hq.sigmoid(),
    -- One channel below the other: sides are even, so no 2x2 patch reaches into the next channel.
    hq.reshape { 1, front_channels * half[1], half[2] },
  }
  table.move(patch_layers, 1, #patch_layers, #layers + 1, layers)
  table.move({ hq.flatten(), hq.dense { units = hidden_units(parameters), init = init }, hq.relu(),
    hq.dense { units = train.classes } }, 1, 4, #layers + 1, layers)
  return hq.sequential(layers)
end

local function convolution(before_relu)
  return hq.conv2d { filters = 4, kernel_size = 2, stride = 2, init = before_relu and init or nil }
end

local makers = {
  twin = function() return network({ convolution(true), hq.relu() }, "sigmoid", option.parameters) end,
  linear = function() return network({ convolution() }, "sigmoid", option.parameters) end,
  cnn = function() return network({ convolution(true), hq.relu() }, "relu", option.parameters * 11 // 7) end,
}

-- What is compared: { name, make, listing }; the classical ones first, for they craft samples that the hybrids judge.
local contestants = {}
for _, kind in ipairs { "cnn", "twin", "linear", "hybrid" } do
  local wanted = false
  for _, name in ipairs(option.models) do wanted = wanted or name == kind end
  if wanted and kind ~= "hybrid" then
    contestants[#contestants + 1] = { name = kind == "cnn" and "CNN" or kind, make = makers[kind] }
  elseif wanted then
    for i, circuit in ipairs(listings) do
      if option.listing == "both" or option.listing == tostring(i) then
        contestants[#contestants + 1] = { name = "hybrid " .. i, listing = i, make = function()
          local layer = hq.quanvolution { circuit = circuit, kernel_size = 2, stride = 2,
            diff_method = option.diff }
          return network({ layer }, "sigmoid", option.parameters)
        end }
      end
    end
  end
end

-- Nothing below means much if the quantum layer's gradient is wrong.
print "\nGradient of the summed outputs by the quantum weights, three ways, Float64: largest difference from adjoint\n"
local exactness = hq.table { "listing", "weights", "parameter-shift", "finite differences" }
for i, circuit in ipairs(listings) do
  local given = {
    inputs = hq.uniform { 8, 4, seed = 1, dtype = "float64" },
    weights = hq.uniform { circuit:weights(), high = 2 * math.pi, seed = 2, dtype = "float64" },
  }
  local gradients = {}
  for _, way in ipairs { "adjoint", "parameter_shift", "finite_difference" } do
    given.differentiation = way
    local _, gradient = circuit:gradient(given)
    gradients[way] = gradient:totable()
  end
  local function worst(way)
    local largest = 0
    for k, value in ipairs(gradients.adjoint) do largest = math.max(largest, math.abs(value - gradients[way][k])) end
    return ("%.1e"):format(largest)
  end
  exactness:add { i, circuit:weights(), worst "parameter_shift", worst "finite_difference" }
end
print(exactness)

-- ---- measurement -----------------------------------------------------------------------------

local attacks = study.attacks(option)
-- Samples crafted on another model: made with its gradients.
local transferred = { attacks[1], attacks[2] }
local sizes = { 0, table.unpack(option.eps) }

-- Lists with one value per seed: clean[name], white[name][attack][eps], black[name][attack][eps].
local clean, white, black, seconds = {}, {}, {}, {}
local runs = hq.table { "model", "setting", "attack", "eps", "seed", "accuracy" }
local doubts = {}

local function push(list, key, value)
  list[key] = list[key] or {}
  table.insert(list[key], value)
end

local function record(where, setting, name, seed, report)
  for _, warning in ipairs(report.warnings) do
    doubts[#doubts + 1] = ("%s, %s, seed %d: %s"):format(setting, name, seed, warning)
  end
  where[name] = where[name] or {}
  local rows = table.move(report.rows, 1, #report.rows, 1, {})
  if where == white then table.move(report.worst, 1, #report.worst, #rows + 1, rows) end
  for _, row in ipairs(rows) do
    where[name][row.attack] = where[name][row.attack] or {}
    push(where[name][row.attack], row.eps, row.accuracy)
    runs:add { name, setting, row.attack, row.eps, seed, row.accuracy }
  end
end

local parameter_counts = {}
-- The first image of a seven (or of class 7), attacked: what do the models say?
local seven
for i, label in ipairs(test:labels()) do
  if label == 7 then
    seven = test:select { i }
    break
  end
end
-- Original, change and result for each model of the first seed, with the model's answer.
local pictures, captions = {}, {}
local answers = hq.table { "model", "seed", "clean", "FGSM " .. option.eps[#option.eps] }
local strongest = hq.attack.fgsm { eps = option.eps[#option.eps], seed = 0 }

for _, seed in ipairs(option.seeds) do
  local source
  for _, contestant in ipairs(contestants) do
    local name = contestant.name
    local model = contestant.make()
    model:build(train:samples():shape(), { seed = seed })
    if not parameter_counts[name] then
      parameter_counts[name] = study.parameters(model)
      print(("\n%s\n%s"):format(name, model))
    end
    local history = hq.fit(model, train, { epochs = option.epochs, batch = option.batch, seed = seed,
      optimizer = hq.optim.adam { lr = 1e-3 } })
    local spent = 0
    for _, epoch in ipairs(history) do spent = spent + epoch.seconds end
    local accuracy = hq.evaluate(model, test)
    push(clean, name, accuracy)
    push(seconds, name, spent / #history)
    runs:add { name, "clean", "none", 0, seed, accuracy }
    record(white, "white box", name, seed, hq.robustness(model, attacked, { eps = sizes, attacks = attacks }))
    if contestant.listing and source then
      record(black, "crafted on the " .. source.name, name, seed, hq.transfer { source = source.model, target = model,
        data = attacked, attacks = transferred, eps = sizes })
    end
    if option.audit and seed == option.seeds[1] and (contestant.listing or not source) then
      local others = source and { source.model } or nil
      study.audit(("Audit of %s at eps %g"):format(name, option.eps[1]), model, attacked,
        { eps = option.eps[1], sources = others, seed = 0 })
    end
    if seven then
      local made = strongest:run(model, seven):samples()
      local answer = model:infer(made):argmax()[1]
      answers:add { name, tostring(seed), model:infer(seven:samples()):argmax()[1], answer }
      if seed == option.seeds[1] then
        -- The change, with grey for none.
        local change = ((made - seven:samples()) / (2 * strongest.eps) + 0.5):clamp(0, 1)
        pictures[#pictures + 1] = hq.concat { seven:samples(), change, made }
        captions[#captions + 1] = ("%s: %d"):format(name, answer)
      end
    end
    print(("seed %d  %-9s accuracy %.4f in training, %.4f on test images; %.1f s per epoch"):format(seed, name,
      history[#history].accuracy, accuracy, spent / #history))
    if not contestant.listing and not source then
      source = { name = name, model = model }
    else
      model:release()
    end
  end
  if source then source.model:release() end
end

-- ---- tables ----------------------------------------------------------------------------------

-- The paper's figures, for MNIST alone.
local paper = {
  CNN = { parameters = "~1.1 M", clean = 0.992, fgsm = { [0.1] = 0.814, [0.3] = 0.584 } },
  hybrid = { parameters = "~0.7 M", clean = 0.991, fgsm = { [0.1] = 0.912, [0.3] = 0.792 } },
}
local function claimed(contestant, get)
  local of = option.data ~= "cifar10" and (contestant.listing and paper.hybrid or paper[contestant.name])
  local value = of and get(of)
  return value and tostring(value) or "-"
end

print "\n\nClean test accuracy, mean ± standard deviation over seeds, beside the paper's (MNIST)\n"
local summary = hq.table { "model", "parameters", "paper's", "accuracy", "paper", "s per epoch" }
for _, contestant in ipairs(contestants) do
  local name = contestant.name
  summary:add { name, parameter_counts[name], claimed(contestant, function(of) return of.parameters end),
    study.shown(clean[name], 4), claimed(contestant, function(of) return of.clean end), study.shown(seconds[name], 1) }
end
print(summary)

-- The last: the lowest accuracy, sample by sample, under all attacks.
local judged = table.move(attacks, 1, #attacks, 1, {})
judged[#judged + 1] = { name = "worst of all" }

local function attack_tables(title, where)
  print("\n\n" .. title)
  for _, attack in ipairs(where == white and judged or transferred) do
    local columns = { attack.name .. ", eps" }
    for _, eps in ipairs(sizes) do
      columns[#columns + 1] = ("%g"):format(eps)
      if where == white and paper.CNN[attack.name] and paper.CNN[attack.name][eps] then
        columns[#columns + 1] = ("paper at %g"):format(eps)
      end
    end
    local view = hq.table(columns)
    for _, contestant in ipairs(contestants) do
      local of_model = where[contestant.name]
      if of_model then
        local cells = { contestant.name }
        for _, eps in ipairs(sizes) do
          cells[#cells + 1] = study.shown(of_model[attack.name][eps], 3)
          if where == white and paper.CNN[attack.name] and paper.CNN[attack.name][eps] then
            cells[#cells + 1] = claimed(contestant, function(of) return of[attack.name][eps] end)
          end
        end
        view:add(cells)
      end
    end
    print("\n" .. tostring(view))
  end
end
attack_tables(("White box: accuracy on %d test images"):format(#attacked), white)
if next(black) then
  attack_tables(("Transfer: crafted on the %s, judged by the hybrid"):format(contestants[1].name), black)
end

print "\n\nA seven and what the models take it for\n"
print(answers)

local curves = hq.table { "model", "attack", "eps", "accuracy", "sd" }
for _, contestant in ipairs(contestants) do
  for _, attack in ipairs(attacks) do
    for _, eps in ipairs(sizes) do
      local of = hq.stats.summary(white[contestant.name][attack.name][eps])
      curves:add { contestant.name, attack.name, eps, of.mean, of.sd }
    end
  end
end
local stem = option.out .. "/p1_" .. option.data
if seven then hq.image_grid { path = stem .. "_seven.png", rows = pictures, labels = captions } end
curves:plot {
  stem = stem, x = "eps", y = "accuracy", error = "sd", series = "model", panel = "attack",
  title = ("%s: accuracy under white-box attacks"):format(titles[option.data]),
  x_label = "eps (L-infinity, pixel range 1)", y_label = "accuracy",
}
runs:write_csv(stem .. "_runs.csv")

-- ---- the paper's claims ----------------------------------------------------------------------

local function accuracies(name, attack, eps) return attack and white[name][attack][eps] or clean[name] end

-- Hybrid minus classical, in points, with a paired t test over the seeds.
local function difference(hybrid, classical, attack, eps)
  local a, b = accuracies(hybrid, attack, eps), accuracies(classical, attack, eps)
  return ("%s against %s: %+.1f points%s"):format(hybrid, classical, 100 * (study.mean(a) - study.mean(b)),
    study.tested(a, b))
end

print "\nThe paper's claims and what was measured here\n"
local claims = { { "(1) claim: the same clean accuracy, 0.992 and 0.991" } }
for _, attack in ipairs(attacks) do
  for _, eps in ipairs(option.eps) do
    local figures = attack.name == "fgsm" and ({ [0.1] = "+9.8", [0.3] = "+20.8" })[eps]
    claims[#claims + 1] = {
      ("(2) claim: the hybrid is more accurate under attack%s; %s, eps %g"):format(
        figures and ", " .. figures .. " points" or "", attack.name, eps), attack.name, eps,
    }
  end
end
for _, claim in ipairs(claims) do
  print("  " .. claim[1])
  for _, contestant in ipairs(contestants) do
    for _, rival in ipairs(contestants) do
      if contestant.listing and not rival.listing then
        print("      here:  " .. difference(contestant.name, rival.name, claim[2], claim[3]))
      end
    end
  end
end
for i = 1, math.min(3, #doubts) do print("warning: " .. doubts[i]) end
if #doubts > 3 then print(("warning: %d more of this kind"):format(#doubts - 3)) end
print(("\nwrote %s*.csv, .gp, .svg and .png"):format(stem))
