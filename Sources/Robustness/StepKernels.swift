// Steps of gradient attacks in L2 and L1 balls, and random points of them.

import Glibc
import Tensors

/// x ← x + alpha · d / |d|₂ for each row; a direction of zero moves nothing.
func lengthStep(_ x: Tensor, direction: Tensor, alpha: [Double]) {
  switch x.type {
  case .float32: lengthStep(x, direction, alpha, Float.self)
  case .float64: lengthStep(x, direction, alpha, Double.self)
  }
}

private func lengthStep<S: Element>(_ x: Tensor, _ direction: Tensor, _ alpha: [Double], _: S.Type) {
  let width = x.count / alpha.count
  for row in alpha.indices {
    let (to, d) = (x.pointer(S.self) + row * width, direction.pointer(S.self) + row * width)
    var sum = 0.0
    for i in 0..<width { sum += Double(d[i]) * Double(d[i]) }
    // Tiny gradients have squares that vanish.
    var unit: S = 1
    if sum < 1e-60 {
      var largest: S = 0
      for i in 0..<width { largest = max(largest, abs(d[i])) }
      if largest == 0 { continue }
      unit = 1 / largest
      sum = 0
      for i in 0..<width { sum += Double(d[i] * unit) * Double(d[i] * unit) }
    }
    let scale = S(alpha[row] / sum.squareRoot()) * unit
    for i in 0..<width { to[i] += scale * d[i] }
  }
}

/// A step of L1 size alpha along the signs of the largest slopes, those that point out of the data range left out
/// (Tramèr & Boneh 2019): `share` of the values take part, at least one.
func sparseStep(_ x: Tensor, direction: Tensor, alpha: [Double], share: Double, low: Double, high: Double) {
  switch x.type {
  case .float32: sparseStep(x, direction, alpha, share, Float(low), Float(high))
  case .float64: sparseStep(x, direction, alpha, share, low, high)
  }
}

private func sparseStep<S: Element>(
  _ x: Tensor, _ direction: Tensor, _ alpha: [Double], _ share: Double, _ low: S, _ high: S
) {
  let width = x.count / alpha.count
  let wanted = max(1, Int((share * Double(width)).rounded()))
  for row in alpha.indices {
    let (to, d) = (x.pointer(S.self) + row * width, direction.pointer(S.self) + row * width)
    let free = (0..<width).filter { d[$0] > 0 ? to[$0] < high : d[$0] < 0 && to[$0] > low }
    if free.isEmpty { continue }
    let chosen = free.sorted { abs(d[$0]) > abs(d[$1]) || (abs(d[$0]) == abs(d[$1]) && $0 < $1) }.prefix(wanted)
    let size = S(alpha[row] / Double(chosen.count))
    for i in chosen { to[i] += d[i] > 0 ? size : -size }
  }
}

/// A uniform point of the L2 or L1 ball around each row of x, in place, clipped to the data range.
func randomBall(_ x: Tensor, _ norm: ThreatModel.Norm, eps: [Double], low: Double, high: Double, stream: (Int) -> RandomStream) {
  let width = x.count / eps.count
  for row in eps.indices {
    var stream = stream(row)
    var direction = [Double](repeating: 0, count: width)
    var size = 0.0
    for i in 0..<width {
      if norm == .l1 {
        // Exponential sizes with signs lie uniformly on the cross-polytope once they are scaled.
        let sign = stream.uniform() < 0.5 ? -1.0 : 1.0
        direction[i] = -sign * log(1 - stream.uniform())
        size += abs(direction[i])
      } else {
        direction[i] = stream.normal()
        size += direction[i] * direction[i]
      }
    }
    if norm == .l2 { size = size.squareRoot() }
    let scale = eps[row] * pow(stream.uniform(), 1 / Double(width)) / max(size, 1e-300)
    for i in 0..<width {
      let place = row * width + i
      x[place] = min(high, max(low, x[place] + scale * direction[i]))
    }
  }
}
