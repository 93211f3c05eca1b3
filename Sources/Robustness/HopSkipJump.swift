// HopSkipJump (Chen, Jordan, Wainwright 2020).
// The loops are in HopSkipJumpKernels.swift.

import Glibc
import Learning
import Tensors

/// From a point on the decision boundary: the boundary's normal is estimated from decisions about random points around,
/// a step along it (halved until it is adversarial) leads away, and bisection back to the boundary, nearer.
///
/// Iteration t asks 100 √t (`initial_samples`, at most `max_samples`) times for the normal: v = mean (φ_b - mean φ) u_b with
/// φ = ±1 and unit directions u, normal in L2 and uniform in L∞ (equations 10 and 16), at the distance
/// d^(1/2) θ |x - x⁰| (L∞: d θ |x - x⁰|).  θ = d^(-3/2) (L∞: d^-2) is the precision of the bisection.  A step along v (L∞: its
/// signs) begins with |x - x⁰| / √t.
struct HopSkipJump: Attack {
  static let name = "hopskipjump"
  static let summary = "boundary normals estimated from decisions (Chen et al. 2020)"
  static let norms: [ThreatModel.Norm] = [.l2, .linf]
  static let knowledge = ThreatModel.Knowledge.decisions
  static let isMinimal = true

  private let steps, tries, firstSamples, mostSamples: Int
  private let norm: ThreatModel.Norm

  init(_ settings: AttackSettings) throws {
    steps = try settings.integer("steps", default: 30)
    firstSamples = try settings.integer("initial_samples", default: 100)
    mostSamples = try settings.integer("max_samples", default: 10_000)
    tries = try settings.integer("start_tries", default: 50, in: 0...Int.max)
    norm = settings.threat.norm
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    let search = DecisionSearch(victim)
    let (far, rows) = try search.start(tries: tries)
    if rows.isEmpty { return }
    let d = Double(victim.width)
    // Finer than rounding makes no sense.
    let finest = victim.type == .float32 ? 1e-6 : 1e-12
    let theta = max(finest, norm == .linf ? 1 / (d * d) : 1 / (d * d.squareRoot()))
    let clean = victim.cleanRows(rows)
    var x = try search.approach(far, rows, precision: rows.map { _ in min(theta, 1e-3) }, norm: norm)
    var streams = victim.allRows.map { victim.stream($0, 5) }
    for t in 1...steps {
      let reach = distances(x, clean, norm)
      let range = victim.threat.high - victim.threat.low
      let sizes = reach.map { t == 1 ? 0.1 * range : max($0 * theta * (norm == .linf ? d : d.squareRoot()), 1e-7 * range) }
      let count = min(mostSamples, Int(Double(firstSamples) * Double(t).squareRoot()))
      let normal = try normal(search, x, rows, sizes, count, &streams)
      // Away from the boundary, as far as it takes to be adversarial.
      var step = reach.map { $0 / Double(t).squareRoot() }
      let moved = x.copy()
      var open = Array(rows.indices)
      for _ in 0..<25 where !open.isEmpty {
        let y = stepped(
          gatherRows(x, open[...]), gatherRows(normal, open[...]), open.map { step[$0] }, low: victim.threat.low,
          high: victim.threat.high)
        let answers = try search.visit(y, open.map { rows[$0] })
        for (i, place) in open.enumerated() {
          if answers[i] { copyRow(y, i, into: moved, place) } else { step[place] /= 2 }
        }
        open = open.enumerated().compactMap { answers[$0.offset] ? nil : $0.element }
      }
      let back = try search.approach(moved, rows, precision: rows.map { _ in min(theta, 1e-3) }, norm: norm)
      // The nearest of all points is kept; the walk goes on from the newest, as in the paper.
      x = back
    }
  }

  /// Directions out of the class, for each row.
  private func normal(
    _ search: DecisionSearch, _ x: Tensor, _ rows: [Int], _ sizes: [Double], _ count: Int, _ streams: inout [RandomStream]
  ) throws -> Tensor {
    let victim = search.victim
    var votes = DirectionVotes(like: x)
    let group = max(1, min(count, victim.model.chunkSize / rows.count))
    for first in stride(from: 0, to: count, by: group) {
      let these = min(group, count - first)
      let u = Tensor(uninitialized: x.type, [these * rows.count] + x.shape.dropFirst())
      let points = Tensor(uninitialized: x.type, u.shape)
      drawAround(
        x, rows, these, norm, sizes, low: victim.threat.low, high: victim.threat.high, u, points, &streams)
      let answers = try search.decide(points, Array(repeating: rows, count: these).flatMap { $0 })
      votes.add(u, answers, rows.count)
    }
    return votes.result(norm)
  }
}
