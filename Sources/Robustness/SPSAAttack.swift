// Simultaneous perturbation stochastic approximation (Spall 1992) as an attack (Uesato, O'Donoghue, van den Oord, Kohli
// 2018).

import Glibc
import Learning
import Tensors

/// g = 1/(2 delta n) Σ (L(x + delta v) - L(x - delta v)) v over n = `pairs` directions of signs v, L the margin of the
/// outputs; Adam climbs it, and every step is brought back into the ball.
///
/// A sample asks steps · (2 pairs + 1) + 1 times at most and stops once it is adversarial.
struct SPSAAttack: Attack {
  static let name = "spsa"
  static let summary = "Adam along a gradient estimated from outputs (Uesato et al. 2018)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2]
  static let knowledge = ThreatModel.Knowledge.scores

  private let steps, pairs: Int
  private let delta, alpha: Double

  init(_ settings: AttackSettings) throws {
    steps = try settings.integer("steps", default: 40)
    pairs = try settings.integer("pairs", default: 32)
    delta = try settings.number("delta", default: 0.01, orAbove: 0)
    // 0: a fifth of eps; in L2 the length of a step in which all values move alike.
    alpha = try settings.number("alpha", default: 0, in: 0 ... .infinity)
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    var rows = victim.allRows
    var x = victim.clean.copy()
    if victim.restart > 0 { startAtRandom(x, victim) }
    let probes = GradientProbes(
      victim, .signs, pairs: pairs, size: delta, loss: .margin(kappa: .infinity), skipsBroken: true)
    var adam = RowAdam(like: x)
    let width = Double(victim.width)
    for step in 0...steps {
      let isLast = step == steps
      let (gradient, logits, _) = try isLast
        ? (x, victim.logits(x, rows), []) : probes.gradient(x, rows)
      for i in rows.indices where victim.isAdversarial(logits, i, rows[i]) {
        victim.keep(x, i, row: rows[i], isAdversarial: true)
      }
      let open = rows.indices.filter { !victim.isBroken[rows[$0]] }
      if isLast { for i in open { victim.keep(x, i, row: rows[i], isAdversarial: false) } }
      if isLast || open.isEmpty { return }
      rows = open.map { rows[$0] }
      x = gatherRows(x, open[...])
      let eps = rows.map { victim.eps[$0] }
      let usual = victim.threat.norm == .l2 ? 0.2 / width.squareRoot() : 0.2
      adam.climb(x, gatherRows(gradient, open[...]), rows, alpha: eps.map { alpha > 0 ? alpha : usual * $0 })
      projectOutside(x, gatherRows(victim.clean, rows[...]), eps, victim.threat)
    }
  }
}
