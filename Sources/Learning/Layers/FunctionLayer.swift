// A function applied element by element, as a layer.

import Tensors

/// relu, sigmoid, tanh and the other functions of `Function`; any shape to the same shape.
public final class FunctionLayer: Layer, SpecifiedLayer {
  public let function: Function

  public init(_ function: Function) {
    self.function = function
    super.init()
  }

  static let kindName = "function"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("function", .string("\(function)"))])
    }
  }

  convenience init(specification: JSON) throws {
    let name = try specification.string("function")
    guard let function = Function.allCases.first(where: { "\($0)" == name }) else {
      throw EngineError.file("there is no function \"\(name)\" in this version")
    }
    self.init(function)
  }

  override var kind: String { "\(function)" }

  override func apply(_ x: Variable) -> Variable { x.map(function) }
}
