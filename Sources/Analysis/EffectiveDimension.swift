// The effective dimension of a model (Abbas, Sutter, Zoufal, Lucchi, Figalli, Woerner 2021, eq. 2 and 3): how many
// of its parameters count, seen through its Fisher information at a given number of data.

import Circuits
import Glibc
import Quantum
import Tensors

/// How outputs are the probabilities p(y|x) of a statistical model.
public enum ProbabilityModel: UInt32, CaseIterable, Sendable {
  /// `probabilities` for a single measurement of probabilities, `parity` for a single Pauli word, else `softmax`.
  case automatic = 0
  /// The outputs are the probabilities.
  case probabilities
  /// Two results, p = (1 ± ⟨P⟩)/2 of one Pauli word.
  case parity
  /// exp(output) / Σ exp(outputs).
  case softmax
}

public struct EffectiveDimensionOptions: Hashable, Sendable {
  /// Numbers of data n, each with γ n / (2π ln n) above 1.
  public var counts: [Int] = [1000]
  /// In (0, 1].
  public var gamma = 1.0
  /// Draws of the weights, 2 or more.
  public var samples = 100
  public var range = WeightRange()
  /// Data, [rows, inputs]; empty: `rows` draws from the standard normal distribution.
  public var inputs: [[Double]] = []
  public var rows = 100
  public var model = ProbabilityModel.automatic
  public var seed: UInt64 = 0

  public init() {}
}

public struct EffectiveDimension: Hashable, Sendable {
  /// For each number of data.
  public let dimensions: [Estimate]
  /// Eigenvalues of the normalised Fisher information, ascending, [samples][weights]: their mean is 1.
  public let spectrum: [[Double]]
  /// Mean trace of the Fisher information before it was normalised.
  public let trace: Double
}

extension Circuit {
  /// d(n) = 2 ln(mean over θ of √det(1 + κ F̂(θ))) / ln κ with κ = γ n / (2π ln n), and F̂ the Fisher information
  /// averaged over the data, divided by the mean of its trace over θ and multiplied by the number of weights.
  /// The standard error is a jackknife's over the draws of θ.
  public func effectiveDimension(_ options: EffectiveDimensionOptions) throws -> EffectiveDimension {
    let model = try checkedModel(options)
    let kappas = try options.counts.map { n -> Double in
      guard n >= 2 else { throw EngineError.value("a number of data is \(n); it must be 2 or more") }
      let kappa = options.gamma * Double(n) / (2 * .pi * log(Double(n)))
      guard kappa > 1 else {
        throw EngineError.value(
          "\(n) data with gamma \(options.gamma): gamma n / (2 pi ln n) is \(kappa); it must be above 1, so take more data")
      }
      return kappa
    }
    let matrices = try fisherMatrices(model, options)
    // Rounding may leave zeros at -1e-17.
    let eigenvalues = EigenvalueKernels.eigenvalues(matrices, weightCount).map { $0.map { max(0, $0) } }
    let traces = eigenvalues.map { $0.reduce(0, +) }
    let total = traces.reduce(0, +)
    guard total > 0 else {
      throw EngineError.state("the Fisher information is zero: no weight changes the model's probabilities")
    }
    let blocks = min(50, options.samples)
    let dimensions = kappas.map { kappa in
      let whole = Self.dimension(eigenvalues, traces, kappa) { _ in false }
      let parts = (0..<blocks).map { block in Self.dimension(eigenvalues, traces, kappa) { $0 % blocks == block } }
      let mean = parts.reduce(0, +) / Double(blocks)
      let spread = parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Estimate(value: whole, error: (spread * Double(blocks - 1) / Double(blocks)).squareRoot())
    }
    let scale = Double(weightCount * traces.count) / total
    return EffectiveDimension(
      dimensions: dimensions, spectrum: eigenvalues.map { $0.map { $0 * scale } }, trace: total / Double(traces.count))
  }

  private static func dimension(
    _ eigenvalues: [[Double]], _ traces: [Double], _ kappa: Double, without isLeftOut: (Int) -> Bool
  ) -> Double {
    let kept = eigenvalues.indices.filter { !isLeftOut($0) }
    let trace = kept.reduce(0) { $0 + traces[$1] } / Double(kept.count)
    if trace == 0 { return 0 }
    let scale = kappa * Double(eigenvalues[0].count) / trace
    let halves = kept.map { eigenvalues[$0].reduce(0) { $0 + log1p(scale * $1) } / 2 }
    let top = halves.max()!
    let mean = halves.reduce(0) { $0 + exp($1 - top) } / Double(kept.count)
    return 2 * (top + log(mean)) / log(kappa)
  }

