// Small passes over rows of samples that several attacks share.
// Assumed checked: equal shapes [rows, ...] and one element type.

import Tensors

/// Rows per piece when a pass is shared between threads: a pass has to be large before a second thread pays.
func rowGrain(_ width: Int, work: Int = 1) -> Int { max(1, (1 << 17) / max(1, width * work)) }

/// x ← x + scale · y, a factor for each row.
func addScaled(_ x: Tensor, _ y: Tensor, _ scale: [Double]) {
  switch x.type {
  case .float32: addScaled(x, y, scale, Float.self)
  case .float64: addScaled(x, y, scale, Double.self)
  }
}

private func addScaled<S: Element>(_ x: Tensor, _ y: Tensor, _ scale: [Double], _: S.Type) {
  let width = x.count / scale.count
  for row in scale.indices {
    let (to, from, factor) = (x.pointer(S.self) + row * width, y.pointer(S.self) + row * width, S(scale[row]))
    for i in 0..<width { to[i] += factor * from[i] }
  }
}

/// a + share · (b - a) for each row.
func between(_ a: Tensor, _ b: Tensor, _ share: [Double]) -> Tensor {
  let result = Tensor(uninitialized: a.type, a.shape)
  switch a.type {
  case .float32: between(a, b, share, result, Float.self)
  case .float64: between(a, b, share, result, Double.self)
  }
  return result
}

private func between<S: Element>(_ a: Tensor, _ b: Tensor, _ share: [Double], _ result: Tensor, _: S.Type) {
  let width = a.count / share.count
  for row in share.indices {
    let (p, q, to) = (a.pointer(S.self) + row * width, b.pointer(S.self) + row * width, result.pointer(S.self) + row * width)
    let s = S(share[row])
    for i in 0..<width { to[i] = p[i] + s * (q[i] - p[i]) }
  }
}
