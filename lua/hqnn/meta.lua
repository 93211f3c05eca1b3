---@meta hqnn
-- Annotations of require "hqnn" for the Lua language server; never loaded when a script runs.
-- A spec compares the names here with the live module.

---@class hqnn
---@field version string "0.1.0"
---@field build_info string instruction set and libraries of this build
---@field quiet boolean true: no progress and no warnings of the linter
---@field relu fun(): hqnn.Layer
---@field sigmoid fun(): hqnn.Layer
---@field tanh fun(): hqnn.Layer
---@field exp fun(): hqnn.Layer
---@field log fun(): hqnn.Layer
---@field sqrt fun(): hqnn.Layer
---@field abs fun(): hqnn.Layer
---@field sin fun(): hqnn.Layer
---@field cos fun(): hqnn.Layer
---@field square fun(): hqnn.Layer
---@field neg fun(): hqnn.Layer
---@field sign fun(): hqnn.Layer
---@field floor fun(): hqnn.Layer
---@field ceil fun(): hqnn.Layer
---@field round fun(): hqnn.Layer
---@field log1p fun(): hqnn.Layer
---@field expm1 fun(): hqnn.Layer
---@field reciprocal fun(): hqnn.Layer
---@field softplus fun(): hqnn.Layer
---@field gelu fun(): hqnn.Layer
---@field silu fun(): hqnn.Layer
---@field flatten fun(): hqnn.Layer [batch, ...] to [batch, product]
local hq = {}

---@alias hqnn.dtype "float32" | "float64"
---@alias hqnn.method "automatic" | "product" | "unitary" | "gates" | "state" | "density" | "trajectories"
---@alias hqnn.differentiation "adjoint" | "parameter_shift" | "finite_difference" | "spsa" | "general_shift"
---@alias hqnn.pairs "none" | "linear" | "ring" | "full" | "star" | "pairs" | "brick" | "random"
---@alias hqnn.template
---| "rot" | "zz_full" | "zz_linear" | "zz_star" | "random" | "ring" | "hardware_efficient" | "two_local"
---| "basic_entangler" | "strongly_entangling" | "simplified_two_design" | "qcnn" | "qcnn_convolution" | "qcnn_pooling"
---| "mps" | "ttn" | "mera" | "sim_1" | "sim_2" | "sim_3" | "sim_4" | "sim_5" | "sim_6" | "sim_7" | "sim_8" | "sim_9"
---| "sim_10" | "sim_11" | "sim_12" | "sim_13" | "sim_14" | "sim_15" | "sim_16" | "sim_17" | "sim_18" | "sim_19"
---@alias hqnn.progress boolean | "bar" | "lines" | "none"
---@alias hqnn.size integer | integer[] one number for both directions, or { height, width }

---Starts the sequence of seeds: every random choice without a seed of its own takes the next one.
---@param n integer
function hq.seed(n) end

---Sets the number of threads when given; the number in use.
---@param n? integer
---@return integer
function hq.threads(n) end

---Bytes that tensors hold outside of Lua.
---@return integer
function hq.memory_used() end

---"tensor", "circuit", "layer", ...; nil for what is not hqnn's.
---@param value any
---@return string?
function hq.type(value) end

-- ---- tensors ---------------------------------------------------------------------------------

---A dense array with automatic differentiation.  Operators + - * / ^ and unary minus work element by
---element; t[i] is row i (from 1), #t the first dimension.
---@class hqnn.Tensor
---@field add fun(t: hqnn.Tensor, other: hqnn.Tensor): hqnn.Tensor
---@field subtract fun(t: hqnn.Tensor, other: hqnn.Tensor): hqnn.Tensor
---@field multiply fun(t: hqnn.Tensor, other: hqnn.Tensor): hqnn.Tensor
---@field divide fun(t: hqnn.Tensor, other: hqnn.Tensor): hqnn.Tensor
---@field matmul fun(t: hqnn.Tensor, other: hqnn.Tensor): hqnn.Tensor [..., m, k] times [..., k, n] is [..., m, n]
---@field maximum fun(t: hqnn.Tensor, other: hqnn.Tensor|number): hqnn.Tensor the larger of two, element by element
---@field minimum fun(t: hqnn.Tensor, other: hqnn.Tensor|number): hqnn.Tensor
---@field pow fun(t: hqnn.Tensor, exponent: hqnn.Tensor|number): hqnn.Tensor
---@field eq fun(t: hqnn.Tensor, other: hqnn.Tensor|number): hqnn.Tensor 1 where they are equal, 0 elsewhere
---@field ne fun(t: hqnn.Tensor, other: hqnn.Tensor|number): hqnn.Tensor
---@field lt fun(t: hqnn.Tensor, other: hqnn.Tensor|number): hqnn.Tensor
---@field le fun(t: hqnn.Tensor, other: hqnn.Tensor|number): hqnn.Tensor
---@field gt fun(t: hqnn.Tensor, other: hqnn.Tensor|number): hqnn.Tensor
---@field ge fun(t: hqnn.Tensor, other: hqnn.Tensor|number): hqnn.Tensor
---@field sum fun(t: hqnn.Tensor, axes?: integer|hqnn.ReduceOptions, ...: integer): hqnn.Tensor of all elements, or over axes
---@field mean fun(t: hqnn.Tensor, axes?: integer|hqnn.ReduceOptions, ...: integer): hqnn.Tensor
---@field prod fun(t: hqnn.Tensor, axes?: integer|hqnn.ReduceOptions, ...: integer): hqnn.Tensor
---@field max fun(t: hqnn.Tensor, axes?: integer|hqnn.ReduceOptions, ...: integer): hqnn.Tensor
---@field min fun(t: hqnn.Tensor, axes?: integer|hqnn.ReduceOptions, ...: integer): hqnn.Tensor
---@field logsumexp fun(t: hqnn.Tensor, axes?: integer|hqnn.ReduceOptions, ...: integer): hqnn.Tensor
---@field variance fun(t: hqnn.Tensor, axes?: integer|hqnn.VarianceOptions, ...: integer): hqnn.Tensor
---@field std fun(t: hqnn.Tensor, axes?: integer|hqnn.VarianceOptions, ...: integer): hqnn.Tensor root of the variance
---@field norm fun(t: hqnn.Tensor, axes?: integer|hqnn.NormOptions, ...: integer): hqnn.Tensor
---@field softmax fun(t: hqnn.Tensor, axis?: integer): hqnn.Tensor along the last axis, or another
---@field log_softmax fun(t: hqnn.Tensor, axis?: integer): hqnn.Tensor
---@field cumsum fun(t: hqnn.Tensor, axis?: integer): hqnn.Tensor sums up to each element
---@field leaky_relu fun(t: hqnn.Tensor, slope?: number): hqnn.Tensor slope 0.01
---@field elu fun(t: hqnn.Tensor, alpha?: number): hqnn.Tensor alpha 1
---@field neg fun(t: hqnn.Tensor): hqnn.Tensor
---@field sign fun(t: hqnn.Tensor): hqnn.Tensor
---@field floor fun(t: hqnn.Tensor): hqnn.Tensor
---@field ceil fun(t: hqnn.Tensor): hqnn.Tensor
---@field round fun(t: hqnn.Tensor): hqnn.Tensor halves to the even number
---@field log1p fun(t: hqnn.Tensor): hqnn.Tensor log(1 + x)
---@field expm1 fun(t: hqnn.Tensor): hqnn.Tensor exp(x) - 1
---@field reciprocal fun(t: hqnn.Tensor): hqnn.Tensor
---@field softplus fun(t: hqnn.Tensor): hqnn.Tensor log(1 + exp(x))
---@field gelu fun(t: hqnn.Tensor): hqnn.Tensor
---@field silu fun(t: hqnn.Tensor): hqnn.Tensor x sigmoid(x)
---@field relu fun(t: hqnn.Tensor): hqnn.Tensor
---@field sigmoid fun(t: hqnn.Tensor): hqnn.Tensor
---@field tanh fun(t: hqnn.Tensor): hqnn.Tensor
---@field exp fun(t: hqnn.Tensor): hqnn.Tensor
---@field log fun(t: hqnn.Tensor): hqnn.Tensor
---@field sqrt fun(t: hqnn.Tensor): hqnn.Tensor
---@field abs fun(t: hqnn.Tensor): hqnn.Tensor
---@field sin fun(t: hqnn.Tensor): hqnn.Tensor
---@field cos fun(t: hqnn.Tensor): hqnn.Tensor
---@field square fun(t: hqnn.Tensor): hqnn.Tensor
---@field zero_grad fun(t: hqnn.Tensor): hqnn.Tensor
---@operator add(hqnn.Tensor|number): hqnn.Tensor
---@operator sub(hqnn.Tensor|number): hqnn.Tensor
---@operator mul(hqnn.Tensor|number): hqnn.Tensor
---@operator div(hqnn.Tensor|number): hqnn.Tensor
---@operator pow(hqnn.Tensor|number): hqnn.Tensor
---@operator unm: hqnn.Tensor
---@operator len: integer
local Tensor = {}

---A number, or nested arrays of numbers; `dtype` and `requires_grad` may stand in the outermost one.
---@param value number|table
---@return hqnn.Tensor
function hq.tensor(value) end

---@class hqnn.ShapeOptions
---@field [integer] integer the shape
---@field dtype? hqnn.dtype "float32"
---@field requires_grad? boolean

---@param shape hqnn.ShapeOptions
---@return hqnn.Tensor
function hq.zeros(shape) end

---@param shape hqnn.ShapeOptions
---@return hqnn.Tensor
function hq.ones(shape) end

---@class hqnn.FullOptions: hqnn.ShapeOptions
---@field value number

---@param shape hqnn.FullOptions
---@return hqnn.Tensor
function hq.full(shape) end

---@class hqnn.UniformOptions: hqnn.ShapeOptions
---@field low? number 0
---@field high? number 1
---@field seed? integer

---Uniform in [low, high).
---@param shape hqnn.UniformOptions
---@return hqnn.Tensor
function hq.uniform(shape) end

---@class hqnn.NormalOptions: hqnn.ShapeOptions
---@field mean? number 0
---@field deviation? number 1
---@field seed? integer

---@param shape hqnn.NormalOptions
---@return hqnn.Tensor
function hq.normal(shape) end

---@class hqnn.BernoulliOptions: hqnn.ShapeOptions
---@field p? number 0.5
---@field seed? integer

---1 with probability p, 0 otherwise.
---@param shape hqnn.BernoulliOptions
---@return hqnn.Tensor
function hq.bernoulli(shape) end

---@class hqnn.RandintOptions: hqnn.ShapeOptions
---@field low? integer 0
---@field high integer
---@field seed? integer

---Whole numbers, both bounds included.
---@param shape hqnn.RandintOptions
---@return hqnn.Tensor
function hq.randint(shape) end

---The numbers 1 to n in a drawn order.
---@param n integer
---@param options? { seed?: integer }
---@return integer[]
function hq.permutation(n, options) end

---@class hqnn.ArangeOptions
---@field start? number 0
---@field stop number not included
---@field step? number 1
---@field dtype? hqnn.dtype "float32"
---@field requires_grad? boolean

---@param options hqnn.ArangeOptions
---@return hqnn.Tensor
function hq.arange(options) end

---@class hqnn.LinspaceOptions
---@field first? number 0
---@field last? number 1
---@field count integer
---@field dtype? hqnn.dtype "float32"
---@field requires_grad? boolean

---@param options hqnn.LinspaceOptions
---@return hqnn.Tensor
function hq.linspace(options) end

---Ones on the diagonal.
---@param shape hqnn.ShapeOptions { n } or { rows, columns }
---@return hqnn.Tensor
function hq.eye(shape) end

---@class hqnn.OneHotOptions
---@field classes integer
---@field dtype? hqnn.dtype "float32"
---@field requires_grad? boolean

---A row per class number.
---@param labels integer[] from 0
---@param options hqnn.OneHotOptions
---@return hqnn.Tensor
function hq.one_hot(labels, options) end

---@param t hqnn.Tensor
---@return hqnn.Tensor
function hq.zeros_like(t) end

---@param t hqnn.Tensor
---@return hqnn.Tensor
function hq.ones_like(t) end

---The elements of a where the condition is not 0, of b elsewhere; all three broadcast.
---@param condition hqnn.Tensor
---@param a hqnn.Tensor|number
---@param b hqnn.Tensor|number
---@return hqnn.Tensor
function hq.where(condition, a, b) end

---One after the other along an axis, which they have.
---@param parts hqnn.Tensor[]
---@param axis? integer 1
---@return hqnn.Tensor
function hq.concat(parts, axis) end

---Along a new axis.
---@param parts hqnn.Tensor[] of equal shapes
---@param axis? integer 1
---@return hqnn.Tensor
function hq.stack(parts, axis) end

---The results of f(...), whose operations leave no records.
---@param f fun(...): ...
---@param ... any
---@return any ...
function hq.no_grad(f, ...) end

---Gradients with respect to any tensors that took part in making y, results of operations included; nothing else changes.
---@param y hqnn.Tensor of one element, unless there is a seed
---@param wanted hqnn.Tensor|hqnn.Tensor[]
---@param options? { seed?: hqnn.Tensor } the gradients of sum(seed * y)
---@return hqnn.Tensor|hqnn.Tensor[]
function hq.grad(y, wanted, options) end

---Axes come first, { 1, 2, keep_dims = true }; none are all.
---@class hqnn.ReduceOptions
---@field [integer] integer axes from 1, or from the end by negative numbers
---@field keep_dims? boolean false: the axes are gone

---@class hqnn.VarianceOptions: hqnn.ReduceOptions
---@field sample? boolean false; true divides by count - 1

---@class hqnn.NormOptions: hqnn.ReduceOptions
---@field p? number 1, 2 (the usual one) or math.huge

