// Random points around rows, and the directions that decisions about them vote for.
// Assumed checked: rows of equal width and one element type.

import Glibc
import Tensors

/// For each row `count` unit directions u and the points x + size · u in the data range; u becomes what is left of it
/// there.  Point k of row i stands at k · rows + i.
func drawAround(
  _ x: Tensor, _ rows: [Int], _ count: Int, _ norm: ThreatModel.Norm, _ sizes: [Double], low: Double, high: Double,
  _ u: Tensor, _ points: Tensor, _ streams: inout [RandomStream]
) {
  streams.withUnsafeMutableBufferPointer { streams in
    guard let base = streams.baseAddress else { return }
    switch x.type {
    case .float32: drawAround(x, rows, count, norm, sizes, Float(low), Float(high), u, points, base)
    case .float64: drawAround(x, rows, count, norm, sizes, low, high, u, points, base)
    }
  }
}

private func drawAround<S: Element>(
  _ x: Tensor, _ rows: [Int], _ count: Int, _ norm: ThreatModel.Norm, _ sizes: [Double], _ low: S, _ high: S,
  _ u: Tensor, _ points: Tensor, _ streams: UnsafeMutablePointer<RandomStream>
) {
  let width = x.count / rows.count
  Parallel.forEach(rows.count) { i in
    let from = x.pointer(S.self) + i * width
    for k in 0..<count {
      let (along, to) = (u.pointer(S.self) + (k * rows.count + i) * width, points.pointer(S.self) + (k * rows.count + i) * width)
      if norm == .linf {
        for j in 0..<width { along[j] = S(2 * streams[rows[i]].uniform() - 1) }
      } else {
        fillNormal(along, width, &streams[rows[i]])
      }
      var sum = 0.0
      for j in 0..<width { sum += Double(along[j]) * Double(along[j]) }
      let size = S(sizes[i])
      let scale = size * S(1 / max(sum.squareRoot(), 1e-300))
      for j in 0..<width {
        let value = min(high, max(low, from[j] + scale * along[j]))
        to[j] = value
        along[j] = (value - from[j]) / size
      }
    }
  }
}

/// x + step · direction in the data range.
func stepped(_ x: Tensor, _ direction: Tensor, _ steps: [Double], low: Double, high: Double) -> Tensor {
  let result = Tensor(uninitialized: x.type, x.shape)
  switch x.type {
  case .float32: stepped(x, direction, steps, Float(low), Float(high), result)
  case .float64: stepped(x, direction, steps, low, high, result)
  }
  return result
}

private func stepped<S: Element>(_ x: Tensor, _ direction: Tensor, _ steps: [Double], _ low: S, _ high: S, _ result: Tensor) {
  let width = x.count / steps.count
  for row in steps.indices {
    let (from, along) = (x.pointer(S.self) + row * width, direction.pointer(S.self) + row * width)
    let (to, step) = (result.pointer(S.self) + row * width, S(steps[row]))
    for i in 0..<width { to[i] = min(high, max(low, from[i] + step * along[i])) }
  }
}

/// Σ (φ - mean φ) u, where φ is 1 for adversarial points and -1 for others, without a second pass over the directions.
struct DirectionVotes {
  private let signed, plain: Tensor
  private var sums: [Double]
  private var count = 0.0

  init(like x: Tensor) {
    (signed, plain) = (Tensor(x.type, x.shape), Tensor(x.type, x.shape))
    sums = Array(repeating: 0, count: x.shape[0])
  }

  mutating func add(_ u: Tensor, _ answers: [Bool], _ rows: Int) {
    count += Double(answers.count / rows)
    for (k, answer) in answers.enumerated() { sums[k % rows] += answer ? 1 : -1 }
    switch u.type {
    case .float32: add(u, answers, rows, Float.self)
    case .float64: add(u, answers, rows, Double.self)
    }
  }

  private func add<S: Element>(_ u: Tensor, _ answers: [Bool], _ rows: Int, _: S.Type) {
    let width = u.count / answers.count
    for (k, answer) in answers.enumerated() {
      let from = u.pointer(S.self) + k * width
      let (a, b) = (signed.pointer(S.self) + k % rows * width, plain.pointer(S.self) + k % rows * width)
      let sign: S = answer ? 1 : -1
      for j in 0..<width {
        a[j] += sign * from[j]
        b[j] += from[j]
      }
    }
  }

  /// Of length 1, or signs in L∞.  Where all points agree their mean direction is all there is.
  func result(_ norm: ThreatModel.Norm) -> Tensor {
    let result = Tensor(uninitialized: signed.type, signed.shape)
    switch signed.type {
    case .float32: finish(result, norm, Float.self)
    case .float64: finish(result, norm, Double.self)
    }
    return result
  }

  private func finish<S: Element>(_ result: Tensor, _ norm: ThreatModel.Norm, _: S.Type) {
    let width = result.count / sums.count
    for row in sums.indices {
      let (a, b) = (signed.pointer(S.self) + row * width, plain.pointer(S.self) + row * width)
      let to = result.pointer(S.self) + row * width
      let mean = sums[row] / max(1, count)
      let shift = S(abs(mean) == 1 ? 0 : mean)
      var sum = 0.0
      for j in 0..<width {
        to[j] = a[j] - shift * b[j]
        sum += Double(to[j]) * Double(to[j])
      }
      let scale = S(1 / max(sum.squareRoot(), 1e-300))
      for j in 0..<width { to[j] = norm == .linf ? (to[j] > 0 ? 1 : to[j] < 0 ? -1 : 0) : to[j] * scale }
    }
  }
}
