-- The options checkpoint and resume of hq.fit.  What is in the files is in docs/files.md.

local options = require "hqnn.options"

local checkpoint = {}

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

--- Replaces the options checkpoint = { path, every, keep } (or a path) and resume = true, or a path, by those of the
-- native function: checkpoint_path, checkpoint_every (0: each epoch), checkpoint_keep and resume_path.
function checkpoint.choose(name, o)
  local chosen = o.checkpoint
  if chosen ~= nil then
    if type(chosen) == "string" then chosen = { path = chosen } end
    chosen = options.check(name .. ": checkpoint", chosen, { "path!", "every", "keep" })
    local every = chosen.every or "epoch"
    if every ~= "epoch" and (math.type(every) ~= "integer" or every < 1) then
      options.raise("%s: checkpoint: every: expected a number of steps or 'epoch', got %s", name,
        options.describe(chosen.every))
    end
    if type(chosen.path) ~= "string" then
      options.raise("%s: checkpoint: path: expected a text, got %s", name, options.describe(chosen.path))
    end
    o.checkpoint_path, o.checkpoint_every, o.checkpoint_keep = chosen.path, every == "epoch" and 0 or every, chosen.keep
  end
  local resume = o.resume
  if resume == true then
    if not chosen then
      options.raise("%s: resume = true goes on from the checkpoint; give checkpoint = { path = ... } too", name)
    end
    resume = exists(chosen.path) and chosen.path or nil
  elseif resume == false then
    resume = nil
  elseif resume ~= nil and type(resume) ~= "string" then
    options.raise("%s: resume: expected true or a path, got %s", name, options.describe(resume))
  end
  o.checkpoint, o.resume, o.resume_path = nil, nil, resume
end

return checkpoint
