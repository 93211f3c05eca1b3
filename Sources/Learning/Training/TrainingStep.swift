// One step of training: some batches forward and backward, and one update.

import Tensors

/// Everything that steps have in common.
struct TrainingStep {
  let model: Layer
  /// The first layer that is still to be run.
  let start: Int
  let labels: [Int]
  let targets: Tensor?
  let scoring: Scoring
  let optimizer: Optimizer
  let options: FitOptions
  /// Everything that a backward adds gradients to.
  private let variables: [Variable]
  /// Those of circuits.
  private let circuitVariables: [Variable]
  private let draws: DrawCounts
  private let penalty: EncodingPenalty?

  init(
    model: Layer, start: Int, labels: [Int], targets: Tensor?, scoring: Scoring, optimizer: Optimizer,
    options: FitOptions, parameters: [Parameter], draws: DrawCounts, penalty: EncodingPenalty?
  ) {
    self.penalty = penalty
    (self.model, self.start, self.labels, self.targets) = (model, start, labels, targets)
    (self.scoring, self.optimizer, self.options, self.draws) = (scoring, optimizer, options, draws)
    variables = parameters.map(\.variable)
    circuitVariables = parameters.filter(\.isQuantum).map(\.variable)
  }

  func clearGradients() {
    for variable in variables { variable.zeroGradient() }
  }

  /// The mean loss of the batches before the update, over the updates where a rule makes several.  When it is not finite
  /// nothing is updated or added to `sums`.
  func run(_ batches: [Batch], _ epoch: Int, _ sums: inout EpochSums, wantsNorm: Bool) throws -> Double {
    let count = batches.reduce(0) { $0 + $1.indices.count }
    var hits = 0
    var loss = 0.0
    if optimizer.needsLoss {
      loss = try updateByLoss(batches, epoch, count, &hits)
    } else {
      let replays = options.rule?.replays ?? 1
      for _ in 0..<replays {
        hits = 0
        let part = try gradients(batches, epoch, count, &hits)
        guard part.isFinite else { return part }
        try bound(&sums, wantsNorm)
        try optimizer.step()
        loss += part / Double(replays)
      }
    }
    sums.loss += loss * Double(count)
    sums.hits += hits
    sums.seen += count
    return loss
  }

  /// Leaves the gradients of the mean loss with the parameters.
  private func gradients(_ batches: [Batch], _ epoch: Int, _ count: Int, _ hits: inout Int) throws -> Double {
    clearGradients()
    var sum = 0.0
    for batch in batches {
      if let rule = options.rule {
        sum += try gradients(by: rule, batch, epoch, count, &hits)
        continue
      }
      let loss = try forward(batch, count, &hits)
      sum += loss.value[0]
      try loss.backward()
    }
    guard let penalty else { return sum }
    penalty.addGradients()
    return sum + penalty.value
  }

  /// Adds the gradients of the batch's part of the loss that a rule makes of it.
  private func gradients(
    by rule: TrainingRule, _ batch: Batch, _ epoch: Int, _ count: Int, _ hits: inout Int
  ) throws -> Double {
    let given = RuleBatch(
      model: model, samples: batch.values, labels: batch.indices.map { labels[$0] }, numbers: Array(batch.indices),
      epoch: epoch, targets: targets.map { Variable(gatherRows($0, batch.indices)) }, objective: options.objective)
    let (mean, output) = try rule.loss(given)
    let share = Double(batch.indices.count) / Double(count)
    let loss = share == 1 ? mean : mean.affine(scale: share, offset: 0)
    guard loss.value[0].isFinite else { return loss.value[0] }
    if scoring.hasClasses { hits += scoring.hits(output, given.labels[...]) }
    try loss.backward()
    rule.afterBackward(given)
    return loss.value[0]
  }

  /// The batch's part of the mean loss of `count` samples.
  private func forward(_ batch: Batch, _ count: Int, _ hits: inout Int) throws -> Variable {
    let output = try model.run(Variable(batch.values), start..<model.depth)
    let chosen = batch.indices.map { labels[$0] }
    if options.objective.isCrossEntropy {
      return try output.crossEntropy(chosen, weight: 1 / Double(count), correct: &hits)
    }
    let wanted = targets.map { Variable(gatherRows($0, batch.indices)) }
    if scoring.hasClasses { hits += scoring.hits(output.value, chosen[...]) }
    let loss = try options.objective.loss(output, chosen, wanted)
    return batch.indices.count == count ? loss : loss.affine(scale: Double(batch.indices.count) / Double(count), offset: 0)
  }

  /// Clips gradients and notes their norms before that.
  private func bound(_ sums: inout EpochSums, _ wantsNorm: Bool) throws {
    if wantsNorm {
      let (all, circuits) = (gradientNorm(variables), gradientNorm(circuitVariables))
      if all.isFinite {
        sums.squares += all * all
        sums.circuitSquares += circuits * circuits
        sums.norms += 1
      }
    }
    if let limit = options.clipValue { try clipGradients(variables, value: limit) }
    if let limit = options.clipNorm { try clipGradients(variables, norm: limit) }
  }

  /// A step of an optimiser that evaluates the loss several times: every time the same function, with the same random
  /// draws and running statistics.
  private func updateByLoss(
    _ batches: [Batch], _ epoch: Int, _ count: Int, _ hits: inout Int
  ) throws -> Double {
    let before = draws.values
    let statistics = model.buffers.map { ($0.tensor, $0.tensor.copy()) }
    var evaluations = 0
    var firstHits = 0
    let loss = try optimizer.step { wantsGradients in
      if evaluations > 0 {
        draws.restore(before)
        for (place, value) in statistics { place.assign(value) }
      }
      evaluations += 1
      var found = 0
      let loss: Double
      if wantsGradients {
        loss = try gradients(batches, epoch, count, &found)
      } else {
        loss = try Recording.off {
          try batches.reduce(penalty?.value ?? 0) { $0 + (try forward($1, count, &found).value[0]) }
        }
      }
      if evaluations == 1 { firstHits = found }
      return loss
    }
    hits += firstHits
    return loss
  }
}

extension Objective {
  /// The loss of a batch, checked to be one value.
  func loss(_ output: Variable, _ labels: [Int], _ targets: Variable?) throws -> Variable {
    let loss = try function(output, labels, targets)
    guard loss.value.count == 1 else {
      throw EngineError.shape("a loss is one value, this one is \(describe(shape: loss.shape)); take its mean")
    }
    return loss
  }
}
