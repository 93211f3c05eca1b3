// Tensors of random numbers, drawn block by block of a stream, so that threads do not change the result.
// Assumed checked: a draw has fewer than 2³² blocks.

import Tensors

/// Elements per piece, each with a stream of its own; a multiple of four.
private let drawGrain = 1 << 14

/// `kept` with probability 1 - rate, 0 otherwise; one word each.
func drawMask(_ target: Tensor, rate: Double, kept: Double, _ draw: LayerDraw) {
  let threshold = UInt64((rate * 0x1p32).rounded())
  switch target.type {
  case .float32: fill(target.pointer(Float.self), target.count, 4, draw) { UInt64($0.next()) < threshold ? 0 : Float(kept) }
  case .float64: fill(target.pointer(Double.self), target.count, 4, draw) { UInt64($0.next()) < threshold ? 0 : kept }
  }
}

/// Normal of mean 0; four words each.
func drawNormal(_ target: Tensor, deviation: Double, _ draw: LayerDraw) {
  switch target.type {
  case .float32: fill(target.pointer(Float.self), target.count, 1, draw) { Float(deviation * $0.normal()) }
  case .float64: fill(target.pointer(Double.self), target.count, 1, draw) { deviation * $0.normal() }
  }
}

/// Uniform in ±bound; two words each.
func drawUniform(_ target: Tensor, bound: Double, _ draw: LayerDraw) {
  switch target.type {
  case .float32: fill(target.pointer(Float.self), target.count, 2, draw) { Float(bound * (2 * $0.uniform() - 1)) }
  case .float64: fill(target.pointer(Double.self), target.count, 2, draw) { bound * (2 * $0.uniform() - 1) }
  }
}

@inline(__always)
private func fill<S: Element>(
  _ target: UnsafeMutablePointer<S>, _ count: Int, _ perBlock: Int, _ draw: LayerDraw,
  _ next: (inout RandomStream) -> S
) {
  Parallel.ranges(count, grain: drawGrain) { _, range in
    var stream = draw.stream(block: range.lowerBound / perBlock)
    for i in range { target[i] = next(&stream) }
  }
}
