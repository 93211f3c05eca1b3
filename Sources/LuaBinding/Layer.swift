// hqnn.h, "layers".  Option checking, building on first use and printing are in lua/hqnn/layers.lua.

import CHQNN
import LuaTrampoline

let layerFunctions: [Function] = [
  Function("make", "conv2d", as: "hq.conv2d") { call in
    var options = hqnn_conv2d_options_default()
    try call.field(1, "filters", &options.filters)
    try call.field(1, "kernel_size", &options.kernel_height, &options.kernel_width)
    try call.field(1, "stride", &options.stride_height, &options.stride_width)
    if try call.isSame(1) {
      options.padding_same = 1
    } else {
      try call.field(1, "padding", &options.padding_height, &options.padding_width)
    }
    try call.field(1, "dilation", &options.dilation_height, &options.dilation_width)
    try call.field(1, "groups", &options.groups)
    try call.field(1, "bias", &options.bias)
    return try call.result(.layer) { hqnn_layer_conv2d(&options, $0) }
  },
  Function("make", "quanvolution", as: "hq.quanvolution") { call in
    var options = hqnn_quanvolution_options_default()
    try call.field(1, "kernel_size", &options.kernel_height, &options.kernel_width)
    try call.field(1, "stride", &options.stride_height, &options.stride_width)
    try call.field(1, "channels_last", &options.channels_last)
    try call.field(1, "exact_fit", &options.exact_fit)
    try call.field(1, "padding", &options.padding_height, &options.padding_width)
    try call.field(1, "dilation", &options.dilation_height, &options.dilation_width)
    try call.field(1, "per_channel", &options.per_channel)
    try call.field(1, "filters", &options.filters)
    options.run = try call.runOptions(1)
    if let circuits = try call.circuitsField(1) {
      return try call.result(.layer) {
        hqnn_layer_quanvolution_filters(circuits, Int64(circuits.count), &options, $0)
      }
    }
    let circuit = try call.circuitField(1)
    return try call.result(.layer) { hqnn_layer_quanvolution(circuit, &options, $0) }
  },
  Function("make", "quantum", as: "hq.quantum") { call in
    var options = try call.runOptions(1)
    var pad: Int32 = 0
    try call.field(1, "pad", &pad)
    let circuit = try call.circuitField(1)
    return try call.result(.layer) {
      pad != 0 ? hqnn_layer_quantum_padded(circuit, &options, $0) : hqnn_layer_quantum(circuit, &options, $0)
    }
  },
  Function("make", "dense", as: "hq.dense") { call in
    var (units, bias): (Int64, Int32) = (0, 1)
    try call.field(1, "units", &units)
    try call.field(1, "bias", &bias)
    return try call.result(.layer) { hqnn_layer_dense(units, bias, $0) }
  },
  Function("make", "flatten", as: "hq.flatten") { call in
    try call.result(.layer) { hqnn_layer_flatten($0) }
  },
  // sequential({ layer, ... })
  Function("make", "sequential", as: "hq.sequential") { call in
    let layers = try call.layers(1)
    return try call.result(.layer) { hqnn_layer_sequential(layers, Int64(layers.count), $0) }
  },

  // layer_build(model, dtype, shape, seed)
  Function("native", "layer_build", as: "model:build") { call in
    let (dtype, shape) = (try call.dtype(2), try call.integers(3))
    try check(hqnn_layer_build(call.layer(1), dtype, Int64(shape.count), shape, call.seed(4)))
    NativeMemory.watch(call.lua)
    return call.itself
  },
  Function("layer", "built", as: "model:built") { call in
    var built: Int32 = 0
    try check(hqnn_layer_built(call.layer(1), &built))
    call.lua.push(built != 0)
    return 1
  },
  Function("native", "layer_forward", as: "model") { call in
    let (layer, input) = (try call.layer(1), try call.tensor(2))
    return try call.result(.tensor) { hqnn_layer_forward(layer, input, $0) }
  },
  Function("native", "layer_infer", as: "model:infer") { call in
    let (layer, input) = (try call.layer(1), try call.tensor(2))
    return try call.result(.tensor) { hqnn_layer_infer(layer, input, $0) }
  },
  Function("layer", "freeze", as: "model:freeze") { call in
    try check(hqnn_layer_set_trainable(call.layer(1), 0))
    return call.itself
  },
  Function("layer", "unfreeze", as: "model:unfreeze") { call in
    try check(hqnn_layer_set_trainable(call.layer(1), 1))
    return call.itself
  },
  // parameters(): the tensors in order, also under their names
  Function("layer", "parameters", as: "model:parameters") { call in
    let layer = try call.layer(1)
    var count: Int64 = 0
    try check(hqnn_layer_parameters(layer, &count))
    call.lua.pushTable(array: Int(count), fields: Int(count))
    let table = call.lua.top
    for index in 0..<count {
      _ = try call.result(.tensor) { hqnn_layer_parameter(layer, index, $0) }
      call.lua.copy(-1)
      call.lua.setElement(table, index + 1)
      call.lua.setField(table, try parameterName(layer, index))
    }
    return 1
  },
  Function("layer", "parameter_names", as: "model:parameter_names") { call in
    let layer = try call.layer(1)
    var count: Int64 = 0
    try check(hqnn_layer_parameters(layer, &count))
    call.lua.pushTable(array: Int(count))
    for index in 0..<count {
      call.lua.push(try parameterName(layer, index))
      call.lua.setElement(-2, index + 1)
    }
    return 1
  },
  Function("layer", "describe", as: "model:describe") { call in
    let layer = try call.layer(1)
    return try call.text { hqnn_layer_describe(layer, $0) }
  },
] + elementFunctions.map { name, function in
  Function("make", name, as: "hq.\(name)") { call in
    try call.result(.layer) { hqnn_layer_function(function, $0) }
  }
} + parametricFunctions.map { name, option, usual, function in
  Function("make", name, as: "hq.\(name)") { call in
    var parameter = usual
    try call.field(1, option, &parameter)
    return try call.result(.layer) { hqnn_layer_function_with(function, parameter, $0) }
  }
} + [false, true].map { logarithmic in
  // softmax(axis): axes are counted with the batch, from 1, or from the end
  Function("make", logarithmic ? "log_softmax" : "softmax", as: logarithmic ? "hq.log_softmax" : "hq.softmax") { call in
    let axis = try call.integer(1)
    guard axis != 0, axis != 1 else { throw Failure("axis \(axis) is none within a sample; axis 1 is the batch") }
    return try call.result(.layer) { hqnn_layer_softmax(axis > 0 ? axis - 1 : axis, logarithmic ? 1 : 0, $0) }
  }
}

