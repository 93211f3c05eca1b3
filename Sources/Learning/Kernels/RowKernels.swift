// Maps of rows to rows: softmax, its logarithm, running sums, and their gradients.
// Assumed checked: the count is a multiple of `columns`; one element type.

import Tensors

private func grain(_ columns: Int) -> Int { max(1, functionGrain / max(1, columns)) }

func mapRows(_ kind: RowMap, _ x: Tensor, columns: Int, into y: Tensor) {
  switch x.type {
  case .float32: mapRows(kind, x.pointer(Float.self), y.pointer(Float.self), x.count, columns)
  case .float64: mapRows(kind, x.pointer(Double.self), y.pointer(Double.self), x.count, columns)
  }
}

private func mapRows<S: RealElement>(
  _ kind: RowMap, _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, _ count: Int, _ columns: Int
) {
  if count == 0 { return }
  Parallel.ranges(count / columns, grain: grain(columns)) { _, range in
    for row in range {
      let (x, y) = (x + row * columns, y + row * columns)
      switch kind {
      case .softmax, .logSoftmax:
        let highest = largest(x, columns)
        for i in 0..<columns { y[i] = S.exponential(x[i] - highest) }
        var total: S = 0
        for i in 0..<columns { total += y[i] }
        if kind == .softmax {
          let scale = 1 / total
          for i in 0..<columns { y[i] *= scale }
        } else {
          let logarithm = S.logarithm(total)
          for i in 0..<columns { y[i] = x[i] - highest - logarithm }
        }
      case .cumulativeSum:
        var total = 0.0
        for i in 0..<columns {
          total += Double(x[i])
          y[i] = S(total)
        }
      }
    }
  }
}

/// softmax: y (g - Σ g y);  its logarithm: g - exp(y) Σ g;  running sums: sums from behind.
func mapRowsBackward(
  _ kind: RowMap, y: Tensor, _ gradient: Tensor, columns: Int, into target: Tensor, adding: Bool
) {
  if !adding { target.fill(0) }
  switch y.type {
  case .float32:
    mapRowsBackward(kind, y.pointer(Float.self), gradient.pointer(Float.self), target.pointer(Float.self), y.count,
      columns)
  case .float64:
    mapRowsBackward(kind, y.pointer(Double.self), gradient.pointer(Double.self), target.pointer(Double.self), y.count,
      columns)
  }
}

private func mapRowsBackward<S: RealElement>(
  _ kind: RowMap, _ y: UnsafeMutablePointer<S>, _ gradient: UnsafeMutablePointer<S>,
  _ target: UnsafeMutablePointer<S>, _ count: Int, _ columns: Int
) {
  if count == 0 { return }
  Parallel.ranges(count / columns, grain: grain(columns)) { _, range in
    for row in range {
      let (y, g, out) = (y + row * columns, gradient + row * columns, target + row * columns)
      var total: S = 0
      switch kind {
      case .softmax:
        for i in 0..<columns { total += g[i] * y[i] }
        for i in 0..<columns { out[i] += y[i] * (g[i] - total) }
      case .logSoftmax:
        for i in 0..<columns { total += g[i] }
        for i in 0..<columns { out[i] += g[i] - S.exponential(y[i]) * total }
      case .cumulativeSum:
        for i in (0..<columns).reversed() {
          total += g[i]
          out[i] += total
        }
      }
    }
  }
}
