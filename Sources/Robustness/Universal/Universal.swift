// One perturbation for all samples: universal adversarial perturbations.
// The loops over values are in UniversalKernels.swift.

import Learning
import Tensors

/// How a universal perturbation is looked for: options, checked, ready to be run on any model.
///
/// method "sgd": projected steps on the mean of the cross-entropy over batches, each sample's cut off at `clip` so that few of
/// them do not decide alone (Shafahi et al. 2020); the step is alpha times the signs of the gradient, in L2 alpha along it.
/// "deepfool": sample after sample, what DeepFool adds to fool the model there, followed by a projection
/// (Moosavi-Dezfooli et al. 2017, algorithm 1).
///
/// The perturbed sample is clip(x + delta) to the data range; |delta| <= eps in the norm.
public struct UniversalPlan: Sendable {
  public let method: String
  public let threat: ThreatModel
  public let epochs, batch: Int
  let alpha, clip, goal, overshoot: Double
  let iterations: Int
  public let seed: UInt64
  public let description: JSON

  public init(options: JSON = .object([])) throws {
    guard case .object = options else { throw EngineError.value("options are \(options.kind); they must be an object") }
    let settings = AttackSettings(options, threat: ThreatModel(), asked: [])
    method = try settings.word("method", of: ["sgd", "deepfool"])
    var threat = ThreatModel()
    threat.norm = try settings.word("norm", of: ["linf", "l2"]) == "l2" ? .l2 : .linf
    threat.eps = try settings.number("eps", default: threat.norm == .l2 ? 1 : 0.1, in: 0 ... .greatestFiniteMagnitude)
    threat.low = try settings.number("low", default: 0)
    threat.high = try settings.number("high", default: 1)
    try threat.check()
    self.threat = threat
    epochs = try settings.integer("epochs", default: 10)
    goal = try settings.number("goal", default: 1, in: 0...1)
    seed = try settings.read("seed") { try options.bits("seed") } ?? 0
    settings.note("seed", .bits(seed))
    if method == "sgd" {
      batch = try settings.integer("batch", default: 64)
      alpha = try settings.number("alpha", default: 0, in: 0 ... .infinity)
      clip = try settings.number("clip", default: 9, orAbove: 0)
      (overshoot, iterations) = (0, 0)
    } else {
      overshoot = try settings.number("overshoot", default: 0.02, in: 0 ... .infinity)
      iterations = try settings.integer("iterations", default: 20)
      (batch, alpha, clip) = (1, 0, 0)
    }
    try settings.finish("a universal perturbation with method \"\(method)\"")
    description = .object(settings.described)
  }
}

/// What a perturbation does to a set of samples.
public struct UniversalEffect: Sendable {
  /// Accuracy of the clean samples and of the perturbed ones.
  public var cleanAccuracy = 0.0, accuracy = 0.0
  /// The share of samples whose predicted class is not that of the clean sample (Moosavi-Dezfooli et al. 2017).
  public var foolingRate = 0.0
}

public struct UniversalOutcome {
  /// Of one sample's shape.
  public var delta: Tensor
  public var effect: UniversalEffect
  /// The fooling rate of noise of the same size, signs (L2: of length eps) at random; the mean of five draws.
  public var noiseFoolingRate: Double
  /// After each epoch.
  public var history: [UniversalEffect]
  public var seconds: Double
  public var notes: [String]
}

