// The training loop.  What it is told and tells is in FitOptions.swift, one step in TrainingStep.swift.

import Tensors

extension Layer {
  /// Trains with an optimiser.
  ///
  /// A model that is not built is built for Float with the options' seed.  An optimiser without
  /// tensors takes the model's trainable parameters.  `progress` is called a few times a second and
  /// after each epoch; when it returns false the run ends with `EngineError.cancelled`.
  ///
  /// Layers are in training mode during steps and in evaluation mode otherwise, also while callbacks run.
  @discardableResult
  public func fit(
    _ train: Samples, validation: Samples? = nil, optimizer: Optimizer,
    _ options: FitOptions = FitOptions(), progress: ((FitProgress) throws -> Bool)? = nil
  ) throws -> FitResult {
    try options.check()
    if !isBuilt { try build(.float32, shape: train.values.shape, seed: options.seed) }
    let run = try TrainingRun(self, train, validation, optimizer, options)
    return try run.run(progress)
  }
}

/// Adds whose sentence it is.
private func prefixed(_ name: String, _ body: () throws -> Void) throws {
  do { try body() } catch let error as EngineError { throw EngineError(error.kind, "\(name): \(error.message)") }
}

/// What stays the same between epochs, and where the run stands.
private final class TrainingRun {
  let model: Layer
  let train: Features
  /// The training samples before a frozen front.
  let values: Tensor
  let validation: Features?
  let optimizer: Optimizer
  let options: FitOptions
  let step: TrainingStep
  let plan: BatchPlan
  let stopping: EarlyStopping
  let draws: DrawCounts
  let scoring: Scoring
  let validationTargets: Tensor?
  var watch: TrainingWatch
  var result = FitResult()
  /// The epoch, from 0, and the steps done in it.
  var (epoch, done) = (0, 0)
  var sums = EpochSums()
  /// Seconds between two calls of the progress callback.
  private static let interval = 0.2

  init(
    _ model: Layer, _ train: Samples, _ validation: Samples?, _ optimizer: Optimizer,
    _ options: FitOptions
  ) throws {
    guard let type = model.type else { preconditionFailure("fit builds the model") }
    (self.model, self.optimizer, self.options) = (model, optimizer, options)
    let train = train.cast(to: type)
    let targets = try options.targets.rows(of: train, type, options.objective)
    try model.check(train, targets, options.objective)
    var validationTargets: Tensor?
    if let validation {
      let validation = validation.cast(to: type)
      validationTargets = try options.targets.rows(of: validation, type, options.objective, given: .some(options.validationTargets))
      try model.check(validation, validationTargets, options.objective)
    }
    self.validationTargets = validationTargets
    values = train.values
    scoring = Scoring(model, options.objective, hasTargets: targets != nil, topK: options.topK)

    let parameters = model.parameters.filter(\.variable.requiresGradient)
    guard !parameters.isEmpty else {
      throw EngineError.state("the model has no trainable parameters; make one of its layers trainable")
    }
    if optimizer.parameters.isEmpty { try optimizer.add(model) }
    guard optimizer.parameters.contains(where: { tensor in parameters.contains { $0.variable === tensor } }) else {
      throw EngineError.state("none of the optimiser's tensors belongs to the model")
    }
    guard !optimizer.needsLoss || (options.clipNorm == nil && options.clipValue == nil) else {
      throw EngineError.value("clipped gradients do not go with an optimiser that evaluates the loss itself")
    }
    if let rule = options.rule {
      guard !optimizer.needsLoss else {
        throw EngineError.value("\(rule.name) does not go with an optimiser that evaluates the loss itself")
      }
      guard rule.replays == 1 || options.accumulate == 1 else {
        throw EngineError.value("\(rule.name) replays batches, which does not go with accumulated ones; accumulate must be 1")
      }
      try prefixed("\(rule.name)") {
        try rule.begin(
          RuleRun(model: model, samples: train.values, objective: options.objective, accumulate: options.accumulate))
      }
    }
    try options.schedule?.attach(optimizer)
    draws = DrawCounts(model)
    stopping = try EarlyStopping(options, hasValidation: validation != nil, classifies: scoring.hasClasses, model: model)
    let circuitWeights = parameters.filter(\.isQuantum).reduce(0) { $0 + $1.variable.value.count }
    watch = TrainingWatch(model, labels: scoring.hasClasses ? train.labels : nil, circuitWeights: circuitWeights)

    // The weights must be the saved ones before a frozen front is run.
    if let saved = options.resume { try Self.restoreModel(saved, model) }
    self.train = try Features(model, train, caching: options.cacheFeatures && options.augmentation == nil && options.rule == nil)
    self.validation = try validation.map {
      try Features(model, $0.cast(to: type), caching: options.cacheFeatures)
    }
    plan = BatchPlan(
      values: self.train.samples.values, count: train.count, batch: min(options.batch, train.count),
      seed: options.seed, shuffle: options.shuffle, augmentation: options.augmentation)
    step = TrainingStep(
      model: model, start: self.train.start, labels: train.labels, targets: targets, scoring: scoring,
      optimizer: optimizer, options: options, parameters: parameters, draws: draws,
      penalty: options.encodingPenalty > 0 ? try EncodingPenalty(model, strength: options.encodingPenalty) : nil)
    if let saved = options.resume { try restore(saved) }
  }

