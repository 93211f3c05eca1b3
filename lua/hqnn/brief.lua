-- A script run briefly, for `hqlua check` and `hqlua draw`: it trains one step on a few samples, attacks a few, writes
-- its files into a temporary folder, starts no programs and fetches nothing.  What it is given back has the shapes and
-- fields that it would have, so that it goes on as always.

local core = require "hqnn.core"
local host = require "hqnn.host"
local json = require "hqnn.json"
local paths = require "hqnn.paths"

local brief = {}

local native, make = core.native, core.make
local few, fewer = 8, 4
-- Told of what is shortened or left out, set by brief.run.
local note = function() end

-- ---- data and options, cut down ----

local function first(data, count)
  local total = core.dataset.count(data)
  return total > count and native.dataset_subset(data, { count = count }) or data
end

local function head(tensor, count)
  if core.object.kind(tensor) ~= "tensor" then return tensor end
  local rows = tensor:shape()[1]
  return rows > count and tensor:rows(1, count) or tensor
end

local limits = { steps = 2, restarts = 1, queries = 20, max_queries = 20, iterations = 2, samples = fewer, epochs = 1 }

local function shortened(given, with)
  local copy = {}
  for key, value in pairs(given) do
    local limit = with[key]
    copy[key] = limit and type(value) == "number" and math.min(value, limit) or value
  end
  return copy
end

-- Options of an attack as JSON; as they were where the attack does not take less.
local function shortened_attack(kind, text)
  local good, given = pcall(json.decode, text)
  if not good or next(given) == nil then return text end
  local shorter = json.encode(shortened(given, limits), "options")
  return native.attack_check(kind, shorter) and text or shorter
end

-- Replaces native[name] by a function that gets the original first.
local function replace(name, shown, how)
  local original = native[name]
  native[name] = function(...)
    note(shown)
    return how(original, ...)
  end
end

-- ---- training and evaluation ----

local function fit(original, model, train, validation, optimizer, o, report, on_step, loss, schedule, targets,
    validation_targets, ...)
  local epochs = o.epochs or 10
  o.epochs, o.resume_path = 1, nil
  local last
  local function told(p)
    if p.done then last = p end
    p.epochs = epochs
    return report(p)
  end
  local stopped = original(model, first(train, few), validation and first(validation, few), optimizer, o, told, on_step,
    loss, schedule, head(targets, few), head(validation_targets, few), ...)
  -- As many records as there are epochs.
  for epoch = 2, math.min(epochs, 10000) do
    if stopped or not last then break end
    last.epoch = epoch
    stopped = report(last)
  end
  return stopped
end

local function on_few(position)
  return function(original, ...)
    local arguments = table.pack(...)
    arguments[position] = first(arguments[position], fewer)
    return original(table.unpack(arguments, 1, arguments.n))
  end
end

-- Attacks some samples and gives all of them back.
local function attack_run(original, attack, model, data, labels, kind, text, targets, eps, rows)
  local is_set = core.object.kind(data) == "dataset"
  local all = is_set and core.dataset.samples(data) or data
  local function short(list) return type(list) == "table" and table.move(list, 1, fewer, 1, {}) or list end
  local made, table_of_rows = original(attack, model, is_set and first(data, fewer) or head(data, fewer), short(labels),
    kind, shortened_attack(kind, text), short(targets), short(eps), rows)
  local count = all:shape()[1]
  if count > fewer then
    local changed = is_set and core.dataset.samples(made) or made
    local whole = require("hqnn.tensor").concat({ changed, all:rows(fewer + 1, count - fewer) }, 1)
    made = is_set and make.dataset(whole, core.dataset.labels(data), native.dataset_classes(data)) or whole
  end
  if rows then return made, table_of_rows end
  return made
end

