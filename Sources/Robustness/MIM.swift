// The momentum iterative method (Dong, Liao, Pang, Su, Zhu, Hu, Li 2018).

import Learning
import Tensors

/// m ← mu m + g / mean|g|,  x ← clip(x⁰ + clamp(x + alpha · sign(m) - x⁰, -eps, eps)), `steps` times.
///
/// The paper divides by the L1 norm; the mean is that up to a factor which no step sees.
struct MIM: Attack {
  static let name = "mim"
  static let summary = "steps along an accumulated gradient (Dong et al. 2018)"
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
    try stepping.run(victim, usualAlpha: { $0 / Double(stepping.steps) }, direction: { gradient, rows in
      accumulateNormalized(gradient, into: momentum, rows: rows, decay: decay)
      return rows.count == victim.count ? momentum : gatherRows(momentum, rows[...])
    })
  }
}
