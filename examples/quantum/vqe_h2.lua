-- The ground state of the hydrogen molecule by a variational circuit (Peruzzo et al. 2014): gradient descent
-- against natural gradients (Stokes et al. 2020).  Writes results/vqe_h2.csv, .svg and .png.
--
--   hqlua run examples/quantum/vqe_h2.lua [steps]
--
-- H2 at 0.7414 Angstrom in the basis STO-3G, four spin orbitals by the Jordan-Wigner transformation: the 15 terms of
-- Seeley, Richard, Love 2012 (J. Chem. Phys. 137, 224109), in hartree, without the repulsion of the nuclei.

local hq = require "hqnn"

local steps = tonumber(arg and arg[1]) or 400

local hamiltonian = {
  { -0.81261 },
  { 0.171201, "Z", 0 }, { 0.171201, "Z", 1 }, { -0.2227965, "Z", 2 }, { -0.2227965, "Z", 3 },
  { 0.16862325, "ZZ", 0, 1 }, { 0.12054625, "ZZ", 0, 2 }, { 0.165868, "ZZ", 1, 2 },
  { 0.165868, "ZZ", 0, 3 }, { 0.12054625, "ZZ", 1, 3 }, { 0.17434925, "ZZ", 2, 3 },
  { -0.04532175, "YYXX", 0, 1, 2, 3 }, { 0.04532175, "XYYX", 0, 1, 2, 3 },
  { 0.04532175, "YXXY", 0, 1, 2, 3 }, { -0.04532175, "XXYY", 0, 1, 2, 3 },
}
local repulsion = 0.529177210903 / 0.7414

-- The lowest eigenvalue by the power method: what the circuit has to reach.  All words have an even number of Y, so
-- H is real; its spectrum lies below 2.
local function apply(psi)
  local out = {}
  for i = 0, 15 do out[i] = 0 end
  for _, term in ipairs(hamiltonian) do
    local word = term[2] or ""
    for i = 0, 15 do
      local j, sign, ys = i, 1, 0
      for k = 1, #word do
        local letter, bit = word:sub(k, k), 8 >> term[k + 2]
        if letter ~= "X" and i & bit ~= 0 then sign = -sign end
        if letter ~= "Z" then j = j ~ bit end
        if letter == "Y" then ys = ys + 1 end
      end
      out[j] = out[j] + term[1] * sign * (ys == 2 and -1 or 1) * psi[i]
    end
  end
  return out
end

local function ground_energy()
  local psi, energy = {}, 0
  for i = 0, 15 do psi[i] = i == 12 and 1 or 0.01 * i end
  for _ = 1, 400 do
    local image, norm = apply(psi), 0
    for i = 0, 15 do image[i] = 2 * psi[i] - image[i] end
    for i = 0, 15 do norm = norm + image[i] ^ 2 end
    for i = 0, 15 do psi[i] = image[i] / math.sqrt(norm) end
  end
  local image = apply(psi)
  for i = 0, 15 do energy = energy + psi[i] * image[i] end
  return energy
end

-- Both electrons in the bonding orbital (wires 0 and 1), then layers of RY and CNOT.
local circuit = hq.circuit(4, function(c, _, w)
  c:x(0):x(1)
  for _ = 1, 2 do
    for q in c:wires() do c:ry(q, w()) end
    for p, q in c:pairs "linear" do c:cnot(p, q) end
  end
  for q in c:wires() do c:ry(q, w()) end
  c:hamiltonian(hamiltonian)
end)

local exact = ground_energy()
print(("%d terms, %d weights; exact ground state: %.8f hartree (with the nuclei %.8f)"):format(#hamiltonian,
  circuit:weights(), exact, exact + repulsion))

local methods = {
  { name = "gradient descent", lr = 1.0, step = function(w)
    local _, gradient = circuit:gradient { weights = w }
    return gradient
  end },
  { name = "natural gradient", lr = 0.4, step = function(w)
    return circuit:natural_gradient { weights = w, damping = 1e-3 }
  end },
}

local curves = hq.table { "method", "iteration", "error" }
for _, method in ipairs(methods) do
  local w = hq.uniform { circuit:weights(), low = -0.4, high = 0.4, seed = 4, dtype = "float64" }
  local energy, first
  for iteration = 0, steps do
    energy = circuit:expect({ weights = w }):item()
    local gap = energy - exact
    curves:add { method.name, iteration, math.max(gap, 1e-12) }
    if gap < 1.6e-3 and not first then first = iteration end
    if iteration < steps then w = w - method.lr * method.step(w) end
  end
  print(("%-17s %.8f hartree after %d steps, %.1e above; chemical accuracy (1.6e-3) %s"):format(method.name,
    energy, steps, energy - exact, first and ("after " .. first) or "not reached"))
end

curves:plot { stem = "results/vqe_h2", x = "iteration", y = "error", series = "method", log_y = true,
  title = "H2 by a variational circuit", x_label = "iteration", y_label = "energy above the ground state (hartree)" }
print "curves: results/vqe_h2.png"
