// The loops of transforms that change values where they are.  Both tensors have one element type.

import Tensors

/// result = change(samples), value by value.
@inline(__always)
func eachValue(_ samples: Tensor, to result: Tensor, _ change: (Double) -> Double) {
  let count = samples.count
  switch samples.type {
  case .float32:
    let (from, to) = (samples.pointer(Float.self), result.pointer(Float.self))
    Parallel.ranges(count, grain: 1 << 16) { _, range in for i in range { to[i] = Float(change(Double(from[i]))) } }
  case .float64:
    let (from, to) = (samples.pointer(Double.self), result.pointer(Double.self))
    Parallel.ranges(count, grain: 1 << 16) { _, range in for i in range { to[i] = change(from[i]) } }
  }
}

func addNoise(
  _ samples: Tensor, to result: Tensor, deviation: Double, range: ClosedRange<Double>?, _ draws: Draws
) {
  switch samples.type {
  case .float32: addNoise(samples.pointer(Float.self), result.pointer(Float.self), samples.shape, deviation, range, draws)
  case .float64: addNoise(samples.pointer(Double.self), result.pointer(Double.self), samples.shape, deviation, range, draws)
  }
}

private func addNoise<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ shape: [Int], _ deviation: Double,
  _ range: ClosedRange<Double>?, _ draws: Draws
) {
  let width = shape.dropFirst().reduce(1, *)
  Parallel.ranges(shape[0], grain: max(1, (1 << 12) / max(1, width))) { _, rows in
    for row in rows {
      var stream = draws.stream(row)
      for i in row * width..<(row + 1) * width {
        var value = Double(source[i]) + deviation * stream.normal()
        if let range { value = min(max(value, range.lowerBound), range.upperBound) }
        target[i] = S(value)
      }
    }
  }
}

/// [n, 1 or 3, h, w] to [n, 1, h, w].
func toGray(_ samples: Tensor, to result: Tensor) {
  guard samples.shape[1] == 3 else {
    result.raw.copyMemory(from: samples.raw, byteCount: samples.bytes)
    return
  }
  switch samples.type {
  case .float32: toGray(samples.pointer(Float.self), result.pointer(Float.self), samples.shape)
  case .float64: toGray(samples.pointer(Double.self), result.pointer(Double.self), samples.shape)
  }
}

private func toGray<S: Element>(_ source: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ shape: [Int]) {
  let pixels = shape[2] * shape[3]
  Parallel.ranges(shape[0], grain: max(1, (1 << 16) / max(1, pixels))) { _, images in
    for image in images {
      let (red, out) = (source + 3 * image * pixels, target + image * pixels)
      for i in 0..<pixels {
        out[i] = 0.299 * red[i] + 0.587 * red[pixels + i] + 0.114 * red[2 * pixels + i]
      }
    }
  }
}
