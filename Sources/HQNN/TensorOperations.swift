// hqnn.h, "tensors": the operations.

import CHQNN
import Learning
import Tensors

/// One operand in, one new tensor out.
func operation(
  _ x: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?, _ body: (Variable) throws -> Variable
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try body(try tensor(x)))
  }
}

func operation(
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
public func hqnn_tensor_power(
  _ a: OpaquePointer?, _ b: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(a, b, out) { try $0.power($1) }
}

@c @implementation
public func hqnn_tensor_maximum(
  _ a: OpaquePointer?, _ b: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(a, b, out) { try $0.maximum($1) }
}

@c @implementation
public func hqnn_tensor_minimum(
  _ a: OpaquePointer?, _ b: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(a, b, out) { try $0.minimum($1) }
}

@c @implementation
public func hqnn_tensor_compare(
  _ a: OpaquePointer?, _ b: OpaquePointer?, _ comparison: hqnn_comparison,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(a, b, out) {
    guard let kind = Comparison(rawValue: UInt32(comparison.rawValue)) else {
      throw EngineError.value(
        "comparison is \(comparison.rawValue); it must be HQNN_EQUAL ... HQNN_GREATER_OR_EQUAL")
    }
    return try $0.compared(kind, to: $1)
  }
}

@c @implementation
public func hqnn_tensor_where(
  _ condition: OpaquePointer?, _ a: OpaquePointer?, _ b: OpaquePointer?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(a, b, out) { try tensor(condition, "condition").select($0, $1) }
}

@c @implementation
public func hqnn_tensor_clamp(
  _ x: OpaquePointer?, _ low: Double, _ high: Double, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.clamped(low: low, high: high) }
}

@c @implementation
public func hqnn_tensor_reduce(
  _ x: OpaquePointer?, _ reduction: hqnn_reduction, _ axes: UnsafePointer<Int64>?, _ count: Int64,
  _ keep: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { x in
    guard let kind = Reduction(rawValue: UInt32(reduction.rawValue)) else {
      throw EngineError.value(
        "reduction is \(reduction.rawValue); it must be HQNN_REDUCE_SUM ... HQNN_REDUCE_SAMPLE_DEVIATION")
    }
    return try x.reduced(kind, axes: count == 0 ? nil : try perAxis(axes, count, "axes"), keep: keep != 0)
  }
}

@c @implementation
public func hqnn_tensor_extremes(
  _ x: OpaquePointer?, _ largest: Int32, _ axis: Int64, _ out: UnsafeMutablePointer<Int64>?,
  _ capacity: Int64
) -> hqnn_status {
  status {
    let found = try tensor(x).places(largest: largest != 0, axis: Int(axis))
    try write(found.indices, to: out, capacity, "positions")
  }
}

@c @implementation
public func hqnn_tensor_softmax(
  _ x: OpaquePointer?, _ axis: Int64, _ logarithmic: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) {
    logarithmic != 0 ? try $0.logSoftmax(axis: Int(axis)) : try $0.softmax(axis: Int(axis))
  }
}

@c @implementation
public func hqnn_tensor_cumulative_sum(
  _ x: OpaquePointer?, _ axis: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.cumulativeSum(axis: Int(axis)) }
}

/// Whole numbers from C, of which no tensor needs more than it has axes or elements.
func numbers(_ pointer: UnsafePointer<Int64>?, _ count: Int64, _ what: String) throws -> [Int] {
  try array(pointer, count, what).map(Int.init)
}

/// One number per axis; a wrong count is found before so much memory is read.
func perAxis(_ pointer: UnsafePointer<Int64>?, _ count: Int64, _ what: String) throws -> [Int] {
  guard count <= 16 else { throw EngineError.value("the number of \(what) is \(count); it must be in 0..16") }
  return try numbers(pointer, count, what)
}
