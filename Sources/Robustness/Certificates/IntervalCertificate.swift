// Which samples no perturbation of a given size can change: bounds of the margins between outputs.
// How margins are bounded is in MarginBounds.swift.

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
  public var method = BoundMethod.interval
  /// Radii, in units of the data, each 0 or more, in L-infinity or L2.
  public var eps: [Double] = [0.01]
  public var norm = AdversarialOptions.Norm.linf
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

/// Bounds of the margins over the ball around each sample inside the data range: intervals (Gowal et al. 2018), or linear
/// functions around the model's layers pulled back to its inputs (Zhang et al. 2018, 2020), with exact ranges of small
/// circuits.  Affine layers at the end are taken together with the difference of outputs; a softmax there, which does not
/// change the order, is left out.
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
  var settings = BoundSettings()
  (settings.method, settings.tolerance) = (options.method, options.tolerance)
  let margins = try MarginBounds(model, settings)
  let predicted = try model.withTraining(false) {
    try model.infer(samples.cast(to: model.type ?? .float32).values).argmax()
  }
  var rows: [IntervalCertificate.Row] = []
  // Few at once: circuits run in parallel inside.  Which values are worth tightening differs from sample to sample.
  for range in chunks(of: samples.count, options.method == .crown ? 1 : min(16, model.chunkSize)) {
    let x = samples.values.rows(range).cast(to: .float64)
    let labels = Array(samples.labels[range])
    var found = labels.enumerated().map { i, label in
      IntervalCertificate.Row(
        label: label, predicted: predicted[range.lowerBound + i], margins: [], isCertified: [])
    }
    let sizes = try margins.sizes(x)
    for eps in options.eps {
      let box = Box(around: x, eps: eps, low: options.low, high: options.high)
      let least = try margins.least(Region(box: box, ball: options.norm == .l2 ? (x, eps) : nil), labels)
      for i in labels.indices {
        let isRight = found[i].predicted == labels[i]
        let slack = (model.type == .float64 ? 1e-9 : 1e-5) * sizes[i]
        found[i].margins.append(isRight ? least[i] : .nan)
        found[i].isCertified.append(isRight && least[i] > slack)
      }
    }
    rows += found
    if let progress, !progress(rows.count, samples.count) { throw EngineError.cancelled }
  }
  return IntervalCertificate(eps: options.eps, rows: rows)
}
