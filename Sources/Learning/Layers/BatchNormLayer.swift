// Batch normalisation.

import Tensors

/// Each channel of [batch, n] or [batch, channels, ...] is shifted and scaled to mean 0 and variance 1, then scaled by
/// gamma and shifted by beta (Ioffe, Szegedy 2015).
///
/// In training with the statistics of the batch, from which the running ones follow: new = (1 - momentum) old +
/// momentum batch, the variance with n - 1.  In evaluation with the running statistics.  Parameters: gamma [channels],
/// from 1, beta [channels], from 0.  Buffers: running_mean, from 0, running_variance, from 1.
public final class BatchNormLayer: Layer, SpecifiedLayer {
  public struct Options: Sendable {
    public var momentum = 0.1  // in [0, 1]
    public var eps = 1e-5      // above 0
    public var affine = true
    public init() {}
  }

  public let options: Options

  public init(_ options: Options = Options()) throws {
    guard (0...1).contains(options.momentum) else {
      throw EngineError.value("momentum is \(options.momentum); it must be in [0, 1]")
    }
    try checkEps(options.eps)
    self.options = options
    super.init()
  }

  static let kindName = "batch_norm"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [
          ("momentum", .number(options.momentum)), ("eps", .number(options.eps)), ("affine", .bool(options.affine)),
        ])
    }
  }

  convenience init(specification: JSON) throws {
    var options = Options()
    options.momentum = try specification.number("momentum")
    options.eps = try specification.number("eps")
    options.affine = try specification.bool("affine")
    try self.init(options)
  }

  override var kind: String { Self.kindName }
  override var isUnsteady: Bool { true }

  package var gamma: Variable? { options.affine ? ownParameters.first?.variable : nil }
  package var beta: Variable? { options.affine ? ownParameters.last?.variable : nil }
  /// nil before it is built.
  package var runningMean: Tensor? { ownBuffers.first?.tensor }
  package var runningVariance: Tensor? { ownBuffers.last?.tensor }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    guard !input.isEmpty else {
      throw EngineError.shape("expected input {batch, n} or {batch, channels, ...}, got \(Self.batched(input))")
    }
    return input
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    options.affine ? ParameterPlan.scaleAndShift([input[0]]) : []
  }

  override func bufferPlans(_ input: [Int]) -> [BufferPlan] {
    [
      BufferPlan(name: "running_mean", shape: [input[0]], value: 0),
      BufferPlan(name: "running_variance", shape: [input[0]], value: 1),
    ]
  }

  override func multiplyAdds(_ input: [Int]) -> Int { input.reduce(1, *) }

  override func apply(_ x: Variable) throws -> Variable {
    guard let runningMean, let runningVariance else { preconditionFailure("a built layer has its buffers") }
    let form = ChannelForm(batch: x.shape[0], channels: x.shape[1], spatial: x.shape[2...].reduce(1, *))
    var statistics = ChannelStatistics(mean: runningMean.doubles, variance: runningVariance.doubles)
    if isTraining {
      guard form.perChannel > 1 else {
        throw EngineError.shape(
          "statistics of a batch need more than one value per channel in training, got \(Tensors.describe(shape: x.shape)); use a larger batch")
      }
      statistics = channelStatistics(form, x.value)
      keep(statistics, in: runningMean, runningVariance, count: Double(form.perChannel))
    }
    return BatchNorm.apply(x, gamma: gamma, beta: beta, form, statistics, eps: options.eps, isOwn: isTraining)
  }

  /// Moves the running statistics towards those of a batch with so many values per channel.
  func keep(_ statistics: ChannelStatistics, in mean: Tensor, _ variance: Tensor, count: Double) {
    let momentum = options.momentum
    for c in 0..<mean.count {
      mean[c] = (1 - momentum) * mean[c] + momentum * statistics.mean[c]
      variance[c] = (1 - momentum) * variance[c] + momentum * statistics.variance[c] * count / (count - 1)
    }
  }
}

func checkEps(_ eps: Double) throws {
  guard eps > 0, eps.isFinite else { throw EngineError.value("eps is \(eps); it must be above 0") }
}

extension ParameterPlan {
  /// gamma from 1 and beta from 0.
  static func scaleAndShift(_ shape: [Int]) -> [ParameterPlan] {
    [ParameterPlan("gamma", shape, .constant(1)), ParameterPlan("beta", shape, .constant(0))]
  }
}
