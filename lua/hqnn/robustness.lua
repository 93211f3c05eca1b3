-- Accuracy under attack, for several attacks and sizes, with a look at whether the numbers can be right.

local attack = require "hqnn.attack"
local core = require "hqnn.core"
local json = require "hqnn.json"
local options = require "hqnn.options"
local progress = require "hqnn.progress"

local robustness = {}

-- ---- the report ----

local methods = {}
local metatable = { __index = methods, __name = "hqnn.report" }

local function row_of(report, which, eps, method)
  local name = attack.is(which) and which.name or which
  for _, row in ipairs(report.rows) do
    if row.attack == name and row.eps == eps then return row end
  end
  for _, row in ipairs(name == "worst of all" and report.worst or {}) do
    if row.eps == eps then return row end
  end
  options.raise("report:%s: there is no row for attack %s at eps %s", method, options.describe(name), tostring(eps))
end

--- report:row(attack, eps): everything about one attack, by name or description, at one size
function methods:row(which, eps) return row_of(self, which, eps, "row") end

--- report:accuracy(attack, eps): attack by name or description
function methods:accuracy(which, eps) return row_of(self, which, eps, "accuracy").accuracy end

--- The accuracies of one attack, in the order of report.eps.
function methods:curve(which)
  local curve = {}
  for i, eps in ipairs(self.eps) do curve[i] = self:accuracy(which, eps) end
  return curve
end

-- Tables as the library made them, for each report.
local made = setmetatable({}, { __mode = "k" })

--- report:table(which): "rows", "classes" or "samples" as a table, which can be printed, plotted and written
function methods:table(which)
  which = which or "rows"
  local one = made[self][which]
  if not one then
    options.raise("report:table: there is 'rows', 'classes' and 'samples', not %s", options.describe(which))
  end
  return one
end

--- report:json(): everything as text
function methods:json() return made[self].json end

--- report:write(stem): stem.csv, stem.json, stem.tex and, for several sizes, the curves stem.svg and stem.png
function methods:write(stem)
  if type(stem) ~= "string" then
    options.raise("report:write: expected a path without ending, got %s", options.describe(stem))
  end
  local rows = self:table "rows"
  rows:write_csv(stem .. ".csv")
  rows:write_latex(stem .. ".tex", 4)
  core.native.text_write(self:json() .. "\n", stem .. ".json")
  if #self.eps > 1 then self:plot { stem = stem } end
  return self
end

--- report:plot { stem = …, title = … }: accuracy over eps, a curve for each attack
function methods:plot(given)
  local o = options.check("report:plot", given, { "stem!", "title", "y_label" })
  local curves = require("hqnn.table").table { "attack", "eps", "accuracy", "half" }
  for _, row in ipairs(self.rows) do
    curves:add { row.attack, row.eps, row.accuracy, (row.upper - row.lower) / 2 }
  end
  curves:plot { stem = o.stem, x = "eps", y = "accuracy", series = "attack", error = "half", title = o.title,
    x_label = "eps", y_label = o.y_label or "accuracy" }
  return self
end

options.publish(methods)

