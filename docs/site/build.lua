-- Makes the source of the site: build.lua ROOT OUT.  `make docs` calls it, then mkdocs.
--
-- The pages as they are, with links that leave docs/ led to copies; a reference from the annotations in
-- lua/hqnn/meta and from include/hqnn.h (reference.lua); files that pages link to as pages of their own.

local root, out = arg[1], arg[2]
package.path = ("%s/docs/site/?.lua;%s/Tests/docs/?.lua;%s"):format(root, root, package.path)
local reference = require "reference"
local pages = require "pages"
local read, normal = pages.read, pages.normal

local function write(path, text)
  assert(os.execute(("mkdir -p '%s'"):format((out .. "/src/" .. path):match "^(.*)/")))
  local file <close> = assert(io.open(out .. "/src/" .. path, "wb"))
  file:write(text)
end

local function lines_of(command)
  local list = {}
  local pipe <close> = assert(io.popen(command))
  for line in pipe:lines() do list[#list + 1] = line end
  return list
end

-- From one page of the site to another.
local function relative(from, to)
  local _, depth = from:gsub("/", "")
  return ("../"):rep(depth) .. to
end

local copied = {} -- files of the repository that are pages of the site, by their path

-- Where a file of the repository is in the site; nil: nowhere.
local function place(path)
  if path == "README.md" then return "index.md" end
  if path == "CHANGELOG.md" then return "changelog.md" end
  -- One index.html alone: the theme's script finds the page that is shown by the end of its address.
  if path:find "^docs/" then return (path:sub(6):gsub("README%.md$", "overview.md")) end
  if path == "include/hqnn.h" then return "reference/c/overview.md" end
  if path:find "^lua/hqnn/meta" then return "reference/lua/overview.md" end
  if read(root .. "/" .. path) or #lines_of(("ls -d '%s/%s' 2>/dev/null"):format(root, path)) > 0 then
    copied[path] = true
    return "source/" .. path:gsub("/$", "") .. ".md"
  end
end

local function page(path, text)
  local folder, target = path:match "^(.*/)" or "", place(path)
  text = text:gsub("\n?<!%-%- test:.-%-%->", "")
  local anchors = pages.namer()
  -- Links outside of code.
  local inside, lines = false, {}
  for line in (text .. "\n"):gmatch "(.-)\n" do
    if line:find "^%s*```" then inside = not inside end
    if not inside then
      -- MkDocs would make anchors of its own.
      local heading = line:match "^#+%s+(.-)%s*$"
      if heading then line = ("%s {#%s}"):format(line, anchors(heading)) end
      line = line:gsub("%]%(([^()%s]+)%)", function(link)
        local file, anchor = link:match "^([^#]*)(#?.*)$"
        if file == "" or link:find "^%a+:" then return nil end
        local there = place(normal(folder .. file))
        return there and ("](%s%s)"):format(relative(target, there), anchor)
      end)
    end
    lines[#lines + 1] = line
  end
  write(target, table.concat(lines, "\n"))
end

for _, path in ipairs(lines_of(("cd '%s' && ls README.md CHANGELOG.md && find docs -name '*.md' | sort"):format(root))) do
  page(path, read(root .. "/" .. path))
end
for _, path in ipairs(lines_of(("cd '%s' && find docs -name '*.png' -o -name '*.svg'"):format(root))) do
  write(place(path), read(root .. "/" .. path))
end

-- Files and folders that pages link to.
local languages = { lua = "lua", c = "c", h = "c", hpp = "cpp", cpp = "cpp", swift = "swift", sh = "sh" }
for path in pairs(copied) do
  local text = read(root .. "/" .. path)
  if text then
    local language = languages[path:match "%.(%w+)$"] or "text"
    write(place(path), ("# %s\n\n```%s\n%s\n```\n"):format(path, language, text:gsub("\n+$", "")))
  else
    local list = { ("# %s"):format(path), "" }
    for _, name in ipairs(lines_of(("cd '%s/%s' && find . -maxdepth 2 -type f | sort"):format(root, path))) do
      local file = path:gsub("/$", "") .. "/" .. name:sub(3)
      local own = read(root .. "/" .. file)
      list[#list + 1] = ("## %s\n\n```%s\n%s\n```\n"):format(name:sub(3), languages[file:match "%.(%w+)$"] or "text", own:gsub("\n+$", ""))
    end
    write(place(path), table.concat(list, "\n"))
  end
end

reference.lua(root, write)
reference.c(root, write)

-- ---- navigation ------------------------------------------------------------------------------

local named = {} -- pages that have a place in the navigation
local navigation = {
  { "Home", "index.md" },
  { "Guide", { "getting_started", "install", "hqlua", "c", "data", "files", "faq" } },
  { "Circuits", { "circuits", "measurements", "differentiation", "noise", "large_states", "analysis", "interchange" } },
  { "Learning", { "layers", "training", "tensors" } },
  { "Robustness", { "attacks", "white_box", "black_box", "audit", "defences", "certificates" } },
  { "Inside", { "architecture", "numerics", "performance" } },
  { "Extending", { "extending/gate", "extending/layer", "extending/attack", "extending/format" } },
  { "Studies", { "papers/overview", "papers/p1", "papers/p2", "papers/p3", "papers/p4", "papers/p5" } },
}

local function title(path)
  return ((read(out .. "/src/" .. path):match "^#%s+([^\n]+)" or path):gsub("`", ""):gsub("%s*{#.-}%s*$", ""))
end
local function yaml(text) return '"' .. text:gsub('[\\"]', "\\%0") .. '"' end

local nav = {}
for _, group in ipairs(navigation) do
  if type(group[2]) == "string" then
    nav[#nav + 1] = ("  - %s: %s"):format(group[1], group[2])
  else
    nav[#nav + 1] = ("  - %s:"):format(group[1])
    for _, name in ipairs(group[2]) do
      local path = name .. ".md"
      if not named[path] and read(out .. "/src/" .. path) then
        named[path] = true
        nav[#nav + 1] = ("    - %s: %s"):format(yaml(title(path)), path)
      end
    end
  end
end
-- What is not in the list above is not lost.
for _, path in ipairs(lines_of(("cd '%s/docs' && find . -maxdepth 1 -name '*.md' | sort"):format(root))) do
  path = path:sub(3)
  if not named[path] then nav[#nav + 1] = ("  - %s: %s"):format(yaml(title(path)), path) end
end
for _, kind in ipairs { "lua", "c" } do
  nav[#nav + 1] = ("  - %s reference:"):format(kind == "c" and "C" or "Lua") -- no deeper: the theme's script trips over it
  for _, entry in ipairs(reference.pages[kind]) do
    nav[#nav + 1] = ("    - %s: %s"):format(yaml(entry[1]), entry[2])
  end
end
nav[#nav + 1] = "  - Changes: changelog.md"

local file <close> = assert(io.open(out .. "/mkdocs.yml", "wb"))
file:write([[
site_name: hqnn
site_description: Hybrid quantum-classical neural networks
docs_dir: src
site_dir: site
use_directory_urls: false
theme:
  name: readthedocs
  highlightjs: false
  navigation_depth: 3
  collapse_navigation: true
plugins:
  - search:
      separator: '[\s\-.:(),_]+'
extra_css:
  - hqnn.css
  - code.css
markdown_extensions:
  - tables
  - fenced_code
  - sane_lists
  - toc:
      permalink: "#"
  - attr_list
  - codehilite:
      guess_lang: false
nav:
]], table.concat(nav, "\n"), "\n")