  /// Steps per epoch.
  var steps: Int { (plan.batches + options.accumulate - 1) / options.accumulate }

  func run(_ callback: ((FitProgress) throws -> Bool)?) throws -> FitResult {
    // Nothing of the last step is left for a loop of the user's own to add to.
    defer { step.clearGradients() }
    for record in result.epochs {
      var progress = record
      progress.isReplayed = true
      if let callback, !(try callback(progress)) { throw EngineError.cancelled }
    }
    let loader = try Loader(plan, epoch: epoch, number: done * options.accumulate, epochs: options.epochs)
    defer { loader.stop() }
    do {
      try model.withTraining(true) {
        while epoch < options.epochs, !result.stoppedEarly { try epoch(loader, callback) }
        if let checkpoint = options.checkpoint { try checkpoint.save(state()) }
      }
    } catch let error as EngineError where error.kind == .cancelled {
      stopping.restoreBest()
      throw error
    }
    stopping.restoreBest()
    result.bestEpoch = stopping.best?.epoch
    return result
  }

  private func epoch(_ loader: Loader, _ callback: ((FitProgress) throws -> Bool)?) throws {
    let steps = steps
    let (began, processorBegan) = (now(), usage().processorSeconds)
    var reported = began
    let (secondsBefore, processorBefore) = (sums.seconds, sums.processorSeconds)
    var progress = FitProgress(epoch: epoch, epochs: options.epochs, step: done, steps: steps)
    // Gradient norms cost a pass over the gradients.
    let normEvery = max(1, steps / 16)

    func measure() {
      reported = now()
      let (processorSeconds, peakMemory) = usage()
      sums.seconds = secondsBefore + reported - began
      sums.processorSeconds = processorBefore + processorSeconds - processorBegan
      (progress.loss, progress.samples) = (sums.loss / Double(max(1, sums.seen)), sums.seen)
      progress.accuracy = scoring.hasClasses ? Double(sums.hits) / Double(max(1, sums.seen)) : .nan
      (progress.seconds, progress.peakMemory) = (sums.seconds, peakMemory)
      progress.cores = sums.processorSeconds / max(1e-9, sums.seconds)
      if sums.norms > 0 {
        progress.gradientNorm = (sums.squares / Double(sums.norms)).squareRoot()
        if watch.circuitWeights > 0 {
          progress.circuitGradientNorm = (sums.circuitSquares / Double(sums.norms)).squareRoot()
        }
      }
    }
    func report(_ callback: (FitProgress) throws -> Bool) throws {
      if !(try model.withTraining(false) { try callback(progress) }) { throw EngineError.cancelled }
    }

    while done < steps {
      try Cancellation.check()
      progress.lr = optimizer.lr
      let first = done * options.accumulate
      let batches = try (first..<min(plan.batches, first + options.accumulate)).map { _ in try loader.next() }
      let loss = try step.run(batches, epoch, &sums, wantsNorm: done % normEvery == 0 && !optimizer.needsLoss)
      guard loss.isFinite else { throw try nonFinite(loss, batches, progress) }
      try options.schedule?.step()
      done += 1
      (progress.step, progress.stepLoss) = (done, loss)
      if let onStep = options.onStep {
        measure()
        try report(onStep)
      }
      if done == steps { break }
      try saveIfDue()
      if let callback, now() - reported > Self.interval {
        measure()
        try report(callback)
      }
    }

    progress.isEpochDone = true
    measure()
    progress.validation = try validation.map { try scoring.score($0, validationTargets) }
    try options.schedule?.epoch(stopping.value(progress))
    progress.isStopping = stopping.isOver(progress)
    progress.bestEpoch = stopping.best?.epoch
    progress.warnings = watch.warnings(progress)
    result.epochs.append(progress)
    result.stoppedEarly = progress.isStopping
    (epoch, done, sums) = (epoch + 1, 0, EpochSums())
    if let callback { try report(callback) }
    if epoch < options.epochs, !result.stoppedEarly { try saveIfDue() }
  }

