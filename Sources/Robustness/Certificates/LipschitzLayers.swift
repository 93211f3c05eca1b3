// How much each kind of layer can stretch distances.

import Glibc
import Learning
import Quantum
import Tensors

/// A layer that knows a bound of how much it stretches.
protocol LipschitzLayer: Layer {
  /// The layer is built for Double and in evaluation mode.
  func stretch() throws -> Stretch
}

extension Layer {
  func stretchAt(_ place: String) throws -> Stretch {
    do {
      guard let layer = self as? any LipschitzLayer else {
        throw EngineError.value("there is no Lipschitz bound for \(Self.aKind(title)); certify by randomised smoothing, which takes any model")
      }
      return try layer.stretch()
    } catch let error as EngineError {
      throw EngineError(error.kind, "\(place): \(error.message)")
    }
  }

  /// The largest sums of magnitudes along rows and columns of a linear layer's matrix: its norms for L∞ and L1, whose
  /// geometric mean bounds that for L2 (Schur's test).
  fileprivate func sums() throws -> Stretch {
    let absolute = try magnitudes()
    let ones = Tensor(uninitialized: .float64, [1] + (inputShape ?? []))
    ones.fill(1)
    let input = Variable(ones, requiresGradient: true)
    let rows = try absolute.withConstantParameters { () -> Tensor in
      let y = try absolute.forward(input)
      try y.sum().backward()
      return y.value
    }
    let largest = rows.doubles.max() ?? 0
    let columns = input.gradient?.doubles.max() ?? 0
    return Stretch(l2: (largest * columns).squareRoot() * (1 + 1e-12), linf: largest * (1 + 1e-12))
  }
}

extension SequentialLayer: LipschitzLayer {
  func stretch() throws -> Stretch {
    try layers.enumerated().reduce(.one) { $0 * (try $1.element.stretchAt("layer \($1.offset) (\($1.element.title))")) }
  }
}

extension DenseLayer: LipschitzLayer {
  func stretch() throws -> Stretch {
    let weights = parameters[0].variable.value
    let sums = try sums()
    return Stretch(l2: min(sums.l2, spectralNormBound(weights)), linf: sums.linf)
  }
}

extension Conv2DLayer: LipschitzLayer { func stretch() throws -> Stretch { try sums() } }
extension Conv1DLayer: LipschitzLayer { func stretch() throws -> Stretch { try sums() } }
extension ConvTranspose2DLayer: LipschitzLayer { func stretch() throws -> Stretch { try sums() } }

// Linear without parameters.
extension UpsampleLayer: LipschitzLayer { func stretch() throws -> Stretch { try sums() } }
extension FlattenLayer: LipschitzLayer { func stretch() -> Stretch { .one } }
extension ReshapeLayer: LipschitzLayer { func stretch() -> Stretch { .one } }
extension Pad2DLayer: LipschitzLayer { func stretch() -> Stretch { .one } }
extension DropoutLayer: LipschitzLayer { func stretch() -> Stretch { .one } }
extension AdversarialNoiseLayer: LipschitzLayer { func stretch() -> Stretch { .one } }

extension NoiseLayer: LipschitzLayer {
  /// Noise in evaluation would have to be the same for both points, which it is not.
  func stretch() throws -> Stretch {
    guard always, size > 0 else { return .one }
    throw EngineError.value("it adds noise in evaluation too, so that no distance bounds its outputs; certify by randomised smoothing")
  }
}

extension PoolLayer: LipschitzLayer {
  /// Means are linear.  A largest value follows one pixel, which stands in so many windows.
  func stretch() throws -> Stretch {
    if options.function == .average { return try sums() }
    func overlap(_ kernel: Int, _ stride: Int) -> Int { (kernel + stride - 1) / stride }
    let windows = overlap(options.kernelHeight, options.strideHeight) * overlap(options.kernelWidth, options.strideWidth)
    return Stretch(l2: Double(windows).squareRoot(), linf: 1)
  }
}

