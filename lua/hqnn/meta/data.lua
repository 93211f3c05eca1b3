---@meta
-- Data sets, their formats and transforms.

---@class hqnn
local hq = {}

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
