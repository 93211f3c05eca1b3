// Points that attacks on decisions ask about.
// Assumed checked: rows of equal width and one element type.

import Glibc
import Tensors

enum RandomImage { case uniform, corners, low, high }

/// Images for the given rows, each from the row's own stream.
func drawImages(
  _ x: Tensor, _ rows: [Int], _ rule: RandomImage, low: Double, high: Double, _ streams: inout [RandomStream]
) {
  let width = x.count / rows.count
  for (i, row) in rows.enumerated() {
    for place in i * width..<(i + 1) * width {
      switch rule {
      case .uniform: x[place] = low + (high - low) * streams[row].uniform()
      case .corners: x[place] = streams[row].next() & 1 == 0 ? low : high
      case .low: x[place] = low
      case .high: x[place] = high
      }
    }
  }
}

/// The distance between a row of x and a row of y.
func rowDistance(_ x: Tensor, _ i: Int, _ y: Tensor, _ j: Int, _ norm: ThreatModel.Norm) -> Double {
  let width = x.count / x.shape[0]
  switch x.type {
  case .float32: return distance(x.pointer(Float.self) + i * width, y.pointer(Float.self) + j * width, width, norm)
  case .float64: return distance(x.pointer(Double.self) + i * width, y.pointer(Double.self) + j * width, width, norm)
  }
}

/// Points on the way from clean rows to far ones.  L∞: changes cut at share · reach; otherwise clean + share · (far - clean).
func nearer(_ far: Tensor, _ clean: Tensor, _ shares: [Double], reach: [Double], _ norm: ThreatModel.Norm) -> Tensor {
  let result = Tensor(uninitialized: far.type, far.shape)
  switch far.type {
  case .float32: nearer(far, clean, shares, reach, norm, result, Float.self)
  case .float64: nearer(far, clean, shares, reach, norm, result, Double.self)
  }
  return result
}

private func nearer<S: Element>(
  _ far: Tensor, _ clean: Tensor, _ shares: [Double], _ reach: [Double], _ norm: ThreatModel.Norm, _ result: Tensor, _: S.Type
) {
  let width = far.count / shares.count
  for row in shares.indices {
    let (a, b) = (clean.pointer(S.self) + row * width, far.pointer(S.self) + row * width)
    let to = result.pointer(S.self) + row * width
    if norm == .linf {
      let limit = S(shares[row] * reach[row])
      for i in 0..<width { to[i] = a[i] + min(limit, max(-limit, b[i] - a[i])) }
    } else {
      let share = S(shares[row])
      for i in 0..<width { to[i] = a[i] + share * (b[i] - a[i]) }
    }
  }
}

/// Candidates of a boundary attack: from x, a normal direction of length `sideways` · |x - clean| along the sphere around
/// the clean row, then `inwards` · |x - clean| towards it.  Gives the points on the sphere and those nearer.
func boundarySteps(
  _ x: Tensor, _ clean: Tensor, _ rows: [Int], sideways: [Double], inwards: [Double], low: Double, high: Double,
  _ streams: inout [RandomStream]
) -> (sphere: Tensor, nearer: Tensor) {
  let sphere = Tensor(uninitialized: x.type, x.shape)
  let nearer = Tensor(uninitialized: x.type, x.shape)
  streams.withUnsafeMutableBufferPointer { streams in
    guard let base = streams.baseAddress else { return }
    switch x.type {
    case .float32: boundarySteps(x, clean, rows, sideways, inwards, Float(low), Float(high), base, sphere, nearer)
    case .float64: boundarySteps(x, clean, rows, sideways, inwards, low, high, base, sphere, nearer)
    }
  }
  return (sphere, nearer)
}

private func boundarySteps<S: Element>(
  _ x: Tensor, _ clean: Tensor, _ rows: [Int], _ sideways: [Double], _ inwards: [Double], _ low: S, _ high: S,
  _ streams: UnsafeMutablePointer<RandomStream>, _ sphere: Tensor, _ nearer: Tensor
) {
  let width = x.count / rows.count
  Parallel.forEach(rows.count) { i in
    let (from, origin) = (x.pointer(S.self) + i * width, clean.pointer(S.self) + i * width)
    let (side, near) = (sphere.pointer(S.self) + i * width, nearer.pointer(S.self) + i * width)
    fillNormal(side, width, &streams[rows[i]])
    // Across the line to the clean row.
    var (reach, along) = (0.0, 0.0)
    for j in 0..<width {
      let d = Double(from[j] - origin[j])
      reach += d * d
      along += d * Double(side[j])
    }
    var length = 0.0
    for j in 0..<width {
      side[j] -= S(along / max(reach, 1e-300)) * (from[j] - origin[j])
      length += Double(side[j]) * Double(side[j])
    }
    reach = reach.squareRoot()
    let scale = S(sideways[i] * reach / max(length.squareRoot(), 1e-300))
    var size = 0.0
    for j in 0..<width {
      side[j] = from[j] - origin[j] + scale * side[j]
      size += Double(side[j]) * Double(side[j])
    }
    // Back to the sphere, then inwards.
    let onSphere = S(reach / max(size.squareRoot(), 1e-300))
    let inside = S(1 - inwards[i])
    for j in 0..<width {
      let d = side[j] * onSphere
      side[j] = min(high, max(low, origin[j] + d))
      near[j] = min(high, max(low, origin[j] + d * inside))
    }
  }
}
