-- The reference: pages from the annotations in lua/hqnn/meta and from the comments of include/hqnn.h.

local reference = { pages = { lua = {}, c = {} } }

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function cell(text) return (text:gsub("|", "\\|"):gsub("%*", "\\*"):gsub("_", "\\_")) end
local function code(text) return text == "" and "" or "`" .. text:gsub("|", "\\|") .. "`" end

-- ---- Lua -------------------------------------------------------------------------------------

local topics = {
  "library", "tensors", "losses", "circuits", "running", "states", "layers", "files", "training", "data", "attacks",
  "robustness", "defences", "certificates", "tables",
}

-- A type as annotations write it, up to the first blank outside of brackets and not beside "|"; and what follows.
local function split_type(text)
  local depth, position = 0, 1
  while position <= #text do
    local letter = text:sub(position, position)
    if letter:find "[%(<{%[]" then depth = depth + 1 end
    if letter:find "[%)>}%]]" then depth = depth - 1 end
    if letter == '"' then position = text:find('"', position + 1, true) or #text end
    if letter == " " and depth == 0 then
      local before, after = text:sub(1, position - 1), text:sub(position + 1)
      if not (before:find "[|,:]$" or after:find "^|") then return before, after end
    end
    position = position + 1
  end
  return text, ""
end

