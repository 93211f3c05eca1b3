// What attacks that take many gradient steps in a ball have in common: BIM, PGD, MIM and their relatives.

import Learning
import Tensors

/// Steps along a direction, each followed by a projection onto the ball and the data range.
struct GradientSteps: Sendable {
  let steps: Int
  /// Size of a step; 0 takes the attack's own choice, which depends on eps.
  let alpha: Double
  /// Whether the first run begins at a random point of the ball; restarts always do.
  let startsAtRandom: Bool
  /// Whether a row is left as it is once it is adversarial.
  let exitsEarly: Bool
  /// Whether the best of all points on the way is kept instead of the last: an adversarial one, or that of largest loss.
  let keepsBest: Bool
  /// L1: the share of values that a step changes.
  let share: Double

  /// random: the usual choice; nil for an attack that never starts at random.
  /// exitsEarly: the usual choice.
  init(_ settings: AttackSettings, steps: Int = 10, random: Bool? = nil, exitsEarly: Bool = false) throws {
    self.steps = try settings.integer("steps", default: steps)
    alpha = try settings.number("alpha", default: 0, in: 0 ... .infinity)
    startsAtRandom = try random.map { try settings.bool("random_start", default: $0) } ?? false
    self.exitsEarly = try settings.bool("early_exit", default: exitsEarly)
    keepsBest = try settings.bool("best_of", default: false)
    share = settings.threat.norm == .l1 ? 1 - (try settings.number("sparsity", default: 0.95, in: 0...1)) : 1
  }

  /// One step, of the whole radius.
  init(oneStep settings: AttackSettings) throws {
    (steps, alpha, startsAtRandom, exitsEarly, keepsBest) = (1, 0, false, false, false)
    share = settings.threat.norm == .l1 ? 1 - (try settings.number("sparsity", default: 0.95, in: 0...1)) : 1
  }

  /// Runs all steps and keeps what comes out.
  ///
  ///   usualAlpha  the size of a step for a radius
  ///   ask         gradients at x for some rows; usually the victim's own
  ///   direction   where to go, given the gradient; called once for each step
  func run(
    _ victim: Victim, usualAlpha: (_ eps: Double) -> Double,
    ask: ((_ x: Tensor, _ rows: [Int]) throws -> (gradient: Tensor, logits: Logits, losses: [Double]))? = nil,
    direction: (_ gradient: Tensor, _ rows: [Int]) -> Tensor = { gradient, _ in gradient }
  ) throws {
    var rows = victim.allRows
    var clean = victim.clean
    var x = victim.start?.copy() ?? clean.copy()
    if startsAtRandom || victim.restart > 0 { startAtRandom(x, victim) }
    var best = [Double](repeating: -.infinity, count: victim.count)
    for _ in 0..<steps {
      var (gradient, logits, losses) = try ask?(x, rows) ?? victim.gradient(x, rows)
      if exitsEarly || keepsBest {
        let open = note(victim, x, rows, logits, losses, &best)
        if open.count < rows.count {
          if open.isEmpty { return }
          rows = open.map { rows[$0] }
          (x, clean, gradient) = (gatherRows(x, open[...]), gatherRows(clean, open[...]), gatherRows(gradient, open[...]))
        }
      }
      let eps = rows.map { victim.eps[$0] }
      step(x, clean, direction(gradient, rows), eps, victim.threat, eps.map { alpha > 0 ? alpha : usualAlpha($0) })
    }
    guard exitsEarly || keepsBest else { return victim.keep(x, rows) }
    let logits = try victim.logits(x, rows)
    _ = note(victim, x, rows, logits, victim.losses(logits, rows, .crossEntropy), &best)
    if !keepsBest { for (i, row) in rows.enumerated() where !victim.isBroken[row] { victim.keep(x, i, row: row, isAdversarial: false) } }
  }

  /// Gradients that were asked for elsewhere than at x, with the outputs and losses at x where steps look at those.
  func judged(
    _ victim: Victim, _ x: Tensor, _ rows: [Int], _ found: (gradient: Tensor, logits: Logits, losses: [Double])
  ) throws -> (gradient: Tensor, logits: Logits, losses: [Double]) {
    guard exitsEarly || keepsBest else { return found }
    let logits = try victim.logits(x, rows)
    return (found.gradient, logits, victim.losses(logits, rows, .crossEntropy))
  }

  /// Keeps what is worth it; gives the places of rows that go on.
  private func note(
    _ victim: Victim, _ x: Tensor, _ rows: [Int], _ logits: Logits, _ losses: [Double], _ best: inout [Double]
  ) -> [Int] {
    var open: [Int] = []
    for (i, row) in rows.enumerated() {
      let isAdversarial = victim.isAdversarial(logits, i, row)
      let isBetter = victim.isBroken[row] ? isAdversarial && losses[i] > best[row] : isAdversarial || losses[i] > best[row]
      if isAdversarial && !victim.isBroken[row] || keepsBest && isBetter {
        victim.keep(x, i, row: row, isAdversarial: isAdversarial)
        best[row] = losses[i]
      }
      if !(exitsEarly && isAdversarial) { open.append(i) }
    }
    return open
  }

  /// One step and the way back into the ball.
  func step(_ x: Tensor, _ clean: Tensor, _ direction: Tensor, _ eps: [Double], _ threat: ThreatModel, _ alpha: [Double]) {
    switch threat.norm {
    case .linf:
      signStep(x, clean: clean, direction: direction, alpha: alpha, eps: eps, low: threat.low, high: threat.high)
      return
    case .l2: lengthStep(x, direction: direction, alpha: alpha)
    case .l1, .l0:
      sparseStep(x, direction: direction, alpha: alpha, share: share, low: threat.low, high: threat.high)
    }
    projectOutside(x, clean, eps, threat)
  }
}

/// A uniform point of each row's ball, clipped to the data range, in place of x, which is a copy of the clean rows.
func startAtRandom(_ x: Tensor, _ victim: Victim) {
  let threat = victim.threat
  if threat.norm == .linf {
    randomCube(
      x, clean: victim.clean, numbers: victim.numbers, eps: victim.eps, restart: victim.restart, seed: victim.seed,
      low: threat.low, high: threat.high)
  } else {
    randomBall(x, threat.norm, eps: victim.eps, low: threat.low, high: threat.high) { victim.stream($0) }
  }
}
