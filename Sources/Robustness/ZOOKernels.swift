// Points that differ in one value, and Adam on single values.
// Assumed checked: places are values of a row; x and clean of one type.

import Glibc
import Tensors

/// For each row and each of its places x + h e and x - h e, one after the other.
func coordinatePoints(_ x: Tensor, _ rows: [Int], _ places: [[Int]], _ h: Double) -> Tensor {
  let count = places.first?.count ?? 0
  let points = Tensor(uninitialized: x.type, [2 * count * rows.count] + x.shape.dropFirst())
  let width = points.count / max(1, 2 * count * rows.count)
  var point = 0
  for (i, row) in rows.enumerated() {
    for place in places[i] {
      for sign in [1.0, -1.0] {
        copyRow(x, row, into: points, point)
        points[point * width + place] += sign * h
        point += 1
      }
    }
  }
  return points
}

/// Adam's averages of each value, which count their own steps (algorithm 2 of the paper).
struct CoordinateAdam {
  private let first, second: Tensor
  private var steps: [Int32]
  private let beta1 = 0.9
  private let beta2 = 0.999

  init(like x: Tensor) {
    (first, second) = (Tensor(.float64, x.shape), Tensor(.float64, x.shape))
    steps = Array(repeating: 0, count: x.count)
  }

  /// Moves some values of a row against slopes + 2 (x - clean), within the data range.
  mutating func descend(
    _ x: Tensor, _ clean: Tensor, _ row: Int, _ places: [Int], _ slopes: [Double], _ rate: Double, low: Double, high: Double
  ) {
    let width = x.count / x.shape[0]
    let (m, v) = (first.pointer(Double.self), second.pointer(Double.self))
    for (place, slope) in zip(places, slopes) {
      let i = row * width + place
      let g = slope + 2 * (x[i] - clean[i])
      steps[i] += 1
      m[i] = beta1 * m[i] + (1 - beta1) * g
      v[i] = beta2 * v[i] + (1 - beta2) * g * g
      let (a, b) = (m[i] / (1 - pow(beta1, Double(steps[i]))), v[i] / (1 - pow(beta2, Double(steps[i]))))
      x[i] = min(high, max(low, x[i] - rate * a / (b.squareRoot() + 1e-8)))
    }
  }
}
