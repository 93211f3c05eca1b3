// A function applied element by element, as a layer.

import Tensors

/// relu, sigmoid, tanh and the other functions of `Function`; any shape to the same shape.
public final class FunctionLayer: Layer {
  public let function: Function

  public init(_ function: Function) {
    self.function = function
    super.init()
  }

  override var kind: String { "\(function)" }

  override func apply(_ x: Variable) -> Variable { x.map(function) }
}
