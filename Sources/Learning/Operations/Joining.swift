// Tensors put together and taken apart along an axis: concat, stack, pad, split, rows by index.

import Tensors

/// Parts of a result along one axis; backward hands each its own part of the gradient.
struct Concat: Operation {
  let parts: [Variable]
  let maps: [StridedMap]

  var operands: [Variable] { parts }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    for (part, map) in zip(parts, maps) where part.requiresGradient {
      part.accumulate { gather(gradient, map, into: $0, adding: $1) }
    }
  }
}

/// The operand inside a frame of one value.
struct Pad: Operation {
  let x: Variable
  let map: StridedMap

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    x.accumulate { gather(gradient, map, into: $0, adding: $1) }
  }
}

/// Positions of an axis by index.
struct IndexSelect: Operation {
  let x: Variable
  let indices: [Int]
  let outer, length: Int

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    x.accumulate { into, adding in
      if !adding { into.fill(0) }
      addBlocks(gradient, indices, outer: outer, length: length, into: into)
    }
  }
}

extension Variable {
  /// One after the other along an axis; all other dimensions must agree.
  package static func concat(_ parts: [Variable], axis: Int) throws -> Variable {
    guard let first = parts.first else { throw EngineError.value("there are no tensors to join") }
    let axis = try first.resolved(axis: axis)
    var shape = first.shape
    shape[axis] = 0
    for (number, part) in parts.enumerated() {
      try checkTypes(first, part)
      var rest = part.shape
      if rest.count == shape.count { rest[axis] = 0 }
      var wanted = shape
      wanted[axis] = 0
      guard rest == wanted else {
        throw EngineError.shape(
          "tensor \(number) is \(describe(shape: part.shape)) and the first \(describe(shape: first.shape)); they must agree but for axis \(axis)")
      }
      shape[axis] += part.shape[axis]
    }
    try ensureFits(first.type, shape)
    let result = Tensor(uninitialized: first.type, shape)
    var (maps, start): ([StridedMap], Int) = ([], 0)
    for part in parts {
      var map = StridedMap(shape)
      map.offset = start * map.axes[axis].stride
      map.axes[axis].count = part.shape[axis]
      scatter(part.value, map, into: result, adding: false)
      maps.append(map)
      start += part.shape[axis]
    }
    return .result(result, of: Concat(parts: parts, maps: maps))
  }

  /// Equal shapes along a new axis, which may be behind the last one.
  package static func stack(_ parts: [Variable], axis: Int) throws -> Variable {
    guard let first = parts.first else { throw EngineError.value("there are no tensors to join") }
    let rank = first.shape.count
    guard axis >= -rank - 1, axis <= rank else {
      throw EngineError.value("axis is \(axis); the result has axes 0..\(rank), or -1..\(-rank - 1) from the end")
    }
    let place = axis < 0 ? axis + rank + 1 : axis
    let raised = try parts.enumerated().map { number, part in
      guard part.shape == first.shape else {
        throw EngineError.shape(
          "tensor \(number) is \(describe(shape: part.shape)) and the first \(describe(shape: first.shape)); they must be equal")
      }
      var shape = part.shape
      shape.insert(1, at: place)
      return try part.reshaped(shape)
    }
    return try concat(raised, axis: place)
  }

  /// Pieces of an axis; the sizes must add up to its length.
  package func split(axis: Int, sizes: [Int]) throws -> [Variable] {
    let axis = try resolved(axis: axis)
    guard sizes.allSatisfy({ $0 >= 0 }), sizes.reduce(0, { $0 &+ $1 }) == shape[axis] else {
      throw EngineError.value(
        "sizes \(describe(shape: sizes)) do not add up to \(shape[axis]), the length of axis \(axis) of \(describe(shape: shape))")
    }
    var start = 0
    return try sizes.map { size in
      defer { start += size }
      return try sliced(axis: axis, start: start, count: size)
    }
  }

  /// A frame of `value`: so many positions before and behind for each axis, 0 or more.
  package func padded(before: [Int], after: [Int], value fill: Double) throws -> Variable {
    guard before.count == shape.count, after.count == shape.count else {
      throw EngineError.value(
        "pad takes two numbers for each of the \(shape.count) axes of \(describe(shape: shape)), got \(before.count) and \(after.count)")
    }
    if let wrong = (before + after).first(where: { $0 < 0 || $0 > 1 << 40 }) {
      throw EngineError.value("a padding is \(wrong); it must be 0 or more")
    }
    let wide = shape.indices.map { shape[$0] + before[$0] + after[$0] }
    try ensureFits(type, wide)
    let result = Tensor(uninitialized: type, wide)
    result.fill(fill)
    var map = StridedMap(wide)
    for axis in shape.indices {
      map.offset += before[axis] * map.axes[axis].stride
      map.axes[axis].count = shape[axis]
    }
    scatter(value, map, into: result, adding: false)
    return .result(result, of: Pad(x: self, map: map))
  }

  /// The positions of an axis with these numbers, in this order; a number may come several times.
  package func indexed(axis: Int, _ indices: [Int]) throws -> Variable {
    let axis = try resolved(axis: axis)
    let length = shape[axis]
    if let wrong = indices.first(where: { $0 < 0 || $0 >= length }) {
      throw EngineError.value("index \(wrong) is not in 0..<\(length) (axis \(axis) of shape \(describe(shape: shape)))")
    }
    var wanted = shape
    wanted[axis] = indices.count
    try ensureFits(type, wanted)
    let result = Tensor(uninitialized: type, wanted)
    let outer = shape[..<axis].reduce(1, *)
    takeBlocks(value, indices, outer: outer, length: length, into: result)
    return .result(result, of: IndexSelect(x: self, indices: indices, outer: outer, length: length))
  }
}
