// hqnn.h, "layers": pooling, normalisation, noise and shapes; initialisers, modes and buffers.

import CHQNN
import Learning
import Tensors

/// Gives a new layer to the caller.
func makeLayer(_ out: UnsafeMutablePointer<OpaquePointer?>?, _ make: () throws -> Layer) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try make())
  }
}

private func poolFunction(_ function: hqnn_pool) throws -> PoolFunction {
  guard let result = PoolFunction(rawValue: UInt32(function.rawValue)) else {
    throw EngineError.value("function is \(function.rawValue); it must be HQNN_POOL_MAX or HQNN_POOL_AVERAGE")
  }
  return result
}

@c @implementation
public func hqnn_layer_pool(
  _ given: UnsafePointer<hqnn_pool_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    let given = try options(given, defaults: poolDefaults)
    var options = PoolLayer.Options()
    options.function = try poolFunction(given.function)
    options.dimensions = Int(given.dimensions)
    (options.kernelHeight, options.kernelWidth) = (Int(given.kernel_height), Int(given.kernel_width))
    options.strideHeight = Int(given.stride_height == 0 ? given.kernel_height : given.stride_height)
    options.strideWidth = Int(given.stride_width == 0 ? given.kernel_width : given.stride_width)
    (options.paddingHeight, options.paddingWidth) = (Int(given.padding_height), Int(given.padding_width))
    options.countPadding = given.count_padding != 0
    return try PoolLayer(options)
  }
}

private let poolDefaults = hqnn_pool_options(
  struct_size: MemoryLayout<hqnn_pool_options>.size, function: HQNN_POOL_MAX, dimensions: 2, kernel_height: 2,
  kernel_width: 2, stride_height: 0, stride_width: 0, padding_height: 0, padding_width: 0, count_padding: 1)

@c @implementation
public func hqnn_layer_adaptive_pool(
  _ function: hqnn_pool, _ rows: Int64, _ columns: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try AdaptivePoolLayer(poolFunction(function), rows: Int(rows), columns: Int(columns)) }
}

@c @implementation
public func hqnn_layer_batch_norm(
  _ given: UnsafePointer<hqnn_batch_norm_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    let given = try options(given, defaults: batchNormDefaults)
    var options = BatchNormLayer.Options()
    (options.momentum, options.eps, options.affine) = (given.momentum, given.eps, given.affine != 0)
    return try BatchNormLayer(options)
  }
}

private let batchNormDefaults = hqnn_batch_norm_options(
  struct_size: MemoryLayout<hqnn_batch_norm_options>.size, momentum: 0.1, eps: 1e-5, affine: 1)

@c @implementation
public func hqnn_layer_layer_norm(
  _ axes: Int64, _ eps: Double, _ affine: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try LayerNormLayer(axes: Int(axes), eps: eps, affine: affine != 0) }
}

@c @implementation
public func hqnn_layer_group_norm(
  _ groups: Int64, _ eps: Double, _ affine: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try GroupNormLayer(groups: Int(groups), eps: eps, affine: affine != 0) }
}

@c @implementation
public func hqnn_layer_dropout(
  _ rate: Double, _ channels: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try DropoutLayer(rate: rate, channels: channels != 0) }
}

@c @implementation
public func hqnn_layer_noise(
  _ kind: hqnn_noise_kind, _ size: Double, _ always: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    guard let distribution = NoiseLayer.Distribution(rawValue: UInt32(kind.rawValue)) else {
      throw EngineError.value("kind is \(kind.rawValue); it must be HQNN_NOISE_GAUSSIAN or HQNN_NOISE_UNIFORM")
    }
    return try NoiseLayer(distribution, size: size, always: always != 0)
  }
}

@c @implementation
public func hqnn_layer_reshape(
  _ rank: Int64, _ shape: UnsafePointer<Int64>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try ReshapeLayer(try HQNN.shape(rank, shape)) }
}

// MARK: initialisers

@c @implementation
public func hqnn_layer_set_initializer(
  _ pointer: OpaquePointer?, _ parameter: UnsafePointer<CChar>?, _ given: UnsafePointer<hqnn_initializer>?
) -> hqnn_status {
  status {
    let (layer, parameter) = (try layer(pointer), try text(parameter, "parameter"))
    try layer.setInitializer(initializer(try options(given, defaults: initializerDefaults)), for: parameter)
  }
}

let initializerDefaults = hqnn_initializer(
  struct_size: MemoryLayout<hqnn_initializer>.size, kind: HQNN_INIT_UNIFORM, low: 0, high: 1, mean: 0, deviation: 1,
  value: 0, gain: 1)

func initializer(_ given: hqnn_initializer) throws -> Initializer {
  switch given.kind {
  case HQNN_INIT_UNIFORM: return .uniform(low: given.low, high: given.high)
  case HQNN_INIT_NORMAL: return .normal(mean: given.mean, deviation: given.deviation)
  case HQNN_INIT_CONSTANT: return .constant(given.value)
  case HQNN_INIT_KAIMING_UNIFORM: return .kaimingUniform(gain: given.gain)
  case HQNN_INIT_KAIMING_NORMAL: return .kaimingNormal(gain: given.gain)
  case HQNN_INIT_XAVIER_UNIFORM: return .xavierUniform(gain: given.gain)
  case HQNN_INIT_XAVIER_NORMAL: return .xavierNormal(gain: given.gain)
  case HQNN_INIT_ORTHOGONAL: return .orthogonal(gain: given.gain)
  case HQNN_INIT_IDENTITY_BLOCKS: return .identityBlocks
  default:
    throw EngineError.value(
      "kind is \(given.kind.rawValue); it must be HQNN_INIT_UNIFORM ... HQNN_INIT_IDENTITY_BLOCKS")
  }
}

// MARK: modes and buffers

@c @implementation
public func hqnn_layer_set_training(_ pointer: OpaquePointer?, _ training: Int32) -> hqnn_status {
  status { try layer(pointer).setTraining(training != 0) }
}

@c @implementation
public func hqnn_layer_training(_ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<Int32>?) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = try layer(pointer).isTraining ? 1 : 0
  }
}

@c @implementation
public func hqnn_layer_buffers(_ pointer: OpaquePointer?, _ count: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  status {
    let count = try place(count, "count")
    count.pointee = Int64(try layer(pointer).buffers.count)
  }
}

private func buffer(_ pointer: OpaquePointer?, _ index: Int64) throws -> NamedTensor {
  let buffers = try layer(pointer).buffers
  guard index >= 0, index < buffers.count else {
    throw EngineError.value("buffer \(index) is not in 0..<\(buffers.count)")
  }
  return buffers[Int(index)]
}

@c @implementation
public func hqnn_layer_buffer(
  _ pointer: OpaquePointer?, _ index: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(Variable(try buffer(pointer, index).tensor))
  }
}

@c @implementation
public func hqnn_layer_buffer_name(
  _ pointer: OpaquePointer?, _ index: Int64, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    try give(text: try buffer(pointer, index).name, to: out)
  }
}
