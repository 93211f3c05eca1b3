// The fast adaptive boundary attack, FAB (Croce & Hein 2020, "Minimally distorted adversarial examples").
// PlaneKernels.swift has the loops.

import Glibc
import Learning
import Tensors

/// Walks along the boundary towards the clean sample: projects both the point and the clean sample onto the straightened
/// boundary inside the data range, and mixes the two.
///
///   x ← clip((1 - a) (x + eta d(x)) + a (x⁰ + eta d(x⁰))),  a = min(|d(x)| / (|d(x)| + |d(x⁰)|), alpha)
///   x ← x⁰ + beta (x - x⁰) where that is adversarial
///
/// where d(x) is the shortest change, in the norm, that brings x onto the plane without leaving the range.  At the end the
/// way between the clean sample and the nearest example is halved three times.  The boundary is the one that looks nearest
/// among all classes, or with `targets` above 0 the one to each of the classes with the largest outputs in turn, which
/// takes two gradients in place of one for each class.  Restarts begin at a random place half as far away as the nearest
/// example so far.
struct FAB: Attack {
  static let name = "fab"
  static let summary = "walks along the boundary to the nearest example (Croce & Hein 2020)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2, .l1]
  static let knowledge = ThreatModel.Knowledge.gradients
  static let isMinimal = true

  private let steps: Int
  private let targets: Int
  private let eta: Double
  private let alpha: Double
  private let beta: Double
  /// Whether a sample is left alone once there is an example inside its ball.
  private let exitsEarly: Bool

  init(_ settings: AttackSettings) throws {
    steps = try settings.integer("steps", default: 100)
    targets = try settings.integer("targets", default: 0, in: 0...Int.max)
    eta = try settings.number("eta", default: 1.05, in: 1 ... .infinity)
    alpha = try settings.number("alpha", default: 0.1, in: 0...1)
    beta = try settings.number("beta", default: 0.9, in: 0...1)
    exitsEarly = try settings.bool("early_exit", default: false)
  }

  /// For one radius: a sample is done once there is an example inside its ball.
  init(steps: Int, targets: Int) {
    (self.steps, self.targets, eta, alpha, beta, exitsEarly) = (steps, targets, 1.05, 0.1, 0.9, true)
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    let nearest = Nearest(victim)
    if targets == 0 || victim.isTargeted {
      try walk(victim, .nearest(rivals: nil), nearest, 0)
    } else {
      let rivals = try Boundary.rivals(victim, targets)
      for place in 0..<(rivals.first?.count ?? 0) {
        try walk(victim, .toward(rivals.map { $0[place] }), nearest, place)
      }
    }
    try approach(victim, nearest)
  }

  private func isDone(_ victim: Victim, _ row: Int, _ nearest: Nearest) -> Bool {
    exitsEarly && nearest.distances[row] <= victim.eps[row]
  }

  private func walk(_ victim: Victim, _ choice: Boundary.Choice, _ nearest: Nearest, _ number: Int) throws {
    let threat = victim.threat
    var rows = victim.allRows.filter { !isDone(victim, $0, nearest) }
    if rows.isEmpty { return }
    var clean = victim.cleanRows(rows)
    var x = clean.copy()
    if victim.restart > 0 {
      let radii = rows.map { radius(victim, $0) / 2 }
      randomSurface(x, threat.norm, eps: radii) { victim.stream(rows[$0], 1 + number) }
      clip(x, low: threat.low, high: threat.high)
    }
    for _ in 0..<steps {
      let boundary = try Boundary(victim, x, rows, choice, threat.norm)
      x = planeStep(
        x, clean: clean, normals: boundary.normals, values: boundary.values, threat, eta: eta, alpha: alpha)
      let logits = try victim.logits(x, rows)
      let isThere = nearest.offer(x, rows, logits, clean: clean)
      x = between(clean, x, isThere.map { $0 ? beta : 1 })
      let open = rows.indices.filter { !isDone(victim, rows[$0], nearest) }
      if open.isEmpty { return }
      if open.count < rows.count {
        rows = open.map { rows[$0] }
        let left = gather(open, [x, clean])
        (x, clean) = (left[0], left[1])
      }
    }
  }

  /// How far away an example is known to be, or may be.
  private func radius(_ victim: Victim, _ row: Int) -> Double {
    let known = min(victim.reached[row], victim.eps[row])
    if known.isFinite { return known }
    let width = Double(victim.width)
    let range = victim.threat.high - victim.threat.low
    return 0.1 * range * (victim.threat.norm == .linf ? 1 : victim.threat.norm == .l2 ? width.squareRoot() : width)
  }

  /// Halves the way from the clean sample to what was found.
  private func approach(_ victim: Victim, _ nearest: Nearest) throws {
    let rows = victim.allRows.filter { nearest.distances[$0].isFinite && !isDone(victim, $0, nearest) }
    if rows.isEmpty { return }
    let clean = victim.cleanRows(rows)
    let far = gatherRows(victim.kept, rows[...])
    var (inside, outside) = ([Double](repeating: 0, count: rows.count), [Double](repeating: 1, count: rows.count))
    for _ in 0..<3 {
      let middle = rows.indices.map { (inside[$0] + outside[$0]) / 2 }
      let x = between(clean, far, middle)
      let isThere = nearest.offer(x, rows, try victim.logits(x, rows), clean: clean)
      for i in rows.indices { if isThere[i] { outside[i] = middle[i] } else { inside[i] = middle[i] } }
    }
  }
}