---@return integer[]
function Tensor:shape() end
---Number of elements.
---@return integer
function Tensor:count() end
---@return hqnn.dtype
function Tensor:dtype() end
---The element at indices from 1.
---@param ... integer
---@return number
function Tensor:get(...) end
---@param value number
---@param ... integer indices from 1
---@return hqnn.Tensor
function Tensor:set(value, ...) end
---New elements, from a number or nested arrays of the tensor's shape.
---@param value number|table
---@return hqnn.Tensor
function Tensor:assign(value) end
---The only element.
---@return number
function Tensor:item() end
---Nested arrays; a number for shape {}.
---@return number|table
function Tensor:totable() end
---scale * tensor + offset
---@param scale number
---@param offset number
---@return hqnn.Tensor
function Tensor:affine(scale, offset) end
---@param ... integer dimensions; one may be -1
---@return hqnn.Tensor
function Tensor:reshape(...) end
---Rows of the first axis.
---@param first integer from 1
---@param count integer
---@return hqnn.Tensor
function Tensor:rows(first, count) end
---@param dtype hqnn.dtype
---@return hqnn.Tensor
function Tensor:cast(dtype) end
---The class of each row of [rows, classes]: the column of its largest element, from 0.  With an axis, a tensor of such
---positions along it.
---@param axis? integer
---@return integer[]|hqnn.Tensor
function Tensor:argmax(axis) end
---The same for the smallest.
---@param axis? integer
---@return integer[]|hqnn.Tensor
function Tensor:argmin(axis) end
---Each element within [low, high]; nil is no bound.
---@param low number?
---@param high number?
---@return hqnn.Tensor
function Tensor:clamp(low, high) end
---All axes in their new order.
---@param ... integer
---@return hqnn.Tensor
function Tensor:permute(...) end
---Two axes exchanged, the last two without any.
---@param first? integer
---@param second? integer
---@return hqnn.Tensor
function Tensor:transpose(first, second) end
---Positions of an axis, as in string.sub.
---@param axis integer
---@param first? integer
---@param last? integer included
---@param step? integer 1; negative goes backwards
---@return hqnn.Tensor
function Tensor:slice(axis, first, last, step) end
---One position of an axis, which is then gone.
---@param axis integer
---@param index integer from 1
---@return hqnn.Tensor
function Tensor:select(axis, index) end
---The positions of an axis with these numbers, in this order.
---@param axis integer
---@param indices integer[] from 1
---@return hqnn.Tensor
function Tensor:index_select(axis, indices) end
---These axes backwards.
---@param ... integer
---@return hqnn.Tensor
function Tensor:flip(...) end
---Dimensions of 1 stretched; -1 keeps a dimension, new ones come in front.
---@param ... integer
---@return hqnn.Tensor
function Tensor:expand(...) end
---The whole tensor so many times along each axis.
---@param ... integer
---@return hqnn.Tensor
function Tensor:tile(...) end
---A frame of one value.
---@param paddings table { { before, after }, ..., value = 0 }, a pair per axis
---@return hqnn.Tensor
function Tensor:pad(paddings) end
---Pieces of an axis.
---@param axis integer
---@param sizes integer[]|integer their lengths, or the number of equal pieces
---@return hqnn.Tensor[]
function Tensor:split(axis, sizes) end
---Whether backward is to compute a gradient for this tensor.
---@param on? boolean true
---@return hqnn.Tensor
function Tensor:requires_grad(on) end
---Adds the gradient of this one-element tensor to what it was computed from.
function Tensor:backward() end
---A copy of the gradient.
---@return hqnn.Tensor
function Tensor:grad() end
---The same values without a record.
---@return hqnn.Tensor
function Tensor:detach() end
---Frees the memory now.
function Tensor:release() end

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

-- ---- circuits --------------------------------------------------------------------------------

---A symbolic angle in radians: a sum of numbers, x[i], w(), x[i] * x[j] and w() * x[i], each times a number.
---@class hqnn.Angle
---@operator add(number|hqnn.Angle): hqnn.Angle
---@operator sub(number|hqnn.Angle): hqnn.Angle
---@operator mul(number|hqnn.Angle): hqnn.Angle
---@operator div(number): hqnn.Angle
---@operator pow(number): hqnn.Angle
---@operator unm: hqnn.Angle

---A complex number: a number, or { real part, imaginary part }.
---@alias hqnn.complex number | number[]
---A term of a Hamiltonian: { coefficient, word, wire, ... }, or { coefficient } for a constant.
---@alias hqnn.term (number|string)[]

---A gate on one wire, on two, on three; with one angle in radians, or with three.
---@alias hqnn.gate1 fun(c: hqnn.Builder, q: integer): hqnn.Builder
---@alias hqnn.gate2 fun(c: hqnn.Builder, p: integer, q: integer): hqnn.Builder
---@alias hqnn.gate3 fun(c: hqnn.Builder, p: integer, q: integer, r: integer): hqnn.Builder
---@alias hqnn.turn1 fun(c: hqnn.Builder, q: integer, angle: number|hqnn.Angle): hqnn.Builder
---@alias hqnn.turn2 fun(c: hqnn.Builder, p: integer, q: integer, angle: number|hqnn.Angle): hqnn.Builder
---@alias hqnn.euler fun(c: hqnn.Builder, q: integer, a: number|hqnn.Angle, b: number|hqnn.Angle, d: number|hqnn.Angle): hqnn.Builder

---A circuit while it is traced.  Wires count from 0; controls come first.
---@class hqnn.Builder
---@field h hqnn.gate1
---@field x hqnn.gate1
---@field y hqnn.gate1
---@field z hqnn.gate1
---@field s hqnn.gate1
---@field t hqnn.gate1
---@field sx hqnn.gate1
---@field i hqnn.gate1
---@field sdg hqnn.gate1 the inverse of s
---@field tdg hqnn.gate1
---@field sxdg hqnn.gate1
---@field rx hqnn.turn1 exp(-i angle X / 2)
---@field ry hqnn.turn1
---@field rz hqnn.turn1
---@field phase_shift hqnn.turn1 diag(1, exp(i angle))
---@field u1 hqnn.turn1 diag(1, exp(i angle))
---@field u2 fun(c: hqnn.Builder, q: integer, phi: number|hqnn.Angle, delta: number|hqnn.Angle): hqnn.Builder
---@field global_phase hqnn.turn1 exp(i angle), which only controls make visible
---@field rot hqnn.euler phi, theta, omega: RZ(omega) RY(theta) RZ(phi), RZ(phi) acts first
---@field u3 hqnn.euler theta, phi, delta
---@field cnot hqnn.gate2
---@field cy hqnn.gate2
---@field cz hqnn.gate2
---@field ch hqnn.gate2
---@field swap hqnn.gate2
---@field iswap hqnn.gate2
---@field crx hqnn.turn2
---@field cry hqnn.turn2
---@field crz hqnn.turn2
---@field controlled_phase hqnn.turn2 diag(1, 1, 1, exp(i angle))
---@field ising_xx hqnn.turn2 exp(-i angle X X / 2)
---@field ising_yy hqnn.turn2
---@field ising_zz hqnn.turn2
---@field ising_xy hqnn.turn2 exp(i angle (XX + YY) / 4)
---@field single_excitation hqnn.turn2 a Givens rotation between 01 and 10
---@field crot fun(c: hqnn.Builder, p: integer, q: integer, a: number|hqnn.Angle, b: number|hqnn.Angle, d: number|hqnn.Angle): hqnn.Builder
---@field toffoli hqnn.gate3
---@field ccz hqnn.gate3
---@field cswap hqnn.gate3
---@field multi_rz fun(c: hqnn.Builder, ...: integer|number|hqnn.Angle): hqnn.Builder wires, then the angle: exp(-i angle Z...Z / 2)
---@field pauli_rot fun(c: hqnn.Builder, word: string, ...: integer|number|hqnn.Angle): hqnn.Builder letters I, X, Y, Z, their wires, then the angle
local Builder = {}

---@class hqnn.Circuit
local Circuit = {}
local Noise = {}

---@class hqnn.CircuitOptions
---@field lint? boolean true: warnings about what cannot matter go to stderr

---Traces a function once: x[i] is input i of a sample, w() a new weight, w[i] a shared one.
---@param wires integer 1 to 30
---@param build fun(c: hqnn.Builder, x: table<integer, hqnn.Angle>, w: fun(): hqnn.Angle)
---@param options? hqnn.CircuitOptions
---@return hqnn.Circuit
function hq.circuit(wires, build, options) end

---The circuit of an OpenQASM program, version 2 or 3 (docs/interchange.md).  The function adds to it, such as what
---is measured; without it that is Z on every wire.
---@param text string
---@param build? fun(c: hqnn.Builder, x: table<integer, hqnn.Angle>, w: fun(): hqnn.Angle)
---@return hqnn.Circuit
function hq.qasm(text, build) end
---The same from a file.
---@param path string
---@param build? fun(c: hqnn.Builder, x: table<integer, hqnn.Angle>, w: fun(): hqnn.Angle)
---@return hqnn.Circuit
function hq.qasm_file(path, build) end
---The circuit that circuit:json wrote, exactly.
---@param text string
---@return hqnn.Circuit
function hq.circuit_from_json(text) end

---@class hqnn.Gate
---@field name string
---@field wires integer
---@field angles integer
---@field symbols string[] what drawings show on each wire
---@field qasm string? its name in OpenQASM
---@field frequencies number[][] of expectation values, for each angle
---@field matrix fun(gate: hqnn.Gate, ...: number): number[][][] rows of { re, im }, for angles in radians
---@field generator fun(gate: hqnn.Gate, angle: integer): number[][][] G of U(0) exp(-i angle G); angles from 1

---What a gate is.
---@param name string as in C ("IsingXX") or as a method ("ising_xx")
---@return hqnn.Gate
function hq.gate(name) end
---Names of all gates.
---@return string[]
function hq.gates() end
---Names of all templates.
---@return string[]
function hq.templates() end
---Names of all encodings.
---@return string[]
function hq.encodings() end

---Iterates over all wires.
---@return fun(): integer?
function Builder:wires() end
---Iterates over pairs of wires.
---@param pattern hqnn.pairs
---@param seed? integer of "random"
---@return fun(): integer?, integer?
function Builder:pairs(pattern, seed) end
---A constant unitary on 1 to 3 wires, the first one the most significant bit.
---@param matrix hqnn.complex[][] rows
---@param ... integer wires
---@return hqnn.Builder
function Builder:unitary(matrix, ...) end

---@class hqnn.PrepareOptions
---@field normalize? boolean false: the norm must be 1

---A constant start state.
---@param state hqnn.complex[] 2^wires amplitudes
---@param options? hqnn.PrepareOptions
---@return hqnn.Builder
function Builder:prepare(state, options) end

---@class hqnn.ControlOptions
---@field wires integer[]
---@field values? integer[] 0 or 1 for each; default all 1

---Gates that act where wires are 1, or have given values.
---@param controls integer|integer[]|hqnn.ControlOptions
---@param build fun(c: hqnn.Builder)
---@return hqnn.Builder
function Builder:controlled(controls, build) end
---Gates in reverse order, each inverted.
---@param build fun(c: hqnn.Builder)
---@return hqnn.Builder
function Builder:adjoint(build) end
---Gates that act where a measurement gave this value.
---@param bit integer what c:measure gave
---@param value integer|boolean
---@param build fun(c: hqnn.Builder)
---@return hqnn.Builder
function Builder:when(bit, value, build) end

---@class hqnn.AppendOptions
---@field wires? integer[] wire q of the circuit becomes wires[q + 1]
---@field first_input? integer is added to the numbers of its inputs; 0
---@field first_weight? integer is added to the numbers of its weights; by default they are numbered on
---@field adjoint? boolean
---@field controls? integer[]
---@field values? integer[] of the controls

---Appends the operations of a finished circuit; what it measures at the end is left out.
---@param circuit hqnn.Circuit
---@param options? hqnn.AppendOptions
---@return hqnn.Builder
function Builder:append(circuit, options) end

---Measures a wire on the way; gives the classical bit, for c:when.
---@param wire integer
---@param bit? integer an earlier bit to use again
---@return integer
function Builder:measure(wire, bit) end
---Puts a wire back into the state 0.
---@param wire integer
---@return hqnn.Builder
function Builder:reset(wire) end
---Keeps drawings and exports apart; all wires without any.
---@param ... integer
---@return hqnn.Builder
function Builder:barrier(...) end

---Measures the expectation value of a Pauli word.
---@param word string letters X, Y, Z, one per wire
---@param ... integer wires
---@return hqnn.Builder
function Builder:expect(word, ...) end
---Measures the expectation value of a weighted sum of Pauli words, as one output.
---@param terms hqnn.term[]
---@return hqnn.Builder
function Builder:hamiltonian(terms) end
---Measures the variance of a sum, or of a word on wires.
---@param terms hqnn.term[]|string
---@param ... integer wires of a word
---@return hqnn.Builder
function Builder:variance(terms, ...) end
---Measures the probabilities of all results on some wires; on all without any.
---@param ... integer|integer[]
---@return hqnn.Builder
function Builder:probabilities(...) end

---@class hqnn.EncodingOptions
---@field wires? integer[] all
---@field inputs? integer[] the column for each wire; 0, 1, ...
---@field layers? integer 1

---@class hqnn.AngleEncodingOptions: hqnn.EncodingOptions
---@field axis? "X" | "Y" | "Z" "Y"
---@field scale? number 1
---@field offset? number 0
---@field hadamard? boolean H on every wire before

---@class hqnn.ReuploadOptions: hqnn.EncodingOptions
---@field axis? "X" | "Y" | "Z" "Y"
---@field hadamard? boolean
---@field first_weight? integer

---@class hqnn.PairEncodingOptions: hqnn.EncodingOptions
---@field pattern? hqnn.pairs "full"
---@field seed? integer of the pattern "random"

---Inputs by rotations about an axis, by scale * x + offset.
---@param options? hqnn.AngleEncodingOptions
---@return hqnn.Builder
function Builder:angle(options) end
---Inputs by rotations by w * x + v, two weights of their own on each wire (Perez-Salinas et al. 2020).
---@param options? hqnn.ReuploadOptions
---@return hqnn.Builder
function Builder:reupload(options) end
---H, RZ(x_i) and IsingZZ(x_i x_j), as PennyLane's IQPEmbedding.
---@param options? hqnn.PairEncodingOptions
---@return hqnn.Builder
function Builder:iqp(options) end
---The ZZ feature map of Havlicek et al. 2019, in Qiskit's form.
---@param options? hqnn.PairEncodingOptions
---@return hqnn.Builder
function Builder:zz_feature_map(options) end
---Constant bits by X, or inputs of 0 and 1 by RX(pi x).
---@param bits? integer[]|hqnn.EncodingOptions
---@return hqnn.Builder
function Builder:basis(bits) end

---@class hqnn.AmplitudeOptions
---@field first? integer column of the first amplitude; 0
---@field count? integer number of columns; 2^wires
---@field wires? integer[] all
---@field normalize? boolean false: each sample must have norm 1
---@field pad_with? number stands for missing amplitudes; by default none may be missing

---Inputs as amplitudes of the start state.
---@param options? hqnn.AmplitudeOptions
---@return hqnn.Builder
function Builder:amplitudes(options) end

---@class hqnn.EvolveOptions
---@field hamiltonian hqnn.term[]
---@field time number|hqnn.Angle
---@field steps? integer 1
---@field order? 1 | 2

---exp(-i time H) by a product formula, exact where the terms of H commute.
---@param options hqnn.EvolveOptions
---@return hqnn.Builder
function Builder:evolve(options) end

---@class hqnn.TemplateOptions
---@field layers? integer 1
---@field seed? integer of what is drawn
---@field first_weight? integer by default weights are numbered on
---@field wires? integer[] all
---@field rotations? string|string[] gates on one wire
---@field entangler? string a gate on two wires
---@field pattern? hqnn.pairs
---@field pairs? integer[][] instead of a pattern
---@field ranges? integer[] of "strongly_entangling", one per layer

