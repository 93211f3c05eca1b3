// hqnn.h, "training".  History, progress display and early stop are in lua/hqnn/fit.lua.

import CHQNN
import LuaTrampoline

let trainingFunctions: [Function] = [
  // fit(model, train, validation, optimizer, options, report, on_step, loss, schedule, targets, validation_targets,
  // loss_options, adversarial):
  //   report(progress)    a few times a second and after each epoch; true stops
  //   on_step(progress)   after each step, or nil; true stops
  //   loss(output, target) targets as a tensor or class numbers, or nil: the loss that options name
  // Result: whether it was stopped.
  Function("native", "fit", as: "hq.fit") { call in
    let (model, train) = (try call.layer(1), try call.dataset(2))
    let validation = try call.optional(3, call.dataset)
    let optimizer = try call.handle(4, .optimizer)
    let stopped = try call.withLoss(5, options: 12) { kind, lossOptions in
      var options = hqnn_fit_options_default()
      try call.field(5, "epochs", &options.epochs)
      try call.field(5, "batch", &options.batch)
      try call.field(5, "seed", &options.seed)
      try call.field(5, "shuffle", &options.shuffle)
      try call.field(5, "cache_features", &options.cache_features)
      try call.field(5, "checkpoint_every", &options.checkpoint_every)
      try call.field(5, "checkpoint_keep", &options.checkpoint_keep)
      var (path, resume): (String?, String?)
      try call.field(5, "checkpoint_path", &path)
      try call.field(5, "resume_path", &resume)
      try call.field(5, "clip_norm", &options.clip_norm)
      try call.field(5, "clip_value", &options.clip_value)
      try call.field(5, "accumulate", &options.accumulate)
      try call.field(5, "patience", &options.patience)
      try call.field(5, "min_delta", &options.min_delta)
      try call.field(5, "keep_best", &options.keep_best)
      try call.field(5, "top_k", &options.top_k)
      try call.field(5, "encoding_penalty", &options.encoding_penalty)
      try call.field(
        5, "monitor", &options.monitor,
        [
          ("loss", HQNN_MONITOR_LOSS), ("accuracy", HQNN_MONITOR_ACCURACY),
          ("validation_loss", HQNN_MONITOR_VALIDATION_LOSS),
          ("validation_accuracy", HQNN_MONITOR_VALIDATION_ACCURACY),
        ])
      (options.loss, options.loss_options) = (kind, lossOptions)
      options.schedule = try call.optional(9) { try call.handle($0, .schedule) }
      options.targets = try call.optional(10, call.tensor)
      options.validation_targets = try call.optional(11, call.tensor)
      try call.field(5, "targets_are_inputs", &options.targets_are_inputs)
      options.callback = { context, progress in Callback.report(context, nil, progress!.pointee) }
      if !call.isNil(7) {
        options.step_callback = { context, progress in Callback.report(context, 7, progress!.pointee) }
      }
      if !call.isNil(8) {
        options.objective = { context, output, labels, count, targets, out in
          Callback.loss(context, 8, output, labels, count, targets, out)
        }
      }
      let adversarial = try call.optional(13, call.adversarialOptions)
      return try withCStrings([path, resume]) { paths in
        (options.checkpoint, options.resume) = (paths[0], paths[1])
        return try Callback.run(call, function: 6) { context in
          options.context = context
          guard var adversarial else { return hqnn_layer_fit(model, train, validation, optimizer, &options) }
          return withUnsafePointer(to: &adversarial) {
            options.adversarial = $0
            return hqnn_layer_fit(model, train, validation, optimizer, &options)
          }
        }
      }
    }
    NativeMemory.watch(call.lua)
    call.lua.push(stopped)
    return 1
  },
  // evaluate(model, data): accuracy, loss
  Function("native", "evaluate", as: "hq.evaluate") { call in
    var (accuracy, loss) = (0.0, 0.0)
    try check(hqnn_layer_evaluate(call.layer(1), call.dataset(2), &accuracy, &loss))
    call.lua.push(accuracy)
    call.lua.push(loss)
    return 2
  },
  // evaluate_all(model, data, options, targets, loss, loss_options): { loss, accuracy, top_k, mse }, what has a meaning
  Function("native", "evaluate_all", as: "hq.evaluate") { call in
    let (model, data) = (try call.layer(1), try call.dataset(2))
    var result = hqnn_evaluation_default()
    try call.withLoss(3, options: 6) { kind, lossOptions in
      var options = hqnn_evaluate_options_default()
      (options.loss, options.loss_options) = (kind, lossOptions)
      try call.field(3, "top_k", &options.top_k)
      try call.field(3, "targets_are_inputs", &options.targets_are_inputs)
      options.targets = try call.optional(4, call.tensor)
      guard !call.isNil(5) else { return try check(hqnn_layer_evaluate_all(model, data, &options, &result)) }
      options.objective = { context, output, labels, count, targets, out in
        Callback.loss(context, nil, output, labels, count, targets, out)
      }
      _ = try Callback.run(call, function: 5) { context in
        options.context = context
        return hqnn_layer_evaluate_all(model, data, &options, &result)
      }
    }
    call.lua.pushTable(fields: 4)
    call.lua.setNumbers([
      ("loss", result.loss), ("accuracy", result.accuracy), ("top_k", result.top_k), ("mse", result.mse),
    ])
    return 1
  },
  // confusion(model, data): an array of rows, one per class
  Function("native", "confusion", as: "hq.confusion") { call in
    let (model, data) = (try call.layer(1), try call.dataset(2))
    var classes: Int64 = 0
    try check(hqnn_layer_confusion(model, data, nil, 0, &classes))
    var counts = [Int64](repeating: 0, count: Int(classes * classes))
    try check(hqnn_layer_confusion(model, data, &counts, classes * classes, &classes))
    call.lua.pushTable(array: Int(classes))
    for row in 0..<classes {
      call.push(Array(counts[Int(row * classes)..<Int((row + 1) * classes)]))
      call.lua.setElement(-2, row + 1)
    }
    return 1
  },
]

