-- What the studies share: their command line, their attacks, figures over seeds.
-- A script loads it from its own folder: dofile((arg[0]:match "^.*/" or "") .. "study.lua").

local hq = require "hqnn"

local study = {}

-- ---- command line ----------------------------------------------------------------------------

--- study.options { name, usage, defaults, quick, least, choices }: the options, and a function that ends the script
-- with a message.  A default tells the kind of an option: false for a flag, whole number, number, text, or a list of
-- one of them.  `quick` has what --quick changes, `least` the smallest values (else 1 for whole numbers, 0 for
-- numbers), `choices` the texts allowed, as a list.
function study.options(given)
  local option, choices = {}, {}
  for name, list in pairs(given.choices or {}) do
    choices[name] = {}
    for _, choice in ipairs(list) do choices[name][choice] = true end
  end

  local function fail(...)
    io.stderr:write(given.name, ": ", string.format(...), "\n\n", given.usage)
    os.exit(2)
  end

  local function read(word, name, text, like)
    if type(like) == "string" then
      return (choices[name] == nil or choices[name][text]) and text or fail("%s: unknown '%s'", word, text)
    end
    local value = tonumber(text)
    if math.type(like) == "integer" then
      value = math.tointeger(value)
      local least = given.least and given.least[name] or 1
      return value and value >= least and value
        or fail("%s: expected a whole number, %d or more, got '%s'", word, least, text)
    end
    return value and value >= 0 and value or fail("%s: expected a number, 0 or more, got '%s'", word, text)
  end

  local function read_list(word, name, text, like)
    local list = {}
    for element in text:gmatch "[^,]+" do
      if math.type(like) == "integer" then
        list[#list + 1] = math.tointeger(tonumber(element)) or fail("%s: '%s' is not a whole number", word, element)
      elseif type(like) == "number" then
        list[#list + 1] = tonumber(element) or fail("%s: '%s' is not a number", word, element)
      else
        list[#list + 1] = read(word, name, element, like)
      end
    end
    return #list > 0 and list or fail("%s: an empty list", word)
  end

  local words, chosen = table.move(arg, 1, #arg, 1, {}), {}
  while #words > 0 do
    local word = table.remove(words, 1)
    if word == "--help" then
      io.stdout:write(given.usage)
      os.exit(0)
    end
    local name = word:match "^%-%-(%l[%w-]*)$"
    name = name and name:gsub("-", "_")
    local default = given.defaults[name]
    if name == nil or default == nil then fail("unknown option '%s'", word) end
    if default == false then
      chosen[name] = true
    else
      local text = table.remove(words, 1) or fail("%s needs a value", word)
      if type(default) == "table" then
        chosen[name] = read_list(word, name, text, default[1])
      else
        chosen[name] = read(word, name, text, default)
      end
    end
  end
  for name, value in pairs(given.defaults) do option[name] = value end
  for name, value in pairs(chosen.quick and given.quick or {}) do option[name] = value end
  for name, value in pairs(chosen) do option[name] = value end
  return option, fail
end

-- ---- data ------------------------------------------------------------------------------------

--- What hq.data's readers take for --train and --test (0 is all) and a folder (nil or "" is the set's own).
function study.limits(option, root)
  return {
    root = root ~= "" and root or nil, train = option.train > 0 and option.train or nil,
    test = option.test > 0 and option.test or nil, balanced = option.train > 0 or option.test > 0,
  }
end

--- The embedded 8x8 digits, which may be fewer than asked for.
function study.digits(option)
  local limits = study.limits(option)
  if limits.train and limits.train > 1437 then limits.train = nil end
  if limits.test and limits.test > 360 then limits.test = nil end
  return hq.data.digits(limits)
end

-- ---- attacks ---------------------------------------------------------------------------------

--- FGSM, PGD and, when asked for, MIM; with --strong also APGD and Square: adaptive steps, and a search that
-- asks for no gradient, so that one that hides does not help.
function study.attacks(option, with_mim)
  local list = { hq.attack.fgsm { seed = 0 }, hq.attack.pgd { steps = option.attack_steps, seed = 0 } }
  if with_mim then list[#list + 1] = hq.attack.mim { steps = option.attack_steps, seed = 0 } end
  if option.strong then
    list[#list + 1] = hq.attack.apgd { steps = 2 * option.attack_steps, seed = 0 }
    list[#list + 1] = hq.attack.square { queries = 20 * option.attack_steps, seed = 0 }
  end
  return list
end

--- An audit's report in the script's output.
function study.audit(title, model, data, given)
  local report = hq.audit(model, data, given)
  print(("\n%s: %s\n  %s"):format(title, report.verdict, tostring(report):gsub("\n", "\n  ")))
  return report
end

-- ---- figures ---------------------------------------------------------------------------------

-- Without the figures that there are not (0/0).
local function known(values)
  local list = {}
  for _, value in ipairs(values) do
    if value == value then list[#list + 1] = value end
  end
  return list
end

--- "mean ± sd" of values, each times `scale` (1); one value alone without the sd; "-" for none.
function study.shown(values, digits, scale)
  values = known(values or {})
  if #values == 0 then return "-" end
  local of, number = hq.stats.summary(values), ("%%.%df"):format(digits)
  scale = scale or 1
  return of.n > 1 and (number .. " ± " .. number):format(scale * of.mean, scale * of.sd)
    or number:format(scale * of.mean)
end

function study.mean(values) return hq.stats.summary(values).mean end

--- " (p = 0.012, paired t, n = 3)" of values that belong together seed by seed; "" where there is nothing to test.
function study.tested(a, b)
  local tested, result = pcall(hq.stats.paired_t, a, b)
  return tested and (" (p = %.2g, paired t, n = %d)"):format(result.p, #a) or ""
end

function study.parameters(model)
  local count = 0
  for _, parameter in ipairs(model:parameters()) do count = count + parameter:count() end
  return count
end

return study
