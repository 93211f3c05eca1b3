// Runs an attack on samples: chunks, restarts, budgets, and a check of everything that comes out.

import Learning
import Tensors

/// What an attack did to each sample.
public struct AttackOutcome {
  public struct Row: Sendable {
    public var label: Int
    /// The class to be reached; nil for an untargeted attack.
    public var target: Int?
    /// Predicted classes of the clean sample and of what the attack made of it.
    public var before: Int, after: Int
    /// Untargeted: the prediction is not the label's; targeted: it is the target.
    public var isBroken: Bool
    /// Whether the attack went to its end for this sample; false when time ran out first.
    public var isFinished: Bool
    /// Distances from the clean sample.
    public var linf, l2, l1, l0: Double
    /// Outputs and gradients that were asked for.
    public var queries, gradients: Int

    public func distance(_ norm: ThreatModel.Norm) -> Double {
      switch norm {
      case .linf: return linf
      case .l2: return l2
      case .l1: return l1
      case .l0: return l0
      }
    }
  }

  /// Adversarial versions, of the samples' shape and in their order; the clean sample where nothing was found.
  public var samples: Tensor
  public var rows: [Row]
  public var seconds: Double
  /// Remarks: a model that was in training mode, a budget that ended early.
  public var notes: [String]
}

/// What a run is given besides the attack.
public struct AttackCall {
  /// Classes to be reached, one for each sample; makes the attack a targeted one.
  public var targets: [Int]?
  /// A radius for each sample instead of the attack's.
  public var eps: [Double]?
  /// Where attacks that follow gradients begin instead of at the clean samples; of the samples' shape and type.
  public var start: Tensor?
  /// Attacked samples so far and in all, after each chunk; false cancels.
  public var progress: ((_ done: Int, _ total: Int) -> Bool)?
  /// Whether samples that the model gets wrong as they are, are left as they are.
  public var skipsWrong = false

  public init() {}
}

extension AttackPlan {
  /// Attacks samples of the model's element type.
  ///
  /// The model is put into evaluation mode and comes back as it was, its random states included.
  public func run(on model: Layer, _ samples: Samples, _ call: AttackCall = AttackCall()) throws -> AttackOutcome {
    let run = try AttackRun(self, model, samples, call)
    let start = Budget.now
    var outcome = AttackOutcome(samples: samples.values.copy(), rows: [], seconds: 0, notes: run.notes)
    outcome.rows.reserveCapacity(samples.count)
    try run.quietly {
      var done = 0
      for range in chunks(of: samples.count, model.chunkSize) {
        let made = try run.attack(Array(range))
        copyRows(made.samples, into: outcome.samples, at: range.lowerBound)
        outcome.rows += made.rows
        done += range.count
        if let progress = call.progress, !progress(done, samples.count) { throw EngineError.cancelled }
      }
    }
    outcome.notes = run.notes
    outcome.seconds = Budget.now - start
    return outcome
  }

  /// Adversarial versions alone, which are not judged where nothing depends on it.
  public func craft(against model: Layer, _ samples: Samples, _ call: AttackCall = AttackCall()) throws -> Tensor {
    let run = try AttackRun(self, model, samples, call)
    let result = Tensor(uninitialized: samples.values.type, samples.values.shape)
    try run.quietly {
      for range in chunks(of: samples.count, model.chunkSize) {
        copyRows(try run.craft(Array(range)), into: result, at: range.lowerBound)
        if let progress = call.progress, !progress(range.upperBound, samples.count) { throw EngineError.cancelled }
      }
    }
    return result
  }
}

/// One attack on one set of samples.
final class AttackRun {
  let plan: AttackPlan
  let model: Layer
  let samples: Samples
  let call: AttackCall
  let threat: ThreatModel
  let budget: Budget
  private(set) var notes: [String] = []

