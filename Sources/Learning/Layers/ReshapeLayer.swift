// Another shape for the same values.

import Tensors

/// [batch, ...] to [batch] + shape, without moving anything; one dimension may be -1 and is inferred.
public final class ReshapeLayer: Layer, SpecifiedLayer {
  public let shape: [Int]

  /// The shape of one sample: dimensions of 1 or more, and at most one -1.
  public init(_ shape: [Int]) throws {
    guard shape.allSatisfy({ $0 >= 1 || $0 == -1 }), shape.count(where: { $0 == -1 }) <= 1 else {
      throw EngineError.value(
        "a sample's shape has dimensions of 1 or more and at most one -1, got \(Tensors.describe(shape: shape))")
    }
    self.shape = shape
    super.init()
  }

  static let kindName = "reshape"
  package override var specification: JSON {
    get throws { specified(Self.kindName, [("shape", .array(shape.map(JSON.integer)))]) }
  }

  convenience init(specification: JSON) throws { try self.init(specification.integers("shape")) }

  override var kind: String { Self.kindName }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    let count = input.reduce(1, *)
    var known = 1
    for dimension in shape where dimension > 0 {
      let product = known.multipliedReportingOverflow(by: dimension)
      known = product.overflow ? 0 : product.partialValue
    }
    guard known > 0, shape.contains(-1) ? count % known == 0 : count == known else {
      throw EngineError.shape(
        "a sample of \(Self.batched(input)) has \(count) values, which do not fill \(Self.batched(shape))")
    }
    return shape.map { $0 == -1 ? count / known : $0 }
  }

  override func apply(_ x: Variable) throws -> Variable { try x.reshaped([x.shape[0]] + (outputShape ?? [])) }
}
