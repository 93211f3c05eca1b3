---@meta
-- Reports, transfer, universal perturbations, attacks on the quantum part, the audit, ablations.

---@class hqnn
local hq = {}

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
