// Less and less contrast: a control that moves every value towards one level.

import Learning
import Tensors

/// x = x⁰ + t (level - x⁰) with the smallest t in (0, 1] that is adversarial: a grid of `steps`, then ten halvings.
///
/// level: the value that all become equal to; 0.5, the middle of the data range, by default as a share of the range.
struct ContrastReduction: Attack {
  static let name = "contrast"
  static let summary = "reduced contrast, a control"
  static let norms: [ThreatModel.Norm] = [.linf, .l2, .l1]
  static let knowledge = ThreatModel.Knowledge.decisions
  static let isMinimal = true

  private let steps: Int
  private let level: Double

  init(_ settings: AttackSettings) throws {
    steps = try settings.integer("steps", default: 50)
    let threat = settings.threat
    level = threat.low + (threat.high - threat.low) * (try settings.number("level", default: 0.5, in: 0...1))
  }

  func run(_ victim: Victim) throws {
    let search = DecisionSearch(victim)
    let width = victim.width
    try search.sweep(victim.allRows, steps: steps, halvings: 10) { rows, shares in
      let x = victim.cleanRows(rows)
      for i in rows.indices {
        for place in i * width..<(i + 1) * width { x[place] += shares[i] * (level - x[place]) }
      }
      return x
    }
  }
}
