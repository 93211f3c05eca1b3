// hqnn.h, "layers".  A handle is a Layer.

import CHQNN
import Learning
import Circuits
import Quantum
import Tensors

func layer(_ pointer: OpaquePointer?, _ what: String = "layer") throws -> Layer {
  try borrow(pointer, what, as: Layer.self)
}

// MARK: making

@c @implementation
public func hqnn_layer_conv2d(
  _ given: UnsafePointer<hqnn_conv2d_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: conv2dDefaults)
    var options = Conv2DLayer.Options()
    options.filters = Int(given.filters)
    (options.kernelHeight, options.kernelWidth) = (Int(given.kernel_height), Int(given.kernel_width))
    (options.strideHeight, options.strideWidth) = (Int(given.stride_height), Int(given.stride_width))
    (options.paddingHeight, options.paddingWidth) = (Int(given.padding_height), Int(given.padding_width))
    options.bias = given.bias != 0
    (options.dilationHeight, options.dilationWidth) = (Int(given.dilation_height), Int(given.dilation_width))
    (options.groups, options.paddingSame) = (Int(given.groups), given.padding_same != 0)
    out.pointee = handle(try Conv2DLayer(options))
  }
}

private let conv2dDefaults = hqnn_conv2d_options(
  struct_size: MemoryLayout<hqnn_conv2d_options>.size, filters: 1, kernel_height: 3, kernel_width: 3,
  stride_height: 1, stride_width: 1, padding_height: 0, padding_width: 0, bias: 1, dilation_height: 1,
  dilation_width: 1, groups: 1, padding_same: 0)

@c @implementation
public func hqnn_layer_dense(
  _ units: Int64, _ bias: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try DenseLayer(units: Int(units), bias: bias != 0))
  }
}

@c @implementation
public func hqnn_layer_function(
  _ name: hqnn_function, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(FunctionLayer(try function(name)))
  }
}

@c @implementation
public func hqnn_layer_function_with(
  _ name: hqnn_function, _ parameter: Double, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try FunctionLayer(try function(name), parameter: parameter))
  }
}

@c @implementation
public func hqnn_layer_softmax(
  _ axis: Int64, _ logarithmic: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try SoftmaxLayer(axis: Int(axis), logarithmic: logarithmic != 0))
  }
}

@c @implementation
public func hqnn_layer_flatten(_ out: UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status {
  status { try place(out).pointee = handle(FlattenLayer() as Layer) }
}

@c @implementation
public func hqnn_layer_sequential(
  _ layers: UnsafePointer<OpaquePointer?>?, _ count: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let layers = try array(layers, count, "layers").enumerated().map { i, pointer in
      try layer(pointer, "layer \(i)")
    }
    out.pointee = handle(try SequentialLayer(layers))
  }
}

@c @implementation
public func hqnn_layer_retain(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try retain(pointer, "layer", as: Layer.self) }
}

@c @implementation
public func hqnn_layer_release(_ pointer: OpaquePointer?) { release(pointer, as: Layer.self) }

// MARK: building and running

@c @implementation
public func hqnn_layer_build(
  _ pointer: OpaquePointer?, _ dtype: hqnn_dtype, _ rank: Int64, _ shape: UnsafePointer<Int64>?,
  _ seed: UInt64
) -> hqnn_status {
  status {
    let layer = try layer(pointer)
    let type = try elementType(dtype)
    try layer.build(type, shape: try HQNN.shape(rank, shape), seed: seed)
  }
}

@c @implementation
public func hqnn_layer_built(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<Int32>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = try layer(pointer).isBuilt ? 1 : 0
  }
}

@c @implementation
public func hqnn_layer_forward(
  _ pointer: OpaquePointer?, _ input: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let (layer, input) = (try layer(pointer), try tensor(input, "input"))
    out.pointee = handle(apart(try layer.forward(input), from: input.value))
  }
}

@c @implementation
public func hqnn_layer_infer(
  _ pointer: OpaquePointer?, _ input: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let (layer, input) = (try layer(pointer), try tensor(input, "input"))
    out.pointee = handle(apart(Variable(try layer.infer(input.value)), from: input.value))
  }
}

/// A layer may hand its input's memory through; what callers may write to must not be shared.
private func apart(_ result: Variable, from input: Tensor) -> Variable {
  result.isResult || result.value.raw != input.raw ? result : Variable(result.value.copy())
}

// MARK: parameters

@c @implementation
public func hqnn_layer_set_surrogate(_ layer: OpaquePointer?, _ surrogate: OpaquePointer?) -> hqnn_status {
  status {
    let layer = try HQNN.layer(layer, "layer")
    let other: Layer? = borrowIfAny(surrogate)
    try layer.setSurrogate(other.map { $0 === layer ? .identity : .layer($0) })
  }
}

@c @implementation
public func hqnn_layer_set_trainable(_ pointer: OpaquePointer?, _ trainable: Int32) -> hqnn_status {
  status { try layer(pointer).setTrainable(trainable != 0) }
}

@c @implementation
public func hqnn_layer_parameters(
  _ pointer: OpaquePointer?, _ count: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let count = try place(count, "count")
    count.pointee = Int64(try layer(pointer).parameters.count)
  }
}

private func parameter(_ pointer: OpaquePointer?, _ index: Int64) throws -> Parameter {
  let parameters = try layer(pointer).parameters
  guard index >= 0, index < parameters.count else {
    throw EngineError.value("parameter \(index) is not in 0..<\(parameters.count)")
  }
  return parameters[Int(index)]
}

@c @implementation
public func hqnn_layer_parameter(
  _ pointer: OpaquePointer?, _ index: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try parameter(pointer, index).variable)
  }
}

@c @implementation
public func hqnn_layer_parameter_name(
  _ pointer: OpaquePointer?, _ index: Int64,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    try give(text: try parameter(pointer, index).name, to: out)
  }
}

@c @implementation
public func hqnn_layer_describe(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    try give(text: try layer(pointer).describe(), to: out)
  }
}
