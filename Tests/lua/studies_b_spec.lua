local support = require "support"

local run, exists = support.example, support.exists

describe("the studies P2 and P4", function()
  local folder, remove

  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  it("papers/p2_denoising.lua measures the study's claims", function()
    local output = run(folder, "papers/p2_denoising.lua --quick --train 80 --test 24 --epochs 2 --layer-epochs 2 "
      .. "--attack-steps 2 --strong --joined --out out")
    for _, word in ipairs { "claim", "here:", "FGSM restored", "with layer, made through it, PGD",
      "with layer, made through it, all", "joined, adversarial training, all" } do
      assert.is_truthy(output:find(word, 1, true), word .. "\n" .. output)
    end
    for _, name in ipairs { "p2_iris.csv", "p2_iris_training.png", "p2_mnist.csv", "p2_mnist_training.svg",
      "p2_mnist_images.png" } do
      assert.is_true(exists(folder .. "/out/" .. name), name)
    end
  end)

  it("papers/p2_denoising.lua takes the other encodings and bases", function()
    local output = run(folder, "papers/p2_denoising.lua --quick --train 40 --test 12 --epochs 1 --layer-epochs 1 "
      .. "--attack-steps 1 --part mnist --encoding angle --basis X --out out")
    assert.is_truthy(output:find("Claims and measurements", 1, true), output)
    output = run(folder, "papers/p2_denoising.lua --quick --epochs 1 --layer-epochs 1 --attack-steps 1 --part iris "
      .. "--encoding amplitude --basis Y --out out")
    assert.is_truthy(output:find("Claims and measurements", 1, true), output)
  end)

  it("papers/p4_qshield.lua measures the study's claims", function()
    local output = run(folder, "papers/p4_qshield.lua --quick --train 80 --test 20 --epochs 2 --attack-steps 2 --sets mnist "
      .. "--seeds 1,2 --patterns none,star --out out")
    for _, word in ipairs { "claim", "here:", "classical", "star", "w_c clean", "made on the CNN", "Meyer-Wallach" } do
      assert.is_truthy(output:find(word, 1, true), word .. "\n" .. output)
    end
    assert.is_true(exists(folder .. "/out/p4_mnist.png") or exists(folder .. "/out/p4_digits.png"))
  end)

  it("papers/p4_qshield.lua tries every attack", function()
    local output = run(folder, "papers/p4_qshield.lua --quick --train 200 --test 40 --epochs 3 --attack-steps 2 "
      .. "--attack-test 12 --sets mnist --patterns ring --strong --out out")
    for _, word in ipairs { "apgd, eps", "deepfool, eps", "square, eps", "worst of all, eps", "what each attack takes",
      "median distance" } do
      assert.is_truthy(output:find(word, 1, true), word .. "\n" .. output)
    end
  end)

  it("papers/p4_qshield.lua says why a set is left out, and takes what a small class allows", function()
    local output, status = support.shell(("cd %s && HQNN_DATA=/nowhere %s/bin/hqlua run %s/examples/papers/p4_qshield.lua "
      .. "--quick --train 300 --test 40 --epochs 4 --attack-steps 1 --sets pneumonia --patterns none"):format(folder,
      support.build, support.root))
    assert.equal(0, status, output)
    assert.is_truthy(output:find("note: PneumoniaMNIST %(for OrganAMNIST%) is left out: .*hq.data"), output)
    assert.is_truthy(output:find("embedded 8x8 digits: 300 training", 1, true), output)
    if not os.getenv "HQNN_DATA" then return end
    output = run(folder, "papers/p4_qshield.lua --quick --train 4000 --test 500 --epochs 1 --attack-steps 1 "
      .. "--sets pneumonia --attack-test 4 --patterns none")
    assert.is_truthy(output:find("2428 training and 468 test images", 1, true), output)
  end)

  it("papers p2 and p4 explain themselves and refuse unknown options", function()
    for _, name in ipairs { "p2_denoising", "p4_qshield" } do
      assert.is_truthy(run(folder, "papers/" .. name .. ".lua --help"):find("^usage: "))
      for wrong, message in pairs {
        ["--epoch 3"] = "unknown option '--epoch'", ["--epochs 0"] = "--epochs: expected a ", ["--epochs"] = "needs a value",
        ["--seeds 1,x"] = "--seeds: 'x' is not a whole number",
      } do
        local output, status = support.hqlua(("run %s/examples/papers/%s.lua %s"):format(support.root, name, wrong))
        assert.equal(2, status)
        assert.is_truthy(output:find(message, 1, true), output)
      end
    end
  end)
end)
