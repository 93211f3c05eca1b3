---@meta
-- Losses: functions of outputs and labels or targets.

---@class hqnn
local hq = {}

hq.loss = {}

---@class hqnn.LossOptions
---@field reduction? "mean" | "sum" | "none" "mean"

---@class hqnn.CrossEntropyOptions: hqnn.LossOptions
---@field label_smoothing? number 0, in [0, 1)
---@field class_weights? number[] a factor for each class; the mean divides by the labels' factors

---@class hqnn.NLLOptions: hqnn.LossOptions
---@field class_weights? number[]

---@class hqnn.HuberOptions: hqnn.LossOptions
---@field delta? number 1: where the linear part begins

---@class hqnn.MarginOptions: hqnn.LossOptions
---@field margin? number 1 for hinge, 0 for cosine_embedding

---Targets of a loss that takes tensors may also be class numbers: one-hot rows, or 0 and 1 for outputs [batch, 1].
---@alias hqnn.targets hqnn.Tensor | integer[]

---Softmax cross-entropy.
---@param logits hqnn.Tensor [batch, classes]
---@param labels integer[] class numbers from 0
---@param options? hqnn.CrossEntropyOptions
---@return hqnn.Tensor
function hq.loss.cross_entropy(logits, labels, options) end

---Negative log-likelihood.
---@param logarithms hqnn.Tensor logarithms of probabilities [batch, classes]
---@param labels integer[] class numbers from 0
---@param options? hqnn.NLLOptions
---@return hqnn.Tensor
function hq.loss.nll(logarithms, labels, options) end

---Multi-class margin.
---@param output hqnn.Tensor [batch, classes]
---@param labels integer[] class numbers from 0
---@param options? hqnn.MarginOptions
---@return hqnn.Tensor
function hq.loss.hinge(output, labels, options) end

---Binary cross-entropy of probabilities.
---@param output hqnn.Tensor
---@param targets hqnn.targets
---@param options? hqnn.LossOptions
---@return hqnn.Tensor
function hq.loss.bce(output, targets, options) end

---Binary cross-entropy of sigmoid(output).
---@param output hqnn.Tensor
---@param targets hqnn.targets
---@param options? hqnn.LossOptions
---@return hqnn.Tensor
function hq.loss.bce_with_logits(output, targets, options) end

---Squared differences.
---@param output hqnn.Tensor
---@param targets hqnn.targets
---@param options? hqnn.LossOptions
---@return hqnn.Tensor
function hq.loss.mse(output, targets, options) end

---Absolute differences.
---@param output hqnn.Tensor
---@param targets hqnn.targets
---@param options? hqnn.LossOptions
---@return hqnn.Tensor
function hq.loss.l1(output, targets, options) end

---Squared differences, halved, with linear tails.
---@param output hqnn.Tensor
---@param targets hqnn.targets
---@param options? hqnn.HuberOptions
---@return hqnn.Tensor
function hq.loss.huber(output, targets, options) end

---Kullback-Leibler divergence of rows: sum of target (log target - output).
---@param output hqnn.Tensor
---@param targets hqnn.targets
---@param options? hqnn.LossOptions
---@return hqnn.Tensor
function hq.loss.kl(output, targets, options) end

---1 - cosine of the angle between rows.
---@param output hqnn.Tensor
---@param targets hqnn.targets
---@param options? hqnn.LossOptions
---@return hqnn.Tensor
function hq.loss.cosine(output, targets, options) end

---1 - cosine for rows of label 1, max(0, cosine - margin) for label -1.
---@param output hqnn.Tensor
---@param targets hqnn.Tensor
---@param labels integer[] 1 or -1
---@param options? hqnn.MarginOptions
---@return hqnn.Tensor
function hq.loss.cosine_embedding(output, targets, labels, options) end
