// hqnn.h, "layers": pooling, normalisation, noise, shapes, containers; initialisers, modes and buffers.
// Option checking is in lua/hqnn/layers.lua.

import CHQNN
import LuaTrampoline

let layerKindFunctions: [Function] = convolutionLayerFunctions + poolFunctions + normFunctions + containerFunctions
  + modeFunctions

private let poolFunctions: [Function] = ["max", "avg"].flatMap { name in
  let function = name == "max" ? HQNN_POOL_MAX : HQNN_POOL_AVERAGE
  return (1...2).map { dimensions in
    Function("make", "\(name)_pool\(dimensions)d", as: "hq.\(name)_pool\(dimensions)d") { call in
      var options = hqnn_pool_options_default()
      (options.function, options.dimensions) = (function, Int64(dimensions))
      if dimensions == 2 {
        try call.field(1, "kernel_size", &options.kernel_height, &options.kernel_width)
        try call.field(1, "stride", &options.stride_height, &options.stride_width)
        try call.field(1, "padding", &options.padding_height, &options.padding_width)
      } else {
        try call.field(1, "kernel_size", &options.kernel_width)
        try call.field(1, "stride", &options.stride_width)
        try call.field(1, "padding", &options.padding_width)
      }
      try call.field(1, "count_padding", &options.count_padding)
      return try call.result(.layer) { hqnn_layer_pool(&options, $0) }
    }
  } + [
    Function("make", "adaptive_\(name)_pool2d", as: "hq.adaptive_\(name)_pool2d") { call in
      var (rows, columns): (Int64, Int64) = (1, 1)
      try call.field(1, "size", &rows, &columns)
      return try call.result(.layer) { hqnn_layer_adaptive_pool(function, rows, columns, $0) }
    }
  ]
}

private let normFunctions: [Function] = [
  Function("make", "batch_norm", as: "hq.batch_norm") { call in
    var options = hqnn_batch_norm_options_default()
    try call.field(1, "momentum", &options.momentum)
    try call.field(1, "eps", &options.eps)
    try call.field(1, "affine", &options.affine)
    return try call.result(.layer) { hqnn_layer_batch_norm(&options, $0) }
  },
  Function("make", "layer_norm", as: "hq.layer_norm") { call in
    var (axes, eps, affine): (Int64, Double, Int32) = (0, 1e-5, 1)
    try call.field(1, "axes", &axes)
    try call.field(1, "eps", &eps)
    try call.field(1, "affine", &affine)
    return try call.result(.layer) { hqnn_layer_layer_norm(axes, eps, affine, $0) }
  },
  Function("make", "group_norm", as: "hq.group_norm") { call in
    var (groups, eps, affine): (Int64, Double, Int32) = (1, 1e-5, 1)
    try call.field(1, "groups", &groups)
    try call.field(1, "eps", &eps)
    try call.field(1, "affine", &affine)
    return try call.result(.layer) { hqnn_layer_group_norm(groups, eps, affine, $0) }
  },
  Function("make", "dropout", as: "hq.dropout") { call in
    var (rate, channels): (Double, Int32) = (0.5, 0)
    try call.field(1, "rate", &rate)
    try call.field(1, "channels", &channels)
    return try call.result(.layer) { hqnn_layer_dropout(rate, channels, $0) }
  },
  // feature_noise({ distribution = "gaussian", std | bound, always })
  Function("make", "feature_noise", as: "hq.feature_noise") { call in
    var (kind, size, always): (hqnn_noise_kind, Double, Int32) = (HQNN_NOISE_GAUSSIAN, 0.1, 0)
    try call.field(1, "distribution", &kind, [("gaussian", HQNN_NOISE_GAUSSIAN), ("uniform", HQNN_NOISE_UNIFORM)])
    try call.field(1, kind == HQNN_NOISE_GAUSSIAN ? "std" : "bound", &size)
    try call.field(1, "always", &always)
    return try call.result(.layer) { hqnn_layer_noise(kind, size, always, $0) }
  },
  // reshape(shape)
  Function("make", "reshape", as: "hq.reshape") { call in
    let shape = try call.integers(1)
    return try call.result(.layer) { hqnn_layer_reshape(Int64(shape.count), shape, $0) }
  },
]