---Appends an ansatz of the library with weights of its own.
---@param name hqnn.template
---@param options? hqnn.TemplateOptions
---@return hqnn.Builder
function Builder:template(name, options) end
---X with probability p.  All channels: docs/noise.md.
---@param wire integer
---@param p number in [0, 1], as all that follow
---@return hqnn.Builder
function Builder:bit_flip(wire, p) end
---Z with probability p.
---@param wire integer
---@param p number
---@return hqnn.Builder
function Builder:phase_flip(wire, p) end
---Y with probability p.
---@param wire integer
---@param p number
---@return hqnn.Builder
function Builder:bit_phase_flip(wire, p) end
---X, Y and Z with probability p/3 each.
---@param wire integer
---@param p number
---@return hqnn.Builder
function Builder:depolarizing(wire, p) end
---Each of the 15 Pauli words on two wires with probability p/15.
---@param wire integer
---@param other integer
---@param p number
---@return hqnn.Builder
function Builder:depolarizing_pair(wire, other, p) end
---1 falls into 0 with probability gamma.
---@param wire integer
---@param gamma number
---@return hqnn.Builder
function Builder:amplitude_damping(wire, gamma) end
---The same towards a population `excited` of 1.
---@param wire integer
---@param gamma number
---@param excited number
---@return hqnn.Builder
function Builder:generalized_amplitude_damping(wire, gamma, excited) end
---Coherence shrinks by sqrt(1 - gamma).
---@param wire integer
---@param gamma number
---@return hqnn.Builder
function Builder:phase_damping(wire, gamma) end
---@class hqnn.ThermalOptions
---@field t1 number relaxation time, above 0
---@field t2 number dephasing time, at most 2 t1
---@field time number how long, in the unit of t1 and t2
---@field excited? number population of 1 in the end: 0
---A wire left alone for some time.
---@param wire integer
---@param options hqnn.ThermalOptions
---@return hqnn.Builder
function Builder:thermal_relaxation(wire, options) end
---Pauli words with probabilities of their own: { XX = 0.1, ZI = 0.02 }.
---@param wires integer|integer[]
---@param words table<string, number>
---@return hqnn.Builder
function Builder:pauli_error(wires, words) end
---Any channel on 1 to 3 wires by its Kraus operators: arrays of rows of numbers or { re, im }.
---@param wires integer|integer[]
---@param operators table
---@return hqnn.Builder
function Builder:kraus(wires, operators) end
---Wrong readings of a wire.
---@param wire integer
---@param one_of_zero number probability of reading 1 where it is 0
---@param zero_of_one number
---@return hqnn.Builder
function Builder:readout_error(wire, one_of_zero, zero_of_one) end
---Gives the unfinished circuit up.
function Builder:release() end

---@class hqnn.NoiseRule one or more channels with their numbers: { depolarizing = 0.01 }
---@field bit_flip? number
---@field phase_flip? number
---@field bit_phase_flip? number
---@field depolarizing? number
---@field depolarizing_pair? number
---@field amplitude_damping? number
---@field generalized_amplitude_damping? number[] { gamma, excited }
---@field phase_damping? number
---@field thermal_relaxation? hqnn.ThermalOptions
---@field pauli_error? table<string, number>
---@field kraus? table
---@class hqnn.NoiseOptions
---@field all? hqnn.NoiseRule behind every gate
---@field one_wire? hqnn.NoiseRule behind gates on one wire
---@field two_wire? hqnn.NoiseRule
---@field gates? table<string, hqnn.NoiseRule> by the name of the gate: { cnot = { depolarizing_pair = 0.02 } }
---@field encoding? hqnn.NoiseRule behind gates that read inputs
---@field measure? hqnn.NoiseRule before measurements
---@field readout? number[] { p(1 read for 0), p(0 read for 1) } of every wire
---@class hqnn.Noise
---A noise model: channels attached to kinds of gates.
---@param options hqnn.NoiseOptions
---@return hqnn.Noise
function hq.noise(options) end
---Wrong readings of every wire.
---@param one_of_zero number
---@param zero_of_one number
---@return hqnn.Noise
function Noise:readout(one_of_zero, zero_of_one) end
---Gives the native memory back now.
function Noise:release() end
---The same circuit with a model's channels.
---@param noise hqnn.Noise|hqnn.NoiseOptions
---@return hqnn.Circuit
function Circuit:noisy(noise) end
---@class hqnn.ExpectErrorsOptions
---@field inputs? hqnn.Tensor|table [batch, inputs]
---@field weights? hqnn.Tensor|table [weights]
---@field trajectories? integer runs: 1000
---@field seed? integer
---@field method? "trajectories"
---Expectation values by averaging random runs, and the standard error of each, [batch, outputs].
---@param options hqnn.ExpectErrorsOptions
---@return hqnn.Tensor values
---@return hqnn.Tensor errors
function Circuit:expect_errors(options) end

---@return integer
function Circuit:wires() end
---@return integer
function Circuit:inputs() end
---@return integer
function Circuit:weights() end
---@return integer
function Circuit:outputs() end
---@return integer
function Circuit:gates() end
---Length of the longest chain of gates that share wires.
---@return integer
function Circuit:depth() end
---A drawing, also what tostring gives.
---@param unicode? boolean true
---@return string
function Circuit:draw(unicode) end
---@class hqnn.QASMOptions
---@field version? integer 3; or 2, which needs values for all inputs and weights
---@field inputs? hqnn.Tensor|number[] one sample; without it version 3 declares parameters x0, x1, ...
---@field weights? hqnn.Tensor|number[] without it version 3 declares parameters w0, w1, ...
---@field path? string also written there
---The circuit as an OpenQASM program; a text stands for the path.
---@param options? hqnn.QASMOptions|string
---@return string
function Circuit:qasm(options) end
---@class hqnn.JSONOptions
---@field path? string also written there
---The whole circuit as JSON, exactly; hq.circuit_from_json reads it.  A text stands for the path.
---@param options? hqnn.JSONOptions|string
---@return string
function Circuit:json(options) end
---@class hqnn.SVGOptions
---@field width? integer 960: pixels after which a circuit goes on in a further row
---@field path? string also written there
---A picture as SVG; a text stands for the path.
---@param options? hqnn.SVGOptions|string
---@return string
function Circuit:svg(options) end
---@class hqnn.LatexOptions
---@field path? string also written there
---LaTeX source for the TikZ library quantikz2; a text stands for the path.
---@param options? hqnn.LatexOptions|string
---@return string
function Circuit:latex(options) end
---What cannot matter, a sentence per line.
---@return string
function Circuit:lint() end
---What method "automatic" stands for with a batch of this size.
---@param batch integer
---@return hqnn.method
function Circuit:method(batch) end

---@class hqnn.ExpectOptions
---@field inputs? hqnn.Tensor|table [batch, inputs]; one sample may be a flat table
---@field weights? hqnn.Tensor|table [weights]
---@field method? hqnn.method
---@field differentiation? hqnn.differentiation
---@field step? number radians, for finite differences and SPSA: 1e-4
---@field shots? integer measurements per Pauli word and sample; 0, the default, for exact values
---@field seed? integer of shots, trajectories and SPSA
---@field trajectories? integer runs that method "trajectories" averages over: 1000
---@field directions? integer that "spsa" averages over: 1

---@class hqnn.GradientOptions: hqnn.ExpectOptions
---@field output_gradient? hqnn.Tensor|table [batch, outputs], default ones

---Expectation values [batch, outputs], differentiable in inputs and weights.
---@param options hqnn.ExpectOptions
---@return hqnn.Tensor
function Circuit:expect(options) end
---Gradient of sum(output_gradient * outputs): of the inputs, of the weights; nil for what there is none of.
---@param options hqnn.GradientOptions
---@return hqnn.Tensor? inputs
---@return hqnn.Tensor? weights
function Circuit:gradient(options) end
---Gradient by the weights for every sample on its own: [batch, weights].
---@param options hqnn.GradientOptions
---@return hqnn.Tensor
function Circuit:sample_gradients(options) end
---All derivatives of one sample's outputs: [outputs, inputs], [outputs, weights].
---@param options hqnn.ExpectOptions
---@return hqnn.Tensor? inputs
---@return hqnn.Tensor? weights
function Circuit:jacobian(options) end

---@class hqnn.StateOptions
---@field inputs? hqnn.Tensor|table [batch, inputs]; one sample may be a flat table
---@field weights? hqnn.Tensor|table [weights]

---@class hqnn.ProbabilityOptions: hqnn.StateOptions
---@field wires? integer[] the first one the most significant bit; all
---@field bits? integer[] classical bits of measurements on the way, instead of wires

---@class hqnn.SampleOptions: hqnn.ProbabilityOptions
---@field shots? integer 1000
---@field seed? integer

---@class hqnn.WireOptions: hqnn.StateOptions
---@field wires? integer[] the first one the most significant bit; all

---@class hqnn.EntropyOptions: hqnn.WireOptions
---@field base? number of the logarithm: 2

---@class hqnn.FidelityOptions: hqnn.StateOptions
---@field other_inputs? hqnn.Tensor|table
---@field other_weights? hqnn.Tensor|table

---Amplitudes of the final states [batch, 2^wires, 2], real and imaginary part.
---@param options? hqnn.StateOptions
---@return hqnn.Tensor
function Circuit:state(options) end
---Exact probabilities of results [batch, 2^k], readout errors and noise included.
---@param options? hqnn.ProbabilityOptions
---@return hqnn.Tensor
function Circuit:probabilities(options) end
---Results of independent runs [batch, shots], whole numbers from 0.
---@param options? hqnn.SampleOptions
---@return hqnn.Tensor
function Circuit:sample(options) end
---How often each result occurs: for every sample a table such as { ["00"] = 497, ["11"] = 503 }.
---@param options? hqnn.SampleOptions
---@return table<string, integer>[]
function Circuit:counts(options) end
---Density matrices of some wires [batch, 2^k, 2^k, 2].
---@param options? hqnn.WireOptions
---@return hqnn.Tensor
function Circuit:density(options) end
---Tr rho^2 of some wires [batch].
---@param options? hqnn.WireOptions
---@return hqnn.Tensor
function Circuit:purity(options) end
---Von Neumann entropy of some wires [batch].
---@param options? hqnn.EntropyOptions
---@return hqnn.Tensor
function Circuit:entropy(options) end
---How alike the final states of two circuits are [batch]: |<a|b>|^2, for mixed states Uhlmann's.
---@param other hqnn.Circuit
---@param options? hqnn.FidelityOptions
---@return hqnn.Tensor
function Circuit:fidelity(other, options) end

---@alias hqnn.coordinates "weights" | "inputs" | "both"
---@alias hqnn.metric_form "full" | "blocks" | "diagonal"

---@class hqnn.ShiftRuleOptions
---@field weight? integer which weight, or
---@field input? integer which input

---@class hqnn.HessianOptions: hqnn.ExpectOptions
---@field of? hqnn.coordinates the weights, where there are any

---@class hqnn.FisherOptions: hqnn.StateOptions
---@field of? hqnn.coordinates the weights, where there are any
---@field form? hqnn.metric_form "full"

---@class hqnn.NaturalGradientOptions: hqnn.GradientOptions
---@field form? hqnn.metric_form "full"
---@field damping? number 1e-3

---How all gates that a weight or an input turns are shifted together: { frequencies = { 1, 2 }, terms = {
---{ shift = , factor = }, ... } }.
---@param options hqnn.ShiftRuleOptions
---@return { frequencies: number[], terms: { shift: number, factor: number }[] }
function Circuit:shift_rule(options) end
---Second derivatives of all outputs [batch, outputs, p, p]; with "both" inputs come first.
---@param options? hqnn.HessianOptions
---@return hqnn.Tensor
function Circuit:hessian(options) end
---Quantum Fisher information of the final states [batch, p, p]; the metric tensor is a fourth of it.
---@param options? hqnn.FisherOptions
---@return hqnn.Tensor
function Circuit:fisher(options) end
---The natural gradient by the weights of sum(output_gradient * outputs).
---@param options? hqnn.NaturalGradientOptions
---@return hqnn.Tensor
function Circuit:natural_gradient(options) end

---@class hqnn.DescriptorOptions
---@field samples? integer 5000
---@field bins? integer 75, of the fidelity histogram
---@field seed? integer

---KL divergence in nats of the fidelities of random states from those of Haar-random ones; 0 is best
---(Sim, Johnson, Aspuru-Guzik 2019).
---@param options? hqnn.DescriptorOptions
---@return number divergence
---@return number error standard error
---@return number bias by how much so few samples raise it on average
function Circuit:expressibility(options) end
---Mean Meyer-Wallach Q of random states.
---@param options? hqnn.DescriptorOptions without bins
---@return number value in [0, 1]
---@return number error standard error
function Circuit:entanglement(options) end
---Divergence and Q of the same states.
---@param options? hqnn.DescriptorOptions
---@return number expressibility
---@return number entanglement
function Circuit:descriptors(options) end

---@class hqnn.GradientVarianceOptions
---@field output? integer 0
---@field weight? integer|"all" 0; "all": the mean over all weights
---@field samples? integer 1000
---@field seed? integer
---@field low? number 0, weights are drawn from [low, high)
---@field high? number 2 pi
---@field inputs? hqnn.Tensor|number[] fixed inputs; without them they are drawn like the weights

---@class hqnn.GradientMoments
---@field mean number
---@field mean_error number
---@field variance number
---@field error number of the variance

---@class hqnn.GradientVariance
---@field mean number
---@field mean_error number
---@field weights hqnn.GradientMoments[] of each weight

---Variance over random weights of the derivative of an output by a weight (McClean et al. 2018).
---@param options? hqnn.GradientVarianceOptions
---@return number variance
---@return number error standard error
---@return hqnn.GradientVariance details
function Circuit:gradient_variance(options) end

---@class hqnn.FourierOptions
---@field output? integer 0
---@field columns? integer|integer[] inputs that vary, all
---@field inputs? hqnn.Tensor|number[] values of all inputs, for those that do not vary; zeros
---@field weights? hqnn.Tensor|number[]
---@field period? number|number[] of each varying input; 0: found from the scales of its angles
---@field degree? integer|integer[] cuts the series off at this multiple of 2 pi / period

---@class hqnn.FourierTerm
---@field frequency number|number[] radians per unit of the input; an array when several inputs vary
---@field re number
---@field im number
---@field abs number
---@field degeneracy? number ways to reach it by differences of the generators' eigenvalues; 0: out of reach

---The Fourier series f(x) = sum c exp(i frequency x) of an output (Schuld, Sweke, Meyer 2021).
---@param options? hqnn.FourierOptions
---@return hqnn.FourierTerm[]
function Circuit:fourier(options) end

---@alias hqnn.probability_model "automatic" | "probabilities" | "parity" | "softmax"

---@class hqnn.EffectiveDimensionOptions
---@field n? integer|integer[] numbers of data, 1000
---@field gamma? number 1, in (0, 1]
---@field samples? integer 100 draws of the weights
---@field low? number 0, weights are drawn from [low, high)
---@field high? number 2 pi
---@field inputs? hqnn.Tensor|table data [rows, inputs]; without it `rows` standard normal draws
---@field rows? integer 100
---@field model? hqnn.probability_model how outputs stand for probabilities
---@field seed? integer

---@class hqnn.EffectiveDimension
---@field n integer
---@field value number
---@field error number

---Effective dimension (Abbas et al. 2021).  For one n: value, standard error, and the eigenvalues of the normalised
---Fisher information [samples, weights].  For an array of n: an array of results, and the eigenvalues.
---@param options? hqnn.EffectiveDimensionOptions
---@return number|hqnn.EffectiveDimension[]
---@return number|hqnn.Tensor
---@return hqnn.Tensor?
function Circuit:effective_dimension(options) end

