// Loops over rows of logits.
// Assumed checked: labels are in 0..<columns, one column or more.

import Tensors

func argmaxRows<S: Element>(_ x: UnsafeMutablePointer<S>, rows: Int, columns: Int) -> [Int] {
  (0..<rows).map { row in
    let x = x + row * columns
    var best = 0
    for column in 1..<max(columns, 1) where x[column] > x[best] { best = column }
    return best
  }
}
