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
---@field flatten fun(): hqnn.Layer [batch, ...] to [batch, product]
local hq = {}

---@alias hqnn.dtype "float32" | "float64"
---@alias hqnn.method "automatic" | "product" | "unitary" | "gates" | "state" | "density" | "trajectories"
---@alias hqnn.differentiation "adjoint" | "parameter_shift" | "finite_difference" | "spsa" | "general_shift"
---@alias hqnn.pairs "ring" | "linear" | "full" | "star"
---@alias hqnn.template "rot" | "zz_full" | "zz_linear" | "zz_star" | "random" | "ring"
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

---A dense array with automatic differentiation.  Operators + - * / ^2 and unary minus work element by
---element; t[i] is row i (from 1), #t the first dimension.
---@class hqnn.Tensor
---@field add fun(t: hqnn.Tensor, other: hqnn.Tensor): hqnn.Tensor
---@field subtract fun(t: hqnn.Tensor, other: hqnn.Tensor): hqnn.Tensor
---@field multiply fun(t: hqnn.Tensor, other: hqnn.Tensor): hqnn.Tensor
---@field divide fun(t: hqnn.Tensor, other: hqnn.Tensor): hqnn.Tensor
---@field matmul fun(t: hqnn.Tensor, other: hqnn.Tensor): hqnn.Tensor [m, k] times [k, n] is [m, n]
---@field sum fun(t: hqnn.Tensor): hqnn.Tensor of all elements
---@field mean fun(t: hqnn.Tensor): hqnn.Tensor of all elements
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
---@operator pow(number): hqnn.Tensor
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
---The class of each row of [rows, classes]: the column of its largest element, from 0.
---@return integer[]
function Tensor:argmax() end
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

---Softmax cross-entropy, mean over the batch.
---@param logits hqnn.Tensor [batch, classes]
---@param labels integer[] class numbers from 0
---@return hqnn.Tensor
function hq.loss.cross_entropy(logits, labels) end

---Mean of the squared differences.
---@param prediction hqnn.Tensor
---@param target hqnn.Tensor
---@return hqnn.Tensor
function hq.loss.mse(prediction, target) end

-- ---- circuits --------------------------------------------------------------------------------

---A symbolic angle: number * symbol + number, in radians.
---@class hqnn.Angle
---@operator add(number): hqnn.Angle
---@operator sub(number): hqnn.Angle
---@operator mul(number): hqnn.Angle
---@operator div(number): hqnn.Angle
---@operator unm: hqnn.Angle

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
---@field rx hqnn.turn1 exp(-i angle X / 2)
---@field ry hqnn.turn1
---@field rz hqnn.turn1
---@field phase_shift hqnn.turn1 diag(1, exp(i angle))
---@field rot hqnn.euler phi, theta, omega: RZ(omega) RY(theta) RZ(phi), RZ(phi) acts first
---@field u3 hqnn.euler theta, phi, delta
---@field cnot hqnn.gate2
---@field cy hqnn.gate2
---@field cz hqnn.gate2
---@field swap hqnn.gate2
---@field crx hqnn.turn2
---@field cry hqnn.turn2
---@field crz hqnn.turn2
---@field controlled_phase hqnn.turn2 diag(1, 1, 1, exp(i angle))
---@field ising_xx hqnn.turn2 exp(-i angle X X / 2)
---@field ising_yy hqnn.turn2
---@field ising_zz hqnn.turn2
---@field toffoli hqnn.gate3
---@field cswap hqnn.gate3
local Builder = {}

---@class hqnn.Circuit
local Circuit = {}

---@class hqnn.CircuitOptions
---@field lint? boolean true: warnings about what cannot matter go to stderr

---Traces a function once: x[i] is input i of a sample, w() a new weight, w[i] a shared one.
---@param wires integer 1 to 30
---@param build fun(c: hqnn.Builder, x: table<integer, hqnn.Angle>, w: fun(): hqnn.Angle)
---@param options? hqnn.CircuitOptions
---@return hqnn.Circuit
function hq.circuit(wires, build, options) end

---Iterates over all wires.
---@return fun(): integer?
function Builder:wires() end
---Iterates over pairs of wires.
---@param order hqnn.pairs
---@return fun(): integer?, integer?
function Builder:pairs(order) end
---Measures the expectation value of a Pauli word.
---@param word string letters X, Y, Z, one per wire
---@param ... integer wires
---@return hqnn.Builder
function Builder:expect(word, ...) end
---@class hqnn.TemplateOptions
---@field layers? integer 1
---@field seed? integer of "random"
---Appends an ansatz of the library with weights of its own.
---@param name hqnn.template
---@param options? hqnn.TemplateOptions
---@return hqnn.Builder
function Builder:template(name, options) end
---Gives the unfinished circuit up.
function Builder:release() end

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
---All derivatives of one sample's outputs: [outputs, inputs], [outputs, weights].
---@param options hqnn.ExpectOptions
---@return hqnn.Tensor? inputs
---@return hqnn.Tensor? weights
function Circuit:jacobian(options) end

