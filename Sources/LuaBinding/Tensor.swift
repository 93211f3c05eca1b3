// hqnn.h, "tensors": operations.  Reductions and shapes are in TensorAxes.swift, losses in Loss.swift; creation from and conversion to Lua values are in
// TensorValues.swift; operators and constructors' options in lua/hqnn/tensor.lua.

import CHQNN

func binary(
  _ name: String,
  _ operation: @escaping (OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status
) -> Function {
  Function("tensor", name) { call in
    let (a, b) = (try call.tensor(1), try call.tensor(2))
    return try call.result(.tensor) { operation(a, b, $0) }
  }
}

func unary(
  _ name: String,
  _ operation: @escaping (OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status
) -> Function {
  Function("tensor", name) { call in
    let tensor = try call.tensor(1)
    return try call.result(.tensor) { operation(tensor, $0) }
  }
}

/// The functions of hqnn_tensor_map and hqnn_layer_function without a parameter, by their Lua names.
let elementFunctions: [(name: String, function: hqnn_function)] = [
  ("relu", HQNN_RELU), ("sigmoid", HQNN_SIGMOID), ("tanh", HQNN_TANH), ("exp", HQNN_EXP),
  ("log", HQNN_LOG), ("sqrt", HQNN_SQRT), ("abs", HQNN_ABS), ("sin", HQNN_SIN), ("cos", HQNN_COS),
  ("square", HQNN_SQUARE), ("neg", HQNN_NEGATE), ("sign", HQNN_SIGN), ("floor", HQNN_FLOOR), ("ceil", HQNN_CEIL),
  ("round", HQNN_ROUND), ("log1p", HQNN_LOG1P), ("expm1", HQNN_EXPM1), ("reciprocal", HQNN_RECIPROCAL),
  ("softplus", HQNN_SOFTPLUS), ("gelu", HQNN_GELU), ("silu", HQNN_SILU),
]

/// Those with a parameter, and its name as an option.
let parametricFunctions: [(name: String, option: String, usual: Double, function: hqnn_function)] = [
  ("leaky_relu", "slope", 0.01, HQNN_LEAKY_RELU), ("elu", "alpha", 1, HQNN_ELU),
]

private let comparisons: [(name: String, comparison: hqnn_comparison)] = [
  ("eq", HQNN_EQUAL), ("ne", HQNN_NOT_EQUAL), ("lt", HQNN_LESS), ("le", HQNN_LESS_OR_EQUAL), ("gt", HQNN_GREATER),
  ("ge", HQNN_GREATER_OR_EQUAL),
]

let tensorFunctions: [Function] =
  elementFunctions.map { name, function in
    unary(name) { hqnn_tensor_map($0, function, $1) }
  } + parametricFunctions.map { name, _, usual, function in
    // leaky_relu(slope), elu(alpha)
    Function("tensor", name) { call in
      let (tensor, parameter) = (try call.tensor(1), try call.optional(2, call.number) ?? usual)
      return try call.result(.tensor) { hqnn_tensor_map_with(tensor, function, parameter, $0) }
    }
  } + comparisons.map { name, comparison in
    // eq(other), ...: a tensor or a number
    Function("tensor", name) { call in
      let (a, b) = (try call.tensor(1), try call.operand(2, like: 1))
      return try call.result(.tensor) { hqnn_tensor_compare(a, b, comparison, $0) }
    }
  } + [
    binary("add", hqnn_tensor_add),
    binary("subtract", hqnn_tensor_subtract),
    binary("multiply", hqnn_tensor_multiply),
    binary("divide", hqnn_tensor_divide),
    binary("matmul", hqnn_tensor_matmul),
    binary("maximum", hqnn_tensor_maximum),
    binary("minimum", hqnn_tensor_minimum),
    // pow(exponent): a number or a tensor
    Function("tensor", "pow") { call in
      let a = try call.tensor(1)
      if let exponent = call.lua.number(2) {
        return try call.result(.tensor) { hqnn_tensor_map_with(a, HQNN_POWER, exponent, $0) }
      }
      let b = try call.operand(2, like: 1)
      return try call.result(.tensor) { hqnn_tensor_power(a, b, $0) }
    },
    // clamp(low, high); nil: no bound
    Function("tensor", "clamp") { call in
      let tensor = try call.tensor(1)
      let low = try call.optional(2, call.number) ?? -.infinity
      let high = try call.optional(3, call.number) ?? .infinity
      return try call.result(.tensor) { hqnn_tensor_clamp(tensor, low, high, $0) }
    },
    // where(condition, a, b)
    Function("native", "where", as: "hq.where") { call in
      let (condition, a, b) = (try call.tensor(1), try call.tensor(2), try call.tensor(3))
      return try call.result(.tensor) { hqnn_tensor_where(condition, a, b, $0) }
    },
    unary("detach", hqnn_tensor_detach),
    unary("grad", hqnn_tensor_gradient),

    // affine(scale, offset): scale * tensor + offset
    Function("tensor", "affine") { call in
      let (tensor, scale, offset) = (try call.tensor(1), try call.number(2), try call.number(3))
      return try call.result(.tensor) { hqnn_tensor_affine(tensor, scale, offset, $0) }
    },
    // cast(dtype)
    Function("tensor", "cast") { call in
      let (tensor, type) = (try call.tensor(1), try call.dtype(2))
      return try call.result(.tensor) { hqnn_tensor_cast(tensor, type, $0) }
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
    // gradients(result, { tensor, ... }, seed): as many results
    Function("native", "gradients", as: "hq.grad") { call in
      let (result, tensors) = (try call.tensor(1), try call.tensors(2))
      let seed = try call.optional(3, call.tensor)
      guard call.lua.reserve(Int32(tensors.count) + 10) else { throw Failure("the Lua stack is full") }
      // The objects are made before the handles that they will hold.
      let places = tensors.map { _ in call.lua.pushObject(.tensor) }
      var gradients = [OpaquePointer?](repeating: nil, count: tensors.count)
      try check(hqnn_tensor_gradients(result, seed, tensors, Int64(tensors.count), &gradients))
      for (place, gradient) in zip(places, gradients) { place.pointee = gradient }
      return Int32(tensors.count)
    },
    // recording(on): whether it was on
    Function("native", "recording", as: "hq.no_grad") { call in
      let before = hqnn_recording_get()
      if let on = try call.optional(1, call.boolean) { hqnn_recording_set(on ? 1 : 0) }
      call.lua.push(before != 0)
      return 1
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
  /// A tensor, or a number as a tensor of another argument's type.  The handle stays valid during the call: a new
  /// object stays on the stack.
  func operand(_ index: Int32, like other: Int32) throws -> OpaquePointer {
    guard let value = lua.number(index) else {
      guard index <= count, lua.kind(index) == .tensor else { throw unexpected(index, "a tensor or a number") }
      return try tensor(index)
    }
    var type = HQNN_FLOAT32
    try check(hqnn_tensor_dtype(tensor(other), &type))
    let place = lua.pushObject(.tensor)
    try check(hqnn_tensor_create(type, 0, nil, nil, place))
    try check(hqnn_tensor_set(place.pointee, 0, value))
    guard let made = place.pointee else { throw Failure("no tensor was made") }
    return made
  }

  /// An array of tensors.
  func tensors(_ table: Int32) throws -> [OpaquePointer?] {
    try self.table(table, "an array of tensors")
    return try (0..<lua.length(table)).map { position in
      lua.pushElement(table, position + 1)
      defer { lua.drop() }
      guard lua.kind(-1) == .tensor else {
        throw Failure("element \(position + 1): expected a tensor, got \(describe(-1))")
      }
      guard let tensor = lua.box(-1).pointee else {
        throw Failure("element \(position + 1): the tensor was released")
      }
      return tensor
    }
  }

  /// "float32" or "float64".
  func dtype(_ index: Int32) throws -> hqnn_dtype {
    switch try string(index) {
    case "float32": return HQNN_FLOAT32
    case "float64": return HQNN_FLOAT64
    case let other: throw Failure("unknown dtype '\(other)'; it may be 'float32' or 'float64'")
    }
  }
}
