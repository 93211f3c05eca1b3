// One change added to all rows, and the slopes of the rows by it.
// Assumed checked: x [rows, ...], delta with one row's values, one element type.

import Tensors

/// clip(x + delta)
func shifted(_ x: Tensor, _ delta: Tensor, low: Double, high: Double) -> Tensor {
  let result = Tensor(uninitialized: x.type, x.shape)
  switch x.type {
  case .float32: shifted(x, delta, Float(low), Float(high), result)
  case .float64: shifted(x, delta, low, high, result)
  }
  return result
}

private func shifted<S: Element>(_ x: Tensor, _ delta: Tensor, _ low: S, _ high: S, _ result: Tensor) {
  let (from, by, to) = (x.pointer(S.self), delta.pointer(S.self), result.pointer(S.self))
  let width = delta.count
  for first in stride(from: 0, to: x.count, by: max(1, width)) {
    for i in 0..<width { to[first + i] = min(high, max(low, from[first + i] + by[i])) }
  }
}

/// Σ over some rows of their gradients, [1, width]; values that clip(x + delta) cut off have no slope.
func summed(_ gradient: Tensor, over rows: [Int], from x: Tensor, _ delta: Tensor, _ threat: ThreatModel) -> Tensor {
  let result = Tensor(gradient.type, [1, delta.count])
  switch gradient.type {
  case .float32: summed(gradient, rows, x, delta, Float(threat.low), Float(threat.high), result)
  case .float64: summed(gradient, rows, x, delta, threat.low, threat.high, result)
  }
  return result
}

private func summed<S: Element>(
  _ gradient: Tensor, _ rows: [Int], _ x: Tensor, _ delta: Tensor, _ low: S, _ high: S, _ result: Tensor
) {
  let width = delta.count
  let (g, from, by, to) = (gradient.pointer(S.self), x.pointer(S.self), delta.pointer(S.self), result.pointer(S.self))
  for row in rows {
    let first = row * width
    for i in 0..<width {
      let moved = from[first + i] + by[i]
      // At an end of the range the way back inside is open.
      let slope = g[first + i]
      if moved > high && slope > 0 || moved < low && slope < 0 { continue }
      to[i] += slope
    }
  }
}
