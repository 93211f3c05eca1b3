// Errors of the encoding angles, chosen to do harm: an attack on the control electronics instead of the data.

import Learning
import Tensors

/// Adds an error to every angle through which a sample enters the circuits of one quantum layer: theta → theta + delta, a
/// delta for each gate, so that data uploaded twice has two.  Each sample has errors of its own, within a ball of radius eps
/// in radians: each angle wrong by at most eps (linf), or all together (l2).
///
/// Projected gradient steps on the cross-entropy (Madry et al. 2018), best of all steps and restarts; a sample is broken when
/// any of them makes its prediction wrong.
public struct AngleAttack: Sendable {
  public let description: JSON
  private let stepping: QuantumSteps
  private let startsAtRandom: Bool

  public init(options: JSON = .object([])) throws {
    guard case .object = options else { throw EngineError.value("options are \(options.kind); they must be an object") }
    let settings = AttackSettings(options, threat: ThreatModel(), asked: [])
    stepping = try QuantumSteps(settings, options)
    startsAtRandom = try settings.bool("random_start", default: false)
    try settings.finish("an attack on angles")
    description = .object(settings.described)
  }

  /// The rows' further figure is the size of the error that broke the sample, or of the last one.
  public func run(
    on model: Layer, _ samples: Samples, progress: ((_ done: Int, _ total: Int) -> Bool)? = nil
  ) throws -> QuantumAttackOutcome {
    try model.checkClassifies(samples)
    let layer = try model.disturbable(stepping.layer)
    let plan = try layer.anglePlan()
    let (start, notes) = (Budget.now, model.attackNotes)
    let rows = try model.attackedQuietly { () -> [QuantumAttackOutcome.Row] in
      defer { layer.disturbance = nil }
      var rows: [QuantumAttackOutcome.Row] = []
      for range in chunks(of: samples.count, model.chunkSize) {
        rows += try attack(model, layer, plan, samples.gathered(Array(range)[...]), range)
        if let progress, !progress(range.upperBound, samples.count) { throw EngineError.cancelled }
      }
      return rows
    }
    return QuantumAttackOutcome(
      rows, columns: ["size"],
      report: [
        JSON.Member("norm", .string(stepping.norm.name)), JSON.Member("eps", .number(stepping.eps)),
        JSON.Member("angles", .integer(plan.count)),
      ], seconds: Budget.now - start, notes: notes)
  }

  private func attack(
    _ model: Layer, _ layer: any DisturbableLayer, _ plan: AnglePlan, _ samples: Samples, _ numbers: Range<Int>
  ) throws -> [QuantumAttackOutcome.Row] {
    layer.disturbance = nil
    let before = Logits(try model.infer(samples.values))
    var rows = samples.labels.enumerated().map { i, label in
      let predicted = before.predicted(i)
      return QuantumAttackOutcome.Row(
        label: label, before: predicted, after: predicted, isBroken: predicted != label, figures: [0])
    }
    if stepping.eps == 0 { return rows }
    let width = plan.isUsed.count
    for restart in 0..<stepping.restarts {
      let error = Tensor(samples.values.type, [samples.count] + plan.shape)
      if startsAtRandom || restart > 0 {
        stepping.random(error, isUsed: { plan.isUsed[$0] }) { row in
          RandomStream(
            seed: stepping.seed, purpose: .attack, substream: 300 + restart, position: UInt64(numbers.lowerBound + row) << 40)
        }
      }
      for step in 0...stepping.steps {
        let variable = Variable(error.copy(), requiresGradient: true)
        layer.disturbance = plan.disturbance(variable)
        let output = try model.withConstantParameters { try model.forward(Variable(samples.values)) }
        let (seed, logits, _) = crossEntropySlopes(output.value, samples.labels)
        for i in rows.indices where !rows[i].isBroken {
          rows[i].after = logits.predicted(i)
          rows[i].isBroken = rows[i].after != rows[i].label
          rows[i].figures = [size(error, i, width)]
        }
        if step == stepping.steps || rows.allSatisfy(\.isBroken) { break }
        guard output.requiresGradient else {
          throw EngineError.state("the model's output does not depend on the angles of this layer")
        }
        try model.withConstantParameters { try output.backward(from: seed) }
        guard let gradient = variable.gradient else {
          throw EngineError.state("the model's output does not depend on the angles of this layer")
        }
        stepping.step(error, gradient)
      }
      if rows.allSatisfy(\.isBroken) { break }
    }
    return rows
  }

  private func size(_ error: Tensor, _ row: Int, _ width: Int) -> Double {
    var size = 0.0
    for i in row * width..<(row + 1) * width {
      size = stepping.norm == .linf ? max(size, abs(error[i])) : size + error[i] * error[i]
    }
    return stepping.norm == .linf ? size : size.squareRoot()
  }
}
