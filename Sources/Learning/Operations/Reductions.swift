// Sum and mean of all elements.

import Tensors

/// factor * sum of all elements; factor is 1 for the sum and 1 / count for the mean.
struct Total: Operation {
  let x: Variable
  let factor: Double

  var operands: [Variable] { [x] }

  func backward(_ gradient: Tensor) {
    x.accumulate { spread(factor * gradient[0], into: $0, adding: $1) }
  }
}

extension Variable {
  /// The sum of all elements, shape {}.
  public func sum() -> Variable { total(factor: 1) }

  /// The mean of all elements, shape {}.
  public func mean() throws -> Variable {
    guard value.count > 0 else {
      throw EngineError.shape("the mean of an empty tensor \(describe(shape: shape)) is not defined")
    }
    return total(factor: 1 / Double(value.count))
  }

  private func total(factor: Double) -> Variable {
    let result = Tensor(uninitialized: type, [])
    result[0] = factor * Learning.sum(value)
    return .result(result, of: Total(x: self, factor: factor))
  }
}
