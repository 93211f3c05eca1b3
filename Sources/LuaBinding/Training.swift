// hqnn.h, "training".  History, progress display and early stop are in lua/hqnn/fit.lua.

import CHQNN
import LuaTrampoline

let trainingFunctions: [Function] = [
  // fit(model, train, validation, optimizer, options, report): report(epoch, epochs, step, steps,
  // done, loss, accuracy, validation_loss, validation_accuracy, seconds) is called a few times a
  // second; true stops.  Result: whether it was stopped.
  Function("native", "fit", as: "hq.fit") { call in
    let (model, train) = (try call.layer(1), try call.dataset(2))
    let validation = try call.optional(3, call.dataset)
    let optimizer = try call.handle(4, .optimizer)
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
    let stopped = try withCStrings([path, resume]) { paths in
      (options.checkpoint, options.resume) = (paths[0], paths[1])
      return try Callback.run(call, function: 6) { context in
        options.context = context
        options.callback = { context, progress in Callback.report(context, progress!.pointee) }
        return hqnn_layer_fit(model, train, validation, optimizer, &options)
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
]

extension Callback {
  fileprivate static func report(_ context: UnsafeMutableRawPointer?, _ progress: hqnn_fit_progress) -> Int32 {
    call(context) { lua in
      for count in [progress.epoch + 1, progress.epochs, progress.step, progress.steps] { lua.push(count) }
      lua.push(progress.epoch_done != 0)
      for value in [
        progress.loss, progress.accuracy, progress.validation_loss, progress.validation_accuracy,
        progress.seconds,
      ] { lua.push(value) }
      lua.push(progress.replayed != 0)
      return 11
    }
  }
}
