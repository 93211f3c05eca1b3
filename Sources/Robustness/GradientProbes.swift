// Gradients estimated from outputs alone: differences along random directions, for NES and SPSA.
// The loops are in ProbeKernels.swift.

import Learning
import Tensors

/// g = 1/(2 size n) Σ_k (L(x + size u_k) - L(x - size u_k)) u_k over n directions drawn anew each time, antithetic.
///
/// Points asked about may lie `size` outside the data range.  A row asks once at x and 2 n times around it.
final class GradientProbes {
  enum Directions: Sendable {
    case normal  // standard normal values (Ilyas et al. 2018)
    case signs   // ±1 (Spall 1992, Uesato et al. 2018)
  }

  private let victim: Victim
  private let directions: Directions
  private let pairs: Int
  private let size: Double
  private let loss: LogitLoss
  /// Whether rows that are adversarial already are not asked about any further; their gradient is 0.
  private let skipsBroken: Bool
  private var streams: [RandomStream]

  init(_ victim: Victim, _ directions: Directions, pairs: Int, size: Double, loss: LogitLoss, skipsBroken: Bool) {
    (self.victim, self.directions, self.pairs, self.size) = (victim, directions, pairs, size)
    (self.loss, self.skipsBroken) = (loss, skipsBroken)
    streams = victim.allRows.map { victim.stream($0, 2) }
  }

  /// What `Victim.gradient` gives, without asking for one.
  func gradient(_ x: Tensor, _ rows: [Int]) throws -> (gradient: Tensor, logits: Logits, losses: [Double]) {
    let logits = try victim.logits(x, rows)
    let losses = victim.losses(logits, rows, loss)
    let gradient = Tensor(x.type, x.shape)
    let open = rows.indices.filter { !(skipsBroken && victim.isAdversarial(logits, $0, rows[$0])) }
    if open.isEmpty { return (gradient, logits, losses) }
    let from = open.count == rows.count ? x : gatherRows(x, open[...])
    let asked = open.map { rows[$0] }
    // Few rows are asked about in many directions at once.
    let group = max(1, min(pairs, victim.model.chunkSize / (2 * open.count)))
    for first in stride(from: 0, to: pairs, by: group) {
      let count = min(group, pairs - first)
      let u = Tensor(uninitialized: x.type, [count * open.count] + x.shape.dropFirst())
      drawDirections(u, count, asked, directions, &streams)
      let repeated = Array(repeating: asked, count: 2 * count).flatMap { $0 }
      let answers = victim.losses(try victim.logits(probePoints(from, u, count, size), repeated), repeated, loss)
      let half = count * open.count
      let weights = (0..<half).map { (answers[$0] - answers[half + $0]) / (2 * size * Double(pairs)) }
      addDirections(u, weights, count, into: gradient, open)
    }
    return (gradient, logits, losses)
  }
}
