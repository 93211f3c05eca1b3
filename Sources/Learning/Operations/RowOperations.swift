// Softmax, its logarithm and running sums along an axis.

import Tensors

enum RowMap { case softmax, logSoftmax, cumulativeSum }

/// A map of each row of [rows, columns] to a row of the same length.
struct RowOperation: Operation {
  let kind: RowMap
  let x: Variable
  let y: Tensor
  let columns: Int

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    x.accumulate { mapRowsBackward(kind, y: y, gradient, columns: columns, into: $0, adding: $1) }
  }
}

extension Variable {
  /// exp(x) / Σ exp(x) along an axis, without overflow.
  package func softmax(axis: Int = -1) throws -> Variable { try alongRows(.softmax, axis) }

  /// x - log Σ exp(x) along an axis: the logarithm of the softmax, exact where that is nearly 0.
  package func logSoftmax(axis: Int = -1) throws -> Variable { try alongRows(.logSoftmax, axis) }

  /// Sums of the elements up to each, along an axis.
  package func cumulativeSum(axis: Int) throws -> Variable { try alongRows(.cumulativeSum, axis) }

  private func alongRows(_ kind: RowMap, _ axis: Int) throws -> Variable {
    let (axis, last) = (try resolved(axis: axis), shape.count - 1)
    if axis != last { return try transposed(axis, last).alongRows(kind, last).transposed(axis, last) }
    let y = Tensor(uninitialized: type, shape)
    mapRows(kind, value, columns: shape[last], into: y)
    return .result(y, of: RowOperation(kind: kind, x: self, y: y, columns: shape[last]))
  }
}
