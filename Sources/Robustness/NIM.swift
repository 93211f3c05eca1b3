// The Nesterov iterative method, NI-FGSM (Lin, Song, He, Wang, Hopcroft 2020).

import Learning
import Tensors

/// g at x + alpha · mu · m,  m ← mu m + g / mean|g|,  x ← clip(x⁰ + clamp(x + alpha · sign(m) - x⁰, -eps, eps)).
///
/// It looks where the memory is about to carry it, and steps from where it is.  In an L2 ball it looks mu steps ahead along
/// m, whatever m's length.
struct NIM: Attack {
  static let name = "nim"
  static let summary = "steps along a gradient accumulated at points ahead (Lin et al. 2020)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2]
  static let knowledge = ThreatModel.Knowledge.gradients

  private let stepping: GradientSteps
  private let decay: Double

  init(_ settings: AttackSettings) throws {
    stepping = try GradientSteps(settings)
    decay = try settings.number("decay", default: 1, in: 0 ... .infinity)
  }

  func run(_ victim: Victim) throws {
    let momentum = Tensor(victim.type, victim.clean.shape)
    func memory(_ rows: [Int]) -> Tensor { rows.count == victim.count ? momentum : gatherRows(momentum, rows[...]) }
    func size(_ eps: Double) -> Double { stepping.alpha > 0 ? stepping.alpha : eps / Double(stepping.steps) }
    try stepping.run(
      victim, usualAlpha: size,
      ask: { x, rows in
        let ahead = x.copy()
        let far = rows.map { decay * size(victim.eps[$0]) }
        if victim.threat.norm == .linf {
          addScaled(ahead, memory(rows), far)
        } else {
          lengthStep(ahead, direction: memory(rows), alpha: far)
        }
        return try stepping.judged(victim, x, rows, victim.gradient(ahead, rows))
      },
      direction: { gradient, rows in
        accumulateNormalized(gradient, into: momentum, rows: rows, decay: decay)
        return memory(rows)
      })
  }
}
