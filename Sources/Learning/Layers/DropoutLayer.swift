// Dropout.

import Tensors

/// In training every value (or every channel) is 0 with probability `rate`, and what stays is divided by 1 - rate, so
/// that the mean is kept (Srivastava et al. 2014; whole channels: Tompson et al. 2015).  In evaluation nothing happens.
public final class DropoutLayer: Layer, SpecifiedLayer {
  public let rate: Double
  /// Whether channels [batch, channels, ...] are dropped as a whole.
  public let channels: Bool

  /// rate: in [0, 1).
  public init(rate: Double, channels: Bool = false) throws {
    guard rate >= 0, rate < 1 else { throw EngineError.value("rate is \(rate); it must be in [0, 1)") }
    (self.rate, self.channels) = (rate, channels)
    super.init()
  }

  static let kindName = "dropout"
  package override var specification: JSON {
    get throws { specified(Self.kindName, [("rate", .number(rate)), ("channels", .bool(channels))]) }
  }

  convenience init(specification: JSON) throws {
    try self.init(rate: specification.number("rate"), channels: specification.bool("channels"))
  }

  override var kind: String { Self.kindName }
  override var detail: String { "rate \(rate)\(channels ? ", channels" : "")" }
  override var isUnsteady: Bool { rate > 0 }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    guard !channels || !input.isEmpty else {
      throw EngineError.shape("expected input {batch, channels, ...}, got \(Self.batched(input))")
    }
    return input
  }

  override func apply(_ x: Variable) throws -> Variable {
    guard isTraining, rate > 0 else { return x }
    let shape = channels ? x.shape.prefix(2) + x.shape.dropFirst(2).map { _ in 1 } : x.shape
    let mask = Tensor(uninitialized: x.type, Array(shape))
    drawMask(mask, rate: rate, kept: 1 / (1 - rate), random.next())
    return try x * Variable(mask)
  }
}
