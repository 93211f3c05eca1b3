// Loops of the input transforms: thresholds, levels, medians, and blocks of cosine coefficients.
// Assumed checked: equal counts and types; images are [planes, height, width].

import Glibc
import Tensors

private let grain = 1 << 16

/// 1 where x is at least the threshold, 0 elsewhere.
func binarise(_ x: Tensor, threshold: Double, into y: Tensor) {
  switch x.type {
  case .float32: binarise(x.pointer(Float.self), y.pointer(Float.self), x.count, Float(threshold))
  case .float64: binarise(x.pointer(Double.self), y.pointer(Double.self), x.count, threshold)
  }
}

private func binarise<S: Element>(
  _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, _ count: Int, _ threshold: S
) {
  Parallel.ranges(count, grain: grain) { _, range in
    for i in range { y[i] = x[i] >= threshold ? 1 : 0 }
  }
}

/// x rounded to a multiple of 1 / levels, halves away from zero.
func roundToLevels(_ x: Tensor, levels: Double, into y: Tensor) {
  switch x.type {
  case .float32: roundToLevels(x.pointer(Float.self), y.pointer(Float.self), x.count, Float(levels))
  case .float64: roundToLevels(x.pointer(Double.self), y.pointer(Double.self), x.count, levels)
  }
}

private func roundToLevels<S: Element>(
  _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, _ count: Int, _ levels: S
) {
  Parallel.ranges(count, grain: grain) { _, range in
    for i in range { y[i] = (x[i] * levels).rounded() / levels }
  }
}

/// The median of the window around each pixel; pixels outside the image are the nearest ones inside.  `size` is odd.
func medianFilter(_ x: Tensor, planes: Int, height: Int, width: Int, size: Int, into y: Tensor) {
  Parallel.ranges(planes, grain: max(1, grain / max(1, height * width * size * size))) { _, range in
    switch x.type {
    case .float32: medianPlanes(x.pointer(Float.self), y.pointer(Float.self), range, height, width, size)
    case .float64: medianPlanes(x.pointer(Double.self), y.pointer(Double.self), range, height, width, size)
    }
  }
}

private func medianPlanes<S: Element>(
  _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, _ planes: Range<Int>, _ height: Int, _ width: Int,
  _ size: Int
) {
  let half = size / 2
  withUnsafeTemporaryAllocation(of: S.self, capacity: size * size) { window in
    for plane in planes {
      let (from, to) = (x + plane * height * width, y + plane * height * width)
      for row in 0..<height {
        for column in 0..<width {
          // Insertion sort: windows have few values.
          var count = 0
          for i in row - half...row + half {
            let line = from + min(max(i, 0), height - 1) * width
            for j in column - half...column + half {
              let value = line[min(max(j, 0), width - 1)]
              var place = count
              while place > 0, window[place - 1] > value {
                window[place] = window[place - 1]
                place -= 1
              }
              window[place] = value
              count += 1
            }
          }
          to[row * width + column] = window[count / 2]
        }
      }
    }
  }
}

/// The cosine transform of 8 values: matrix[k * 8 + i] = c(k) cos((2i + 1) k π / 16), orthonormal.
let cosineMatrix: [Double] = (0..<64).map { place in
  let (k, i) = (Double(place / 8), Double(place % 8))
  let scale: Double = k == 0 ? 0.125.squareRoot() : 0.5
  return scale * cos((2 * i + 1) * k * Double.pi / 16)
}

/// Every block of 8 x 8 pixels through the cosine transform, its coefficients rounded to multiples of `steps` (64, row by
/// row) and back; pixels in [0, 1] stand for 0..255.  Blocks at the edges go on with the nearest pixels.
func quantiseBlocks(_ x: Tensor, planes: Int, height: Int, width: Int, steps: [Double], into y: Tensor) {
  Parallel.ranges(planes, grain: max(1, grain / max(1, 32 * height * width))) { _, range in
    switch x.type {
    case .float32: blockPlanes(x.pointer(Float.self), y.pointer(Float.self), range, height, width, steps)
    case .float64: blockPlanes(x.pointer(Double.self), y.pointer(Double.self), range, height, width, steps)
    }
  }
}

private func blockPlanes<S: Element>(
  _ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, _ planes: Range<Int>, _ height: Int, _ width: Int,
  _ steps: [Double]
) {
  cosineMatrix.withUnsafeBufferPointer { matrix in
    steps.withUnsafeBufferPointer { steps in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 128) { space in
        let (block, other) = (space.baseAddress!, space.baseAddress! + 64)
        for plane in planes {
          let (from, to) = (x + plane * height * width, y + plane * height * width)
          for top in stride(from: 0, to: height, by: 8) {
            for left in stride(from: 0, to: width, by: 8) {
              for i in 0..<8 {
                let line = from + min(top + i, height - 1) * width
                for j in 0..<8 { block[i * 8 + j] = 255 * Double(line[min(left + j, width - 1)]) - 128 }
              }
              transformBlock(block, other, matrix.baseAddress!)
              for k in 0..<64 { block[k] = (block[k] / steps[k]).rounded() * steps[k] }
              restoreBlock(block, other, matrix.baseAddress!)
              for i in 0..<min(8, height - top) {
                let line = to + (top + i) * width
                for j in 0..<min(8, width - left) {
                  line[left + j] = S(min(max((block[i * 8 + j] + 128) / 255, 0), 1))
                }
              }
            }
          }
        }
      }
    }
  }
}

/// block ← C block Cᵀ
private func transformBlock(
  _ block: UnsafeMutablePointer<Double>, _ other: UnsafeMutablePointer<Double>, _ c: UnsafePointer<Double>
) {
  for k in 0..<8 {
    for j in 0..<8 {
      var sum = 0.0
      for i in 0..<8 { sum += c[k * 8 + i] * block[i * 8 + j] }
      other[k * 8 + j] = sum
    }
  }
  for k in 0..<8 {
    for l in 0..<8 {
      var sum = 0.0
      for j in 0..<8 { sum += other[k * 8 + j] * c[l * 8 + j] }
      block[k * 8 + l] = sum
    }
  }
}

/// block ← Cᵀ block C
private func restoreBlock(
  _ block: UnsafeMutablePointer<Double>, _ other: UnsafeMutablePointer<Double>, _ c: UnsafePointer<Double>
) {
  for i in 0..<8 {
    for l in 0..<8 {
      var sum = 0.0
      for k in 0..<8 { sum += c[k * 8 + i] * block[k * 8 + l] }
      other[i * 8 + l] = sum
    }
  }
  for i in 0..<8 {
    for j in 0..<8 {
      var sum = 0.0
      for l in 0..<8 { sum += other[i * 8 + l] * c[l * 8 + j] }
      block[i * 8 + j] = sum
    }
  }
}
