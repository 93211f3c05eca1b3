// The loops of fitted transforms, in Double.  Shapes were checked by the transforms.

import Tensors

/// Offset and scale of each feature: mean, and one over the population's deviation.
func momentsScale(_ samples: Tensor) -> (offset: [Double], scale: [Double]) {
  let (count, width) = (samples.shape[0], samples.shape[1])
  let values = samples.pointer(Float.self)
  let mean = columnMeans(values, count, width)
  var squares = [Double](repeating: 0, count: width)
  for row in 0..<count {
    for i in 0..<width {
      let distance = Double(values[row * width + i]) - mean[i]
      squares[i] += distance * distance
    }
  }
  // A deviation of rounding alone is none.
  let scale = zip(squares, mean).map { square, mean -> Double in
    let deviation = (square / Double(count)).squareRoot()
    return deviation > 1e-12 * abs(mean) ? 1 / deviation : 0
  }
  return (mean, scale)
}

/// Offset and scale of each feature: the least value, and one over the range.
func extremesScale(_ samples: Tensor) -> (offset: [Double], scale: [Double]) {
  let (count, width) = (samples.shape[0], samples.shape[1])
  let values = samples.pointer(Float.self)
  var low = [Double](repeating: .infinity, count: width)
  var high = [Double](repeating: -.infinity, count: width)
  for row in 0..<count {
    for i in 0..<width {
      let value = Double(values[row * width + i])
      (low[i], high[i]) = (min(low[i], value), max(high[i], value))
    }
  }
  return (low, zip(low, high).map { $1 > $0 ? 1 / ($1 - $0) : 0 })
}

func moveAndScale(_ samples: Tensor, to result: Tensor, _ offset: [Double], _ scale: [Double], clip: Bool) {
  switch samples.type {
  case .float32: moveAndScale(samples.pointer(Float.self), result.pointer(Float.self), samples.shape[0], offset, scale, clip)
  case .float64: moveAndScale(samples.pointer(Double.self), result.pointer(Double.self), samples.shape[0], offset, scale, clip)
  }
}

private func moveAndScale<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ count: Int, _ offset: [Double],
  _ scale: [Double], _ clip: Bool
) {
  let width = offset.count
  Parallel.ranges(count, grain: max(1, (1 << 16) / max(1, width))) { _, range in
    for row in range {
      for i in 0..<width {
        let value = (Double(source[row * width + i]) - offset[i]) * scale[i]
        target[row * width + i] = S(clip ? min(max(value, 0), 1) : value)
      }
    }
  }
}

struct PrincipalComponents {
  var mean: [Double]
  /// [components, width]
  var rows: [Double]
  var variances: [Double]
  /// Of all features together.
  var total: Double
}

/// From the covariance of the features or, where samples are fewer, from the products of the samples.
func principalComponents(_ samples: Tensor, _ components: Int) -> PrincipalComponents {
  let count = samples.shape[0]
  let width = samples.count / count
  let values = samples.pointer(Float.self)
  let mean = columnMeans(values, count, width)
  let byFeatures = width <= count
  let size = byFeatures ? width : count
  let matrix = Tensor(.float64, [size, size])
  // Samples that are many come in pieces, so that their copies in Double stay small.
  let piece = byFeatures ? max(1, (1 << 22) / width) : count
  var kept: Tensor?
  for start in stride(from: 0, to: count, by: piece) {
    let range = start..<min(count, start + piece)
    let centred = Tensor(uninitialized: .float64, [range.count, width])
    let rows = centred.pointer(Double.self)
    for row in 0..<range.count {
      for i in 0..<width { rows[row * width + i] = Double(values[(start + row) * width + i]) - mean[i] }
    }
    if byFeatures {
      multiplyMatrices(centred, centred, transposeA: true, into: matrix, adding: true)
    } else {
      multiplyMatrices(centred, centred, transposeB: true, into: matrix)
      kept = centred
    }
  }
  let entries = matrix.pointer(Double.self)
  for i in 0..<matrix.count { entries[i] /= Double(count - 1) }
  let total = (0..<size).reduce(0) { $0 + entries[$1 * size + $1] }
  let (eigenvalues, vectors) = symmetricEigen(entries, size)
  var result = PrincipalComponents(mean: mean, rows: [], variances: [], total: total)
  for k in 0..<components {
    result.variances.append(max(0, eigenvalues[k]))
    var row = [Double](repeating: 0, count: width)
    if let kept {
      // An eigenvector of the products, carried over to the features: X^T v, of length one.
      let centred = kept.pointer(Double.self)
      for sample in 0..<count {
        let weight = vectors[k * size + sample]
        for i in 0..<width { row[i] += weight * centred[sample * width + i] }
      }
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 0 { for i in 0..<width { row[i] /= length } }
    } else {
      for i in 0..<width { row[i] = vectors[k * size + i] }
    }
    result.rows += withPositiveLargest(row)
  }
  return result
}

/// The sign that makes the largest entry positive; the first of equal ones.
private func withPositiveLargest(_ row: [Double]) -> [Double] {
  var largest = 0
  // Sizes that differ by rounding alone must not decide.
  for i in row.indices where abs(row[i]) > abs(row[largest]) * (1 + 1e-9) { largest = i }
  return row[largest] < 0 ? row.map { -$0 } : row
}

func scaledRows(_ rows: [Double], _ factors: [Double]) -> [Double] {
  let width = rows.count / factors.count
  return rows.indices.map { rows[$0] * factors[$0 / width] }
}

/// result[row] = rows (sample - mean)
func project(_ samples: Tensor, to result: Tensor, mean: [Double], rows: [Double]) {
  switch samples.type {
  case .float32: project(samples.pointer(Float.self), result.pointer(Float.self), samples.shape[0], mean, rows)
  case .float64: project(samples.pointer(Double.self), result.pointer(Double.self), samples.shape[0], mean, rows)
  }
}

private func project<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ target: UnsafeMutablePointer<S>, _ count: Int, _ mean: [Double],
  _ rows: [Double]
) {
  let width = mean.count
  let components = rows.count / width
  Parallel.ranges(count, grain: max(1, (1 << 16) / (width * components))) { _, range in
    withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { centred in
      rows.withUnsafeBufferPointer { rows in
        for sample in range {
          for i in 0..<width { centred[i] = Double(source[sample * width + i]) - mean[i] }
          for k in 0..<components {
            var sum = 0.0
            for i in 0..<width { sum += rows[k * width + i] * centred[i] }
            target[sample * components + k] = S(sum)
          }
        }
      }
    }
  }
}

private func columnMeans(_ values: UnsafeMutablePointer<Float>, _ count: Int, _ width: Int) -> [Double] {
  var sums = [Double](repeating: 0, count: width)
  for row in 0..<count {
    for i in 0..<width { sums[i] += Double(values[row * width + i]) }
  }
  return sums.map { $0 / Double(count) }
}
