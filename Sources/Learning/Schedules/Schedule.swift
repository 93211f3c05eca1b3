// Learning rates that change while training goes on.  The optimiser's own rate is the base; groups follow in proportion.

import Glibc
import Tensors

/// A factor of the base rate that follows from the numbers of steps and epochs done, and for `plateau` from a watched
/// value.  A linear warm-up may come before any of them.
public final class Schedule {
  public enum Rule: Equatable, Sendable {
    case constant
    /// gamma^⌊t / every⌋
    case step(every: Int, gamma: Double)
    /// gamma^(milestones passed)
    case multiStep(milestones: [Int], gamma: Double)
    /// gammaᵗ
    case exponential(gamma: Double)
    /// From 1 to `low` along half a cosine in `period`.  With restarts it begins again, each time `stretch` times as long
    /// (SGDR, Loshchilov and Hutter 2017); without it stays at `low`.
    case cosine(period: Int, low: Double, restarts: Bool, stretch: Double)
    /// Up from 1/`start` to 1 in the first `rise` of `total`, then down to 1/(`start` · `end`), both along half a cosine
    /// (Smith and Topin 2018).  The base rate is the peak.
    case oneCycle(total: Int, rise: Double, start: Double, end: Double)
    /// Times `factor`, down to `low`, whenever the watched value has not improved by more than `minDelta` for more than
    /// `patience` epochs; then `cooldown` epochs of rest.
    case plateau(factor: Double, patience: Int, minDelta: Double, cooldown: Int, low: Double, isHigherBetter: Bool)
  }

  /// What t counts.  `plateau` counts epochs.
  public enum Unit: String, Sendable { case step, epoch }

  public let rule: Rule
  public let unit: Unit
  /// In the first `steps` steps the rate grows linearly from `start` times the base: start + (1 - start) (t + 1) / steps.
  /// A rule that counts steps begins after it.
  public let warmup: (steps: Int, start: Double)

  public private(set) var steps = 0, epochs = 0
  private var optimizer: Optimizer?
  private var base = 0.0
  // Of `plateau`.
  private var (reduction, best, waited, resting) = (1.0, Double.nan, 0, 0)

  public init(_ rule: Rule, unit: Unit = .epoch, warmup: (steps: Int, start: Double) = (0, 0)) throws {
    func count(_ name: String, _ value: Int, least: Int = 1) throws {
      guard value >= least else { throw EngineError.value("\(name) is \(value); it must be \(least) or more") }
    }
    func factor(_ name: String, _ value: Double) throws { try check(name, value, value > 0 && value <= 1, "in (0, 1]") }
    func share(_ name: String, _ value: Double) throws { try check(name, value, value >= 0 && value < 1, "in [0, 1)") }
    switch rule {
    case .constant: break
    case .step(let every, let gamma):
      try count("every", every)
      try factor("gamma", gamma)
    case .multiStep(let milestones, let gamma):
      guard !milestones.isEmpty, milestones[0] >= 1, zip(milestones, milestones.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw EngineError.value("milestones are \(milestones); they must be 1 or more and grow")
      }
      try factor("gamma", gamma)
    case .exponential(let gamma): try factor("gamma", gamma)
    case .cosine(let period, let low, _, let stretch):
      try count("period", period)
      try share("low", low)
      try check("stretch", stretch, stretch >= 1, "1 or more")
    case .oneCycle(let total, let rise, let start, let end):
      try count("total", total)
      try check("rise", rise, rise > 0 && rise < 1, "in (0, 1)")
      try check("start", start, start >= 1, "1 or more")
      try check("end", end, end >= 1, "1 or more")
    case .plateau(let factor, let patience, let minDelta, let cooldown, let low, _):
      try check("factor", factor, factor > 0 && factor < 1, "in (0, 1)")
      try count("patience", patience, least: 0)
      try check("min_delta", minDelta, minDelta >= 0, "0 or more")
      try count("cooldown", cooldown, least: 0)
      try share("low", low)
    }
    try count("warmup steps", warmup.steps, least: 0)
    try share("warmup start", warmup.start)
    (self.rule, self.unit, self.warmup) = (rule, unit, warmup)
  }

