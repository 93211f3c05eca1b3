// A function applied element by element, as a layer.

import Tensors

/// relu, sigmoid, tanh and the other functions of `Function`; any shape to the same shape.
public final class FunctionLayer: Layer, SpecifiedLayer {
  public let function: Function
  /// Of leakyRelu, elu and power.
  public let parameter: Double

  public init(_ function: Function) {
    self.function = function
    parameter = function.parameter?.value ?? 0
    super.init()
  }

  /// With the parameter that the function has.
  public init(_ function: Function, parameter: Double) throws {
    self.function = function
    self.parameter = try function.checked(parameter)
    super.init()
  }

  static let kindName = "function"
  package override var specification: JSON {
    get throws {
      let name: (String, JSON) = ("function", .string(function.name))
      return specified(
        Self.kindName, function.parameter == nil ? [name] : [name, ("parameter", .number(parameter))])
    }
  }

  convenience init(specification: JSON) throws {
    let name = try specification.string("function")
    guard let function = Function.allCases.first(where: { $0.name == name }) else {
      throw EngineError.file("there is no function \"\(name)\" in this version")
    }
    if function.parameter == nil {
      self.init(function)
    } else {
      try self.init(function, parameter: specification.number("parameter"))
    }
  }

  override var kind: String { function.name }
  override var detail: String { function.parameter.map { "\($0.name) \(parameter)" } ?? "" }

  override func apply(_ x: Variable) -> Variable { x.map(function, parameter: parameter) }
}
