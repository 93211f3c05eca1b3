// Copies between a contiguous tensor and elements of another that lie at regular distances.
// Assumed checked: the map stays inside the other tensor; one element type.

import Tensors

extension StridedMap {
  /// The same elements with axes merged that follow on from each other, dimensions of 1 left out.
  fileprivate var merged: [(count: Int, stride: Int)] {
    var result: [(count: Int, stride: Int)] = []
    for axis in axes where axis.count != 1 {
      if let last = result.last, last.stride == axis.stride * axis.count {
        result[result.count - 1] = (last.count * axis.count, axis.stride)
      } else {
        result.append(axis)
      }
    }
    return result.isEmpty ? [(1, 1)] : result
  }

  /// Calls the body for each run along the innermost axis with its place in the contiguous tensor and in the other.
  @inline(__always)
  fileprivate func forEachRun(_ body: (_ place: Int, _ other: Int, _ count: Int, _ stride: Int) -> Void) {
    if axes.contains(where: { $0.count == 0 }) { return }
    let axes = merged
    let inner = axes[axes.count - 1]
    var index = [Int](repeating: 0, count: axes.count)
    var (place, other) = (0, offset)
    while true {
      body(place, other, inner.count, inner.stride)
      place += inner.count
      var axis = axes.count - 2
      while axis >= 0 {
        index[axis] += 1
        other += axes[axis].stride
        if index[axis] < axes[axis].count { break }
        other -= axes[axis].stride * index[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}

/// target[i] = source at map[i], added to what is there when `adding`.
func gather(_ source: Tensor, _ map: StridedMap, into target: Tensor, adding: Bool) {
  switch source.type {
  case .float32: gather(source.pointer(Float.self), map, target.pointer(Float.self), adding)
  case .float64: gather(source.pointer(Double.self), map, target.pointer(Double.self), adding)
  }
}

private func gather<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ map: StridedMap, _ target: UnsafeMutablePointer<S>, _ adding: Bool
) {
  map.forEachRun { place, other, count, stride in
    let (to, from) = (target + place, source + other)
    if adding {
      for i in 0..<count { to[i] += from[i * stride] }
    } else if stride == 1 {
      to.update(from: from, count: count)
    } else {
      for i in 0..<count { to[i] = from[i * stride] }
    }
  }
}

/// target at map[i] = source[i], added to what is there when `adding`; elements that the map does not name stay.
func scatter(_ source: Tensor, _ map: StridedMap, into target: Tensor, adding: Bool) {
  switch source.type {
  case .float32: scatter(source.pointer(Float.self), map, target.pointer(Float.self), adding)
  case .float64: scatter(source.pointer(Double.self), map, target.pointer(Double.self), adding)
  }
}

private func scatter<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ map: StridedMap, _ target: UnsafeMutablePointer<S>, _ adding: Bool
) {
  map.forEachRun { place, other, count, stride in
    let (from, to) = (source + place, target + other)
    if adding, stride == 0 {
      var total: S = 0
      for i in 0..<count { total += from[i] }
      to[0] += total
    } else if adding, stride == 1 {
      for i in 0..<count { to[i] += from[i] }
    } else if adding {
      for i in 0..<count { to[i * stride] += from[i] }
    } else if stride == 1 {
      to.update(from: from, count: count)
    } else {
      for i in 0..<count { to[i * stride] = from[i] }
    }
  }
}

/// target[o, k, ...] = source[o, indices[k], ...] where source is [outer, length, inner].
func takeBlocks(_ source: Tensor, _ indices: [Int], outer: Int, length: Int, into target: Tensor) {
  let block = source.bytes / max(1, outer * length)
  for o in 0..<outer {
    for (k, index) in indices.enumerated() {
      (target.raw + (o * indices.count + k) * block).copyMemory(
        from: source.raw + (o * length + index) * block, byteCount: block)
    }
  }
}

/// target[o, indices[k], ...] += source[o, k, ...]
func addBlocks(_ source: Tensor, _ indices: [Int], outer: Int, length: Int, into target: Tensor) {
  switch source.type {
  case .float32:
    addBlocks(source.pointer(Float.self), indices, outer, length, target.pointer(Float.self),
      source.count / max(1, outer * indices.count))
  case .float64:
    addBlocks(source.pointer(Double.self), indices, outer, length, target.pointer(Double.self),
      source.count / max(1, outer * indices.count))
  }
}

private func addBlocks<S: Element>(
  _ source: UnsafeMutablePointer<S>, _ indices: [Int], _ outer: Int, _ length: Int,
  _ target: UnsafeMutablePointer<S>, _ block: Int
) {
  for o in 0..<outer {
    for (k, index) in indices.enumerated() {
      let (from, to) = (source + (o * indices.count + k) * block, target + (o * length + index) * block)
      for i in 0..<block { to[i] += from[i] }
    }
  }
}

/// result = condition ≠ 0 ? a : b; equal shapes.
func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor, into result: Tensor) {
  switch a.type {
  case .float32:
    select(condition.pointer(Float.self), a.pointer(Float.self), b.pointer(Float.self), result.pointer(Float.self),
      result.count)
  case .float64:
    select(condition.pointer(Double.self), a.pointer(Double.self), b.pointer(Double.self),
      result.pointer(Double.self), result.count)
  }
}

private func select<S: Element>(
  _ condition: UnsafeMutablePointer<S>, _ a: UnsafeMutablePointer<S>, _ b: UnsafeMutablePointer<S>,
  _ result: UnsafeMutablePointer<S>, _ count: Int
) {
  for i in 0..<count { result[i] = condition[i] != 0 ? a[i] : b[i] }
}

/// target = gradient where (condition ≠ 0) = `wanted` and 0 elsewhere, added to what is there when `adding`.
func selectBackward(_ condition: Tensor, _ gradient: Tensor, wanted: Bool, into target: Tensor, adding: Bool) {
  switch gradient.type {
  case .float32:
    selectBackward(condition.pointer(Float.self), gradient.pointer(Float.self), wanted, target.pointer(Float.self),
      target.count, adding)
  case .float64:
    selectBackward(condition.pointer(Double.self), gradient.pointer(Double.self), wanted,
      target.pointer(Double.self), target.count, adding)
  }
}

private func selectBackward<S: Element>(
  _ condition: UnsafeMutablePointer<S>, _ gradient: UnsafeMutablePointer<S>, _ wanted: Bool,
  _ target: UnsafeMutablePointer<S>, _ count: Int, _ adding: Bool
) {
  for i in 0..<count {
    let part = (condition[i] != 0) == wanted ? gradient[i] : 0
    target[i] = adding ? target[i] + part : part
  }
}
