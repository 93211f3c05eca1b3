// What every attack says of itself.  Each is a small type in a file of its own, listed in AttackKinds.swift;
// AttackRun.swift runs them, Victim.swift is how they ask a model.

import Tensors

/// A way to make adversarial examples.
///
/// An attack is given a victim (some rows of samples, a model, a threat model), asks it for outputs or gradients and
/// hands samples back with `victim.keep`.  Rows for which nothing is kept stay clean.  What it keeps is brought into
/// the threat model's ball and the data range, judged anew and checked by whoever runs it.
package protocol Attack: Sendable {
  /// The name in scripts: "pgd".
  static var name: String { get }
  /// One line with its source: "projected gradient steps (Madry et al. 2018)".
  static var summary: String { get }
  /// The norms whose ball it stays in, or whose distance it makes small; the first is taken when none is named.
  static var norms: [ThreatModel.Norm] { get }
  static var knowledge: ThreatModel.Knowledge { get }
  /// Whether it looks for the nearest adversarial example: it needs no eps, and one run tells the accuracy at every eps.
  static var isMinimal: Bool { get }
  /// Whether it can aim at a class.
  static var canTarget: Bool { get }

  /// Whether another seed may give something else, so that restarts make sense.
  var isRandom: Bool { get }

  /// Reads its options, each once, with its usual value.
  init(_ settings: AttackSettings) throws

  func run(_ victim: Victim) throws
}

extension Attack {
  package static var isMinimal: Bool { false }
  package static var canTarget: Bool { true }
  package var isRandom: Bool { false }
}
