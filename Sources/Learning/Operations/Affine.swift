// scale * x + offset with two numbers.

import Tensors

struct Affine: Operation {
  let x: Variable
  let scale: Double

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    x.accumulate { affine(gradient, scale: scale, offset: 0, into: $0, adding: $1) }
  }
}

extension Variable {
  public func affine(scale: Double, offset: Double) -> Variable {
    let result = Tensor(uninitialized: type, shape)
    Learning.affine(value, scale: scale, offset: offset, into: result, adding: false)
    return .result(result, of: Affine(x: self, scale: scale))
  }
}
