// The boundary attack (Brendel, Rauber, Bethge 2018).

import Learning
import Tensors

/// Walks along the decision boundary towards the clean sample: from an adversarial point, a random step on the sphere
/// around the clean sample, then one inwards, taken where the result is adversarial still.
///
/// Both step sizes are relative to the distance and adapted, as in the paper: when half of the steps on the sphere stay
/// adversarial they are about as long as the boundary is straight.  Every ten steps the sphere's own points are asked
/// about too.  A sample asks for its start, about 10 times on the way to the boundary, and 1.1 times for each step.
struct BoundaryAttack: Attack {
  static let name = "boundary"
  static let summary = "a walk along the decision boundary (Brendel et al. 2018)"
  static let norms: [ThreatModel.Norm] = [.l2]
  static let knowledge = ThreatModel.Knowledge.decisions
  static let isMinimal = true

  private let steps, tries: Int
  private let sideways, inwards: Double

  init(_ settings: AttackSettings) throws {
    steps = try settings.integer("steps", default: 5000)
    tries = try settings.integer("start_tries", default: 50, in: 0...Int.max)
    sideways = try settings.number("spherical_step", default: 0.01, in: 0...1, orAbove: 0)
    inwards = try settings.number("source_step", default: 0.01, in: 0...1, orAbove: 0)
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    let search = DecisionSearch(victim)
    let (far, rows) = try search.start(tries: tries)
    if rows.isEmpty { return }
    let x = try search.approach(far, rows, precision: rows.map { _ in 1e-3 }, norm: .l2)
    let clean = victim.cleanRows(rows)
    var streams = victim.allRows.map { victim.stream($0, 4) }
    var walks = rows.map { _ in Walk(sideways: sideways, inwards: inwards) }
    for step in 0..<steps {
      let open = rows.indices.filter { walks[$0].inwards > 1e-7 }
      if open.isEmpty { return }
      let asked = open.map { rows[$0] }
      let (sphere, near) = boundarySteps(
        gatherRows(x, open[...]), gatherRows(clean, open[...]), asked, sideways: open.map { walks[$0].sideways },
        inwards: open.map { walks[$0].inwards }, low: victim.threat.low, high: victim.threat.high, &streams)
      let isCheck = step % 10 == 0
      let onSphere = isCheck ? try search.decide(sphere, asked) : []
      let inside = try search.visit(near, asked)
      for (i, place) in open.enumerated() {
        // What clipping to the data range has moved away again is no progress.
        if inside[i], rowDistance(near, i, clean, place, .l2) < rowDistance(x, place, clean, place, .l2) {
          copyRow(near, i, into: x, place)
        }
        walks[place].note(sphere: isCheck ? onSphere[i] : nil, inside: inside[i])
      }
    }
  }
}

/// Step sizes of one row, and how well they have done lately.
private struct Walk {
  var sideways, inwards: Double
  private var sphere: (asked: Double, yes: Double) = (0, 0)
  private var inside: (asked: Double, yes: Double) = (0, 0)

  init(sideways: Double, inwards: Double) { (self.sideways, self.inwards) = (sideways, inwards) }

  mutating func note(sphere answer: Bool?, inside isInside: Bool) {
    if let answer {
      sphere.asked += 1
      sphere.yes += answer ? 1 : 0
    }
    inside.asked += 1
    inside.yes += isInside ? 1 : 0
    if sphere.asked >= 10 {
      let share = sphere.yes / sphere.asked
      if share > 0.5 { (sideways, inwards) = (min(1, sideways * 1.5), min(0.5, inwards * 1.5)) }
      if share < 0.2 { (sideways, inwards) = (sideways / 1.5, inwards / 1.5) }
      sphere = (0, 0)
    }
    if inside.asked >= 30 {
      let share = inside.yes / inside.asked
      if share > 0.25 { inwards = min(0.5, inwards * 1.5) }
      if share < 0.1 { inwards /= 1.5 }
      inside = (0, 0)
    }
  }
}
