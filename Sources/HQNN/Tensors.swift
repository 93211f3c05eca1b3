// hqnn.h, "tensors".  A handle is a Variable.

import CHQNN
import Learning
import Tensors

func tensor(_ pointer: OpaquePointer?, _ what: String = "tensor") throws -> Variable {
  try borrow(pointer, what, as: Variable.self)
}

func elementType(_ dtype: hqnn_dtype) throws -> ElementType {
  guard let type = ElementType(rawValue: UInt32(dtype.rawValue)) else {
    throw EngineError.value("dtype is \(dtype.rawValue); it must be HQNN_FLOAT32 or HQNN_FLOAT64")
  }
  return type
}

func function(_ function: hqnn_function) throws -> Function {
  guard let result = Function(rawValue: UInt32(function.rawValue)) else {
    throw EngineError.value("function is \(function.rawValue); it must be HQNN_RELU ... HQNN_POWER")
  }
  return result
}

/// A shape from C.  The rank is bounded because nothing else tells a wild number from an array's length.
func shape(_ rank: Int64, _ dimensions: UnsafePointer<Int64>?) throws -> [Int] {
  guard rank <= 16 else { throw EngineError.value("rank is \(rank); it must be in 0..16") }
  return try array(dimensions, rank, "dimensions").map(Int.init)
}

/// The shape of a new tensor: each dimension 0 or more, and the whole fits into memory.
func newShape(
  _ type: ElementType, _ rank: Int64, _ dimensions: UnsafePointer<Int64>?
) throws -> [Int] {
  let result = try shape(rank, dimensions)
  if let wrong = result.first(where: { $0 < 0 }) {
    throw EngineError.value("a dimension is \(wrong); it must be 0 or more")
  }
  try ensureFits(type, result)
  return result
}

/// Refuses to change values that a recorded operation may still need.
private func checkWritable(_ variable: Variable) throws {
  guard !variable.isResult else {
    throw EngineError.state("this tensor is the result of an operation; write to a detached copy of it")
  }
}

private func checkBytes(_ bytes: Int, _ variable: Variable) throws {
  guard bytes == variable.value.bytes else {
    throw EngineError.shape(
      "the buffer has \(bytes) bytes; a \(variable.type.name) tensor \(describe(shape: variable.shape)) has \(variable.value.bytes)"
    )
  }
}

private func element(_ index: Int64, of variable: Variable) throws -> Int {
  guard index >= 0, index < variable.value.count else {
    throw EngineError.value("index \(index) is not in 0..<\(variable.value.count)")
  }
  return Int(index)
}

/// Writes whole numbers into a C array with room for `capacity` of them.
func write(
  _ values: [Int], to out: UnsafeMutablePointer<Int64>?, _ capacity: Int64, _ what: String
) throws {
  guard capacity >= values.count else {
    throw EngineError.value("out has room for \(capacity) \(what); there are \(values.count)")
  }
  if values.isEmpty { return }
  let out = try place(out)
  for (i, value) in values.enumerated() { out[i] = Int64(value) }
}

// MARK: looking and writing

@c @implementation
public func hqnn_tensor_dtype(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<hqnn_dtype>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = try tensor(pointer).type == .float32 ? HQNN_FLOAT32 : HQNN_FLOAT64
  }
}

@c @implementation
public func hqnn_tensor_rank(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = Int64(try tensor(pointer).value.rank)
  }
}

@c @implementation
public func hqnn_tensor_shape(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?, _ capacity: Int64
) -> hqnn_status {
  status {
    let shape = try tensor(pointer).shape
    try write(shape, to: out, capacity, "dimensions")
  }
}

@c @implementation
public func hqnn_tensor_count(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = Int64(try tensor(pointer).value.count)
  }
}

@c @implementation
public func hqnn_tensor_read(
  _ pointer: OpaquePointer?, _ buffer: UnsafeMutableRawPointer?, _ bytes: Int
) -> hqnn_status {
  status {
    let source = try tensor(pointer)
    try checkBytes(bytes, source)
    if bytes == 0 { return }
    guard let buffer else { throw EngineError.null("buffer is NULL") }
    buffer.copyMemory(from: source.value.raw, byteCount: bytes)
  }
}

@c @implementation
public func hqnn_tensor_write(
  _ pointer: OpaquePointer?, _ buffer: UnsafeRawPointer?, _ bytes: Int
) -> hqnn_status {
  status {
    let target = try tensor(pointer)
    try checkBytes(bytes, target)
    try checkWritable(target)
    if bytes == 0 { return }
    guard let buffer else { throw EngineError.null("buffer is NULL") }
    target.value.raw.copyMemory(from: buffer, byteCount: bytes)
    target.value.noteWrite()
  }
}

@c @implementation
public func hqnn_tensor_get(
  _ pointer: OpaquePointer?, _ index: Int64, _ out: UnsafeMutablePointer<Double>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let source = try tensor(pointer)
    out.pointee = source.value[try element(index, of: source)]
  }
}

@c @implementation
public func hqnn_tensor_set(_ pointer: OpaquePointer?, _ index: Int64, _ value: Double) -> hqnn_status {
  status {
    let target = try tensor(pointer)
    let index = try element(index, of: target)
    try checkWritable(target)
    target.value[index] = value
    target.value.noteWrite()
  }
}

@c @implementation
public func hqnn_tensor_argmax(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?, _ capacity: Int64
) -> hqnn_status {
  status { try write(try tensor(pointer).value.argmax(), to: out, capacity, "rows") }
}

// MARK: differentiation

@c @implementation
public func hqnn_tensor_require_gradient(_ pointer: OpaquePointer?, _ required: Int32) -> hqnn_status {
  status { try tensor(pointer).setRequiresGradient(required != 0) }
}

@c @implementation
public func hqnn_tensor_gradient(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    guard let gradient = try tensor(pointer).gradient else {
      throw EngineError.state(
        "the tensor has no gradient: either it does not require one or no backward has reached it")
    }
    out.pointee = handle(Variable(gradient.copy()))
  }
}

@c @implementation
public func hqnn_tensor_zero_gradient(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try tensor(pointer).zeroGradient() }
}

@c @implementation
public func hqnn_tensor_backward(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try tensor(pointer).backward() }
}

@c @implementation
public func hqnn_tensor_detach(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(Variable(try tensor(pointer).value.copy()))
  }
}
