// A function applied element by element.  The functions are in ElementFunctions.swift and Activations.swift.

import Tensors

struct Map<F: ElementFunction>: Operation {
  let function: F
  let x: Variable
  let y: Tensor

  var operands: [Variable] { [x] }

  static func apply(_ function: F, _ x: Variable) -> Variable {
    let y = Tensor(uninitialized: x.type, x.shape)
    function.run(x.value, into: y)
    return .result(y, of: Map(function: function, x: x, y: y))
  }

  func backward(_ gradient: Tensor) {
    x.accumulate {
      function.pull(gradient, x: x.value, y: y, into: $0, adding: $1)
    }
  }
}

extension Variable {
  /// `parameter` is that of leakyRelu, elu and power; it was checked by `Function.checked`.
  public func map(_ function: Function, parameter: Double = 0) -> Variable {
    switch function {
    case .relu: return Map.apply(Relu(), self)
    case .sigmoid: return Map.apply(Sigmoid(), self)
    case .tanh: return Map.apply(Tanh(), self)
    case .exp: return Map.apply(Exp(), self)
    case .log: return Map.apply(Log(), self)
    case .sqrt: return Map.apply(Sqrt(), self)
    case .abs: return Map.apply(Abs(), self)
    case .sin: return Map.apply(Sin(), self)
    case .cos: return Map.apply(Cos(), self)
    case .square: return Map.apply(Square(), self)
    case .negate: return Map.apply(Negate(), self)
    case .sign: return Map.apply(Sign(), self)
    case .floor: return Map.apply(Floor(), self)
    case .ceil: return Map.apply(Ceil(), self)
    case .round: return Map.apply(Round(), self)
    case .log1p: return Map.apply(Log1p(), self)
    case .expm1: return Map.apply(Expm1(), self)
    case .reciprocal: return Map.apply(Reciprocal(), self)
    case .softplus: return Map.apply(Softplus(), self)
    case .gelu: return Map.apply(Gelu(), self)
    case .silu: return Map.apply(Silu(), self)
    case .leakyRelu: return Map.apply(LeakyRelu(slope: parameter), self)
    case .elu: return Map.apply(Elu(alpha: parameter), self)
    case .power: return Map.apply(PowerOf(exponent: parameter), self)
    }
  }

  /// Each element within [low, high].
  package func clamped(low: Double, high: Double) throws -> Variable {
    guard low <= high else {
      throw EngineError.value("clamp: low is \(low) and high is \(high); low must be at most high")
    }
    return Map.apply(Clamp(low: low, high: high), self)
  }
}
