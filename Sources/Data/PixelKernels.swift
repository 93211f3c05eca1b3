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
