// Eigenvalues and eigenvectors of small Hermitian matrices, and a map over rows from several threads.

import Circuits
import Tensors

/// [[Re, -Im], [Im, Re]], row by row.
func realForm(_ a: ComplexMatrix) -> [Double] {
  let (n, m) = (a.dimension, 2 * a.dimension)
  var result = [Double](repeating: 0, count: m * m)
  for i in 0..<n {
    for j in 0..<n {
      let (re, im) = a[i, j]
      (result[i * m + j], result[(i + n) * m + j + n]) = (re, re)
      (result[(i + n) * m + j], result[i * m + j + n]) = (im, -im)
    }
  }
  return result
}

/// Eigenvalues, in no order, and eigenvectors, row by row, of a real symmetric matrix, by Jacobi's rotations (Golub and
/// Van Loan 2013, 8.5).
func symmetricEigenvectors(_ matrix: [Double], _ n: Int) -> (values: [Double], vectors: [Double]?) {
  var a = matrix
  var v = [Double](repeating: 0, count: n * n)
  for i in 0..<n { v[i * n + i] = 1 }
  var scale = 0.0
  for value in a { scale += value * value }
  a.withUnsafeMutableBufferPointer { a in
    v.withUnsafeMutableBufferPointer { v in
      guard let a = a.baseAddress, let v = v.baseAddress else { return }
      for _ in 0..<60 {
        var off = 0.0
        for i in 0..<n { for j in 0..<i { off += a[i * n + j] * a[i * n + j] } }
        if off <= 1e-30 * scale { return }
        for q in 0..<n { for p in 0..<q where a[p * n + q] != 0 { rotate(a, v, n, p, q) } }
      }
    }
  }
  return ((0..<n).map { a[$0 * n + $0] }, v)
}

/// Turns the axes p and q so that a[p, q] vanishes.
private func rotate(_ a: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>, _ n: Int, _ p: Int, _ q: Int) {
  let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
  let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
  let c = 1 / (t * t + 1).squareRoot()
  let s = t * c
  for k in 0..<n {
    let (x, y) = (a[k * n + p], a[k * n + q])
    (a[k * n + p], a[k * n + q]) = (c * x - s * y, s * x + c * y)
  }
  for k in 0..<n {
    let (x, y) = (a[p * n + k], a[q * n + k])
    (a[p * n + k], a[q * n + k]) = (c * x - s * y, s * x + c * y)
    let (f, g) = (v[p * n + k], v[q * n + k])
    (v[p * n + k], v[q * n + k]) = (c * f - s * g, s * f + c * g)
  }
}

/// The results for 0..<count, computed from several threads.
func inParallel<T>(_ count: Int, _ body: (Int) -> T) -> [T] {
  [T](unsafeUninitializedCapacity: count) { buffer, initialized in
    guard let base = buffer.baseAddress else { return }
    Parallel.forEach(count) { (base + $0).initialize(to: body($0)) }
    initialized = count
  }
}
