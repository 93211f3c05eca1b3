-- Certificates: what no attack within a radius can change.  The bounds are native; reports are made here.

local core = require "hqnn.core"
local options = require "hqnn.options"
local progress = require "hqnn.progress"
local random = require "hqnn.random"

local certify = {}

local cleaner = setmetatable({}, { __close = progress.clear })

-- Calls `measure` with a function that shows how far it is.
local function shown(name, what, style, measure)
  style = progress.style(name, style)
  local _ <close> = cleaner
  return measure(function(done, total)
    if style == "bar" then progress.show(("%s  |%s|"):format(what, progress.bar(done / total))) end
    return false
  end)
end

local function expect(name, model, data)
  options.expect(name, "argument 1", model, "layer")
  options.expect(name, "argument 2", data, "dataset")
end

-- The share of rows of which something holds.
local function share(rows, holds)
  local count = 0
  for _, row in ipairs(rows) do
    if holds(row) then count = count + 1 end
  end
  return count / math.max(1, #rows)
end

local function is_right(row) return row.predicted == row.label end

-- A report: its methods, and lines for tostring.
local function class(name, methods, lines)
  return { __index = options.publish(methods), __name = name, __tostring = function(self)
    return table.concat(lines(self), "\n")
  end }
end

local function curve(radii, accuracy)
  local head, cells = { "radius  " }, { "accuracy" }
  for _, radius in ipairs(radii) do
    head[#head + 1] = ("%7.4g"):format(radius)
    cells[#cells + 1] = ("%7.3f"):format(accuracy(radius))
  end
  return table.concat(head, " "), table.concat(cells, " ")
end

-- ---- randomised smoothing ----

local smoothed = {}

--- report:accuracy(r): the share that is classified rightly with a radius of r or more
function smoothed:accuracy(radius)
  return share(self.rows, function(row) return is_right(row) and row.radius >= radius end)
end

local smoothed_class = class("hqnn.smoothing", smoothed, function(self)
  local sigma = self.sigma
  local head, cells = curve({ 0, 0.5 * sigma, sigma, 1.5 * sigma, 2 * sigma }, function(r) return self:accuracy(r) end)
  local title = ("randomised smoothing, sigma %g, n %d, alpha %g"):format(sigma, self.n, self.alpha)
  return { ("%s: %d samples, %d abstained"):format(title, #self.rows, self.abstained), head .. "  (L2)", cells }
end)

--- hq.certify.smoothing(model, data, { sigma = 0.25, n0 = 100, n = 1000, alpha = 0.001, seed }): rows { label,
-- predicted, radius, probability, count }, predicted nil where it abstains (Cohen, Rosenfeld, Kolter 2019)
function certify.smoothing(model, data, given)
  local name = "hq.certify.smoothing"
  local o = options.check(name, given, { "sigma", "n0", "n", "alpha", "seed", "progress" })
  expect(name, model, data)
  o.seed = random.next(o.seed)
  local rows = shown(name, "smoothing", o.progress, function(report)
    return core.native.certify_smoothing(model, data, o, report)
  end)
  local abstained = 0
  for _, row in ipairs(rows) do
    if row.predicted == nil then abstained = abstained + 1 end
  end
  return setmetatable({ rows = rows, abstained = abstained, sigma = o.sigma or 0.25, n = o.n or 1000,
    alpha = o.alpha or 0.001 }, smoothed_class)
end

-- ---- interval bounds ----

local intervals = {}

--- report:accuracy(eps): the share that no perturbation of that size changes
function intervals:accuracy(eps)
  for i, value in ipairs(self.eps) do
    if value == eps then return share(self.rows, function(row) return row.certified[i] end) end
  end
  options.raise("report:accuracy: eps %s was not asked for", tostring(eps))
end

local norms = { linf = "L-infinity", l2 = "L2" }

local intervals_class = class("hqnn.intervals", intervals, function(self)
  local head, cells = curve(self.eps, function(eps) return self:accuracy(eps) end)
  local title = ("%s bounds: %d samples"):format(self.bounds, #self.rows)
  return { title, ("%s  (%s)"):format(head, norms[self.norm]), cells }
end)

--- hq.certify.intervals(model, data, { eps = { 0.01, 0.05 }, bounds = "interval", norm = "linf", low = 0, high = 1,
-- tolerance = 1e-3 }): rows { label, predicted, margins, certified }, with an entry for each eps; bounds are "interval"
-- (Gowal et al. 2018), "linear" (Zhang et al. 2020) or "crown" (Zhang et al. 2018), each as close as the last or closer
function certify.intervals(model, data, given)
  local name = "hq.certify.intervals"
  local o = options.check(name, given, { "eps!", "bounds", "norm", "low", "high", "tolerance", "progress" })
  expect(name, model, data)
  local eps = type(o.eps) == "number" and { o.eps } or o.eps
  if type(eps) ~= "table" or #eps == 0 then
    options.raise("%s: eps: expected a number or an array of numbers, got %s", name, options.describe(eps))
  end
  local rows = shown(name, "intervals", o.progress, function(report)
    return core.native.certify_intervals(model, data, o, eps, report)
  end)
  return setmetatable({ rows = rows, eps = table.move(eps, 1, #eps, 1, {}), bounds = o.bounds or "interval",
    norm = o.norm or "linf" }, intervals_class)
end

--- hq.certify.bounds(model, low, high, { tolerance = 1e-3 }): two tensors; for inputs between low and high all outputs
-- lie between them
function certify.bounds(model, low, high, given)
  local o = options.check("hq.certify.bounds", given, { "tolerance" })
  return core.native.layer_bounds(model, low, high, o.tolerance or 1e-3)
end

-- ---- Lipschitz bounds ----

local lipschitz = {}

--- report:accuracy(radius, norm = "linf"): the share that no smaller perturbation changes
function lipschitz:accuracy(radius, norm)
  if norm ~= nil and norm ~= "linf" and norm ~= "l2" then
    options.raise("report:accuracy: norm: expected 'linf' or 'l2', got %s", options.describe(norm))
  end
  local key = "radius_" .. (norm or "linf")
  return share(self.rows, function(row) return is_right(row) and row[key] > radius end)
end

local lipschitz_class = class("hqnn.lipschitz", lipschitz, function(self)
  local lines = { ("Lipschitz bounds in front of the head: L2 %.4g, L-infinity %.4g"):format(self.l2, self.linf) }
  for _, part in ipairs(self.parts) do
    lines[#lines + 1] = ("  %-28s L2 %-10.4g L-infinity %.4g"):format(part.place, part.l2, part.linf)
  end
  local head, cells = curve({ 0, 0.001, 0.01, 0.05, 0.1 }, function(r) return self:accuracy(r) end)
  lines[#lines + 1] = head .. "  (L-infinity)"
  lines[#lines + 1] = cells
  return lines
end)

--- hq.certify.lipschitz(model, data): rows { label, predicted, margin, radius_l2, radius_linf }, parts { place, l2,
-- linf }
function certify.lipschitz(model, data)
  expect("hq.certify.lipschitz", model, data)
  local rows, l2, linf, text = core.native.certify_lipschitz(model, data)
  local parts = {}
  for place, a, b in text:gmatch "([^\t\n]+)\t([^\t\n]+)\t([^\t\n]+)\n" do
    parts[#parts + 1] = { place = place, l2 = tonumber(a) or math.huge, linf = tonumber(b) or math.huge }
  end
  return setmetatable({ rows = rows, l2 = l2, linf = linf, parts = parts }, lipschitz_class)
end

-- ---- noise in the circuit ----

local channel = {}

--- report:accuracy(t): the share that no state within this trace distance changes
function channel:accuracy(distance)
  return share(self.rows, function(row) return is_right(row) and row.distance > distance end)
end

local channel_class = class("hqnn.noise_channel", channel, function(self)
  local head, cells = curve({ 0, 0.01, 0.05, 0.1, 0.2 }, function(t) return self:accuracy(t) end)
  return { ("depolarising noise, p %g: %d samples"):format(self.p, #self.rows), head .. "  (trace distance)", cells }
end)

--- hq.certify.noise_channel(model, data, { p = 0.1, outcomes = model's outputs }): rows { label, predicted, distance,
-- private_distance, radius_l2, radius_linf } (Du et al. 2021)
function certify.noise_channel(model, data, given)
  local name = "hq.certify.noise_channel"
  local o = options.check(name, given, { "p!", "outcomes" })
  expect(name, model, data)
  local rows = core.native.certify_noise_channel(model, data, o.p, o.outcomes or 0)
  return setmetatable({ rows = rows, p = o.p }, channel_class)
end

return options.publish(certify)
