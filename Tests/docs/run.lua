-- Runs what the pages say: run.lua ROOT BUILD WORK [page ...].  Tests/docs/run.sh calls it; rules are in pages.lua.

local pages = require "pages"
local read = pages.read
local names = require "names"
local root, build, work = arg[1], arg[2], arg[3]

local passed, failed, skipped = 0, 0, 0

local function result(good, where, reason)
  if good then
    passed = passed + 1
  else
    failed = failed + 1
    print(("failed: %s: %s"):format(where, reason or ""))
  end
end

local function skip(where, reason)
  skipped = skipped + 1
  print(("skipped: %s: %s"):format(where, reason))
end

local function write(path, text)
  local file <close> = assert(io.open(path, "wb"))
  file:write(text)
end

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- Runs a command in a folder; success, and all that it printed.
local function execute(command, folder)
  local log = work .. "/log"
  local good = os.execute(("cd %s && { %s; } >%s 2>&1 </dev/null"):format(quote(folder), command, quote(log)))
  return good == true, read(log) or ""
end

local function indented(text, most)
  local lines = {}
  for line in text:gmatch "[^\n]+" do lines[#lines + 1] = "  " .. line end
  if #lines > most then table.move(lines, #lines - most + 1, #lines, 1) lines = { table.unpack(lines, 1, most) } end
  return table.concat(lines, "\n")
end

-- White space counts as white space, a script's line as any line, the sign of NaN, which processors choose, as none.
local function plain(text, any_numbers)
  if any_numbers then text = text:gsub("%-?%d+%.?%d*", "0") end
  return (text:gsub("experiment%.lua:%d+", "experiment.lua:…"):gsub("%-nan", "nan"):gsub("%s+", " "):gsub("^ ", "")
    :gsub(" $", ""))
end

local function matches(output, expected, any_numbers)
  output, expected = plain(output, any_numbers), plain(expected, any_numbers)
  local pattern = expected:gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0"):gsub(" ?… ?", ".-")
  return output:find("^" .. pattern .. "$") ~= nil
end

-- ---- Lua -------------------------------------------------------------------------------------

local function has(block, directive)
  for _, each in ipairs(block.directives) do
    if each == directive or each:match("^" .. directive .. "[ ,]") then return each end
  end
end

local function why_not(block)
  local reason = has(block, "skip")
  if reason then return reason:gsub("^skip,?%s*", "") end
  if has(block, "data") and not os.getenv "HQNN_DATA" then return "HQNN_DATA is not set" end
end

local mark = "\1block %d\n"

-- One script of several blocks, each on the lines where it stands in the page.
local function script(blocks)
  local lines = {}
  local function put(line, text)
    for k = #lines + 1, line do lines[k] = "" end
    lines[line] = lines[line] .. text
  end
  put(1, 'io.stdout:setvbuf "line" local hq = require "hqnn" ')
  for _, block in ipairs(blocks) do
    if block.setup then
      for k, text in ipairs(block.setup.lines) do put(block.setup.line + k, text) end
    end
    local start = ("io.write(%q) "):format(mark:format(block.first))
    if block.language == "lua" then put(block.first, start) else put(block.setup.line, start) end
    local wires = (has(block, "circuit") or ""):match "%d+"
    if wires then put(block.first, ("hq.circuit(%s, function(c, x, w) "):format(wires)) end
    for k, text in ipairs(block.language == "lua" and block.lines or {}) do
      if has(block, "fails") and text:find "%S" and not text:find "^%s" then
        text = ("print(select(2, pcall(function() %s end)))"):format(text:gsub("%s*%-%-.*$", ""))
      end
      put(block.first + k, text)
    end
    if wires then put(block.last, 'c:expect("Z", 0) end, { lint = false })') end
  end
  return table.concat(lines, "\n")
end

local function run_lua(page, blocks)
  local folder = work .. "/lua"
  assert(os.execute(("rm -rf %s && mkdir -p %s/results"):format(quote(folder), quote(folder))))
  write(folder .. "/experiment.lua", script(blocks))
  local good, log = execute(quote(build .. "/bin/hqlua") .. " run experiment.lua", folder)
  for k, block in ipairs(blocks) do
    local from, to = log:find(mark:format(block.first), 1, true)
    local following = blocks[k + 1] and log:find(mark:format(blocks[k + 1].first), 1, true)
    local where = ("%s:%d"):format(page, block.first)
    if not from then
      result(false, where, "not reached" .. (k == 1 and "\n" .. indented(log, 12) or ""))
    elseif not following and (blocks[k + 1] or not good) then
      result(false, where, (indented(log:sub(to + 1), 25):gsub("experiment%.lua", page)))
    else
      block.output = log:sub(to + 1, following and following - 1)
      local warning = block.output:match "[^\n]*warning:[^\n]*"
      result(not warning or has(block, "warns"), where, warning)
    end
  end
end

-- ---- C and C++ -------------------------------------------------------------------------------

local compilers = {
  c = {
    command = "cc -std=c99 -D_POSIX_C_SOURCE=200809L", suffix = ".c",
    headers = { "hqnn.h", "stdio.h", "stdlib.h", "string.h", "math.h", "stdint.h" },
  },
  cpp = {
    command = "c++ -std=c++17", suffix = ".cpp",
    headers = { "hqnn.hpp", "cstdio", "cstdlib", "iostream", "vector" },
  },
}

local function run_c(block, where)
  local tool = compilers[block.language]
  local code = table.concat(block.lines, "\n")
  local whole = code:find "%f[%w_]main%s*%("
  local flags = "-Wall -Wextra -Werror -O1"
  if not whole then
    local parts = {}
    for k, header in ipairs(tool.headers) do parts[k] = ("#include <%s>"):format(header) end
    table.move(block.setup and block.setup.lines or {}, 1, #(block.setup and block.setup.lines or {}), #parts + 1, parts)
    code = ("%s\nvoid fragment(void);\nvoid fragment(void) {\n%s\n}\nint main(void) { return 0; }\n"):format(
      table.concat(parts, "\n"), code)
    flags = flags .. " -Wno-unused-variable -Wno-unused-but-set-variable"
  end
  local folder = work .. "/c"
  assert(os.execute(("rm -rf %s && mkdir -p %s"):format(quote(folder), quote(folder))))
  write(folder .. "/main" .. tool.suffix, code)
  local good, log = execute(("%s %s -I%s main%s -o main -L%s/lib -Wl,-rpath,%s/lib -lhqnn -lm -lpthread"):format(
    tool.command, flags, quote(root .. "/include"), tool.suffix, quote(build), quote(build)), folder)
  if good then good, log = execute("./main", folder) end
  block.output = log
  result(good, where, indented(log, 12))
end

-- ---- the rest --------------------------------------------------------------------------------

-- The block's lines one after the other in the file, whatever the indentation of the whole.
local function stands_in(lines, text)
  local function trimmed(list)
    local out = {}
    for k, line in ipairs(list) do out[k] = line:gsub("^%s+", ""):gsub("%s+$", "") end
    return "\n" .. table.concat(out, "\n") .. "\n"
  end
  local all = {}
  for line in (text .. "\n"):gmatch "(.-)\n" do all[#all + 1] = line end
  return trimmed(all):find(trimmed(lines), 1, true) ~= nil
end

local function check_swift(block, where)
  local path
  for _, directive in ipairs(block.directives) do path = directive:match "^%S+%.swift$" or path end
  if not path then return result(false, where, "no file named: <!-- test: Tests/…/Some.swift -->") end
  local text = read(root .. "/" .. path)
  result(text and stands_in(block.lines, text), where, text and "not word for word in " .. path or "no file " .. path)
end

local function run_shell(block, where)
  if has(block, "run") then
    local folder = work .. "/sh"
    assert(os.execute(("rm -rf %s && mkdir -p %s"):format(quote(folder), quote(folder))))
    assert(os.execute(("cd %s && ln -s %s build && ln -s %s/examples %s/include ."):format(quote(folder), quote(build),
      quote(root), quote(root))))
    local before = block.setup and table.concat(block.setup.lines, "\n") or ""
    local good, log = execute(("PATH=%s/bin:$PATH\nset -e\n%s\n%s\n"):format(quote(build), before,
      table.concat(block.lines, "\n")), folder)
    block.output = log
    return result(good, where, indented(log, 12))
  end
  local wrong = names.commands(block.lines, root, build)
  result(#wrong == 0, where, table.concat(wrong, "\n  "))
end

local function run_page(page)
  local text = assert(read(root .. "/" .. page), page .. " is not there")
  local blocks, current = pages.blocks(text), {}
  local scripts = { current }
  for _, block in ipairs(blocks) do
    local code = block.language == "lua" or block.language == "text" and block.setup
    if code and not why_not(block) then
      if has(block, "apart") then
        scripts[#scripts + 1] = { block }
      else
        current[#current + 1] = block
      end
    end
  end
  for _, list in ipairs(scripts) do
    if #list > 0 then run_lua(page, list) end
  end
  local before -- the block whose output a text block shows
  for _, block in ipairs(blocks) do
    local where, reason = ("%s:%d"):format(page, block.first), why_not(block)
    if reason then
      skip(where, reason)
      if block.language ~= "text" then before = nil end
    elseif block.language == "c" or block.language == "cpp" then
      run_c(block, where)
      before = block
    elseif block.language == "swift" then
      check_swift(block, where)
    elseif block.language == "sh" then
      run_shell(block, where)
      before = block
    elseif block.language == "lua" then
      before = block
    elseif block.language == "text" then
      if block.setup then before = block end
      if not before then
        skip(where, "what prints it is not run")
      elseif before.output then
        local expected = table.concat(block.lines, "\n")
        result(matches(before.output, expected, has(block, "any numbers")), where, "the output is\n" .. indented(before.output, 40))
      end -- otherwise the block itself has failed
    end
  end
  for _, problem in ipairs(names.problems(page, text, root)) do result(false, page, problem) end
  result(true) -- the page's links and names, whose failures are counted above
end

local list = { table.unpack(arg, 4) }
if #list == 0 then
  local find = assert(io.popen(("cd %s && ls README.md CHANGELOG.md && find docs examples -name '*.md' | sort"):format(quote(root))))
  for page in find:lines() do list[#list + 1] = page end
  find:close()
end
for _, page in ipairs(list) do run_page(page) end

-- The site's source, and that every function of both interfaces has a place in its reference.  MkDocs is not needed here.
if #arg == 3 then
  local good, log = execute(("%s/bin/hqlua run %s/docs/site/build.lua %s %s/site"):format(quote(build), quote(root), quote(root),
    quote(work)), root)
  result(good, "docs/site/build.lua", indented(log, 12))
  local function count(command)
    local _, out = execute(command, root)
    return tonumber(out)
  end
  for _, pair in ipairs {
    { "cat lua/hqnn/meta/*.lua | grep -c '^function '", "cat %s/site/src/reference/lua/*.md | grep -cE '^### `'" },
    { "grep -oE '^[a-z_0-9]+.*hqnn_[a-z0-9_]+\\(' include/hqnn.h | grep -v typedef | wc -l",
      "cat %s/site/src/reference/c/*.md | grep -oE '^[a-z_0-9]+.*hqnn_[a-z0-9_]+\\(' | grep -v typedef | wc -l" },
  } do
    local declared, shown = count(pair[1]), count(pair[2]:format(quote(work)))
    result(declared and declared > 100 and declared == shown, "the reference",
      ("%s: %s declared, %s shown"):format(pair[1], declared, shown))
  end
end
print(("docs: %d passed, %d failed, %d skipped"):format(passed, failed, skipped))
os.exit(failed == 0)
