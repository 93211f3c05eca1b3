-- hq.loss: losses of outputs, with their options.  Called with an output they give a tensor to minimise.

local core = require "hqnn.core"
local options = require "hqnn.options"

local loss = {}

-- Per loss: whether it takes class numbers, and its options besides reduction.
local losses = {
  cross_entropy = { labels = true, "label_smoothing", "class_weights" },
  nll = { labels = true, "class_weights" },
  hinge = { labels = true, "margin" },
  bce = {},
  bce_with_logits = {},
  mse = {},
  l1 = {},
  huber = { "delta" },
  kl = {},
  cosine = {},
}

for name, known in pairs(losses) do
  local shown, native = "hq.loss." .. name, core.losses[name]
  table.insert(known, 1, "reduction")
  --- hq.loss.mse(output, target, { reduction = "mean" }): a tensor, or for losses of classes an array of class numbers
  -- from 0; class numbers may also stand in for targets
  loss[name] = function(output, given, more)
    local o = options.check(shown, more, known)
    local is_tensor = core.object.kind(given) == "tensor"
    if not is_tensor and type(given) ~= "table" then
      options.raise("%s: argument 2: expected %s, got %s", shown,
        known.labels and "an array of class numbers" or "a tensor of targets", options.describe(given))
    end
    if is_tensor then return native(output, nil, given, o) end
    return native(output, given, nil, o)
  end
end

--- hq.loss.cosine_embedding(output, target, { 1, -1, ... }, { margin = 0 }): rows of label 1 should point the same way,
-- rows of label -1 should not
function loss.cosine_embedding(output, target, labels, more)
  local o = options.check("hq.loss.cosine_embedding", more, { "reduction", "margin" })
  options.expect("hq.loss.cosine_embedding", "argument 2", target, "tensor")
  if type(labels) ~= "table" then
    options.raise("hq.loss.cosine_embedding: argument 3: expected an array of 1 and -1, got %s",
      options.describe(labels))
  end
  return core.losses.cosine_embedding(output, labels, target, o)
end

return options.publish(loss)
