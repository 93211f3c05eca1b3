// Softmax or its logarithm along an axis, as a layer.

import Tensors

/// Any shape to the same shape; the numbers along the axis become probabilities (or their logarithms).
public final class SoftmaxLayer: Layer, SpecifiedLayer {
  /// From 0, the batch, which it cannot be; negative from the end.
  public let axis: Int
  public let isLogarithmic: Bool

  public init(axis: Int = -1, logarithmic: Bool = false) throws {
    guard axis != 0 else { throw EngineError.value("axis is 0, the batch; softmax runs within a sample") }
    (self.axis, isLogarithmic) = (axis, logarithmic)
    super.init()
  }

  static let kindName = "softmax"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("axis", .integer(axis)), ("logarithmic", .bool(isLogarithmic))])
    }
  }

  convenience init(specification: JSON) throws {
    try self.init(
      axis: specification.integer("axis"), logarithmic: specification.bool("logarithmic"))
  }

  override var kind: String { isLogarithmic ? "log_softmax" : Self.kindName }
  override var detail: String { axis == -1 ? "" : "axis \(axis)" }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    let rank = input.count + 1
    guard axis > -rank, axis < rank else {
      throw EngineError.value("axis is \(axis); input \(Self.batched(input)) has axes 1..\(rank - 1), or -1..\(1 - rank) from the end")
    }
    return input
  }

  override func apply(_ x: Variable) throws -> Variable {
    isLogarithmic ? try x.logSoftmax(axis: axis) : try x.softmax(axis: axis)
  }
}
