// hqnn.h, "layers": convolutions besides conv2d, upsampling, borders, normalisation in the model.

import CHQNN
import LuaTrampoline

let convolutionLayerFunctions: [Function] = [
  Function("make", "conv1d", as: "hq.conv1d") { call in
    var options = hqnn_conv1d_options_default()
    try call.field(1, "filters", &options.filters)
    try call.field(1, "kernel_size", &options.kernel)
    try call.field(1, "stride", &options.stride)
    if try call.isSame(1) { options.padding_same = 1 } else { try call.field(1, "padding", &options.padding) }
    try call.field(1, "dilation", &options.dilation)
    try call.field(1, "groups", &options.groups)
    try call.field(1, "bias", &options.bias)
    return try call.result(.layer) { hqnn_layer_conv1d(&options, $0) }
  },
  Function("make", "conv_transpose2d", as: "hq.conv_transpose2d") { call in
    var options = hqnn_conv_transpose2d_options_default()
    try call.field(1, "filters", &options.filters)
    try call.field(1, "kernel_size", &options.kernel_height, &options.kernel_width)
    try call.field(1, "stride", &options.stride_height, &options.stride_width)
    try call.field(1, "padding", &options.padding_height, &options.padding_width)
    try call.field(1, "output_padding", &options.output_padding_height, &options.output_padding_width)
    try call.field(1, "bias", &options.bias)
    return try call.result(.layer) { hqnn_layer_conv_transpose2d(&options, $0) }
  },
  Function("make", "upsample", as: "hq.upsample") { call in
    var (mode, height, width): (hqnn_upsample, Int64, Int64) = (HQNN_UPSAMPLE_NEAREST, 2, 2)
    try call.field(1, "mode", &mode, [("nearest", HQNN_UPSAMPLE_NEAREST), ("bilinear", HQNN_UPSAMPLE_BILINEAR)])
    try call.field(1, "scale", &height, &width)
    return try call.result(.layer) { hqnn_layer_upsample(mode, height, width, $0) }
  },
  // pad2d({ top, bottom, left, right, value })
  Function("make", "pad2d", as: "hq.pad2d") { call in
    var (top, bottom, left, right, value): (Int64, Int64, Int64, Int64, Double) = (0, 0, 0, 0, 0)
    try call.field(1, "top", &top)
    try call.field(1, "bottom", &bottom)
    try call.field(1, "left", &left)
    try call.field(1, "right", &right)
    try call.field(1, "value", &value)
    return try call.result(.layer) { hqnn_layer_pad2d(top, bottom, left, right, value, $0) }
  },
  // normalise(means, deviations)
  Function("make", "normalise", as: "hq.normalise") { call in
    let (mean, deviation) = (try call.numbers(1, "mean"), try call.numbers(2, "std"))
    guard mean.count == deviation.count else {
      throw Failure("\(mean.count) means and \(deviation.count) deviations; give as many of both")
    }
    return try call.result(.layer) { hqnn_layer_normalise(mean, deviation, Int64(mean.count), $0) }
  },
  // standardise(samples)
  Function("make", "standardise", as: "hq.standardise") { call in
    let samples = try call.tensor(1)
    return try call.result(.layer) { hqnn_layer_standardise(samples, $0) }
  },
]

extension Call {
  /// Whether the option `padding` is the word "same".
  func isSame(_ table: Int32) throws -> Bool {
    try self.table(table, "a table of options")
    lua.pushField(table, "padding")
    defer { lua.drop() }
    guard let word = lua.string(-1) else { return false }
    guard word == "same" else {
      throw Failure("padding: expected a whole number, { height, width } or 'same', got '\(word)'")
    }
    return true
  }
}
