// Loops of Projection.swift over the values of a row.

import Tensors

func clip<S: Element>(_ x: UnsafeMutablePointer<S>, _ count: Int, _ low: S, _ high: S) {
  for i in 0..<count {
    let v = x[i] < low ? low : x[i]
    x[i] = v > high ? high : v
  }
}

func projectRow<S: Element>(
  _ x: Tensor, _ clean: Tensor, _ row: Int, _ eps: S, _ threat: ThreatModel, _: S.Type
) {
  let width = clean.count / clean.shape[0]
  let (to, from) = (x.pointer(S.self) + row * width, clean.pointer(S.self) + row * width)
  let (low, high) = (S(threat.low), S(threat.high))
  switch threat.norm {
  case .linf:
    for i in 0..<width {
      let d = to[i] - from[i]
      to[i] = from[i] + (d < -eps ? -eps : d > eps ? eps : d)
    }
  case .l2:
    let length = distance(to, from, width, .l2)
    guard length > Double(eps) else { break }
    let scale = S(Double(eps) / length)
    for i in 0..<width { to[i] = from[i] + (to[i] - from[i]) * scale }
  case .l1:
    let threshold = S(shrinkage((0..<width).map { Double(abs(to[$0] - from[$0])) }, Double(eps)))
    for i in 0..<width {
      let d = to[i] - from[i]
      let size = max(0, abs(d) - threshold)
      to[i] = from[i] + (d < 0 ? -size : size)
    }
  case .l0:
    let allowed = min(width, Int(Double(eps)))
    let order = (0..<width).sorted {
      let (a, b) = (abs(to[$0] - from[$0]), abs(to[$1] - from[$1]))
      return a > b || (a == b && $0 < $1)
    }
    for i in order[allowed...] { to[i] = from[i] }
  }
  clip(to, width, low, high)
}

/// How much every size has to shrink (not below 0) so that they add up to at most `radius` (Duchi, Shalev-Shwartz, Singer,
/// Chandra 2008).
package func shrinkage(_ sizes: [Double], _ radius: Double) -> Double {
  if sizes.reduce(0, +) <= radius { return 0 }
  var (sum, threshold) = (0.0, 0.0)
  for (i, size) in sizes.sorted(by: >).enumerated() {
    sum += size
    let candidate = (sum - radius) / Double(i + 1)
    if size <= candidate { break }
    threshold = candidate
  }
  return threshold
}