local function shorten_hqnn()
  replace("fit", "hq.fit is one step on a few samples", fit)
  replace("attack_run", "attack:run attacks a few samples", attack_run)
  for _, name in ipairs { "evaluate", "evaluate_all", "confusion" } do
    local shown = ("hq.%s takes a few samples"):format(name:match "^%a+")
    replace(name, shown, function(original, model, data, o, targets, ...)
      return original(model, first(data, few), o, head(targets, few), ...)
    end)
  end
  replace("robustness_evaluate", "hq.robustness attacks a few samples",
    function(original, target, source, data, kinds, texts, ...)
      local shorter = {}
      for i, text in ipairs(texts) do shorter[i] = shortened_attack(kinds[i], text) end
      return original(target, source, first(data, fewer), kinds, shorter, ...)
    end)
  replace("audit", "hq.audit takes a few samples", function(original, model, data, text, ...)
    return original(model, first(data, fewer), json.encode(shortened(json.decode(text), limits), "options"), ...)
  end)
  for name, shown in pairs {
    universal_find = "hq.universal", universal_evaluate = "universal:evaluate", quantum_attack = "hq.quantum_attack",
    transfer_matrix = "hq.transfer_matrix", certify_smoothing = "hq.certify.smoothing",
    certify_intervals = "hq.certify.intervals", certify_lipschitz = "hq.certify.lipschitz",
    certify_noise_channel = "hq.certify.noise_channel",
  } do replace(name, shown .. " takes a few samples", on_few(2)) end
  for name, shown in pairs {
    circuit_expressibility = "circuit:expressibility", circuit_entanglement = "circuit:entanglement",
    circuit_descriptors = "circuit:descriptors", circuit_gradient_variance = "circuit:gradient_variance",
    circuit_effective_dimension = "circuit:effective_dimension",
  } do
    replace(name, shown .. " draws few parameters", function(original, circuit, o, ...)
      return original(circuit, type(o) == "table" and shortened(o, { samples = 20, pairs = 20 }) or o, ...)
    end)
  end
  replace("data_get", "hq.data.get fetches nothing", function(_, _, root)
    return root or os.getenv "HQNN_DATA" or "."
  end)
end

-- A set is gone through as it is some times, which may be how a script gathers features; more rounds are training.
local function shorten_batches()
  local batches, passed = core.dataset.batches, setmetatable({}, { __mode = "k" })
  core.dataset.batches = function(self, given)
    local rounds, count = passed[self] or 0, core.dataset.count(self)
    passed[self] = rounds + 1
    if rounds == 0 or (rounds < 8 and rounds * count < 10000) then return batches(self, given) end
    note "data:batches gives a few samples from now on"
    return batches(first(self, few), given)
  end
end

-- With few samples there may be nothing that can be drawn.
local function forgive_plots()
  local original = native.table_plot
  native.table_plot = function(results, ...)
    local good, message = pcall(original, results, ...)
    if good then return results end
    if not tostring(message):find("nothing to draw", 1, true) then error(message, 0) end
    note "table:plot draws nothing"
    return results
  end
end

-- ---- data sets that are not here ----

local stand_ins = {
  { "^mnist$", { 1, 28, 28 }, 10 }, { "^fashion_mnist$", { 1, 28, 28 }, 10 }, { "^kmnist$", { 1, 28, 28 }, 10 },
  { "^cifar10$", { 3, 32, 32 }, 10 }, { "^cifar100$", { 3, 32, 32 }, 100 }, { "^cifar100_coarse$", { 3, 32, 32 }, 20 },
  { "^stl10$", { 3, 96, 96 }, 10 }, { "^iris$", { 4 }, 3 }, { "^pneumoniamnist$", { 1, 28, 28 }, 2, validated = true },
  { "^breastmnist$", { 1, 28, 28 }, 2, validated = true }, { "^pathmnist$", { 3, 28, 28 }, 9, validated = true },
  { "^bloodmnist$", { 3, 28, 28 }, 8, validated = true },
}

local function stand_in(shape, classes)
  local count, labels = 2000, {}
  for i = 1, count do labels[i] = (i - 1) % classes end
  local samples = require("hqnn.tensor").uniform({ count, table.unpack(shape) }, { seed = 1 })
  return make.dataset(samples, labels, classes)
end

local function stand_in_for_sets()
  local original = make.known_set
  function make.known_set(name, root, ...)
    local wanted = { ... }
    local result = table.pack(pcall(original, name, root, ...))
    if result[1] then return table.unpack(result, 2, result.n) end
    for _, known in ipairs(stand_ins) do
      if name:find(known[1]) then
        note(("the data set %s is not here; random numbers stand in"):format(name))
        local parts = {}
        for i = 1, 3 do
          local is_there = wanted[i] and (i < 3 or known.validated)
          parts[i] = is_there and stand_in(known[2], known[3]) or nil
        end
        return parts[1], parts[2], parts[3]
      end
    end
    error(result[2], 0)
  end
