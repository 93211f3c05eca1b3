// Loops of TanhSpace.swift and of the Carlini-Wagner costs.
// Assumed checked: equal shapes and one element type.

import Glibc
import Tensors

/// The share of tanh's range that the data range takes.  At 1, as in the paper, values at an end of the range would begin
/// where tanh is flat, and take hundreds of steps to leave it; what goes beyond the range is clipped instead.
private let reach = 0.95

/// atanh of where x lies between the bounds.
func inverseTanh(_ x: Tensor, low: Double, high: Double) -> Tensor {
  let result = Tensor(uninitialized: x.type, x.shape)
  switch x.type {
  case .float32: inverseTanh(x.pointer(Float.self), result.pointer(Float.self), x.count, low, high)
  case .float64: inverseTanh(x.pointer(Double.self), result.pointer(Double.self), x.count, low, high)
  }
  return result
}

private func inverseTanh<S: Element>(
  _ x: UnsafeMutablePointer<S>, _ w: UnsafeMutablePointer<S>, _ count: Int, _ low: Double, _ high: Double
) {
  let (middle, half) = ((low + high) / 2, (high - low) / 2)
  for i in 0..<count { w[i] = S(atanh((Double(x[i]) - middle) / half * reach)) }
}

/// x ← middle + half · x / reach, inside the bounds.
func stretch(_ x: Tensor, low: Double, high: Double) {
  switch x.type {
  case .float32: stretch(x.pointer(Float.self), x.count, Float(low), Float(high))
  case .float64: stretch(x.pointer(Double.self), x.count, low, high)
  }
}

private func stretch<S: Element>(_ x: UnsafeMutablePointer<S>, _ count: Int, _ low: S, _ high: S) {
  let (middle, scale) = ((low + high) / 2, (high - low) / 2 / S(reach))
  for i in 0..<count {
    let v = middle + scale * x[i]
    x[i] = v < low ? low : v > high ? high : v
  }
}

func zeroRows(_ x: Tensor, _ rows: [Int]) {
  let bytes = x.count / x.shape[0] * x.type.bytes
  for row in rows { (x.raw + row * bytes).initializeMemory(as: UInt8.self, repeating: 0, count: bytes) }
}

/// Adam on w; `rows` are the rows of w and its moments, x and slope hold one row for each of them.
func adamStep(
  _ w: Tensor, _ first: Tensor, _ second: Tensor, rows: [Int], steps: [Int], x: Tensor, slope: Tensor, rate: Double,
  low: Double, high: Double
) {
  switch w.type {
  case .float32: adamStep(w, first, second, rows, steps, x, slope, rate, Float(low), Float(high))
  case .float64: adamStep(w, first, second, rows, steps, x, slope, rate, low, high)
  }
}

private func adamStep<S: Element>(
  _ w: Tensor, _ first: Tensor, _ second: Tensor, _ rows: [Int], _ steps: [Int], _ x: Tensor, _ slope: Tensor,
  _ rate: Double, _ low: S, _ high: S
) {
  let width = x.count / rows.count
  let (middle, half) = ((low + high) / 2, (high - low) / 2)
  let inverse = S(reach) / half
  Parallel.ranges(rows.count, grain: rowGrain(width, work: 4)) { _, range in
    for i in range {
      let place = rows[i] * width
      let (to, m, v) = (w.pointer(S.self) + place, first.pointer(S.self) + place, second.pointer(S.self) + place)
      let (at, along) = (x.pointer(S.self) + i * width, slope.pointer(S.self) + i * width)
      let step = S(rate / (1 - pow(0.9, Double(steps[i]))))
      let scale = S(1 / (1 - pow(0.999, Double(steps[i]))))
      for j in 0..<width {
        let u = (at[j] - middle) * inverse
        let g = along[j] * half * (1 - u * u)
        let mean = m[j] + 0.1 * (g - m[j])
        let square = v[j] + 0.001 * (g * g - v[j])
        (m[j], v[j]) = (mean, square)
        to[j] -= step * mean / ((square * scale).squareRoot() + 1e-8)
      }
    }
  }
}

/// Derivatives of |x - clean|₂² - c · loss, given the loss's; also the squared distances.
func squaredCost(_ gradient: Tensor, x: Tensor, clean: Tensor, _ c: [Double]) -> (slope: Tensor, distances: [Double]) {
  let slope = Tensor(uninitialized: x.type, x.shape)
  var distances = [Double](repeating: 0, count: c.count)
  switch x.type {
  case .float32: squaredCost(gradient, x, clean, c, slope, &distances, Float.self)
  case .float64: squaredCost(gradient, x, clean, c, slope, &distances, Double.self)
  }
  return (slope, distances)
}

private func squaredCost<S: Element>(
  _ gradient: Tensor, _ x: Tensor, _ clean: Tensor, _ c: [Double], _ slope: Tensor, _ distances: inout [Double], _: S.Type
) {
  let width = x.count / c.count
  for row in c.indices {
    let place = row * width
    let (at, from, g) = (x.pointer(S.self) + place, clean.pointer(S.self) + place, gradient.pointer(S.self) + place)
    let (to, weight) = (slope.pointer(S.self) + place, S(c[row]))
    var sum = 0.0
    for i in 0..<width {
      let d = at[i] - from[i]
      sum += Double(d * d)
      to[i] = 2 * d - weight * g[i]
    }
    distances[row] = sum
  }
}

/// Derivatives of Σ max(|x - clean| - tau, 0) - c · loss, given the loss's.
func excessCost(_ gradient: Tensor, x: Tensor, clean: Tensor, c: [Double], tau: [Double]) -> Tensor {
  let slope = Tensor(uninitialized: x.type, x.shape)
  switch x.type {
  case .float32: excessCost(gradient, x, clean, c, tau, slope, Float.self)
  case .float64: excessCost(gradient, x, clean, c, tau, slope, Double.self)
  }
  return slope
}

private func excessCost<S: Element>(
  _ gradient: Tensor, _ x: Tensor, _ clean: Tensor, _ c: [Double], _ tau: [Double], _ slope: Tensor, _: S.Type
) {
  let width = x.count / c.count
  for row in c.indices {
    let place = row * width
    let (at, from, g) = (x.pointer(S.self) + place, clean.pointer(S.self) + place, gradient.pointer(S.self) + place)
    let (to, weight, limit) = (slope.pointer(S.self) + place, S(c[row]), S(tau[row]))
    for i in 0..<width {
      let d = at[i] - from[i]
      let over: S = d > limit ? 1 : d < -limit ? -1 : 0
      to[i] = over - weight * g[i]
    }
  }
}
