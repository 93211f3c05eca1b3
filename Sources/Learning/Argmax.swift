// The predicted class: the column of the largest element of each row.

import Tensors

extension Tensor {
  /// Column of the largest element of each row of [rows, columns]; the first of equal ones.
  public func argmax() throws -> [Int] {
    guard rank == 2, shape[1] > 0 else {
      throw EngineError.shape("argmax takes {rows, columns}, got \(Tensors.describe(shape: shape))")
    }
    switch type {
    case .float32: return argmaxRows(pointer(Float.self), rows: shape[0], columns: shape[1])
    case .float64: return argmaxRows(pointer(Double.self), rows: shape[0], columns: shape[1])
    }
  }
}
