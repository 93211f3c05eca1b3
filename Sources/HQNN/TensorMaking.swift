// hqnn.h, "tensors": how they come about.

import CHQNN
import Learning
import Tensors

@c @implementation
public func hqnn_tensor_create(
  _ dtype: hqnn_dtype, _ rank: Int64, _ shape: UnsafePointer<Int64>?, _ data: UnsafeRawPointer?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let type = try elementType(dtype)
    let shape = try newShape(type, rank, shape)
    let value = data == nil ? Tensor(type, shape) : Tensor(uninitialized: type, shape)
    if let data { value.raw.copyMemory(from: data, byteCount: value.bytes) }
    out.pointee = handle(Variable(value))
  }
}

@c @implementation
public func hqnn_tensor_uniform(
  _ dtype: hqnn_dtype, _ rank: Int64, _ shape: UnsafePointer<Int64>?, _ low: Double, _ high: Double,
  _ seed: UInt64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let type = try elementType(dtype)
    let shape = try newShape(type, rank, shape)
    guard low.isFinite, high.isFinite, low <= high else {
      throw EngineError.value("the range [\(low), \(high)) is not one; low must be at most high")
    }
    var stream = RandomStream(seed: seed, purpose: .tensor)
    out.pointee = handle(Variable(.uniform(type, shape, low: low, high: high, from: &stream)))
  }
}

@c @implementation
public func hqnn_tensor_normal(
  _ dtype: hqnn_dtype, _ rank: Int64, _ shape: UnsafePointer<Int64>?, _ mean: Double,
  _ deviation: Double, _ seed: UInt64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let type = try elementType(dtype)
    let shape = try newShape(type, rank, shape)
    guard mean.isFinite, deviation.isFinite, deviation >= 0 else {
      throw EngineError.value("mean \(mean), deviation \(deviation): both must be finite, the deviation 0 or more")
    }
    var stream = RandomStream(seed: seed, purpose: .tensor)
    out.pointee = handle(Variable(.normal(type, shape, mean: mean, deviation: deviation, from: &stream)))
  }
}

@c @implementation
public func hqnn_tensor_retain(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try retain(pointer, "tensor", as: Variable.self) }
}

@c @implementation
public func hqnn_tensor_release(_ pointer: OpaquePointer?) { release(pointer, as: Variable.self) }

@c @implementation
public func hqnn_tensor_cast(
  _ pointer: OpaquePointer?, _ dtype: hqnn_dtype, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let source = try tensor(pointer)
    out.pointee = handle(Variable(source.value.cast(to: try elementType(dtype))))
  }
}

@c @implementation
public func hqnn_tensor_bernoulli(
  _ dtype: hqnn_dtype, _ rank: Int64, _ shape: UnsafePointer<Int64>?, _ probability: Double,
  _ seed: UInt64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let type = try elementType(dtype)
    let shape = try newShape(type, rank, shape)
    guard probability >= 0, probability <= 1 else {
      throw EngineError.value("the probability is \(probability); it must be in [0, 1]")
    }
    var stream = RandomStream(seed: seed, purpose: .tensor)
    out.pointee = handle(Variable(.bernoulli(type, shape, probability: probability, from: &stream)))
  }
}

@c @implementation
public func hqnn_tensor_integers(
  _ dtype: hqnn_dtype, _ rank: Int64, _ shape: UnsafePointer<Int64>?, _ low: Int64, _ high: Int64,
  _ seed: UInt64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let type = try elementType(dtype)
    let shape = try newShape(type, rank, shape)
    guard low <= high, low >= -(1 << 53), high <= 1 << 53 else {
      throw EngineError.value("low is \(low) and high is \(high); low must be at most high, both within ±2^53")
    }
    var stream = RandomStream(seed: seed, purpose: .tensor)
    out.pointee = handle(Variable(.integers(type, shape, low: Int(low), high: Int(high), from: &stream)))
  }
}

@c @implementation
public func hqnn_tensor_arange(
  _ dtype: hqnn_dtype, _ start: Double, _ step: Double, _ count: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let type = try elementType(dtype)
    let count = try newCount(type, count)
    out.pointee = handle(Variable(.steps(type, from: start, by: step, count: count)))
  }
}

@c @implementation
public func hqnn_tensor_linspace(
  _ dtype: hqnn_dtype, _ first: Double, _ last: Double, _ count: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let type = try elementType(dtype)
    let count = try newCount(type, count)
    out.pointee = handle(Variable(.between(type, first, last, count: count)))
  }
}

@c @implementation
public func hqnn_tensor_eye(
  _ dtype: hqnn_dtype, _ rows: Int64, _ columns: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let type = try elementType(dtype)
    let shape = try newShape(type, 2, [rows, columns])
    out.pointee = handle(Variable(.identity(type, rows: shape[0], columns: shape[1])))
  }
}

@c @implementation
public func hqnn_tensor_one_hot(
  _ dtype: hqnn_dtype, _ labels: UnsafePointer<Int64>?, _ count: Int64, _ classes: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let type = try elementType(dtype)
    _ = try newShape(type, 2, [count, classes])
    let labels = try numbers(labels, count, "labels")
    if let row = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
      throw EngineError.value("label \(row) is \(labels[row]); it must be in 0..<\(classes)")
    }
    out.pointee = handle(Variable(.oneHot(type, labels, classes: Int(classes))))
  }
}

@c @implementation
public func hqnn_random_permutation(
  _ count: Int64, _ seed: UInt64, _ out: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let count = try newCount(.float64, count)
    var stream = RandomStream(seed: seed, purpose: .tensor)
    try write(stream.permutation(count), to: out, Int64(count), "numbers")
  }
}

/// The length of a new tensor of one axis.
private func newCount(_ type: ElementType, _ count: Int64) throws -> Int {
  try newShape(type, 1, [count])[0]
}
