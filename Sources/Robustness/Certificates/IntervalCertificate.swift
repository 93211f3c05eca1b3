// Which samples no perturbation of a given size can change: interval bounds of the margins between outputs.

import Learning
import Tensors

/// What is known of each sample at each eps.
public struct IntervalCertificate {
  public struct Row: Sendable {
    public var label, predicted: Int
    /// For each eps: the least that the label's output can be above any other for all points of the box, at least.
    /// Above 0 the sample is certified, NaN where it is classified wrongly to begin with.
    public var margins: [Double]
    /// For each eps.
    public var isCertified: [Bool]
  }

  public let eps: [Double]
  public let rows: [Row]

  /// The share of samples that are right for every perturbation, for each eps.
  public var accuracy: [Double] {
    eps.indices.map { i in Double(rows.count { $0.isCertified[i] }) / Double(max(1, rows.count)) }
  }
}

public struct IntervalOptions: Sendable {
  /// Radii of L-infinity boxes, in units of the data, each 0 or more.
  public var eps: [Double] = [0.01]
  /// The range of the data, which boxes do not leave.
  public var low = 0.0, high = 1.0
  /// How much wider than the exact range of a circuit's output its bounds may be, above 0.
  public var tolerance = 1e-3
  public init() {}

  func check() throws {
    for value in eps where !(value >= 0 && value.isFinite) {
      throw EngineError.value("eps is \(value); it must be 0 or more")
    }
    guard tolerance > 0, tolerance.isFinite else { throw EngineError.value("tolerance is \(tolerance); it must be above 0") }
    guard low < high, low.isFinite, high.isFinite else {
      throw EngineError.value("the data range [\(low), \(high)] is empty; low must be below high")
    }
  }
}

/// Interval bound propagation (Gowal et al. 2018) in the L-infinity box around each sample, with exact ranges of small
/// circuits.  A dense layer at the end is taken together with the difference of outputs, which is tighter.
///
/// A certificate holds for the model with exact arithmetic; margins below 1e-5 of the outputs' size (1e-9 for a model in
/// Double) are not certified, because the model's own rounding could undo them.
public func certifyIntervals(
  _ model: Layer, _ samples: Samples, _ options: IntervalOptions,
  progress: ((_ done: Int, _ total: Int) -> Bool)? = nil
) throws -> IntervalCertificate {
  try options.check()
  try model.checkClassifies(samples)
  if let index = firstOutside(samples.values, low: options.low, high: options.high) {
    throw EngineError.value(
      "sample \(index / (samples.values.count / samples.count)) contains \(samples.values[index]), outside the data range [\(options.low), \(options.high)]")
  }
  let classes = model.outputShape?.first ?? 0
  guard classes >= 2 else { throw EngineError.shape("a certificate compares classes; the model has \(classes)") }
  let margins = try MarginBounds(model)
  var settings = BoundSettings()
  settings.tolerance = options.tolerance
  let own = try model.withTraining(false) { try model.infer(samples.cast(to: model.type ?? .float32).values) }
  let predicted = try own.argmax()
  var rows: [IntervalCertificate.Row] = []
  // Few at once: circuits run in parallel inside.
  for range in chunks(of: samples.count, min(16, model.chunkSize)) {
    let x = samples.values.rows(range).cast(to: .float64)
    let labels = Array(samples.labels[range])
    var found = labels.enumerated().map { i, label in
      IntervalCertificate.Row(
        label: label, predicted: predicted[range.lowerBound + i], margins: [], isCertified: [])
    }
    for eps in options.eps {
      let box = Box(around: x, eps: eps, low: options.low, high: options.high)
      let least = try margins.least(box, labels, settings)
      for (i, row) in range.enumerated() {
        let isRight = found[i].predicted == labels[i]
        var size = 1.0
        for k in 0..<classes { size = max(size, abs(own[row * classes + k])) }
        let slack = (model.type == .float64 ? 1e-9 : 1e-5) * size
        found[i].margins.append(isRight ? least[i] : .nan)
        found[i].isCertified.append(isRight && least[i] > slack)
      }
    }
    rows += found
    if let progress, !progress(rows.count, samples.count) { throw EngineError.cancelled }
  }
  return IntervalCertificate(eps: options.eps, rows: rows)
}

/// Lower bounds of z[label] - max z[other].
private struct MarginBounds {
  private let twin: Layer
  /// The dense layer at the end and the layers before it, where there is one.
  private let head: (weights: [Double], bias: [Double], width: Int)?

  init(_ model: Layer) throws {
    twin = try model.inDouble()
    if let sequence = twin as? SequentialLayer, let dense = sequence.layers.last as? DenseLayer {
      let weights = dense.parameters[0].variable.value
      let bias = dense.hasBias ? dense.parameters[1].variable.value.doubles : [Double](repeating: 0, count: dense.units)
      head = (weights.doubles, bias, weights.shape[1])
    } else {
      head = nil
    }
  }

  func least(_ box: Box, _ labels: [Int], _ settings: BoundSettings) throws -> [Double] {
    guard let head, let sequence = twin as? SequentialLayer else {
      let z = try twin.boundOutput(box, settings)
      let classes = z.shape[1]
      return labels.enumerated().map { row, label in
        (0..<classes).filter { $0 != label }.reduce(Double.infinity) {
          min($0, z.low[row * classes + label] - z.high[row * classes + $1])
        }
      }
    }
    let h = try sequence.bound(box, 0..<sequence.layers.count - 1, settings)
    let (low, high) = (h.low.doubles, h.high.doubles)
    return labels.enumerated().map { row, label in
      var least = Double.infinity
      for other in head.bias.indices where other != label {
        var (sum, size) = (head.bias[label] - head.bias[other], 0.0)
        for i in 0..<head.width {
          let w = head.weights[label * head.width + i] - head.weights[other * head.width + i]
          let term = w * (w > 0 ? low[row * head.width + i] : high[row * head.width + i])
          sum += term
          size += abs(term)
        }
        least = min(least, sum - 1e-13 * size)
      }
      return least
    }
  }
}
