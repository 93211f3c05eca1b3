-- What a quantum layer is good for: the same network with the layer as it is, without entanglement, and with classical
-- layers of the same shape in its place, trained and attacked alike, over several seeds, with paired tests.

local containers = require "hqnn.containers"
local core = require "hqnn.core"
local custom = require "hqnn.custom"
local interchange = require "hqnn.interchange"
local json = require "hqnn.json"
local layers = require "hqnn.layers"
local options = require "hqnn.options"
local random = require "hqnn.random"
local robustness = require "hqnn.robustness"
local stats = require "hqnn.stats"
local tables = require "hqnn.table"
local training = require "hqnn.fit"

local ablation = {}

-- ---- circuits without entanglement ----

-- Numbers of weights from 0 on, in the order in which they are met.
local function renumber(value, numbers)
  if type(value) ~= "table" then return end
  if math.type(value.weight) == "integer" then
    numbers[value.weight] = numbers[value.weight] or numbers.next
    if numbers[value.weight] == numbers.next then numbers.next = numbers.next + 1 end
    value.weight = numbers[value.weight]
  end
  for key, inner in pairs(value) do
    if key ~= "weight" then renumber(inner, numbers) end
  end
end

--- hq.without_entanglement(circuit): the circuit without its gates on two or more wires; weights that are left are
-- numbered anew
function ablation.without_entanglement(circuit)
  options.expect("hq.without_entanglement", "argument 1", circuit, "circuit")
  local whole = json.decode(circuit:json())
  local kept, numbers = {}, { next = 0 }
  for _, operation in ipairs(whole.operations) do
    if #operation.wires == 1 then
      renumber(operation, numbers)
      kept[#kept + 1] = json.encode(operation, "hq.without_entanglement")
    end
  end
  local parts = { '"operations":[' .. table.concat(kept, ",") .. "]" }
  for key, value in pairs(whole) do
    if key ~= "operations" then
      parts[#parts + 1] = ('"%s":%s'):format(key, json.encode(value, "hq.without_entanglement"))
    end
  end
  return interchange.circuit_from_json("{" .. table.concat(parts, ",") .. "}")
end

-- ---- what takes the layer's place ----

local function pair(value, usual)
  if type(value) == "table" then return value[1], value[2] end
  return value or usual, value or usual
end

-- cos(pi x) or sin(pi x), value by value: <Z> and <X> of RY(pi x) on a wire of its own.
local function wave(name)
  return custom.layer { name = name .. "_pi_x", forward = function(_, x) return (x * math.pi)[name](x * math.pi) end }
end

-- One filter for each pixel of a patch: the values that the circuit's wires see, side by side as channels.
local function patches(q, channels)
  local height, width = pair(q.kernel_size, 2)
  local rows = channels * height * width
  local unfold = layers.conv2d { filters = rows, kernel_size = { height, width }, stride = q.stride or 2,
    padding = q.padding, dilation = q.dilation, bias = false, trainable = false }
  return unfold, function()
    local values = {}
    for row = 1, rows do
      values[row] = {}
      for place = 0, rows - 1 do
        local channel, y, x = place // (height * width) + 1, place // width % height + 1, place % width + 1
        values[row][channel] = values[row][channel] or {}
        values[row][channel][y] = values[row][channel][y] or {}
        values[row][channel][y][x] = place == row - 1 and 1 or 0
      end
    end
    unfold:parameters()[1]:assign(values)
  end
end

-- The circuit's place: a filter over patches (quanvolution), or a dense layer.
local function filter(q, outputs, more)
  local o = { filters = outputs, kernel_size = q.kernel_size or 2, stride = q.stride or 2, padding = q.padding,
    dilation = q.dilation }
  for key, value in pairs(more or {}) do o[key] = value end
  return layers.conv2d(o)
end

local function with_circuit(q, circuit)
  local o = { circuit = circuit }
  for key, value in pairs(q) do
    if key ~= "circuit" then o[key] = value end
  end
  return o
end

-- Each gives a layer for { quantum = options of the quantum layer, image = whether it slides over images, channels,
-- outputs }, and a function that is called once the model is built, or nothing.
local variants = {
  quantum = function(s) return s.make(s.quantum) end,
  product = function(s)
    return s.make(with_circuit(s.quantum, ablation.without_entanglement(s.quantum.circuit)))
  end,
  linear = function(s)
    return s.image and filter(s.quantum, s.outputs) or layers.dense { units = s.outputs }
  end,
  cnn = function(s)
    return layers.sequential { s.image and filter(s.quantum, s.outputs) or layers.dense { units = s.outputs },
      layers.relu() }
  end,
  random = function(s)
    return s.image and filter(s.quantum, s.outputs, { trainable = false })
      or layers.dense { units = s.outputs, trainable = false }
  end,
  sinusoid = function(s)
    if not s.image then return wave "cos" end
    local unfold, fill = patches(s.quantum, s.channels)
    return layers.sequential { unfold, wave "cos" }, fill
  end,
  fourier = function(s)
    local waves = containers.parallel { wave "cos", wave "sin" }
    return layers.sequential { waves, s.image and filter(s.quantum, s.outputs) or layers.dense { units = s.outputs } }
  end,
  binarised = function(s)
    return layers.sequential { layers.binarise { backward = "straight_through" }, s.make(s.quantum) }
  end,
}

local order = { "quantum", "product", "linear", "cnn", "random", "sinusoid", "fourier", "binarised" }

local meaning = {
  quantum = "the layer as it is", product = "its circuit without entanglement",
  linear = "a filter or dense layer instead", cnn = "the same with ReLU",
  random = "a random filter, not trained", sinusoid = "cos(pi x), value by value",
  fourier = "cos(pi x) and sin(pi x), then a filter or dense layer", binarised = "the layer behind binarised inputs",
}

-- ---- the report ----

local methods = {}
local metatable = { __index = methods, __name = "hqnn.ablation" }

--- report:values(variant, measure): one number per seed; measures are "clean" and "attack eps", for instance "pgd 0.1"
function methods:values(variant, measure)
  local values = self.results[variant] and self.results[variant][measure]
  if not values then
    options.raise("report:values: there is no %s of %s", options.describe(measure), options.describe(variant))
  end
  return values
end

--- report:table(): variant, parameters, and for each measure its mean, deviation and p value against "quantum"
function methods:table()
  local columns = { "variant", "parameters" }
  for _, measure in ipairs(self.measures) do
    for _, what in ipairs { "", " sd", " p" } do columns[#columns + 1] = measure .. what end
  end
  local rows = tables.table(columns)
  for _, variant in ipairs(self.variants) do
    local cells = { variant, self.parameters[variant] }
    for _, measure in ipairs(self.measures) do
      local found = self:compare(variant, measure)
      for _, value in ipairs { found.mean, found.sd, found.p } do cells[#cells + 1] = value end
    end
    rows:add(cells)
  end
  return rows
end

--- report:compare(variant, measure): { mean, sd, difference, p } against the quantum layer, p of a paired t test over
-- seeds; NaN for the layer itself, for one seed and where all differences are the same
function methods:compare(variant, measure)
  local own, other = self:values(variant, measure), self:values("quantum", measure)
  local summary = stats.summary(own)
  local difference = summary.mean - stats.summary(other).mean
  local found = { mean = summary.mean, sd = summary.sd, difference = difference, p = 0 / 0 }
  if variant == "quantum" or #own < 2 then return found end
  local differences, same = own[1] - other[1], true
  for i = 2, #own do same = same and own[i] - other[i] == differences end
  if not same then found.p = stats.paired_t(own, other).p end
  return found
end

options.publish(methods)

function metatable:__tostring()
  local lines, width = {}, 9
  local head = { ("%-" .. width .. "s  %10s"):format("variant", "parameters") }
  for _, measure in ipairs(self.measures) do head[#head + 1] = ("%22s"):format(measure) end
  lines[1] = table.concat(head, "  ")
  for _, variant in ipairs(self.variants) do
    local cells = { ("%-" .. width .. "s  %10d"):format(variant, self.parameters[variant]) }
    for _, measure in ipairs(self.measures) do
      local found = self:compare(variant, measure)
      local p = found.p == found.p and ("p=%.3f"):format(found.p) or "       "
      cells[#cells + 1] = (" %.3f ± %.3f %7s"):format(found.mean, found.sd, p)
    end
    lines[#lines + 1] = table.concat(cells, "  ")
  end
  for _, variant in ipairs(self.variants) do lines[#lines + 1] = ("%-9s  %s"):format(variant, meaning[variant]) end
  lines[#lines + 1] = ("%d seeds; p: paired t test against the quantum layer"):format(#self.seeds)
  for _, warning in ipairs(self.warnings) do lines[#lines + 1] = "warning: " .. warning end
  return table.concat(lines, "\n")
end

-- ---- running it ----

local function expect_function(name, what, value)
  if type(value) ~= "function" then
    options.raise("%s: %s: expected a function, got %s", name, what, options.describe(value))
  end
end

local function setting(name, o)
  local q = o.quantum
  if type(q) ~= "table" or core.object.kind(q.circuit) ~= "circuit" then
    options.raise("%s: quantum: expected the options of a quantum layer, { circuit = … }, got %s", name,
      options.describe(q))
  end
  local image = o.layer ~= "quantum"
  if o.layer ~= nil and o.layer ~= "quantum" and o.layer ~= "quanvolution" then
    options.raise("%s: layer: expected 'quanvolution' or 'quantum', got %s", name, options.describe(o.layer))
  end
  return { quantum = q, image = image, make = image and layers.quanvolution or layers.quantum,
    outputs = q.circuit:outputs() * (image and q.filters or 1), channels = o.channels or 1 }
end

--- hq.ablation { model = function(part) return hq.sequential { part, … } end, quantum = { circuit = patch },
-- layer = "quanvolution", train = …, test = …, fit = { epochs = 5 }, attacks = { … }, eps = { 0.1 },
-- seeds = { 1, 2, 3 } }: clean and robust accuracy with the quantum layer and with others in its place
function ablation.ablation(given)
  local name = "hq.ablation"
  local o = options.check(name, given, { "model!", "quantum!", "layer", "channels", "train!", "test!", "attacked",
    "fit", "attacks", "eps", "seeds", "variants", "progress" })
  expect_function(name, "model", o.model)
  for _, key in ipairs { "train", "test" } do options.expect(name, key, o[key], "dataset") end
  local s = setting(name, o)
  local seeds, attacks, eps = o.seeds or { 1, 2, 3 }, o.attacks or {}, o.eps or { 0.1 }
  local chosen = o.variants or order
  local report = setmetatable({ variants = { "quantum" }, measures = { "clean" }, results = {}, parameters = {},
    seeds = seeds, warnings = {} }, metatable)
  for _, variant in ipairs(chosen) do
    if not variants[variant] then
      options.raise("%s: variants: there is no %s; there is %s", name, options.describe(variant), options.list(order))
    end
    if variant ~= "quantum" then report.variants[#report.variants + 1] = variant end
  end
  for _, attack in ipairs(attacks) do
    for _, radius in ipairs(eps) do report.measures[#report.measures + 1] = ("%s %g"):format(attack.name, radius) end
  end
  for _, variant in ipairs(report.variants) do
    local results = {}
    report.results[variant] = results
    local function push(measure, value)
      results[measure] = results[measure] or {}
      table.insert(results[measure], value)
    end
    for _, seed in ipairs(seeds) do
      random.seed(seed)
      local part, fill = variants[variant](s)
      local model = o.model(part)
      if core.object.kind(model) ~= "layer" then
        options.raise("%s: model: the function must return a layer, got %s", name, options.describe(model))
      end
      model:build(o.train:samples():shape(), { seed = seed })
      if fill then fill() end
      report.parameters[variant] = 0
      for _, parameter in ipairs(model:parameters()) do
        local count = 1
        for _, length in ipairs(parameter:shape()) do count = count * length end
        report.parameters[variant] = report.parameters[variant] + count
      end
      local fit = { progress = false, seed = seed }
      for key, value in pairs(o.fit or {}) do fit[key] = value end
      if type(fit.optimizer) == "function" then fit.optimizer = fit.optimizer() end
      training.fit(model, o.train, fit)
      push("clean", (training.evaluate(model, o.test)))
      if #attacks > 0 then
        local found = robustness.robustness(model, o.attacked or o.test,
          { attacks = attacks, eps = eps, progress = false })
        for _, row in ipairs(found.rows) do push(("%s %g"):format(row.attack, row.eps), row.accuracy) end
        for _, warning in ipairs(found.warnings) do
          report.warnings[#report.warnings + 1] = ("%s, seed %d: %s"):format(variant, seed, warning)
        end
      end
    end
  end
  return report
end

return ablation
