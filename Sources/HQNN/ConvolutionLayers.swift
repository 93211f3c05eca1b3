// hqnn.h, "layers": convolutions besides conv2d, upsampling, borders, normalisation in the model.

import CHQNN
import Learning
import Tensors

@c @implementation
public func hqnn_layer_conv1d(
  _ given: UnsafePointer<hqnn_conv1d_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    let given = try options(given, defaults: conv1dDefaults)
    var options = Conv1DLayer.Options()
    (options.filters, options.kernel, options.stride) = (Int(given.filters), Int(given.kernel), Int(given.stride))
    (options.padding, options.paddingSame) = (Int(given.padding), given.padding_same != 0)
    (options.dilation, options.groups) = (Int(given.dilation), Int(given.groups))
    options.bias = given.bias != 0
    return try Conv1DLayer(options)
  }
}

private let conv1dDefaults = hqnn_conv1d_options(
  struct_size: MemoryLayout<hqnn_conv1d_options>.size, filters: 1, kernel: 3, stride: 1, padding: 0, dilation: 1,
  groups: 1, padding_same: 0, bias: 1)

@c @implementation
public func hqnn_layer_conv_transpose2d(
  _ given: UnsafePointer<hqnn_conv_transpose2d_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    let given = try options(given, defaults: transposeDefaults)
    var options = ConvTranspose2DLayer.Options()
    options.filters = Int(given.filters)
    (options.kernelHeight, options.kernelWidth) = (Int(given.kernel_height), Int(given.kernel_width))
    (options.strideHeight, options.strideWidth) = (Int(given.stride_height), Int(given.stride_width))
    (options.paddingHeight, options.paddingWidth) = (Int(given.padding_height), Int(given.padding_width))
    options.outputPaddingHeight = Int(given.output_padding_height)
    options.outputPaddingWidth = Int(given.output_padding_width)
    options.bias = given.bias != 0
    return try ConvTranspose2DLayer(options)
  }
}

private let transposeDefaults = hqnn_conv_transpose2d_options(
  struct_size: MemoryLayout<hqnn_conv_transpose2d_options>.size, filters: 1, kernel_height: 2, kernel_width: 2,
  stride_height: 2, stride_width: 2, padding_height: 0, padding_width: 0, output_padding_height: 0,
  output_padding_width: 0, bias: 1)

@c @implementation
public func hqnn_layer_upsample(
  _ mode: hqnn_upsample, _ scale_height: Int64, _ scale_width: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    guard let mode = UpsampleLayer.Mode(rawValue: UInt32(mode.rawValue)) else {
      throw EngineError.value("mode is \(mode.rawValue); it must be HQNN_UPSAMPLE_NEAREST or HQNN_UPSAMPLE_BILINEAR")
    }
    return try UpsampleLayer(mode, scaleHeight: Int(scale_height), scaleWidth: Int(scale_width))
  }
}

@c @implementation
public func hqnn_layer_pad2d(
  _ top: Int64, _ bottom: Int64, _ left: Int64, _ right: Int64, _ value: Double,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    try Pad2DLayer(top: Int(top), bottom: Int(bottom), left: Int(left), right: Int(right), value: value)
  }
}

@c @implementation
public func hqnn_layer_normalise(
  _ mean: UnsafePointer<Double>?, _ deviation: UnsafePointer<Double>?, _ count: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    try NormaliseLayer(mean: array(mean, count, "means"), deviation: array(deviation, count, "deviations"))
  }
}

@c @implementation
public func hqnn_layer_standardise(
  _ samples: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try NormaliseLayer(standardising: tensor(samples, "samples").value) }
}
