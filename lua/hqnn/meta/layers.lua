---@meta
-- Layers and models.

---@class hqnn
local hq = {}

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