function metatable:__tostring()
  local lines, width = {}, 6
  local shown = { table.unpack(self.attacks) }
  if #shown > 1 then shown[#shown + 1] = "worst of all" end
  for _, name in ipairs(shown) do width = math.max(width, utf8.len(name) or #name) end
  lines[1] = ("clean accuracy %.3f (95 %% interval %.3f to %.3f), %d samples%s"):format(self.clean.accuracy,
    self.clean.lower, self.clean.upper, self.samples, self.transfer and ", made on another model" or "")
  local head = { (" "):rep(width), " eps" }
  for _, eps in ipairs(self.eps) do head[#head + 1] = ("%7.4g"):format(eps) end
  lines[2] = table.concat(head, "") .. "   area"
  for _, name in ipairs(shown) do
    local cells = { name, (" "):rep(width - (utf8.len(name) or #name) + 4) }
    for _, eps in ipairs(self.eps) do
      local row = self:row(name, eps)
      -- Samples that nobody got round to attack are no robust ones.
      cells[#cells + 1] = (row.unfinished > 0 and " <%.3f" or "%7.3f"):format(row.accuracy)
    end
    local area = self.areas[name]
    cells[#cells + 1] = area and ("%7.3f"):format(area) or "      -"
    lines[#lines + 1] = table.concat(cells)
  end
  for _, note in ipairs(self.notes) do lines[#lines + 1] = "note: " .. note end
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
    for _, eps in ipairs(report.eps) do
      local row = report:row(name, eps)
      if row.unfinished > 0 then
        warn("%s: time was over before %d of %d samples were attacked at eps %g; they count as right, so that the "
          .. "accuracy is too high", name, row.unfinished, row.attacked, eps)
      end
      if eps >= 0.5 and report.norms[name] == "linf" then
        warn("%s: eps %g in the L-infinity norm turns any sample of a range of 1 into uniform gray; it says nothing "
          .. "about robustness", name, eps)
      end
    end
  end
  if white_box then
    local single
    for _, a in ipairs(report.descriptions) do
      if a.kind == "fgsm" and report.norms[a.name] == "linf" then single = a.name end
    end
    for _, a in ipairs(report.descriptions) do
      if single and a.kind ~= "fgsm" and report.knowledge[a.name] == "gradients" and report.norms[a.name] == "linf" then
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
local nan = 0 / 0

-- Figures that there are not are null in JSON, which Lua's tables cannot hold.
local figures = { "asr", "mean_distance", "median_distance", "mse", "cosine" }

local function complete(row, name, eps)
  row.attack, row.eps = name, eps
  for _, figure in ipairs(figures) do row[figure] = row[figure] or nan end
  return row
end

local function report_of(text, tables, attacks, eps)
  local found = json.decode(text)
  -- The script's own numbers: 0 rather than 0.0.
  local report = setmetatable({ rows = {}, eps = table.move(eps, 1, #eps, 1, {}), attacks = {},
    descriptions = {}, warnings = {}, areas = {}, norms = {}, knowledge = {}, notes = found.notes,
    samples = found.samples, classes = found.classes, transfer = found.transfer, worst = found.worst,
    clean = { accuracy = found.clean_accuracy, lower = found.clean_lower, upper = found.clean_upper,
      class_accuracy = found.clean_class_accuracy } }, metatable)
  for i, part in ipairs(found.attacks) do
    report.attacks[i], report.descriptions[i] = part.name, attacks[i]
    report.areas[part.name], report.norms[part.name] = part.area, part.norm
    report.knowledge[part.name] = part.knowledge
    for k, row in ipairs(part.rows) do report.rows[#report.rows + 1] = complete(row, part.name, eps[k]) end
  end
  for k, row in ipairs(report.worst) do complete(row, "worst of all", eps[k]) end
  report.areas["worst of all"] = found.worst_area
  tables.json = text
  made[report] = tables
  return report
end

local function measure(name, source, target, data, o)
  local attacks, eps = o.attacks, o.eps
  if type(attacks) ~= "table" or attack.is(attacks) or #attacks == 0 then
    options.raise("%s: attacks: expected an array of attacks such as { hq.attack.fgsm() }, got %s", name,
      attack.is(attacks) and "one attack" or options.describe(attacks))
  end
  if type(eps) ~= "table" or #eps == 0 then
    options.raise("%s: eps: expected an array of sizes such as { 0, 0.1 }, got %s", name, options.describe(eps))
  end
  local kinds, texts, names, seen = {}, {}, {}, {}
  for i, a in ipairs(attacks) do
    kinds[i], texts[i] = attack.told(a, ("%s: attack %d"):format(name, i))
    if seen[a.name] then
      options.raise("%s: two attacks are called '%s'; give one a name of its own (name = ...)", name, a.name)
    end
    seen[a.name], names[i] = true, a.name
  end
  local style = progress.style(name, o.progress)
  local _ <close> = cleaner
  local text, rows, classes, samples = core.native.robustness_evaluate(target, source, data, kinds, texts, names, eps,
    function(number, done, total)
      if style == "bar" then progress.show(("%s  |%s|"):format(names[number + 1], progress.bar(done / total))) end
      return false
    end)
  if not text then return nil end
  local report = report_of(text, { rows = rows, classes = classes, samples = samples }, attacks, eps)
  -- Up to one sample in two hundred is left to chance.
  report.warnings = doubts(report, source == target, math.max(0.005, 1.5 / report.samples))
  return report
end

--- hq.robustness(model, data, { eps = { 0, 0.1 }, attacks = { hq.attack.fgsm() } }): a report with rows { attack, eps,
-- accuracy, … }; eps is in units of each attack's norm.  source = other_model makes the samples on another model.
function robustness.robustness(model, data, given)
  local name = "hq.robustness"
  local o = options.check(name, given, { "norm", "eps!", "attacks!", "source", "progress" })
  options.expect(name, "argument 1", model, "layer")
  options.expect(name, "argument 2", data, "dataset")
  if o.source ~= nil then options.expect(name, "source", o.source, "layer") end
  for _, a in ipairs(o.norm and type(o.attacks) == "table" and o.attacks or {}) do
    local norm = attack.is(a) and (a.norm or "linf")
    if norm and norm ~= o.norm then
      options.raise("%s: norm is %s, but %s works in %s; say norm = … in the attack", name, options.describe(o.norm),
        a.name, norm)
    end
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
