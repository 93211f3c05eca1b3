// Pooling: the largest or the mean value in windows of images.
// Assumed checked: windows lie inside the image, none is empty, an image has fewer than 2³¹ values.

import Tensors

/// The windows of a pooling: the rows and columns that each row and column of the output sees.
struct PoolWindows {
  let height, width: Int
  let rows, columns: [Range<Int>]
  /// What the mean divides by is the product of a row's and a column's.
  let rowSizes, columnSizes: [Int]

  var inputs: Int { height * width }
  var outputs: Int { rows.count * columns.count }
  /// Images that a thread takes at once.
  var grain: Int { max(1, (1 << 14) / max(1, inputs)) }

  /// Windows of `kernel`, `stride` apart, over an axis with `padding` on both sides.
  static func sliding(_ size: Int, kernel: Int, stride: Int, padding: Int) -> [Range<Int>] {
    (0..<max(0, (size + 2 * padding - kernel) / stride + 1)).map { i in
      let first = i * stride - padding
      return max(0, first)..<min(size, first + kernel)
    }
  }

  /// `count` windows that cover an axis, as equal as they can be: from ⌊i n / count⌋ to ⌈(i + 1) n / count⌉.
  static func adaptive(_ size: Int, count: Int) -> [Range<Int>] {
    (0..<count).map { $0 * size / count..<(($0 + 1) * size + count - 1) / count }
  }
}

/// The largest value of every window, and where in its image it lies.
func poolLargest(_ w: PoolWindows, _ x: Tensor, into y: Tensor) -> [Int32] {
  var places = [Int32](repeating: 0, count: y.count)
  places.withUnsafeMutableBufferPointer { places in
    guard let places = places.baseAddress else { return }
    switch x.type {
    case .float32: largest(w, x.pointer(Float.self), y.pointer(Float.self), places, planes: x.count / w.inputs)
    case .float64: largest(w, x.pointer(Double.self), y.pointer(Double.self), places, planes: x.count / w.inputs)
    }
  }
  return places
}

private func largest<S: Element>(
  _ w: PoolWindows, _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, _ places: UnsafeMutablePointer<Int32>,
  planes: Int
) {
  Parallel.ranges(planes, grain: w.grain) { _, range in
    for plane in range {
      let image = x + plane * w.inputs
      var out = plane * w.outputs
      for rows in w.rows {
        for columns in w.columns {
          var place = rows.lowerBound * w.width + columns.lowerBound
          var best = image[place]
          for row in rows {
            for column in columns {
              let value = image[row * w.width + column]
              // NaN wins, so that it does not disappear.
              if value > best || value != value { (best, place) = (value, row * w.width + column) }
            }
          }
          (y[out], places[out]) = (best, Int32(truncatingIfNeeded: place))
          out += 1
        }
      }
    }
  }
}

/// Adds every gradient where the largest value was.
func poolLargestBackward(_ w: PoolWindows, _ gradient: Tensor, _ places: [Int32], into x: Tensor, adding: Bool) {
  if !adding { x.fill(0) }
  places.withUnsafeBufferPointer { places in
    guard let places = places.baseAddress else { return }
    switch x.type {
    case .float32: scatter(w, gradient.pointer(Float.self), places, x.pointer(Float.self), planes: x.count / w.inputs)
    case .float64: scatter(w, gradient.pointer(Double.self), places, x.pointer(Double.self), planes: x.count / w.inputs)
    }
  }
}

private func scatter<S: Element>(
  _ w: PoolWindows, _ gradient: UnsafeMutablePointer<S>, _ places: UnsafePointer<Int32>, _ x: UnsafeMutablePointer<S>,
  planes: Int
) {
  Parallel.ranges(planes, grain: w.grain) { _, range in
    for plane in range {
      let image = x + plane * w.inputs
      for out in plane * w.outputs..<(plane + 1) * w.outputs { image[Int(places[out])] += gradient[out] }
    }
  }
}

/// The mean of every window.
func poolMean(_ w: PoolWindows, _ x: Tensor, into y: Tensor) {
  switch x.type {
  case .float32: mean(w, x.pointer(Float.self), y.pointer(Float.self), planes: x.count / w.inputs)
  case .float64: mean(w, x.pointer(Double.self), y.pointer(Double.self), planes: x.count / w.inputs)
  }
}

private func mean<S: Element>(
  _ w: PoolWindows, _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, planes: Int
) {
  Parallel.ranges(planes, grain: w.grain) { _, range in
    for plane in range {
      let image = x + plane * w.inputs
      var out = plane * w.outputs
      for (i, rows) in w.rows.enumerated() {
        for (j, columns) in w.columns.enumerated() {
          var sum: S = 0
          for row in rows { for column in columns { sum += image[row * w.width + column] } }
          y[out] = sum / S(w.rowSizes[i] * w.columnSizes[j])
          out += 1
        }
      }
    }
  }
}

/// Adds every gradient to all of its window.
func poolMeanBackward(_ w: PoolWindows, _ gradient: Tensor, into x: Tensor, adding: Bool) {
  if !adding { x.fill(0) }
  switch x.type {
  case .float32: spread(w, gradient.pointer(Float.self), x.pointer(Float.self), planes: x.count / w.inputs)
  case .float64: spread(w, gradient.pointer(Double.self), x.pointer(Double.self), planes: x.count / w.inputs)
  }
}

private func spread<S: Element>(
  _ w: PoolWindows, _ gradient: UnsafeMutablePointer<S>, _ x: UnsafeMutablePointer<S>, planes: Int
) {
  Parallel.ranges(planes, grain: w.grain) { _, range in
    for plane in range {
      let image = x + plane * w.inputs
      var out = plane * w.outputs
      for (i, rows) in w.rows.enumerated() {
        for (j, columns) in w.columns.enumerated() {
          let share = gradient[out] / S(w.rowSizes[i] * w.columnSizes[j])
          for row in rows { for column in columns { image[row * w.width + column] += share } }
          out += 1
        }
      }
    }
  }
}
