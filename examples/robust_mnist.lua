-- How much of its accuracy does a small convolutional network keep under attack, trained plainly and trained against
-- attacks?  A yardstick for every robustness figure: the plain network must lose nearly everything to PGD with 40 steps
-- and eps 0.3, the other must keep most under the strongest attacks (Madry et al. 2018).  With --fgsm it also trains
-- against single steps from random starts, which is cheaper and can overfit to that step: nothing is left under PGD
-- then (Wong, Rice, Kolter 2020).
--
--   HQNN_DATA=folder hqlua run examples/robust_mnist.lua [training images [epochs [attacked images [--fgsm]]]]
--
-- MNIST from $HQNN_DATA, otherwise the built-in 8x8 digits, which take seconds and where eps is 0.1.

local hq = require "hqnn"
hq.seed(1)

local count, epochs, attacked = tonumber(arg[1]) or 0, tonumber(arg[2]) or 10, tonumber(arg[3]) or 1000
local found, train, test = pcall(hq.data.mnist)
local eps = found and 0.3 or 0.1
if not found then train, test = hq.data.digits { test = 300 } end
if count > 0 then train = train:subset { count = count, balanced = true, seed = 1 } end
local few = test:subset { count = math.min(attacked, #test), shuffle = true, seed = 1 }
print(("%d training images, %d attacked, eps %g (L-infinity)"):format(#train, #few, eps))

local function network()
  local layers = { hq.conv2d { filters = 16, kernel_size = 5, padding = "same" }, hq.relu(),
    hq.max_pool2d { kernel_size = 2 }, hq.conv2d { filters = 32, kernel_size = 5, padding = "same" }, hq.relu(),
    hq.max_pool2d { kernel_size = 2 }, hq.flatten(), hq.dense { units = 128 }, hq.relu(), hq.dense { units = 10 } }
  return hq.sequential(layers)
end

local batch = 64

local function learn(model, adversarial, passes, rate)
  hq.fit(model, train, { epochs = passes, batch = batch, adversarial = adversarial, seed = 2,
    optimizer = hq.optim.adam { lr = rate },
    schedule = hq.schedule.one_cycle { steps = passes * math.ceil(#train / batch), start = 4 } })
end

-- Adversarial training begins with plain samples and grows the ball, because from scratch nothing is learned at eps 0.3
-- for a long time.
local function trained(method, steps)
  local model = network()
  local start = os.clock()
  local function inner(share) return method and { method = method, eps = share * eps, steps = steps } end
  if method then
    learn(model, nil, 1, 1e-3)
    for _, share in ipairs { 1 / 3, 2 / 3 } do learn(model, inner(share), 1, 1e-3) end
  end
  learn(model, inner(1), epochs, 2e-3)
  print(("trained in %.0f s of processor time; %.4f of all test images right"):format(os.clock() - start,
    (hq.evaluate(model, test))))
  return model
end

local pgd = hq.attack.pgd { steps = 40, random_start = true, early_exit = true }

print "\nplain training"
print(hq.robustness(trained(), few, { eps = { 0, eps }, attacks = { pgd } }))

local function defended(title, method, steps)
  print("\n" .. title)
  local model = trained(method, steps)
  local path = ("results/robust_mnist_%s.safetensors"):format(method)
  model:save(path)
  print("saved as " .. path)
  -- One after the other, because the ensemble takes long on a model that withstands it.
  for _, attack in ipairs { pgd, hq.attack.standard { eps = eps } } do
    local start = os.clock()
    print(hq.robustness(model, few, { eps = { 0, eps }, attacks = { attack } }))
    print(("%s: %.0f s of processor time"):format(attack.name, os.clock() - start))
  end
end

if arg[4] == "--fgsm" then defended("adversarial training: single steps from random starts", "fgsm") end
defended("adversarial training: PGD with 5 steps", "pgd", 5)
