// Linear functions below and above what layers do, and how bounds of outputs are pulled back through them to inputs
// (CROWN: Zhang et al. 2018; DeepPoly: Singh et al. 2019).  The loops are in RelaxationKernels.swift.

import Learning
import Tensors

/// Quantities w · y + c of each sample's values y; what is pulled back stays a lower bound of them.
struct Functionals {
  /// [samples * count, ...], those of a sample together, in Double.
  var weights: Tensor
  /// [samples * count]
  var constants: [Double]
  let count: Int

  /// No quantities yet of a batch of values of this shape.
  init(zero shape: [Int], count: Int) {
    weights = Tensor(.float64, [shape[0] * count] + shape.dropFirst())
    constants = Array(repeating: 0, count: shape[0] * count)
    self.count = count
  }

  init(_ weights: Tensor, _ constants: [Double], count: Int) {
    (self.weights, self.constants, self.count) = (weights, constants, count)
  }

  /// Each quantity's least value over a box, at least.
  func least(over box: Box) -> [Double] { leastValues(weights, constants, box, count: count) }
}

/// A straight line over one input.
struct Line {
  var slope, offset: Double
}

/// The line through two points, or a level one where they are too near.
func chord(_ x: Double, _ y: Double, _ x2: Double, _ y2: Double) -> Line {
  let slope = x2 - x > 1e-12 * max(1, abs(x)) ? (y2 - y) / (x2 - x) : 0
  return Line(slope: slope, offset: y - slope * x)
}

/// For each output y_o of each sample: Σ_t lowSlopes x_t + low <= y_o <= Σ_t highSlopes x_t + high over a few inputs.
struct Band {
  /// Shapes of one sample.
  let inputs, outputs: [Int]
  /// Inputs that an output looks at.
  let terms: Int
  /// [outputs, terms], the same for all samples; -1 is none.  Without it, output i looks at input i.
  let places: [Int32]?
  /// [samples, outputs, terms]
  var lowSlopes, highSlopes: [Double]
  /// [samples, outputs]
  var low, high: [Double]

  /// Level bands between bounds of the outputs: all that is known of a map with bounds alone.
  init(_ inputs: [Int], between box: Box) {
    self.init(inputs: inputs, outputs: Array(box.shape.dropFirst()), terms: 0, places: [], samples: box.shape[0])
    (low, high) = (box.low.doubles, box.high.doubles)
  }

  /// Each value by itself; to be filled in for values of this shape, [samples, ...].
  init(identity shape: [Int]) {
    let values = Array(shape.dropFirst())
    self.init(inputs: values, outputs: values, terms: 1, places: nil, samples: shape[0])
  }

  init(inputs: [Int], outputs: [Int], terms: Int, places: [Int32]?, samples: Int) {
    (self.inputs, self.outputs, self.terms, self.places) = (inputs, outputs, terms, places)
    let count = samples * outputs.reduce(1, *)
    (low, high) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    lowSlopes = [Double](repeating: 0, count: count * terms)
    highSlopes = lowSlopes
  }

  /// One value's lines; with room for the rounding of what they were worked out from.
  mutating func set(_ place: Int, low line: Line, high: Line) {
    (lowSlopes[place], highSlopes[place]) = (line.slope, high.slope)
    low[place] = line.offset - 1e-13 * abs(line.offset)
    self.high[place] = high.offset + 1e-13 * abs(high.offset)
  }
}

