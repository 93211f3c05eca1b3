// A fully connected layer.

import Tensors

/// y = x wᵀ + b: [batch, n] to [batch, units].  Parameters: weights [units, n], bias [units].
public final class DenseLayer: Layer, SpecifiedLayer {
  public let units: Int
  public let hasBias: Bool

  /// units: 1 or more.
  public init(units: Int, bias: Bool = true) throws {
    guard units >= 1 else { throw EngineError.value("units is \(units); it must be 1 or more") }
    (self.units, hasBias) = (units, bias)
    super.init()
  }

  static let kindName = "dense"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("units", .integer(units)), ("bias", .bool(hasBias))])
    }
  }

  convenience init(specification: JSON) throws {
    try self.init(units: specification.integer("units"), bias: specification.bool("bias"))
  }

  override var kind: String { Self.kindName }
  override var detail: String { "\(units) units" }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    guard input.count == 1 else {
      throw EngineError.shape(
        "expected input {batch, n}, got \(Self.batched(input)); a flatten layer before it would do")
    }
    return [units]
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    let weights = ParameterPlan.scaled("weights", [units, input[0]], fanIn: input[0], fanOut: units)
    return hasBias ? [weights, .scaled("bias", [units], fanIn: input[0], fanOut: units)] : [weights]
  }

  override func multiplyAdds(_ input: [Int]) -> Int { input[0] * units }

  override func apply(_ x: Variable) -> Variable {
    Dense.apply(
      x, weights: ownParameters[0].variable, bias: hasBias ? ownParameters[1].variable : nil)
  }
}
