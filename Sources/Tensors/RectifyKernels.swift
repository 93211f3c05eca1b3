// max(0, x) over memory in any layout, and its gradient.

private let grain = 1 << 15

/// NaN stays NaN.
func rectify(_ x: UnsafeMutableRawPointer, into y: UnsafeMutableRawPointer, _ count: Int) {
  let (x, y) = (x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
  Parallel.ranges(count, grain: grain) { _, range in
    for i in range { y[i] = x[i] < 0 ? 0 : x[i] }
  }
}

/// The gradient of x is that of y where y is above 0.
func rectifyBackward(
  _ y: UnsafeMutableRawPointer, _ gradient: UnsafeMutableRawPointer, into result: UnsafeMutableRawPointer,
  _ count: Int
) {
  let y = y.assumingMemoryBound(to: Float.self)
  let g = gradient.assumingMemoryBound(to: Float.self)
  let r = result.assumingMemoryBound(to: Float.self)
  Parallel.ranges(count, grain: grain) { _, range in
    for i in range { r[i] = y[i] > 0 ? g[i] : 0 }
  }
}
