// The product of two matrices.

import Tensors

/// c = a b;  da = dc bᵀ,  db = aᵀ dc.
struct MatrixProduct: Operation {
  let a, b: Variable

  var operands: [Variable] { [a, b] }

  func backward(_ gradient: Tensor) {
    if a.requiresGradient {
      a.accumulate { multiplyMatrices(gradient, b.value, transposeB: true, into: $0, adding: $1) }
    }
    if b.requiresGradient {
      b.accumulate { multiplyMatrices(a.value, gradient, transposeA: true, into: $0, adding: $1) }
    }
  }
}

extension Variable {
  /// [m, k] times [k, n] is [m, n].
  public func multiplied(by other: Variable) throws -> Variable {
    try Self.checkTypes(self, other)
    guard shape.count == 2, other.shape.count == 2, shape[1] == other.shape[0] else {
      throw EngineError.shape(
        "a matrix product takes {m, k} and {k, n}, got \(describe(shape: shape)) and \(describe(shape: other.shape))")
    }
    try ensureFits(type, [shape[0], other.shape[1]])
    let result = Tensor(uninitialized: type, [shape[0], other.shape[1]])
    multiplyMatrices(value, other.value, into: result)
    return .result(result, of: MatrixProduct(a: self, b: other))
  }
}
