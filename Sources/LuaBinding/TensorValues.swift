// Lua values ↔ tensors: nested tables, single elements, shapes.
// Operations on tensors are in Tensor.swift.

import CHQNN

let tensorValueFunctions: [Function] = [
  // tensor(value, dtype): a number or nested arrays of numbers
  Function("make", "tensor", as: "hq.tensor") { call in
    let type = try call.dtype(2)
    let shape = try nestedShape(call)
    return type == HQNN_FLOAT32
      ? try create(call, type, shape, Float.init) : try create(call, type, shape, { $0 })
  },
  Function("tensor", "shape") { call in
    call.push(try shape(call.tensor(1)))
    return 1
  },
  Function("tensor", "count") { call in
    let tensor = try call.tensor(1)
    return try call.result { hqnn_tensor_count(tensor, $0) }
  },
  Function("tensor", "dtype") { call in
    var type = HQNN_FLOAT32
    try check(hqnn_tensor_dtype(call.tensor(1), &type))
    call.lua.push(type == HQNN_FLOAT32 ? "float32" : "float64")
    return 1
  },
  // get(i, j, ...): the element at these indices, from 1
  Function("tensor", "get") { call in
    let tensor = try call.tensor(1)
    var value = 0.0
    try check(hqnn_tensor_get(tensor, offset(call, tensor, from: 2, to: call.count), &value))
    call.lua.push(value)
    return 1
  },
  // set(value, i, j, ...)
  Function("tensor", "set") { call in
    let (tensor, value) = (try call.tensor(1), try call.number(2))
    try check(hqnn_tensor_set(tensor, offset(call, tensor, from: 3, to: call.count), value))
    return call.itself
  },
  // item(): the only element
  Function("tensor", "item") { call in
    let tensor = try call.tensor(1)
    var (count, value): (Int64, Double) = (0, 0)
    try check(hqnn_tensor_count(tensor, &count))
    guard count == 1 else {
      throw Failure("expected a tensor of one element, this one is \(describe(shape: try shape(tensor)))")
    }
    try check(hqnn_tensor_get(tensor, 0, &value))
    call.lua.push(value)
    return 1
  },
  // totable(): nested arrays; a number for a tensor of shape {}
  Function("tensor", "totable") { call in
    let tensor = try call.tensor(1)
    let shape = try shape(tensor)
    let values = try read(tensor)
    guard call.lua.reserve(Int32(shape.count) + 4) else { throw Failure("the Lua stack is full") }
    values.withUnsafeBufferPointer { values in
      var next = 0
      pushNested(call.lua, shape[...], values, &next)
    }
    return 1
  },
  // assign(value): new elements from a number or nested arrays of the tensor's shape
  Function("tensor", "assign") { call in
    let tensor = try call.tensor(1)
    call.lua.copy(2)
    let given = try nestedShape(call, at: 2)
    let wanted = try shape(tensor)
    guard given == wanted else {
      throw Failure("expected values of shape \(describe(shape: wanted)), got \(describe(shape: given))")
    }
    try write(tensor, elements(call, wanted, at: 2, as: { $0 }))
    return call.itself
  },
]

/// `{64, 1, 28, 28}`
func describe(shape: [Int64]) -> String {
  "{" + shape.map(String.init).joined(separator: ", ") + "}"
}

/// The row-major index of the indices from 1 among the arguments.
private func offset(_ call: Call, _ tensor: OpaquePointer, from first: Int32, to last: Int32) throws -> Int64 {
  let shape = try shape(tensor)
  guard Int(last - first + 1) == shape.count else {
    throw Failure("expected \(shape.count) indices for shape \(describe(shape: shape)), got \(last - first + 1)")
  }
  var offset: Int64 = 0
  for (axis, length) in shape.enumerated() {
    let index = try call.integer(first + Int32(axis))
    guard index >= 1 && index <= length else {
      throw Failure("index \(index) is not in 1..\(length) (axis \(axis + 1) of shape \(describe(shape: shape)))")
    }
    offset = offset * length + index - 1
  }
  return offset
}

// MARK: Nested arrays to tensors

