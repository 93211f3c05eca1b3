---@meta
-- Circuits that are finished: noise models, values and gradients, states and samples, analysis, drawings.

---@class hqnn
local hq = {}
---@class hqnn.Circuit
local Circuit = {}
---@class hqnn.Noise
local Noise = {}

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
