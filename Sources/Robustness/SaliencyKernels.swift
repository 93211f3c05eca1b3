// The choice of a pair of values by their saliency.
// Assumed checked: equal shapes [rows, ...] and one element type.

import Tensors

/// Changes the most salient pair of each row by theta, inside the data range; false for rows where there is none.
///
/// With slopes a of the target's output and b of the others' sum, a pair (p, q) needs (a_p + a_q) and -(b_p + b_q) both
/// above 0 for a theta above 0, both below it for one below, and the largest product of the two wins.  `allowed` values in
/// all may differ from the clean ones.
func salientStep(
  _ x: Tensor, clean: Tensor, rising: Tensor, falling: Tensor, theta: Double, allowed: Int, low: Double, high: Double
) -> [Bool] {
  switch x.type {
  case .float32: return salientStep(x, clean, rising, falling, Float(theta), allowed, Float(low), Float(high))
  case .float64: return salientStep(x, clean, rising, falling, theta, allowed, low, high)
  }
}

private func salientStep<S: Element>(
  _ x: Tensor, _ clean: Tensor, _ rising: Tensor, _ falling: Tensor, _ theta: S, _ allowed: Int, _ low: S, _ high: S
) -> [Bool] {
  let count = x.shape[0]
  let width = x.count / max(1, count)
  var moved = [Bool](repeating: false, count: count)
  moved.withUnsafeMutableBufferPointer { moved in
    let moved = moved
    Parallel.ranges(count, grain: rowGrain(width, work: 16)) { _, range in
      for row in range {
        let place = row * width
        let (at, from) = (x.pointer(S.self) + place, clean.pointer(S.self) + place)
        let left = allowed - (0..<width).count { at[$0] != from[$0] }
        let pair = salientPair(
          at, from, rising.pointer(S.self) + place, falling.pointer(S.self) + place, width, theta, left, low, high)
        guard let pair else { continue }
        for i in [pair.0, pair.1] { at[i] = min(high, max(low, at[i] + theta)) }
        moved[row] = true
      }
    }
  }
  return moved
}

private func salientPair<S: Element>(
  _ x: UnsafePointer<S>, _ clean: UnsafePointer<S>, _ rising: UnsafePointer<S>, _ falling: UnsafePointer<S>, _ width: Int,
  _ theta: S, _ left: Int, _ low: S, _ high: S
) -> (Int, Int)? {
  let sign: S = theta > 0 ? 1 : -1
  // Values that may be changed: not at their end, and new ones only while some are left.
  let free = (0..<width).filter { (theta > 0 ? x[$0] < high : x[$0] > low) && (left >= 2 || x[$0] != clean[$0]) }
  // The product grows with both slopes, so that a value can only be in the best pair when fewer than two others are at
  // least as good in both.  Sorted by the first slope, those are the values whose second slope is among the two largest
  // so far.
  let order = free.sorted {
    let (a, b) = (sign * rising[$0], sign * rising[$1])
    if a != b { return a > b }
    let (c, d) = (sign * falling[$0], sign * falling[$1])
    return c < d || (c == d && $0 < $1)
  }
  var candidates: [Int] = []
  var (best, second) = (-S.infinity, -S.infinity)
  for i in order {
    let gain = -sign * falling[i]
    if gain <= second { continue }
    candidates.append(i)
    if gain > best { (best, second) = (gain, best) } else { second = gain }
  }
  var found: (Int, Int)?
  var largest: S = 0
  for (n, p) in candidates.enumerated() {
    for q in candidates[(n + 1)...] {
      let up = sign * (rising[p] + rising[q])
      let down = -sign * (falling[p] + falling[q])
      guard up > 0, down > 0, up * down > largest else { continue }
      (largest, found) = (up * down, (p, q))
    }
  }
  return found
}
