// Back into the ball around the clean sample and into the data range.
// The loops are in ProjectionKernels.swift.

import Tensors

/// Moves each row of x to a point of its ball inside the data range; rows that are there already stay as they are, bit for
/// bit.  x and clean [rows, ...] of one type; the clean rows lie in the range.
///
/// linf, l2 and l1: the projection onto the ball (L1: Duchi et al. 2008), then the values are clipped, which never moves
/// them away from the clean ones.  l0: the changes of largest size are kept.
package func projectOutside(_ x: Tensor, _ clean: Tensor, _ eps: [Double], _ threat: ThreatModel) {
  let far = distances(x, clean, threat.norm)
  for (row, distance) in far.enumerated() where distance > eps[row] {
    projectRow(x, clean, row, eps[row], threat)
  }
  clip(x, low: threat.low, high: threat.high)
}

/// The same for one row.
package func projectRow(_ x: Tensor, _ clean: Tensor, _ row: Int, _ eps: Double, _ threat: ThreatModel) {
  switch x.type {
  case .float32: projectRow(x, clean, row, Float(eps), threat, Float.self)
  case .float64: projectRow(x, clean, row, eps, threat, Double.self)
  }
}

/// Clips all values to the data range.
package func clip(_ x: Tensor, low: Double, high: Double) {
  switch x.type {
  case .float32: clip(x.pointer(Float.self), x.count, Float(low), Float(high))
  case .float64: clip(x.pointer(Double.self), x.count, low, high)
  }
}
