// The step of the elastic-net attack.
// Assumed checked: equal shapes [rows, ...] and one element type.

import Tensors

/// x' = S(ahead - size · (2 (ahead - clean) - c · gradient)), ahead = x' + push · (x' - x), x = x', where S moves every
/// value towards the clean one by beta, not past it, and clips it.  The gradient is that of a loss to climb.
func shrinkingStep(
  _ x: Tensor, ahead: Tensor, _ gradient: Tensor, clean: Tensor, c: [Double], size: Double, beta: Double, push: Double,
  low: Double, high: Double
) {
  switch x.type {
  case .float32:
    shrinkingStep(x, ahead, gradient, clean, c, Float(size), Float(beta), Float(push), Float(low), Float(high))
  case .float64: shrinkingStep(x, ahead, gradient, clean, c, size, beta, push, low, high)
  }
}

private func shrinkingStep<S: Element>(
  _ x: Tensor, _ ahead: Tensor, _ gradient: Tensor, _ clean: Tensor, _ c: [Double], _ size: S, _ beta: S, _ push: S,
  _ low: S, _ high: S
) {
  let width = x.count / c.count
  for row in c.indices {
    let place = row * width
    let (at, y) = (x.pointer(S.self) + place, ahead.pointer(S.self) + place)
    let (from, g) = (clean.pointer(S.self) + place, gradient.pointer(S.self) + place)
    let weight = S(c[row])
    for i in 0..<width {
      let d = y[i] - from[i]
      let moved = d - size * (2 * d - weight * g[i])
      let shrunk: S = moved > beta ? moved - beta : moved < -beta ? moved + beta : 0
      var v = from[i] + shrunk
      v = v < low ? low : v > high ? high : v
      y[i] = v + push * (v - at[i])
      at[i] = v
    }
  }
}
