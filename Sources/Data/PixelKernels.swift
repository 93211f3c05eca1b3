// Moving pixels and rows in bulk.
// Which rows, and what the bytes mean, is decided elsewhere.

import Tensors

/// Bytes from `first` on as floats in [0, 1]: byte / scale.  There are `result.count` of them.
func convert(_ bytes: [UInt8], scale: Float, to result: Tensor) {
  precondition(bytes.count >= result.count)
  let target = result.pointer(Float.self)
  bytes.withUnsafeBufferPointer { source in
    Parallel.ranges(result.count, grain: 1 << 18) { _, range in
      for i in range { target[i] = Float(source[i]) / scale }
    }
  }
}

/// Rows of the first axis, in the order of `indices`, each checked to be in range.
func gather(_ tensor: Tensor, _ indices: [Int]) -> Tensor {
  let result = Tensor(uninitialized: tensor.type, [indices.count] + tensor.shape.dropFirst())
  let stride = indices.isEmpty ? 0 : result.bytes / indices.count
  let grain = max(1, (1 << 20) / max(1, stride))
  indices.withUnsafeBufferPointer { indices in
    Parallel.ranges(indices.count, grain: grain) { _, range in
      for i in range {
        (result.raw + i * stride).copyMemory(
          from: tensor.raw + indices[i] * stride, byteCount: stride)
      }
    }
  }
  return result
}

/// Records of `length` bytes, of which the first `skipping` are left out, as rows of `result` from
/// row `first` on: byte / scale.
func convert(
  _ bytes: [UInt8], records: Int, length: Int, skipping: Int, scale: Float, to result: Tensor, from first: Int
) {
  let width = length - skipping
  precondition(bytes.count >= records * length && result.count >= (first + records) * width)
  let target = result.pointer(Float.self) + first * width
  bytes.withUnsafeBufferPointer { source in
    Parallel.ranges(records, grain: max(1, (1 << 18) / max(1, width))) { _, range in
      for record in range {
        for i in 0..<width {
          target[record * width + i] = Float(source[record * length + skipping + i]) / scale
        }
      }
    }
  }
}

/// Square planes stored column by column, as row-major floats: byte / scale.
func convertColumnMajor(_ bytes: [UInt8], planes: Int, side: Int, scale: Float, to result: Tensor) {
  precondition(bytes.count == planes * side * side && result.count == bytes.count)
  let target = result.pointer(Float.self)
  bytes.withUnsafeBufferPointer { source in
    Parallel.ranges(planes, grain: 32) { _, range in
      for plane in range {
        let start = plane * side * side
        for row in 0..<side {
          for column in 0..<side {
            target[start + row * side + column] = Float(source[start + column * side + row]) / scale
          }
        }
      }
    }
  }
}

/// [n, height, width, channels] as [n, channels, height, width].
func channelsFirst(_ images: Tensor) -> Tensor {
  let (count, channels) = (images.shape[0], images.shape[3])
  let pixels = images.shape[1] * images.shape[2]
  let result = Tensor(uninitialized: .float32, [count, channels] + images.shape[1...2])
  let (source, target) = (images.pointer(Float.self), result.pointer(Float.self))
  Parallel.ranges(count, grain: max(1, (1 << 18) / max(1, pixels * channels))) { _, range in
    for image in range {
      let start = image * pixels * channels
      for channel in 0..<channels {
        for pixel in 0..<pixels {
          target[start + channel * pixels + pixel] = source[start + pixel * channels + channel]
        }
      }
    }
  }
  return result
}

extension Dataset {
  /// The smallest and the largest value among the samples.
  public var range: (low: Double, high: Double) {
    let values = samples.pointer(Float.self)
    var (low, high) = (Float.infinity, -Float.infinity)
    for i in 0..<samples.count { (low, high) = (min(low, values[i]), max(high, values[i])) }
    return (Double(low), Double(high))
  }
}
