-- Attacks are descriptions: a kind and its options, run by the library.  There is a constructor for each kind that the
-- library knows.

local core = require "hqnn.core"
local json = require "hqnn.json"
local options = require "hqnn.options"
local random = require "hqnn.random"

local attack = {}

local methods = {}
local metatable = { __index = methods, __name = "hqnn.attack" }

-- Options of each kind, in the order in which they are printed.
local known = {}
-- What the library is told, for each description.
local given_as = setmetatable({}, { __mode = "k" })

local function constructor(kind)
  local title, words = "hq.attack." .. kind.kind, {}
  for name in pairs(kind.options) do
    if name ~= "kind" then words[#words + 1] = name end
  end
  -- An eps without an end is null there, which no table holds.
  if kind.options.eps == nil then words[#words + 1] = "eps" end
  table.sort(words)
  known[kind.kind] = words
  local allowed = table.move(words, 1, #words, 2, { "name" })
  return function(given)
    local description = options.check(title, given, allowed)
    -- Drawn now, so that one description attacks every model with the same random starts.
    description.seed = random.next(description.seed)
    local told = {}
    for _, word in ipairs(words) do
      -- An eps without an end is what attacks for the nearest example take without one.
      if description[word] == math.huge and not (word == "eps" and kind.minimal) then
        options.raise("%s: %s is infinite; give a number", title, word)
      end
      if description[word] ~= math.huge then told[word] = description[word] end
    end
    local text = next(told) and json.encode(told, title) or "{}"
    local wrong = core.native.attack_check(kind.kind, text)
    if wrong then options.raise("%s: %s", title, wrong) end
    description.kind, description.name = kind.kind, description.name or kind.kind
    given_as[description] = text
    return setmetatable(description, metatable)
  end
end

--- hq.attack.pgd { norm = "linf", eps = 0.1, steps = 10 } and so on; hq.attack.kinds() lists them
-- The kinds are asked for when an attack is first wanted, so that scripts without one start no later for them.
local all
local function all_kinds()
  if not all then
    all = json.decode(core.native.attack_kinds())
    for _, kind in ipairs(all) do attack[kind.kind] = core.public(constructor(kind)) end
  end
  return all
end

--- Whether a value is one of these.
function attack.is(value) return getmetatable(value) == metatable end

--- hq.attack.kinds(): a table of all kinds: kind, norms, knowledge, what it is
function attack.kinds()
  local list = require("hqnn.table").table { "kind", "norms", "knowledge", "what it is" }
  for _, kind in ipairs(all_kinds()) do
    list:add { kind.kind, table.concat(kind.norms, " "), kind.knowledge, kind.summary }
  end
  return list
end

--- Kind and options of an attack as the library takes them; `name` opens messages.
function attack.told(value, name)
  if not attack.is(value) then
    options.raise("%s: expected an attack (hq.attack.…), got %s", name, options.describe(value))
  end
  return value.kind, given_as[value]
end

--- attack:run(model, data, { targets = …, eps = … }): a data set of adversarial samples; with rows = true also a table
-- of what became of each
-- attack:run(model, samples, labels, { … }): a tensor of them
function methods:run(model, data, labels, given)
  local kind, text = attack.told(self, "attack:run")
  local of_set = core.object.kind(data) == "dataset"
  if of_set then labels, given = nil, labels end
  local o = options.check("attack:run", given, { "targets", "eps", "rows" })
  return core.native.attack_run(self, model, data, labels, kind, text, o.targets, o.eps, o.rows or false)
end

--- attack:picture(model, data, { path = "results/fgsm.png", count = 8 }): a PNG with a row for each of the first
-- samples: the sample, the perturbation (gray is no change, the largest change black or white) and what the attack made
-- of it, with the predicted classes before and after
function methods:picture(model, data, given)
  local name = "attack:picture"
  local o = options.check(name, given, { "path!", "count", "scale" })
  options.expect(name, "argument 2", data, "dataset")
  local count = math.min(o.count or 8, #data)
  if count < 1 then options.raise("%s: count: expected 1 or more, got %s", name, options.describe(o.count)) end
  local few = data:subset { count = count }
  local clean, made = few:samples(), self:run(model, few):samples()
  local low, high = self.low or 0, self.high or 1
  local change = made - clean
  local largest = math.max(change:abs():max():item(), 1e-12)
  local shown = (change * ((high - low) / (2 * largest))) + (low + high) / 2
  local before, after = model:infer(clean):argmax(), model:infer(made):argmax()
  local rows, labels = {}, {}
  for i = 1, count do
    rows[i] = require("hqnn.tensor").concat({ clean:rows(i, 1), shown:rows(i, 1), made:rows(i, 1) }, 1)
    labels[i] = ("%d > %d"):format(before[i], after[i])
  end
  require("hqnn.table").image_grid { path = o.path, rows = rows, labels = labels, low = low, high = high,
    scale = o.scale }
end

options.publish(methods)

function metatable:__tostring()
  local parts = {}
  for _, key in ipairs(known[self.kind]) do
    local value = self[key]
    if value ~= nil and key ~= "seed" then
      parts[#parts + 1] = ("%s = %s"):format(key, type(value) == "table" and "{ … }" or tostring(value))
    end
  end
  local text = self.kind .. (#parts > 0 and " { " .. table.concat(parts, ", ") .. " }" or "")
  return self.name == self.kind and text or self.name .. ": " .. text
end

return setmetatable(options.publish(attack), {
  __index = function(_, name)
    all_kinds()
    return rawget(attack, name)
  end,
  __pairs = function()
    all_kinds()
    return next, attack, nil
  end,
})
