// How gradients of a circuit with random weights are spread: the measure of barren plateaus (McClean, Boixo,
// Smelyanskiy, Babbush, Neven 2018).

import Circuits
import Quantum
import Tensors

public struct GradientVarianceOptions: Hashable, Sendable {
  /// The output that is differentiated.
  public var output = 0
  /// The weight that it is differentiated by; nil: the mean over all weights.
  public var weight: Int? = 0
  /// Draws of all weights, 2 or more.
  public var samples = 1000
  public var seed: UInt64 = 0
  public var range = WeightRange()
  /// Fixed inputs; nil: drawn like the weights.
  public var inputs: [Double]?

  public init() {}
}

/// What is known of derivatives over random weights.
public struct GradientVariance: Hashable, Sendable {
  /// Variance of the derivative by the chosen weight, or the mean of the variances of all.
  public let variance: Estimate
  /// Mean of the same derivatives.
  public let mean: Estimate
  /// Of the derivative by each weight.
  public let means: [Estimate]
  public let variances: [Estimate]
}

extension Circuit {
  /// The variance over samples is the unbiased one; its standard error is that of the mean of (g - mean)².
  public func gradientVariance(_ options: GradientVarianceOptions) throws -> GradientVariance {
    let gradients = try weightGradients(options)
    let (samples, count) = (options.samples, weightCount)
    var (means, variances): ([Estimate], [Estimate]) = ([], [])
    // Of each sample: the deviations and their squares, averaged over the weights.
    var (overall, squares) = ([Double](repeating: 0, count: samples), [Double](repeating: 0, count: samples))
    for weight in 0..<count {
      let column = (0..<samples).map { gradients[$0 * count + weight] }
      let mean = Estimate(meanOf: column)
      let deviations = column.map { ($0 - mean.value) * ($0 - mean.value) * Double(samples) / Double(samples - 1) }
      means.append(mean)
      variances.append(Estimate(meanOf: deviations))
      guard options.weight == nil || options.weight == weight else { continue }
      let share = options.weight == nil ? 1 / Double(count) : 1
      for s in 0..<samples {
        overall[s] += share * column[s]
        squares[s] += share * deviations[s]
      }
    }
    return GradientVariance(
      variance: Estimate(meanOf: squares), mean: Estimate(meanOf: overall), means: means, variances: variances)
  }

  /// Derivatives of the output by all weights, [samples, weights].
  private func weightGradients(_ options: GradientVarianceOptions) throws -> [Double] {
    try check(output: options.output)
    try Analysis.check(samples: options.samples, atLeast: 2)
    try options.range.check()
    guard weightCount > 0 else { throw EngineError.state("the circuit has no weights to differentiate by") }
    if let weight = options.weight, !(0..<weightCount).contains(weight) {
      throw EngineError.value("weight \(weight) is not in 0..\(weightCount - 1)")
    }
    if let inputs = options.inputs { try check(inputs, inputCount, "input") }
    let columns = inputCount + weightCount
    let (low, width) = (options.range.low, options.range.high - options.range.low)
    let runner = try CircuitRunner(try withWeightsAsInputs())
    var result = [Double](repeating: 0, count: options.samples * weightCount)
    // Chunks that stay in memory whatever the number of samples; a draw depends on its number alone.
    let chunk = max(64, min(4096, (1 << 22) / columns))
    for first in stride(from: 0, to: options.samples, by: chunk) {
      let count = min(chunk, options.samples - first)
      let values = Tensor(uninitialized: .float64, [count, columns])
      for s in 0..<count {
        var stream = RandomStream(seed: options.seed, purpose: .analysis, substream: first + s)
        for k in 0..<columns { values[s * columns + k] = low + width * stream.uniform() }
        if let inputs = options.inputs { for k in 0..<inputCount { values[s * columns + k] = inputs[k] } }
      }
      let gradient = try runner.inputGradient(values, output: options.output)
      for s in 0..<count {
        for w in 0..<weightCount { result[(first + s) * weightCount + w] = gradient[s * columns + inputCount + w] }
      }
    }
    return result
  }
}

extension CircuitRunner {
  /// Derivatives of one output by all inputs, [batch, inputs].
  func inputGradient(_ values: Tensor, output: Int) throws -> Tensor {
    let (batch, outputs) = (values.shape[0], circuit.outputCount)
    let chosen = Tensor(values.type, [batch, outputs])
    for s in 0..<batch { chosen[s * outputs + output] = 1 }
    return try gradients(
      inputs: values, weights: nil, outputGradient: chosen, wantInputs: true, wantWeights: false).inputs!
  }
}