-- What a file of annotations declares: functions, classes in order, aliases.
local function parse(text)
  local found = { functions = {}, classes = {}, aliases = {} }
  local by_local, class, pending = {}, nil, { doc = {}, params = {}, returns = {} }
  local function fresh() pending = { doc = {}, params = {}, returns = {} } end
  for line in text:gmatch "([^\n]*)\n" do
    local name, parent, words = line:match "^%-%-%-@class hqnn%.?([%w_.]*)(:?%s*[%w_.]*)%s*(.*)$"
    local field, rest = line:match "^%-%-%-@field ([%w_]+%??) (.*)$"
    local alias, meaning = line:match "^%-%-%-@alias (%S+)%s*(.*)$"
    local parameter, of = line:match "^%-%-%-@param (%S+) (.*)$"
    local result = line:match "^%-%-%-@return (.*)$"
    local owner, separator, method, arguments = line:match "^function ([%w_.]-)([.:])([%w_]+)(%b())"
    if name and name ~= "" then
      if parent:sub(1, 1) ~= ":" then words, parent = (parent .. " " .. words):gsub("^%s+", ""), "" end
      class = { name = name, parent = parent:gsub("^:%s*", ""), words = words, doc = pending.doc, fields = {}, methods = {} }
      found.classes[#found.classes + 1] = class
      fresh()
    elseif field then
      if class then class.fields[#class.fields + 1] = { field, split_type(rest) } end
    elseif alias then
      found.aliases[#found.aliases + 1] = { alias, meaning, doc = pending.doc }
      fresh()
    elseif line:find "^%-%-%-|" and #found.aliases > 0 then
      local last = found.aliases[#found.aliases]
      last[2] = (last[2] .. " " .. line:sub(4)):gsub("^%s*|?%s*", "")
    elseif parameter then
      pending.params[#pending.params + 1] = { parameter, split_type(of) }
    elseif result then
      pending.returns[#pending.returns + 1] = { split_type(result) }
    elseif line:find "^%-%-%-[^@]" then
      pending.doc[#pending.doc + 1] = line:sub(4)
    elseif line:find "^local %a+ = {}" then
      if class then by_local[line:match "^local (%a+)"] = class end
      class = nil
    elseif owner then
      pending.title = ("%s%s%s%s"):format(owner, separator, method, arguments)
      local of_class = by_local[owner]
      if of_class then
        pending.title = ("%s%s%s%s"):format(of_class.name:gsub("^%u", string.lower), separator, method, arguments)
        of_class.methods[#of_class.methods + 1] = pending
      else
        found.functions[#found.functions + 1] = pending
      end
      fresh()
      class = nil
    elseif line == "" then
      class = nil
    end
  end
  return found
end

local homes = {} -- topics by the class that they declare

-- A type, leading to what declares it.
local function typed(text)
  local class = text:match "hqnn%.(%u[%w_]*)"
  if not homes[class] then return code(text) end
  return ("[%s](%s.md#%s)"):format(code(text), homes[class], class:lower())
end

local function put_rows(out, head, rows)
  if #rows == 0 then return end
  out[#out + 1] = ("\n| %s | type | |\n| --- | --- | --- |"):format(head)
  for _, row in ipairs(rows) do
    out[#out + 1] = ("| %s | %s | %s |"):format(code(row[1]), typed(row[2]), cell(row[3] or ""))
  end
end

local function put_function(out, entry)
  out[#out + 1] = ("\n### `%s`\n"):format(entry.title)
  out[#out + 1] = table.concat(entry.doc, "\n") .. "\n"
  for _, row in ipairs(entry.params) do
    out[#out + 1] = ("- %s: %s%s"):format(code(row[1]), typed(row[2]), row[3] ~= "" and ", " .. cell(row[3]) or "")
  end
  for _, result in ipairs(entry.returns) do
    out[#out + 1] = ("- gives %s%s"):format(typed(result[1]), result[2] ~= "" and ", " .. cell(result[2]) or "")
  end
end

function reference.lua(root, write)
  local index = { "# Lua reference", "", "`local hq = require \"hqnn\"`. Made from the annotations in `lua/hqnn/meta`, which editors read too.",
    "A `?` behind a name means that it may be left out; types are those of the Lua language server.", "", "| topic | |", "| --- | --- |" }
  reference.pages.lua[1] = { "Overview", "reference/lua/overview.md" }
  local texts, parsed = {}, {}
  for _, topic in ipairs(topics) do
    texts[topic] = read(("%s/lua/hqnn/meta/%s.lua"):format(root, topic))
    parsed[topic] = parse(texts[topic])
    for _, class in ipairs(parsed[topic].classes) do
      if #class.fields + #class.methods > 0 then homes[class.name] = topic end
    end
  end
  for _, topic in ipairs(topics) do
    local text, found = texts[topic], parsed[topic]
    local summary = text:match "\n%-%- ([^\n]+)"
    if topic == "library" then summary = "The library itself: seeds, threads, versions." end
    local out = { ("# hq: %s"):format(topic), "", summary }
    local has_methods = {}
    for _, class in ipairs(found.classes) do has_methods[#has_methods + 1] = #class.methods > 0 and class or nil end
    if #found.functions > 0 then out[#out + 1] = "\n## Functions" end
    for _, entry in ipairs(found.functions) do put_function(out, entry) end
    for _, class in ipairs(has_methods) do
      out[#out + 1] = ("\n## %s {#%s}\n"):format(class.name, class.name:lower())
      out[#out + 1] = table.concat(class.doc, "\n")
      put_rows(out, "field", class.fields)
      for _, entry in ipairs(class.methods) do put_function(out, entry) end
    end
    local headed = false
    for _, class in ipairs(found.classes) do
      if #class.methods == 0 and #class.fields > 0 then
        if not headed then out[#out + 1], headed = "\n## Option tables and results", true end
        out[#out + 1] = ("\n### %s {#%s}\n"):format(class.name, class.name:lower())
        out[#out + 1] = table.concat(class.doc, "\n") .. (class.words ~= "" and class.words .. "." or "")
        if class.parent ~= "" then out[#out + 1] = ("\nAlso all of %s."):format(code(class.parent)) end
        put_rows(out, "field", class.fields)
      end
    end
    if #found.aliases > 0 then
      out[#out + 1] = "\n## Words\n\n| name | is one of | |\n| --- | --- | --- |"
      for _, alias in ipairs(found.aliases) do
        local kind, words = split_type(alias[2])
        out[#out + 1] = ("| %s | %s | %s |"):format(code(alias[1]), code(kind), cell(table.concat(alias.doc, " ") .. words))
      end
    end
    write(("reference/lua/%s.md"):format(topic), table.concat(out, "\n") .. "\n")
    index[#index + 1] = ("| [%s](%s.md) | %s |"):format(topic, topic, summary)
    reference.pages.lua[#reference.pages.lua + 1] = { topic, ("reference/lua/%s.md"):format(topic) }
  end
  write("reference/lua/overview.md", table.concat(index, "\n") .. "\n")
end

-- ---- C ---------------------------------------------------------------------------------------

-- A comment with what it explains, as one piece each.
local function pieces(text)
  local list, piece, inside = {}, nil, false
  for line in (text .. "\n"):gmatch "(.-)\n" do
    if not inside and (line:find "^/%*" or (line == "" and piece)) and piece then
      list[#list + 1], piece = piece, nil
    end
    if line ~= "" or inside then
      piece = piece or {}
      piece[#piece + 1] = line
    end
    if line:find "^/%*" and not line:find "%*/" then inside = "comment" end
    if inside == "comment" and line:find "%*/" then inside = false end
    if line:find "{%s*$" and not inside then inside = "braces" end
    if inside == "braces" and line:find "^}" then inside = false end
  end
  if piece then list[#list + 1] = piece end
  return list
end

local function names_of(piece)
  local code_only = table.concat(piece, "\n"):gsub("/%*.-%*/", "")
  local names = {}
  for name in ("\n" .. code_only):gmatch "\n[%w_ ]+[ *]+(hqnn_[%w_]+)%(" do names[#names + 1] = name end
  if #names == 0 then
    for name in code_only:gmatch "typedef[^;{]*[ *](hqnn_[%w_]+);" do names[#names + 1] = name end
    for name in ("\n" .. code_only):gmatch "\n} (hqnn_[%w_]+);" do names[#names + 1] = name end
    for name in ("\n" .. code_only):gmatch "\n#define (HQNN_[%w_]+)" do names[#names + 1] = name end
    local callback = code_only:match "%(%*(hqnn_[%w_]+)%)"
    if #names == 0 and callback then names[1] = callback end
  end
  return names
end

function reference.c(root, write)
  local header = read(root .. "/include/hqnn.h")
  local top = header:match "^/%*(.-)%*/"
  local index = { "# C reference", "", "`#include <hqnn.h>`. This is the header, by its sections; its opening says what holds everywhere:", "",
    "```text", (top:gsub("\n %* ?", "\n"):gsub("^%s+", ""):gsub("%s+$", "")), "```", "", "| section | functions |", "| --- | --- |" }
  reference.pages.c[1] = { "Overview", "reference/c/overview.md" }
  local starts = {}
  for first, title, last in header:gmatch "()\n/%* %-%-%-%- (.-) %-+ ?%*/()" do
    starts[#starts + 1] = { title = title, first = first, last = last }
  end
  for k, section in ipairs(starts) do
    local body = header:sub(section.last, (starts[k + 1] or { first = #header + 1 }).first - 1)
    body = body:gsub("\n#ifdef __cplusplus.*$", "")
    local out, count = { ("# %s"):format(section.title) }, 0
    for _, piece in ipairs(pieces(body)) do
      local names = names_of(piece)
      count = count + #names
      if #names > 0 then
        local shown = #names <= 3 and table.concat(names, ", ") or ("%s … %s"):format(names[1], names[#names])
        out[#out + 1] = ("\n## %s"):format(shown)
      end
      out[#out + 1] = ("\n```c\n%s\n```"):format(table.concat(piece, "\n"))
    end
    local slug = section.title:gsub("[^%w]+", "_"):gsub("_$", "")
    write(("reference/c/%s.md"):format(slug), table.concat(out, "\n") .. "\n")
    index[#index + 1] = ("| [%s](%s.md) | %d |"):format(section.title, slug, count)
    reference.pages.c[#reference.pages.c + 1] = { section.title, ("reference/c/%s.md"):format(slug) }
  end
  write("reference/c/overview.md", table.concat(index, "\n") .. "\n")
end

return reference
