// Eigenvalues of small Hermitian matrices.

extension ComplexMatrix {
  /// The eigenvalues of a Hermitian matrix in increasing order, to rounding, by cyclic Jacobi rotations
  /// (Golub and Van Loan 2013, 8.5) of the real symmetric [[Re, -Im], [Im, Re]], which has each of them twice.
  package func hermitianEigenvalues() -> [Double] {
    let n = 2 * dimension
    var a = [Double](repeating: 0, count: n * n)
    for i in 0..<dimension {
      for j in 0..<dimension {
        let (re, im) = self[i, j]
        (a[i * n + j], a[(i + dimension) * n + j + dimension]) = (re, re)
        (a[(i + dimension) * n + j], a[i * n + j + dimension]) = (im, -im)
      }
    }
    let scale = a.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<60 {
      var off = 0.0
      for i in 0..<n { for j in 0..<i { off += a[i * n + j] * a[i * n + j] } }
      if off <= 1e-32 * scale { break }
      for p in 0..<n {
        for q in p + 1..<n where a[p * n + q] != 0 { Self.rotate(&a, n, p, q) }
      }
    }
    let all = (0..<n).map { a[$0 * n + $0] }.sorted()
    return (0..<dimension).map { all[2 * $0] }
  }

  /// Makes a[p, q] zero by a rotation of rows and columns p and q.
  private static func rotate(_ a: inout [Double], _ n: Int, _ p: Int, _ q: Int) {
    let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    for k in 0..<n {
      let (x, y) = (a[k * n + p], a[k * n + q])
      (a[k * n + p], a[k * n + q]) = (c * x - s * y, s * x + c * y)
    }
    for k in 0..<n {
      let (x, y) = (a[p * n + k], a[q * n + k])
      (a[p * n + k], a[q * n + k]) = (c * x - s * y, s * x + c * y)
    }
  }
}
