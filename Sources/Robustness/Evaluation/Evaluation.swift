// Accuracy under attack, over sizes of the perturbation, for white-box, black-box and transfer attacks.

import Learning
import Tensors

/// An attack of an evaluation, under a name of its own.
public struct EvaluatedAttack: Sendable {
  public let name: String
  public let plan: AttackPlan

  public init(_ name: String, _ plan: AttackPlan) { (self.name, self.plan) = (name, plan) }
}

/// What to evaluate, and how.
public struct Evaluation {
  /// The model whose accuracy is asked for, and the one that samples are made on: itself (white box and black box) or
  /// another (transfer).
  public let target: Layer, source: Layer
  public let attacks: [EvaluatedAttack]
  /// Radii, each 0 or more, in units of the attack's norm; 0 is the clean accuracy.
  public let eps: [Double]
  /// Called after each chunk with the attack's number, and attacked samples so far and in all; false cancels.
  public var progress: ((_ attack: Int, _ done: Int, _ total: Int) -> Bool)?

  public init(of target: Layer, madeOn source: Layer? = nil, attacks: [EvaluatedAttack], eps: [Double]) throws {
    for value in eps where !(value >= 0 && value.isFinite) {
      throw EngineError.value("eps is \(value); it must be 0 or more")
    }
    guard !eps.isEmpty else { throw EngineError.value("there are no eps; give one or more, for instance 0 and 0.1") }
    guard !attacks.isEmpty else { throw EngineError.value("there are no attacks; give one or more") }
    var names: Set<String> = []
    for attack in attacks {
      guard names.insert(attack.name).inserted else {
        throw EngineError.value("two attacks are called \"\(attack.name)\"; give one a name of its own")
      }
    }
    (self.target, self.source, self.attacks, self.eps) = (target, source ?? target, attacks, eps)
  }

  /// With one model in both roles a sample that is misclassified as it is counts as broken and is not attacked: the sample
  /// itself lies in the ball.  Another source (a transfer attack) attacks every sample.
  public func run(_ samples: Samples) throws -> RobustnessReport {
    try target.checkClassifies(samples)
    try source.checkClassifies(samples)
    guard let sourceType = source.type, let targetType = target.type else {
      preconditionFailure("both models were checked")
    }
    let isTransfer = source !== target
    let inputs = samples.cast(to: sourceType)
    let predictions = try predictions(of: target, samples.values)
    let isRight = zip(predictions, samples.labels).map { $0 == $1 }
    let attacked = isTransfer ? Array(0..<samples.count) : isRight.indices.filter { isRight[$0] }
    var report = RobustnessReport(samples: samples, classes: target.outputShape?.first ?? 0, isRight: isRight, isTransfer: isTransfer, eps: eps)
    if target.isTraining { report.note("the model was in training mode; it was evaluated in evaluation mode") }
    for (number, attack) in attacks.enumerated() {
      // One search for the nearest example tells the accuracy at every radius.
      let radii = attack.plan.isMinimal ? [Double.infinity] : eps.filter { $0 > 0 }
      var made: [(outcome: AttackOutcome, isBroken: [Bool])] = []
      for (turn, radius) in radii.enumerated() where !attacked.isEmpty {
        var call = AttackCall()
        call.progress = progress.map { progress in
          { done, total in progress(number, turn * total + done, radii.count * total) }
        }
        let outcome = try attack.plan.with(eps: radius).run(on: source, inputs.gathered(attacked[...]), call)
        for note in outcome.notes { report.note("\(attack.name): \(note)") }
        var isBroken = outcome.rows.map(\.isBroken)
        if isTransfer {
          let judged = try self.predictions(of: target, outcome.samples.type == targetType ? outcome.samples : outcome.samples.cast(to: targetType))
          isBroken = judged.indices.map { judged[$0] != samples.labels[attacked[$0]] }
        }
        made.append((outcome, isBroken))
      }
      for eps in eps {
        let part: RobustnessReport.Part
        if eps == 0 || made.isEmpty {
          part = RobustnessReport.Part(attacked: [], outcome: nil, isBroken: [])
        } else if attack.plan.isMinimal {
          let norm = attack.plan.threat.norm
          let isNear = zip(made[0].outcome.rows, made[0].isBroken).map { $1 && $0.distance(norm) <= eps }
          part = RobustnessReport.Part(attacked: attacked, outcome: made[0].outcome, isBroken: isNear)
        } else {
          let place = radii.firstIndex(of: eps) ?? 0
          part = RobustnessReport.Part(attacked: attacked, outcome: made[place].outcome, isBroken: made[place].isBroken)
        }
        report.add(attack, eps: eps, part, samples, inputs.values)
      }
    }
    return report
  }

  private func predictions(of model: Layer, _ x: Tensor) throws -> [Int] {
    let type = model.type ?? x.type
    return try model.withTraining(false) {
      try chunks(of: x.shape[0], model.chunkSize).flatMap { range in
        let rows = x.rows(range)
        return try model.infer(rows.type == type ? rows : rows.cast(to: type)).argmax()
      }
    }
  }
}