---@class hqnn.Resources
---@field wires integer
---@field inputs integer
---@field weights integer
---@field outputs integer
---@field gates table<string, integer> counts by name
---@field kinds string[] names of gates in order of first use
---@field one_qubit_gates integer
---@field two_qubit_gates integer
---@field larger_gates integer
---@field depth integer
---@field entangling_depth integer of gates on two or more wires alone
---@field angles integer that hold an input or a weight
---@field t_count? integer nil where a gate is outside of Clifford + T
---@field channels integer
---@field measurements_on_the_way integer
---@field resets integer
---@field text string all of it, a line each

---What the circuit costs; prints as text.
---@return hqnn.Resources
function Circuit:resources() end

---@class hqnn.LightCone
---@field wires integer[]
---@field operations integer[] in the order in which they were appended, from 0
---@field inputs integer[]
---@field weights integer[]

---What can influence an output.
---@param output integer from 0
---@return hqnn.LightCone
function Circuit:light_cone(output) end

hq.analysis = {}

---@class hqnn.PlateauOptions: hqnn.GradientVarianceOptions
---@field values any[]
---@field build fun(value: any): hqnn.Circuit

---@class hqnn.PlateauRow
---@field x any
---@field variance number
---@field error number

---@class hqnn.Plateau
---@field [integer] hqnn.PlateauRow
---@field rate? number how fast ln variance falls with x
---@field rate_error? number

---Gradient variances of one circuit per value.
---@param options hqnn.PlateauOptions
---@return hqnn.Plateau
function hq.analysis.plateau(options) end

---Frees the memory now.
function Circuit:release() end

---@class hqnn.AnsatzOptions
---@field layers? integer 1

---@alias hqnn.ansatz_function fun(c: hqnn.Builder, w: fun(): hqnn.Angle, options?: hqnn.AnsatzOptions): hqnn.Builder

---@alias hqnn.template_function fun(c: hqnn.Builder, w: fun(): hqnn.Angle, options?: hqnn.TemplateOptions): hqnn.Builder

---@class hqnn.ansatz
---@field rot hqnn.ansatz_function Rot on every wire
---@field zz_full hqnn.ansatz_function Rot on every wire, then exp(-i phi Z Z) on all pairs
---@field zz_linear hqnn.ansatz_function ... on neighbours, an open chain
---@field zz_star hqnn.ansatz_function ... on wire 0 with every other
---@field ring hqnn.ansatz_function RY and RZ on every wire, then CNOT from each wire to the next
---@field random hqnn.template_function Rot, RX, RY or RZ drawn per wire, then one CNOT
---@field hardware_efficient hqnn.template_function
---@field two_local hqnn.template_function
---@field basic_entangler hqnn.template_function
---@field strongly_entangling hqnn.template_function
---@field simplified_two_design hqnn.template_function
---@field qcnn hqnn.template_function
---@field qcnn_convolution hqnn.template_function
---@field qcnn_pooling hqnn.template_function
---@field mps hqnn.template_function
---@field ttn hqnn.template_function
---@field mera hqnn.template_function
---@field sim_1 hqnn.template_function
---@field sim_2 hqnn.template_function
---@field sim_3 hqnn.template_function
---@field sim_4 hqnn.template_function
---@field sim_5 hqnn.template_function
---@field sim_6 hqnn.template_function
---@field sim_7 hqnn.template_function
---@field sim_8 hqnn.template_function
---@field sim_9 hqnn.template_function
---@field sim_10 hqnn.template_function
---@field sim_11 hqnn.template_function
---@field sim_12 hqnn.template_function
---@field sim_13 hqnn.template_function
---@field sim_14 hqnn.template_function
---@field sim_15 hqnn.template_function
---@field sim_16 hqnn.template_function
---@field sim_17 hqnn.template_function
---@field sim_18 hqnn.template_function
---@field sim_19 hqnn.template_function
hq.ansatz = {}

-- ---- layers ----------------------------------------------------------------------------------

---A layer or a whole model.  model(x) is its output, with a record for backward; a model that is not
---built yet is built from the shape of x.
---@class hqnn.Layer
---@overload fun(x: hqnn.Tensor): hqnn.Tensor
local Layer = {}

---How parameters are first drawn; circuits take "uniform", "normal", "near_zero", "constant", "zeros" and
---"identity_blocks".
---@alias hqnn.initializer_name
---| "uniform" | "normal" | "constant" | "zeros" | "ones" | "near_zero" | "kaiming_uniform" | "kaiming_normal"
---| "xavier_uniform" | "xavier_normal" | "orthogonal" | "identity_blocks"
---@class hqnn.Initializer
---@field name hqnn.initializer_name
---@field low? number "uniform": 0
---@field high? number "uniform": 1
---@field mean? number "normal": 0
---@field std? number "normal": 1, "near_zero": 0.01
---@field value? number "constant": 0
---@field gain? number of "kaiming_*" (the root of 2), "xavier_*" and "orthogonal" (1)
---@field nonlinearity? "linear" | "sigmoid" | "tanh" | "relu" | "leaky" instead of gain: what follows the layer
---@field slope? number of "leaky": 0.01
---@alias hqnn.initializer hqnn.initializer_name | hqnn.Initializer

---@class hqnn.Conv2dOptions
---@field filters? integer 1
---@field kernel_size? hqnn.size 3
---@field stride? hqnn.size 1
---@field padding? hqnn.size | "same" 0
---@field dilation? hqnn.size 1
---@field groups? integer 1
---@field bias? boolean true
---@field init? hqnn.initializer uniform in +-1/sqrt(fan-in)
---@field bias_init? hqnn.initializer
---@field trainable? boolean true

---[batch, channels, height, width] to [batch, filters, ...]
---@param options hqnn.Conv2dOptions
---@return hqnn.Layer
function hq.conv2d(options) end

---@class hqnn.QuantumOptions
---@field circuit hqnn.Circuit
---@field init? hqnn.initializer uniform in [0, 2 pi)
---@field trainable? boolean true
---@field method? hqnn.method
---@field differentiation? hqnn.differentiation
---@field diff_method? hqnn.differentiation another word for differentiation
---@field step? number radians, for finite differences and SPSA: 1e-4
---@field shots? integer measurements per Pauli word and sample; 0, the default, for exact values
---@field seed? integer of shots, trajectories and SPSA
---@field trajectories? integer runs that method "trajectories" averages over: 1000
---@field directions? integer that "spsa" averages over: 1

---@class hqnn.QuanvolutionOptions: hqnn.QuantumOptions
---@field kernel_size? hqnn.size 2
---@field stride? hqnn.size 2
---@field circuit hqnn.Circuit | hqnn.Circuit[] an array: one circuit per filter
---@field filters? integer copies of one circuit with weights of their own: 1
---@field padding? hqnn.size 0
---@field dilation? hqnn.size 1
---@field per_channel? boolean false: each channel goes through the circuits on its own
---@field channels_last? boolean false
---@field exact_fit? boolean true: kernel and stride must cover the image

---A circuit slid over an image: a patch is a sample of its inputs, a measured value an output channel.
---@param options hqnn.QuanvolutionOptions
---@return hqnn.Layer
function hq.quanvolution(options) end

---@class hqnn.QuantumLayerOptions: hqnn.QuantumOptions
---@field pad? boolean false: fewer values than amplitudes are filled up with zeros

---A circuit as a dense layer: [batch, inputs] to [batch, outputs].
---@param options hqnn.QuantumLayerOptions
---@return hqnn.Layer
function hq.quantum(options) end

---@class hqnn.DenseOptions
---@field units integer
---@field bias? boolean true
---@field init? hqnn.initializer uniform in +-1/sqrt(fan-in)
---@field bias_init? hqnn.initializer
---@field trainable? boolean true

---@class hqnn.LeakyReluOptions
---@field slope? number 0.01

---@param options? hqnn.LeakyReluOptions
---@return hqnn.Layer
function hq.leaky_relu(options) end

---@class hqnn.EluOptions
---@field alpha? number 1

---@param options? hqnn.EluOptions
---@return hqnn.Layer
function hq.elu(options) end

---@class hqnn.SoftmaxOptions
---@field axis? integer -1; counted with the batch, from 1 or from the end

---@param options? hqnn.SoftmaxOptions
---@return hqnn.Layer
function hq.softmax(options) end

---The logarithm of the softmax.
---@param options? hqnn.SoftmaxOptions
---@return hqnn.Layer
function hq.log_softmax(options) end

---What the functions of a layer see; parameters are fields of it when forward runs.
---@class hqnn.LayerSelf
---@field layers table<string|integer, hqnn.Layer> the inner layers as they were given
---@field options table
---@field name string
---@field training boolean whether the layer is being trained
---@field parameter fun(self: hqnn.LayerSelf, name: string, shape: integer[], options?: { init?: string|table })
---@field layer fun(self: hqnn.LayerSelf, which: string|integer, shape: integer[]): integer[]

---@class hqnn.LayerFunctions
---@field forward fun(self: hqnn.LayerSelf, x: hqnn.Tensor): hqnn.Tensor the output for [batch, ...]
---@field build? fun(self: hqnn.LayerSelf, shape: integer[]): integer[] one sample's output shape for its input's
---@field name? string "custom"
---@field layers? table<string|integer, hqnn.Layer> inner layers
---@field options? table what the functions are to know
---@field trainable? boolean true

---A layer made of Lua functions.
---@param functions hqnn.LayerFunctions
---@return hqnn.Layer
function hq.layer(functions) end

---A maker of layers that can be saved with a model: made again by name from their options.
---@param name string
---@param maker fun(options: table): hqnn.Layer
---@return fun(options?: table): hqnn.Layer
function hq.register_layer(name, maker) end

---[batch, n] to [batch, units]
---@param options hqnn.DenseOptions
---@return hqnn.Layer
function hq.dense(options) end

---One after the other.
---@param layers hqnn.Layer[]
---@return hqnn.Layer
function hq.sequential(layers) end

---@class hqnn.Conv1dOptions
---@field filters? integer 1
---@field kernel_size? integer 3
---@field stride? integer 1
---@field padding? integer | "same" 0
---@field dilation? integer 1
---@field groups? integer 1
---@field bias? boolean true
---@field init? hqnn.initializer
---@field bias_init? hqnn.initializer
---@field trainable? boolean true
---[batch, channels, length] to [batch, filters, positions]
---@param options hqnn.Conv1dOptions
---@return hqnn.Layer
function hq.conv1d(options) end
---@class hqnn.ConvTranspose2dOptions
---@field filters? integer 1
---@field kernel_size? hqnn.size 2
---@field stride? hqnn.size 2
---@field padding? hqnn.size cut off on both sides: 0
---@field output_padding? hqnn.size added below and on the right: 0
---@field bias? boolean true
---@field init? hqnn.initializer
---@field bias_init? hqnn.initializer
---@field trainable? boolean true
---From small images to larger ones: the gradient of a convolution by its input
---@param options hqnn.ConvTranspose2dOptions
---@return hqnn.Layer
function hq.conv_transpose2d(options) end
---@class hqnn.UpsampleOptions
---@field scale? hqnn.size 2
---@field mode? "nearest" | "bilinear" "nearest"
---@param options? hqnn.UpsampleOptions
---@return hqnn.Layer
function hq.upsample(options) end
---@class hqnn.Pad2dOptions
---@field top? integer 0
---@field bottom? integer 0
---@field left? integer 0
---@field right? integer 0
---@field value? number 0
---@param options hqnn.Pad2dOptions
---@return hqnn.Layer
function hq.pad2d(options) end
---@class hqnn.NormaliseOptions
---@field mean number | number[] of all channels, or of each
---@field std number | number[]
---(x - mean) / std inside the model, so that data keep their units
---@param options hqnn.NormaliseOptions
---@return hqnn.Layer
function hq.normalise(options) end
---Normalises by the mean and deviation of each channel of these samples.
---@param data hqnn.Dataset | hqnn.Tensor
---@return hqnn.Layer
function hq.standardise(data) end

---@class hqnn.MaxPoolOptions
---@field kernel_size? hqnn.size 2
---@field stride? hqnn.size the kernel
---@field padding? hqnn.size 0, at most half of the kernel
---@class hqnn.AvgPoolOptions: hqnn.MaxPoolOptions
---@field count_padding? boolean true: the mean counts padding as zeros
---@class hqnn.AdaptivePoolOptions
---@field size? hqnn.size rows and columns of the output: 1
---The largest values of windows: [batch, channels, height, width] to [batch, channels, rows, columns]
---@param options? hqnn.MaxPoolOptions
---@return hqnn.Layer
function hq.max_pool2d(options) end
---The same over [batch, channels, length]
---@param options? hqnn.MaxPoolOptions
---@return hqnn.Layer
function hq.max_pool1d(options) end
---The means of windows
---@param options? hqnn.AvgPoolOptions
---@return hqnn.Layer
function hq.avg_pool2d(options) end
---@param options? hqnn.AvgPoolOptions
---@return hqnn.Layer
function hq.avg_pool1d(options) end
---@param options? hqnn.AdaptivePoolOptions
---@return hqnn.Layer
function hq.adaptive_avg_pool2d(options) end
---@param options? hqnn.AdaptivePoolOptions
---@return hqnn.Layer
function hq.adaptive_max_pool2d(options) end

---@class hqnn.BatchNormOptions
---@field momentum? number of the running statistics: 0.1
---@field eps? number 1e-5
---@field affine? boolean true: learns gamma and beta
---@field trainable? boolean true
---Channels of [batch, n] or [batch, channels, ...] to mean 0 and variance 1: by the batch in training, by running
---statistics in evaluation
---@param options? hqnn.BatchNormOptions
---@return hqnn.Layer
function hq.batch_norm(options) end
---@class hqnn.LayerNormOptions
---@field axes? integer how many, from the last: 0 for all of a sample
---@field eps? number 1e-5
---@field affine? boolean true
---@field trainable? boolean true
---Each sample over its last axes to mean 0 and variance 1
---@param options? hqnn.LayerNormOptions
---@return hqnn.Layer
function hq.layer_norm(options) end
---@class hqnn.GroupNormOptions
---@field groups integer of channels
---@field eps? number 1e-5
---@field affine? boolean true
---@field trainable? boolean true
---Each group of a sample's channels to mean 0 and variance 1
---@param options hqnn.GroupNormOptions
---@return hqnn.Layer
function hq.group_norm(options) end

---@class hqnn.DropoutOptions
---@field rate? number in [0, 1): 0.5
---@field channels? boolean false: whole channels
---@param options? hqnn.DropoutOptions
---@return hqnn.Layer
function hq.dropout(options) end
---@class hqnn.FeatureNoiseOptions
---@field distribution? "gaussian" | "uniform" "gaussian"
---@field std? number of "gaussian": 0.1
---@field bound? number of "uniform", on both sides: 0.1
---@field always? boolean false: in training alone
---@param options? hqnn.FeatureNoiseOptions
---@return hqnn.Layer
function hq.feature_noise(options) end

