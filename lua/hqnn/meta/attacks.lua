---@meta
-- Attacks: their kinds and options.

---@class hqnn
local hq = {}

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