extension AdaptivePoolLayer: LipschitzLayer {
  func stretch() throws -> Stretch {
    if function == .average { return try sums() }
    // Windows of neighbours share a row and a column at most.
    guard let inputShape else { return .one }
    func overlap(_ size: Int, _ count: Int) -> Int {
      // Window i covers ⌊i n / c⌋ to ⌈(i + 1) n / c⌉.
      var most = 1
      for pixel in 0..<size {
        most = max(most, (0..<count).count { $0 * size / count <= pixel && pixel < (($0 + 1) * size + count - 1) / count })
      }
      return most
    }
    return Stretch(l2: Double(overlap(inputShape[1], rows) * overlap(inputShape[2], columns)).squareRoot(), linf: 1)
  }
}

extension SoftmaxLayer: LipschitzLayer {
  /// The derivative diag(p) - p pᵀ has rows with magnitudes of 2 p (1 - p) in all, and is symmetric.
  func stretch() throws -> Stretch {
    guard !isLogarithmic else {
      throw EngineError.value("there is no Lipschitz bound for layers of kind \"log_softmax\"; leave it out, it changes no order")
    }
    return Stretch(l2: 0.5, linf: 0.5)
  }
}

extension FunctionLayer: LipschitzLayer {
  func stretch() throws -> Stretch {
    func by(_ slope: Double) -> Stretch { Stretch(l2: slope, linf: slope) }
    switch function {
    case .relu, .tanh, .abs, .sin, .cos, .negate, .softplus: return by(1)
    case .sigmoid: return by(0.25)
    // Their slopes are largest at x = √2 and x = 2.3994.
    case .gelu: return by(1.13)
    case .silu: return by(1.1)
    case .leakyRelu, .elu: return by(max(1, abs(parameter)))
    default:
      throw EngineError.value("there is no Lipschitz bound for \"\(function.name)\", whose slope has none")
    }
  }
}

extension NormaliseLayer: LipschitzLayer {
  func stretch() -> Stretch {
    let largest = deviation.map { 1 / $0 }.max() ?? 1
    return Stretch(l2: largest, linf: largest)
  }
}

extension BatchNormLayer: LipschitzLayer {
  /// gamma / √(variance + eps) of each channel.
  func stretch() -> Stretch {
    guard let variance = runningVariance else { return .one }
    var largest = 0.0
    for c in 0..<variance.count {
      largest = max(largest, abs(gamma?.value[c] ?? 1) / (variance[c] + options.eps).squareRoot())
    }
    return Stretch(l2: largest, linf: largest)
  }
}

extension FrozenLayer: LipschitzLayer {
  func stretch() throws -> Stretch { try layer.stretchAt("frozen (\(layer.title))") }
}

extension ResidualLayer: LipschitzLayer {
  func stretch() throws -> Stretch {
    let (a, b) = (try body.stretch(), try shortcut?.stretchAt("shortcut (\(shortcut?.title ?? ""))") ?? .one)
    return Stretch(l2: a.l2 + b.l2, linf: a.linf + b.linf)
  }
}

extension HeadsLayer: LipschitzLayer {
  func stretch() throws -> Stretch {
    let all = try heads.map { try $0.layer.stretchAt("head \($0.name) (\($0.layer.title))") }
    let squares = all.reduce(0) { $0 + $1.l2 * $1.l2 }
    let joined = Stretch(l2: squares.squareRoot(), linf: all.map(\.linf).max() ?? 0)
    return try trunk.stretchAt("trunk (\(trunk.title))") * joined
  }
}

extension ParallelLayer: LipschitzLayer {
  func stretch() throws -> Stretch {
    let all = try branches.map { try $0.layer.stretchAt("branch \($0.name) (\($0.layer.title))") }
    let (sum, sumLinf) = (all.reduce(0) { $0 + $1.l2 }, all.reduce(0) { $0 + $1.linf })
    switch combine {
    case .concat:
      let squares = all.reduce(0) { $0 + $1.l2 * $1.l2 }
      return Stretch(l2: squares.squareRoot(), linf: all.map(\.linf).max() ?? 0)
    case .add: return Stretch(l2: sum, linf: sumLinf)
    case .mean: return Stretch(l2: sum / Double(all.count), linf: sumLinf / Double(all.count))
    case .multiply:
      throw EngineError.value("there is no Lipschitz bound for products of branches, whose slope has none")
    }
  }
}

