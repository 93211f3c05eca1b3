// Whether a robust accuracy can be trusted: checks after Carlini et al. 2019 ("On evaluating adversarial robustness"),
// Athalye, Carlini, Wagner 2018 (obfuscated gradients) and Zimmermann et al. 2022 (planted examples, PlantedExamples.swift).

import Learning
import Tensors

/// An audit of one model's accuracy under PGD at one radius.
///
/// What is compared is always measured on the same samples, so that one that falls to the supposedly weaker attack alone is
/// a fact about the stronger one.
public struct Audit {
  let model: Layer
  let samples: Samples
  let options: AuditOptions
  let sources: [Layer]
  /// Checks done and in all; false cancels.
  public var progress: ((_ done: Int, _ total: Int) -> Bool)?

  /// sources: other models, on which samples for the transfer check are made.
  public init(of model: Layer, _ samples: Samples, _ options: AuditOptions, sources: [Layer] = []) throws {
    try model.checkClassifies(samples)
    for source in sources { try source.checkClassifies(samples) }
    let count = min(options.samples, samples.count)
    let type = model.type ?? samples.values.type
    let first = Samples(unchecked: samples.values.rows(0..<count), Array(samples.labels.prefix(count)))
    (self.model, self.samples, self.options, self.sources) = (model, first.cast(to: type), options, sources)
  }

  /// Differences up to this share of the samples are left to chance.
  private var slack: Double { max(0.01, 1.5 / Double(samples.count)) }

  public func run() throws -> AuditReport {
    var report = AuditReport()
    report.samples = samples.count
    let checks: [(inout AuditReport, inout Figures) throws -> Void] = [
      eps, determinism, gradients, differences, oneStep, steps, restarts, loss, noise, blackBox, transfer, largeEps, planted,
    ]
    var figures = try Figures(self)
    report.cleanAccuracy = figures.clean
    try model.withTraining(false) {
      for (number, check) in checks.enumerated() {
        try check(&report, &figures)
        if let progress, !progress(number + 1, checks.count) { throw EngineError.cancelled }
      }
    }
    report.accuracy = figures.lowest
    return report
  }

  // MARK: accuracies

  /// Accuracies that several checks look at.
  struct Figures {
    let clean: Double
    /// Under PGD as it is in question.
    let pgd: Double
    /// The lowest of all, sample by sample.
    private(set) var lowest: Double
    private var isRight: [Bool]
    private let audit: Audit

    init(_ audit: Audit) throws {
      self.audit = audit
      // Without a gradient to follow PGD changes nothing.
      let report =
        try audit.model.obstacle == nil
        ? audit.evaluate("pgd", ["steps": .integer(audit.options.steps)]) : audit.evaluate("noise", .object([]), eps: 0)
      clean = report.clean.accuracy
      pgd = report.cells[0].accuracy
      isRight = report.cells[0].isRight
      lowest = pgd
    }

    /// Accuracy under another attack, at the same radius; counts for the lowest.
    mutating func accuracy(_ kind: String, _ options: JSON = .object([])) throws -> Double {
      let cell = try audit.evaluate(kind, options).cells[0]
      note(cell.isRight)
      return cell.accuracy
    }

    mutating func note(_ other: [Bool]) {
      for i in isRight.indices where !other[i] { isRight[i] = false }
      lowest = Double(isRight.count { $0 }) / Double(isRight.count)
    }
  }

  fileprivate func evaluate(
    _ kind: String, _ more: JSON, eps: Double? = nil, on source: Layer? = nil
  ) throws -> RobustnessReport {
    guard case .object(let members) = more else { preconditionFailure("an object") }
    let plan = try plan(kind, members)
    return try Evaluation(
      of: model, madeOn: source, attacks: [EvaluatedAttack(kind, plan)], eps: [eps ?? options.eps]
    ).run(samples)
  }

  /// An attack in the threat model of the audit.
  func plan(_ kind: String, _ members: [JSON.Member]) throws -> AttackPlan {
    let common: [JSON.Member] = [
      .init("norm", .string(options.norm.name)), .init("eps", .number(options.eps)), .init("low", .number(options.low)),
      .init("high", .number(options.high)), .init("seed", .bits(options.seed)),
    ]
    return try AttackPlan(kind: kind, options: .object(common + members))
  }

