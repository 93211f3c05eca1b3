// Shortest ways onto a plane inside a box, and FAB's step made of two of them.
// Assumed checked: equal shapes [rows, ...] and one element type; x and clean inside the box.

import Tensors

/// FAB's step for each row; the plane is where value + normal · (z - x) = 0.
package func planeStep(
  _ x: Tensor, clean: Tensor, normals: Tensor, values: [Double], _ threat: ThreatModel, eta: Double, alpha: Double
) -> Tensor {
  let result = Tensor(uninitialized: x.type, x.shape)
  switch x.type {
  case .float32: planeStep(x, clean, normals, values, threat, eta, alpha, result, Float.self)
  case .float64: planeStep(x, clean, normals, values, threat, eta, alpha, result, Double.self)
  }
  return result
}

private func planeStep<S: Element>(
  _ x: Tensor, _ clean: Tensor, _ normals: Tensor, _ values: [Double], _ threat: ThreatModel, _ eta: Double,
  _ alpha: Double, _ result: Tensor, _: S.Type
) {
  let width = x.count / max(1, values.count)
  let (low, high) = (S(threat.low), S(threat.high))
  Parallel.ranges(values.count, grain: rowGrain(width, work: 32)) { _, range in
    var near = [S](repeating: 0, count: width)
    var home = near
    for row in range {
      let place = row * width
      let (at, from, w) = (x.pointer(S.self) + place, clean.pointer(S.self) + place, normals.pointer(S.self) + place)
      let to = result.pointer(S.self) + place
      let order = threat.norm == .l1 ? (0..<width).sorted { abs(w[$0]) > abs(w[$1]) || (abs(w[$0]) == abs(w[$1]) && $0 < $1) } : []
      var lag = 0.0
      for i in 0..<width { lag += Double(w[i]) * Double(from[i] - at[i]) }
      ontoPlane(at, w, width, -values[row], threat, order, &near)
      ontoPlane(from, w, width, -values[row] - lag, threat, order, &home)
      let (a, b) = (max(length(near, width, threat.norm), 1e-8), length(home, width, threat.norm))
      let mix = S(min(a / (a + b), alpha))
      let (far, rest) = (S(eta), 1 - mix)
      for i in 0..<width {
        let v = rest * (at[i] + far * near[i]) + mix * (from[i] + far * home[i])
        to[i] = v < low ? low : v > high ? high : v
      }
    }
  }
}

private func length<S: Element>(_ d: [S], _ count: Int, _ norm: ThreatModel.Norm) -> Double {
  switch norm {
  case .linf: return Double(d.reduce(0) { max($0, abs($1)) })
  case .l2: return d.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  case .l1, .l0: return d.reduce(0.0) { $0 + Double(abs($1)) }
  }
}

/// The change of x inside the box with w · change = gap that is smallest in the norm; as far that way as the box allows
/// where it is too small.
///
///   order  for L1: the values from the largest |w| on, which are changed one after the other
private func ontoPlane<S: Element>(
  _ x: UnsafePointer<S>, _ w: UnsafePointer<S>, _ count: Int, _ gap: Double, _ threat: ThreatModel, _ order: [Int],
  _ change: inout [S]
) {
  let (low, high) = (S(threat.low), S(threat.high))
  let wanted = abs(gap)
  for i in 0..<count { change[i] = 0 }
  /// How far a value may go the way it has to.
  @inline(__always) func room(_ i: Int) -> S { (w[i] > 0) == (gap > 0) ? high - x[i] : x[i] - low }
  @inline(__always) func directed(_ size: S, _ i: Int) -> S { (w[i] > 0) == (gap > 0) ? size : -size }
  if wanted == 0 { return }
  if threat.norm == .l1 {
    var left = wanted
    for i in order where w[i] != 0 {
      let weight = Double(abs(w[i]))
      let size = min(left / weight, Double(room(i)))
      change[i] = directed(S(size), i)
      left -= size * weight
      if left <= 0 { return }
    }
    return
  }
  // Changes are min(t · v, room), v = 1 in L∞ and |w| in L2.  What they add up to grows with t along straight pieces and
  // ever more slowly, so that Newton's steps come from below and end on the right piece.
  let isMax = threat.norm == .linf
  var t = 0.0
  for _ in 0..<100 {
    var (sum, slope) = (0.0, 0.0)
    for i in 0..<count {
      let weight = Double(abs(w[i]))
      let speed = isMax ? 1 : weight
      let most = Double(room(i))
      if t * speed < most {
        sum += weight * t * speed
        slope += weight * speed
      } else {
        sum += weight * most
      }
    }
    let left = wanted - sum
    if slope == 0 || left <= 1e-12 * wanted { break }
    t += left / slope
  }
  for i in 0..<count where w[i] != 0 {
    let size = min(S(isMax ? t : t * Double(abs(w[i]))), room(i))
    change[i] = directed(size, i)
  }
}
