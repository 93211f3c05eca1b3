// Eigenvalues and eigenvectors of one large real symmetric matrix, on one thread and therefore the
// same everywhere.

import Glibc

/// Eigenvalues in descending order, and row k of `vectors` is the eigenvector of eigenvalue k.
///
/// Householder's reflections make the matrix tridiagonal, then the implicitly shifted QL method
/// (Golub and Van Loan 2013, 8.3) diagonalises it.  `matrix` is [n, n], symmetric, and left alone.
func symmetricEigen(_ matrix: UnsafePointer<Double>, _ n: Int) -> (values: [Double], vectors: [Double]) {
  var a = Array(UnsafeBufferPointer(start: matrix, count: n * n))
  var diagonal = [Double](repeating: 0, count: n)
  var beside = [Double](repeating: 0, count: n)
  var axes = [Double](repeating: 0, count: n * n)
  a.withUnsafeMutableBufferPointer { a in
    axes.withUnsafeMutableBufferPointer { axes in
      tridiagonalise(a.baseAddress!, n, &diagonal, &beside, axes.baseAddress!)
      shiftedQL(&diagonal, &beside, axes.baseAddress!, n)
    }
  }
  let order = (0..<n).sorted { (diagonal[$0], $1) > (diagonal[$1], $0) }
  var vectors: [Double] = []
  vectors.reserveCapacity(n * n)
  for k in order { vectors += axes[k * n..<(k + 1) * n] }
  return (order.map { diagonal[$0] }, vectors)
}

/// Q^T A Q = T: the diagonal of T, what is beside it (n - 1 numbers), and Q^T in `axes`.
private func tridiagonalise(
  _ a: UnsafeMutablePointer<Double>, _ n: Int, _ diagonal: inout [Double], _ beside: inout [Double],
  _ axes: UnsafeMutablePointer<Double>
) {
  var factors = [Double](repeating: 0, count: n)
  var w = [Double](repeating: 0, count: n)
  for k in stride(from: 0, to: n - 2, by: 1) {
    // Row k from the diagonal on becomes (alpha, 0, …) by the reflection 1 - factor v v^T.
    let v = a + k * n
    var square = 0.0
    for i in k + 1..<n { square += v[i] * v[i] }
    let alpha = v[k + 1] > 0 ? -square.squareRoot() : square.squareRoot()
    beside[k] = alpha
    let length = square - v[k + 1] * v[k + 1] + (v[k + 1] - alpha) * (v[k + 1] - alpha)
    guard length > 0 else { continue }
    v[k + 1] -= alpha
    let factor = 2 / length
    factors[k] = factor
    var product = 0.0
    for i in k + 1..<n {
      let row = a + i * n
      var sum = 0.0
      for j in k + 1..<n { sum += row[j] * v[j] }
      w[i] = factor * sum
      product += w[i] * v[i]
    }
    for i in k + 1..<n { w[i] -= factor / 2 * product * v[i] }
    w.withUnsafeBufferPointer { w in
      for i in k + 1..<n {
        let row = a + i * n
        let (vi, wi) = (v[i], w[i])
        for j in k + 1..<n { row[j] -= vi * w[j] + wi * v[j] }
      }
    }
  }
  if n > 1 { beside[n - 2] = a[(n - 2) * n + n - 1] }
  for i in 0..<n { diagonal[i] = a[i * n + i] }
  // Q^T = H(n-3) … H(0): row r of Q^T is row r of the identity with the reflections from the last on.
  for i in 0..<n * n { axes[i] = 0 }
  for i in 0..<n { axes[i * n + i] = 1 }
  for k in stride(from: n - 3, through: 0, by: -1) where factors[k] > 0 {
    let v = a + k * n
    for r in k + 1..<n {
      let row = axes + r * n
      var sum = 0.0
      for i in k + 1..<n { sum += row[i] * v[i] }
      sum *= factors[k]
      for i in k + 1..<n { row[i] -= sum * v[i] }
    }
  }
}

/// Leaves the eigenvalues on the diagonal and turns the rows of `axes` into the eigenvectors.
private func shiftedQL(
  _ d: inout [Double], _ e: inout [Double], _ axes: UnsafeMutablePointer<Double>, _ n: Int
) {
  let tiny = Double.ulpOfOne
  for start in 0..<n {
    // Two or three rounds are usual; the limit is far beyond what any matrix needs.
    for _ in 0..<200 {
      var end = start
      while end < n - 1, abs(e[end]) > tiny * (abs(d[end]) + abs(d[end + 1])) { end += 1 }
      if end == start { break }
      // Wilkinson's shift.
      let half = (d[start + 1] - d[start]) / (2 * e[start])
      let root = (half * half + 1).squareRoot()
      var g = d[end] - d[start] + e[start] / (half + (half < 0 ? -root : root))
      var (sine, cosine, shift) = (1.0, 1.0, 0.0)
      var isSplit = false
      for i in stride(from: end - 1, through: start, by: -1) {
        let (f, b) = (sine * e[i], cosine * e[i])
        let r = (f * f + g * g).squareRoot()
        e[i + 1] = r
        if r == 0 {
          d[i + 1] -= shift
          e[end] = 0
          isSplit = true
          break
        }
        (sine, cosine) = (f / r, g / r)
        g = d[i + 1] - shift
        let turned = (d[i] - g) * sine + 2 * cosine * b
        shift = sine * turned
        d[i + 1] = g + shift
        g = cosine * turned - b
        let (low, high) = (axes + i * n, axes + (i + 1) * n)
        for k in 0..<n {
          let (x, y) = (low[k], high[k])
          high[k] = sine * x + cosine * y
          low[k] = cosine * x - sine * y
        }
      }
      if isSplit { continue }
      d[start] -= shift
      e[start] = g
      e[end] = 0
    }
  }
}