extension QuantumLayer: LipschitzLayer {
  func stretch() throws -> Stretch {
    try runner.circuitStretch(parameters.first?.variable.value.doubles ?? [])
  }
}

extension QuanvolutionLayer: LipschitzLayer {
  /// Patches stretch as their circuit does; a pixel that stands in several counts as often.
  func stretch() throws -> Stretch {
    guard let inputShape, let outputShape else { preconditionFailure("a twin is built") }
    let places = PatchPlaces(options, inputShape, outputShape, filters: filters.count, outputs: runner.circuit.outputCount)
    var uses = [Int](repeating: 0, count: inputShape.reduce(1, *))
    for group in 0..<places.groups {
      for patch in 0..<places.patches { for pixel in places.pixels(patch, group) where pixel >= 0 { uses[pixel] += 1 } }
    }
    let most = Double(uses.max() ?? 1)
    let values = parameters.map { $0.variable.value.doubles }
    var (squares, largest, next) = (0.0, 0.0, 0)
    for filter in filters {
      let hasWeights = filter.circuit.weightCount > 0
      let own = try filter.circuitStretch(hasWeights ? values[next] : [])
      next += hasWeights ? 1 : 0
      squares += own.l2 * own.l2
      largest = max(largest, own.linf)
    }
    return Stretch(l2: (squares * most).squareRoot(), linf: largest)
  }
}

extension CircuitRunner {
  /// From bounds of all slopes |∂ output / ∂ input|: their largest row sum, and the least of their Frobenius norm and the
  /// geometric mean of row and column sums.
  fileprivate func circuitStretch(_ weights: [Double]) throws -> Stretch {
    guard options.shots == 0, options.method != .trajectories else {
      throw EngineError.value("its circuit draws shots or trajectories, so that no distance bounds its outputs; certify without them")
    }
    let slopes = try circuit.inputSlopes(weights: weights)
    let rows = slopes.map { $0.reduce(0, +) }
    let columns = (0..<circuit.inputCount).map { j in slopes.reduce(0) { $0 + $1[j] } }
    let frobenius = slopes.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }.squareRoot()
    let (row, column) = (rows.max() ?? 0, columns.max() ?? 0)
    return Stretch(l2: min(frobenius, (row * column).squareRoot()), linf: row)
  }
}

/// An upper bound of a matrix's largest singular value that is a little above it: with G the smaller of WWᵀ and WᵀW,
/// σ² ≤ tr(G^q)^(1/q), here for q = 2¹⁰, where the factor is at most n^(1/q).
package func spectralNormBound(_ weights: Tensor) -> Double {
  let (rows, columns) = (weights.shape[0], weights.shape[1])
  let w = Variable(weights.type == .float64 ? weights : weights.cast(to: .float64))
  guard let transposed = try? w.transposed(),
    var g = try? Recording.off({ try rows <= columns ? w.multiplied(by: transposed) : transposed.multiplied(by: w) })
  else { preconditionFailure("weights are a matrix") }
  let n = min(rows, columns)
  func trace(_ g: Variable) -> Double { (0..<n).reduce(0) { $0 + g.value[$1 * n + $1] } }
  // log tr(G^q) / q, with G scaled to trace 1 after each squaring.
  var (logarithm, q) = (0.0, 1.0)
  for _ in 0..<10 {
    let size = trace(g)
    guard size > 0, size.isFinite else { return size > 0 ? .infinity : 0 }
    logarithm += log(size) / q
    let scaled = g.affine(scale: 1 / size, offset: 0)
    guard let square = try? Recording.off({ try scaled.multiplied(by: scaled) }) else { return .infinity }
    (g, q) = (square, 2 * q)
  }
  logarithm += log(trace(g)) / q
  return exp(logarithm / 2) * (1 + 1e-9)
}
