// Natural evolution strategies: projected steps along an estimated gradient (Ilyas, Engstrom, Athalye, Lin 2018).

import Tensors

/// g = 1/(2 sigma n) Σ (L(x + sigma u) - L(x - sigma u)) u over n = `pairs` normal directions u, L the margin of the
/// outputs; then steps and projections as PGD takes them, 2.5 eps / steps in size.
///
/// A sample asks steps · (2 pairs + 1) + 1 times at most; it stops once it is adversarial unless early_exit is off.
struct NES: Attack {
  static let name = "nes"
  static let summary = "steps along a gradient estimated from outputs (Ilyas et al. 2018)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2]
  static let knowledge = ThreatModel.Knowledge.scores

  private let stepping: GradientSteps
  private let pairs: Int
  private let sigma: Double

  init(_ settings: AttackSettings) throws {
    stepping = try GradientSteps(settings, steps: 40, random: false, exitsEarly: true)
    pairs = try settings.integer("pairs", default: 25)
    sigma = try settings.number("sigma", default: 0.01, orAbove: 0)
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    let probes = GradientProbes(
      victim, .normal, pairs: pairs, size: sigma, loss: .margin(kappa: .infinity), skipsBroken: stepping.exitsEarly)
    try stepping.run(victim, usualAlpha: { 2.5 * $0 / Double(stepping.steps) }, ask: probes.gradient)
  }
}
