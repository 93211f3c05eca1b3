// hqnn.h, "losses".  Options are checked in lua/hqnn/loss.lua.

import CHQNN
import LuaTrampoline

/// Losses by their Lua names.
let lossKinds: [(String, hqnn_loss_kind)] = [
  ("cross_entropy", HQNN_LOSS_CROSS_ENTROPY), ("nll", HQNN_LOSS_NLL), ("bce", HQNN_LOSS_BCE),
  ("bce_with_logits", HQNN_LOSS_BCE_WITH_LOGITS), ("mse", HQNN_LOSS_MSE), ("l1", HQNN_LOSS_L1),
  ("huber", HQNN_LOSS_HUBER), ("hinge", HQNN_LOSS_HINGE), ("kl", HQNN_LOSS_KL), ("cosine", HQNN_LOSS_COSINE),
  ("cosine_embedding", HQNN_LOSS_COSINE_EMBEDDING),
]

let lossFunctions: [Function] = lossKinds.map { name, kind in
  // mse(output, labels or nil, targets or nil, options)
  Function("losses", name, as: "hq.loss.\(name)") { call in
    let output = try call.tensor(1)
    let labels = try call.optional(2, call.integers)
    let targets = try call.optional(3, call.tensor)
    return try call.withLossOptions(4) { options in
      try call.result(.tensor) {
        hqnn_loss_apply(kind, &options, output, labels, Int64(labels?.count ?? 0), targets, $0)
      }
    }
  }
}

extension Call {
  /// The fields reduction, label_smoothing, class_weights, delta and margin; the weights live as long as the body runs.
  func withLossOptions<T>(_ table: Int32, _ body: (inout hqnn_loss_options) throws -> T) throws -> T {
    var options = hqnn_loss_options_default()
    try field(
      table, "reduction", &options.reduction,
      [("mean", HQNN_LOSS_MEAN), ("sum", HQNN_LOSS_SUM), ("none", HQNN_LOSS_NONE)])
    try field(table, "label_smoothing", &options.label_smoothing)
    try field(table, "delta", &options.delta)
    try field(table, "margin", &options.margin)
    lua.pushField(table, "class_weights")
    let weights = lua.type(-1) == .nil ? [] : try numbersAtTop("class_weights")
    lua.drop()
    return try weights.withUnsafeBufferPointer { weights in
      if !weights.isEmpty {
        (options.class_weights, options.class_weight_count) = (weights.baseAddress, Int64(weights.count))
      }
      return try body(&options)
    }
  }

  private func numbersAtTop(_ what: String) throws -> [Double] {
    guard lua.type(-1) == .table, lua.kind(-1) == nil else {
      throw Failure("\(what): expected an array of numbers, got \(describe(-1))")
    }
    return try (0..<lua.length(-1)).map { position in
      lua.pushElement(-1, position + 1)
      defer { lua.drop() }
      guard let value = lua.number(-1) else {
        throw Failure("\(what): element \(position + 1) is \(describe(-1)); expected a number")
      }
      return value
    }
  }
}
