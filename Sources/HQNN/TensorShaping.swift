// hqnn.h, "tensors": where elements lie.

import CHQNN
import Learning
import Tensors

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

@c @implementation
public func hqnn_tensor_permute(
  _ x: OpaquePointer?, _ order: UnsafePointer<Int64>?, _ count: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.permuted(try perAxis(order, count, "axes")) }
}

@c @implementation
public func hqnn_tensor_slice(
  _ x: OpaquePointer?, _ axis: Int64, _ start: Int64, _ count: Int64, _ step: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) {
    try $0.sliced(axis: Int(axis), start: Int(start), count: Int(count), step: Int(step))
  }
}

@c @implementation
public func hqnn_tensor_select(
  _ x: OpaquePointer?, _ axis: Int64, _ index: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.selected(axis: Int(axis), Int(index)) }
}

@c @implementation
public func hqnn_tensor_index(
  _ x: OpaquePointer?, _ axis: Int64, _ indices: UnsafePointer<Int64>?, _ count: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.indexed(axis: Int(axis), try numbers(indices, count, "indices")) }
}

@c @implementation
public func hqnn_tensor_flip(
  _ x: OpaquePointer?, _ axes: UnsafePointer<Int64>?, _ count: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.flipped(try perAxis(axes, count, "axes")) }
}

@c @implementation
public func hqnn_tensor_expand(
  _ x: OpaquePointer?, _ rank: Int64, _ shape: UnsafePointer<Int64>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.expanded(to: try HQNN.shape(rank, shape)) }
}

@c @implementation
public func hqnn_tensor_tile(
  _ x: OpaquePointer?, _ times: UnsafePointer<Int64>?, _ count: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) { try $0.repeated(try perAxis(times, count, "counts")) }
}

@c @implementation
public func hqnn_tensor_pad(
  _ x: OpaquePointer?, _ before: UnsafePointer<Int64>?, _ after: UnsafePointer<Int64>?, _ count: Int64,
  _ value: Double, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  operation(x, out) {
    try $0.padded(
      before: try perAxis(before, count, "paddings"), after: try perAxis(after, count, "paddings"), value: value)
  }
}

/// Tensors from C, at least one.
private func tensors(_ pointer: UnsafePointer<OpaquePointer?>?, _ count: Int64) throws -> [Variable] {
  try array(pointer, count, "tensors").enumerated().map { try tensor($1, "tensor \($0)") }
}

@c @implementation
public func hqnn_tensor_concat(
  _ parts: UnsafePointer<OpaquePointer?>?, _ count: Int64, _ axis: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try Variable.concat(try tensors(parts, count), axis: Int(axis)))
  }
}

@c @implementation
public func hqnn_tensor_stack(
  _ parts: UnsafePointer<OpaquePointer?>?, _ count: Int64, _ axis: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try Variable.stack(try tensors(parts, count), axis: Int(axis)))
  }
}

@c @implementation
public func hqnn_tensor_gradients(
  _ y: OpaquePointer?, _ seed: OpaquePointer?, _ xs: UnsafePointer<OpaquePointer?>?, _ count: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let (y, xs) = (try tensor(y), try tensors(xs, count))
    if xs.isEmpty { return }
    let out = try place(out)
    let seed = try seed.map { try tensor($0, "seed").value }
    if let seed, seed.shape != y.shape || seed.type != y.type {
      throw EngineError.shape(
        "the seed is \(seed.type.name) \(describe(shape: seed.shape)); the tensor is \(y.type.name) \(describe(shape: y.shape))")
    }
    for (i, gradient) in try y.gradients(for: xs, seed: seed).enumerated() { out[i] = handle(Variable(gradient)) }
  }
}

@c @implementation
public func hqnn_recording_set(_ on: Int32) { Recording.set(on != 0) }

@c @implementation
public func hqnn_recording_get() -> Int32 { Recording.isOn ? 1 : 0 }