extension UniversalPlan {
  /// Looks for the perturbation that fools the model on most of these samples; the best of all epochs is given.
  ///
  /// progress: samples seen so far and in all epochs; false cancels.
  public func run(
    on model: Layer, _ samples: Samples, progress: ((_ done: Int, _ total: Int) -> Bool)? = nil
  ) throws -> UniversalOutcome {
    let setting = try AttackRun(AttackPlan(kind: "noise", options: boxOptions), model, samples, AttackCall())
    let start = Budget.now
    let delta = Tensor(model.type ?? .float64, Array(samples.values.shape.dropFirst()))
    var outcome = UniversalOutcome(
      delta: delta.copy(), effect: UniversalEffect(), noiseFoolingRate: 0, history: [], seconds: 0, notes: [])
    try setting.quietly {
      let before = try predictions(model, samples, nil)
      outcome.effect = try effect(model, samples, delta, before)
      var streams = RandomStream(seed: seed, purpose: .attack, substream: 200)
      for epoch in 0..<epochs where threat.eps > 0 {
        let order = epochOrder(count: samples.count, seed: seed, epoch: epoch)
        for range in chunks(of: samples.count, min(batch, model.chunkSize)) {
          let numbers = range.map { order[$0] }
          let victim = victim(model, samples, numbers)
          if method == "sgd" { try step(delta, victim) } else { try fool(delta, victim, before[numbers[0]]) }
          let done = epoch * samples.count + range.upperBound
          if let progress, !progress(done, epochs * samples.count) { throw EngineError.cancelled }
        }
        let effect = try effect(model, samples, delta, before)
        outcome.history.append(effect)
        if effect.foolingRate > outcome.effect.foolingRate || epoch == 0 {
          (outcome.effect, outcome.delta) = (effect, delta.copy())
        }
        if goal < 1, effect.foolingRate >= goal { break }
      }
      for _ in 0..<5 where threat.eps > 0 {
        let noise = delta.copy()
        let size = threat.norm == .linf ? threat.eps : threat.eps / Double(max(1, delta.count)).squareRoot()
        for i in 0..<noise.count { noise[i] = streams.next() & 1 == 0 ? size : -size }
        outcome.noiseFoolingRate += try effect(model, samples, noise, before).foolingRate / 5
      }
    }
    outcome.notes = setting.notes
    outcome.seconds = Budget.now - start
    return outcome
  }

  /// What a perturbation does to other samples.
  public func evaluate(_ delta: Tensor, on model: Layer, _ samples: Samples) throws -> UniversalEffect {
    let setting = try AttackRun(AttackPlan(kind: "noise", options: boxOptions), model, samples, AttackCall())
    guard Array(samples.values.shape.dropFirst()) == delta.shape, delta.type == samples.values.type else {
      throw EngineError.shape(
        "the perturbation is \(delta.type.name) \(Tensors.describe(shape: delta.shape)), the samples are \(samples.values.type.name) \(Tensors.describe(shape: samples.values.shape))"
      )
    }
    var result = UniversalEffect()
    try setting.quietly {
      result = try effect(model, samples, delta, try predictions(model, samples, nil))
    }
    return result
  }

  /// clip(x + delta) for samples [count, ...].
  public func apply(_ delta: Tensor, to values: Tensor) throws -> Tensor {
    guard Array(values.shape.dropFirst()) == delta.shape, delta.type == values.type else {
      throw EngineError.shape(
        "the perturbation is \(delta.type.name) \(Tensors.describe(shape: delta.shape)), the samples are \(values.type.name) \(Tensors.describe(shape: values.shape))"
      )
    }
    return shifted(values, delta, low: threat.low, high: threat.high)
  }

  private var boxOptions: JSON { ["low": .number(threat.low), "high": .number(threat.high)] }

  private func victim(_ model: Layer, _ samples: Samples, _ numbers: [Int]) -> Victim {
    let labels = numbers.map { samples.labels[$0] }
    return Victim(
      model, threat, clean: gatherRows(samples.values, numbers[...]), labels: labels, truths: labels, numbers: numbers,
      eps: numbers.map { _ in threat.eps }, seed: seed, restart: 0, passes: 1, budget: Budget())
  }

  private func predictions(_ model: Layer, _ samples: Samples, _ delta: Tensor?) throws -> [Int] {
    var result: [Int] = []
    for range in chunks(of: samples.count, model.chunkSize) {
      let x = samples.values.rows(range)
      let z = Logits(try model.infer(delta.map { shifted(x, $0, low: threat.low, high: threat.high) } ?? x))
      result += (0..<range.count).map { z.predicted($0) }
    }
    return result
  }

