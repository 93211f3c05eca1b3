// Results whose elements are elements of one operand: permuted, sliced, flipped, expanded.
// One operation with one pair of kernels; the functions below only say which element lies where.

import Tensors

/// Where each element of a result lies in another tensor: at offset + Σ index · stride.
struct StridedMap {
  var offset = 0
  /// The result's dimensions; strides may be negative, or 0 where an element repeats.
  var axes: [(count: Int, stride: Int)]

  var shape: [Int] { axes.map(\.count) }

  /// Every element of a contiguous tensor.
  init(_ shape: [Int]) {
    axes = shape.map { ($0, 1) }
    var stride = 1
    for axis in shape.indices.reversed() {
      axes[axis].stride = stride
      stride *= shape[axis]
    }
  }
}

struct StridedView: Operation {
  let x: Variable
  let map: StridedMap

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  static func apply(_ x: Variable, _ map: StridedMap) throws -> Variable {
    try ensureFits(x.type, map.shape)
    let result = Tensor(uninitialized: x.type, map.shape)
    gather(x.value, map, into: result, adding: false)
    return .result(result, of: StridedView(x: x, map: map))
  }

  func backward(_ gradient: Tensor) {
    x.accumulate { into, adding in
      if !adding { into.fill(0) }
      scatter(gradient, map, into: into, adding: true)
    }
  }
}

extension Variable {
  /// An axis from 0, or counted from the end by a negative number.
  func resolved(axis: Int, _ name: String = "axis") throws -> Int {
    let rank = shape.count
    guard axis >= -rank, axis < rank else {
      throw EngineError.value(
        rank == 0
          ? "\(name) is \(axis); a tensor of shape {} has no axes"
          : "\(name) is \(axis); shape \(describe(shape: shape)) has axes 0..\(rank - 1), or -1..\(-rank) from the end")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Several axes, each once; in the given order.
  func resolved(axes: [Int]) throws -> [Int] {
    var result: [Int] = []
    for axis in axes {
      let resolved = try resolved(axis: axis)
      guard !result.contains(resolved) else { throw EngineError.value("axis \(axis) is given twice") }
      result.append(resolved)
    }
    return result
  }

  /// Axis k of the result is axis order[k] of this one; every axis once.
  package func permuted(_ order: [Int]) throws -> Variable {
    let order = try resolved(axes: order)
    guard order.count == shape.count else {
      throw EngineError.value("permute takes all \(shape.count) axes of \(describe(shape: shape)), got \(order.count)")
    }
    var map = StridedMap(shape)
    map.axes = order.map { [axes = map.axes] in axes[$0] }
    return try StridedView.apply(self, map)
  }

  /// Two axes exchanged.
  package func transposed(_ first: Int = -2, _ second: Int = -1) throws -> Variable {
    let (first, second) = (try resolved(axis: first), try resolved(axis: second))
    var map = StridedMap(shape)
    map.axes.swapAt(first, second)
    return try StridedView.apply(self, map)
  }

  /// `count` positions of an axis, from `start` on in steps of `step` (not 0, negative backwards).
  package func sliced(axis: Int, start: Int, count: Int, step: Int = 1) throws -> Variable {
    let axis = try resolved(axis: axis)
    let length = shape[axis]
    guard step != 0 else { throw EngineError.value("the step of a slice is 0; it must be another whole number") }
    guard count >= 0 else { throw EngineError.value("the count of a slice is \(count); it must be 0 or more") }
    if count > 0 {
      let (span, overflow) = (count - 1).multipliedReportingOverflow(by: step)
      let last = start.addingReportingOverflow(span)
      guard !overflow, !last.overflow, (0..<length).contains(start), (0..<length).contains(last.partialValue) else {
        throw EngineError.value(
          "a slice of \(count) from \(start) in steps of \(step) does not fit axis \(axis) of \(describe(shape: shape)), whose positions are 0..<\(length)"
        )
      }
    }
    var map = StridedMap(shape)
    map.offset = count > 0 ? start * map.axes[axis].stride : 0
    map.axes[axis] = (count, map.axes[axis].stride * step)
    return try StridedView.apply(self, map)
  }

  /// One position of an axis, which is then gone.
  package func selected(axis: Int, _ index: Int) throws -> Variable {
    let axis = try resolved(axis: axis)
    guard (0..<shape[axis]).contains(index) else {
      throw EngineError.value(
        "index \(index) is not in 0..<\(shape[axis]) (axis \(axis) of shape \(describe(shape: shape)))")
    }
    var map = StridedMap(shape)
    map.offset = index * map.axes[axis].stride
    map.axes.remove(at: axis)
    return try StridedView.apply(self, map)
  }

  /// The axes backwards.
  package func flipped(_ axes: [Int]) throws -> Variable {
    var map = StridedMap(shape)
    for axis in try resolved(axes: axes) where shape[axis] > 0 {
      map.offset += (shape[axis] - 1) * map.axes[axis].stride
      map.axes[axis].stride *= -1
    }
    return try StridedView.apply(self, map)
  }

  /// Dimensions of 1, and ones in front, stretched to another shape; -1 keeps a dimension.
  package func expanded(to wanted: [Int]) throws -> Variable {
    func mismatch() -> EngineError {
      .shape(
        "cannot expand \(describe(shape: shape)) to \(describe(shape: wanted)): dimensions of 1 stretch, others must stay (-1 keeps one), new ones come in front"
      )
    }
    let new = wanted.count - shape.count
    guard new >= 0 else { throw mismatch() }
    var map = StridedMap(shape)
    map.axes = Array(repeating: (1, 0), count: new) + map.axes
    for (axis, count) in wanted.enumerated() {
      if count == -1, axis >= new { continue }
      guard count >= 0, axis < new || map.axes[axis].count == 1 || map.axes[axis].count == count else {
        throw mismatch()
      }
      if map.axes[axis].count != count { map.axes[axis] = (count, 0) }
    }
    return try StridedView.apply(self, map)
  }

  /// The whole tensor so many times along each axis; more numbers than axes add axes in front.
  package func repeated(_ times: [Int]) throws -> Variable {
    guard times.count >= shape.count, times.allSatisfy({ $0 >= 0 }) else {
      throw EngineError.value(
        "tile takes a count of 0 or more for each of the \(shape.count) axes of \(describe(shape: shape)), got \(describe(shape: times))")
    }
    let padded = Array(repeating: 1, count: times.count - shape.count) + shape
    try ensureFits(type, zip(padded, times).map { $0.multipliedReportingOverflow(by: $1) }.map { $0.overflow ? .max : $0.partialValue })
    let apart = try reshaped(padded.flatMap { [1, $0] })
    let wide = try apart.expanded(to: zip(times, padded).flatMap { [$0, $1] })
    return try wide.reshaped(zip(times, padded).map { $0 * $1 })
  }
}