---@class hqnn.DescriptorOptions
---@field samples? integer 5000
---@field bins? integer 75
---@field seed? integer

---Expressibility (KL divergence from Haar in nats, 0 is best) and entangling capability (mean
---Meyer-Wallach Q); Sim, Johnson, Aspuru-Guzik 2019.
---@param options? hqnn.DescriptorOptions
---@return number expressibility
---@return number entanglement
function Circuit:descriptors(options) end
---Frees the memory now.
function Circuit:release() end

---@class hqnn.AnsatzOptions
---@field layers? integer 1

---@alias hqnn.ansatz_function fun(c: hqnn.Builder, w: fun(): hqnn.Angle, options?: hqnn.AnsatzOptions): hqnn.Builder

---@class hqnn.ansatz
---@field rot hqnn.ansatz_function Rot on every wire
---@field zz_full hqnn.ansatz_function Rot on every wire, then exp(-i phi Z Z) on all pairs
---@field zz_linear hqnn.ansatz_function ... on neighbours, an open chain
---@field zz_star hqnn.ansatz_function ... on wire 0 with every other
---@field ring hqnn.ansatz_function RY and RZ on every wire, then CNOT from each wire to the next
---@field random fun(c: hqnn.Builder, w: fun(): hqnn.Angle, options?: hqnn.TemplateOptions): hqnn.Builder Rot, RX, RY or RZ drawn per wire, then one CNOT
hq.ansatz = {}

-- ---- layers ----------------------------------------------------------------------------------

---A layer or a whole model.  model(x) is its output, with a record for backward; a model that is not
---built yet is built from the shape of x.
---@class hqnn.Layer
---@overload fun(x: hqnn.Tensor): hqnn.Tensor
local Layer = {}

---@class hqnn.Conv2dOptions
---@field filters? integer 1
---@field kernel_size? hqnn.size 3
---@field stride? hqnn.size 1
---@field padding? hqnn.size 0
---@field bias? boolean true
---@field trainable? boolean true

---[batch, channels, height, width] to [batch, filters, ...]
---@param options hqnn.Conv2dOptions
---@return hqnn.Layer
function hq.conv2d(options) end

---@class hqnn.QuantumOptions
---@field circuit hqnn.Circuit
---@field trainable? boolean true
---@field method? hqnn.method
---@field differentiation? hqnn.differentiation
---@field step? number radians, for finite differences and SPSA: 1e-4
---@field shots? integer measurements per Pauli word and sample; 0, the default, for exact values
---@field seed? integer of shots, trajectories and SPSA
---@field trajectories? integer runs that method "trajectories" averages over: 1000
---@field directions? integer that "spsa" averages over: 1

---@class hqnn.QuanvolutionOptions: hqnn.QuantumOptions
---@field kernel_size? hqnn.size 2
---@field stride? hqnn.size 2
---@field channels_last? boolean false
---@field exact_fit? boolean true: kernel and stride must cover the image

---A circuit slid over an image: a patch is a sample of its inputs, a measured value an output channel.
---@param options hqnn.QuanvolutionOptions
---@return hqnn.Layer
function hq.quanvolution(options) end

---A circuit as a dense layer: [batch, inputs] to [batch, outputs].
---@param options hqnn.QuantumOptions
---@return hqnn.Layer
function hq.quantum(options) end

---@class hqnn.DenseOptions
---@field units integer
---@field bias? boolean true
---@field trainable? boolean true

---[batch, n] to [batch, units]
---@param options hqnn.DenseOptions
---@return hqnn.Layer
function hq.dense(options) end

---One after the other.
---@param layers hqnn.Layer[]
---@return hqnn.Layer
function hq.sequential(layers) end

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
---Layers, shapes and parameter counts, also what tostring gives.
---@return string
function Layer:describe() end
---Frees the memory now.
function Layer:release() end

-- ---- training --------------------------------------------------------------------------------

---@class hqnn.Optimizer
local Optimizer = {}

hq.optim = {}

---@class hqnn.SgdOptions
---@field lr? number 0.01
---@field momentum? number 0

---@param options? hqnn.SgdOptions
---@return hqnn.Optimizer
function hq.optim.sgd(options) end

---@class hqnn.AdamOptions
---@field lr? number 1e-3
---@field beta1? number 0.9
---@field beta2? number 0.999
---@field eps? number 1e-8

---@param options? hqnn.AdamOptions
---@return hqnn.Optimizer
function hq.optim.adam(options) end

---Adds a tensor, or the trainable parameters of a built layer.
---@param what hqnn.Layer|hqnn.Tensor
---@return hqnn.Optimizer
function Optimizer:add(what) end
---Updates from the gradients.
function Optimizer:step() end
function Optimizer:zero_grad() end
---Frees the memory now.
function Optimizer:release() end

---@class hqnn.EpochRecord
---@field epoch integer from 1
---@field loss number
---@field accuracy number on the training samples of the epoch
---@field validation_loss? number
---@field validation_accuracy? number
---@field seconds number

