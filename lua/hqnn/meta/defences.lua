---@meta
-- Defences.

---@class hqnn
local hq = {}

hq.defence = {}

---The model with its outputs divided by a temperature; shares all parameters
---@param model hqnn.Layer
---@param temperature number
---@return hqnn.Layer
function hq.defence.at_temperature(model, temperature) end
---@class hqnn.DistillOptions
---@field teacher hqnn.Layer
---@field student hqnn.Layer
---@field data hqnn.Dataset
---@field temperature? number 20
---@field fit? hqnn.FitOptions
---Trains a student on a teacher's probabilities at a temperature (Papernot et al. 2016).
---@param options hqnn.DistillOptions
---@return hqnn.History
function hq.defence.distill(options) end
---Trained models side by side as one, frozen.
---@param models hqnn.Layer[]
---@param options? { average: ("probabilities"|"logits")? }
---@return hqnn.Layer
function hq.defence.ensemble(models, options) end
---@class hqnn.DenoiserOptions
---@field autoencoder hqnn.Layer
---@field data hqnn.Dataset
---@field std? number 0.3
---@field fit? hqnn.FitOptions
---Trains an autoencoder to give samples back from noisy ones: a frozen layer to be put in front of a model.
---@param options hqnn.DenoiserOptions
---@return hqnn.Layer
---@return hqnn.History
function hq.defence.denoiser(options) end
