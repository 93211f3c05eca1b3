// The functions by name, for tensors and layers alike.  What they are is in ElementFunctions.swift and Activations.swift.

import Tensors

/// Raw values are those of `hqnn_function`.
public enum Function: UInt32, CaseIterable, Sendable {
  case relu = 0, sigmoid, tanh, exp, log, sqrt, abs, sin, cos, square
  case negate, sign, floor, ceil, round, log1p, expm1, reciprocal, softplus, gelu, silu
  case leakyRelu, elu, power

  /// The name in messages and specifications.
  public var name: String { self == .leakyRelu ? "leaky_relu" : "\(self)" }

  /// The parameter of those that have one, by name and usual value.
  package var parameter: (name: String, value: Double)? {
    switch self {
    case .leakyRelu: return ("slope", 0.01)
    case .elu: return ("alpha", 1)
    case .power: return ("exponent", 1)
    default: return nil
    }
  }

  /// The parameter to use where `given` was given: the usual one for nil.
  package func checked(_ given: Double?) throws -> Double {
    guard let (name, value) = parameter else {
      if let given { throw EngineError.value("\(self.name) has no parameter, got \(given)") }
      return 0
    }
    guard given?.isFinite ?? true else {
      throw EngineError.value("\(self.name): \(name) is \(given ?? 0); it must be finite")
    }
    return given ?? value
  }
}