  // MARK: checks

  private func eps(_ report: inout AuditReport, _ figures: inout Figures) {
    let share = options.eps / (options.high - options.low)
    guard options.norm == .linf else { return }
    report.add(
      "size of eps", share >= 0.5 ? .suspicious : .passed,
      share >= 0.5
        ? "eps \(short(options.eps)) is half of the data range or more, which makes uniform gray of anything"
        : "eps is \(short(share)) of the data range", [("share", share)])
  }

  private func determinism(_ report: inout AuditReport, _ figures: inout Figures) throws {
    let (first, second) = (try model.infer(samples.values), try model.infer(samples.values))
    var largest = 0.0
    for i in 0..<first.count { largest = max(largest, abs(first[i] - second[i])) }
    let flips = zip(try first.argmax(), try second.argmax()).count { $0 != $1 }
    let share = Double(flips) / Double(samples.count)
    report.add(
      "deterministic", largest == 0 ? .passed : share > 0.05 ? .failed : .suspicious,
      largest == 0
        ? "two passes give the same outputs"
        : "outputs change by up to \(short(largest)) from pass to pass, \(percent(share)) of predictions too; attack the average (eot)",
      [("largest_change", largest), ("changed_predictions", share)])
  }

  private func gradients(_ report: inout AuditReport, _ figures: inout Figures) throws {
    guard let gradient = try gradientOrRefusal(&report, samples.values, .crossEntropy) else { return }
    let sizes = lengths(gradient)
    let (wrong, zero) = (sizes.count { !$0.isFinite }, sizes.count { $0 < 1e-12 })
    let (wrongShare, zeroShare) = (Double(wrong) / Double(sizes.count), Double(zero) / Double(sizes.count))
    let finite = sizes.filter(\.isFinite).sorted()
    let median = finite.isEmpty ? Double.nan : finite[finite.count / 2]
    report.add(
      "gradients", wrong > 0 || zeroShare > 0.5 ? .failed : zeroShare > 0.05 ? .suspicious : .passed,
      "\(percent(zeroShare)) of the samples have a gradient of zero, \(percent(wrongShare)) one that is not finite; the median length is \(short(median))",
      [("zero", zeroShare), ("not_finite", wrongShare), ("median_length", median)])
  }

  /// Gradients of all samples, in chunks; a check that says why there are none.
  private func gradientOrRefusal(_ report: inout AuditReport, _ x: Tensor, _ loss: LogitLoss) throws -> Tensor? {
    if let place = model.obstacle {
      if report.check("gradients") == nil {
        report.add(
          "gradients", .failed,
          "\(place.isEmpty ? model.title : place) has no derivative: attacks that follow gradients say nothing", [])
      }
      return nil
    }
    let result = Tensor(uninitialized: x.type, x.shape)
    for range in chunks(of: samples.count, model.chunkSize) {
      let victim = victim(range, x)
      copyRows(try victim.gradient(x.rows(range), victim.allRows, loss).gradient, into: result, at: range.lowerBound)
    }
    return result
  }

  private func victim(_ range: Range<Int>, _ x: Tensor) -> Victim {
    let labels = Array(samples.labels[range])
    var threat = ThreatModel()
    (threat.norm, threat.eps, threat.low, threat.high) = (options.norm, options.eps, options.low, options.high)
    return Victim(
      model, threat, clean: x.rows(range), labels: labels, truths: labels, numbers: Array(range),
      eps: labels.map { _ in options.eps }, seed: options.seed, restart: 0, passes: 1, budget: Budget())
  }

  private func margins(_ x: Tensor) throws -> [Double] {
    let z = try model.infer(x)
    let logits = Logits(z)
    return samples.labels.indices.map { -logits.margin($0, samples.labels[$0]) }
  }