---What backward does at a layer without a derivative: it refuses, or takes 1 (BPDA, Athalye et al. 2018)
---@alias hqnn.backward "none" | "straight_through"
---@class hqnn.BinariseOptions
---@field threshold? number 0.5
---@field backward? hqnn.backward "none"
---1 where x is at least the threshold, 0 elsewhere
---@param options? hqnn.BinariseOptions
---@return hqnn.Layer
function hq.binarise(options) end
---@class hqnn.BitDepthOptions
---@field bits integer in 1..16
---@field backward? hqnn.backward "none"
---Values of [0, 1] rounded to 2^bits levels
---@param options hqnn.BitDepthOptions
---@return hqnn.Layer
function hq.bit_depth(options) end
---@class hqnn.MedianFilterOptions
---@field size? integer 3; an odd number in 3..31
---@field backward? hqnn.backward "none"
---Each pixel becomes the median of those around it
---@param options? hqnn.MedianFilterOptions
---@return hqnn.Layer
function hq.median_filter(options) end
---@class hqnn.JPEGOptions
---@field quality? integer 75, in 1..100
---@field backward? hqnn.backward "none"
---What JPEG loses: cosine coefficients of 8 x 8 blocks, rounded
---@param options? hqnn.JPEGOptions
---@return hqnn.Layer
function hq.jpeg(options) end
---Features moved in training the way that hurt the batch before (after You et al. 2019)
---@param options { size: number }
---@return hqnn.Layer
function hq.adversarial_noise(options) end
---@class hqnn.RandomInputsOptions
---@field count integer
---@field bound? number math.pi
---Random values behind each sample's own, drawn anew at every pass: randomised encodings (after Gong et al. 2024)
---@param options hqnn.RandomInputsOptions
---@return hqnn.Layer
function hq.random_inputs(options) end
---@param shape integer[] of one sample; one dimension may be -1
---@return hqnn.Layer
function hq.reshape(shape) end

---A layer, or an array of layers that becomes a sequential.
---@alias hqnn.block hqnn.Layer | hqnn.Layer[]

---@class hqnn.ResidualOptions
---@field [integer] hqnn.Layer
---@field shortcut? hqnn.block what the input goes through on the other way
---@field trainable? boolean true
---layers(x) + shortcut(x), or + x
---@param options hqnn.ResidualOptions
---@return hqnn.Layer
function hq.residual(options) end
---@class hqnn.ParallelOptions
---@field [integer] hqnn.block
---@field branches? table<string, hqnn.block> with names, in alphabetical order
---@field combine? "concat" | "add" | "mean" | "multiply" "concat": along the axis after the batch
---@field trainable? boolean true
---Branches side by side on the same input
---@param options hqnn.ParallelOptions
---@return hqnn.Layer
function hq.parallel(options) end
---@class hqnn.FusionOptions
---@field branches table<string, hqnn.block>|hqnn.block[]
---@field gate_units? integer 16; 0: no hidden layer
---@field per_class? boolean false: one weight per branch
---@field gate? hqnn.block instead of flatten, dense, tanh, dense
---@field trainable? boolean true
---Adaptive fusion: the sum of the branches with weights that depend on the sample
---@param options hqnn.FusionOptions
---@return hqnn.Layer
function hq.fusion(options) end
---Parameters frozen and always in evaluation mode, whatever happens around it
---@param layer hqnn.block
---@return hqnn.Layer
function hq.frozen(layer) end
---@class hqnn.HeadsOptions
---@field trunk hqnn.block
---@field heads table<string, hqnn.block>|hqnn.block[]
---@field trainable? boolean true
---One body with several heads: their outputs one after the other
---@param options hqnn.HeadsOptions
---@return hqnn.Layer
function hq.heads(options) end

---@class hqnn.BuildOptions
---@field seed? integer
---@field dtype? hqnn.dtype "float32"

---Draws the parameters for inputs of this shape; its first dimension is the batch.
---@param shape integer[]
---@param options? hqnn.BuildOptions
---@return hqnn.Layer
function Layer:build(shape, options) end
---@return boolean
function Layer:built() end
---The output alone: faster, never differentiable.
---@param x hqnn.Tensor
---@return hqnn.Tensor
function Layer:infer(x) end
---Whose derivative gradients through the layer take from now on (BPDA, Athalye et al. 2018): "identity", a built layer, or
---nil for its own again. Outputs stay as they are.
---@param surrogate "identity"|hqnn.Layer|nil
---@return hqnn.Layer
function Layer:set_surrogate(surrogate) end
---The parameters stay as they are in training.
---@return hqnn.Layer
function Layer:freeze() end
---@return hqnn.Layer
function Layer:unfreeze() end
---The parameter tensors in order, also under their names; writing to one changes the layer.
---@return hqnn.Tensor[]|table<string, hqnn.Tensor>
function Layer:parameters() end
---@return string[]
function Layer:parameter_names() end
---Layers, shapes, parameter counts, multiply-adds and circuits per sample, also what tostring gives.
---@return string
function Layer:describe() end
---Writes the built model with its layers, weights and whatever else it is; hq.load reads it without the script.
---@param path string
---@return hqnn.Layer itself
function Layer:save(path) end
---Writes parameters and buffers alone: a NumPy archive where the path ends in .npz, else safetensors.
---@param path string
---@return hqnn.Layer itself
function Layer:save_weights(path) end
---@class hqnn.LoadWeightsOptions
---@field strict? boolean true: all tensors must be there and no others; false: those that are there are taken
---Takes the tensors of a safetensors file, or of a NumPy archive (.npz), by name.
---@param path string
---@param options? hqnn.LoadWeightsOptions
---@return hqnn.Layer itself
---@return integer taken
function Layer:load_weights(path, options) end
---A model of its own with the same layers and values.
---@return hqnn.Layer
function Layer:copy() end
---Training mode, in which dropout drops and batch normalisation uses the batch; hq.fit does this itself.
---@return hqnn.Layer
function Layer:train() end
---Evaluation mode, as after build.
---@return hqnn.Layer
function Layer:eval() end
---Whether it is in training mode.
---@return boolean
function Layer:training() end
---Running statistics by their names.
---@return table<string, hqnn.Tensor>
function Layer:buffers() end
---Of hq.heads: the model of the trunk and one head; it shares all parameters.
---@param name string
---@return hqnn.Layer
function Layer:head(name) end
---Of hq.fusion: the branches' weights, [batch, branches], per class [batch, branches, values].
---@param x hqnn.Tensor
---@return hqnn.Tensor
function Layer:fusion_weights(x) end
---Frees the memory now.
function Layer:release() end

-- ---- files -----------------------------------------------------------------------------------

---The model that model:save wrote: the same outputs bit for bit.
---@param path string
---@return hqnn.Layer
function hq.load(path) end

---@class hqnn.tensors
hq.tensors = {}
---Writes tensors by name: a NumPy archive where the path ends in .npz, else safetensors.
---@param path string
---@param tensors table<string, hqnn.Tensor>
function hq.tensors.save(path, tensors) end
---@param path string
---@return table<string, hqnn.Tensor>
function hq.tensors.load(path) end

-- ---- training --------------------------------------------------------------------------------

---One state of 2^wires amplitudes that circuits are applied to one after the other.
---@class hqnn.State
local State = {}
---@class hqnn.StateOptions
---@field dtype? "float32" | "float64" default "float32"

---|0...0> of 1 to 30 wires: 8 or 16 bytes per amplitude, an error when they do not fit into memory.
---@param wires integer
---@param options? hqnn.StateOptions
---@return hqnn.State
function hq.state(wires, options) end
---Applies a circuit's gates: no noise, no start state, no measurement on the way.
---@param circuit hqnn.Circuit
---@param options? { inputs: hqnn.Tensor|table, weights: hqnn.Tensor|table }
---@return hqnn.State itself
function State:apply(circuit, options) end
---Back to |0...0>.
---@return hqnn.State itself
function State:reset() end
---Expectation value of a Pauli word: state:expect("ZX", 0, 3).
---@param word string letters X, Y, Z
---@param ... integer one wire per letter
---@return number
function State:expect(word, ...) end
---An amplitude by the index of its basis state.
---@param index integer
---@return number re
---@return number im
function State:amplitude(index) end
---Frees the memory before the collector does.
function State:release() end

---@class hqnn.Optimizer
local Optimizer = {}

hq.optim = {}

---@class hqnn.ParameterGroup
---@field parameters? "quantum"|"classical" which, or a layer
---@field layer? hqnn.Layer
---@field lr? number schedules scale it in proportion
---@field weight_decay? number

---@class hqnn.OptimizerOptions
---@field lr? number
---@field weight_decay? number 0
---@field groups? hqnn.ParameterGroup[]

---@class hqnn.SgdOptions: hqnn.OptimizerOptions lr = 0.01
---@field momentum? number 0
---@field nesterov? boolean false

---@param options? hqnn.SgdOptions
---@return hqnn.Optimizer
function hq.optim.sgd(options) end

---@class hqnn.AdamOptions: hqnn.OptimizerOptions lr = 1e-3
---@field beta1? number 0.9
---@field beta2? number 0.999
---@field eps? number 1e-8

---@param options? hqnn.AdamOptions
---@return hqnn.Optimizer
function hq.optim.adam(options) end

---Decoupled weight decay, 0.01 unless given.
---@param options? hqnn.AdamOptions
---@return hqnn.Optimizer
function hq.optim.adamw(options) end

---@class hqnn.RmspropOptions: hqnn.OptimizerOptions lr = 0.01
---@field alpha? number 0.99
---@field eps? number 1e-8
---@field momentum? number 0

---@param options? hqnn.RmspropOptions
---@return hqnn.Optimizer
function hq.optim.rmsprop(options) end

---@class hqnn.AdagradOptions: hqnn.OptimizerOptions lr = 0.01
---@field eps? number 1e-10
---@field initial? number 0

---@param options? hqnn.AdagradOptions
---@return hqnn.Optimizer
function hq.optim.adagrad(options) end

---@class hqnn.LbfgsOptions: hqnn.OptimizerOptions lr = 1, the first trial of each line search
---@field history? integer 10
---@field iterations? integer 20, per step
---@field tolerance? number 1e-7

---@param options? hqnn.LbfgsOptions
---@return hqnn.Optimizer
function hq.optim.lbfgs(options) end

---@class hqnn.NaturalGradientOptions: hqnn.OptimizerOptions lr = 0.01
---@field form? "blocks"|"full"|"diagonal" "blocks"
---@field damping? number 1e-3
---@field rows? integer 256: inputs to average the metric over, at most

---Quantum natural gradient for circuit weights, SGD for the rest.
---@param options? hqnn.NaturalGradientOptions
---@return hqnn.Optimizer
function hq.optim.natural_gradient(options) end

---@class hqnn.SpsaOptions: hqnn.OptimizerOptions lr = 0.2
---@field c? number 0.1
---@field stability? number 0
---@field alpha? number 0.602
---@field gamma? number 0.101
---@field seed? integer of the directions

---@param options? hqnn.SpsaOptions
---@return hqnn.Optimizer
function hq.optim.spsa(options) end

---Weights of circuits one after the other, without gradients.
---@return hqnn.Optimizer
function hq.optim.rotosolve() end

---Adds a tensor, or the trainable parameters of a built layer.
---@param what hqnn.Layer|hqnn.Tensor
---@return hqnn.Optimizer
function Optimizer:add(what) end
---Updates from the gradients.  With a function that returns the loss, goes backward itself as far as that is needed and
---returns the loss before the step.
---@param loss? fun(): hqnn.Tensor
---@return number?
function Optimizer:step(loss) end
---Whether step must be given the loss as a function: lbfgs, spsa, rotosolve.
---@return boolean
function Optimizer:needs_loss() end
function Optimizer:zero_grad() end
---The learning rate; sets it first when one is given.
---@param value? number 0 or more
---@return number
function Optimizer:lr(value) end
---Scales all gradients alike so that their norm together is at most this.
---@param limit number
---@return number norm before
function Optimizer:clip_norm(limit) end
---Moves every element of the gradients into [-limit, limit].
---@param limit number
function Optimizer:clip_value(limit) end
---Frees the memory now.
function Optimizer:release() end

---A learning rate that changes: a factor of the optimiser's own rate.
---@class hqnn.Schedule
local Schedule = {}

hq.schedule = {}

---@class hqnn.Warmup
---@field steps integer
---@field start? number 0: share of the rate to begin with

---@class hqnn.ScheduleOptions
---@field per? "step"|"epoch" "epoch": what time counts
---@field warmup? hqnn.Warmup
---@field optimizer? hqnn.Optimizer for loops written out; hq.fit takes its own

---@class hqnn.StepScheduleOptions: hqnn.ScheduleOptions
---@field every? integer 10
---@field gamma? number 0.1

---@param options? hqnn.StepScheduleOptions
---@return hqnn.Schedule
function hq.schedule.step(options) end

---@class hqnn.MultiStepScheduleOptions: hqnn.ScheduleOptions
---@field milestones integer[]
---@field gamma? number 0.1

---@param options hqnn.MultiStepScheduleOptions
---@return hqnn.Schedule
function hq.schedule.multi_step(options) end

---@class hqnn.ExponentialScheduleOptions: hqnn.ScheduleOptions
---@field gamma number

---@param options hqnn.ExponentialScheduleOptions
---@return hqnn.Schedule
function hq.schedule.exponential(options) end

---@class hqnn.CosineScheduleOptions
---@field steps? integer how long, or epochs
---@field epochs? integer
---@field low? number 0: the factor at the end
---@field restarts? boolean false
---@field stretch? number 1: how much longer each time
---@field warmup? hqnn.Warmup
---@field optimizer? hqnn.Optimizer

---@param options hqnn.CosineScheduleOptions
---@return hqnn.Schedule
function hq.schedule.cosine(options) end

---@class hqnn.OneCycleScheduleOptions
---@field steps? integer how long, or epochs
---@field epochs? integer
---@field rise? number 0.3: share of the way up
---@field start? number 25: begins at the rate divided by this
---@field finish? number 1e4: ends at the start divided by this
---@field warmup? hqnn.Warmup
---@field optimizer? hqnn.Optimizer

---@param options hqnn.OneCycleScheduleOptions
---@return hqnn.Schedule
function hq.schedule.one_cycle(options) end

---@class hqnn.PlateauScheduleOptions
---@field factor? number 0.1
---@field patience? integer 10
---@field min_delta? number 1e-4
---@field cooldown? integer 0
---@field low? number 0: the least factor
---@field mode? "min"|"max" "min": of the watched value
---@field warmup? hqnn.Warmup
---@field optimizer? hqnn.Optimizer

---@param options? hqnn.PlateauScheduleOptions
---@return hqnn.Schedule
function hq.schedule.plateau(options) end

---The warm-up alone.
---@param options? hqnn.ScheduleOptions
---@return hqnn.Schedule
function hq.schedule.constant(options) end

---Takes an optimiser's learning rate as the base.
---@param optimizer hqnn.Optimizer
---@return hqnn.Schedule
function Schedule:attach(optimizer) end
---After each step of the optimiser.
function Schedule:step() end
---After each epoch.
---@param value? number what a plateau schedule watches
function Schedule:epoch(value) end
---What the base rate is multiplied with now.
---@return number
function Schedule:factor() end
---Frees the memory now.
function Schedule:release() end

---@class hqnn.EpochRecord
---@field epoch integer from 1
---@field loss number
---@field accuracy? number on the training samples of the epoch; nil without classes
---@field validation_loss? number
---@field validation_accuracy? number
---@field validation_top_k? number
---@field validation_mse? number
---@field seconds number
---@field samples integer
---@field cores number kept busy on average
---@field peak_memory integer bytes, of the process
---@field lr number of the last step
---@field gradient_norm? number root mean square over up to 16 steps
---@field circuit_gradient_norm? number the same of circuit weights alone
---@field metrics? table<string, number>

