// Random directions of gradient estimates, and Adam's steps along them.
// Assumed checked: rows of equal width and one element type.

import Glibc
import Tensors

/// Random values for a tensor [count · rows, ...]: direction k of row i stands at k · rows + i and is drawn from the
/// row's own stream.
func drawDirections(
  _ u: Tensor, _ count: Int, _ rows: [Int], _ kind: GradientProbes.Directions, _ streams: inout [RandomStream]
) {
  streams.withUnsafeMutableBufferPointer { streams in
    guard let base = streams.baseAddress else { return }
    switch u.type {
    case .float32: drawDirections(u, count, rows, kind, base, Float.self)
    case .float64: drawDirections(u, count, rows, kind, base, Double.self)
    }
  }
}

private func drawDirections<S: Element>(
  _ u: Tensor, _ count: Int, _ rows: [Int], _ kind: GradientProbes.Directions,
  _ streams: UnsafeMutablePointer<RandomStream>, _: S.Type
) {
  let width = u.count / (count * rows.count)
  let all = u.pointer(S.self)
  Parallel.forEach(rows.count) { i in
    var stream = streams[rows[i]]
    for k in 0..<count {
      let out = all + (k * rows.count + i) * width
      switch kind {
      case .normal: fillNormal(out, width, &stream)
      case .signs: fillSigns(out, width, &stream)
      }
    }
    streams[rows[i]] = stream
  }
}

/// Standard normal values, two from each pair of uniform ones (Box and Muller 1958).
func fillNormal<S: Element>(_ out: UnsafeMutablePointer<S>, _ count: Int, _ stream: inout RandomStream) {
  var i = 0
  while i < count {
    let radius = (-2 * log(1 - stream.uniform())).squareRoot()
    let angle = 2 * Double.pi * stream.uniform()
    out[i] = S(radius * cos(angle))
    if i + 1 < count { out[i + 1] = S(radius * sin(angle)) }
    i += 2
  }
}

private func fillSigns<S: Element>(_ out: UnsafeMutablePointer<S>, _ count: Int, _ stream: inout RandomStream) {
  for first in stride(from: 0, to: count, by: 32) {
    var bits = stream.next()
    for i in first..<min(count, first + 32) {
      out[i] = bits & 1 == 0 ? 1 : -1
      bits >>= 1
    }
  }
}

/// [2 · count · rows, ...]: x + size · u for all directions, then x - size · u.
func probePoints(_ x: Tensor, _ u: Tensor, _ count: Int, _ size: Double) -> Tensor {
  let points = Tensor(uninitialized: x.type, [2 * u.shape[0]] + x.shape.dropFirst())
  switch x.type {
  case .float32: probePoints(x, u, count, Float(size), points)
  case .float64: probePoints(x, u, count, size, points)
  }
  return points
}

private func probePoints<S: Element>(_ x: Tensor, _ u: Tensor, _ count: Int, _ size: S, _ points: Tensor) {
  let (from, along, up) = (x.pointer(S.self), u.pointer(S.self), points.pointer(S.self))
  let down = up + u.count
  for k in 0..<count {
    let first = k * x.count
    for i in 0..<x.count {
      let change = size * along[first + i]
      up[first + i] = from[i] + change
      down[first + i] = from[i] - change
    }
  }
}

/// Adds Σ_k weight · u_k of each row to row `places[i]` of the gradient, k by k.
func addDirections(_ u: Tensor, _ weights: [Double], _ count: Int, into gradient: Tensor, _ places: [Int]) {
  switch u.type {
  case .float32: addDirections(u, weights, count, gradient, places, Float.self)
  case .float64: addDirections(u, weights, count, gradient, places, Double.self)
  }
}

private func addDirections<S: Element>(
  _ u: Tensor, _ weights: [Double], _ count: Int, _ gradient: Tensor, _ places: [Int], _: S.Type
) {
  let width = u.count / weights.count
  for k in 0..<count {
    for (i, place) in places.enumerated() {
      let (to, from) = (gradient.pointer(S.self) + place * width, u.pointer(S.self) + (k * places.count + i) * width)
      let weight = S(weights[k * places.count + i])
      for j in 0..<width { to[j] += weight * from[j] }
    }
  }
}

/// Adam's averages of the gradients of rows (Kingma & Ba 2015), for climbing.
struct RowAdam {
  private let first, second: Tensor
  private var steps = 0
  private let beta1 = 0.9
  private let beta2 = 0.999

  init(like x: Tensor) { (first, second) = (Tensor(x.type, x.shape), Tensor(x.type, x.shape)) }

  /// Row i of x moves by alpha[i] · m̂ / (√v̂ + 1e-8); its averages are those of row `rows[i]`.
  mutating func climb(_ x: Tensor, _ gradient: Tensor, _ rows: [Int], alpha: [Double]) {
    steps += 1
    switch x.type {
    case .float32: climb(x, gradient, rows, alpha, Float.self)
    case .float64: climb(x, gradient, rows, alpha, Double.self)
    }
  }

  private func climb<S: Element>(_ x: Tensor, _ gradient: Tensor, _ rows: [Int], _ alpha: [Double], _: S.Type) {
    let width = x.count / rows.count
    let (b1, b2) = (S(beta1), S(beta2))
    let scale1 = S(1 / (1 - pow(beta1, Double(steps)))), scale2 = S(1 / (1 - pow(beta2, Double(steps))))
    for (i, row) in rows.enumerated() {
      let (to, g) = (x.pointer(S.self) + i * width, gradient.pointer(S.self) + i * width)
      let (m, v) = (first.pointer(S.self) + row * width, second.pointer(S.self) + row * width)
      let rate = S(alpha[i])
      for j in 0..<width {
        m[j] = b1 * m[j] + (1 - b1) * g[j]
        v[j] = b2 * v[j] + (1 - b2) * g[j] * g[j]
        to[j] += rate * m[j] * scale1 / ((v[j] * scale2).squareRoot() + 1e-8)
      }
    }
  }
}
