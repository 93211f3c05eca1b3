// The basic iterative method (Kurakin, Goodfellow, Bengio 2017).

import Tensors

/// x ← clip(x⁰ + clamp(x + alpha · sign(g) - x⁰, -eps, eps)) from the clean sample on, alpha = eps / steps.
struct BIM: Attack {
  static let name = "bim"
  static let summary = "gradient steps that add up to eps (Kurakin et al. 2017)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2, .l1]
  static let knowledge = ThreatModel.Knowledge.gradients

  private let stepping: GradientSteps

  init(_ settings: AttackSettings) throws { stepping = try GradientSteps(settings) }

  func run(_ victim: Victim) throws {
    try stepping.run(victim) { $0 / Double(stepping.steps) }
  }
}
