// A stretch of one axis of a tensor, written and read.
// Assumed checked: the stretch lies inside the whole, all other dimensions agree.

import Tensors

/// whole[..., first + i, ...] = part[..., i, ...]
func copyPart(_ part: Tensor, into whole: Tensor, axis: Int, first: Int) {
  let inner = part.shape[(axis + 1)...].reduce(1, *) * part.type.bytes
  let (length, stride) = (part.shape[axis] * inner, whole.shape[axis] * inner)
  for row in 0..<part.shape[..<axis].reduce(1, *) {
    (whole.raw + row * stride + first * inner).copyMemory(from: part.raw + row * length, byteCount: length)
  }
}

/// part[..., i, ...] = whole[..., first + i, ...], added to what is there when `adding`.
func addPart(of whole: Tensor, axis: Int, first: Int, into part: Tensor, adding: Bool) {
  switch part.type {
  case .float32: addPart(whole.pointer(Float.self), whole.shape, part.pointer(Float.self), part.shape, axis, first, adding)
  case .float64:
    addPart(whole.pointer(Double.self), whole.shape, part.pointer(Double.self), part.shape, axis, first, adding)
  }
}

private func addPart<S: Element>(
  _ whole: UnsafeMutablePointer<S>, _ wholeShape: [Int], _ part: UnsafeMutablePointer<S>, _ shape: [Int], _ axis: Int,
  _ first: Int, _ adding: Bool
) {
  let inner = shape[(axis + 1)...].reduce(1, *)
  let (length, stride) = (shape[axis] * inner, wholeShape[axis] * inner)
  for row in 0..<shape[..<axis].reduce(1, *) {
    let (from, to) = (whole + row * stride + first * inner, part + row * length)
    if adding {
      for i in 0..<length { to[i] += from[i] }
    } else {
      to.update(from: from, count: length)
    }
  }
}