---@class hqnn.StepRecord
---@field epoch integer from 1
---@field step integer from 1
---@field steps integer
---@field loss number
---@field mean_loss number of the epoch so far
---@field accuracy? number
---@field lr number
---@field seconds number

---@class hqnn.History
---@field [integer] hqnn.EpochRecord
---@field best_epoch? integer by what is monitored
---@field stopped? "early"|"callback"
---@field warnings string[]

---@alias hqnn.loss
---| "cross_entropy" | "nll" | "bce" | "bce_with_logits" | "mse" | "l1" | "huber" | "hinge" | "kl" | "cosine"
---| table { "huber", delta = 0.5 }
---| fun(output: hqnn.Tensor, target: hqnn.Tensor|integer[]): hqnn.Tensor

---@class hqnn.CheckpointOptions
---@field path string the run is written there as it goes
---@field every? integer|"epoch" steps between checkpoints; "epoch"
---@field keep? integer 1: so many checkpoints, older ones as path.1, path.2, ...

---@class hqnn.AdversarialOptions training against an attack on each batch
---@field method? "fgsm"|"pgd"|"free"|"trades"|"mart"|"input_gradient" "pgd"
---@field eps? number 0.1: radius of the ball around each sample
---@field norm? "linf"|"l2" "linf"
---@field alpha? number step size: 1.25 eps (fgsm), eps (free), 2.5 eps / steps
---@field steps? integer 7
---@field random_start? boolean true: begin at a random point of the ball
---@field low? number 0: range of the data
---@field high? number 1
---@field beta? number 6: weight of the second term of trades, mart and input_gradient
---@field replays? integer 4: updates from each batch (free)
---@field step? number 0.01: length over which the slope is measured (input_gradient)
---@field seed? integer fit's

---@class hqnn.FitOptions
---@field encoding_penalty? number 0: weight of the squares of trainable encodings' scales (Berberich et al. 2024)
---@field adversarial? hqnn.AdversarialOptions|string a text stands for the method
---@field checkpoint? hqnn.CheckpointOptions|string a text stands for the path
---@field resume? boolean|string true: goes on from the checkpoint where there is one; a path: from that one
---@field epochs? integer 10
---@field batch? integer 32
---@field optimizer? hqnn.Optimizer hq.optim.adam()
---@field schedule? hqnn.Schedule
---@field loss? hqnn.loss "cross_entropy"
---@field targets? hqnn.Tensor|table|"input" a row per sample, instead of labels
---@field validation_targets? hqnn.Tensor|table
---@field shuffle? boolean true
---@field seed? integer of the order of the samples
---@field validation? hqnn.Dataset|hqnn.Tensor
---@field clip_norm? number
---@field clip_value? number
---@field accumulate? integer 1: batches whose gradients make one step
---@field patience? integer epochs without an improvement before training ends
---@field min_delta? number 0
---@field monitor? "loss"|"accuracy"|"validation_loss"|"validation_accuracy"
---@field keep_best? boolean false: the best epoch's weights stand in the model at the end
---@field top_k? integer
---@field metrics? table<string, fun(output: hqnn.Tensor, target: hqnn.Tensor|integer[]): number|hqnn.Tensor>
---@field progress? hqnn.progress
---@field callback? fun(record: hqnn.EpochRecord): string? after each epoch; "stop" ends the training
---@field on_step? fun(step: hqnn.StepRecord): string? after each step; "stop" ends the training
---@field cache_features? boolean true: run frozen layers at the front once for all epochs

---Trains a model, with softmax cross-entropy unless told otherwise.
---@param model hqnn.Layer
---@param train hqnn.Dataset|hqnn.Tensor
---@param options? hqnn.FitOptions
---@return hqnn.History history
function hq.fit(model, train, options) end

---@class hqnn.EvaluateOptions
---@field loss? hqnn.loss
---@field targets? hqnn.Tensor|table|"input"
---@field top_k? integer
---@field metrics? table<string, fun(output: hqnn.Tensor, target: hqnn.Tensor|integer[]): number|hqnn.Tensor>

---Accuracy and loss; with options a table { loss, accuracy, top_k, mse, metrics }.
---@param model hqnn.Layer
---@param data hqnn.Dataset|hqnn.Tensor
---@param options? hqnn.EvaluateOptions
---@return number|table
---@return number? loss
function hq.evaluate(model, data, options) end

---How often samples of each class are taken for each: counts[class + 1][predicted + 1].
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@return integer[][]
function hq.confusion(model, data) end

---@class hqnn.Summary
---@field mean number
---@field sd number with n - 1
---@field n integer
---@field min number
---@field max number

---@class hqnn.Repeats
---@field rows table[] one per run
---@field measures string[] names of what was measured; result[name] is its hqnn.Summary
---@field values table<string, number[]>
---@field accuracy? hqnn.Summary
---@field loss? hqnn.Summary

---@class hqnn.CrossValidateOptions
---@field folds? integer 5
---@field stratified? boolean true
---@field seed? integer
---@field optimizer? fun(fold: integer): hqnn.Optimizer
---@field fit? hqnn.FitOptions

---A model for each fold, trained on the others and judged on it.
---@param make_model fun(fold: integer): hqnn.Layer
---@param data hqnn.Dataset
---@param options? hqnn.CrossValidateOptions
---@return hqnn.Repeats
function hq.cross_validate(make_model, data, options) end

---@param run fun(seed: integer): number|table<string, number>
---@param options? { seeds: integer|integer[] } 5
---@return hqnn.Repeats
function hq.repeat_seeds(run, options) end

hq.stats = {}

---@class hqnn.TestResult
---@field statistic number
---@field p number two-sided
---@field n number degrees of freedom, or pairs that count
---@field exact boolean

---@param values number[]
---@return hqnn.Summary
function hq.stats.summary(values) end
---Student's t test for pairs.
---@param a number[]
---@param b number[]
---@return hqnn.TestResult
function hq.stats.paired_t(a, b) end
---Wilcoxon's signed-rank test, exact up to 50 pairs.
---@param a number[]
---@param b number[]
---@return hqnn.TestResult
function hq.stats.wilcoxon(a, b) end
---McNemar's test: two classifiers, each an array of whether it is right, or counts where one alone is right.
---@param a boolean[]|integer
---@param b boolean[]|integer
---@return hqnn.TestResult
function hq.stats.mcnemar(a, b) end

-- ---- data ------------------------------------------------------------------------------------

---Samples [count, ...], each with a class number from 0, a target, or both.  #data is their count.
---Images are [channels, height, width] with values in [0, 1].
---@class hqnn.Dataset
---@field classes integer 0 for a set without labels
---@operator len: integer
local Dataset = {}

hq.data = {}

---@class hqnn.DigitsOptions
---@field train? integer samples to keep
---@field test? integer
---@field balanced? boolean equally many of each class
---@field classes? integer[] keep these only, renumbered from 0
---@field shuffle? boolean draw instead of taking the first
---@field seed? integer

---@class hqnn.KnownSetOptions: hqnn.DigitsOptions
---@field root? string folder of the files; else the set's folder in $HQNN_DATA
---@field validation? integer samples to keep of the third part, where there is one
---@field only? "train"|"test"|"validation" read and return this part alone

---MNIST or a set of the same form, from $HQNN_DATA/mnist.
---@param options? hqnn.KnownSetOptions
---@return hqnn.Dataset train
---@return hqnn.Dataset test
function hq.data.mnist(options) end

---From $HQNN_DATA/fashion-mnist.
---@param options? hqnn.KnownSetOptions
---@return hqnn.Dataset train
---@return hqnn.Dataset test
function hq.data.fashion_mnist(options) end

---From $HQNN_DATA/kmnist.
---@param options? hqnn.KnownSetOptions
---@return hqnn.Dataset train
---@return hqnn.Dataset test
function hq.data.kmnist(options) end

---The binary version, from $HQNN_DATA/cifar10; the third part only where the folder has one.
---@param options? hqnn.KnownSetOptions
---@return hqnn.Dataset train
---@return hqnn.Dataset test
---@return hqnn.Dataset? validation
function hq.data.cifar10(options) end

---@class hqnn.Cifar100Options: hqnn.KnownSetOptions
---@field labels? "fine"|"coarse" 100 classes, or their 20 superclasses

---The binary version, from $HQNN_DATA/cifar100.
---@param options? hqnn.Cifar100Options
---@return hqnn.Dataset train
---@return hqnn.Dataset test
function hq.data.cifar100(options) end

---From $HQNN_DATA/stl10.
---@param options? hqnn.KnownSetOptions
---@return hqnn.Dataset train
---@return hqnn.Dataset test
function hq.data.stl10(options) end

---@class hqnn.MedmnistOptions: hqnn.KnownSetOptions
---@field name string "pneumoniamnist", "pathmnist", ...
---@field size? 28|64|128|224 pixels, 28

---A set of MedMNIST v2 (Yang et al. 2023), from $HQNN_DATA/medmnist.
---@param options hqnn.MedmnistOptions
---@return hqnn.Dataset train
---@return hqnn.Dataset test
---@return hqnn.Dataset validation
function hq.data.medmnist(options) end

---@class hqnn.IrisOptions
---@field root? string folder of iris.csv; else $HQNN_DATA/iris
---@field classes? integer[] keep these only, renumbered from 0

---All 150 flowers with 4 features, sorted by class.
---@param options? hqnn.IrisOptions
---@return hqnn.Dataset
function hq.data.iris(options) end

---The 8x8 digits shipped with hqnn (Alpaydin and Kaynak 1998, UCI).
---@param options? hqnn.DigitsOptions
---@return hqnn.Dataset train
---@return hqnn.Dataset test
function hq.data.digits(options) end

---@class hqnn.IdxOptions
---@field images string path
---@field labels string path

---@param options hqnn.IdxOptions
---@return hqnn.Dataset
function hq.data.idx(options) end

---@class hqnn.CifarOptions
---@field files string[] paths, read one after the other
---@field labels? "fine"|"coarse" for files of CIFAR-100

---@param options hqnn.CifarOptions
---@return hqnn.Dataset
function hq.data.cifar(options) end

---@class hqnn.NpzOptions
---@field file string path
---@field samples string name of the array; uint8 is divided by 255
---@field labels string name of the array of class numbers, or of targets
---@field classes? integer largest label and one

---@param options hqnn.NpzOptions
---@return hqnn.Dataset
function hq.data.npz(options) end

---@class hqnn.CsvOptions
---@field file string path
---@field label? string|integer name or number (from 1) of the column; the last one
---@field targets? string[] columns to predict as numbers, instead of a label
---@field delimiter? string ","
---@field header? boolean whether the first line names the columns; else it is found out
---@field ignore? string[] columns to leave out

---@param options hqnn.CsvOptions
---@return hqnn.Dataset
function hq.data.csv(options) end

---@param samples hqnn.Tensor [count, ...]
---@param labels integer[] from 0
---@param classes? integer largest label and one
---@return hqnn.Dataset
function hq.data.from(samples, labels, classes) end

---@class hqnn.PngFolderOptions
---@field folder string with one subfolder per class
---@field height? integer resize every picture; without it all must have one size
---@field width? integer
---@field mode? hqnn.ResizeMode "area"
---@field channels? 1|3 3 where any picture has colours

---@alias hqnn.ResizeMode "bilinear"|"nearest"|"area"

---Pictures, one subfolder per class, which gives it its name.
---@param options hqnn.PngFolderOptions
---@return hqnn.Dataset
function hq.data.png_folder(options) end

---@class hqnn.SyntheticOptions
---@field count? integer samples, 200
---@field seed? integer
---@field noise? number deviation of normal noise on every value, 0; of blobs 1

---@class hqnn.CirclesOptions: hqnn.SyntheticOptions
---@field factor? number inner radius, 0.5

---@class hqnn.BlobsOptions: hqnn.SyntheticOptions
---@field features? integer 2
---@field classes? integer 2

---@class hqnn.SpiralsOptions: hqnn.SyntheticOptions
---@field classes? integer 2
---@field turns? number 1

---@class hqnn.XorOptions: hqnn.SyntheticOptions
---@field features? integer 2

---@class hqnn.BarsOptions: hqnn.SyntheticOptions
---@field height? integer 4
---@field width? integer 4

---@class hqnn.ManifoldOptions: hqnn.SyntheticOptions
---@field features? integer 2
---@field latent? integer dimensions of the manifold, 2

---@class hqnn.SeparableOptions: hqnn.SyntheticOptions
---@field features? integer 2
---@field margin? number 0.1

---Two half circles.
---@param options? hqnn.SyntheticOptions
---@return hqnn.Dataset
function hq.data.moons(options) end
---Circles of radius 1 and factor.
---@param options? hqnn.CirclesOptions
---@return hqnn.Dataset
function hq.data.circles(options) end
---Normal clouds about drawn centres.
---@param options? hqnn.BlobsOptions
---@return hqnn.Dataset
function hq.data.blobs(options) end
---Arms that wind about the origin.
---@param options? hqnn.SpiralsOptions
---@return hqnn.Dataset
function hq.data.spirals(options) end
---Class 1 where an odd number of features is negative.
---@param options? hqnn.XorOptions
---@return hqnn.Dataset
function hq.data.xor(options) end
---Binary images of full columns or full rows (MacKay 2003).
---@param options? hqnn.BarsOptions
---@return hqnn.Dataset
function hq.data.bars_and_stripes(options) end
---A folded manifold with a random teacher (Goldt et al. 2020).
---@param options? hqnn.ManifoldOptions
---@return hqnn.Dataset
function hq.data.hidden_manifold(options) end
---On both sides of a drawn hyperplane.
---@param options? hqnn.SeparableOptions
---@return hqnn.Dataset
function hq.data.linearly_separable(options) end

---@class hqnn.RootOptions
---@field root? string folder with the data sets, instead of $HQNN_DATA

---@class hqnn.GetOptions: hqnn.RootOptions
---@field url? string folder on another server with the same files

---@class hqnn.SaveNpzOptions
---@field compressed? boolean

---The known sets and what is there of them.
---@param options? hqnn.RootOptions
---@return hqnn.Table
function hq.data.list(options) end
---The files of a set beside their published checksums.
---@param name string
---@param options? hqnn.RootOptions
---@return hqnn.Table
function hq.data.check(name, options) end
---Downloads what is missing of a set with curl; the folder.
---@param name string
---@param options? hqnn.GetOptions
---@return string
function hq.data.get(name, options) end
---Of a file, as 64 hexadecimal digits.
---@param path string
---@return string
function hq.data.sha256(path) end
---The arrays of a NumPy archive by their names.
---@param path string
---@return table<string, hqnn.Tensor>
function hq.data.load_npz(path) end
---@param path string
---@return hqnn.Tensor
function hq.data.load_npy(path) end
---Written as a whole or not at all, in alphabetical order.
---@param path string
---@param arrays table<string, hqnn.Tensor>
---@param options? hqnn.SaveNpzOptions
function hq.data.save_npz(path, arrays, options) end
---@param path string
---@param tensor hqnn.Tensor
function hq.data.save_npy(path, tensor) end

---A change to every sample, for Dataset:map and Dataset:augment.
---@class hqnn.Transform
local Transform = {}

---@return string
function Transform:name() end
---Of pca: the share of the variance that each component has.
---@return hqnn.Tensor
function Transform:explained() end

---@class hqnn.ApplyOptions
---@field seed? integer
---@field epoch? integer 1