func parameterName(_ layer: OpaquePointer?, _ index: Int64) throws -> String {
  var text: UnsafeMutablePointer<CChar>?
  try check(hqnn_layer_parameter_name(layer, index, &text))
  defer { hqnn_text_release(text) }
  return text.map { String(cString: $0) } ?? ""
}

extension Call {
  /// The field `circuit`.  Its handle stays valid: the option table holds the object.
  fileprivate func circuitField(_ table: Int32) throws -> OpaquePointer {
    lua.pushField(table, "circuit")
    defer { lua.drop() }
    guard lua.kind(-1) == .circuit else {
      throw Failure("circuit: expected a circuit (hq.circuit), got \(describe(-1))")
    }
    guard let circuit = lua.box(-1).pointee else { throw Failure("circuit: the circuit was released") }
    return circuit
  }

  /// The field `circuit` when it is an array of circuits; nil otherwise.
  fileprivate func circuitsField(_ table: Int32) throws -> [OpaquePointer?]? {
    lua.pushField(table, "circuit")
    defer { lua.drop() }
    guard lua.kind(-1) == nil, lua.type(-1) == .table else { return nil }
    let array = lua.absolute(-1)
    return try (0..<lua.length(array)).map { position in
      lua.pushElement(array, position + 1)
      defer { lua.drop() }
      guard lua.kind(-1) == .circuit else {
        throw Failure("circuit: element \(position + 1): expected a circuit (hq.circuit), got \(describe(-1))")
      }
      guard let circuit = lua.box(-1).pointee else {
        throw Failure("circuit: element \(position + 1): the circuit was released")
      }
      return circuit
    }
  }

  func layers(_ table: Int32) throws -> [OpaquePointer?] {
    try self.table(table, "an array of layers")
    return try (0..<lua.length(table)).map { position in
      lua.pushElement(table, position + 1)
      defer { lua.drop() }
      guard lua.kind(-1) == .layer else {
        throw Failure("element \(position + 1): expected a layer, got \(describe(-1))")
      }
      guard let layer = lua.box(-1).pointee else { throw Failure("element \(position + 1): the layer was released") }
      return layer
    }
  }
}
