---@meta
-- Tensors: operations with automatic differentiation, and how they are made.

---@class hqnn
local hq = {}

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