/// What a layer does to a batch in a box, as far as linear functions tell.
indirect enum Relaxation {
  /// Nothing: bounds by intervals ask for none.
  case none
  /// An affine map without further conditions.
  case affine(Layer)
  case reshaped(from: [Int])
  /// The mean of every group of `width` neighbouring values is taken off.
  case centre(width: Int)
  case band(Band)
  case circuits(CircuitForms)
  case chain([Relaxation])
  /// Several maps of the same input: added up, or joined along the axis after the batch in parts of these sizes.
  case join([Relaxation], axis: [Int]?)

  var isKnown: Bool {
    switch self {
    case .none: return false
    case .chain(let steps), .join(let steps, _): return steps.allSatisfy(\.isKnown)
    default: return true
    }
  }

  /// Maps that mix values, after which intervals lose what they had in common; a band or circuit counts as two.
  var mixings: Int {
    switch self {
    case .none, .band, .circuits: return 2
    case .reshaped: return 0
    case .centre: return 1
    case .affine(let layer): return layer is BatchNormLayer || layer is NormaliseLayer || layer is Pad2DLayer ? 0 : 1
    case .chain(let steps): return steps.reduce(0) { $0 + $1.mixings }
    case .join(let steps, _): return steps.contains { $0.mixings > 0 } ? 2 : 0
    }
  }

  /// Lower bounds of the quantities in terms of the map's inputs.
  func pull(_ f: Functionals) throws -> Functionals {
    switch self {
    case .none: preconditionFailure("nothing is known of this map")
    case .affine(let layer): return try layer.pullAffine(f)
    case .reshaped(let shape):
      return Functionals(f.weights.reshaped([f.weights.shape[0]] + shape), f.constants, count: f.count)
    case .centre(let width): return Functionals(centred(f.weights, width: width), f.constants, count: f.count)
    case .band(let band): return pulled(f, through: band)
    case .circuits(let circuits): return pulled(f, through: circuits)
    case .chain(let steps): return try steps.reversed().reduce(f) { try $1.pull($0) }
    case .join(let steps, let axis): return try pull(f, steps, axis)
    }
  }

  private func pull(_ f: Functionals, _ steps: [Relaxation], _ axis: [Int]?) throws -> Functionals {
    let parts = try axis.map { try Variable(f.weights).split(axis: 1, sizes: $0).map(\.value) }
    var sum: Functionals?
    for (i, step) in steps.enumerated() {
      // The constants are there once.
      let constants = i == 0 ? f.constants : Array(repeating: 0, count: f.constants.count)
      let next = try step.pull(Functionals(parts?[i] ?? f.weights, constants, count: f.count))
      guard let before = sum else {
        sum = next
        continue
      }
      sum = Functionals(
        try Recording.off { try (Variable(before.weights) + Variable(next.weights)).value },
        zip(before.constants, next.constants).map(+), count: f.count)
    }
    return sum ?? f
  }
}

extension Layer {
  /// w · (A x + b) + c = (Aᵀ w) · x + (w · b + c), from the layer's own backward pass at x = 0.
  fileprivate func pullAffine(_ f: Functionals) throws -> Functionals {
    let shape = [f.weights.shape[0]] + (inputShape ?? [])
    let weights: Tensor
    let shifts: [Double]
    if let dense = self as? DenseLayer {
      weights = Tensor(uninitialized: .float64, shape)
      multiplyMatrices(f.weights, dense.parameters[0].variable.value, into: weights)
      shifts = dense.hasBias ? products(f.weights, dense.parameters[1].variable.value) : []
    } else if let conv = self as? Conv2DLayer {
      weights = Tensor(uninitialized: .float64, shape)
      convolveBackwardImages(
        conv.pulledForm(shape), gradient: f.weights, weights: conv.parameters[0].variable.value, into: weights)
      let spatial = (outputShape ?? []).dropFirst().reduce(1, *)
      shifts = conv.options.bias ? products(f.weights, spread(conv.parameters[1].variable.value, spatial)) : []
    } else {
      let origin = Variable(Tensor(.float64, shape), requiresGradient: true)
      let y = try withConstantParameters { try forward(origin) }
      weights = try y.gradients(for: [origin], seed: f.weights)[0]
      shifts = rowProducts(f.weights, y.value)
    }
    return Functionals(weights, shifts.isEmpty ? f.constants : zip(f.constants, shifts).map(+), count: f.count)
  }
}

extension Conv2DLayer {
  fileprivate func pulledForm(_ images: [Int]) -> ConvolutionForm {
    var form = ConvolutionForm(
      batch: images[0], channels: images[1], height: images[2], width: images[3], filters: options.filters,
      kernelHeight: options.kernelHeight, kernelWidth: options.kernelWidth, strideHeight: options.strideHeight,
      strideWidth: options.strideWidth, paddingHeight: options.paddingHeight, paddingWidth: options.paddingWidth)
    (form.dilationHeight, form.dilationWidth) = (options.dilationHeight, options.dilationWidth)
    form.groups = options.groups
    return form
  }
}

/// Each value of a vector so many times.
private func spread(_ values: Tensor, _ times: Int) -> Tensor {
  Tensor(values.doubles.flatMap { Array(repeating: $0, count: times) }, [values.count * times])
}
