// The nearest adversarial example of each row that an attack has come across.

import Learning
import Tensors

/// What attacks for the nearest example share: each point they visit is offered, and kept where it is adversarial and
/// nearer than what was kept before.
final class Nearest {
  private let victim: Victim
  /// Of what is kept, in the threat model's norm; infinite where nothing is.
  private(set) var distances: [Double]

  init(_ victim: Victim) {
    self.victim = victim
    distances = Array(repeating: .infinity, count: victim.count)
  }

  /// Looks at points with their outputs; tells which are adversarial by `confidence` at least.
  ///
  ///   x, clean  points and clean samples of `rows`
  func offer(_ x: Tensor, _ rows: [Int], _ logits: Logits, clean: Tensor, confidence: Double = 0) -> [Bool] {
    rows.enumerated().map { i, row in
      let excess = victim.excess(logits, i, row)
      guard excess >= confidence, excess > victim.slack(logits, i) else { return false }
      offer(x, i, row: row, clean: clean, i)
      return true
    }
  }

  /// Keeps row `index` of x, known to be adversarial, if it is nearer.
  func offer(_ x: Tensor, _ index: Int, row: Int, clean: Tensor, _ place: Int) {
    let distance = rowDistance(x, index, clean, place, victim.threat.norm)
    guard distance < distances[row] else { return }
    distances[row] = distance
    victim.keep(x, index, row: row, isAdversarial: true)
  }
}

/// Rows of several tensors that go on, when others have been left.
func gather(_ places: [Int], _ tensors: [Tensor]) -> [Tensor] { tensors.map { gatherRows($0, places[...]) } }
