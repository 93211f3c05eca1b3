-- hqlua draw: circuits of a file as text, SVG, LaTeX, OpenQASM or JSON.

local core = require "hqnn.core"

-- As it is before a script is run, whose files go elsewhere.
local write = core.native.text_write

local function drawn(circuit, style)
  if style == "text" or style == "ascii" then return (circuit:draw(style == "text"):gsub("\n*$", "\n")) end
  return (circuit[style](circuit):gsub("\n*$", "\n"))
end

local function read(path)
  local file, message = io.open(path, "rb")
  local text = file and file:read "a"
  if not text then error(message or path .. ": cannot be read", 0) end
  file:close()
  return text
end

-- The circuits that a script makes, each once.
local function of_script(path)
  local found, seen = {}, {}
  local brief = require "hqnn.brief"
  local good, message = brief.run(path, {}, 120, {
    circuit = function(circuit)
      local text = core.native.circuit_json(circuit)
      if not seen[text] then found[#found + 1] = circuit end
      seen[text] = true
    end,
  })
  local ended = good or message == brief.ending
  if ended and #found == 0 then message = path .. ": makes no circuit" end
  return found, (not ended or #found == 0) and tostring(message) or nil, brief.say
end

local function of_file(path)
  local ending = path:match "%.(%a+)$"
  if ending == "lua" then return of_script(path) end
  local hq = require "hqnn"
  if ending == "qasm" then return { hq.qasm_file(path) } end
  if ending == "json" then return { hq.circuit_from_json(read(path)) } end
  error(("%s: expected a file that ends in .qasm, .json or .lua"):format(path), 0)
end

--- The exit status.  A script that fails has its circuits up to there drawn.
return function(path, style, output)
  local err, complain = io.stderr, getmetatable(io.stderr).__index.write
  local good, circuits, problem, say = pcall(of_file, path)
  if not good then circuits, problem = {}, circuits end
  say = say or function(text) io.stdout:write(text) end
  for i, circuit in ipairs(circuits) do
    local text = drawn(circuit, style)
    if output then
      -- circuit.svg, circuit-2.svg, …
      local name = i == 1 and output or output:gsub("(%.?[^./]*)$", "-" .. i .. "%1", 1)
      write(text, name)
    else
      say((i > 1 and "\n" or "") .. text)
    end
  end
  if problem then complain(err, "hqlua draw: ", tostring(problem), "\n") end
  return problem and 1 or 0
end
