-- Can a quantum convolutional network tell a topological phase from a trivial one?  Ground states of the cluster
-- chain H = -J sum Z X Z - h1 sum X - h2 sum XX are its inputs, as amplitudes; it is trained on the line h2 = 0,
-- where the transition is known (h1 = J), and then asked about states off that line (Cong, Choi and Lukin 2019).
--
--   hqlua run examples/quantum/qcnn.lua [epochs]     writes results/qcnn.{csv,gp,svg,png}

local hq = require "hqnn"

hq.seed(11)
local epochs = tonumber(arg and arg[1]) or 40
local wires = 8
local size = 1 << wires

-- ---- ground states ----

local function sign(index, ...)
  local z = 1
  for _, q in ipairs { ... } do
    if index >> (wires - 1 - q) & 1 == 1 then z = -z end
  end
  return z
end

-- Terms as { coefficient, bits flipped, signs of each basis state }.
local function hamiltonian(h1, h2)
  local terms = {}
  local function add(coefficient, flips, signs)
    local mask = 0
    for _, q in ipairs(flips) do mask = mask | 1 << (wires - 1 - q) end
    local values = {}
    for index = 0, size - 1 do values[index] = coefficient * sign(index, table.unpack(signs)) end
    terms[#terms + 1] = { mask = mask, values = values }
  end
  for q = 0, wires - 3 do add(-1, { q + 1 }, { q, q + 2 }) end
  for q = 0, wires - 1 do add(-h1, { q }, {}) end
  if h2 ~= 0 then
    for q = 0, wires - 2 do add(-h2, { q, q + 1 }, {}) end
  end
  return terms
end

-- (shift - H) applied until it settles: from |+...+>, so that the two symmetries of the chain pick one state of
-- the four that are nearly degenerate in the topological phase.
local function ground_state(h1, h2)
  local terms = hamiltonian(h1, h2)
  local shift = (wires - 2) + wires * h1 + (wires - 1) * math.abs(h2)
  local psi, new = {}, {}
  for i = 0, size - 1 do psi[i] = 1 / math.sqrt(size) end
  for _ = 1, 250 do
    for i = 0, size - 1 do new[i] = 0.5 * shift * psi[i] end
    for _, term in ipairs(terms) do
      local mask, values = term.mask, term.values
      for i = 0, size - 1 do new[i ~ mask] = new[i ~ mask] - values[i] * psi[i] end
    end
    local norm = 0
    for i = 0, size - 1 do norm = norm + new[i] * new[i] end
    norm = 1 / math.sqrt(norm)
    for i = 0, size - 1 do psi[i] = new[i] * norm end
  end
  return table.move(psi, 0, size - 1, 1, {})
end

-- Ground states along a line of constant h2: samples, labels (0 is the topological phase) and the values of h1.
local function line(h2, from, to, count)
  local states, labels, fields = {}, {}, {}
  for k = 1, count do
    local h1 = from + (to - from) * (k - 0.5) / count
    states[k], fields[k] = ground_state(h1, h2), h1
    labels[k] = h1 < 1 and 0 or 1
  end
  return hq.tensor(states), labels, fields
end

-- ---- the network ----

local circuit = hq.circuit(wires, function(c)
  c:amplitudes { normalize = true }
  c:template("qcnn", { layers = 3 }) -- 8, 4, 2 wires; wire 0 is left
  c:expect("X", 0)
  c:expect("Z", 0)
end)
local model = hq.sequential { hq.quantum { circuit = circuit }, hq.dense { units = 2 } }

local train, train_labels = line(0, 0, 2, 40)
hq.fit(model, hq.data.from(train, train_labels),
  { epochs = epochs, batch = 8, optimizer = hq.optim.adam { lr = 0.02 }, progress = "none" })

local test, test_labels = line(0, 0.013, 1.987, 33)
print(("trained on %d ground states of the line h2 = 0: accuracy %.3f there, %.3f on %d others"):format(
  #train_labels, hq.evaluate(model, hq.data.from(train, train_labels)),
  hq.evaluate(model, hq.data.from(test, test_labels)), #test_labels))

-- ---- off the line ----

local results = hq.table { "h2", "h1", "topological" }
local crossings = hq.table { "h2", "transition at h1" }
for _, h2 in ipairs { -0.3, 0, 0.3 } do
  local states, _, fields = line(h2, 0, 2, 25)
  local logits = model(states):totable()
  local crossing, before = 0 / 0, nil
  for k, h1 in ipairs(fields) do
    local p = 1 / (1 + math.exp(logits[k][2] - logits[k][1]))
    results:add { ("h2 = %g"):format(h2), h1, p }
    if before and before.p >= 0.5 and p < 0.5 then
      crossing = before.h1 + (h1 - before.h1) * (before.p - 0.5) / (before.p - p)
    end
    before = { h1 = h1, p = p }
  end
  crossings:add { ("h2 = %g"):format(h2), crossing }
end
print(crossings:format(2))

results:plot {
  stem = "results/qcnn", x = "h1", y = "topological", series = "h2",
  title = "A quantum convolutional network on the cluster chain of 8 spins", x_label = "h1 / J",
  y_label = "probability of the topological phase",
}
print "results/qcnn.png: the transition on the line h2 = 0 is at h1 = J, XX terms move it"