private let containerFunctions: [Function] = [
  // residual(layers, shortcut)
  Function("make", "residual", as: "hq.residual") { call in
    let (layers, shortcut) = (try call.layers(1), try call.optional(2) { try call.layer($0) })
    return try call.result(.layer) { hqnn_layer_residual(layers, Int64(layers.count), shortcut, $0) }
  },
  // parallel(layers, names, combine)
  Function("make", "parallel", as: "hq.parallel") { call in
    let (layers, names) = (try call.layers(1), try call.texts(2))
    var combine = HQNN_COMBINE_CONCAT
    try call.field(
      3, "combine", &combine,
      [
        ("concat", HQNN_COMBINE_CONCAT), ("add", HQNN_COMBINE_ADD), ("mean", HQNN_COMBINE_MEAN),
        ("multiply", HQNN_COMBINE_MULTIPLY),
      ])
    return try withCStrings(names) { names in
      try call.result(.layer) { hqnn_layer_parallel(layers, names, Int64(layers.count), combine, $0) }
    }
  },
  // fusion(layers, names, options, gate)
  Function("make", "fusion", as: "hq.fusion") { call in
    let (layers, names) = (try call.layers(1), try call.texts(2))
    var options = hqnn_fusion_options_default()
    try call.field(3, "gate_units", &options.gate_units)
    try call.field(3, "per_class", &options.per_class)
    options.gate = try call.optional(4) { try call.layer($0) }
    return try withCStrings(names) { names in
      try call.result(.layer) { hqnn_layer_fusion(layers, names, Int64(layers.count), &options, $0) }
    }
  },
  // fusion_weights(model, x)
  Function("native", "fusion_weights", as: "model:fusion_weights") { call in
    let (layer, input) = (try call.layer(1), try call.tensor(2))
    return try call.result(.tensor) { hqnn_layer_fusion_weights(layer, input, $0) }
  },
  Function("make", "frozen", as: "hq.frozen") { call in
    let layer = try call.layer(1)
    return try call.result(.layer) { hqnn_layer_frozen(layer, $0) }
  },
  // heads(trunk, layers, names)
  Function("make", "heads", as: "hq.heads") { call in
    let (trunk, layers, names) = (try call.layer(1), try call.layers(2), try call.texts(3))
    return try withCStrings(names) { names in
      try call.result(.layer) { hqnn_layer_heads(trunk, layers, names, Int64(layers.count), $0) }
    }
  },
  Function("layer", "head", as: "model:head") { call in
    let (layer, name) = (try call.layer(1), try call.string(2))
    return try call.result(.layer) { hqnn_layer_head(layer, name, $0) }
  },
]

private let modeFunctions: [Function] = [
  // initialize(model, parameter, { kind, low, high, mean, std, value, gain })
  Function("native", "layer_initialize", as: "init") { call in
    var options = try call.initializer(3)
    try check(hqnn_layer_set_initializer(call.layer(1), call.string(2), &options))
    return call.itself
  },
  Function("layer", "train", as: "model:train") { call in
    try check(hqnn_layer_set_training(call.layer(1), 1))
    return call.itself
  },
  Function("layer", "eval", as: "model:eval") { call in
    try check(hqnn_layer_set_training(call.layer(1), 0))
    return call.itself
  },
  Function("layer", "training", as: "model:training") { call in
    var training: Int32 = 0
    try check(hqnn_layer_training(call.layer(1), &training))
    call.lua.push(training != 0)
    return 1
  },
  // buffers(): running statistics by their names
  Function("layer", "buffers", as: "model:buffers") { call in
    let layer = try call.layer(1)
    var count: Int64 = 0
    try check(hqnn_layer_buffers(layer, &count))
    call.lua.pushTable(fields: Int(count))
    let table = call.lua.top
    for index in 0..<count {
      _ = try call.result(.tensor) { hqnn_layer_buffer(layer, index, $0) }
      var text: UnsafeMutablePointer<CChar>?
      try check(hqnn_layer_buffer_name(layer, index, &text))
      defer { hqnn_text_release(text) }
      call.lua.setField(table, text.map { String(cString: $0) } ?? "")
    }
    return 1
  },
]

extension Call {
  /// The array of texts at an index.
  func texts(_ index: Int32) throws -> [String?] {
    try table(index, "an array of texts")
    return try (0..<lua.length(index)).map { position in
      lua.pushElement(index, position + 1)
      defer { lua.drop() }
      guard let text = lua.string(-1) else {
        throw Failure("element \(position + 1) is \(describe(-1)); expected a text")
      }
      return text
    }
  }
}

extension Call {
  /// An initialiser from a table { kind, low, high, mean, std, value, gain }.
  func initializer(_ table: Int32) throws -> hqnn_initializer {
    var options = hqnn_initializer_default()
    try field(
      table, "kind", &options.kind,
      [
        ("uniform", HQNN_INIT_UNIFORM), ("normal", HQNN_INIT_NORMAL), ("constant", HQNN_INIT_CONSTANT),
        ("kaiming_uniform", HQNN_INIT_KAIMING_UNIFORM), ("kaiming_normal", HQNN_INIT_KAIMING_NORMAL),
        ("xavier_uniform", HQNN_INIT_XAVIER_UNIFORM), ("xavier_normal", HQNN_INIT_XAVIER_NORMAL),
        ("orthogonal", HQNN_INIT_ORTHOGONAL), ("identity_blocks", HQNN_INIT_IDENTITY_BLOCKS),
      ])
    try field(table, "low", &options.low)
    try field(table, "high", &options.high)
    try field(table, "mean", &options.mean)
    try field(table, "std", &options.deviation)
    try field(table, "value", &options.value)
    try field(table, "gain", &options.gain)
    return options
  }
}
