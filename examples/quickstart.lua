-- Does a quanvolutional front end hold up better under attack than a plain convolution?
--
-- Two networks of the same size learn to read 8x8 digits.  One looks at the image through a small
-- quantum circuit, the other through a convolution.  Then both are attacked with ever larger
-- disturbances, each made with the attacked network's own gradients.
--
--   hqlua run examples/quickstart.lua        writes results/quickstart.{csv,gp,svg,png}

local hq = require "hqnn"

hq.seed(7)                                            -- weights, data order, attacks
local train, test = hq.data.digits()                  -- shipped with hqnn: 1437 and 360 images
print(("training on %s"):format(train))

-- One patch of 2x2 pixels, a wire each; a pixel in [0, 1] becomes an angle in radians.
local patch = hq.circuit(4, function(c, x, w)
  for q in c:wires() do c:ry(q, math.pi * x[q]) end
  for q in c:wires() do                               -- w() is a weight to be learned
    c:rz(q, w())
    c:ry(q, w())
  end
  for p, q in c:pairs "ring" do c:cnot(p, q) end
  for q in c:wires() do c:ry(q, w()) end
  for q in c:wires() do c:expect("Z", q) end
end)
print(patch)

local models = {
  {
    name = "QuNN",
    model = hq.sequential {
      hq.quanvolution { circuit = patch, kernel_size = 2, stride = 2 },
      hq.flatten(),
      hq.dense { units = 10 },                        -- input width is inferred
    },
  },
  {
    name = "CNN",
    model = hq.sequential {
      hq.conv2d { filters = 4, kernel_size = 2, stride = 2 },
      hq.relu(),
      hq.flatten(),
      hq.dense { units = 10 },
    },
  },
}

local attacks = { hq.attack.fgsm(), hq.attack.pgd { steps = 20 }, hq.attack.mim { steps = 20 } }
local eps = { 0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3 }    -- in units of the pixel range [0, 1]
local results = hq.table { "model", "attack", "eps", "accuracy" }

for _, entry in ipairs(models) do
  local history = hq.fit(entry.model, train, {
    epochs = 40, batch = 4, optimizer = hq.optim.adam { lr = 2e-3 }, progress = false,
  })
  local accuracy = hq.evaluate(entry.model, test)
  print(("\n%s: accuracy %.3f on training images, %.3f on test images"):format(entry.name,
    history[#history].accuracy, accuracy))
  print(entry.model)

  local report = hq.robustness(entry.model, test, { norm = "linf", eps = eps, attacks = attacks })
  print(report)
  for _, row in ipairs(report.rows) do
    results:add { model = entry.name, attack = row.attack, eps = row.eps, accuracy = row.accuracy }
  end
end

results:plot {
  stem = "results/quickstart", x = "eps", y = "accuracy", series = "model", panel = "attack",
  title = "Accuracy on 8x8 digits under attack", x_label = "size of the attack (L-infinity)",
  y_label = "accuracy",
}
print("\nwrote results/quickstart.csv, .svg and .png")
