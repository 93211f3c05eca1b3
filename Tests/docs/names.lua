-- Names in pages: links and anchors, functions of hq and of hqnn.h, files, and commands in sh blocks.

local pages = require "pages"
local hq = require "hqnn"
local core = require "hqnn.core"

local read, normal = pages.read, pages.normal
local names = {}

local function exists(path)
  local file <close> = io.open(path, "rb")
  return file ~= nil
end

local function check_links(page, text, root, problem)
  local folder = page:match "^(.*/)" or ""
  for link in pages.prose(text):gsub("`[^`\n]*`", ""):gmatch "%]%(([^()%s]+)%)" do
    if not link:find "^%a+:" then
      local path, anchor = link:match "^([^#]*)#?(.*)$"
      local target = path == "" and page or normal(folder .. path)
      if not exists(root .. "/" .. target) then
        problem(("the link %s leads nowhere"):format(link))
      elseif anchor ~= "" and target:find "%.md$" and not pages.anchors(read(root .. "/" .. target))[anchor] then
        problem(("the link %s: %s has no heading #%s"):format(link, target, anchor))
      end
    end
  end
end

-- hq.data.transform.resize: the longest path that is there must be all of it, up to an object's own fields.
local function check_lua_names(text, problem)
  for path in text:gmatch "%f[%w_./]hq%.[%a_][%w_.]*" do
    path = path:gsub("%.+$", "")
    local value, done = hq, "hq"
    for key in path:sub(4):gmatch "[^.]+" do
      if type(value) ~= "table" then break end
      local inside = value[key]
      if inside == nil then
        problem(("%s: %s has no '%s'"):format(path, done, key))
        break
      end
      value, done = inside, done .. "." .. key
    end
  end
end

-- What pages call objects, and what has their methods.
local objects = {
  c = core.builder, circuit = core.circuit, model = core.layer, layer = core.layer, dataset = core.dataset, set = core.dataset,
  train = core.dataset, test = core.dataset, optimizer = core.optimizer, schedule = core.schedule, state = core.state,
  attack = getmetatable(hq.attack.fgsm()).__index,
}

-- circuit:fidelity, c:ising_zz: methods of the object that the word stands for.
local function check_methods(text, problem)
  for inline in text:gmatch "`([^`\n]+)`" do
    for object, method in inline:gmatch "%f[%w_]([%l_]+):([%l_][%w_]*)%f[^%w_]" do
      local methods = objects[object]
      if methods and not methods[method] then problem(("%s:%s is no method"):format(object, method)) end
    end
  end
end

-- Functions and macros of the header; hqnn_circuit_* and the like stand for several.
local function check_c_names(text, root, problem)
  local header = read(root .. "/include/hqnn.h")
  local known = {}
  for name in header:gmatch "%f[%w_][hH][qQ][nN][nN]_[%w_]+" do known[name] = true end
  for name, after in text:gmatch "%f[%w_./]([hH][qQ][nN][nN]_[%w_]+)(.?)" do
    if not known[name] and after ~= "*" and after ~= "…" and after ~= "<" and not name:find "_$"
      and not names.environment[name] and not text:find("[-]D" .. name) then
      problem(name .. " is not in hqnn.h")
    end
  end
end

names.environment = { HQNN_DATA = true, HQNN_MARCH = true }

-- Swift, C and Lua files in backquotes, by path or, Swift files, by name alone.
local function check_files(text, root, problem)
  if not names.swift then
    names.swift = {}
    local find = assert(io.popen(("cd '%s' && find Sources Tests -name '*.swift'"):format(root)))
    for path in find:lines() do names.swift[path:match "[^/]+$"] = true end
    find:close()
  end
  for path in pages.prose(text):gmatch "`([%w_./+-]+)`" do
    local name = path:match "^[%w_+]+%.swift$"
    if name then
      if not names.swift[name] then problem(("there is no file %s"):format(name)) end
    elseif path:find "^Sources/" or path:find "^Tests/" or path:find "^examples/" or path:find "^lua/" or path:find "^include/" then
      local bare = path:gsub("/$", "")
      if not exists(root .. "/" .. bare) and not exists(root .. "/" .. bare .. ".swift") then
        problem(("there is no %s"):format(path))
      end
    end
  end
end

--- What is wrong in a page's links and names, a sentence each.
function names.problems(page, text, root)
  local list = {}
  local function problem(sentence)
    if not list[sentence] then list[#list + 1], list[sentence] = sentence, true end
  end
  check_links(page, text, root, problem)
  if page ~= "CHANGELOG.md" then
    local prose = pages.prose(text) -- blocks are run or compiled
    check_lua_names(prose, problem)
    check_methods(prose, problem)
    check_c_names(prose, root, problem)
    check_files(text, root, problem)
  end
  return list
end

local function help(build, command)
  names.helps = names.helps or {}
  if not names.helps[command] then
    local pipe = assert(io.popen(("'%s/bin/hqlua' help %s 2>&1"):format(build, command)))
    names.helps[command] = pipe:read "a"
    pipe:close()
  end
  return names.helps[command]
end

--- What is wrong in commands: make targets, hqlua's subcommands and options, scripts and their options.
function names.commands(lines, root, build)
  local wrong = {}
  for _, line in ipairs(lines) do
    local command = line:gsub("%s+#.*$", ""):gsub("^%s*%$ ", "")
    local targets = command:match "^make%s+(.*)$"
    if targets then
      local makefile = read(root .. "/Makefile")
      for word in targets:gmatch "%S+" do
        local target, variable = word:match "^[%a][%w_-]*$", word:match "^([%u_]+)="
        if target and not ("\n" .. makefile):find("\n" .. target:gsub("%-", "%%-") .. ":") then
          wrong[#wrong + 1] = ("make has no target %s"):format(target)
        elseif variable and not makefile:find("%f[%w_]" .. variable .. "%f[^%w_]") then
          wrong[#wrong + 1] = ("make has no variable %s"):format(variable)
        end
      end
    end
    local arguments = command:match "%f[%w/.]hqlua%s+(.*)$" or command:match "^[%w=]*%s*lua5%.4%s+(.*)$"
    for path in (arguments or ""):gmatch "%f[%S][%w_.-]+/[%w_./-]+%f[%s\0]" do
      if path:find "^examples/" and not read(root .. "/" .. path) then wrong[#wrong + 1] = "there is no " .. path end
    end
    local sub = arguments and arguments:match "^%l+%f[%s\0]"
    if sub then
      local text = help(build, "")
      if not text:find("\n  " .. sub .. "%s") and sub ~= "help" then wrong[#wrong + 1] = ("hqlua has no subcommand %s"):format(sub) end
      text = help(build, sub)
      local path = sub == "run" and arguments:match "([%w_./-]+%.lua)"
      if path and path:find "/" then
        local source = read(root .. "/" .. path)
        if not source then
          wrong[#wrong + 1] = "there is no " .. path
        else
          text = text .. source .. (read(root .. "/" .. (path:match "^(.*/)") .. "study.lua") or "")
        end
      end
      for option in arguments:gmatch "%f[%S]%-%-([%w-]+)" do
        if not (path and not path:find "/") and not text:find(option, 1, true) then
          wrong[#wrong + 1] = ("%s: there is no option --%s"):format(command, option)
        end
      end
    end
  end
  return wrong
end

return names