---Samples [count, ...] as the first ones of a data set.
---@param x hqnn.Tensor
---@param options? hqnn.ApplyOptions
---@return hqnn.Tensor
function Transform:apply(x, options) end
---Frees the memory now.
function Transform:release() end

hq.data.transform = {}

---@class hqnn.CropOptions
---@field height? integer of the window; the image's own
---@field width? integer
---@field padding? integer pixels added on all sides first, 0
---@field fill? number what lies beyond the image, 0

---@class hqnn.FlipOptions
---@field probability? number 0.5

---@class hqnn.AffineOptions
---@field degrees? number angles uniform in [-degrees, degrees], 0
---@field translate? number moves uniform in +-translate of height and width, 0
---@field scale? number[] { low, high }, { 1, 1 }
---@field fill? number what lies beyond the image, 0

---@class hqnn.ResizeOptions
---@field size? integer height and width
---@field height? integer
---@field width? integer
---@field mode? hqnn.ResizeMode "bilinear"

---@class hqnn.GaussianNoiseOptions
---@field deviation? number 0.1
---@field clip? boolean clamp to [0, 1]

---@class hqnn.BinariseOptions
---@field threshold? number 0.5

---@class hqnn.BitDepthOptions
---@field bits integer 1 to 16

---@class hqnn.StandardiseOptions
---@field fit hqnn.Dataset rows of features

---@class hqnn.MinMaxOptions
---@field fit hqnn.Dataset rows of features
---@field clip? boolean clamp other sets to [0, 1]

---@class hqnn.PcaOptions
---@field fit hqnn.Dataset
---@field components integer
---@field whiten? boolean divide components by their deviation

---A window at a random place.
---@param options? hqnn.CropOptions
---@return hqnn.Transform
function hq.data.transform.random_crop(options) end
---The window in the middle.
---@param options? hqnn.CropOptions
---@return hqnn.Transform
function hq.data.transform.center_crop(options) end
---Mirrored left to right.
---@param options? hqnn.FlipOptions
---@return hqnn.Transform
function hq.data.transform.horizontal_flip(options) end
---Mirrored top to bottom.
---@param options? hqnn.FlipOptions
---@return hqnn.Transform
function hq.data.transform.vertical_flip(options) end
---Turned, moved and scaled about the middle.
---@param options? hqnn.AffineOptions
---@return hqnn.Transform
function hq.data.transform.random_affine(options) end
---@param options hqnn.ResizeOptions
---@return hqnn.Transform
function hq.data.transform.resize(options) end
---@param options? hqnn.GaussianNoiseOptions
---@return hqnn.Transform
function hq.data.transform.gaussian_noise(options) end
---0.299 red + 0.587 green + 0.114 blue.
---@return hqnn.Transform
function hq.data.transform.grayscale() end
---1 where a value is at least the threshold, else 0.
---@param options? hqnn.BinariseOptions
---@return hqnn.Transform
function hq.data.transform.binarise(options) end
---2^bits levels in [0, 1].
---@param options hqnn.BitDepthOptions
---@return hqnn.Transform
function hq.data.transform.bit_depth(options) end
---Mean 0 and deviation 1 per feature, as fitted.
---@param options hqnn.StandardiseOptions
---@return hqnn.Transform
function hq.data.transform.standardise(options) end
---From 0 to 1 per feature, as fitted.
---@param options hqnn.MinMaxOptions
---@return hqnn.Transform
function hq.data.transform.min_max(options) end
---Principal components, as fitted.
---@param options hqnn.PcaOptions
---@return hqnn.Transform
function hq.data.transform.pca(options) end

---For regression and reconstruction.
---@param samples hqnn.Tensor [count, ...]
---@param targets hqnn.Tensor [count, ...]
---@return hqnn.Dataset
function hq.data.pairs(samples, targets) end

---@return integer
function Dataset:count() end
---All samples; shared with the data set, do not write.
---@return hqnn.Tensor
function Dataset:samples() end
---nil for a set without labels.
---@return integer[]?
function Dataset:labels() end
---nil for a set without targets; shared with the data set, do not write.
---@return hqnn.Tensor?
function Dataset:targets() end
---The same samples and labels with (other) targets.
---@param targets hqnn.Tensor [count, ...]
---@return hqnn.Dataset
function Dataset:with_targets(targets) end
---What a class is called, or its number as a text.
---@param class integer from 0
---@return string
function Dataset:class_name(class) end

---@class hqnn.SubsetOptions
---@field count? integer
---@field balanced? boolean
---@field shuffle? boolean
---@field seed? integer
---@field classes? integer[]

---@param options hqnn.SubsetOptions
---@return hqnn.Dataset
function Dataset:subset(options) end
---The samples with these numbers, from 1, in this order.
---@param indices integer[]
---@return hqnn.Dataset
function Dataset:select(indices) end
---The order in which an epoch of hq.fit with this seed visits the samples; all count from 1.
---@param seed integer
---@param epoch integer
---@return integer[]
function Dataset:order(seed, epoch) end

---The samples after transforms, applied once.
---@param transforms hqnn.Transform|table { transform, ..., seed = 7 }
---@return hqnn.Dataset
function Dataset:map(transforms) end
---What hq.fit and Dataset:batches do to the samples anew in each epoch.
---@param transforms hqnn.Transform|table { transform, ..., seed = 7 }
---@return hqnn.Dataset
function Dataset:augment(transforms) end

---@class hqnn.SplitOptions
---@field test? number a share below 1, or a count
---@field validation? number
---@field train? number what the others leave
---@field stratified? boolean every class shared out alike; true where there are labels
---@field seed? integer

---Parts in the order train, test, validation, those that are asked for.
---@param options hqnn.SplitOptions
---@return hqnn.Dataset train
---@return hqnn.Dataset ...
function Dataset:split(options) end

---@class hqnn.BatchOptions
---@field size? integer 32
---@field shuffle? boolean true
---@field seed? integer
---@field epoch? integer 1

---Iterates over batches: samples [size, ...] and labels, or targets for a set without, or both.
---@param options? hqnn.BatchOptions
---@return fun(): hqnn.Tensor?, (integer[]|hqnn.Tensor)?, hqnn.Tensor?
function Dataset:batches(options) end
---Frees the memory now.
function Dataset:release() end

-- ---- attacks ---------------------------------------------------------------------------------

---@class hqnn.Attack
---@field name string how reports call it
---@field kind string
local Attack = {}

hq.attack = {}

---@class hqnn.AttackOptions
---@field norm? "linf" | "l2" | "l1" | "l0" the first that the kind knows
---@field eps? number radius in units of the data: 0.1 (linf), 1 (l2), 10 (l1, l0); without a limit for attacks that look for the nearest example
---@field low? number 0, smallest value of the data
---@field high? number 1
---@field target? "none" | "given" | "least_likely" | "runner_up" | "random"
---@field seed? integer
---@field eot? integer 1; passes over which gradients and outputs of a random model are averaged
---@field restarts? integer 1; for attacks that draw random numbers
---@field max_queries? integer 0; outputs asked for of each sample
---@field max_seconds? number 0; for one run
---@field name? string how reports call it

---@class hqnn.FgsmOptions: hqnn.AttackOptions
---@field sparsity? number 0.95; L1: share of values that a step leaves alone

---@class hqnn.StepsOptions: hqnn.FgsmOptions
---@field alpha? number step size; 0 is the kind's own choice: 2.5 eps / steps (pgd), eps / steps (bim, mim)
---@field steps? integer 10
---@field early_exit? boolean false; leave a sample alone once it is broken
---@field best_of? boolean false; keep the best point on the way instead of the last

---@class hqnn.PgdOptions: hqnn.StepsOptions
---@field random_start? boolean false

---@class hqnn.MimOptions: hqnn.StepsOptions
---@field decay? number 1

---@class hqnn.SquareOptions: hqnn.AttackOptions linf or l2
---@field queries? integer 5000; outputs asked for of a sample that withstands
---@field p_init? number 0.8; share of the values that the first windows cover

---@class hqnn.NesOptions: hqnn.StepsOptions linf or l2; steps is 40 and early_exit true
---@field pairs? integer 25; directions for each gradient, asked about on both sides
---@field sigma? number 0.01; how far, in units of the data
---@field random_start? boolean false

---@class hqnn.SpsaOptions: hqnn.AttackOptions linf or l2
---@field steps? integer 40
---@field pairs? integer 32; directions for each gradient, asked about on both sides
---@field delta? number 0.01; how far, in units of the data
---@field alpha? number 0: a fifth of eps; size of Adam's steps

---@class hqnn.BoundaryOptions: hqnn.AttackOptions l2
---@field steps? integer 5000
---@field start_tries? integer 50; random images to start from
---@field spherical_step? number 0.01; the first step on the sphere, as a share of the distance
---@field source_step? number 0.01; the first step inwards

---@class hqnn.HopskipjumpOptions: hqnn.AttackOptions l2 or linf
---@field steps? integer 30
---@field initial_samples? integer 100; decisions for the first normal, times the root of the step's number later
---@field max_samples? integer 10000
---@field start_tries? integer 50; random images to start from

---@class hqnn.ZooOptions: hqnn.AttackOptions l2
---@field steps? integer 200
---@field search_steps? integer 5; values of c that are tried
---@field coordinates? integer 32; values that are moved in each step
---@field lr? number 0.02
---@field initial_c? number 1
---@field kappa? number 0; confidence
---@field h? number 1e-3; of the differences, in units of the data

---@class hqnn.NoiseOptions: hqnn.AttackOptions linf, l2 or l1
---@field distribution? "uniform" | "gaussian" | "signs"
---@field draws? integer 10

---@class hqnn.SaltPepperOptions: hqnn.AttackOptions l0, l2, l1 or linf
---@field draws? integer 10
---@field steps? integer 50

---@class hqnn.ContrastOptions: hqnn.AttackOptions linf, l2 or l1
---@field level? number 0.5; what all values become equal to, as a share of the data range
---@field steps? integer 50

---@class hqnn.NimOptions: hqnn.StepsOptions
---@field decay? number 1

---@class hqnn.DimOptions: hqnn.PgdOptions
---@field decay? number 1; 0 is DI2-FGSM, 1 is M-DI2-FGSM
---@field diversity? number 0.5; chance that an image is resized and padded before a gradient is taken
---@field resize? number 0.9; the smallest size, as a share of the image's

---@class hqnn.ApgdOptions: hqnn.AttackOptions
---@field steps? integer 100
---@field loss? "ce" | "dlr" | "targeted"
---@field targets? integer 9; classes that "targeted" goes for in turn
---@field rho? number 0.75; share of steps that have to climb for the step size to stay

---@class hqnn.CwOptions: hqnn.AttackOptions
---@field steps? integer 100
---@field search_steps? integer 9; weights that are tried; linf: 40, bounds that are tried
---@field lr? number 0.01, Adam's
---@field initial_c? number 0.01; linf: 0.3; first weight of the loss
---@field kappa? number 0; how far the wanted output has to be above the others

---@class hqnn.DeepfoolOptions: hqnn.AttackOptions
---@field steps? integer 50
---@field overshoot? number 0.02
---@field candidates? integer 10; classes that are looked at, those with the largest outputs

---@class hqnn.EadOptions: hqnn.AttackOptions
---@field steps? integer 100
---@field search_steps? integer 9
---@field lr? number 0.01
---@field initial_c? number 0.01
---@field kappa? number 0
---@field beta? number 0.001; what a step takes off every change

---@class hqnn.JsmaOptions: hqnn.AttackOptions
---@field theta? number 1; change of a value, not 0
---@field gamma? number 0.1; share of the values that may be changed
---@field untargeted? "runner_up" | "best"

---@class hqnn.FabOptions: hqnn.AttackOptions
---@field steps? integer 100
---@field targets? integer 0; classes that are gone for in turn instead of the nearest boundary each time
---@field eta? number 1.05
---@field alpha? number 0.1
---@field beta? number 0.9
---@field early_exit? boolean false; leave a sample alone once there is an example within eps

---@class hqnn.MinimalOptions: hqnn.AttackOptions
---@field attack? string "pgd"; an attack for a fixed radius
---@field options? table its own options
---@field search_steps? integer 15; radii that are tried
---@field tolerance? number 0.01; interval, as a share of the distance, at which the search ends
---@field max_eps? number the whole data range

---@class hqnn.StandardOptions: hqnn.AttackOptions
---@field steps? integer 100
---@field targets? integer 9
---@field square_queries? integer 5000; 0 leaves Square out

---One gradient step (Goodfellow et al. 2015).
---@param options? hqnn.FgsmOptions
---@return hqnn.Attack
function hq.attack.fgsm(options) end
---Gradient steps that add up to eps (Kurakin et al. 2017).
---@param options? hqnn.StepsOptions
---@return hqnn.Attack
function hq.attack.bim(options) end
---Projected gradient steps (Madry et al. 2018).
---@param options? hqnn.PgdOptions
---@return hqnn.Attack
function hq.attack.pgd(options) end
---Steps along an accumulated gradient (Dong et al. 2018).
---@param options? hqnn.MimOptions
---@return hqnn.Attack
function hq.attack.mim(options) end
---Random search with squares (Andriushchenko et al. 2020); sees outputs.
---@param options? hqnn.SquareOptions
---@return hqnn.Attack
function hq.attack.square(options) end
---Steps along a gradient estimated from outputs (Ilyas et al. 2018).
---@param options? hqnn.NesOptions
---@return hqnn.Attack
function hq.attack.nes(options) end
---Adam along a gradient estimated from outputs (Uesato et al. 2018).
---@param options? hqnn.SpsaOptions
---@return hqnn.Attack
function hq.attack.spsa(options) end
---A walk along the decision boundary to the nearest example (Brendel et al. 2018); sees predictions.
---@param options? hqnn.BoundaryOptions
---@return hqnn.Attack
function hq.attack.boundary(options) end
---Boundary normals estimated from predictions (Chen et al. 2020); looks for the nearest example.
---@param options? hqnn.HopskipjumpOptions
---@return hqnn.Attack
function hq.attack.hopskipjump(options) end
---Carlini & Wagner with differences of outputs (Chen et al. 2017); looks for the nearest example.
---@param options? hqnn.ZooOptions
---@return hqnn.Attack
function hq.attack.zoo(options) end
---Random noise of size eps, a control.
---@param options? hqnn.NoiseOptions
---@return hqnn.Attack
function hq.attack.noise(options) end
---As few values as possible set to black or white at random, a control.
---@param options? hqnn.SaltPepperOptions
---@return hqnn.Attack
function hq.attack.salt_pepper(options) end
---Reduced contrast, a control.
---@param options? hqnn.ContrastOptions
---@return hqnn.Attack
function hq.attack.contrast(options) end
---Steps along a gradient accumulated at points ahead (Lin et al. 2020).
---@param options? hqnn.NimOptions
---@return hqnn.Attack
function hq.attack.nim(options) end
---Gradient steps through random resizing and padding (Xie et al. 2019); images only.
---@param options? hqnn.DimOptions
---@return hqnn.Attack
function hq.attack.dim(options) end
---Gradient steps without a step size to choose (Croce & Hein 2020).
---@param options? hqnn.ApgdOptions
---@return hqnn.Attack
function hq.attack.apgd(options) end
---The smallest perturbation by optimisation in tanh space (Carlini & Wagner 2017); l2 or linf.
---@param options? hqnn.CwOptions
---@return hqnn.Attack
function hq.attack.cw(options) end
---Steps to the nearest straightened boundary (Moosavi-Dezfooli et al. 2016); l2 or linf.
---@param options? hqnn.DeepfoolOptions
---@return hqnn.Attack
function hq.attack.deepfool(options) end
---The smallest L1 perturbation by elastic-net optimisation (Chen et al. 2018).
---@param options? hqnn.EadOptions
---@return hqnn.Attack
function hq.attack.ead(options) end
---Few values changed along saliency maps (Papernot et al. 2016).
---@param options? hqnn.JsmaOptions
---@return hqnn.Attack
function hq.attack.jsma(options) end
---Walks along the boundary to the nearest example (Croce & Hein 2020).
---@param options? hqnn.FabOptions
---@return hqnn.Attack
function hq.attack.fab(options) end
---The nearest example by bisection over the radius of another attack.
---@param options? hqnn.MinimalOptions
---@return hqnn.Attack
function hq.attack.minimal(options) end
---AutoAttack's four: APGD-CE, APGD-T, FAB-T, Square (Croce & Hein 2020).
---@param options? hqnn.StandardOptions
---@return hqnn.Attack
function hq.attack.standard(options) end
---Whether a value is an attack.
---@param value any
---@return boolean
function hq.attack.is(value) end
---All kinds: kind, norms, knowledge, what it is.
---@return hqnn.Table
function hq.attack.kinds() end
---For the library itself.
---@param value hqnn.Attack
---@param name string
---@return string kind, string options
function hq.attack.told(value, name) end