---@class hqnn.FitOptions
---@field epochs? integer 10
---@field batch? integer 32
---@field optimizer? hqnn.Optimizer hq.optim.adam()
---@field shuffle? boolean true
---@field seed? integer of the order of the samples
---@field validation? hqnn.Dataset
---@field progress? hqnn.progress
---@field callback? fun(record: hqnn.EpochRecord): string? after each epoch; "stop" ends the training
---@field cache_features? boolean true: run frozen layers at the front once for all epochs

---Trains a classifier with softmax cross-entropy.
---@param model hqnn.Layer
---@param train hqnn.Dataset
---@param options? hqnn.FitOptions
---@return hqnn.EpochRecord[] history
function hq.fit(model, train, options) end

---@param model hqnn.Layer
---@param data hqnn.Dataset
---@return number accuracy
---@return number loss
function hq.evaluate(model, data) end

-- ---- data ------------------------------------------------------------------------------------

---Samples [count, ...] with a class number each, from 0.  #data is their count.
---@class hqnn.Dataset
---@field classes integer
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

---@class hqnn.MnistOptions: hqnn.DigitsOptions
---@field root? string folder of the four IDX files; else $HQNN_DATA/mnist

---MNIST or a set of the same form.
---@param options? hqnn.MnistOptions
---@return hqnn.Dataset train
---@return hqnn.Dataset test
function hq.data.mnist(options) end

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

---@param samples hqnn.Tensor [count, ...]
---@param labels integer[] from 0
---@param classes? integer largest label and one
---@return hqnn.Dataset
function hq.data.from(samples, labels, classes) end

---@return integer
function Dataset:count() end
---All samples; shared with the data set, do not write.
---@return hqnn.Tensor
function Dataset:samples() end
---@return integer[]
function Dataset:labels() end

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

---@class hqnn.BatchOptions
---@field size? integer 32
---@field shuffle? boolean true
---@field seed? integer
---@field epoch? integer 1

---Iterates over batches: samples [size, ...] and labels.
---@param options? hqnn.BatchOptions
---@return fun(): hqnn.Tensor?, integer[]?
function Dataset:batches(options) end
---Frees the memory now.
function Dataset:release() end

-- ---- attacks ---------------------------------------------------------------------------------

---@class hqnn.Attack
---@field name string
---@field kind "fgsm" | "pgd" | "mim"
local Attack = {}

hq.attack = {}

---@class hqnn.FgsmOptions
---@field eps? number 0.1; radius of the L-infinity ball in units of the data
---@field low? number 0
---@field high? number 1
---@field seed? integer
---@field name? string how reports call it

---@class hqnn.PgdOptions: hqnn.FgsmOptions
---@field alpha? number step size; 0 is 2.5 eps / steps
---@field steps? integer 10
---@field random_start? boolean false
---@field restarts? integer 1

---@class hqnn.MimOptions: hqnn.FgsmOptions
---@field alpha? number step size; 0 is eps / steps
---@field steps? integer 10
---@field decay? number 1

---One signed gradient step (Goodfellow et al. 2015).
---@param options? hqnn.FgsmOptions
---@return hqnn.Attack
function hq.attack.fgsm(options) end
---Projected gradient steps (Madry et al. 2018).
---@param options? hqnn.PgdOptions
---@return hqnn.Attack
function hq.attack.pgd(options) end
---Steps along an accumulated gradient (Dong et al. 2018).
---@param options? hqnn.MimOptions
---@return hqnn.Attack
function hq.attack.mim(options) end
---Whether a value is an attack.
---@param value any
---@return boolean
function hq.attack.is(value) end

---Adversarial samples: a data set for a data set, a tensor for a tensor with labels.
---@overload fun(self: hqnn.Attack, model: hqnn.Layer, data: hqnn.Dataset): hqnn.Dataset
---@param model hqnn.Layer
---@param samples hqnn.Tensor
---@param labels integer[]
---@return hqnn.Tensor
function Attack:run(model, samples, labels) end

---@class hqnn.ReportRow
---@field attack string
---@field eps number
---@field accuracy number

---@class hqnn.Report
---@field rows hqnn.ReportRow[]
---@field attacks string[] names
---@field eps number[]
---@field warnings string[] what makes the numbers doubtful
---@field samples integer
local Report = {}

---@param attack string|hqnn.Attack
---@param eps number
---@return number
function Report:accuracy(attack, eps) end
---The accuracies of one attack, in the order of report.eps.
---@param attack string|hqnn.Attack
---@return number[]
function Report:curve(attack) end

---@class hqnn.RobustnessOptions
---@field norm? "linf"
---@field eps number[]
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

---Curves through gnuplot: stem.csv, stem.gp, stem.svg and stem.png.
---@param options hqnn.PlotOptions
---@return hqnn.Table
function Table:plot(options) end
---Frees the memory now.
function Table:release() end

return hq
