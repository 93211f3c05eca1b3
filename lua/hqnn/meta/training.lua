---@meta
-- Optimisers, schedules, the training loop, statistics.

---@class hqnn
local hq = {}

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
