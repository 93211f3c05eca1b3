-- What a circuit can express, entangle, learn and cost: methods of finished circuits, and sweeps over several.
-- The sampling loops are native; error bars come with every number that is drawn.

local core = require "hqnn.core"
local options = require "hqnn.options"
local random = require "hqnn.random"

local native = core.native
local analysis, methods = {}, {}

-- An array of numbers from a tensor or nested arrays, row by row; nil for nil.
local function numbers(name, what, value)
  if value == nil then return nil end
  if core.object.kind(value) == "tensor" then value = value:totable() end
  if type(value) ~= "table" or core.object.kind(value) then
    options.raise("%s: %s: expected a tensor or an array of numbers, got %s", name, what, options.describe(value))
  end
  local list = {}
  local function add(part)
    for _, element in ipairs(part) do
      if type(element) == "table" then add(element) else list[#list + 1] = element end
    end
  end
  add(value)
  return list
end

-- A number stands for an array of one.
local function listed(value)
  if type(value) == "number" then return { value } end
  return value
end

local descriptor_options = { "samples", "bins", "seed" }

--- circuit:expressibility { samples = 5000, bins = 75, seed = 7 }: KL divergence in nats of the fidelities of random
-- states from those of Haar-random ones, its standard error, and the bias that so few samples give it
-- (Sim, Johnson and Aspuru-Guzik 2019)
function methods:expressibility(given)
  local o = options.check("circuit:expressibility", given, descriptor_options)
  o.seed = random.next(o.seed)
  return native.circuit_expressibility(self, o)
end

--- circuit:entanglement { samples = 5000, seed = 7 }: mean Meyer-Wallach Q of random states, and its standard error
function methods:entanglement(given)
  local o = options.check("circuit:entanglement", given, { "samples", "seed" })
  o.seed = random.next(o.seed)
  return native.circuit_entanglement(self, o)
end

--- circuit:descriptors { samples = 5000, bins = 75, seed = 7 }: divergence and Q of the same states
function methods:descriptors(given)
  local o = options.check("circuit:descriptors", given, descriptor_options)
  o.seed = random.next(o.seed)
  return native.circuit_descriptors(self, o)
end

local gradient_options = { "output", "weight", "samples", "seed", "low", "high", "inputs" }

local function gradient_variance(name, circuit, given)
  local o = options.check(name, given, gradient_options)
  o.seed = random.next(o.seed)
  o.inputs = numbers(name, "inputs", o.inputs)
  if o.weight == "all" then
    o.weight = -1
  elseif o.weight ~= nil and (math.type(o.weight) ~= "integer" or o.weight < 0) then
    options.raise("%s: weight: expected the number of a weight or 'all', got %s", name, options.describe(o.weight))
  end
  return native.circuit_gradient_variance(circuit, o)
end

--- circuit:gradient_variance { output = 0, weight = 0, samples = 1000, seed = 7 }: variance over random weights of
-- the derivative of an output by a weight (weight = "all": the mean over all), its standard error, and a table with
-- the mean, its error and the same for every weight (McClean et al. 2018)
function methods:gradient_variance(given)
  local variance, err, mean, mean_error, tensor = gradient_variance("circuit:gradient_variance", self, given)
  local details = { mean = mean, mean_error = mean_error, weights = {} }
  for i, row in ipairs(tensor:totable()) do
    details.weights[i] = { mean = row[1], mean_error = row[2], variance = row[3], error = row[4] }
  end
  tensor:release()
  return variance, err, details
end

--- circuit:fourier { output = 0, columns = { 0 }, inputs = {...}, weights = w, period = 2, degree = 3 }: the Fourier
-- series of an output in some inputs, an array of { frequency = , re = , im = , abs = , degeneracy = } by frequency;
-- with several inputs that vary, frequency is an array (Schuld, Sweke and Meyer 2021)
function methods:fourier(given)
  local name = "circuit:fourier"
  local o = options.check(name, given, { "output", "columns", "inputs", "weights", "period", "degree" })
  o.columns, o.degree, o.period = listed(o.columns), listed(o.degree), listed(o.period)
  o.inputs, o.weights = numbers(name, "inputs", o.inputs), numbers(name, "weights", o.weights)
  o.period = numbers(name, "period", o.period)
  local tensor = native.circuit_fourier(self, o)
  local terms = {}
  for i, row in ipairs(tensor:totable()) do
    local k = #row - 3
    local re, im, ways = row[k + 1], row[k + 2], row[k + 3]
    terms[i] = {
      frequency = k == 1 and row[1] or table.move(row, 1, k, 1, {}),
      re = re,
      im = im,
      abs = math.sqrt(re * re + im * im),
      degeneracy = ways == ways and ways or nil,
    }
  end
  tensor:release()
  return terms
end

--- circuit:effective_dimension { n = 1000, gamma = 1, samples = 100, inputs = data, seed = 7 }: the effective
-- dimension for n data, its standard error, and the eigenvalues of the normalised Fisher information, a tensor
-- [samples, weights] (Abbas et al. 2021).  For an array of n: an array of { n = , value = , error = }, and the
-- eigenvalues.
function methods:effective_dimension(given)
  local name = "circuit:effective_dimension"
  local o = options.check(name, given,
    { "n", "gamma", "samples", "low", "high", "inputs", "rows", "model", "seed" })
  o.seed = random.next(o.seed)
  local n = o.n or 1000
  o.n = listed(n)
  if o.inputs ~= nil then
    local width = self:inputs()
    o.inputs = numbers(name, "inputs", o.inputs)
    if width == 0 or #o.inputs == 0 or #o.inputs % width ~= 0 then
      options.raise("%s: inputs: expected rows of %d, got %d numbers", name, width, #o.inputs)
    end
    o.rows = #o.inputs // width
  end
  local spectrum, values = native.circuit_effective_dimension(self, o)
  if type(n) == "number" then return values[1], values[2], spectrum end
  local list = {}
  for i, count in ipairs(n) do
    list[i] = { n = count, value = values[2 * i - 1], error = values[2 * i] }
  end
  return list, spectrum
end

local resources = { __name = "resources", __tostring = function(r) return r.text end }

--- circuit:resources(): counts; gates by name in `gates`, their names in order of first use in `kinds`
function methods:resources()
  local counts, gates, text = native.circuit_resources(self)
  counts.gates, counts.kinds, counts.text = {}, {}, text
  for name, count in gates:gmatch "([^\n]+) (%d+)" do
    counts.gates[name] = math.tointeger(count)
    table.insert(counts.kinds, name)
  end
  return setmetatable(counts, resources)
end

--- circuit:light_cone(output): what can influence it, { wires = , operations = , inputs = , weights = }
function methods:light_cone(output)
  local wires, operations, inputs, weights = native.circuit_light_cone(self, output)
  return { wires = wires, operations = operations, inputs = inputs, weights = weights }
end

-- Weighted least squares of y = a - rate * x: rate and its standard error; nil when that takes more points.
local function slope(points)
  local sum, mean_x, mean_y = 0, 0, 0
  for _, p in ipairs(points) do
    sum, mean_x, mean_y = sum + p.weight, mean_x + p.weight * p.x, mean_y + p.weight * p.y
  end
  mean_x, mean_y = mean_x / sum, mean_y / sum
  local xx, xy = 0, 0
  for _, p in ipairs(points) do
    xx, xy = xx + p.weight * (p.x - mean_x) ^ 2, xy + p.weight * (p.x - mean_x) * (p.y - mean_y)
  end
  if xx == 0 then return nil end
  return -xy / xx, 1 / math.sqrt(xx)
end

--- hq.analysis.plateau { values = { 2, 4, 6 }, build = function(n) return circuit end, weight = "all", … }: gradient
-- variances of one circuit per value, rows { x = , variance = , error = }, and in the fields `rate` and `rate_error`
-- how fast ln variance falls with x (ln 2 per qubit is a barren plateau).  Other options are those of
-- circuit:gradient_variance.
function analysis.plateau(given)
  local name = "hq.analysis.plateau"
  local o = options.check(name, given, { "values!", "build!", table.unpack(gradient_options) })
  if type(o.build) ~= "function" then
    options.raise("%s: build: expected function(value), got %s", name, options.describe(o.build))
  end
  local values, build = o.values, o.build
  o.values, o.build = nil, nil
  o.seed = random.next(o.seed)
  local rows, points = {}, {}
  for i, x in ipairs(values) do
    local circuit = options.expect(name, "build", build(x), "circuit")
    local variance, err = gradient_variance(name, circuit, o)
    rows[i] = { x = x, variance = variance, error = err }
    if variance > 0 and err > 0 and type(x) == "number" then
      points[#points + 1] = { x = x, y = math.log(variance), weight = (variance / err) ^ 2 }
    end
  end
  if #points > 1 then rows.rate, rows.rate_error = slope(points) end
  return rows
end

for name, method in pairs(options.publish(methods)) do core.circuit[name] = method end

return options.publish(analysis)
