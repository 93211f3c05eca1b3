// Salt and pepper noise: values set to the ends of the data range, a control.

import Learning
import Tensors

/// Sets more and more values, in a random order, to black or white at random, until the sample is adversarial; then fewer
/// again by halving.  Of several draws the nearest result is kept.
///
/// A sample asks steps + 10 times at most for each draw.
struct SaltAndPepper: Attack {
  static let name = "salt_pepper"
  static let summary = "values set to black or white at random, a control"
  static let norms: [ThreatModel.Norm] = [.l0, .l2, .l1, .linf]
  static let knowledge = ThreatModel.Knowledge.decisions
  static let isMinimal = true

  private let draws, steps: Int

  init(_ settings: AttackSettings) throws {
    draws = try settings.integer("draws", default: 10)
    steps = try settings.integer("steps", default: 50)
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    let search = DecisionSearch(victim)
    let (threat, width) = (victim.threat, victim.width)
    for draw in 0..<draws {
      var orders: [[Int]] = []
      var noise: [[Bool]] = []
      for row in victim.allRows {
        var stream = victim.stream(row, 100 + draw)
        orders.append(stream.permutation(width))
        noise.append((0..<width).map { _ in stream.next() & 1 == 0 })
      }
      try search.sweep(victim.allRows, steps: steps, halvings: 10) { rows, shares in
        let x = victim.cleanRows(rows)
        for (i, row) in rows.enumerated() {
          let count = Int((shares[i] * Double(width)).rounded(.up))
          for j in orders[row].prefix(count) { x[i * width + j] = noise[row][j] ? threat.high : threat.low }
        }
        return x
      }
    }
  }
}
