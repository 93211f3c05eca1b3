-- require "hqnn": what the module offers, gathered from the files beside this one and from the
-- native functions (hqnn.core), which are those of hqnn.h.

local core = require "hqnn.core"
local circuits = require "hqnn.circuit"
local files = require "hqnn.files"
local interchange = require "hqnn.interchange"
local layers = require "hqnn.layers"
local noise = require "hqnn.noise"
local options = require "hqnn.options"
local progress = require "hqnn.progress"
local random = require "hqnn.random"
local repeats = require "hqnn.repeats"
local perturbation = require "hqnn.perturbation"
local robustness = require "hqnn.robustness"
local tensors = require "hqnn.tensor"
local training = require "hqnn.fit"

-- Methods of finished circuits.
require "hqnn.states"
require "hqnn.curvature"

local hq = {
  version = core.library.version(),
  build_info = core.library.build_info(),
  --- hq.threads(n) sets the number of threads; the number in use.
  threads = core.library.threads,
  --- Bytes that tensors hold outside of Lua.
  memory_used = core.library.memory_used,
  --- "tensor", "circuit", "layer", …; nil for what is not hqnn's.
  type = core.object.kind,
  --- true: no progress, no warnings of the linter.
  quiet = false,

  seed = random.seed,

  tensor = tensors.tensor,
  zeros = tensors.zeros,
  ones = tensors.ones,
  full = tensors.full,
  uniform = tensors.uniform,
  normal = tensors.normal,
  bernoulli = tensors.bernoulli,
  randint = tensors.randint,
  permutation = tensors.permutation,
  arange = tensors.arange,
  linspace = tensors.linspace,
  eye = tensors.eye,
  one_hot = tensors.one_hot,
  zeros_like = tensors.zeros_like,
  ones_like = tensors.ones_like,
  where = tensors.where,
  concat = tensors.concat,
  stack = tensors.stack,
  no_grad = tensors.no_grad,
  grad = tensors.grad,

  circuit = circuits.circuit,
  qasm = interchange.qasm,
  qasm_file = interchange.qasm_file,
  circuit_from_json = interchange.circuit_from_json,
  --- What a gate is; the names of all gates, templates and encodings.
  gate = require("hqnn.gate").gate,
  gates = core.library.gates,
  templates = core.library.templates,
  encodings = core.library.encodings,
  ansatz = require "hqnn.ansatz",
  noise = noise.noise,
  analysis = require "hqnn.analysis",
  --- A large state that stays.
  state = require("hqnn.state").state,

  load = files.load,
  --- Tensors with names in files.
  tensors = files.tensors,

  loss = require "hqnn.loss",
  optim = require "hqnn.optim",
  schedule = require "hqnn.schedule",
  stats = require "hqnn.stats",
  data = require "hqnn.data",
  fit = training.fit,
  evaluate = training.evaluate,
  confusion = training.confusion,
  cross_validate = repeats.cross_validate,
  repeat_seeds = repeats.repeat_seeds,

  attack = require "hqnn.attack",
  certify = require "hqnn.certify",
  defence = require "hqnn.defence",
  robustness = robustness.robustness,
  transfer = robustness.transfer,
  transfer_matrix = perturbation.transfer_matrix,
  universal = perturbation.universal,
  quantum_attack = perturbation.quantum_attack,
  audit = require("hqnn.audit").audit,
  ablation = require("hqnn.ablation").ablation,
  without_entanglement = require("hqnn.ablation").without_entanglement,

  table = require("hqnn.table").table,
  image_grid = require("hqnn.table").image_grid,
}

for name, layer in pairs(layers) do hq[name] = layer end

progress.settings = hq

return options.publish(hq)
