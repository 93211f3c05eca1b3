// The training loop for classifiers.

import Glibc
import Tensors

public struct FitOptions {
  public var epochs = 10       // passes over the samples, 1 or more
  public var batch = 32        // samples per step, 1 or more; the last step may have fewer
  public var seed: UInt64 = 0  // of the order of the samples
  public var shuffle = true
  /// Whether a frozen front of the model is run once for all epochs.
  public var cacheFeatures = true

  public init() {}
}

/// Where training stands.
public struct FitProgress {
  public var epoch, epochs: Int  // epoch from 0
  public var step, steps: Int    // steps done in this epoch, of so many
  public var isEpochDone = false
  public var loss = 0.0          // mean over the epoch so far
  public var accuracy = 0.0      // on the samples seen in this epoch
  public var validation: Score?  // at the end of an epoch, with validation samples
  public var seconds = 0.0       // since the epoch began
}

extension Layer {
  /// Trains with softmax cross-entropy.
  ///
  /// A model that is not built is built for Float with the options' seed.  An optimiser without
  /// tensors takes the model's trainable parameters.  `progress` is called a few times a second and
  /// after each epoch; when it returns false the run ends with `EngineError.cancelled`.
  public func fit(
    _ train: Samples, validation: Samples? = nil, optimizer: Optimizer,
    _ options: FitOptions = FitOptions(), progress: ((FitProgress) -> Bool)? = nil
  ) throws {
    guard options.epochs >= 1 else {
      throw EngineError.value("epochs is \(options.epochs); it must be 1 or more")
    }
    guard options.batch >= 1 else {
      throw EngineError.value("batch is \(options.batch); it must be 1 or more")
    }
    if !isBuilt { try build(.float32, shape: train.values.shape, seed: options.seed) }
    try checkClassifies(train)
    if let validation { try checkClassifies(validation) }
    let run = try TrainingRun(self, train, validation, optimizer, options)
    // Nothing of the last step is left for a loop of the user's own to add to.
    defer { run.clearGradients() }
    for epoch in 0..<options.epochs { try run.epoch(epoch, progress) }
  }
}

/// What stays the same between epochs.
private struct TrainingRun {
  let model: Layer
  let train: Features
  let validation: Features?
  let optimizer: Optimizer
  let options: FitOptions
  /// Everything that a backward adds gradients to.
  let parameters: [Variable]
  /// Seconds between two calls of the progress callback.
  private static let interval = 0.2

  init(
    _ model: Layer, _ train: Samples, _ validation: Samples?, _ optimizer: Optimizer,
    _ options: FitOptions
  ) throws {
    guard let type = model.type else { preconditionFailure("fit builds the model") }
    (self.model, self.optimizer, self.options) = (model, optimizer, options)
    let parameters = model.parameters.map(\.variable).filter(\.requiresGradient)
    self.parameters = parameters
    guard !parameters.isEmpty else {
      throw EngineError.state("the model has no trainable parameters; make one of its layers trainable")
    }
    if optimizer.parameters.isEmpty { try optimizer.add(model) }
    guard optimizer.parameters.contains(where: { tensor in parameters.contains { $0 === tensor } }) else {
      throw EngineError.state("none of the optimiser's tensors belongs to the model")
    }
    self.train = try Features(model, train.cast(to: type), caching: options.cacheFeatures)
    self.validation = try validation.map {
      try Features(model, $0.cast(to: type), caching: options.cacheFeatures)
    }
  }

  func epoch(_ epoch: Int, _ callback: ((FitProgress) -> Bool)?) throws {
    let count = train.samples.count
    let batchSize = min(options.batch, count)
    let order =
      options.shuffle ? epochOrder(count: count, seed: options.seed, epoch: epoch) : Array(0..<count)
    let began = now()
    var reported = began
    var (loss, hits, seen) = (0.0, 0, 0)
    var progress = FitProgress(
      epoch: epoch, epochs: options.epochs, step: 0, steps: (count + batchSize - 1) / batchSize)

    func report(_ callback: (FitProgress) -> Bool) throws {
      (progress.loss, progress.accuracy) = (loss / Double(seen), Double(hits) / Double(seen))
      reported = now()
      progress.seconds = reported - began
      if !callback(progress) { throw EngineError.cancelled }
    }

    while seen < count {
      let batch = order[seen..<min(count, seen + batchSize)]
      loss += try step(batch, &hits) * Double(batch.count)
      seen += batch.count
      progress.step += 1
      if let callback, seen < count, now() - reported > Self.interval { try report(callback) }
    }
    guard let callback else { return }
    progress.isEpochDone = true
    progress.validation = try validation.map(model.score)
    try report(callback)
  }

  /// One update; returns the batch's mean loss and adds its correct answers to `hits`.
  private func step(_ batch: ArraySlice<Int>, _ hits: inout Int) throws -> Double {
    clearGradients()
    let samples = train.samples.gathered(batch)
    let logits = try model.run(Variable(samples.values), train.start..<model.depth)
    let loss = try logits.crossEntropy(
      samples.labels, weight: 1 / Double(batch.count), correct: &hits)
    try loss.backward()
    try optimizer.step()
    return loss.value[0]
  }

  func clearGradients() {
    for parameter in parameters { parameter.zeroGradient() }
  }
}

/// Seconds on a clock that only goes forward.
private func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
