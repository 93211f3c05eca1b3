// The L∞ form of the attack of Carlini and Wagner (2017).

import Learning
import Tensors

extension CW {
  /// Makes Σ max(|x - x⁰| - tau, 0) + c · max(z_y - max other + kappa, 0) small, with a bound tau that shrinks to 0.9 of
  /// what was reached whenever an example inside it is found.  Where none is found even with a c of a hundred
  /// times the first one, the search goes on between that bound and the nearest example, until they are 1 % apart.
  func runMax(_ victim: Victim) throws {
    let range = victim.threat.high - victim.threat.low
    let nearest = Nearest(victim)
    let space = TanhSpace(victim.clean, low: victim.threat.low, high: victim.threat.high)
    var c = [Double](repeating: weight, count: victim.count)
    var tau = [Double](repeating: range, count: victim.count)
    /// The largest bound in which nothing was found.
    var barren = [Double](repeating: 0, count: victim.count)
    var rows = victim.allRows
    for _ in 0..<searches {
      space.reset(rows)
      let found = try squeeze(victim, space, rows, c, tau, nearest)
      rows = rows.filter { row in
        let reached = nearest.distances[row]
        if found[row] {
          space.settle(row)
        } else if reached == .infinity {
          // The whole range is not in the way, only the number of steps: it goes on from where it is.
          space.settle(row)
          return true
        } else if c[row] < 80 * weight {
          c[row] *= 3
          return true
        } else {
          barren[row] = tau[row]
        }
        tau[row] = max(0.9 * reached, (barren[row] + reached) / 2)
        return reached - barren[row] > 0.01 * reached
      }
      if rows.isEmpty { break }
    }
  }

  /// One descent; a row leaves it with the first example inside its bound.  Tells which did.
  private func squeeze(
    _ victim: Victim, _ space: TanhSpace, _ all: [Int], _ c: [Double], _ tau: [Double], _ nearest: Nearest
  ) throws -> [Bool] {
    var found = [Bool](repeating: false, count: victim.count)
    var rows = all
    var clean = victim.cleanRows(rows)
    for step in 0..<steps {
      var x = space.points(rows)
      var (gradient, logits, _) = try victim.gradient(x, rows, .margin(kappa: kappa))
      let isThere = nearest.offer(x, rows, logits, clean: clean, confidence: kappa)
      let open = rows.indices.filter { i in
        let row = rows[i]
        if isThere[i], rowDistance(x, i, clean, i, .linf) <= tau[row] * (1 + 1e-6) { found[row] = true }
        return !found[row]
      }
      if open.isEmpty { break }
      if open.count < rows.count {
        rows = open.map { rows[$0] }
        let left = gather(open, [x, clean, gradient])
        (x, clean, gradient) = (left[0], left[1], left[2])
      }
      let slope = excessCost(gradient, x: x, clean: clean, c: rows.map { c[$0] }, tau: rows.map { tau[$0] })
      // The cost has edges, about which steps of one size would swing for ever.
      space.step(rows, x: x, slope: slope, rate: rate * (1 - Double(step) / Double(steps)))
    }
    return found
  }
}