end

-- ---- files ----

-- The folder that is written to instead, with the same paths below it.
local instead

local function absolute(path)
  if path:sub(1, 1) ~= "/" then path = host.realpath "." .. "/" .. path end
  local parts = {}
  for part in path:gmatch "[^/]+" do
    if part == ".." then parts[#parts] = nil elseif part ~= "." then parts[#parts + 1] = part end
  end
  return "/" .. table.concat(parts, "/")
end

local function make_folders(path)
  for position in path:gmatch "()/" do
    if position > 1 then host.folder(path:sub(1, position - 1)) end
  end
end

local function remove_all(path)
  if host.kind(path) == "folder" then
    for _, name in ipairs(host.list(path) or {}) do remove_all(path .. "/" .. name) end
  end
  brief.remove(path)
end

local function elsewhere(path, mode)
  if mode == "root" or path == "/dev/null" then return path end
  local full = absolute(path)
  local other = full:sub(1, #instead + 1) == instead .. "/" and full or instead .. full
  if mode == "read" then return host.kind(other) and other or path end
  make_folders(other)
  return other
end

local function shield_system()
  brief.remove = os.remove
  local ending = setmetatable({}, { __tostring = function(self) return "os.exit " .. tostring(self.status) end })
  brief.ending = ending
  function os.execute(command)
    if command == nil then return true end
    note "os.execute does nothing"
    return true, "exit", 0
  end
  local open, rename = io.open, os.rename
  function io.popen()
    note "io.popen gives nothing"
    return open "/dev/null"
  end
  function os.tmpname()
    local path = elsewhere(("/tmp/name%d"):format(math.random(1 << 40)), "write")
    open(path, "w"):close()
    return path
  end
  function os.remove(path)
    if host.kind(elsewhere(path, "read")) == nil then return nil, path .. ": No such file or directory", 2 end
    local other = elsewhere(path, "write")
    if host.kind(other) then return brief.remove(other) end
    note "os.remove leaves the file"
    return true
  end
  function os.rename(from, to)
    local other = elsewhere(from, "write")
    if host.kind(other) then return rename(other, elsewhere(to, "write")) end
    note "os.rename leaves the file"
    return true
  end
  function os.exit(status)
    ending.status = status == nil and 0 or status == true and 0 or status == false and 1 or status
    error(ending, 0)
  end
end

-- What the script prints is about a training that did not take place.
local function silence()
  local methods = getmetatable(io.stdout).__index
  local write = methods.write
  local out, err = io.stdout, io.stderr
  function methods.write(file, ...)
    if file == out or file == err then return file end
    return write(file, ...)
  end
  function print() end
  io.output "/dev/null"
  return function(text) write(out, text) end
end

--- Runs a script with the words as its arguments: true, or false and what went wrong.
-- told.note(text) about what was shortened or left out, told.circuit(circuit) for each circuit, told.lint(circuit) for
-- each that is to be linted; seconds: when it is given up.  `brief.say` prints meanwhile.
function brief.run(script, words, seconds, told)
  note = told.note or note
  instead = host.temporary()
  shorten_hqnn()
  stand_in_for_sets()
  forgive_plots()
  paths.watch(elsewhere)
  shield_system()
  paths.watch_lua(elsewhere)
  if told.circuit then
    local finish = native.builder_finish
    function native.builder_finish(...)
      local circuit = finish(...)
      told.circuit(circuit)
      return circuit
    end
  end
  local hq = require "hqnn"
  shorten_batches()
  hq.quiet = true
  require("hqnn.circuit").report = told.lint or function() end
  brief.say = silence()

  local code, message = loadfile(script)
  local good = code ~= nil
  if code then
    arg = { [0] = script, table.unpack(words) }
    local over = host.clock() + seconds
    local stopped = setmetatable({}, { __tostring = function() return ("stopped after %g s"):format(seconds) end })
    debug.sethook(function() if host.clock() > over then error(stopped, 0) end end, "", 10000)
    good, message = xpcall(code, function(problem)
      if problem == brief.ending or problem == stopped then return problem end
      return type(problem) == "string" and problem or tostring(problem)
    end, table.unpack(words))
    debug.sethook()
  end
  collectgarbage()
  remove_all(instead)
  return good, message
end

return brief