  init(_ plan: AttackPlan, _ model: Layer, _ samples: Samples, _ call: AttackCall) throws {
    var threat = plan.threat
    try model.checkClassifies(samples)
    if let type = model.type, type != samples.values.type {
      throw EngineError.shape("the model is \(type.name), the samples are \(samples.values.type.name); cast one of them")
    }
    if let index = firstOutside(samples.values, low: threat.low, high: threat.high) {
      throw EngineError.value(
        "sample \(index / (samples.values.count / samples.count)) contains \(samples.values[index]), outside the data range [\(threat.low), \(threat.high)]"
      )
    }
    if let targets = call.targets {
      guard Swift.type(of: plan.attack).canTarget else { throw EngineError.value("\(plan.kind) cannot aim at a class; leave the targets out") }
      guard targets.count == samples.count else {
        throw EngineError.shape("there are \(targets.count) targets for \(samples.count) samples")
      }
      let classes = model.outputShape?.first ?? 0
      for (i, target) in targets.enumerated() {
        guard target >= 0, target < classes else {
          throw EngineError.value("target \(i) is \(target); the model has classes 0..\(classes - 1)")
        }
        guard target != samples.labels[i] else {
          throw EngineError.value("target \(i) is \(target), which is the sample's own label")
        }
      }
      threat.isTargeted = true
    } else if plan.target == .given {
      throw EngineError.value("target is \"given\", but no targets were given")
    }
    if let start = call.start, start.shape != samples.values.shape || start.type != samples.values.type {
      throw EngineError.shape(
        "the start is \(start.type.name) \(describe(shape: start.shape)), the samples are \(samples.values.type.name) \(describe(shape: samples.values.shape))")
    }
    if let eps = call.eps {
      guard eps.count == samples.count else {
        throw EngineError.shape("there are \(eps.count) radii for \(samples.count) samples")
      }
      for (i, eps) in eps.enumerated() where !(eps >= 0 && (eps.isFinite || plan.isMinimal)) {
        throw EngineError.value("eps \(i) is \(eps); it must be 0 or more")
      }
    }
    if plan.knowledge == .gradients, let place = model.obstacle {
      let name = place.isEmpty ? "the model (\(model.title))" : place
      throw EngineError.state(
        "\(plan.kind) follows gradients, and \(name) has none; take a black-box attack such as square, or give the layer a surrogate")
    }
    (self.plan, self.model, self.samples, self.call, self.threat) = (plan, model, samples, call, threat)
    budget = Budget(queries: plan.maxQueries, seconds: plan.maxSeconds)
    if model.isTraining { notes.append("the model was in training mode; it was attacked in evaluation mode") }
    if model.isRandomInEvaluation, plan.passes == 1, plan.knowledge != .nothing {
      notes.append("the model is random in evaluation too; eot = 10 or more averages its gradients")
    }
  }

  /// Runs the body in evaluation mode; modes and random states come back.
  func quietly(_ body: () throws -> Void) throws { try model.attackedQuietly(body) }

  /// One chunk, not judged unless restarts have to be compared.
  func craft(_ numbers: [Int]) throws -> Tensor {
    if plan.restarts > 1 || plan.isMinimal || threat.isTargeted { return try attack(numbers).samples }
    let victim = try victim(numbers, restart: 0)
    _ = try ask(victim)
    return victim.kept
  }

  /// One chunk, judged and checked.
  func attack(_ numbers: [Int]) throws -> (samples: Tensor, rows: [AttackOutcome.Row]) {
    let clean = gatherRows(samples.values, numbers[...])
    let labels = numbers.map { samples.labels[$0] }
    let before = Logits(try model.infer(clean))
    let targets = targets(numbers, before)
    let best = clean.copy()
    var broken = labels.indices.map { threat.isTargeted ? before.predicted($0) == targets[$0] : before.predicted($0) != labels[$0] }
    var after = before
    var scores = [Double](repeating: -.infinity, count: numbers.count)
    var (queries, gradients) = ([Int](repeating: 0, count: numbers.count), [Int](repeating: 0, count: numbers.count))
    var finished = [Bool](repeating: true, count: numbers.count)
    let wrong = broken
    for restart in 0..<plan.restarts {
      // An attack for the nearest example has nothing to do where the sample itself is one.
      let places = numbers.indices.filter {
        restart == 0 ? !(wrong[$0] && (call.skipsWrong || plan.isMinimal)) : plan.isMinimal ? !wrong[$0] : !broken[$0]
      }
      if places.isEmpty { break }
      let victim = try victim(places.map { numbers[$0] }, restart: restart, targets: places.map { targets[$0] })
      if plan.isMinimal { victim.reached = places.map { scores[$0].isFinite ? -scores[$0] : .infinity } }
      let isComplete = try ask(victim)
      let z = try settle(victim)
      for (i, place) in places.enumerated() {
        queries[place] += victim.queries[i]
        gradients[place] += victim.gradients[i]
        let isBroken = victim.isAdversarial(z, i, i)
        if !isComplete && !isBroken { finished[place] = false }
        let score: Double
        if plan.isMinimal {
          // The nearest adversarial example.
          score = isBroken ? -self.distance(victim, i) : -.infinity
        } else {
          score = isBroken ? .infinity : victim.losses(z.gathered([i]), [i], .crossEntropy)[0]
        }
        guard score > scores[place] || (restart == 0 && (victim.isKept[i] || isBroken)) else { continue }
        scores[place] = score
        broken[place] = isBroken
        copyRow(victim.kept, i, into: best, place)
        after = after.replacing(place, with: z, i)
      }
    }
    let rows = labels.indices.map { i in
      AttackOutcome.Row(
        label: labels[i], target: threat.isTargeted ? targets[i] : nil, before: before.predicted(i),
        after: after.predicted(i), isBroken: broken[i], isFinished: finished[i], linf: 0, l2: 0, l1: 0, l0: 0,
        queries: queries[i], gradients: gradients[i])
    }
    return (best, measured(rows, best, clean))
  }

