// hqnn.h, "tensors": the operations.

import CHQNN
import Learning
import Tensors

/// One operand in, one new tensor out.
private func operation(
  _ x: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?, _ body: (Variable) throws -> Variable
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try body(try tensor(x)))
  }
}

private func operation(
  _ a: OpaquePointer?, _ b: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ body: (Variable, Variable) throws -> Variable
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try body(try tensor(a, "a"), try tensor(b, "b")))
  }
}

@c @implementation
public func hqnn_tensor_add(
  _ a: OpaquePointer?, _ b: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(a, b, out) { try $0 + $1 }
}

@c @implementation
public func hqnn_tensor_subtract(
  _ a: OpaquePointer?, _ b: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(a, b, out) { try $0 - $1 }
}

@c @implementation
public func hqnn_tensor_multiply(
  _ a: OpaquePointer?, _ b: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(a, b, out) { try $0 * $1 }
}

@c @implementation
public func hqnn_tensor_divide(
  _ a: OpaquePointer?, _ b: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(a, b, out) { try $0 / $1 }
}

@c @implementation
public func hqnn_tensor_affine(
  _ x: OpaquePointer?, _ scale: Double, _ offset: Double, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { $0.affine(scale: scale, offset: offset) }
}

@c @implementation
public func hqnn_tensor_map(
  _ x: OpaquePointer?, _ name: hqnn_function, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) {
    let function = try function(name)
    return $0.map(function, parameter: try function.checked(nil))
  }
}

@c @implementation
public func hqnn_tensor_map_with(
  _ x: OpaquePointer?, _ name: hqnn_function, _ parameter: Double, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) {
    let function = try function(name)
    return $0.map(function, parameter: try function.checked(parameter))
  }
}

@c @implementation
public func hqnn_tensor_matmul(
  _ a: OpaquePointer?, _ b: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(a, b, out) { try $0.multiplied(by: $1) }
}

@c @implementation
public func hqnn_tensor_sum(
  _ x: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { $0.sum() }
}

@c @implementation
public func hqnn_tensor_mean(
  _ x: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.mean() }
}

@c @implementation
public func hqnn_tensor_reshape(
  _ x: OpaquePointer?, _ rank: Int64, _ shape: UnsafePointer<Int64>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.reshaped(try HQNN.shape(rank, shape), copying: true) }
}

@c @implementation
public func hqnn_tensor_rows(
  _ x: OpaquePointer?, _ first: Int64, _ count: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.rows(first: Int(first), count: Int(count)) }
}
