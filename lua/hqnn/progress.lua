-- How hq.fit and hq.robustness show that they are alive: a bar on a terminal, plain lines otherwise.

local core = require "hqnn.core"
local options = require "hqnn.options"

local progress = {}

-- The module table, set by hqnn.init: hq.quiet is read there.
progress.settings = { quiet = false }

function progress.quiet() return progress.settings.quiet end

local width = 24
local blocks = { [0] = "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" }

--- "██████▌         " for a share in [0, 1]
function progress.bar(share)
  local eighths = math.floor(math.min(math.max(share, 0), 1) * width * 8 + 0.5)
  local full, rest = eighths // 8, eighths % 8
  local tail = blocks[rest]
  return ("█"):rep(full) .. tail .. (" "):rep(width - full - (rest > 0 and 1 or 0))
end

--- "8s", "3m05s", "2h07m"
function progress.duration(seconds)
  local s = math.floor(seconds + 0.5)
  if s < 60 then return s .. "s" end
  if s < 3600 then return ("%dm%02ds"):format(s // 60, s % 60) end
  return ("%dh%02dm"):format(s // 3600, s % 3600 // 60)
end

local shown = false

--- Writes a line over the last one.
function progress.show(text)
  io.stderr:write("\r", text, "\27[K")
  io.stderr:flush()
  shown = true
end

--- Removes the line.
function progress.clear()
  if shown then
    io.stderr:write("\r\27[K")
    io.stderr:flush()
    shown = false
  end
end

function progress.line(text) io.stderr:write(text, "\n") end

local styles = { "bar", "lines", "none" }

--- The style that an option asks for: "bar", "lines" or "none"; true and nil take what suits stderr.
function progress.style(name, wanted)
  if wanted == false or (wanted == nil and progress.quiet()) then return "none" end
  if wanted == nil or wanted == true then return core.terminal() and "bar" or "lines" end
  for _, style in ipairs(styles) do
    if wanted == style then return style end
  end
  options.raise("%s: progress may be true, false, %s; got %s", name, options.list(styles),
    options.describe(wanted))
end

return progress