extension Call {
  /// The loss that the field `loss` names; the options of another argument live as long as the body runs.
  fileprivate func withLoss<T>(
    _ table: Int32, options: Int32, _ body: (hqnn_loss_kind, UnsafePointer<hqnn_loss_options>?) throws -> T
  ) throws -> T {
    var kind = HQNN_LOSS_CROSS_ENTROPY
    try field(table, "loss", &kind, lossKinds)
    if isNil(options) { return try body(kind, nil) }
    return try withLossOptions(options) { options in try withUnsafePointer(to: options) { try body(kind, $0) } }
  }
}

extension LuaState {
  /// Fields of the table on top; numbers that are not finite are left out.
  fileprivate func setNumbers(_ numbers: [(String, Double)]) {
    for (name, value) in numbers where value.isFinite {
      push(value)
      setField(-2, name)
    }
  }
}

extension Callback {
  /// One table: whole numbers counted from 1 where they are numbers of something.
  fileprivate static func report(
    _ context: UnsafeMutableRawPointer?, _ function: Int32?, _ progress: hqnn_fit_progress
  ) -> Int32 {
    call(context, function: function) { lua in
      lua.pushTable(fields: 24)
      for (name, value) in [
        ("epoch", progress.epoch + 1), ("epochs", progress.epochs), ("step", progress.step), ("steps", progress.steps),
        ("samples", progress.samples), ("peak_memory", progress.peak_memory),
      ] {
        lua.push(value)
        lua.setField(-2, name)
      }
      for (name, value) in [
        ("done", progress.epoch_done), ("stopping", progress.stopping), ("replayed", progress.replayed),
      ] {
        lua.push(value != 0)
        lua.setField(-2, name)
      }
      if progress.best_epoch >= 0 {
        lua.push(progress.best_epoch + 1)
        lua.setField(-2, "best_epoch")
      }
      lua.push(text: progress.warnings)
      lua.setField(-2, "warnings")
      lua.setNumbers([
        ("loss", progress.loss), ("accuracy", progress.accuracy), ("validation_loss", progress.validation_loss),
        ("validation_accuracy", progress.validation_accuracy), ("seconds", progress.seconds),
        ("step_loss", progress.step_loss), ("lr", progress.lr), ("cores", progress.cores),
        ("gradient_norm", progress.gradient_norm), ("circuit_gradient_norm", progress.circuit_gradient_norm),
        ("validation_top_k", progress.validation_top_k), ("validation_mse", progress.validation_mse),
      ])
      return 1
    }
  }

  /// loss(output, target): targets as a tensor where there are any, otherwise class numbers.
  fileprivate static func loss(
    _ context: UnsafeMutableRawPointer?, _ function: Int32?, _ output: OpaquePointer?, _ labels: UnsafePointer<Int64>?,
    _ count: Int64, _ targets: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
  ) -> Int32 {
    tensor(context, function: function, "loss", out) { lua in
      lua.push(lent: output!)
      if let targets {
        lua.push(lent: targets)
      } else {
        lua.pushTable(array: Int(count))
        for i in 0..<Int(count) {
          lua.push(labels![i])
          lua.setElement(-2, Int64(i + 1))
        }
      }
      return 2
    }
  }
}
