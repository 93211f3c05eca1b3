-- hqlua without a script, hqlua repl and hqlua -i: lines are read, run, and their values shown.

local hq = require "hqnn"
local host = require "hqnn.host"
local inspect = require "hqnn.inspect"
local options = require "hqnn.options"

local help = [[
expression        shows its values; the first one is `_` afterwards
statement         runs it; one that is not complete goes on in the next line
:time expression  shows how long it takes as well; :time on does so for every line, :time off ends that
:help             this text
:quit             ends, as Ctrl-D does
Tab completes names, methods and, inside quotes, files.  Ctrl-C gives up the line, or stops what runs.
hq is the module: try hq.<Tab>, hq.ones { 2, 3 }, hq.data.digits().  Local variables last for one line.]]

local is_terminal, _, rows = host.terminal()
local is_edited = false
local times_all = false

local function history_file()
  local state = os.getenv "XDG_STATE_HOME"
  local home = os.getenv "HOME"
  if (not state or state:sub(1, 1) ~= "/") and home and home ~= "" then
    for _, folder in ipairs { "/.local", "/.local/state" } do host.folder(home .. folder) end
    state = home .. "/.local/state"
  end
  if not state or state:sub(1, 1) ~= "/" then return nil end
  return host.folder(state) and host.folder(state .. "/hqlua") and state .. "/hqlua/history" or nil
end

-- A line; nil at the end, false when it was given up.
local function read(is_first)
  local prompt = tostring(is_first and (rawget(_G, "_PROMPT") or "> ") or (rawget(_G, "_PROMPT2") or ">> "))
  if is_edited then
    local line = host.edit_line(prompt)
    if line then host.remember(line) end
    return line
  end
  if is_terminal then
    io.write(prompt)
    io.flush()
  end
  return io.read()
end

-- The text as a function, or nil, its message, and whether more lines may complete it.
local function compile(text)
  local code = load("return " .. text:gsub("^%s*=", ""), "=input", "t")
  if code then return code end
  local message
  code, message = load(text, "=input", "t")
  return code, message, message and message:sub(-5) == "<eof>"
end

local function duration(seconds)
  if seconds < 1e-3 then return ("%.0f us"):format(seconds * 1e6) end
  if seconds < 1 then return ("%.1f ms"):format(seconds * 1e3) end
  return ("%.2f s"):format(seconds)
end

local function show(values)
  local texts, plain = {}, true
  for i = 1, values.n do
    texts[i] = inspect.text(values[i])
    if texts[i]:find("\n", 1, true) then plain = false end
  end
  local text = table.concat(texts, plain and "\t" or "\n")
  local more = 0
  if is_terminal then text, more = inspect.cut(text, math.max(20, rows - 4)) end
  print(text)
  if more > 0 then print(("... %d more line%s: print(_) shows all"):format(more, more == 1 and "" or "s")) end
end

-- Message and calls of the script, without those of this file.
local function complain(message)
  local first, trace = message:match "^(.-)\nstack traceback:\n(.*)$"
  io.stdout:flush()
  if not first then
    io.stderr:write(message, "\n")
    return
  end
  local frames, own = {}, 0
  for line in trace:gmatch "[^\n]+" do
    if line:find "^%s*input:%d+: in main chunk" or line:find("hqnn.host.call", 1, true) then break end
    frames[#frames + 1] = line
    if not line:find "^%s*%[C%]" and not line:find "^%s*hqnn/" then own = own + 1 end
  end
  io.stderr:write(first, "\n")
  if own > 0 then io.stderr:write(table.concat(frames, "\n"), "\n") end
end

local function run(code, is_timed)
  local start = host.clock()
  local results = table.pack(host.call(code))
  local seconds = host.clock() - start
  if results[1] then
    if results.n > 1 then
      local values = table.pack(table.unpack(results, 2, results.n))
      _ENV._ = values[1]
      local good, message = host.call(show, values)
      if not good then complain(message) end
    end
  else
    complain(tostring(results[2]))
  end
  if is_timed then print(duration(seconds)) end
end

-- The code of a line and those that complete it; nil at the end of the input.
local function statement(text)
  while true do
    local code, message, is_incomplete = compile(text)
    if not is_incomplete then return code or message end
    local line = read(false)
    if line == nil then return message end
    if line == false then return false end
    text = text .. "\n" .. line
  end
end

local commands = {}

function commands.help() print(help) end

function commands.time(rest)
  if rest == "on" or rest == "off" then
    times_all = rest == "on"
    return
  end
  if rest == "" then
    print(times_all and "times are shown" or "times are not shown; :time on changes that")
    return
  end
  local code = statement(rest)
  if type(code) == "function" then run(code, true) elseif code then complain(code) end
end

local names = { "help", "quit", "time" }

local function command(name, rest)
  if commands[name] then return commands[name](rest) end
  local meant = options.closest(name, names)
  io.stderr:write(("there is no ':%s'%s; :help tells what there is\n"):format(name,
    meant and (" (did you mean ':%s'?)"):format(meant) or ""))
end

local function step(line)
  local name, rest = line:match "^%s*:%s*(%a*)%s*(.-)%s*$"
  if name == "quit" or name == "q" then return false end
  if name then
    command(name, rest)
  elseif line:find "%S" then
    local code = statement(line)
    if type(code) == "function" then run(code, times_all) elseif code then complain(code) end
  end
  return true
end

return function()
  hq = hq or require "hqnn"
  _ENV.hq = hq
  local history = is_terminal and history_file()
  if is_terminal then
    is_edited = host.edit_start(history or nil)
    if is_edited then host.completer(require "hqnn.complete") end
    print(("hqnn %s, %s: `hq` is there, :help helps, Ctrl-D ends"):format(hq.version, _VERSION))
  end
  repeat
    local line = read(true)
  until line == nil or (line and not step(line))
  if is_edited then host.edit_finish(history or nil) end
  return 0
end
