// The attack of Carlini and Wagner (2017) for the nearest example in L2; CWMax.swift has its L∞ form.

import Learning
import Tensors

/// Makes |x - x⁰|₂² + c · max(z_y - max other + kappa, 0) small by Adam in tanh space, and looks for the smallest weight c
/// of the second part, for each sample, that finds an example.
///
/// A sample's search ends early when its cost has stopped falling.
struct CW: Attack {
  static let name = "cw"
  static let summary = "the smallest perturbation by optimisation in tanh space (Carlini & Wagner 2017)"
  static let norms: [ThreatModel.Norm] = [.l2, .linf]
  static let knowledge = ThreatModel.Knowledge.gradients
  static let isMinimal = true

  let steps: Int
  /// Weights that are tried; L∞: bounds that are tried.
  let searches: Int
  let rate: Double
  /// The first weight.
  let weight: Double
  /// How far the wanted output has to be above the others.
  let kappa: Double

  init(_ settings: AttackSettings) throws {
    let isMax = settings.threat.norm == .linf
    steps = try settings.integer("steps", default: 100)
    searches = try settings.integer("search_steps", default: isMax ? 40 : 9)
    rate = try settings.number("lr", default: 0.01, orAbove: 0)
    weight = try settings.number("initial_c", default: isMax ? 0.3 : 0.01, orAbove: 0)
    kappa = try settings.number("kappa", default: 0, in: 0 ... .infinity)
  }

  func run(_ victim: Victim) throws {
    if victim.threat.norm == .linf { return try runMax(victim) }
    let nearest = Nearest(victim)
    let space = TanhSpace(victim.clean, low: victim.threat.low, high: victim.threat.high)
    var search = WeightSearch(weight, victim.count)
    for _ in 0..<searches {
      space.reset(victim.allRows)
      search.learn(try descend(victim, space, search.weights, nearest))
    }
  }

  /// One descent of all rows; tells which came across an example.
  private func descend(_ victim: Victim, _ space: TanhSpace, _ c: [Double], _ nearest: Nearest) throws -> [Bool] {
    var found = [Bool](repeating: false, count: victim.count)
    var before = [Double](repeating: .infinity, count: victim.count)
    var rows = victim.allRows
    var clean = victim.clean
    for step in 0...steps {
      let x = space.points(rows)
      if step == steps {
        let logits = try victim.logits(x, rows)
        for (i, isThere) in nearest.offer(x, rows, logits, clean: clean, confidence: kappa).enumerated() where isThere {
          found[rows[i]] = true
        }
        break
      }
      let (gradient, logits, losses) = try victim.gradient(x, rows, .margin(kappa: kappa))
      for (i, isThere) in nearest.offer(x, rows, logits, clean: clean, confidence: kappa).enumerated() where isThere {
        found[rows[i]] = true
      }
      let (slope, distances) = squaredCost(gradient, x: x, clean: clean, rows.map { c[$0] })
      space.step(rows, x: x, slope: slope, rate: rate)
      guard step % max(1, steps / 10) == 0 else { continue }
      let open = rows.indices.filter { i in
        let cost = distances[i] + c[rows[i]] * (kappa - losses[i])
        defer { before[rows[i]] = cost }
        return !(cost > 0.9999 * before[rows[i]])
      }
      if open.isEmpty { break }
      if open.count < rows.count {
        rows = open.map { rows[$0] }
        clean = gatherRows(clean, open[...])
      }
    }
    return found
  }
}
