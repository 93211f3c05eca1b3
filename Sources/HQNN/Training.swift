// hqnn.h, "training".

import CHQNN
import Data
import Learning
import Tensors

/// Samples with labels, for what classifies.
func samples(_ pointer: OpaquePointer?, _ what: String = "dataset") throws -> Samples {
  let dataset = try borrow(pointer, what, as: Dataset.self)
  guard dataset.hasLabels else { throw EngineError.value("\(what) has targets and no labels, which are needed here") }
  return try Samples(dataset.samples, dataset.labels)
}

/// Samples of a data set, which may have targets instead of labels; then a number that no loss reads stands for these.
private func anySamples(_ dataset: Dataset) throws -> Samples {
  try Samples(dataset.samples, dataset.hasLabels ? dataset.labels : Array(repeating: 0, count: dataset.count))
}

@c @implementation
public func hqnn_layer_fit(
  _ model: OpaquePointer?, _ train: OpaquePointer?, _ validation: OpaquePointer?,
  _ optimizerHandle: OpaquePointer?, _ given: UnsafePointer<hqnn_fit_options>?
) -> hqnn_status {
  status {
    let model = try layer(model, "model")
    let train = try borrow(train, "train", as: Dataset.self)
    let validation = try validation.map { try borrow($0, "validation", as: Dataset.self) }
    let optimizer = try optimizer(optimizerHandle)
    let given = try options(given, defaults: fitDefaults)
    var options = try fitOptions(given)
    options.targets = try targets(given.targets, given.targets_are_inputs, of: train, options.objective)
    options.validationTargets = options.validationTargets ?? validation?.targets
    let (samples, judged) = (try anySamples(train), try validation.map(anySamples))
    if let augmentation = train.augmentation {
      options.augmentation = { try augmentation.apply($0, indices: $1, epoch: $2) }
    }
    if given.checkpoint != nil || given.resume != nil {
      let parts = RunParts(
        model: model, train: samples, validation: judged, optimizer: optimizer,
        augmentation: train.augmentation.map { "\($0)" } ?? "none")
      try options.keep(given, parts)
    }
    let report = report(given.callback, given.context)
    try model.fit(samples, validation: judged, optimizer: optimizer, options) { progress in
      if !progress.isReplayed { Log.warnings(progress.warnings) }
      return report?(progress) ?? true
    }
  }
}

private func fitOptions(_ given: hqnn_fit_options) throws -> FitOptions {
  var options = FitOptions()
  options.epochs = Int(given.epochs)
  options.batch = Int(given.batch)
  options.seed = given.seed
  options.shuffle = given.shuffle != 0
  options.cacheFeatures = given.cache_features != 0
  options.onStep = report(given.step_callback, given.context)
  options.objective = try objective(given.loss, given.loss_options, given.objective, given.context)
  options.validationTargets = (borrowIfAny(given.validation_targets) as Variable?)?.value
  options.schedule = borrowIfAny(given.schedule)
  options.clipNorm = given.clip_norm == 0 ? nil : given.clip_norm
  options.clipValue = given.clip_value == 0 ? nil : given.clip_value
  options.accumulate = given.accumulate == 0 ? 1 : Int(given.accumulate)
  guard let monitor = Monitor(rawValue: UInt32(given.monitor.rawValue)) else {
    throw EngineError.value(
      "monitor is \(given.monitor.rawValue); it must be HQNN_MONITOR_AUTOMATIC ... HQNN_MONITOR_VALIDATION_ACCURACY")
  }
  options.monitor = monitor
  options.patience = given.patience == 0 ? nil : Int(given.patience)
  options.minDelta = given.min_delta
  options.keepBest = given.keep_best != 0
  options.topK = Int(given.top_k)
  options.encodingPenalty = given.encoding_penalty
  options.rule = try given.adversarial.map { try adversarialOptions($0).rule() }
  return options
}

private let fitDefaults = hqnn_fit_options(
  struct_size: MemoryLayout<hqnn_fit_options>.size, epochs: 10, batch: 32, seed: 0, shuffle: 1,
  cache_features: 1, callback: nil, context: nil, step_callback: nil,
  loss: HQNN_LOSS_CROSS_ENTROPY, loss_options: nil, objective: nil, targets: nil,
  validation_targets: nil, targets_are_inputs: 0, schedule: nil, clip_norm: 0, clip_value: 0, accumulate: 1,
  monitor: HQNN_MONITOR_AUTOMATIC, patience: 0, min_delta: 0, keep_best: 0, top_k: 0,
  checkpoint: nil, checkpoint_every: 0, checkpoint_keep: 0, resume: nil, adversarial: nil, encoding_penalty: 0)

private func report(_ callback: hqnn_fit_callback?, _ context: UnsafeMutableRawPointer?) -> ((FitProgress) -> Bool)? {
  callback.map { callback in
    { progress in
      progress.warnings.joined(separator: "\n").withCString { warnings in
        withUnsafePointer(to: hqnn_fit_progress(progress, warnings)) { callback(context, $0) == 0 }
      }
    }
  }
}

