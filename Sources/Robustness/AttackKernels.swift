// The attacks' passes over samples.
// Assumed checked: equal shapes [batch, ...] and one element type.

import Tensors

/// Elements per piece when a pass is shared between threads.  A pass is bound by memory, so that a
/// piece has to be large before a second thread pays.
private let grain = 1 << 18

/// x ← clip(clean + clamp(x + alpha · sign(direction) - clean, -eps, eps)), where sign(0) = 0; a step and a radius for each
/// row of the batch.
func signStep(_ x: Tensor, clean: Tensor, direction: Tensor, alpha: [Double], eps: [Double], low: Double, high: Double) {
  switch x.type {
  case .float32: signStep(x, clean, direction, alpha, eps, Float(low), Float(high))
  case .float64: signStep(x, clean, direction, alpha, eps, low, high)
  }
}

private func signStep<S: Element>(
  _ x: Tensor, _ clean: Tensor, _ direction: Tensor, _ alpha: [Double], _ eps: [Double], _ low: S, _ high: S
) {
  let width = x.count / eps.count
  let (to, from, along) = (x.pointer(S.self), clean.pointer(S.self), direction.pointer(S.self))
  Parallel.ranges(eps.count, grain: max(1, grain / max(1, width))) { _, range in
    for row in range {
      let first = row * width
      signStep(to + first, from + first, along + first, width, S(alpha[row]), S(eps[row]), low, high)
    }
  }
}

private func signStep<S: Element>(
  _ x: UnsafeMutablePointer<S>, _ clean: UnsafeMutablePointer<S>, _ direction: UnsafeMutablePointer<S>, _ count: Int,
  _ alpha: S, _ eps: S, _ low: S, _ high: S
) {
  for i in 0..<count {
    let d = direction[i]
    let moved = x[i] + (d > 0 ? alpha : 0) - (d < 0 ? alpha : 0)
    x[i] = clamp(clean[i] + clamp(moved - clean[i], -eps, eps), low, high)
  }
}

@inline(__always)
private func clamp<S: Element>(_ x: S, _ low: S, _ high: S) -> S {
  let x = x < low ? low : x
  return x > high ? high : x
}

/// momentum ← decay · momentum + gradient / mean|gradient|, the mean over each sample; gradient row i belongs to row
/// `rows[i]` of the momentum.  A gradient of zero adds nothing.
func accumulateNormalized(_ gradient: Tensor, into momentum: Tensor, rows: [Int], decay: Double) {
  let width = gradient.count / rows.count
  Parallel.ranges(rows.count, grain: max(1, grain / max(1, width))) { _, range in
    switch gradient.type {
    case .float32:
      for row in range {
        let (g, m) = (gradient.pointer(Float.self) + row * width, momentum.pointer(Float.self) + rows[row] * width)
        let sum = sumOfMagnitudes(g, width) {
          unsafeBitCast(
            unsafeBitCast($0, to: SIMD8<UInt32>.self) & 0x7FFF_FFFF, to: SIMD8<Float>.self)
        }
        accumulate(g, into: m, width, scale: sum > 0 ? Float(width) / sum : 0, Float(decay))
      }
    case .float64:
      for row in range {
        let (g, m) = (gradient.pointer(Double.self) + row * width, momentum.pointer(Double.self) + rows[row] * width)
        let sum = sumOfMagnitudes(g, width) {
          unsafeBitCast(
            unsafeBitCast($0, to: SIMD8<UInt64>.self) & 0x7FFF_FFFF_FFFF_FFFF, to: SIMD8<Double>.self)
        }
        accumulate(g, into: m, width, scale: sum > 0 ? Double(width) / sum : 0, decay)
      }
    }
  }
}

/// Σ |x|; `magnitude` clears the signs of a vector, which Swift's own functions do lane by lane.
@inline(__always)
private func sumOfMagnitudes<S: Element>(
  _ x: UnsafeMutablePointer<S>, _ count: Int, _ magnitude: (SIMD8<S>) -> SIMD8<S>
) -> S {
  var lanes = SIMD8<S>()
  var i = 0
  while i + 8 <= count {
    lanes += magnitude(UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<S>.self))
    i += 8
  }
  var total = lanes.sum()
  while i < count {
    total += x[i].magnitude
    i += 1
  }
  return total
}

@inline(__always)
private func accumulate<S: Element>(
  _ g: UnsafeMutablePointer<S>, into m: UnsafeMutablePointer<S>, _ count: Int, scale: S, _ decay: S
) {
  for i in 0..<count { m[i] = decay * m[i] + g[i] * scale }
}

/// x = clip(clean + u), u uniform in [-eps, eps].
///
/// A sample's draw depends on its number and the restart alone, so not on how samples are put into
/// chunks or threads: `numbers` are the numbers of the rows.
func randomCube(
  _ x: Tensor, clean: Tensor, numbers: [Int], eps: [Double], restart: Int, seed: UInt64, low: Double, high: Double
) {
  let stream = RandomStream(seed: seed, purpose: .attack, substream: restart)
  switch x.type {
  case .float32: randomCube(x, clean, numbers, eps, stream, Float(low), Float(high))
  case .float64: randomCube(x, clean, numbers, eps, stream, low, high)
  }
}

private func randomCube<S: Element>(
  _ x: Tensor, _ clean: Tensor, _ numbers: [Int], _ eps: [Double], _ stream: RandomStream, _ low: S, _ high: S
) {
  let width = x.count / numbers.count
  let blocks = (width + 3) / 4
  Parallel.ranges(numbers.count, grain: max(1, grain / max(1, 64 * width))) { _, range in
    for row in range {
      let (out, from) = (x.pointer(S.self) + row * width, clean.pointer(S.self) + row * width)
      let size = S(eps[row])
      let first = UInt64(numbers[row]) * UInt64(blocks)
      for block in 0..<blocks {
        let words = stream.block(at: first + UInt64(block))
        for lane in 0..<min(4, width - 4 * block) {
          let i = 4 * block + lane
          let u = S(Double(words[lane]) * 0x1p-31 - 1)
          out[i] = clamp(from[i] + size * u, low, high)
        }
      }
    }
  }
}

/// Index of the first element outside [low, high], if any.
func firstOutside(_ x: Tensor, low: Double, high: Double) -> Int? {
  switch x.type {
  case .float32: return firstOutside(x.pointer(Float.self), x.count, Float(low), Float(high))
  case .float64: return firstOutside(x.pointer(Double.self), x.count, low, high)
  }
}

private func firstOutside<S: Element>(
  _ x: UnsafeMutablePointer<S>, _ count: Int, _ low: S, _ high: S
) -> Int? {
  // Counting is fast and nearly always enough; the search is for the message.
  var outside = 0
  for i in 0..<count { outside &+= x[i] < low || x[i] > high ? 1 : 0 }
  return outside == 0 ? nil : (0..<count).first { x[$0] < low || x[$0] > high }
}
