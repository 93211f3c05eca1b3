-- Whether a robust accuracy can be trusted: a report of checks, each passed, suspicious or failed.

local core = require "hqnn.core"
local json = require "hqnn.json"
local options = require "hqnn.options"
local progress = require "hqnn.progress"

local audit = {}

local methods = {}
local metatable = { __index = methods, __name = "hqnn.audit" }
local texts = setmetatable({}, { __mode = "k" })

--- report:check(name): one check by its name
function methods:check(name)
  for _, check in ipairs(self.checks) do
    if check.name == name then return check end
  end
  local names = {}
  for i, check in ipairs(self.checks) do names[i] = check.name end
  options.raise("report:check: there is no check %s; there is %s", options.describe(name), options.list(names))
end

--- report:json(): everything as text
function methods:json() return texts[self] end

--- report:table(): check, verdict and what it says
function methods:table()
  local rows = require("hqnn.table").table { "check", "verdict", "says" }
  for _, check in ipairs(self.checks) do rows:add { check.name, check.verdict, check.says } end
  return rows
end

options.publish(methods)

local marks = { passed = "passed    ", suspicious = "SUSPICIOUS", failed = "FAILED    ", skipped = "skipped   " }

local summary = {
  supported = "supported: nothing found that speaks against the figure",
  suspicious = "suspicious: the figure is likely too high; see the checks above",
  void = "void: the figure says nothing about robustness; see the checks above",
}

function metatable:__tostring()
  local lines, width = {}, 0
  for _, check in ipairs(self.checks) do width = math.max(width, #check.name) end
  for _, check in ipairs(self.checks) do
    lines[#lines + 1] = ("%s  %-" .. width .. "s  %s"):format(marks[check.verdict], check.name, check.says)
  end
  lines[#lines + 1] = ("clean accuracy %.3f, lowest under all attacks tried %.3f (eps %g, %s, %d samples)"):format(
    self.clean_accuracy, self.accuracy, self.eps, self.norm, self.samples)
  lines[#lines + 1] = summary[self.verdict]
  return table.concat(lines, "\n")
end

local cleaner = setmetatable({}, { __close = progress.clear })
local known = { "norm", "eps", "low", "high", "samples", "steps", "restarts", "queries", "planted", "seed", "sources",
  "progress" }

--- hq.audit(model, data, { norm = "linf", eps = 0.1, samples = 200, sources = { other_model } }): can the accuracy that
-- PGD leaves be trusted? A report with .verdict ("supported", "suspicious", "void"), .accuracy and .checks.
function audit.audit(model, data, given)
  local name = "hq.audit"
  local o = options.check(name, given, known)
  options.expect(name, "argument 1", model, "layer")
  options.expect(name, "argument 2", data, "dataset")
  if o.sources ~= nil and (type(o.sources) ~= "table" or core.object.kind(o.sources)) then
    options.raise("%s: sources: expected an array of models, got %s", name, options.describe(o.sources))
  end
  local told = {}
  for _, key in ipairs(known) do
    if key ~= "sources" and key ~= "progress" then told[key] = o[key] end
  end
  local style = progress.style(name, o.progress)
  local _ <close> = cleaner
  local text = core.native.audit(model, data, next(told) and json.encode(told, name) or "{}", o.sources or {},
    function(done, total)
      if style == "bar" then progress.show(("audit  |%s|"):format(progress.bar(done / total))) end
      return false
    end)
  if not text then return nil end
  local report = json.decode(text)
  report.norm, report.eps = o.norm or "linf", o.eps or (o.norm == "l2" and 1 or 0.1)
  texts[report] = text
  return setmetatable(report, metatable)
end

return audit
