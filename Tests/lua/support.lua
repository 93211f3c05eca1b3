-- What the specs share: the module, scripts with a name, subprocesses, comparisons.

local assert = require "luassert"
local hq = require "hqnn"
hq.quiet = true

local support = { hq = hq }

-- run.sh names the folder with bin/ and lib/.
support.build = assert(os.getenv "HQNN_BUILD", "HQNN_BUILD is not set; run Tests/lua/run.sh BUILD_DIR")
support.root = assert(os.getenv "HQNN_ROOT", "HQNN_ROOT is not set; run Tests/lua/run.sh BUILD_DIR")

--- The error message of a script called experiment.lua; nil when it runs.  `hq` is its first line.
function support.failure(text)
  local script = assert(load("local hq = require 'hqnn' hq.quiet = true\n" .. text, "@experiment.lua"))
  local good, message = pcall(script)
  return not good and message or nil
end

--- Fails unless the script's error message is exactly this one.
function support.fails(text, message)
  assert.equal(message, support.failure(text))
end

--- Fails unless the script's error message begins with its position and function and has these words.
function support.fails_with(text, start, words)
  local message = support.failure(text)
  assert(message, "the script ran without an error:\n" .. text)
  assert(type(message) == "string" and message:sub(1, #start) == start,
    ("expected a message that begins with\n  %s\ngot\n  %s"):format(start, tostring(message)))
  assert(message:find(words, 1, true), ("expected '%s' in\n  %s"):format(words, message))
end

--- Runs a shell command: its output (with stderr), and its exit status.
function support.shell(command)
  local pipe = assert(io.popen("{ " .. command .. "\n} 2>&1"))
  local output = pipe:read "a"
  local _, _, status = pipe:close()
  return output, status
end

--- Runs hqlua with arguments.
function support.hqlua(arguments) return support.shell(support.build .. "/bin/hqlua " .. arguments) end

--- Runs an example in a folder; its output.
function support.example(folder, command)
  local output, status = support.shell(("cd %s && %s/bin/hqlua run %s/examples/%s"):format(folder, support.build,
    support.root, command))
  assert.equal(0, status, output)
  return output
end

--- Whether there is such a file.
function support.exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

--- A new empty folder, and its removal.
function support.folder()
  local path = os.tmpname()
  os.remove(path)
  assert(os.execute("mkdir -p " .. path))
  return path, function() os.execute("rm -rf " .. path) end
end

function support.write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  return path
end

function support.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

--- Fails unless two numbers, or two nested arrays of numbers, agree to a tolerance.
function support.close(expected, actual, tolerance, place)
  tolerance, place = tolerance or 1e-6, place or "value"
  if type(expected) == "table" then
    assert(type(actual) == "table" and #expected == #actual,
      ("%s: expected %d elements, got %s"):format(place, #expected, type(actual) == "table" and #actual or actual))
    for i, value in ipairs(expected) do support.close(value, actual[i], tolerance, place .. "[" .. i .. "]") end
    return
  end
  assert(math.abs(expected - actual) <= tolerance,
    ("%s: expected %.10g, got %.10g, tolerance %g"):format(place, expected, actual, tolerance))
end

--- A small classifier of 8x8 digits with a quantum filter.
function support.qunn(options)
  local patch = hq.circuit(4, function(c, x, w)
    for q in c:wires() do c:ry(q, math.pi * x[q]) end
    for q in c:wires() do c:rot(q, w(), w(), w()) end
    for p, q in c:pairs "ring" do c:cnot(p, q) end
    for q in c:wires() do c:expect("Z", q) end
  end)
  return hq.sequential {
    hq.quanvolution { circuit = patch, kernel_size = 2, stride = 2, trainable = options and options.trainable },
    hq.flatten(),
    hq.dense { units = 10 },
  }
end

return support
