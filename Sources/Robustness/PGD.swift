// Projected gradient descent (Madry, Makelov, Schmidt, Tsipras, Vladu 2018).

import Tensors

/// x ← clip(x⁰ + clamp(x + alpha · sign(g) - x⁰, -eps, eps)), `steps` times, or the like in an L2 or L1 ball.
///
/// The usual step, 2.5 eps / steps, reaches the ball's surface from anywhere in it.
struct PGD: Attack {
  static let name = "pgd"
  static let summary = "projected gradient steps (Madry et al. 2018)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2, .l1]
  static let knowledge = ThreatModel.Knowledge.gradients

  private let stepping: GradientSteps

  init(_ settings: AttackSettings) throws { stepping = try GradientSteps(settings, random: false) }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    try stepping.run(victim) { 2.5 * $0 / Double(stepping.steps) }
  }
}
