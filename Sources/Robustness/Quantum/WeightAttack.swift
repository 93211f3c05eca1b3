// Errors of circuit weights, chosen to do harm: the worst that a device within tolerance can do to a trained model.

import Learning
import Tensors

/// Moves the weights of the circuits, one error for all samples, within a ball of radius eps in radians around the trained
/// ones: each weight wrong by at most eps (linf), or all together (l2).  The weights come back afterwards.
///
/// Projected gradient steps on the mean cross-entropy of the whole set, best of all steps and restarts (adversarial weight
/// perturbation as in Wu, Xia, Wang 2020, with an absolute radius).  As a control, the accuracy with random errors of the same
/// size (signs; in L2 a random direction) is measured `draws` times.
public struct WeightAttack: Sendable {
  public let description: JSON
  private let stepping: QuantumSteps
  private let draws: Int
  private let takesAll: Bool

  public init(options: JSON = .object([])) throws {
    guard case .object = options else { throw EngineError.value("options are \(options.kind); they must be an object") }
    let settings = AttackSettings(options, threat: ThreatModel(), asked: [])
    stepping = try QuantumSteps(settings, options)
    draws = try settings.integer("draws", default: 10, in: 0...Int.max)
    // Without a layer's number all circuits are attacked together.
    takesAll = stepping.layer == -1
    try settings.finish("an attack on weights")
    description = .object(settings.described)
  }

  /// The report's "delta" holds the error of each weight, parameter after parameter.
  public func run(
    on model: Layer, _ samples: Samples, progress: ((_ done: Int, _ total: Int) -> Bool)? = nil
  ) throws -> QuantumAttackOutcome {
    try model.checkClassifies(samples)
    let parameters = try weights(of: model)
    let (start, notes) = (Budget.now, model.attackNotes)
    let trained = parameters.map { $0.value.copy() }
    let switchedOff = parameters.filter { !$0.requiresGradient }
    for variable in switchedOff { try variable.setRequiresGradient(true) }
    defer {
      put(trained, nil, into: parameters)
      for variable in switchedOff { try? variable.setRequiresGradient(false) }
    }
    return try model.attackedQuietly {
      let before = try predictions(model, samples)
      var (worst, delta) = (before, Tensor(trained[0].type, [1, trained.reduce(0) { $0 + $1.count }]))
      var worstLoss = -Double.infinity
      let zero = delta.copy()
      for restart in 0..<stepping.restarts where stepping.eps > 0 {
        let error = zero.copy()
        if restart > 0 {
          stepping.random(error) { _ in RandomStream(seed: stepping.seed, purpose: .attack, substream: 400 + restart) }
        }
        for step in 0...stepping.steps {
          put(trained, error, into: parameters)
          let (gradient, loss, predicted) = try slopes(model, samples, parameters, wantsGradient: step < stepping.steps)
          let (now, least) = (right(predicted, samples), right(worst, samples))
          if now < least || now == least && loss > worstLoss { (worst, worstLoss, delta) = (predicted, loss, error.copy()) }
          if let gradient { stepping.step(error, gradient) }
          let done = restart * (stepping.steps + 1) + step + 1
          if let progress, !progress(done, stepping.restarts * (stepping.steps + 1)) { throw EngineError.cancelled }
        }
      }
      let random = try (0..<(stepping.eps > 0 ? draws : 0)).map { draw -> Double in
        put(trained, randomCorner(like: zero, draw), into: parameters)
        return Double(right(try predictions(model, samples), samples)) / Double(samples.count)
      }
      let rows = samples.labels.indices.map { i in
        QuantumAttackOutcome.Row(
          label: samples.labels[i], before: before[i], after: worst[i], isBroken: worst[i] != samples.labels[i], figures: [])
      }
      return QuantumAttackOutcome(
        rows,
        report: [
          JSON.Member("norm", .string(stepping.norm.name)), JSON.Member("eps", .number(stepping.eps)),
          JSON.Member("weights", .integer(delta.count)), JSON.Member("delta", .array(delta.doubles.map { .number($0) })),
          JSON.Member("random_accuracies", .array(random.map { .number($0) })),
        ], seconds: Budget.now - start, notes: notes)
    }
  }

  private func weights(of model: Layer) throws -> [Variable] {
    let chosen = takesAll ? model : try model.disturbable(stepping.layer)
    let found = chosen.parameters.filter(\.isQuantum).map(\.variable)
    guard !found.isEmpty else {
      throw EngineError.value(
        takesAll ? "the model has no circuit with weights to attack" : "quantum layer \(stepping.layer) has no weights to attack")
    }
    return found
  }

  private func right(_ predicted: [Int], _ samples: Samples) -> Int { zip(predicted, samples.labels).count { $0 == $1 } }

  /// Trained weights plus an error.
  private func put(_ trained: [Tensor], _ error: Tensor?, into parameters: [Variable]) {
    var next = 0
    for (tensor, variable) in zip(trained, parameters) {
      for i in 0..<tensor.count {
        variable.value[i] = tensor[i] + (error?[next] ?? 0)
        next += 1
      }
      variable.value.noteWrite()
    }
  }

  private func randomCorner(like zero: Tensor, _ draw: Int) -> Tensor {
    var stream = RandomStream(seed: stepping.seed, purpose: .attack, substream: 500, position: UInt64(draw) << 40)
    let error = zero.copy()
    var length = 0.0
    for i in 0..<error.count {
      error[i] = stepping.norm == .linf ? (stream.next() & 1 == 0 ? 1 : -1) : stream.normal()
      length += error[i] * error[i]
    }
    let scale = stepping.norm == .linf ? stepping.eps : stepping.eps / max(length.squareRoot(), 1e-300)
    for i in 0..<error.count { error[i] *= scale }
    return error
  }

  private func predictions(_ model: Layer, _ samples: Samples) throws -> [Int] {
    try slopes(model, samples, [], wantsGradient: false).predicted
  }

  /// The sum of the cross-entropy over all samples, its gradient by the weights in one row, and the predictions.
  private func slopes(
    _ model: Layer, _ samples: Samples, _ parameters: [Variable], wantsGradient: Bool
  ) throws -> (gradient: Tensor?, loss: Double, predicted: [Int]) {
    var (loss, predicted, sums) = (0.0, [Int](), [Tensor]())
    for range in chunks(of: samples.count, model.chunkSize) {
      let x = samples.values.rows(range)
      let labels = Array(samples.labels[range])
      let output = try wantsGradient ? model.forward(Variable(x)) : Variable(model.infer(x))
      let (seed, logits, losses) = crossEntropySlopes(output.value, labels)
      loss += losses.reduce(0, +)
      predicted += labels.indices.map { logits.predicted($0) }
      guard wantsGradient else { continue }
      let gradients = try output.gradients(for: parameters, seed: seed)
      if sums.isEmpty { sums = gradients } else { for (sum, gradient) in zip(sums, gradients) { addInPlace(sum, gradient) } }
    }
    guard wantsGradient, let type = sums.first?.type else { return (nil, loss, predicted) }
    let all = Tensor(uninitialized: type, [1, sums.reduce(0) { $0 + $1.count }])
    var next = 0
    for sum in sums {
      for i in 0..<sum.count {
        all[next] = sum[i]
        next += 1
      }
    }
    return (all, loss, predicted)
  }
}
