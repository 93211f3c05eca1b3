// hqnn.h, "tensors" and "losses": operations.  Creation from and conversion to Lua values are in
// TensorValues.swift; operators and constructors' options in lua/hqnn/tensor.lua.

import CHQNN

private func binary(
  _ name: String,
  _ operation: @escaping (OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status
) -> Function {
  Function("tensor", name) { call in
    let (a, b) = (try call.tensor(1), try call.tensor(2))
    return try call.result(.tensor) { operation(a, b, $0) }
  }
}

private func unary(
  _ name: String,
  _ operation: @escaping (OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status
) -> Function {
  Function("tensor", name) { call in
    let tensor = try call.tensor(1)
    return try call.result(.tensor) { operation(tensor, $0) }
  }
}

/// The functions of hqnn_tensor_map and hqnn_layer_function, by their Lua names.
let elementFunctions: [(name: String, function: hqnn_function)] = [
  ("relu", HQNN_RELU), ("sigmoid", HQNN_SIGMOID), ("tanh", HQNN_TANH), ("exp", HQNN_EXP),
  ("log", HQNN_LOG), ("sqrt", HQNN_SQRT), ("abs", HQNN_ABS), ("sin", HQNN_SIN), ("cos", HQNN_COS),
  ("square", HQNN_SQUARE),
]

let tensorFunctions: [Function] =
  elementFunctions.map { name, function in
    unary(name) { hqnn_tensor_map($0, function, $1) }
  } + [
    binary("add", hqnn_tensor_add),
    binary("subtract", hqnn_tensor_subtract),
    binary("multiply", hqnn_tensor_multiply),
    binary("divide", hqnn_tensor_divide),
    binary("matmul", hqnn_tensor_matmul),
    unary("sum", hqnn_tensor_sum),
    unary("mean", hqnn_tensor_mean),
    unary("detach", hqnn_tensor_detach),
    unary("grad", hqnn_tensor_gradient),

    // affine(scale, offset): scale * tensor + offset
    Function("tensor", "affine") { call in
      let (tensor, scale, offset) = (try call.tensor(1), try call.number(2), try call.number(3))
      return try call.result(.tensor) { hqnn_tensor_affine(tensor, scale, offset, $0) }
    },
    // reshape(d1, d2, ...); one of them may be -1
    Function("tensor", "reshape") { call in
      let tensor = try call.tensor(1)
      let shape = try (2..<max(2, call.count + 1)).map { try call.integer($0) }
      return try call.result(.tensor) { hqnn_tensor_reshape(tensor, Int64(shape.count), shape, $0) }
    },
    // rows(first, count): rows of the first axis, from 1
    Function("tensor", "rows") { call in
      let (tensor, first, count) = (try call.tensor(1), try call.integer(2), try call.integer(3))
      guard first >= 1 else { throw Failure("row \(first) does not exist; rows start at 1") }
      return try call.result(.tensor) { hqnn_tensor_rows(tensor, first - 1, count, $0) }
    },
    // cast(dtype)
    Function("tensor", "cast") { call in
      let (tensor, type) = (try call.tensor(1), try call.dtype(2))
      return try call.result(.tensor) { hqnn_tensor_cast(tensor, type, $0) }
    },
    // argmax(): the class of each row, from 0
    Function("tensor", "argmax") { call in
      let tensor = try call.tensor(1)
      let rows = try shape(tensor).first ?? 0
      var classes = [Int64](repeating: 0, count: Int(rows))
      try check(hqnn_tensor_argmax(tensor, &classes, rows))
      call.push(classes)
      return 1
    },

    // requires_grad(on): whether backward is to compute a gradient for it
    Function("tensor", "requires_grad") { call in
      let on = try call.optional(2, call.boolean) ?? true
      try check(hqnn_tensor_require_gradient(call.tensor(1), on ? 1 : 0))
      return call.itself
    },
    Function("tensor", "zero_grad") { call in
      try check(hqnn_tensor_zero_gradient(call.tensor(1)))
      return call.itself
    },
    Function("tensor", "backward") { call in
      try check(hqnn_tensor_backward(call.tensor(1)))
      NativeMemory.watch(call.lua)
      return 0
    },

    // cross_entropy(logits, labels): labels are class numbers from 0
    Function("loss", "cross_entropy", as: "hq.loss.cross_entropy") { call in
      let (logits, labels) = (try call.tensor(1), try call.integers(2))
      return try call.result(.tensor) {
        hqnn_loss_cross_entropy(logits, labels, Int64(labels.count), $0)
      }
    },
    Function("loss", "mse", as: "hq.loss.mse") { call in
      let (prediction, target) = (try call.tensor(1), try call.tensor(2))
      return try call.result(.tensor) { hqnn_loss_mse(prediction, target, $0) }
    },
  ]

/// A tensor's dimensions.
func shape(_ tensor: OpaquePointer) throws -> [Int64] {
  var rank: Int64 = 0
  try check(hqnn_tensor_rank(tensor, &rank))
  var shape = [Int64](repeating: 0, count: Int(rank))
  try check(hqnn_tensor_shape(tensor, &shape, rank))
  return shape
}

extension Call {
  /// "float32" or "float64".
  func dtype(_ index: Int32) throws -> hqnn_dtype {
    switch try string(index) {
    case "float32": return HQNN_FLOAT32
    case "float64": return HQNN_FLOAT64
    case let other: throw Failure("unknown dtype '\(other)'; it may be 'float32' or 'float64'")
    }
  }
}
