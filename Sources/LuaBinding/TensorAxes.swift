// hqnn.h, "tensors": what runs along axes or moves elements about.  Axes and positions are numbered from 1 in Lua, or
// from the end by negative numbers.

import CHQNN

private let reductions: [(name: String, reduction: hqnn_reduction)] = [
  ("sum", HQNN_REDUCE_SUM), ("mean", HQNN_REDUCE_MEAN), ("prod", HQNN_REDUCE_PRODUCT), ("max", HQNN_REDUCE_MAX),
  ("min", HQNN_REDUCE_MIN), ("logsumexp", HQNN_REDUCE_LOG_SUM_EXP), ("norm_1", HQNN_REDUCE_NORM_1),
  ("norm_2", HQNN_REDUCE_NORM_2), ("norm_inf", HQNN_REDUCE_NORM_INFINITY), ("variance", HQNN_REDUCE_VARIANCE),
  ("std", HQNN_REDUCE_DEVIATION), ("sample_variance", HQNN_REDUCE_SAMPLE_VARIANCE),
  ("sample_std", HQNN_REDUCE_SAMPLE_DEVIATION),
]

let tensorAxisFunctions: [Function] =
  reductions.map { name, reduction in
    // sum(tensor, axes, keep_dims); messages name the method, without what distinguishes the kinds of norm and variance
    let method = name.hasPrefix("norm") ? "norm" : name.split(separator: "_").last.map(String.init) ?? name
    return Function("reduce", name, as: "tensor:\(method)") { call in
      let (tensor, axes, keep) = (try call.tensor(1), try call.integers(2), try call.boolean(3))
      let rank = try shape(tensor).count
      let places = try axes.map { try axis($0, rank) }
      return try call.result(.tensor) {
        hqnn_tensor_reduce(tensor, reduction, places, Int64(places.count), keep ? 1 : 0, $0)
      }
    }
  } + [true, false].map { largest in
    // argmax(): the class of each row of [rows, classes], from 0, as an array; argmax(axis): a tensor of positions from 0
    Function("tensor", largest ? "argmax" : "argmin") { call in
      let tensor = try call.tensor(1)
      var rest = try shape(tensor)
      if call.isNil(2) {
        guard rest.count == 2, rest[1] > 0 else {
          throw Failure("expected a tensor {rows, columns} or an axis, got \(describe(shape: rest))")
        }
      }
      let axis = call.isNil(2) ? 1 : try axis(call.integer(2), rest.count)
      rest.remove(at: Int(axis))
      var places = [Int64](repeating: 0, count: Int(rest.reduce(1, *)))
      try check(hqnn_tensor_extremes(tensor, largest ? 1 : 0, axis, &places, Int64(places.count)))
      if call.isNil(2) {
        call.push(places)
        return 1
      }
      return try call.result(.tensor) {
        hqnn_tensor_create(HQNN_FLOAT64, Int64(rest.count), rest, places.map(Double.init), $0)
      }
    }
  } + [
    alongAxis("softmax") { hqnn_tensor_softmax($0, $1, 0, $2) },
    alongAxis("log_softmax") { hqnn_tensor_softmax($0, $1, 1, $2) },
    alongAxis("cumsum", hqnn_tensor_cumulative_sum),

    // reshape(d1, d2, ...); one of them may be -1
    Function("tensor", "reshape") { call in
      let (tensor, shape) = (try call.tensor(1), try call.rest(2))
      return try call.result(.tensor) { hqnn_tensor_reshape(tensor, Int64(shape.count), shape, $0) }
    },
    // rows(first, count): rows of the first axis, from 1
    Function("tensor", "rows") { call in
      let (tensor, first, count) = (try call.tensor(1), try call.integer(2), try call.integer(3))
      guard first >= 1 else { throw Failure("row \(first) does not exist; rows start at 1") }
      return try call.result(.tensor) { hqnn_tensor_rows(tensor, first - 1, count, $0) }
    },
    // permute(axis, axis, ...): all axes in their new order
    Function("tensor", "permute") { call in
      let (tensor, order) = (try call.tensor(1), try call.axes(2))
      return try call.result(.tensor) { hqnn_tensor_permute(tensor, order, Int64(order.count), $0) }
    },
    // transpose(axis, axis): the last two without any
    Function("tensor", "transpose") { call in
      let tensor = try call.tensor(1)
      let rank = try shape(tensor).count
      let first = try axis(call.optional(2, call.integer) ?? -2, rank)
      let second = try axis(call.optional(3, call.integer) ?? -1, rank)
      var order = (0..<Int64(rank)).map { $0 }
      order.swapAt(Int(first), Int(second))
      return try call.result(.tensor) { hqnn_tensor_permute(tensor, order, Int64(rank), $0) }
    },
    // slice(axis, first, last, step): positions as in string.sub, the last one included
    Function("tensor", "slice") { call in
      let tensor = try call.tensor(1)
      let shape = try shape(tensor)
      let axis = try axis(call.integer(2), shape.count)
      let length = shape[Int(axis)]
      let step = try call.optional(5, call.integer) ?? 1
      guard step != 0 else { throw Failure("the step is 0; it must be another whole number") }
      func position(_ index: Int32, _ usual: Int64) throws -> Int64 {
        let given = try call.optional(index, call.integer) ?? usual
        let from1 = given < 0 ? given + length + 1 : given
        guard from1 >= 1, from1 <= length else {
          throw Failure("position \(given) is not in 1..\(length) or -\(length)..-1 (axis \(axis + 1) of shape \(describe(shape: shape)))")
        }
        return from1 - 1
      }
      let first = try position(3, step > 0 ? 1 : length)
      let last = try position(4, step > 0 ? length : 1)
      let count = max(0, (last - first) / step + 1)
      let isEmpty = step > 0 ? last < first : last > first
      return try call.result(.tensor) { hqnn_tensor_slice(tensor, axis, first, isEmpty ? 0 : count, step, $0) }
    },
    // select(axis, index): one position of an axis
    Function("tensor", "select") { call in
      let tensor = try call.tensor(1)
      let shape = try shape(tensor)
      let axis = try axis(call.integer(2), shape.count)
      let index = try place(call.integer(3), axis, shape)
      return try call.result(.tensor) { hqnn_tensor_select(tensor, axis, index, $0) }
    },
    // index_select(axis, { index, ... })
    Function("tensor", "index_select") { call in
      let tensor = try call.tensor(1)
      let shape = try shape(tensor)
      let axis = try axis(call.integer(2), shape.count)
      let indices = try call.integers(3).map { try place($0, axis, shape) }
      return try call.result(.tensor) { hqnn_tensor_index(tensor, axis, indices, Int64(indices.count), $0) }
    },
    // flip(axis, ...)
    Function("tensor", "flip") { call in
      let (tensor, axes) = (try call.tensor(1), try call.axes(2))
      return try call.result(.tensor) { hqnn_tensor_flip(tensor, axes, Int64(axes.count), $0) }
    },
    // expand(d1, d2, ...)
    Function("tensor", "expand") { call in
      let (tensor, shape) = (try call.tensor(1), try call.rest(2))
      return try call.result(.tensor) { hqnn_tensor_expand(tensor, Int64(shape.count), shape, $0) }
    },
    // tile(n1, n2, ...)
    Function("tensor", "tile") { call in
      let (tensor, times) = (try call.tensor(1), try call.rest(2))
      return try call.result(.tensor) { hqnn_tensor_tile(tensor, times, Int64(times.count), $0) }
    },
    // pad(tensor, { before, ... }, { after, ... }, value)
    Function("native", "pad", as: "tensor:pad") { call in
      let (tensor, before, after) = (try call.tensor(1), try call.integers(2), try call.integers(3))
      let value = try call.number(4)
      return try call.result(.tensor) { hqnn_tensor_pad(tensor, before, after, Int64(before.count), value, $0) }
    },
    // concat({ tensor, ... }, axis), stack({ tensor, ... }, axis)
    Function("native", "concat", as: "hq.concat") { call in
      let tensors = try call.tensors(1)
      guard let first = tensors.first, let first else { throw Failure("there are no tensors to join") }
      let axis = try axis(call.integer(2), shape(first).count)
      return try call.result(.tensor) { hqnn_tensor_concat(tensors, Int64(tensors.count), axis, $0) }
    },
    Function("native", "stack", as: "hq.stack") { call in
      let tensors = try call.tensors(1)
      guard let first = tensors.first, let first else { throw Failure("there are no tensors to join") }
      let axis = try axis(call.integer(2), shape(first).count + 1)
      return try call.result(.tensor) { hqnn_tensor_stack(tensors, Int64(tensors.count), axis, $0) }
    },
  ]