/// The shape of nested arrays, as told by the first element of each.
private func nestedShape(_ call: Call, at argument: Int32 = 1) throws -> [Int64] {
  let lua = call.lua
  guard argument <= call.count else { throw call.unexpected(argument, "a number or nested arrays of numbers") }
  var shape: [Int64] = []
  lua.copy(argument)
  while lua.type(-1) == .table {
    guard shape.count < 8 else { throw Failure("arrays nested more than 8 deep") }
    let length = lua.length(-1)
    shape.append(length)
    if length == 0 { break }
    lua.pushElement(-1, 1)
    lua.swapAndDrop()
  }
  let empty = lua.type(-1) == .table
  guard empty || lua.type(-1) == .number else {
    let what = shape.isEmpty ? "" : "the first element is \(call.describe(-1)); "
    throw Failure("\(what)expected a number or nested arrays of numbers"
      + (shape.isEmpty ? ", got \(call.describe(-1))" : ""))
  }
  lua.drop()
  return shape
}

private func create<S: BitwiseCopyable>(_ call: Call, _ type: hqnn_dtype, _ shape: [Int64], _ convert: (Double) -> S) throws
  -> Int32
{
  let values = try elements(call, shape, at: 1, as: convert)
  return try call.result(.tensor) { hqnn_tensor_create(type, Int64(shape.count), shape, values, $0) }
}

/// The numbers of nested arrays of a known shape, row-major.
private func elements<S>(_ call: Call, _ shape: [Int64], at argument: Int32, as convert: (Double) -> S) throws
  -> [S]
{
  var values: [S] = []
  values.reserveCapacity(Int(shape.reduce(1, *)))
  var path: [Int64] = []

  func collect(_ depth: Int) throws {
    let lua = call.lua
    if depth == shape.count {
      guard let value = lua.number(-1) else {
        let place = path.isEmpty ? "the value" : "element \(describe(shape: path))"
        throw Failure("\(place) is \(call.describe(-1)); expected a number")
      }
      values.append(convert(value))
      return
    }
    guard lua.type(-1) == .table, lua.length(-1) == shape[depth] else {
      let got = lua.type(-1) == .table ? "\(lua.length(-1)) elements" : call.describe(-1)
      throw Failure("row \(describe(shape: path)) has \(got); the rows before it have \(shape[depth]) elements")
    }
    for position in 1...max(1, shape[depth]) where position <= shape[depth] {
      path.append(position)
      lua.pushElement(-1, position)
      try collect(depth + 1)
      lua.drop()
      path.removeLast()
    }
  }

  guard call.lua.reserve(Int32(shape.count) + 4) else { throw Failure("the Lua stack is full") }
  call.lua.copy(argument)
  try collect(0)
  call.lua.drop()
  return values
}

// MARK: Tensors to nested arrays

/// All elements as doubles.
func read(_ tensor: OpaquePointer) throws -> [Double] {
  var (count, type): (Int64, hqnn_dtype) = (0, HQNN_FLOAT32)
  try check(hqnn_tensor_count(tensor, &count))
  try check(hqnn_tensor_dtype(tensor, &type))
  if type == HQNN_FLOAT64 {
    var values = [Double](repeating: 0, count: Int(count))
    try check(hqnn_tensor_read(tensor, &values, Int(count) * 8))
    return values
  }
  var values = [Float](repeating: 0, count: Int(count))
  try check(hqnn_tensor_read(tensor, &values, Int(count) * 4))
  return values.map(Double.init)
}

private func write(_ tensor: OpaquePointer, _ values: [Double]) throws {
  var type = HQNN_FLOAT32
  try check(hqnn_tensor_dtype(tensor, &type))
  if type == HQNN_FLOAT64 {
    try check(hqnn_tensor_write(tensor, values, values.count * 8))
  } else {
    try check(hqnn_tensor_write(tensor, values.map(Float.init), values.count * 4))
  }
}

private func pushNested(
  _ lua: LuaState, _ shape: ArraySlice<Int64>, _ values: UnsafeBufferPointer<Double>, _ next: inout Int
) {
  guard let length = shape.first else {
    lua.push(values[next])
    next += 1
    return
  }
  lua.pushTable(array: Int(length))
  for position in 0..<length {
    pushNested(lua, shape.dropFirst(), values, &next)
    lua.setElement(-2, position + 1)
  }
}
