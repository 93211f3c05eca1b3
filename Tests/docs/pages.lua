-- Reads pages of Markdown: their fenced blocks, with the directives in HTML comments before them, headings and links.
--
-- What is done with a block follows from its language:
--
--   lua     all blocks of a page are one script, run from top to bottom in an empty folder; `hq` is there already
--   text    what the Lua block (or C program) before it prints; … stands for anything, white space for white space,
--           and the line in experiment.lua:12: is not compared
--   c, cpp  compiled without a warning and run; without main() it is the inside of a function, only compiled
--   swift   stands word for word in the file that the directive names
--   sh      its commands, scripts, options and make targets exist
--   nothing, or any other language: not code (drawings, listings of other programs' files)
--
-- Directives, each in one HTML comment before the block:
--
--   <!-- test: skip, the reason -->         the block is counted as skipped
--   <!-- test: data -->                     needs $HQNN_DATA, skipped without
--   <!-- test: circuit 4 -->                Lua inside of hq.circuit(4, function(c, x, w) … end)
--   <!-- test: apart -->                    Lua that does not follow from the blocks before it: a script of its own
--   <!-- test: fails -->                    Lua each statement of which ends in an error, which is printed
--   <!-- test: any numbers -->              text in which numbers are compared with any others
--   <!-- test: warns -->                    Lua that gives a warning, which is otherwise a failure
--   <!-- test: run -->                      sh that is run, in a folder where build, examples and include are links
--   <!-- test: Tests/…/Some.swift -->       where the Swift block stands
--   <!-- test: setup                        Lua or C (lines up to the end of the comment) that readers are spared
--   ... -->                                 before a text block: Lua whose output the block shows

local pages = {}

--- The whole of a file, nil if there is none.
function pages.read(path)
  local file <close> = io.open(path, "rb")
  return file and file:read "a"
end

--- "a/b/../c" to "a/c".
function pages.normal(path)
  local parts = {}
  for part in path:gmatch "[^/]+" do
    if part == ".." and #parts > 0 and parts[#parts] ~= ".." then
      parts[#parts] = nil
    elseif part ~= "." then
      parts[#parts + 1] = part
    end
  end
  return table.concat(parts, "/")
end

--- The blocks of a text: { language, first (line of the fence), lines, directives, setup, setup_line }.
function pages.blocks(text)
  local blocks, block, directives, setup, number = {}, nil, {}, nil, 0
  local comment -- lines of a setup comment that is still open
  for line in (text .. "\n"):gmatch "(.-)\r?\n" do
    number = number + 1
    if comment then
      local rest = line:match "^(.-)%-%->%s*$"
      if rest then
        if rest:find "%S" then comment.lines[#comment.lines + 1] = rest end
        setup, comment = comment, nil
      else
        comment.lines[#comment.lines + 1] = line
      end
    elseif block then
      if line:match "^%s*```%s*$" then
        block.last = number
        blocks[#blocks + 1], block = block, nil
      else
        block.lines[#block.lines + 1] = line:sub(1, block.indent):find "%S" and line or line:sub(block.indent + 1)
      end
    else
      local indent, language = line:match "^(%s*)```(%S*)"
      if indent then
        block = { language = language, first = number, lines = {}, indent = #indent, directives = directives, setup = setup }
        directives, setup = {}, nil
      elseif line:match "^<!%-%- test: setup%s*$" then
        comment = { line = number, lines = {} }
      else
        local directive = line:match "^<!%-%- test: (.-) %-%->%s*$"
        if directive then directives[#directives + 1] = directive end
      end
    end
  end
  if block then blocks[#blocks + 1] = block end
  return blocks
end

--- The text without code blocks, comments and inline code, which have links and headings of nobody.
function pages.prose(text)
  local lines, inside = {}, false
  for line in (text .. "\n"):gmatch "(.-)\r?\n" do
    if line:match "^%s*```" then
      inside = not inside
      lines[#lines + 1] = ""
    else
      lines[#lines + 1] = inside and "" or line
    end
  end
  return (table.concat(lines, "\n"):gsub("<!%-%-.-%-%->", function(c) return (c:gsub("[^\n]", "")) end))
end

--- A heading's anchor, as GitHub and MkDocs make it.
function pages.anchor(heading)
  local plain = heading:gsub("%[(.-)%]%(.-%)", "%1"):gsub("[`*]", ""):lower()
  return (plain:gsub("[^%w%s_\128-\255-]", ""):gsub("^%s+", ""):gsub("%s+$", ""):gsub("%s", "-"))
end

--- A function that gives the anchors of a page's headings in their order: the second "Noise" is noise-1.
function pages.namer()
  local taken = {}
  return function(heading)
    local name, k = pages.anchor(heading), 0
    local free = name
    while taken[free] do
      k = k + 1
      free = name .. "-" .. k
    end
    taken[free] = true
    return free
  end
end

function pages.anchors(text)
  local set, name = {}, pages.namer()
  for line in pages.prose(text):gmatch "[^\n]+" do
    local heading = line:match "^#+%s+(.-)%s*$"
    if heading then set[name(heading)] = true end
  end
  return set
end

return pages