  /// The slope along the gradient, against differences over a twentieth of the radius, at the samples and at what PGD made
  /// of them.
  private func differences(_ report: inout AuditReport, _ figures: inout Figures) throws {
    guard model.obstacle == nil else { return }
    let width = samples.values.count / samples.count
    let radius = options.norm == .linf ? options.eps * Double(width).squareRoot() : options.eps
    let h = radius / 20
    let attacked = try plan("pgd", [.init("steps", .integer(options.steps))]).craft(against: model, samples)
    var errors: [Double] = []
    for x in [samples.values, attacked] {
      guard let gradient = try gradientOrRefusal(&report, x, .margin(kappa: .infinity)) else { return }
      let sizes = lengths(gradient)
      let (up, down) = (x.copy(), x.copy())
      for row in 0..<samples.count where sizes[row] > 0 && sizes[row].isFinite {
        for i in row * width..<(row + 1) * width {
          let step = h * gradient[i] / sizes[row]
          up[i] += step
          down[i] -= step
        }
      }
      let (above, below) = (try margins(up), try margins(down))
      for row in 0..<samples.count where sizes[row] > 0 && sizes[row].isFinite {
        let slope = (above[row] - below[row]) / (2 * h)
        errors.append(abs(slope - sizes[row]) / max(abs(slope), sizes[row]))
      }
    }
    guard !errors.isEmpty else {
      report.add("finite differences", .failed, "no sample has a gradient to compare with differences", [])
      return
    }
    errors.sort()
    let median = errors[errors.count / 2]
    report.add(
      "finite differences", median > 0.5 ? .failed : median > 0.2 ? .suspicious : .passed,
      "along the gradient the margin changes as the gradient says within \(percent(median)) (median, over \(short(2 * h)) of length, on the attack's path)",
      [("median_error", median), ("largest_error", errors[errors.count - 1])])
  }

  private func oneStep(_ report: inout AuditReport, _ figures: inout Figures) throws {
    guard model.obstacle == nil else { return }
    let single = try figures.accuracy("fgsm")
    report.compare(
      "one step", figures.pgd - single, slack, 0.1, "one step (FGSM) leaves \(percent(single)), \(options.steps) steps (PGD) \(percent(figures.pgd))",
      [("one_step", single), ("steps", figures.pgd)])
  }

  private func steps(_ report: inout AuditReport, _ figures: inout Figures) throws {
    guard model.obstacle == nil else { return }
    let more = try figures.accuracy("pgd", ["steps": .integer(4 * options.steps)])
    report.compare(
      "steps", figures.pgd - more, max(slack, 0.02), 0.15,
      "\(options.steps) steps leave \(percent(figures.pgd)), \(4 * options.steps) steps \(percent(more))",
      [("steps", figures.pgd), ("more_steps", more)])
  }

  private func restarts(_ report: inout AuditReport, _ figures: inout Figures) throws {
    guard model.obstacle == nil else { return }
    let more = try figures.accuracy("pgd", ["steps": .integer(options.steps), "restarts": .integer(options.restarts)])
    report.compare(
      "restarts", figures.pgd - more, max(slack, 0.02), 0.15,
      "one run leaves \(percent(figures.pgd)), the best of \(options.restarts) \(percent(more))",
      [("one_run", figures.pgd), ("restarts", more)])
  }

  /// A loss that does not saturate: one that softmax has flattened hides nothing from it.
  private func loss(_ report: inout AuditReport, _ figures: inout Figures) throws {
    guard model.obstacle == nil else { return }
    let other = try figures.accuracy("apgd", ["loss": "dlr", "steps": .integer(4 * options.steps)])
    report.compare(
      "another loss", figures.pgd - other, max(slack, 0.03), 0.15,
      "climbing the cross-entropy leaves \(percent(figures.pgd)), the difference of logits ratio (APGD) \(percent(other))",
      [("cross_entropy", figures.pgd), ("dlr", other)])
  }

  private func noise(_ report: inout AuditReport, _ figures: inout Figures) throws {
    let noise = try figures.accuracy("noise")
    report.compare(
      "random noise", figures.pgd - noise, slack, 0.05,
      "random noise of the same size leaves \(percent(noise)), PGD \(percent(figures.pgd))",
      [("noise", noise), ("pgd", figures.pgd)])
  }

