// A function applied element by element.  The functions are in ElementFunctions.swift.

import Tensors

struct Map: Operation {
  let function: Function
  let x: Variable
  let y: Tensor

  var operands: [Variable] { [x] }

  static func forward(_ function: Function, _ x: Tensor) -> Tensor {
    let y = Tensor(uninitialized: x.type, x.shape)
    switch function {
    case .relu: map(Relu.self, x, into: y)
    case .sigmoid: map(Sigmoid.self, x, into: y)
    case .tanh: map(Tanh.self, x, into: y)
    case .exp: map(Exp.self, x, into: y)
    case .log: map(Log.self, x, into: y)
    case .sqrt: map(Sqrt.self, x, into: y)
    case .abs: map(Abs.self, x, into: y)
    case .sin: map(Sin.self, x, into: y)
    case .cos: map(Cos.self, x, into: y)
    case .square: map(Square.self, x, into: y)
    }
    return y
  }

  func backward(_ gradient: Tensor) {
    x.accumulate { into, adding in
      switch function {
      case .relu: slope(Relu.self, gradient, into, adding)
      case .sigmoid: slope(Sigmoid.self, gradient, into, adding)
      case .tanh: slope(Tanh.self, gradient, into, adding)
      case .exp: slope(Exp.self, gradient, into, adding)
      case .log: slope(Log.self, gradient, into, adding)
      case .sqrt: slope(Sqrt.self, gradient, into, adding)
      case .abs: slope(Abs.self, gradient, into, adding)
      case .sin: slope(Sin.self, gradient, into, adding)
      case .cos: slope(Cos.self, gradient, into, adding)
      case .square: slope(Square.self, gradient, into, adding)
      }
    }
  }

  @inline(__always)
  private func slope<F: ElementFunction>(_: F.Type, _ gradient: Tensor, _ into: Tensor, _ adding: Bool) {
    mapBackward(F.self, x: x.value, y: y, gradient: gradient, into: into, adding: adding)
  }
}

extension Variable {
  public func map(_ function: Function) -> Variable {
    let y = Map.forward(function, value)
    return .result(y, of: Map(function: function, x: self, y: y))
  }
}