---@class hqnn.AttackRunOptions
---@field targets? integer[] a class to be reached for each sample
---@field eps? number[] a radius for each sample
---@field rows? boolean false; true: also a table of what became of each sample

---Adversarial samples: a data set for a data set, a tensor for a tensor with labels.
---@overload fun(self: hqnn.Attack, model: hqnn.Layer, data: hqnn.Dataset, options?: hqnn.AttackRunOptions): hqnn.Dataset, hqnn.Table?
---@param model hqnn.Layer
---@param samples hqnn.Tensor
---@param labels integer[]
---@param options? hqnn.AttackRunOptions
---@return hqnn.Tensor, hqnn.Table?
function Attack:run(model, samples, labels, options) end

---@class hqnn.PictureOptions
---@field path string the PNG
---@field count? integer 8; the first samples
---@field scale? integer as in hq.image_grid

---A row for each sample: it, the perturbation (gray is no change), what the attack made of it; predicted classes before and
---after on the left.
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@param options hqnn.PictureOptions
function Attack:picture(model, data, options) end

-- ---- defences ----------------------------------------------------------------------------------

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

-- ---- certificates ------------------------------------------------------------------------------

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
---@field eps number|number[] radii of L-infinity boxes
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
---@field accuracy fun(self: hqnn.IntervalCertificate, eps: number): number
---Interval bounds (Gowal et al. 2018), with exact ranges of small circuits.
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

---@class hqnn.ReportRow
---@field attack string
---@field eps number
---@field accuracy number share of all samples that the model gets right
---@field lower number of its 95 % interval (Wilson 1927)
---@field upper number
---@field asr number attack success rate: share of the samples right when clean that the attack makes wrong
---@field attacked integer
---@field broken integer
---@field unfinished integer samples that time ran out for; they count as right
---@field mean_distance number of broken samples, in the attack's norm
---@field median_distance number
---@field queries number outputs asked for, for each attacked sample
---@field gradients number
---@field seconds_per_sample number
---@field mse number between broken samples and the clean ones
---@field cosine number
---@field class_accuracy number[] from class 0 on

---@class hqnn.Report
---@field rows hqnn.ReportRow[]
---@field worst hqnn.ReportRow[] at each eps the samples that withstand every attack
---@field clean { accuracy: number, lower: number, upper: number, class_accuracy: number[] }
---@field areas table<string, number> area under accuracy over eps, divided by the range of eps
---@field attacks string[] names
---@field descriptions hqnn.Attack[]
---@field norms table<string, string>
---@field knowledge table<string, string>
---@field eps number[]
---@field notes string[]
---@field warnings string[] what makes the numbers doubtful
---@field samples integer
---@field classes integer
---@field transfer boolean
local Report = {}

---@param attack string|hqnn.Attack
---@param eps number
---@return hqnn.ReportRow
function Report:row(attack, eps) end
---@param attack string|hqnn.Attack
---@param eps number
---@return number
function Report:accuracy(attack, eps) end
---The accuracies of one attack, in the order of report.eps.
---@param attack string|hqnn.Attack
---@return number[]
function Report:curve(attack) end
---@param which? "rows" | "classes" | "samples"
---@return hqnn.Table
function Report:table(which) end
---Everything, as text.
---@return string
function Report:json() end
---stem.csv, stem.json, stem.tex and, for several sizes, the curves stem.svg and stem.png.
---@param stem string
---@return hqnn.Report
function Report:write(stem) end
---Accuracy over eps, a curve for each attack.
---@param options { stem: string, title?: string, y_label?: string }
---@return hqnn.Report
function Report:plot(options) end

---@class hqnn.RobustnessOptions
---@field norm? string refuses attacks of another norm
---@field eps number[] in units of each attack's norm
---@field attacks hqnn.Attack[]
---@field source? hqnn.Layer craft on this model instead
---@field progress? hqnn.progress

---Accuracy under attack.
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@param options hqnn.RobustnessOptions
---@return hqnn.Report
function hq.robustness(model, data, options) end

---@class hqnn.TransferOptions
---@field source hqnn.Layer the samples are crafted on
---@field target hqnn.Layer judges them
---@field data hqnn.Dataset
---@field attacks hqnn.Attack[]
---@field eps number[]
---@field progress? hqnn.progress

---@param options hqnn.TransferOptions
---@return hqnn.Report
function hq.transfer(options) end

---@class hqnn.TransferMatrix rows are sources, columns targets
---@field names string[]
---@field clean number[] each model's accuracy on the clean samples
---@field accuracy number[][]
---@field success number[][] share of the samples right when clean that the source's versions make wrong

---@class hqnn.TransferMatrixOptions
---@field models table<string, hqnn.Layer>
---@field names? string[] their order; by name
---@field data hqnn.Dataset
---@field attack hqnn.Attack

---Each model's accuracy on adversarial samples made on each.
---@param options hqnn.TransferMatrixOptions
---@return hqnn.TransferMatrix
function hq.transfer_matrix(options) end

---@class hqnn.UniversalEffect
---@field clean_accuracy number
---@field accuracy number
---@field fooling_rate number share of the predictions that change

---@class hqnn.Universal: hqnn.UniversalEffect
---@field delta hqnn.Tensor of one sample's shape
---@field noise_fooling_rate number of random signs of the same size
---@field history hqnn.UniversalEffect[] by epoch
---@field seconds number
---@field notes string[]
local Universal = {}

---clip(x + delta).
---@generic T: hqnn.Tensor|hqnn.Dataset
---@param data T
---@return T
function Universal:apply(data) end
---What it does to other samples, or to another model.
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@return hqnn.UniversalEffect
function Universal:evaluate(model, data) end

---@class hqnn.UniversalOptions
---@field method? "sgd" | "deepfool"
---@field norm? "linf" | "l2"
---@field eps? number 0.1 (linf), 1 (l2)
---@field low? number 0
---@field high? number 1
---@field epochs? integer 10
---@field goal? number 1; fooling rate from which on the search ends
---@field seed? integer order of the samples
---@field batch? integer 64; sgd
---@field alpha? number sgd: 0 for eps / 10, in L2 eps / 5
---@field clip? number 9; sgd: a sample's loss is cut off there
---@field overshoot? number 0.02; deepfool
---@field iterations? integer 20; deepfool

---One perturbation for all samples (Moosavi-Dezfooli et al. 2017, Shafahi et al. 2020).
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@param options? hqnn.UniversalOptions
---@return hqnn.Universal
function hq.universal(model, data, options) end

hq.quantum_attack = {}

---@class hqnn.QuantumAttackReport
---@field samples integer
---@field clean_accuracy number
---@field accuracy number under attack
---@field norm string
---@field eps number
---@field angles? integer how many there are for a sample
---@field weights? integer
---@field delta? number[] error of each weight
---@field random_accuracies? number[] with random errors of the weights of the same size
---@field seconds number
---@field notes string[]

---@class hqnn.StateAttackOptions
---@field layer? integer number of the quantum layer, from 0; needed where there are several
---@field eps? number 0.1; trace distance in [0, 1]
---@field radius? boolean true; also the trace distance from which on each sample is broken

---@class hqnn.WeightAttackOptions
---@field layer? integer all quantum layers
---@field norm? "linf" | "l2"
---@field eps? number 0.1, in radians
---@field steps? integer 20
---@field alpha? number 0 for 2.5 eps / steps
---@field restarts? integer 1
---@field draws? integer 10; random errors, as a control
---@field seed? integer

---@class hqnn.AngleAttackOptions
---@field layer? integer number of the quantum layer, from 0; needed where there are several
---@field norm? "linf" | "l2"
---@field eps? number 0.1, in radians
---@field steps? integer 20
---@field alpha? number 0 for 2.5 eps / steps
---@field restarts? integer 1
---@field random_start? boolean false
---@field seed? integer

---Errors of the encoding angles, one for each gate and sample.  Columns: sample, label, before, after, broken, size.
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@param options? hqnn.AngleAttackOptions
---@return hqnn.QuantumAttackReport, hqnn.Table
function hq.quantum_attack.angles(model, data, options) end
---One error of the circuits' weights for all samples.  Columns: sample, label, before, after, broken.
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@param options? hqnn.WeightAttackOptions
---@return hqnn.QuantumAttackReport, hqnn.Table
function hq.quantum_attack.weights(model, data, options) end
---The worst state within a trace distance, exactly.  Columns: sample, label, before, after, broken, margin, worst, bound,
---mixture, radius.
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@param options? hqnn.StateAttackOptions
---@return hqnn.QuantumAttackReport, hqnn.Table
function hq.quantum_attack.states(model, data, options) end

---@class hqnn.AuditOptions
---@field norm? "linf" | "l2"
---@field eps? number 0.1 (linf) or 1 (l2); the radius whose figure is in question
---@field low? number 0
---@field high? number 1
---@field samples? integer 200; the first ones are looked at
---@field steps? integer 20; of PGD, whose figure is in question
---@field restarts? integer 5
---@field queries? integer 1000; of the black-box attack
---@field planted? integer 20; planted examples, 0 for none
---@field seed? integer
---@field sources? hqnn.Layer[] other models, for the transfer check
---@field progress? hqnn.progress

---@class hqnn.AuditCheck
---@field name string
---@field verdict "passed" | "suspicious" | "failed" | "skipped"
---@field says string a sentence with the figures
---@field figures table<string, number>

---@class hqnn.AuditReport
---@field verdict "supported" | "suspicious" | "void"
---@field accuracy number the lowest that any attack left
---@field clean_accuracy number
---@field samples integer
---@field norm string
---@field eps number
---@field checks hqnn.AuditCheck[]
local AuditReport = {}
---@param name string
---@return hqnn.AuditCheck
function AuditReport:check(name) end
---Everything, as text.
---@return string
function AuditReport:json() end
---Check, verdict and what it says.
---@return hqnn.Table
function AuditReport:table() end

---Can the accuracy that PGD leaves be trusted?
---@param model hqnn.Layer
---@param data hqnn.Dataset
---@param options? hqnn.AuditOptions
---@return hqnn.AuditReport
function hq.audit(model, data, options) end

---The circuit without its gates on two or more wires; weights that are left are numbered anew.
---@param circuit hqnn.Circuit
---@return hqnn.Circuit
function hq.without_entanglement(circuit) end

---@alias hqnn.variant "quantum" | "product" | "linear" | "cnn" | "random" | "sinusoid" | "fourier" | "binarised"

---@class hqnn.AblationOptions
---@field model fun(part: hqnn.Layer): hqnn.Layer the network around what stands in the quantum layer's place
---@field quantum hqnn.QuanvolutionOptions|hqnn.QuantumLayerOptions
---@field layer? "quanvolution" | "quantum" what the options make: "quanvolution"
---@field channels? integer 1; of the images that the quanvolution sees
---@field train hqnn.Dataset
---@field test hqnn.Dataset
---@field attacked? hqnn.Dataset test
---@field fit? hqnn.FitOptions optimizer may be a function that makes one
---@field attacks? hqnn.Attack[]
---@field eps? number[] { 0.1 }
---@field seeds? integer[] { 1, 2, 3 }
---@field variants? hqnn.variant[] all
---@field progress? hqnn.progress

---@class hqnn.AblationReport
---@field variants string[]
---@field measures string[] "clean" and "attack eps"
---@field parameters table<string, integer>
---@field seeds integer[]
---@field warnings string[]
local AblationReport = {}
---@param variant string
---@param measure string
---@return number[] one per seed
function AblationReport:values(variant, measure) end
---Against the quantum layer; p of a paired t test over seeds.
---@param variant string
---@param measure string
---@return { mean: number, sd: number, difference: number, p: number }
function AblationReport:compare(variant, measure) end
---@return hqnn.Table
function AblationReport:table() end

---The same network with the quantum layer as it is, without entanglement, and with classical layers of its shape in its place,
---trained and attacked alike over several seeds.
---@param options hqnn.AblationOptions
---@return hqnn.AblationReport
function hq.ablation(options) end

-- ---- tables ----------------------------------------------------------------------------------

---@class hqnn.Table
local Table = {}

---@param columns string[]
---@return hqnn.Table
function hq.table(columns) end

---A row by position or by column name.
---@param row table
---@return hqnn.Table
function Table:add(row) end
---@param digits? integer 4, after the point
---@return string
function Table:format(digits) end
---@param path string
---@return hqnn.Table
function Table:write_csv(path) end
---A tabular for LaTeX, with the lines of the package booktabs.
---@param path string
---@param digits? integer 4
---@return hqnn.Table
function Table:write_latex(path, digits) end

---@class hqnn.PlotOptions
---@field stem string path without ending
---@field x string column
---@field y string column
---@field series? string column whose values name the curves
---@field panel? string column whose values name the panels
---@field error? string column of half-lengths of error bars
---@field title? string
---@field x_label? string
---@field y_label? string
---@field log_x? boolean false
---@field log_y? boolean false
---@field points? boolean false; true: markers without lines between them

---Curves through gnuplot: stem.csv, stem.gp, stem.svg and stem.png.
---@param options hqnn.PlotOptions
---@return hqnn.Table
function Table:plot(options) end
---Frees the memory now.
function Table:release() end

---@class hqnn.ImageGridOptions
---@field path string the PNG
---@field rows hqnn.Tensor[] [images, 1 or 3, height, width] each, of one height and width
---@field labels? string[] left of the rows, in capitals: letters, digits and .,:;-+=/%()'*<>
---@field low? number drawn as black: 0
---@field high? number drawn as white: 1
---@field scale? integer pixels of the picture per pixel of an image, so that an image has 56 or more
---@field gap? integer 4

---Rows of images as one PNG.
---@param options hqnn.ImageGridOptions
function hq.image_grid(options) end

return hq
