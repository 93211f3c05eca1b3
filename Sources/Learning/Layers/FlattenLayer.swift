// From images or feature maps to rows of features.

import Tensors

/// [batch, ...] to [batch, product], without moving anything.
public final class FlattenLayer: Layer, SpecifiedLayer {
  public override init() { super.init() }

  static let kindName = "flatten"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName)
    }
  }

  convenience init(specification: JSON) throws {
    self.init()
  }

  override var kind: String { Self.kindName }

  override func inferShape(_ input: [Int]) -> [Int] { [input.reduce(1, *)] }

  override func apply(_ x: Variable) throws -> Variable {
    try x.reshaped([x.shape[0], x.value.count / x.shape[0]])
  }
}
