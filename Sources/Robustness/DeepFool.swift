// DeepFool (Moosavi-Dezfooli, Fawzi, Frossard 2016).

import Learning
import Tensors

/// Takes the model for a linear one again and again: goes to the nearest of the straightened boundaries, a little beyond,
/// until the class changes.
///
///   r ← r + |f| / |w|₂² · w,  x = clip(x⁰ + (1 + overshoot) r);  L∞: r ← r + |f| / |w|₁ · sign(w)
///
/// A targeted attack goes to the boundary between the target and the class that is ahead.
struct DeepFool: Attack {
  static let name = "deepfool"
  static let summary = "steps to the nearest straightened boundary (Moosavi-Dezfooli et al. 2016)"
  static let norms: [ThreatModel.Norm] = [.l2, .linf]
  static let knowledge = ThreatModel.Knowledge.gradients
  static let isMinimal = true

  private let steps: Int
  private let overshoot: Double
  /// How many classes are looked at, those with the largest outputs for the clean sample.
  private let candidates: Int

  init(_ settings: AttackSettings) throws {
    steps = try settings.integer("steps", default: 50)
    overshoot = try settings.number("overshoot", default: 0.02, in: 0 ... .infinity)
    candidates = try settings.integer("candidates", default: 10)
  }

  func run(_ victim: Victim) throws {
    let norm = victim.threat.norm
    let nearest = Nearest(victim)
    // The label is one of the classes that are looked at.
    let isNarrow = candidates < victim.classes && !victim.isTargeted
    let choice = Boundary.Choice.nearest(rivals: isNarrow ? try Boundary.rivals(victim, max(1, candidates - 1)) : nil)
    let total = Tensor(victim.type, victim.clean.shape)
    var rows = victim.allRows
    var (x, clean) = (victim.clean.copy(), victim.clean)
    for _ in 0..<steps {
      var boundary = try Boundary(victim, x, rows, choice, norm)
      let isThere = nearest.offer(x, rows, boundary.logits, clean: clean)
      let open = rows.indices.filter { !isThere[$0] }
      if open.isEmpty { return }
      // On the boundary itself there would be no way to go; the slack leads across.
      var gaps = rows.indices.map { abs(boundary.values[$0]) + 2 * victim.slack(boundary.logits, $0) }
      if open.count < rows.count {
        rows = open.map { rows[$0] }
        gaps = open.map { gaps[$0] }
        let left = gather(open, [clean, boundary.normals])
        (clean, boundary.normals) = (left[0], left[1])
      }
      x = walk(
        total, rows: rows, normals: boundary.normals, gaps: gaps, norm: norm, clean: clean, scale: 1 + overshoot,
        low: victim.threat.low, high: victim.threat.high)
    }
    _ = nearest.offer(x, rows, try victim.logits(x, rows), clean: clean)
  }
}
