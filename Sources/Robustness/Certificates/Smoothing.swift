// Randomised smoothing: a certificate for any model, by counting its answers under normal noise.

import Learning
import Tensors

public struct SmoothingOptions: Sendable {
  /// Deviation of the noise, in units of the data, above 0.
  public var sigma = 0.25
  /// Noisy copies for choosing the class, and for bounding its probability; 1 or more.
  public var n0 = 100, n = 1000
  /// The chance that a certificate is wrong, in (0, 1).
  public var alpha = 0.001
  public var seed: UInt64 = 0
  public init() {}

  func check() throws {
    func require(_ isValid: Bool, _ name: String, _ value: Any, _ range: String) throws {
      guard isValid else { throw EngineError.value("\(name) is \(value); it must be \(range)") }
    }
    try require(sigma > 0 && sigma.isFinite, "sigma", sigma, "above 0")
    try require(1...(1 << 24) ~= n0, "n0", n0, "in 1..2^24")
    try require(1...(1 << 24) ~= n, "n", n, "in 1..2^24")
    try require(alpha > 0 && alpha < 1, "alpha", alpha, "in (0, 1)")
  }
}

public struct SmoothingCertificate {
  public struct Row: Sendable {
    public var label: Int
    /// The smoothed model's class; nil where it abstains.
    public var predicted: Int?
    /// No perturbation of L2 size below this changes the smoothed model's class; 0 where it abstains.
    public var radius: Double
    /// How often the class came out among n, and the lower bound of its probability.
    public var count: Int
    public var probability: Double
    public var isCorrect: Bool { predicted == label }
  }

  public let rows: [Row]

  /// The share of samples that are classified rightly with a radius of at least r.
  public func accuracy(at radius: Double) -> Double {
    Double(rows.count { $0.isCorrect && $0.radius >= radius }) / Double(max(1, rows.count))
  }
  public var abstentions: Int { rows.count { $0.predicted == nil } }
}

/// The smoothed model's class and certified radius for each sample: the class c that comes out most often among n0 noisy
/// copies, p the lower Clopper-Pearson bound of its probability at level alpha from n more, radius sigma Φ⁻¹(p), abstention
/// where p ≤ 1/2 (Cohen, Rosenfeld, Kolter 2019, theorem 1 and algorithm CERTIFY).
///
/// What is certified is the smoothed model, not the model itself.  Noisy samples may leave the range of the data.  The noise of
/// a copy follows from the seed, the sample's number and the copy's.
public func certifyBySmoothing(
  _ model: Layer, _ samples: Samples, _ options: SmoothingOptions,
  progress: ((_ done: Int, _ total: Int) -> Bool)? = nil
) throws -> SmoothingCertificate {
  try options.check()
  try model.checkClassifies(samples)
  guard let type = model.type, let classes = model.outputShape?.first else { preconditionFailure("the model was checked") }
  let samples = samples.cast(to: type)
  let layers = model.allLayers
  let states = layers.map(\.random)
  defer { for (layer, state) in zip(layers, states) { layer.random = state } }

  func counts(_ sample: Int, _ copies: Int, substream: Int) throws -> [Int] {
    var result = [Int](repeating: 0, count: classes)
    let clean = samples.values.rows(sample..<sample + 1)
    for range in chunks(of: copies, model.chunkSize) {
      let x = noisyCopies(of: clean, range, sample: sample, substream: substream, options)
      for predicted in try model.infer(x).argmax() { result[predicted] += 1 }
    }
    return result
  }

  var rows: [SmoothingCertificate.Row] = []
  try model.withTraining(false) {
    for (sample, label) in samples.labels.enumerated() {
      let first = try counts(sample, options.n0, substream: 0)
      let best = first.indices.reduce(0) { first[$1] > first[$0] ? $1 : $0 }
      let count = try counts(sample, options.n, substream: 1)[best]
      let probability = binomialLowerBound(count, of: options.n, alpha: options.alpha)
      let holds = probability > 0.5
      rows.append(
        SmoothingCertificate.Row(
          label: label, predicted: holds ? best : nil, radius: holds ? options.sigma * normalQuantile(probability) : 0,
          count: count, probability: probability))
      if let progress, !progress(rows.count, samples.count) { throw EngineError.cancelled }
    }
  }
  return SmoothingCertificate(rows: rows)
}
