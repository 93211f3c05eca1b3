---@meta
-- Certificates: what no attack within a radius can change.

---@class hqnn
local hq = {}

hq.certify = {}

---@class hqnn.SmoothingOptions
---@field sigma? number 0.25: deviation of the noise, in units of the data
---@field n0? integer 100: noisy copies for choosing the class
---@field n? integer 1000: noisy copies for bounding its probability
---@field alpha? number 0.001: chance that a certificate is wrong
---@field seed? integer
---@field progress? hqnn.progress
---@class hqnn.SmoothingRow
---@field label integer
---@field predicted? integer nil where it abstains
---@field radius number in L2
---@field probability number lower bound
---@field count integer of n
---@class hqnn.SmoothingCertificate
---@field rows hqnn.SmoothingRow[]
---@field abstained integer
---@field accuracy fun(self: hqnn.SmoothingCertificate, radius: number): number
---Randomised smoothing of any model (Cohen, Rosenfeld, Kolter 2019).
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@param options? hqnn.SmoothingOptions
---@return hqnn.SmoothingCertificate
function hq.certify.smoothing(model, data, options) end

---@class hqnn.IntervalOptions
---@field eps number|number[] radii
---@field bounds? "interval"|"linear"|"crown" "interval": how margins are bounded, each way as close as the one before or closer
---@field norm? "linf"|"l2" "linf": of eps
---@field low? number 0: range of the data
---@field high? number 1
---@field tolerance? number 1e-3: how much wider than exact the range of a circuit's output may be
---@field progress? hqnn.progress
---@class hqnn.IntervalRow
---@field label integer
---@field predicted integer
---@field margins number[] for each eps; above 0 no perturbation changes the class
---@field certified boolean[]
---@class hqnn.IntervalCertificate
---@field rows hqnn.IntervalRow[]
---@field eps number[]
---@field bounds "interval"|"linear"|"crown"
---@field norm "linf"|"l2"
---@field accuracy fun(self: hqnn.IntervalCertificate, eps: number): number
---Interval bounds (Gowal et al. 2018) or linear ones (CROWN, Zhang et al. 2018), with exact ranges of small circuits.
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@param options hqnn.IntervalOptions
---@return hqnn.IntervalCertificate
function hq.certify.intervals(model, data, options) end
---Bounds of all outputs for inputs between low and high.
---@param model hqnn.Layer
---@param low hqnn.Tensor
---@param high hqnn.Tensor
---@param options? { tolerance: number? }
---@return hqnn.Tensor low
---@return hqnn.Tensor high
function hq.certify.bounds(model, low, high, options) end

---@class hqnn.LipschitzRow
---@field label integer
---@field predicted integer
---@field margin number
---@field radius_l2 number
---@field radius_linf number
---@class hqnn.LipschitzCertificate
---@field rows hqnn.LipschitzRow[]
---@field parts { place: string, l2: number, linf: number }[] layers in front of the head
---@field l2 number their product
---@field linf number
---@field accuracy fun(self: hqnn.LipschitzCertificate, radius: number, norm: ("linf"|"l2")?): number
---Margins by Lipschitz bounds of encoding, circuit and head.
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@return hqnn.LipschitzCertificate
function hq.certify.lipschitz(model, data) end

---@class hqnn.NoiseChannelRow
---@field label integer
---@field predicted integer
---@field distance number trace distance of states
---@field private_distance number the same by Du et al. 2021
---@field radius_l2? number
---@field radius_linf? number
---@class hqnn.NoiseChannelCertificate
---@field rows hqnn.NoiseChannelRow[]
---@field accuracy fun(self: hqnn.NoiseChannelCertificate, distance: number): number
---Depolarising noise before the measurement of probabilities (Du et al. 2021).
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@param options { p: number, outcomes: integer? }
---@return hqnn.NoiseChannelCertificate
function hq.certify.noise_channel(model, data, options) end