/// A loss by its kind, or the caller's own.
private func objective(
  _ kind: hqnn_loss_kind, _ given: UnsafePointer<hqnn_loss_options>?, _ callback: hqnn_objective_callback?,
  _ context: UnsafeMutableRawPointer?
) throws -> Objective {
  guard let callback else { return try .loss(loss(kind, given)) }
  return .custom { output, labels, targets in
    let labels = labels.map(Int64.init)
    return try callerLoss { out in
      withExtendedLifetime((output, targets)) {
        func passed(_ variable: Variable) -> OpaquePointer { OpaquePointer(Unmanaged.passUnretained(variable).toOpaque()) }
        return callback(context, passed(output), labels, Int64(labels.count), targets.map(passed), out)
      }
    }
  }
}

/// What is given, or what the data set has and the loss can take.
private func targets(
  _ given: OpaquePointer?, _ areInputs: Int32, of dataset: Dataset, _ objective: Objective
) throws -> Targets {
  let tensor: Variable? = borrowIfAny(given)
  if areInputs != 0 {
    guard tensor == nil else { throw EngineError.value("targets are given, and the inputs are to be targets; choose one") }
    return .inputs
  }
  if let tensor { return .tensor(tensor.value) }
  if let own = dataset.targets, !objective.classifies { return .tensor(own) }
  guard dataset.hasLabels else {
    throw EngineError.value("the data set has targets and no labels; choose a loss that takes targets, for instance mse")
  }
  return .labels
}

extension hqnn_fit_progress {
  fileprivate init(_ progress: FitProgress, _ warnings: UnsafePointer<CChar>) {
    self.init(
      struct_size: MemoryLayout<hqnn_fit_progress>.size, epoch: Int64(progress.epoch),
      epochs: Int64(progress.epochs), step: Int64(progress.step), steps: Int64(progress.steps),
      epoch_done: progress.isEpochDone ? 1 : 0, loss: progress.loss, accuracy: progress.accuracy,
      validation_loss: progress.validation?.loss ?? .nan,
      validation_accuracy: progress.validation?.accuracy ?? .nan, seconds: progress.seconds,
      samples: Int64(progress.samples), step_loss: progress.stepLoss, lr: progress.lr, cores: progress.cores,
      peak_memory: Int64(progress.peakMemory), gradient_norm: progress.gradientNorm,
      circuit_gradient_norm: progress.circuitGradientNorm, validation_top_k: progress.validation?.topK ?? .nan,
      validation_mse: progress.validation?.meanSquaredError ?? .nan, best_epoch: Int64(progress.bestEpoch ?? -1),
      stopping: progress.isStopping ? 1 : 0, warnings: warnings, replayed: progress.isReplayed ? 1 : 0)
  }
}

@c @implementation
public func hqnn_layer_evaluate(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ accuracy: UnsafeMutablePointer<Double>?,
  _ loss: UnsafeMutablePointer<Double>?
) -> hqnn_status {
  status {
    let accuracy = try place(accuracy, "accuracy")
    let model = try layer(model, "model")
    let score = try model.evaluate(try samples(dataset))
    accuracy.pointee = score.accuracy
    loss?.pointee = score.loss
  }
}

@c @implementation
public func hqnn_layer_evaluate_all(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ given: UnsafePointer<hqnn_evaluate_options>?,
  _ out: UnsafeMutablePointer<hqnn_evaluation>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let model = try layer(model, "model")
    let dataset = try borrow(dataset, "dataset", as: Dataset.self)
    let given = try options(given, defaults: evaluateDefaults)
    let objective = try objective(given.loss, given.loss_options, given.objective, given.context)
    let score = try model.evaluate(
      anySamples(dataset), objective: objective,
      targets: targets(given.targets, given.targets_are_inputs, of: dataset, objective), topK: Int(given.top_k))
    // Only as much as the caller knows of.
    var result = hqnn_evaluation(
      struct_size: out.pointee.struct_size, loss: score.loss, accuracy: score.accuracy, top_k: score.topK,
      mse: score.meanSquaredError)
    let size = out.pointee.struct_size
    guard size >= MemoryLayout<Int>.size, size <= 4096 else {
      throw EngineError.value("struct_size is \(size); start the result from HQNN_EVALUATION")
    }
    withUnsafeBytes(of: &result) { bytes in
      UnsafeMutableRawPointer(out).copyMemory(from: bytes.baseAddress!, byteCount: min(size, bytes.count))
    }
  }
}

private let evaluateDefaults = hqnn_evaluate_options(
  struct_size: MemoryLayout<hqnn_evaluate_options>.size, loss: HQNN_LOSS_CROSS_ENTROPY, loss_options: nil, objective: nil, context: nil, targets: nil,
  targets_are_inputs: 0, top_k: 0)

@c @implementation
public func hqnn_layer_confusion(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?, _ capacity: Int64,
  _ classes: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let classes = try place(classes, "out_classes")
    let model = try layer(model, "model")
    let samples = try samples(dataset)
    try model.checkClassifies(samples)
    let width = model.outputShape?.first ?? 0
    if let out {
      guard capacity >= width * width else {
        throw EngineError.value("capacity is \(capacity); \(width * width) counts need room")
      }
      for (i, count) in try model.confusion(samples).joined().enumerated() { out[i] = Int64(count) }
    }
    classes.pointee = Int64(width)
  }
}
