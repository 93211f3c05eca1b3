// Tensors made by a rule or drawn.  Shapes and options are told apart in lua/hqnn/tensor.lua.

import CHQNN

let tensorMakingFunctions: [Function] = [
  // zeros(shape, dtype), ones(shape, dtype), full(shape, dtype, { value = ... })
  Function("make", "zeros", as: "hq.zeros") { call in try filled(call, 0) },
  Function("make", "ones", as: "hq.ones") { call in try filled(call, 1) },
  Function("make", "full", as: "hq.full") { call in
    var value = 0.0
    try call.field(3, "value", &value)
    return try filled(call, value)
  },
  // uniform(shape, dtype, { low = 0, high = 1, seed })
  Function("make", "uniform", as: "hq.uniform") { call in
    let (shape, type) = (try call.integers(1), try call.dtype(2))
    var (low, high, seed): (Double, Double, UInt64) = (0, 1, 0)
    try call.field(3, "low", &low)
    try call.field(3, "high", &high)
    try call.field(3, "seed", &seed)
    return try call.result(.tensor) {
      hqnn_tensor_uniform(type, Int64(shape.count), shape, low, high, seed, $0)
    }
  },
  // normal(shape, dtype, { mean = 0, deviation = 1, seed })
  Function("make", "normal", as: "hq.normal") { call in
    let (shape, type) = (try call.integers(1), try call.dtype(2))
    var (mean, deviation, seed): (Double, Double, UInt64) = (0, 1, 0)
    try call.field(3, "mean", &mean)
    try call.field(3, "deviation", &deviation)
    try call.field(3, "seed", &seed)
    return try call.result(.tensor) {
      hqnn_tensor_normal(type, Int64(shape.count), shape, mean, deviation, seed, $0)
    }
  },
  // bernoulli(shape, dtype, { p = 0.5, seed })
  Function("make", "bernoulli", as: "hq.bernoulli") { call in
    let (shape, type) = (try call.integers(1), try call.dtype(2))
    var (p, seed): (Double, UInt64) = (0.5, 0)
    try call.field(3, "p", &p)
    try call.field(3, "seed", &seed)
    return try call.result(.tensor) { hqnn_tensor_bernoulli(type, Int64(shape.count), shape, p, seed, $0) }
  },
  // randint(shape, dtype, { low = 0, high, seed })
  Function("make", "randint", as: "hq.randint") { call in
    let (shape, type) = (try call.integers(1), try call.dtype(2))
    var (low, high, seed): (Int64, Int64, UInt64) = (0, 0, 0)
    try call.field(3, "low", &low)
    try call.field(3, "high", &high)
    try call.field(3, "seed", &seed)
    return try call.result(.tensor) { hqnn_tensor_integers(type, Int64(shape.count), shape, low, high, seed, $0) }
  },
  // permutation(count, seed): 1..count in a drawn order
  Function("make", "permutation", as: "hq.permutation") { call in
    let (count, seed) = (try call.integer(1), try call.seed(2))
    guard count >= 0, count <= 1 << 31 else { throw Failure("the count is \(count); it must be in 0..2^31") }
    var order = [Int64](repeating: 0, count: Int(count))
    try check(hqnn_random_permutation(count, seed, &order))
    call.push(order.map { $0 + 1 })
    return 1
  },
  // arange(dtype, { start = 0, stop, step = 1 }): stop is not included
  Function("make", "arange", as: "hq.arange") { call in
    let type = try call.dtype(1)
    var (start, stop, step) = (0.0, 0.0, 1.0)
    try call.field(2, "start", &start)
    try call.field(2, "stop", &stop)
    try call.field(2, "step", &step)
    guard step != 0, start.isFinite, stop.isFinite, step.isFinite else {
      throw Failure("start \(start), stop \(stop), step \(step): all must be finite and step not 0")
    }
    let count = max(0, ((stop - start) / step).rounded(.up))
    guard count < 1e15 else { throw Failure("from \(start) to \(stop) in steps of \(step) are too many numbers") }
    return try call.result(.tensor) { hqnn_tensor_arange(type, start, step, Int64(count), $0) }
  },
  // linspace(dtype, { first = 0, last = 1, count })
  Function("make", "linspace", as: "hq.linspace") { call in
    let type = try call.dtype(1)
    var (first, last, count): (Double, Double, Int64) = (0, 1, 0)
    try call.field(2, "first", &first)
    try call.field(2, "last", &last)
    try call.field(2, "count", &count)
    return try call.result(.tensor) { hqnn_tensor_linspace(type, first, last, count, $0) }
  },
  // eye(rows, columns, dtype)
  Function("make", "eye", as: "hq.eye") { call in
    let (rows, columns, type) = (try call.integer(1), try call.integer(2), try call.dtype(3))
    return try call.result(.tensor) { hqnn_tensor_eye(type, rows, columns, $0) }
  },
  // one_hot(labels, classes, dtype): class numbers from 0
  Function("make", "one_hot", as: "hq.one_hot") { call in
    let (labels, classes, type) = (try call.integers(1), try call.integer(2), try call.dtype(3))
    return try call.result(.tensor) { hqnn_tensor_one_hot(type, labels, Int64(labels.count), classes, $0) }
  },
]

/// A tensor of equal elements; the arguments are a shape and an element type.
private func filled(_ call: Call, _ value: Double) throws -> Int32 {
  let (shape, type) = (try call.integers(1), try call.dtype(2))
  if value == 0 {
    return try call.result(.tensor) { hqnn_tensor_create(type, Int64(shape.count), shape, nil, $0) }
  }
  let zeros = call.lua.pushObject(.tensor)
  try check(hqnn_tensor_create(type, Int64(shape.count), shape, nil, zeros))
  return try call.result(.tensor) { hqnn_tensor_affine(zeros.pointee, 1, value, $0) }
}
