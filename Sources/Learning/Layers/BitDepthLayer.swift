// Fewer levels of brightness, as a defence of inputs.

import Tensors

/// y = round(x (2ᵇ - 1)) / (2ᵇ - 1) for values whose range is [0, 1]; any shape (Xu, Evans, Qi 2018).
public final class BitDepthLayer: UndifferentiableLayer, SpecifiedLayer {
  public let bits: Int

  /// bits: in 1...16.
  public init(bits: Int, backward: BackwardRule = .none) throws {
    guard 1...16 ~= bits else { throw EngineError.value("bits is \(bits); it must be in 1..16") }
    self.bits = bits
    super.init(backward: backward)
  }

  static let kindName = "bit_depth"
  package override var specification: JSON {
    get throws { specified(Self.kindName, [("bits", .integer(bits)), ("backward", .string(backward.name))]) }
  }

  convenience init(specification: JSON) throws {
    try self.init(bits: specification.integer("bits"), backward: BackwardRule(specification: specification))
  }

  override var kind: String { Self.kindName }
  override var detail: String { "\(bits) \(bits == 1 ? "bit" : "bits")" }

  override func transform(_ x: Tensor) -> Tensor {
    let y = Tensor(uninitialized: x.type, x.shape)
    roundToLevels(x, levels: Double((1 << bits) - 1), into: y)
    return y
  }
}
