---@meta
-- Circuits while they are built: gates, encodings, templates, channels, measurements.

---@class hqnn
local hq = {}

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
