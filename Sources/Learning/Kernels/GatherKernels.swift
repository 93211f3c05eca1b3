// Copying rows about.
// Assumed checked: indices are rows of the source, the target has as many rows as there are indices.

import Tensors

/// target[i, ...] = source[indices[i], ...]
func copyRows(of source: Tensor, _ indices: ArraySlice<Int>, into target: Tensor) {
  let bytes = source.bytes / max(1, source.shape[0])
  var to = target.raw
  for index in indices {
    to.copyMemory(from: source.raw + index * bytes, byteCount: bytes)
    to += bytes
  }
}

/// target[first...] = rows
package func copyRows(_ rows: Tensor, into target: Tensor, at first: Int) {
  let bytes = target.bytes / max(1, target.shape[0])
  (target.raw + first * bytes).copyMemory(from: rows.raw, byteCount: rows.bytes)
}
