// The angle between an output and a target as a loss.

import Tensors

extension Variable {
  /// 1 - cos for every row of the first axis, all else flattened.  With signs, rows of sign -1 cost
  /// max(0, cos - margin) instead (Hadsell, Chopra, LeCun 2006, with cosines).  A row of zeros has cosine 0 and no slope.
  func cosineLoss(
    _ targets: Variable, _ reduction: Loss.Reduction, signs: [Int] = [], margin: Double = 0
  ) throws -> Variable {
    try checkSameShape(self, targets)
    guard shape.count >= 2 else {
      throw EngineError.shape("it takes rows {batch, ...}, got \(describe(shape: shape))")
    }
    guard signs.isEmpty || signs.count == shape[0] else {
      throw EngineError.shape("there are \(signs.count) labels for \(shape[0]) rows")
    }
    if let row = signs.firstIndex(where: { $0 != 1 && $0 != -1 }) {
      throw EngineError.value("label \(row) is \(signs[row]); it must be 1 or -1")
    }
    let losses = Tensor(uninitialized: type, [shape[0]])
    let slopes = Tensor(uninitialized: type, shape)
    let targetSlopes = targets.requiresGradient ? Tensor(uninitialized: type, shape) : nil
    cosineRows(value, targets.value, signs: signs, margin: margin, losses: losses, slopes: slopes, targetSlopes)
    return RowLoss.result(
      losses, [(self, slopes)] + (targetSlopes.map { [(targets, $0)] } ?? []), reduction)
  }
}
