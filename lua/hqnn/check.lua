-- hqlua check: a script run briefly, and what is wrong with it, a line each.

local core = require "hqnn.core"
local brief = require "hqnn.brief"

-- What scripts ask for to find out which Lua they are in.
local asked = { jit = true, bit32 = true, unpack = true, loadstring = true, setfenv = true, getfenv = true }

--- The exit status: 0 without findings, 1 with some.
return function(script, verbose, seconds, ...)
  local lines, findings, shortened, seen = {}, 0, 0, {}
  local function add(place, text, is_note)
    if place == "" then place = script .. ": " end
    local line = place .. text
    if seen[line] then return end
    seen[line] = true
    if is_note then shortened = shortened + 1 else findings = findings + 1 end
    if not is_note or verbose ~= "" then lines[#lines + 1] = line end
  end

  setmetatable(_G, {
    __index = function(_, name)
      if not asked[name] then add(core.where(), ("global '%s' is read and was never set"):format(tostring(name))) end
    end,
  })
  local good, message = brief.run(script, { ... }, tonumber(seconds), {
    note = function(text) add(core.where(), "note: " .. text, true) end,
    lint = function(circuit)
      for line in circuit:lint():gmatch "[^\n]+" do add(core.where(), line) end
    end,
  })
  setmetatable(_G, nil)
  if message == brief.ending then
    if message.status ~= 0 then add("", ("ended with status %s"):format(tostring(message.status))) end
  elseif not good then
    local place, text = tostring(message):match "^([^\n]-:%d+: )(.*)$"
    add(place or "", text or tostring(message))
  end

  for _, line in ipairs(lines) do brief.say(line .. "\n") end
  brief.say(("%s: %s%s\n"):format(script, findings == 0 and "no findings" or findings == 1 and "1 finding"
    or findings .. " findings", shortened == 0 and "" or ("; %d call%s shortened or left out%s"):format(shortened,
    shortened == 1 and " was" or "s were", verbose == "" and " (--verbose names them)" or "")))
  return findings == 0 and 0 or 1
end
