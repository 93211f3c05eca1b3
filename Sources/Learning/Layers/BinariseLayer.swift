// Values made black or white, as a defence of inputs.

import Tensors

/// y = 1 where x is at least the threshold, 0 elsewhere; any shape (Xu, Evans, Qi 2018, one bit).
public final class BinariseLayer: UndifferentiableLayer, SpecifiedLayer {
  public let threshold: Double

  public init(threshold: Double = 0.5, backward: BackwardRule = .none) throws {
    guard threshold.isFinite else { throw EngineError.value("threshold is \(threshold); it must be finite") }
    self.threshold = threshold
    super.init(backward: backward)
  }

  static let kindName = "binarise"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("threshold", .number(threshold)), ("backward", .string(backward.name))])
    }
  }

  convenience init(specification: JSON) throws {
    try self.init(
      threshold: specification.number("threshold"), backward: BackwardRule(specification: specification))
  }

  override var kind: String { Self.kindName }
  override var detail: String { "threshold \(threshold)" }

  override func transform(_ x: Tensor) -> Tensor {
    let y = Tensor(uninitialized: x.type, x.shape)
    binarise(x, threshold: threshold, into: y)
    return y
  }
}
