-- hqlua run --sandbox: what a script that nobody has read may do.  Its memory and time are limited by the host; here
-- is what it may reach.  Everything is changed in place and before hqnn itself is loaded, so that nobody kept the
-- originals.

local core = require "hqnn.core"
local host = require "hqnn.host"
local options = require "hqnn.options"
local paths = require "hqnn.paths"

-- Folders by mode, absolute and without links.
local readable, writable = {}, {}

local function is_inside(path, folders)
  for _, folder in ipairs(folders) do
    if path == folder or folder == "/" or path:sub(1, #folder + 1) == folder .. "/" then return true end
  end
  return false
end

-- Where a path leads, its last parts perhaps not there yet; nil for one that cannot be told.
local function destination(path)
  local full = host.realpath(path)
  if full then return full end
  -- A link to what is not there leads anywhere.
  if host.kind(path) then return nil end
  local folder, name = path:match "^(.*/)([^/]+)/*$"
  if not folder then folder, name = "./", path end
  if name == ".." or name == "." or path == "" then return nil end
  local parent = destination(folder == "/" and folder or folder:gsub("/+$", ""))
  return parent and (parent == "/" and "" or parent) .. "/" .. name
end

local function see(path, mode)
  if mode == "root" and path == "" then return path end
  local full = not path:find("\0", 1, true) and destination(path)
  local allowed = full and is_inside(full, mode == "write" and writable or readable)
  if allowed then return full end
  local what = mode == "root" and "the folder $HQNN_DATA" or "'" .. path .. "'"
  if mode == "write" and full and is_inside(full, readable) then
    options.raise("%s may not be written in this sandbox; --allow opens a folder for that", what)
  end
  options.raise("%s is outside of this sandbox; --allow opens a folder", what)
end

local function refuse(owner, name, reason)
  local shown = name and owner .. "." .. name or owner
  return function() options.raise("%s is not there in a sandbox: %s", shown, reason) end
end

local function restrict_libraries()
  for name, reason in pairs {
    execute = "no program is started", remove = "files stay", rename = "files stay",
    tmpname = "name a file in a folder of --allow", setlocale = "the locale stays",
  } do os[name] = refuse("os", name, reason) end
  local getenv, exit = os.getenv, os.exit
  function os.getenv(name)
    if name == "HQNN_DATA" then return getenv(name) end
    return refuse("os", "getenv", "of the environment only HQNN_DATA is seen")()
  end
  -- Always closing, and never with a status that means a signal.
  function os.exit(code)
    if code ~= nil and type(code) ~= "boolean" and not (math.type(code) == "integer" and code >= 0 and code <= 125) then
      options.raise("os.exit: expected true, false or 0 to 125 in a sandbox, got %s", options.describe(code))
    end
    exit(code, true)
  end
  io.popen = refuse("io", "popen", "no program is started")
  io.tmpfile = refuse("io", "tmpfile", "name a file in a folder of --allow")
  string.dump = refuse("string", "dump", "no bytecode is made or loaded")
  for name in pairs(debug) do
    if name ~= "traceback" then debug[name] = refuse("debug", name, "only debug.traceback is") end
  end
  local load_text = load
  function load(chunk, name, mode, ...)
    if mode ~= nil and not tostring(mode):find "t" then options.raise("load: no bytecode is loaded in a sandbox") end
    return load_text(chunk, name, "t", ...)
  end
end

local function restrict_require(folder)
  package.path = folder .. "/?.lua;" .. folder .. "/?/init.lua"
  package.cpath = ""
  package.loadlib = refuse("package", "loadlib", "nothing in C is loaded")
  package.searchers[4], package.searchers[3] = nil, nil
end

local function restrict_hqnn()
  core.native.data_get = refuse("hq.data.get", nil, "nothing is fetched")
  local threads = core.library.threads
  function core.library.threads(count)
    if type(count) == "number" and count > host.processors() then
      options.raise("hq.threads: %s are more than the %d of this machine, in a sandbox", count, host.processors())
    end
    return threads(count)
  end
end

--- The script's folder is read, the others are read and written.
return function(script, ...)
  local folder = script:match "^(.*/)[^/]*$" or "."
  readable[1] = assert(host.realpath(folder), folder .. ": there is no such folder")
  for _, name in ipairs { ... } do
    local full = host.realpath(name)
    if not full or not host.kind(full .. "/.") then error(("--allow %s: there is no such folder"):format(name), 0) end
    readable[#readable + 1], writable[#writable + 1] = full, full
  end
  paths.watch(see)
  restrict_hqnn()
  restrict_libraries()
  paths.watch_lua(see)
  restrict_require(readable[1])
  for _, name in ipairs { "hqnn.host", "hqnn.sandbox", "hqnn.paths", "hqnn.repl", "hqnn.complete" } do
    package.preload[name], package.loaded[name] = nil, nil
  end
end