  /// Takes an optimiser's learning rate as the base and sets the first one.  A schedule serves one optimiser; attaching
  /// it to another starts it anew, attaching it again changes nothing.
  public func attach(_ optimizer: Optimizer) throws {
    if self.optimizer === optimizer { return }
    (self.optimizer, base, steps, epochs) = (optimizer, optimizer.lr, 0, 0)
    (reduction, best, waited, resting) = (1, .nan, 0, 0)
    try optimizer.setRate(base * factor)
  }

  /// To be called after each step of the optimiser.
  public func step() throws {
    let optimizer = try attached()
    steps += 1
    if unit == .step || steps <= warmup.steps { try optimizer.setRate(base * factor) }
  }

  /// To be called after each epoch, with the watched value for `plateau`.
  public func epoch(_ value: Double? = nil) throws {
    let optimizer = try attached()
    if case .plateau = rule {
      guard let value, !value.isNaN else {
        throw EngineError.value("a plateau schedule needs the watched value after each epoch")
      }
      watch(value)
    }
    epochs += 1
    try optimizer.setRate(base * factor)
  }

  private func attached() throws -> Optimizer {
    guard let optimizer else {
      throw EngineError.state("the schedule has no optimiser; give it one, or give the schedule to fit")
    }
    return optimizer
  }

  // MARK: the factor

  /// What the base rate is multiplied with now.
  public var factor: Double {
    let t = unit == .step ? max(0, steps - warmup.steps) : epochs
    var rising = 1.0
    if steps < warmup.steps {
      rising = warmup.start + (1 - warmup.start) * Double(steps + 1) / Double(warmup.steps)
    }
    return rising * factor(at: t)
  }

  private func factor(at t: Int) -> Double {
    switch rule {
    case .constant: return 1
    case .step(let every, let gamma): return pow(gamma, Double(t / every))
    case .multiStep(let milestones, let gamma): return pow(gamma, Double(milestones.count { $0 <= t }))
    case .exponential(let gamma): return pow(gamma, Double(t))
    case .cosine(let period, let low, let restarts, let stretch):
      var (place, length) = (Double(t), Double(period))
      if restarts {
        while place >= length {
          place -= length
          length = (length * stretch).rounded(.down)
        }
      }
      return between(1, low, min(1, place / length))
    case .oneCycle(let total, let rise, let start, let end):
      let peak = max(1, rise * Double(total))
      let place = Double(t)
      return place <= peak
        ? between(1 / start, 1, place / peak)
        : between(1, 1 / (start * end), min(1, (place - peak) / max(1, Double(total - 1) - peak)))
    case .plateau: return reduction
    }
  }

  /// From a to b along half a cosine.
  private func between(_ a: Double, _ b: Double, _ share: Double) -> Double {
    b + (a - b) * (1 + cos(.pi * share)) / 2
  }

  private func watch(_ value: Double) {
    guard case .plateau(let factor, let patience, let minDelta, let cooldown, let low, let isHigherBetter) = rule else { return }
    let isBetter = best.isNaN || (isHigherBetter ? value > best + minDelta : value < best - minDelta)
    if isBetter { (best, waited) = (value, 0) } else if resting == 0 { waited += 1 }
    if resting > 0 { resting -= 1 }
    if waited > patience { (reduction, waited, resting) = (max(low, reduction * factor), 0, cooldown) }
  }

  // MARK: saved state

  /// Everything that later rates depend on besides the options.
  package func exportState() -> JSON {
    [
      "base": .number(base), "steps": .integer(steps), "epochs": .integer(epochs), "reduction": .number(reduction),
      "best": best.isFinite ? .number(best) : .null, "waited": .integer(waited), "resting": .integer(resting),
    ]
  }

  /// Goes on where `exportState` was called, with an optimiser whose own rate was saved with its state.
  package func importState(_ state: JSON, for optimizer: Optimizer) throws {
    let counts = try ["steps", "epochs", "waited", "resting"].map(state.integer)
    let (base, reduction) = (try state.number("base"), try state.number("reduction"))
    best = state["best"] == .null ? .nan : try state.number("best")
    (self.base, self.reduction, self.optimizer) = (base, reduction, optimizer)
    (steps, epochs, waited, resting) = (counts[0], counts[1], counts[2], counts[3])
  }
}