  private func nonFinite(_ loss: Double, _ batches: [Batch], _ progress: FitProgress) throws -> EngineError {
    let saved = draws.values
    defer { draws.restore(saved) }
    let place = "in epoch \(progress.epoch + 1) of \(progress.epochs), step \(progress.step + 1) of \(progress.steps)"
    for batch in batches {
      let samples = train.start > 0 ? gatherRows(values, batch.indices) : batch.values
      let trace = try NonFiniteTrace(model, samples, lr: optimizer.lr)
      if trace.place != nil || batches.count == 1 {
        return .value(
          "the loss is \(loss) \(place)\(trace.place.map { "; the first value that is not finite comes from \($0)" } ?? ""): \(trace.reason)")
      }
    }
    return .value("the loss is \(loss) \(place): the model's outputs are finite, so it is the loss")
  }

  // MARK: saved state

  private func saveIfDue() throws {
    guard let checkpoint = options.checkpoint, (epoch * steps + done) % checkpoint.every == 0 else { return }
    try checkpoint.save(state())
  }

  private func state() throws -> TrainingState {
    let (own, best) = (optimizer.exportState(), stopping.exportState())
    func named(_ owner: String, _ tensors: [NamedTensor], copied: Bool = false) -> [NamedTensor] {
      tensors.map { NamedTensor(name: "\(owner).\($0.name)", tensor: copied ? $0.tensor.copy() : $0.tensor) }
    }
    return TrainingState(
      tensors: named("model", model.savedValues, copied: true) + named("optimizer", own.tensors)
        + named("best", best.tensors) + named("rule", options.rule?.state ?? [], copied: true),
      scalars: [
        "format": 1, "seed": .bits(options.seed), "batch": .integer(plan.batch), "accumulate": .integer(options.accumulate),
        "shuffle": .bool(options.shuffle), "count": .integer(plan.count), "epoch": .integer(epoch), "step": .integer(done),
        "sums": sums.json, "optimizer": own.scalars, "schedule": options.schedule?.exportState() ?? .null,
        "best": best.scalars, "watch": watch.exportState(), "draws": draws.json,
        "history": .array(result.epochs.map(\.json)), "rule": options.rule?.description ?? .null,
      ])
  }

  private static func restoreModel(_ saved: TrainingState, _ model: Layer) throws {
    let values = saved.named("model")
    let pairs = try model.savedValues.map { (try values.tensor($0.name, like: $0.tensor), $0.tensor) }
    for (from, to) in pairs { to.assign(from) }
  }

  private func restore(_ saved: TrainingState) throws {
    let scalars = saved.scalars
    func same(_ name: String, _ now: JSON) throws {
      let before = try saved.member(name)
      guard before == now else {
        throw EngineError.state("the saved training has \(name) \(before.text), this one has \(now.text)")
      }
    }
    guard try scalars.integer("format") == 1 else {
      throw EngineError.file("the saved training has format \(try scalars.integer("format")); this version reads format 1")
    }
    try same("seed", .bits(options.seed))
    try same("batch", .integer(plan.batch))
    try same("accumulate", .integer(options.accumulate))
    try same("shuffle", .bool(options.shuffle))
    try same("count", .integer(plan.count))
    let (before, rule) = (scalars["rule"] ?? .null, options.rule?.description ?? .null)
    guard before == rule else {
      throw EngineError.state("the saved training has the rule \(before.text), this one \(rule.text)")
    }
    let (epoch, done) = (try scalars.integer("epoch"), try scalars.integer("step"))
    guard epoch >= 0, (0..<steps).contains(done) else {
      throw EngineError.file("the saved training stands at step \(done) of epoch \(epoch), which cannot be")
    }
    let sums = try EpochSums(try saved.member("sums"))
    let counts = try draws.read(try saved.member("draws"))
    let schedule = try saved.member("schedule")
    guard (schedule == .null) == (options.schedule == nil) else {
      throw EngineError.state("the saved training has \(schedule == .null ? "no schedule" : "a schedule"), this one \(schedule == .null ? "has one" : "has none")")
    }
    result.epochs = try scalars.array("history").map { try FitProgress($0, epochs: options.epochs) }
    result.stoppedEarly = result.epochs.last?.isStopping ?? false
    try stopping.importState(tensors: saved.named("best"), scalars: try saved.member("best"))
    try watch.importState(try saved.member("watch"))
    try optimizer.importState(tensors: saved.tensors(of: "optimizer"), scalars: try saved.member("optimizer"))
    try options.schedule?.importState(schedule, for: optimizer)
    try options.rule?.restore(saved.named("rule"))
    draws.restore(counts)
    (self.epoch, self.done, self.sums) = (epoch, done, sums)
  }
}
