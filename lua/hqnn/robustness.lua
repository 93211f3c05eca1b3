-- Accuracy under attack, for several attacks and sizes, with a look at whether the numbers can be right.

local attack = require "hqnn.attack"
local core = require "hqnn.core"
local options = require "hqnn.options"
local progress = require "hqnn.progress"

local robustness = {}

-- ---- the report ----

local methods = {}
local metatable = { __index = methods, __name = "hqnn.report" }

--- report:accuracy(attack, eps): attack by name or description
function methods:accuracy(which, eps)
  local name = attack.is(which) and which.name or which
  for _, row in ipairs(self.rows) do
    if row.attack == name and row.eps == eps then return row.accuracy end
  end
  options.raise("report:accuracy: there is no row for attack %s at eps %s", options.describe(name), tostring(eps))
end

--- The accuracies of one attack, in the order of report.eps.
function methods:curve(which)
  local curve = {}
  for i, eps in ipairs(self.eps) do curve[i] = self:accuracy(which, eps) end
  return curve
end

options.publish(methods)

function metatable:__tostring()
  local lines, width = {}, 6
  for _, name in ipairs(self.attacks) do width = math.max(width, #name) end
  local head = { (" "):rep(width), " eps" }
  for _, eps in ipairs(self.eps) do head[#head + 1] = ("%7.4g"):format(eps) end
  lines[1] = table.concat(head, "")
  for _, name in ipairs(self.attacks) do
    local cells = { ("%-" .. width .. "s    "):format(name) }
    for _, accuracy in ipairs(self:curve(name)) do cells[#cells + 1] = ("%7.3f"):format(accuracy) end
    lines[#lines + 1] = table.concat(cells)
  end
  for _, warning in ipairs(self.warnings) do lines[#lines + 1] = "warning: " .. warning end
  return table.concat(lines, "\n")
end

-- A report that looks better than it can be is a mistake in the attack more often than a virtue of the
-- model (Carlini et al. 2019, "On evaluating adversarial robustness").
local function doubts(report, white_box, slack)
  local warnings = {}
  local function warn(...) warnings[#warnings + 1] = string.format(...) end
  for k, name in ipairs(report.attacks) do
    -- A single step made on another model may well do less when it is larger; many steps that do less
    -- have stopped early.
    local limit = white_box and slack or report.descriptions[k].kind == "fgsm" and 1 or 0.05
    for i = 2, #report.eps do
      local before, after = report:accuracy(name, report.eps[i - 1]), report:accuracy(name, report.eps[i])
      if report.eps[i] > report.eps[i - 1] and after > before + limit then
        warn("%s: accuracy rises from %.3f at eps %g to %.3f at eps %g; %s", name, before, report.eps[i - 1], after,
          report.eps[i], white_box and "a larger ball cannot be safer"
          or "the source's gradient may vanish, so that the attack stops early")
      end
    end
  end
  if white_box then
    local single
    for _, a in ipairs(report.descriptions) do
      if a.kind == "fgsm" then single = a.name end
    end
    for _, a in ipairs(report.descriptions) do
      if single and a.kind ~= "fgsm" then
        for _, eps in ipairs(report.eps) do
          if eps > 0 and report:accuracy(a.name, eps) > report:accuracy(single, eps) + slack then
            warn("%s is weaker than %s at eps %g: take more steps or another alpha", a.name, single, eps)
            break
          end
        end
      end
    end
  end
  return warnings
end

-- ---- measuring ----

local cleaner = setmetatable({}, { __close = progress.clear })

local function measure(name, source, target, data, o)
  local attacks, eps = o.attacks, o.eps
  if type(attacks) ~= "table" or attack.is(attacks) or #attacks == 0 then
    options.raise("%s: attacks: expected an array of attacks such as { hq.attack.fgsm() }, got %s", name,
      attack.is(attacks) and "one attack" or options.describe(attacks))
  end
  if type(eps) ~= "table" or #eps == 0 then
    options.raise("%s: eps: expected an array of sizes such as { 0, 0.1 }, got %s", name, options.describe(eps))
  end
  local report = setmetatable({ rows = {}, eps = table.move(eps, 1, #eps, 1, {}), attacks = {}, descriptions = {},
    warnings = {}, samples = #data }, metatable)
  local style = progress.style(name, o.progress)
  local _ <close> = cleaner
  local seen = {}
  for i, a in ipairs(attacks) do
    if not attack.is(a) then
      options.raise("%s: attack %d: expected an attack (hq.attack.…), got %s", name, i, options.describe(a))
    end
    if seen[a.name] then
      options.raise("%s: two attacks are called '%s'; give one a name of its own (name = ...)", name, a.name)
    end
    seen[a.name] = true
    report.attacks[i], report.descriptions[i] = a.name, a
    local accuracies = core.native.attack_evaluate(a, source, target, data, report.eps, function(done, total)
      if style == "bar" then progress.show(("%s  |%s|"):format(a.name, progress.bar(done / total))) end
      return false
    end)
    for j, accuracy in ipairs(accuracies) do
      report.rows[#report.rows + 1] = { attack = a.name, eps = report.eps[j], accuracy = accuracy }
    end
  end
  -- Up to one sample in two hundred is left to chance.
  report.warnings = doubts(report, source == target, math.max(0.005, 1.5 / report.samples))
  return report
end

--- hq.robustness(model, data, { norm = "linf", eps = { 0, 0.1 }, attacks = { hq.attack.fgsm() } }): a
-- report with rows { attack, eps, accuracy }.  source = other_model crafts the samples on another model.
function robustness.robustness(model, data, given)
  local name = "hq.robustness"
  local o = options.check(name, given, { "norm", "eps!", "attacks!", "source", "progress" })
  options.expect(name, "argument 1", model, "layer")
  options.expect(name, "argument 2", data, "dataset")
  if o.source ~= nil then options.expect(name, "source", o.source, "layer") end
  if o.norm ~= nil and o.norm ~= "linf" then
    options.raise("%s: norm: expected 'linf', got %s", name, options.describe(o.norm))
  end
  return measure(name, o.source or model, model, data, o)
end

--- hq.transfer { source = a, target = b, data = test, attacks = { … }, eps = { … } }: samples crafted on
-- one model, judged by another
function robustness.transfer(given)
  local name = "hq.transfer"
  local o = options.check(name, given, { "source!", "target!", "data!", "attacks!", "eps!", "progress" })
  options.expect(name, "source", o.source, "layer")
  options.expect(name, "target", o.target, "layer")
  options.expect(name, "data", o.data, "dataset")
  return measure(name, o.source, o.target, o.data, o)
end

return robustness
