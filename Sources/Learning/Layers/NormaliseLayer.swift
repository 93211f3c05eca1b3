// Data brought to mean 0 and deviation 1 inside the model, so that attacks keep their units.

import Tensors

/// y = (x - mean) / deviation per channel of [batch, n] or [batch, channels, ...], with fixed numbers: one for all
/// channels, or one for each.  "Normalise in the model, never in the data."
public final class NormaliseLayer: Layer, SpecifiedLayer {
  public let mean, deviation: [Double]

  /// As many means as deviations, which are above 0.
  public init(mean: [Double], deviation: [Double]) throws {
    guard mean.count == deviation.count, !mean.isEmpty else {
      throw EngineError.shape("\(mean.count) means and \(deviation.count) deviations; give one of each, or one per channel")
    }
    if let wrong = mean.first(where: { !$0.isFinite }) {
      throw EngineError.value("a mean is \(wrong); it must be finite")
    }
    if let wrong = deviation.first(where: { !($0 > 0) || !$0.isFinite }) {
      throw EngineError.value("a deviation is \(wrong); it must be above 0")
    }
    (self.mean, self.deviation) = (mean, deviation)
    super.init()
  }

  /// Mean and deviation of each channel of samples [count, channels, ...].  A channel that does not vary is only
  /// shifted.
  public convenience init(standardising samples: Tensor) throws {
    guard samples.shape.count >= 2, samples.count > 0 else {
      throw EngineError.shape("expected samples {count, channels, ...}, got \(Tensors.describe(shape: samples.shape))")
    }
    let form = ChannelForm(
      batch: samples.shape[0], channels: samples.shape[1], spatial: samples.shape[2...].reduce(1, *))
    let statistics = channelStatistics(form, samples)
    try self.init(mean: statistics.mean, deviation: statistics.variance.map { $0 > 0 ? $0.squareRoot() : 1 })
  }

  static let kindName = "normalise"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [("mean", .array(mean.map(JSON.number))), ("deviation", .array(deviation.map(JSON.number)))])
    }
  }

  convenience init(specification: JSON) throws {
    try self.init(mean: specification.numbers("mean"), deviation: specification.numbers("deviation"))
  }

  override var kind: String { Self.kindName }
  override var detail: String { mean.count == 1 ? "mean \(mean[0]), std \(deviation[0])" : "\(mean.count) channels" }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    guard let channels = input.first, mean.count == 1 || mean.count == channels else {
      throw EngineError.shape(
        "\(mean.count) means for \(input.first ?? 0) channels, got input \(Self.batched(input)); give one, or one per channel")
    }
    return input
  }

  override func multiplyAdds(_ input: [Int]) -> Int { input.reduce(1, *) }

  /// With the statistics in the place of a batch's, this is a batch normalisation without parameters.
  override func apply(_ x: Variable) -> Variable {
    let form = ChannelForm(batch: x.shape[0], channels: x.shape[1], spatial: x.shape[2...].reduce(1, *))
    func spread(_ values: [Double]) -> [Double] {
      values.count == 1 ? Array(repeating: values[0], count: form.channels) : values
    }
    let statistics = ChannelStatistics(mean: spread(mean), variance: spread(deviation.map { $0 * $0 }))
    return BatchNorm.apply(x, gamma: nil, beta: nil, form, statistics, eps: 0, isOwn: false)
  }
}
