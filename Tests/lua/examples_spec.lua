local support = require "support"

local run, exists = support.example, support.exists

describe("the examples", function()
  local folder, remove

  before_each(function() folder, remove = support.folder() end)
  after_each(function() remove() end)

  it("quickstart.lua compares two networks under attack", function()
    local output = run(folder, "quickstart.lua")
    for _, word in ipairs { "QuNN", "CNN", "fgsm", "pgd", "mim" } do assert.is_truthy(output:find(word, 1, true), word) end
    local accuracy = tonumber(output:match "QuNN: accuracy [%d.]+ on training images, ([%d.]+)")
    assert.is_true(accuracy > 0.8, output)
    for _, ending in ipairs { "csv", "svg", "png" } do
      assert.is_true(exists(folder .. "/results/quickstart." .. ending), ending)
    end
  end)

  it("robust_mnist.lua trains plainly and against attacks", function()
    local output = run(folder, "robust_mnist.lua 120 1 4 --fgsm")
    for _, word in ipairs { "plain training", "single steps", "PGD with 5 steps", "standard: ", "saved as" } do
      assert.is_truthy(output:find(word, 1, true), word .. "\n" .. output)
    end
  end)

  it("papers/p5_robqunn.lua measures the study's claims", function()
    local small = "papers/p5_robqunn.lua --train 60 --test 30 --epochs 2 --seeds 1,2 --attack-steps 2 "
      .. "--eps 0.05,0.2 --out out --control --strong"
    local output = run(folder, small)
    for _, word in ipairs { "zz_full", "random+rot", "claim", "here:", "Meyer-Wallach", "linear", "square, eps",
      "worst of all, eps" } do
      assert.is_truthy(output:find(word, 1, true), word .. "\n" .. output)
    end
    for _, name in ipairs { "p5.png", "p5.csv", "p5_runs.csv", "p5_cnn_to_qunn.svg", "p5_ansatz.csv" } do
      assert.is_true(exists(folder .. "/out/" .. name), name)
    end
    -- ZZ right before Z: one and the same classifier.
    local rows = {}
    for line in io.lines(folder .. "/out/p5.csv") do
      local model, rest = line:match "^([%w_]+),(.*)$"
      if model then rows[model] = (rows[model] or "") .. rest .. "\n" end
    end
    assert.is_string(rows.rot)
    for _, name in ipairs { "zz_full", "zz_linear", "zz_star" } do assert.equal(rows.rot, rows[name], name) end
  end)

  it("papers/p5_robqunn.lua audits its figures", function()
    local output = run(folder, "papers/p5_robqunn.lua --quick --train 40 --test 20 --epochs 1 --attack-steps 1 "
      .. "--eps 0.05 --variant plain --no-transfer --audit --audit-test 5 --out out")
    for _, word in ipairs { "Audit of CNN at eps 0.05: ", "Audit of zz_full at eps 0.05: ", "Audits at eps 0.05" } do
      assert.is_truthy(output:find(word, 1, true), word .. "\n" .. output)
    end
    assert.is_true(exists(folder .. "/out/p5_audits.csv"))
  end)

  it("papers/p5_robqunn.lua explains itself and refuses unknown options", function()
    assert.is_truthy(run(folder, "papers/p5_robqunn.lua --help"):find("^usage: "))
    local output, status = support.hqlua("run " .. support.root .. "/examples/papers/p5_robqunn.lua --epoch 3")
    assert.equal(2, status)
    assert.is_truthy(output:find("unknown option '--epoch'", 1, true), output)
  end)

  it("learning/optimizers.lua compares optimisers", function()
    local output = run(folder, "learning/optimizers.lua 2 1")
    for _, word in ipairs { "Adam, one cycle", "natural gradient", "SPSA", "Wilcoxon p = " } do
      assert.is_truthy(output:find(word, 1, true), word .. "\n" .. output)
    end
  end)

  it("papers/p1_hybrid_qcnn.lua compares both listings with their twins", function()
    local output = run(folder, "papers/p1_hybrid_qcnn.lua --quick --data digits --train 60 --test 30 --attack-test 10 "
      .. "--epochs 1 --parameters 3000 --attack-steps 2 --eps 0.1,0.3 --out out --diff parameter_shift --strong")
    for _, word in ipairs { "square, eps", "worst of all, eps", "hybrid 1",
      "hybrid 2", "twin", "linear", "CNN", "claim", "here:", "Transfer", "A seven" } do
      assert.is_truthy(output:find(word, 1, true), word .. "\n" .. output)
    end
    -- The three gradients of each listing agree.
    for listing, weights in pairs { 16, 24 } do
      local shift, finite = output:match(("\n *%d +%d +(%%S+) +(%%S+)\n"):format(listing, weights))
      assert.is_true(tonumber(shift) < 1e-12 and tonumber(finite) < 1e-6, output)
    end
    for _, name in ipairs { "p1_digits.png", "p1_digits.csv", "p1_digits_runs.csv", "p1_digits_seven.png" } do
      assert.is_true(exists(folder .. "/out/" .. name), name)
    end
  end)

  it("papers/p3_hybrid_classifier.lua records every epoch of the chain and its ablations", function()
    local output = run(folder, "papers/p3_hybrid_classifier.lua --quick --data digits --train 80 --test 30 "
      .. "--attack-test 10 --epochs 2 --channels 16 --attack-steps 2 --eps 0.1 --strong --out out")
    for _, word in ipairs { "hybrid", "classical", "linear", "rotations", "5 qubits", "claim", "here:", "Failure signs",
      "expected input {batch, 16}, got {batch, 12}" } do
      assert.is_truthy(output:find(word, 1, true), word .. "\n" .. output)
    end
    local lines = 0
    for _ in io.lines(folder .. "/out/p3_digits_epochs.csv") do lines = lines + 1 end
    assert.equal(1 + 5 * 2, lines)
    assert.is_true(exists(folder .. "/out/p3_digits.png"))
  end)

  it("papers/p3_hybrid_classifier.lua gives a frozen body new heads", function()
    if not os.getenv "HQNN_DATA" then pending "HQNN_DATA is not set: the sets are not read" end
    local output = run(folder, "papers/p3_hybrid_classifier.lua --quick --models hybrid --train 60 --test 20 --epochs 1 "
      .. "--attack-test 2 --transfer-train 40 --channels 32 --attack-steps 1 --eps 0.1")
    for _, word in ipairs { "5x5, padding 4x4", "{batch, 2, 32, 32}", "Fashion-MNIST", "KMNIST (test split)", "untrained" } do
      assert.is_truthy(output:find(word, 1, true), word .. "\n" .. output)
    end
  end)

  it("the studies explain themselves and refuse what they do not know", function()
    for _, name in ipairs { "p1_hybrid_qcnn", "p3_hybrid_classifier" } do
      assert.is_truthy(run(folder, "papers/" .. name .. ".lua --help"):find("^usage: "))
      for words, message in pairs { ["--epoch 3"] = "unknown option '--epoch'", ["--epochs 0"] = "1 or more, got '0'",
        ["--data fashion"] = "unknown 'fashion'" } do
        local output, status = support.hqlua(("run %s/examples/papers/%s.lua %s"):format(support.root, name, words))
        assert.equal(2, status)
        assert.is_truthy(output:find(message, 1, true), output)
      end
    end
  end)

  it("quantum/barren_plateau.lua fits how fast gradients vanish", function()
    local output = run(folder, "quantum/barren_plateau.lua 40")
    local deep = tonumber(output:match "3n layers: all qubits +(-[%d.]+) +[%d.]+ +[%d.]+\n")
    assert.is_true(deep < -0.5 and deep > -0.9, output)
    assert.is_true(exists(folder .. "/results/barren_plateau.png"))
  end)

  it("quantum/expressibility.lua makes the table of Sim's circuits", function()
    local output = run(folder, "quantum/expressibility.lua 200")
    assert.is_truthy(output:find("19  3 layers", 1, true), output)
    assert.is_true(exists(folder .. "/results/expressibility.png") and exists(folder .. "/results/entanglement.png"))
  end)

  it("quantum/vqe_h2.lua reaches the ground state of hydrogen", function()
    local output = run(folder, "quantum/vqe_h2.lua 60")
    assert.is_truthy(output:find("-1.85104568 hartree (with the nuclei -1.13729168)", 1, true), output)
    local energy = tonumber(output:match "natural gradient +(-[%d.]+) hartree")
    assert.is_true(math.abs(energy + 1.85104568) < 1e-6, output)
    assert.is_true(exists(folder .. "/results/vqe_h2.png"))
  end)

  it("quantum/noise_sweep.lua holds random runs against exact noise", function()
    local output = run(folder, "quantum/noise_sweep.lua")
    -- Seven channels shrink the coherence at p = 0.1 by 1 - 4p/3 each.
    assert.is_truthy(output:find("XXXX +exact +0.1000 +0.3673"), output)
    assert.is_true(exists(folder .. "/results/noise_sweep.png"))
  end)

  it("quantum/qcnn.lua finds the transition that it was trained on", function()
    local output = run(folder, "quantum/qcnn.lua 20")
    local crossing = tonumber(output:match "h2 = 0 +([%d.]+)\n")
    assert.is_true(crossing > 0.8 and crossing < 1.2, output)
    assert.is_true(exists(folder .. "/results/qcnn.png"))
  end)
end)