  private func checkedModel(_ options: EffectiveDimensionOptions) throws -> ProbabilityModel {
    try check(output: 0)
    try Analysis.check(samples: options.samples, atLeast: 2)
    try options.range.check()
    guard (1...512).contains(weightCount) else {
      throw EngineError.state("the effective dimension is of circuits with 1 to 512 weights, this one has \(weightCount)")
    }
    guard options.gamma > 0, options.gamma <= 1 else {
      throw EngineError.value("gamma is \(options.gamma); it must be above 0 and at most 1")
    }
    guard !options.counts.isEmpty else { throw EngineError.value("there is no number of data; give at least one") }
    guard !options.inputs.isEmpty || options.rows >= 1 else {
      throw EngineError.value("rows is \(options.rows); it must be 1 or more")
    }
    for row in options.inputs { try check(row, inputCount, "input") }
    var isProbabilities = false
    if measurements.count == 1, case .probabilities = measurements[0] { isProbabilities = true }
    let isWord = measurements.count == 1 && measurements[0].word != nil
    switch options.model {
    case .automatic: return isProbabilities ? .probabilities : isWord ? .parity : try softmax()
    case .probabilities:
      guard isProbabilities else {
        throw EngineError.state("model \"probabilities\" needs a circuit that measures probabilities and nothing else")
      }
      return .probabilities
    case .parity:
      guard isWord else { throw EngineError.state("model \"parity\" needs a circuit that measures one Pauli word and nothing else") }
      return .parity
    case .softmax: return try softmax()
    }
  }

  private func softmax() throws -> ProbabilityModel {
    guard outputCount > 1 else {
      throw EngineError.state("a softmax over a single output is always 1; measure a Pauli word, probabilities or more outputs")
    }
    return .softmax
  }

  // MARK: Fisher information

  /// One matrix for each draw of the weights, averaged over the data; the upper triangle is set.
  private func fisherMatrices(_ model: ProbabilityModel, _ options: EffectiveDimensionOptions) throws -> [[Double]] {
    let data = options.inputs.isEmpty ? normalData(options) : options.inputs
    let (weights, inputs) = (weightCount, inputCount)
    let columns = inputs + weights
    let runner = try CircuitRunner(try withWeightsAsInputs())
    let (low, width) = (options.range.low, options.range.high - options.range.low)
    var result = [[Double]](repeating: [Double](repeating: 0, count: weights * weights), count: options.samples)
    // Rows of a chunk: (draw of the weights, sample of the data), data changing fastest.
    let total = options.samples * data.count
    let chunk = max(16, min(8192, (1 << 22) / (columns * (1 + outputCount))))
    var (draw, theta) = (-1, [Double](repeating: 0, count: weights))
    for first in stride(from: 0, to: total, by: chunk) {
      let count = min(chunk, total - first)
      let values = Tensor(uninitialized: .float64, [count, columns])
      for row in 0..<count {
        if (first + row) / data.count != draw {
          draw = (first + row) / data.count
          var stream = RandomStream(seed: options.seed, purpose: .analysis, substream: 2 * draw)
          for w in 0..<weights { theta[w] = low + width * stream.uniform() }
        }
        for k in 0..<inputs { values[row * columns + k] = data[(first + row) % data.count][k] }
        for w in 0..<weights { values[row * columns + inputs + w] = theta[w] }
      }
      let outputs = try runner.expectations(inputs: values, weights: nil)
      let gradients = try (0..<outputCount).map { try runner.inputGradient(values, output: $0) }
      for row in 0..<count {
        add(
          model, (0..<outputCount).map { outputs[row * outputCount + $0] },
          { k, w in gradients[k][row * columns + inputs + w] }, share: 1 / Double(data.count),
          to: &result[(first + row) / data.count])
      }
    }
    return result
  }

  private func normalData(_ options: EffectiveDimensionOptions) -> [[Double]] {
    if inputCount == 0 { return [[]] }
    return (0..<options.rows).map { row in
      var stream = RandomStream(seed: options.seed, purpose: .analysis, substream: 2 * row + 1)
      return (0..<inputCount).map { _ in stream.normal() }
    }
  }

  /// Adds Σ_y ∂p ∂pᵀ / p of one sample.  Where p vanishes it has a minimum, and its term is left out.
  private func add(
    _ model: ProbabilityModel, _ outputs: [Double], _ derivative: (Int, Int) -> Double, share: Double,
    to matrix: inout [Double]
  ) {
    let weights = weightCount
    func add(_ slope: [Double], _ factor: Double) {
      for i in 0..<weights where slope[i] != 0 {
        let scaled = factor * slope[i]
        for j in i..<weights { matrix[i * weights + j] += scaled * slope[j] }
      }
    }
    func slope(_ k: Int) -> [Double] { (0..<weights).map { derivative(k, $0) } }
    switch model {
    case .parity:
      // Σ over (1 ± E)/2 of (∂E/2)² / p
      let rest = 1 - outputs[0] * outputs[0]
      if rest > 1e-12 { add(slope(0), share / rest) }
    case .automatic, .probabilities:
      for (k, p) in outputs.enumerated() where p > 1e-12 { add(slope(k), share / p) }
    case .softmax:
      // ∂ ln p_y = ∂o_y - Σ p ∂o, so that F = Σ p ∂o ∂oᵀ - (Σ p ∂o)(Σ p ∂o)ᵀ
      let top = outputs.max()!
      let exponentials = outputs.map { exp($0 - top) }
      let sum = exponentials.reduce(0, +)
      var mean = [Double](repeating: 0, count: weights)
      for k in outputs.indices {
        let (p, slope) = (exponentials[k] / sum, slope(k))
        add(slope, share * p)
        for w in 0..<weights { mean[w] += p * slope[w] }
      }
      add(mean, -share)
    }
  }
}