/// A method with one optional axis, the last one.
private func alongAxis(
  _ name: String,
  _ operation: @escaping (OpaquePointer?, Int64, UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status
) -> Function {
  Function("tensor", name) { call in
    let tensor = try call.tensor(1)
    let axis = try axis(call.optional(2, call.integer) ?? -1, shape(tensor).count)
    return try call.result(.tensor) { operation(tensor, axis, $0) }
  }
}

/// The axis from 0 for one from 1, or from the end.
private func axis(_ given: Int64, _ rank: Int) throws -> Int64 {
  let axis = given < 0 ? given + Int64(rank) : given - 1
  guard given != 0, axis >= 0, axis < rank else {
    throw Failure(
      rank == 0 ? "axis \(given) does not exist; the tensor has shape {}"
        : "axis \(given) is not in 1..\(rank) or -\(rank)..-1")
  }
  return axis
}

/// The position from 0 for one from 1, or from the end.
private func place(_ given: Int64, _ axis: Int64, _ shape: [Int64]) throws -> Int64 {
  let length = shape[Int(axis)]
  let place = given < 0 ? given + length : given - 1
  guard given != 0, place >= 0, place < length else {
    throw Failure("index \(given) is not in 1..\(length) or -\(length)..-1 (axis \(axis + 1) of shape \(describe(shape: shape)))")
  }
  return place
}

extension Call {
  /// The whole numbers from an argument on.
  fileprivate func rest(_ first: Int32) throws -> [Int64] {
    try (first..<max(first, count + 1)).map { try integer($0) }
  }

  /// The axes of the tensor in front, from an argument on.
  fileprivate func axes(_ first: Int32) throws -> [Int64] {
    let rank = try shape(tensor(1)).count
    return try rest(first).map { try axis($0, rank) }
  }
}
