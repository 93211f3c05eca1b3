// Loops of APGD.swift.
// Assumed checked: equal shapes [rows, ...] and one element type.

import Tensors

/// next ← x + share · (next - x) + (1 - share) · (x - before)
func glide(_ next: Tensor, x: Tensor, before: Tensor, _ share: Double) {
  switch next.type {
  case .float32: glide(next.pointer(Float.self), x.pointer(Float.self), before.pointer(Float.self), next.count, Float(share))
  case .float64: glide(next.pointer(Double.self), x.pointer(Double.self), before.pointer(Double.self), next.count, share)
  }
}

private func glide<S: Element>(
  _ next: UnsafeMutablePointer<S>, _ x: UnsafeMutablePointer<S>, _ before: UnsafeMutablePointer<S>, _ count: Int, _ share: S
) {
  let rest = 1 - share
  for i in 0..<count { next[i] = x[i] + share * (next[i] - x[i]) + rest * (x[i] - before[i]) }
}

/// x ← x + eps · u, u uniform in the cube and scaled so that its largest value is 1 (L∞), or normal and scaled to length 1
/// (L2), or to a sum of sizes of 1 (L1).
func randomSurface(_ x: Tensor, _ norm: ThreatModel.Norm, eps: [Double], stream: (Int) -> RandomStream) {
  switch x.type {
  case .float32: randomSurface(x, norm, eps, stream, Float.self)
  case .float64: randomSurface(x, norm, eps, stream, Double.self)
  }
}

private func randomSurface<S: Element>(
  _ x: Tensor, _ norm: ThreatModel.Norm, _ eps: [Double], _ stream: (Int) -> RandomStream, _: S.Type
) {
  let width = x.count / max(1, eps.count)
  var u = [Double](repeating: 0, count: width)
  for row in eps.indices {
    var stream = stream(row)
    for i in 0..<width { u[i] = norm == .linf ? 2 * stream.uniform() - 1 : stream.normal() }
    let size: Double
    switch norm {
    case .linf: size = u.reduce(0) { max($0, abs($1)) }
    case .l2: size = u.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .l1, .l0: size = u.reduce(0) { $0 + abs($1) }
    }
    let to = x.pointer(S.self) + row * width
    let scale = eps[row] / max(size, 1e-300)
    for i in 0..<width { to[i] += S(scale * u[i]) }
  }
}

/// A step of L1 size alpha along the signs of the largest slopes, a share of the values (at least one) for each row.
func sparseSteps(_ x: Tensor, direction: Tensor, alpha: [Double], share: [Double]) {
  switch x.type {
  case .float32: sparseSteps(x, direction, alpha, share, Float.self)
  case .float64: sparseSteps(x, direction, alpha, share, Double.self)
  }
}

private func sparseSteps<S: Element>(_ x: Tensor, _ direction: Tensor, _ alpha: [Double], _ share: [Double], _: S.Type) {
  let width = x.count / max(1, alpha.count)
  Parallel.ranges(alpha.count, grain: rowGrain(width, work: 8)) { _, range in
    for row in range {
      let (to, d) = (x.pointer(S.self) + row * width, direction.pointer(S.self) + row * width)
      let wanted = min(width, max(1, Int(share[row] * Double(width))))
      let bound = (0..<width).map { abs(d[$0]) }.sorted(by: >)[wanted - 1]
      let chosen = (0..<width).filter { d[$0] != 0 && abs(d[$0]) >= bound }
      if chosen.isEmpty { continue }
      let size = S(alpha[row] / Double(chosen.count))
      for i in chosen { to[i] += d[i] > 0 ? size : -size }
    }
  }
}

/// The nearest point to each row of x, in L2, that lies both in the L1 ball around the clean row and in the data range
/// (Croce & Hein 2021): every change shrinks by the same amount, not below 0, after which the range cuts it off.
package func projectIntoBox(_ x: Tensor, clean: Tensor, eps: [Double], low: Double, high: Double) {
  switch x.type {
  case .float32: projectIntoBox(x, clean, eps, Float(low), Float(high))
  case .float64: projectIntoBox(x, clean, eps, low, high)
  }
}

private func projectIntoBox<S: Element>(_ x: Tensor, _ clean: Tensor, _ eps: [Double], _ low: S, _ high: S) {
  let width = x.count / max(1, eps.count)
  Parallel.ranges(eps.count, grain: rowGrain(width, work: 64)) { _, range in
    for row in range {
      let (to, from) = (x.pointer(S.self) + row * width, clean.pointer(S.self) + row * width)
      func size(_ threshold: S) -> Double {
        var sum = 0.0
        for i in 0..<width {
          let d = to[i] - from[i]
          let room = d > 0 ? high - from[i] : from[i] - low
          sum += Double(min(max(abs(d) - threshold, 0), room))
        }
        return sum
      }
      var threshold: S = 0
      if size(0) > eps[row] {
        var (inside, outside): (S, S) = ((0..<width).reduce(0) { max($0, abs(to[$1] - from[$1])) }, 0)
        for _ in 0..<60 {
          threshold = (inside + outside) / 2
          if threshold == inside || threshold == outside { break }
          if size(threshold) > eps[row] { outside = threshold } else { inside = threshold }
        }
        threshold = inside
      }
      for i in 0..<width {
        let d = to[i] - from[i]
        let change = max(abs(d) - threshold, 0)
        let v = from[i] + (d < 0 ? -change : change)
        to[i] = v < low ? low : v > high ? high : v
      }
    }
  }
}