  private func blackBox(_ report: inout AuditReport, _ figures: inout Figures) throws {
    let square = try figures.accuracy("square", ["queries": .integer(options.queries)])
    report.compare(
      "black box", figures.pgd - square, max(slack, 0.02), 0.1,
      "\(options.queries) queries without gradients (Square) leave \(percent(square)), PGD \(percent(figures.pgd))",
      [("square", square), ("pgd", figures.pgd)])
  }

  private func transfer(_ report: inout AuditReport, _ figures: inout Figures) throws {
    guard !sources.isEmpty else {
      report.add("transfer", .skipped, "no other model was given to make samples on (sources)", [])
      return
    }
    var lowest = 1.0
    for source in sources {
      let cell = try evaluate("pgd", ["steps": .integer(options.steps)], on: source).cells[0]
      figures.note(cell.isRight)
      lowest = min(lowest, cell.accuracy)
    }
    report.compare(
      "transfer", figures.pgd - lowest, max(slack, 0.02), 0.1,
      "samples made on \(sources.count == 1 ? "another model" : "other models") leave \(percent(lowest)), its own \(percent(figures.pgd))",
      [("transfer", lowest), ("pgd", figures.pgd)])
  }

  private func largeEps(_ report: inout AuditReport, _ figures: inout Figures) throws {
    guard model.obstacle == nil else { return }
    let width = Double(samples.values.count / samples.count)
    let whole = (options.high - options.low) * (options.norm == .linf ? 1 : width.squareRoot())
    let left = try evaluate("pgd", ["steps": .integer(4 * options.steps)], eps: whole).cells[0].accuracy
    let chance = 1 / Double(max(2, model.outputShape?.first ?? 2))
    report.add(
      "large eps", left <= max(0.02, slack) ? .passed : left <= chance ? .suspicious : .failed,
      "with eps \(short(whole)), which reaches every sample there is, PGD leaves \(percent(left)); nothing should be left",
      [("accuracy", left), ("eps", whole)])
  }

  private func planted(_ report: inout AuditReport, _ figures: inout Figures) throws {
    guard options.planted > 0, model.obstacle == nil else {
      report.add("planted examples", .skipped, model.obstacle == nil ? "none were asked for" : "there is no gradient to follow", [])
      return
    }
    let result = try PlantedExamples(self).run(min(options.planted, samples.count))
    guard result.tried > 0 else {
      report.add("planted examples", .skipped, "the features do not tell any planted example from its surroundings", [])
      return
    }
    let (found, chance) = (Double(result.found) / Double(result.tried), Double(result.byChance) / Double(result.tried))
    report.add(
      "planted examples", found >= 0.9 ? .passed : found >= 0.5 ? .suspicious : .failed,
      "PGD finds \(result.found) of \(result.tried) examples that were planted within eps; random points find \(result.byChance)",
      [("found", found), ("by_chance", chance), ("planted", Double(result.tried))])
  }
}

extension AuditReport {
  mutating func add(_ name: String, _ verdict: Verdict, _ says: String, _ figures: [(name: String, value: Double)]) {
    checks.append(Check(name: name, verdict: verdict, says: says, figures: figures))
  }

  /// A check that PGD leaves no more than another attack: `excess` is by how much it does.
  mutating func compare(
    _ name: String, _ excess: Double, _ suspicious: Double, _ failed: Double, _ says: String,
    _ figures: [(name: String, value: Double)]
  ) {
    add(name, excess > failed ? .failed : excess > suspicious ? .suspicious : .passed, says, figures)
  }
}

/// The Euclidean length of each row.
private func lengths(_ x: Tensor) -> [Double] { distances(x, Tensor(x.type, x.shape), .l2) }

private func percent(_ share: Double) -> String {
  share.isFinite ? "\((1000 * share).rounded() / 10) %" : "\(share)"
}

/// Three digits.
private func short(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return "\(value)" }
  var scale = 1.0
  while abs(value) * scale < 100 { scale *= 10 }
  return "\((value * scale).rounded() / scale)"
}
