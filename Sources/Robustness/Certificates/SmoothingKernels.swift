// Noisy copies of a sample.
// Assumed checked: clean is [1, ...] of the model's type.

import Learning
import Tensors

/// Copies `range` of a sample with normal noise: [range, ...].
func noisyCopies(
  of clean: Tensor, _ range: Range<Int>, sample: Int, substream: Int, _ options: SmoothingOptions
) -> Tensor {
  let result = Tensor(uninitialized: clean.type, [range.count] + clean.shape.dropFirst())
  switch clean.type {
  case .float32: addNoise(clean.pointer(Float.self), result.pointer(Float.self), clean.count, range, sample, substream, options)
  case .float64: addNoise(clean.pointer(Double.self), result.pointer(Double.self), clean.count, range, sample, substream, options)
  }
  return result
}

private func addNoise<S: Element>(
  _ clean: UnsafeMutablePointer<S>, _ result: UnsafeMutablePointer<S>, _ width: Int, _ range: Range<Int>, _ sample: Int,
  _ substream: Int, _ options: SmoothingOptions
) {
  // A copy has 2²⁰ blocks of its own, in the stream of its sample.
  Parallel.ranges(range.count, grain: max(1, (1 << 12) / max(1, width))) { _, rows in
    for row in rows {
      let copy = UInt64(range.lowerBound + row) << 20
      var stream = RandomStream(
        seed: options.seed, purpose: .smoothing, substream: sample << 1 | substream, position: copy)
      let to = result + row * width
      for i in 0..<width { to[i] = clean[i] + S(options.sigma * stream.normal()) }
    }
  }
}
