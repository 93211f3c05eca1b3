// The fast gradient sign method (Goodfellow, Shlens, Szegedy 2015), and the fast gradient method for L2 and L1.

import Tensors

/// One step of the whole radius: x ← clip(x⁰ + eps · sign(g)); L2: along g / |g|₂; L1: along the signs of the largest
/// slopes.
struct FGSM: Attack {
  static let name = "fgsm"
  static let summary = "one gradient step (Goodfellow et al. 2015)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2, .l1]
  static let knowledge = ThreatModel.Knowledge.gradients

  private let stepping: GradientSteps

  init(_ settings: AttackSettings) throws { stepping = try GradientSteps(oneStep: settings) }

  func run(_ victim: Victim) throws { try stepping.run(victim) { $0 } }
}