  private func measured(_ rows: [AttackOutcome.Row], _ x: Tensor, _ clean: Tensor) -> [AttackOutcome.Row] {
    var rows = rows
    let (linf, l2) = (distances(x, clean, .linf), distances(x, clean, .l2))
    let (l1, l0) = (distances(x, clean, .l1), distances(x, clean, .l0))
    for i in rows.indices { (rows[i].linf, rows[i].l2, rows[i].l1, rows[i].l0) = (linf[i], l2[i], l1[i], l0[i]) }
    return rows
  }

  private func victim(_ numbers: [Int], restart: Int, targets: [Int] = []) throws -> Victim {
    let truths = numbers.map { samples.labels[$0] }
    let victim = Victim(
      model, threat, clean: gatherRows(samples.values, numbers[...]), labels: targets.isEmpty || !threat.isTargeted ? truths : targets,
      truths: truths, numbers: numbers, eps: numbers.map { call.eps?[$0] ?? threat.eps }, seed: plan.seed, restart: restart,
      passes: plan.passes, budget: budget, start: call.start.map { gatherRows($0, numbers[...]) })
    victim.pool = samples
    return victim
  }

  /// Runs the attack; false when its budget ended it.
  private func ask(_ victim: Victim) throws -> Bool {
    defer { for note in victim.notes where !notes.contains(note) { notes.append(note) } }
    // A ball of radius 0 holds the sample alone.
    if victim.eps.allSatisfy({ $0 == 0 }) { return true }
    do {
      if budget.isOver { throw Budget.Spent.time }
      try plan.attack.run(victim)
      return true
    } catch Budget.Spent.time {
      let note = "the time of \(plan.maxSeconds) s was over before every sample was attacked; those that are left are counted as unfinished, not as robust"
      if !notes.contains(note) { notes.append(note) }
      return false
    } catch Budget.Spent.queries {
      let note = "samples whose \(plan.maxQueries) queries were spent keep what was found until then"
      if !notes.contains(note) { notes.append(note) }
      return true
    }
  }

  /// Brings what was kept into the threat model, checks that it is there, and judges it.
  private func settle(_ victim: Victim) throws -> Logits {
    for row in 0..<victim.count where victim.isKept[row] {
      if victim.eps[row] == 0 { copyRow(victim.clean, row, into: victim.kept, row) }
    }
    projectOutside(victim.kept, victim.clean, victim.eps, threat)
    if let index = victim.kept.firstNonFinite {
      throw EngineError(.internal, "\(plan.kind) made a value that is \(victim.kept[index]) of sample \(victim.numbers[index / max(1, victim.width)])")
    }
    if let index = firstOutside(victim.kept, low: threat.low, high: threat.high) {
      throw EngineError(.internal, "\(plan.kind) left the data range: \(victim.kept[index]) in sample \(victim.numbers[index / max(1, victim.width)])")
    }
    let reached = distances(victim.kept, victim.clean, threat.norm)
    for (row, distance) in reached.enumerated() where distance > victim.eps[row] + tolerance(victim, row) {
      throw EngineError(.internal, "\(plan.kind) left the ball: sample \(victim.numbers[row]) is \(distance) away, eps is \(victim.eps[row])")
    }
    return try victim.judge()
  }

  private func tolerance(_ victim: Victim, _ row: Int) -> Double {
    let scale = max(abs(threat.low), abs(threat.high), victim.eps[row].isFinite ? victim.eps[row] : 0)
    let rounding = victim.type == .float32 ? 1e-6 : 1e-12
    return rounding * scale * (threat.norm == .linf ? 1 : Double(victim.width).squareRoot() * (threat.norm == .l1 ? 30 : 3))
  }

  private func distance(_ victim: Victim, _ row: Int) -> Double {
    distances(victim.kept.rows(row..<row + 1), victim.clean.rows(row..<row + 1), threat.norm)[0]
  }

  /// The class to be reached for each row; the label where the attack is untargeted.
  private func targets(_ numbers: [Int], _ logits: Logits) -> [Int] {
    numbers.enumerated().map { i, number in
      let label = samples.labels[number]
      if let targets = call.targets { return targets[number] }
      switch plan.target {
      case .none, .given: return label
      case .runnerUp: return logits.best(i, except: label)
      case .leastLikely:
        return (0..<logits.classes).filter { $0 != label }.min { logits[i, $0] < logits[i, $1] } ?? label
      case .random:
        var stream = RandomStream(seed: plan.seed, purpose: .attack, substream: -1, position: UInt64(number) << 40)
        let draw = stream.below(max(1, logits.classes - 1))
        return draw < label ? draw : min(draw + 1, logits.classes - 1)
      }
    }
  }
}
