-- hq.stats: means with their spread, and tests for pairs.

local core = require "hqnn.core"
local options = require "hqnn.options"

local stats = {}

local function numbers(name, values)
  if type(values) ~= "table" or #values == 0 then
    options.raise("%s: expected an array of numbers, got %s", name, options.describe(values))
  end
  for i, value in ipairs(values) do
    if type(value) ~= "number" then
      options.raise("%s: element %d is %s; expected a number", name, i, options.describe(value))
    end
  end
  return values
end

local summary = {}
summary.__index = summary
-- "0.9312 ± 0.0045 (n = 5)"
function summary:__tostring() return ("%.4f ± %.4f (n = %d)"):format(self.mean, self.sd, self.n) end

--- hq.stats.summary { 0.91, 0.93, ... }: { mean, sd, n, min, max }; sd with n - 1, and 0 for one value
function stats.summary(values)
  numbers("hq.stats.summary", values)
  local n, sum, squares, least, most = #values, 0, 0, values[1], values[1]
  for _, value in ipairs(values) do
    sum, least, most = sum + value, math.min(least, value), math.max(most, value)
  end
  local mean = sum / n
  for _, value in ipairs(values) do squares = squares + (value - mean) ^ 2 end
  return setmetatable({
    mean = mean, sd = n > 1 and math.sqrt(squares / (n - 1)) or 0, n = n,
    min = least, max = most,
  }, summary)
end

--- hq.stats.paired_t(a, b): { statistic, p, n, exact }; n are degrees of freedom
stats.paired_t = core.native.paired_t
--- hq.stats.wilcoxon(a, b): the signed-rank test; n are pairs that differ
stats.wilcoxon = core.native.wilcoxon

--- hq.stats.mcnemar(a, b): two classifiers, each an array of whether it is right on sample 1, 2, ...; or the two
-- counts of samples where one alone is right
function stats.mcnemar(a, b)
  local function is_count(value) return math.type(value) == "integer" end
  if is_count(a) and is_count(b) then return core.native.mcnemar(a, b) end
  if type(a) ~= "table" or type(b) ~= "table" or #a ~= #b then
    options.raise("hq.stats.mcnemar: expected two counts, or two arrays of true and false of one length; got %s and %s",
      options.describe(a), options.describe(b))
  end
  local first, second = 0, 0
  for i = 1, #a do
    if type(a[i]) ~= "boolean" or type(b[i]) ~= "boolean" then
      options.raise("hq.stats.mcnemar: element %d is %s and %s; expected true or false", i, options.describe(a[i]),
        options.describe(b[i]))
    end
    if a[i] and not b[i] then first = first + 1 end
    if b[i] and not a[i] then second = second + 1 end
  end
  return core.native.mcnemar(first, second)
end

return options.publish(stats)
