// hqnn.h, defences: input transforms, and the options of adversarial training.  Checking is in lua/hqnn/layers.lua and fit.lua.

import CHQNN
import LuaTrampoline

let defenceFunctions: [Function] = [
  Function("make", "binarise", as: "hq.binarise") { call in
    var threshold = 0.5
    try call.field(1, "threshold", &threshold)
    let backward = try call.backwardRule()
    return try call.result(.layer) { hqnn_layer_binarise(threshold, backward, $0) }
  },
  Function("make", "bit_depth", as: "hq.bit_depth") { call in
    var bits: Int64 = 0
    try call.field(1, "bits", &bits)
    let backward = try call.backwardRule()
    return try call.result(.layer) { hqnn_layer_bit_depth(bits, backward, $0) }
  },
  Function("make", "median_filter", as: "hq.median_filter") { call in
    var size: Int64 = 3
    try call.field(1, "size", &size)
    let backward = try call.backwardRule()
    return try call.result(.layer) { hqnn_layer_median_filter(size, backward, $0) }
  },
  Function("make", "jpeg", as: "hq.jpeg") { call in
    var quality: Int64 = 75
    try call.field(1, "quality", &quality)
    let backward = try call.backwardRule()
    return try call.result(.layer) { hqnn_layer_jpeg(quality, backward, $0) }
  },
  Function("make", "adversarial_noise", as: "hq.adversarial_noise") { call in
    var size = 0.0
    try call.field(1, "size", &size)
    return try call.result(.layer) { hqnn_layer_adversarial_noise(size, $0) }
  },
  Function("make", "random_inputs", as: "hq.random_inputs") { call in
    var (count, bound): (Int64, Double) = (0, .pi)
    try call.field(1, "count", &count)
    try call.field(1, "bound", &bound)
    return try call.result(.layer) { hqnn_layer_random_inputs(count, bound, $0) }
  },
]

extension Call {
  /// The field `backward` of the first argument.
  fileprivate func backwardRule() throws -> hqnn_backward_rule {
    var rule = HQNN_BACKWARD_NONE
    try field(
      1, "backward", &rule,
      [("none", HQNN_BACKWARD_NONE), ("straight_through", HQNN_BACKWARD_STRAIGHT_THROUGH)])
    return rule
  }

  /// The options of adversarial training in a table.
  func adversarialOptions(_ table: Int32) throws -> hqnn_adversarial_options {
    var options = hqnn_adversarial_options_default()
    try field(
      table, "method", &options.method,
      [
        ("fgsm", HQNN_ADVERSARIAL_FGSM), ("pgd", HQNN_ADVERSARIAL_PGD), ("free", HQNN_ADVERSARIAL_FREE),
        ("trades", HQNN_ADVERSARIAL_TRADES), ("mart", HQNN_ADVERSARIAL_MART),
        ("input_gradient", HQNN_ADVERSARIAL_INPUT_GRADIENT),
      ])
    try field(table, "norm", &options.norm, [("linf", HQNN_ADVERSARIAL_LINF), ("l2", HQNN_ADVERSARIAL_L2)])
    try field(table, "eps", &options.eps)
    try field(table, "alpha", &options.alpha)
    try field(table, "steps", &options.steps)
    try field(table, "random_start", &options.random_start)
    try field(table, "low", &options.low)
    try field(table, "high", &options.high)
    try field(table, "beta", &options.beta)
    try field(table, "replays", &options.replays)
    try field(table, "step", &options.step)
    try field(table, "seed", &options.seed)
    return options
  }
}