  private func effect(_ model: Layer, _ samples: Samples, _ delta: Tensor, _ before: [Int]) throws -> UniversalEffect {
    let after = try predictions(model, samples, delta)
    let count = Double(samples.count)
    return UniversalEffect(
      cleanAccuracy: Double(zip(before, samples.labels).count { $0 == $1 }) / count,
      accuracy: Double(zip(after, samples.labels).count { $0 == $1 }) / count,
      foolingRate: Double(zip(before, after).count { $0 != $1 }) / count)
  }

  // MARK: the two methods

  private func step(_ delta: Tensor, _ victim: Victim) throws {
    let x = shifted(victim.clean, delta, low: threat.low, high: threat.high)
    let (gradient, _, losses) = try victim.gradient(x, victim.allRows)
    // A sample that is lost already says nothing any more.
    let direction = summed(gradient, over: losses.indices.filter { losses[$0] < clip }, from: victim.clean, delta, threat)
    let usual = threat.norm == .linf ? threat.eps / 10 : threat.eps / 5
    move(delta, along: direction, alpha: alpha > 0 ? alpha : usual)
  }

  private func move(_ delta: Tensor, along direction: Tensor, alpha: Double) {
    let width = delta.count
    let (row, zero) = (delta.reshaped([1, width]), Tensor(delta.type, [1, width]))
    if threat.norm == .linf {
      signStep(
        row, clean: zero, direction: direction, alpha: [alpha], eps: [threat.eps], low: -threat.eps, high: threat.eps)
    } else {
      lengthStep(row, direction: direction, alpha: [alpha])
      project(delta)
    }
  }

  /// Into the ball around zero.
  private func project(_ delta: Tensor) {
    var ball = threat
    // The range is that of samples; a difference of two may be as large as it is wide.
    (ball.low, ball.high) = (-1e30, 1e30)
    let row = delta.reshaped([1, delta.count])
    projectOutside(row, Tensor(delta.type, [1, delta.count]), [threat.eps], ball)
  }

  /// One sample, if it is not fooled yet: DeepFool (Moosavi-Dezfooli et al. 2016) from x + delta on, whose way is added.
  private func fool(_ delta: Tensor, _ victim: Victim, _ before: Int) throws {
    let clean = victim.clean
    let x = shifted(clean, delta, low: threat.low, high: threat.high)
    let start = x.copy()
    for _ in 0..<iterations {
      let (gradients, logits) = try victim.jacobian(x, [0])
      if logits.predicted(0) != before { break }
      guard let way = nearestPlane(gradients, logits, before) else { break }
      for i in 0..<x.count { x[i] += (1 + overshoot) * way[i] }
    }
    for i in 0..<delta.count { delta[i] += x[i] - start[i] }
    project(delta)
  }

  /// To the nearest class's boundary, were the outputs linear.
  private func nearestPlane(_ gradients: [Tensor], _ logits: Logits, _ label: Int) -> [Double]? {
    let own = gradients[label].doubles
    var best: (distance: Double, way: [Double])?
    for k in 0..<logits.classes where k != label {
      let w = zip(gradients[k].doubles, own).map { $0 - $1 }
      let gap = abs(logits[0, k] - logits[0, label]) + 1e-4
      let dual = threat.norm == .linf ? w.reduce(0) { $0 + abs($1) } : w.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard dual > 0, gap / dual < best?.distance ?? .infinity else { continue }
      let way = threat.norm == .linf
        ? w.map { gap / dual * ($0 > 0 ? 1 : $0 < 0 ? -1 : 0) } : w.map { gap / (dual * dual) * $0 }
      best = (gap / dual, way)
    }
    return best?.way
  }
}

extension UniversalEffect {
  public var members: [JSON.Member] {
    [
      JSON.Member("clean_accuracy", .number(cleanAccuracy)), JSON.Member("accuracy", .number(accuracy)),
      JSON.Member("fooling_rate", .number(foolingRate)),
    ]
  }
}

extension UniversalOutcome {
  /// Everything but the perturbation.
  public var json: JSON {
    .object(
      effect.members + [
        JSON.Member("noise_fooling_rate", .number(noiseFoolingRate)),
        JSON.Member("history", .array(history.map { .object($0.members) })), JSON.Member("seconds", .number(seconds)),
        JSON.Member("notes", .array(notes.map { .string($0) })),
      ])
  }
}
