// Samples written as tanh of free values, so that they stay in a box (Carlini & Wagner 2017), with Adam steps on those
// values (Kingma & Ba 2015).  The loops are in TanhKernels.swift.

import Learning
import Tensors

/// x = middle + half · tanh(w) / 0.95, clipped, for the rows of a victim, each row with Adam's memory of its own.
final class TanhSpace {
  private let low, high: Double
  /// Where rows start.
  private let anchor: Tensor
  private let w, first, second: Tensor
  private var steps: [Int]

  init(_ clean: Tensor, low: Double, high: Double) {
    (self.low, self.high) = (low, high)
    anchor = inverseTanh(clean, low: low, high: high)
    w = anchor.copy()
    (first, second) = (Tensor(clean.type, clean.shape), Tensor(clean.type, clean.shape))
    steps = Array(repeating: 0, count: clean.shape[0])
  }

  /// Back to the start, and nothing remembered.
  func reset(_ rows: [Int]) {
    for row in rows {
      copyRow(anchor, row, into: w, row)
      steps[row] = 0
    }
    zeroRows(first, rows)
    zeroRows(second, rows)
  }

  /// Makes where a row is the place that it starts from.
  func settle(_ row: Int) { copyRow(w, row, into: anchor, row) }

  /// The samples of these rows.
  func points(_ rows: [Int]) -> Tensor {
    let free = rows.count == steps.count ? w : gatherRows(w, rows[...])
    let x = Recording.off { Variable(free).map(.tanh).value }
    stretch(x, low: low, high: high)
    return x
  }

  /// One step against `slope`, the derivative of what is made small by the samples x.
  func step(_ rows: [Int], x: Tensor, slope: Tensor, rate: Double) {
    for row in rows { steps[row] += 1 }
    adamStep(
      w, first, second, rows: rows, steps: rows.map { steps[$0] }, x: x, slope: slope, rate: rate, low: low, high: high)
  }
}
