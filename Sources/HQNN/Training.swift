// hqnn.h, "training".

import CHQNN
import Data
import Learning
import Tensors

func samples(_ pointer: OpaquePointer?, _ what: String = "dataset") throws -> Samples {
  let dataset = try borrow(pointer, what, as: Dataset.self)
  return try Samples(dataset.samples, dataset.labels)
}

@c @implementation
public func hqnn_layer_fit(
  _ model: OpaquePointer?, _ train: OpaquePointer?, _ validation: OpaquePointer?,
  _ optimizerHandle: OpaquePointer?, _ given: UnsafePointer<hqnn_fit_options>?
) -> hqnn_status {
  status {
    let model = try layer(model, "model")
    let train = try samples(train, "train")
    let validation = try validation.map { try samples($0, "validation") }
    let optimizer = try optimizer(optimizerHandle)
    let given = try options(given, defaults: fitDefaults)
    var options = FitOptions()
    options.epochs = Int(given.epochs)
    options.batch = Int(given.batch)
    options.seed = given.seed
    options.shuffle = given.shuffle != 0
    options.cacheFeatures = given.cache_features != 0
    let progress = given.callback.map { callback in
      { (progress: FitProgress) in
        withUnsafePointer(to: hqnn_fit_progress(progress)) { callback(given.context, $0) == 0 }
      }
    }
    try model.fit(train, validation: validation, optimizer: optimizer, options, progress: progress)
  }
}

private let fitDefaults = hqnn_fit_options(
  struct_size: MemoryLayout<hqnn_fit_options>.size, epochs: 10, batch: 32, seed: 0, shuffle: 1,
  cache_features: 1, callback: nil, context: nil)

extension hqnn_fit_progress {
  fileprivate init(_ progress: FitProgress) {
    self.init(
      struct_size: MemoryLayout<hqnn_fit_progress>.size, epoch: Int64(progress.epoch),
      epochs: Int64(progress.epochs), step: Int64(progress.step), steps: Int64(progress.steps),
      epoch_done: progress.isEpochDone ? 1 : 0, loss: progress.loss, accuracy: progress.accuracy,
      validation_loss: progress.validation?.loss ?? .nan,
      validation_accuracy: progress.validation?.accuracy ?? .nan, seconds: progress.seconds)
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
