// Eigenvalues of small matrices, to rounding, by Jacobi's rotations (Golub and Van Loan 2013, 8.5).  There is
// nothing here for large ones, nor eigenvectors.

import Tensors

package enum EigenvalueKernels {
  /// The eigenvalues of each of many real symmetric matrices in ascending order; [n, n] row by row, of which the
  /// upper triangle is read.
  package static func eigenvalues(_ matrices: [[Double]], _ n: Int) -> [[Double]] {
    let memory = Storage(bytes: max(1, matrices.count * n) * MemoryLayout<Double>.stride)
    let all = memory.pointer.assumingMemoryBound(to: Double.self)
    Parallel.forEach(matrices.count) { index in
      var matrix = matrices[index]
      matrix.withUnsafeMutableBufferPointer { diagonalise($0.baseAddress!, n) }
      for k in 0..<n { all[index * n + k] = matrix[k * n + k] }
    }
    return withExtendedLifetime(memory) {
      matrices.indices.map { index in (0..<n).map { all[index * n + $0] }.sorted() }
    }
  }

  /// Leaves the eigenvalues on the diagonal, in no order; the upper triangle is read.
  fileprivate static func diagonalise(_ a: UnsafeMutablePointer<Double>, _ n: Int) {
    var scale = 0.0
    for i in 0..<n {
      for j in 0..<i { a[i * n + j] = a[j * n + i] }
      for j in i..<n { scale += a[i * n + j] * a[i * n + j] }
    }
    // Convergence is quadratic; six sweeps are usual.
    for _ in 0..<60 {
      var off = 0.0
      for i in 0..<n { for j in 0..<i { off += a[i * n + j] * a[i * n + j] } }
      if off <= 1e-30 * scale { return }
      for q in 0..<n { for p in 0..<q { rotate(a, n, p, q) } }
    }
  }

  /// Turns the axes p and q so that a[p, q] vanishes.
  private static func rotate(_ a: UnsafeMutablePointer<Double>, _ n: Int, _ p: Int, _ q: Int) {
    let off = a[p * n + q]
    if off == 0 { return }
    let theta = (a[q * n + q] - a[p * n + p]) / (2 * off)
    let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    for k in 0..<n {
      let (x, y) = (a[k * n + p], a[k * n + q])
      a[k * n + p] = c * x - s * y
      a[k * n + q] = s * x + c * y
    }
    for k in 0..<n {
      let (x, y) = (a[p * n + k], a[q * n + k])
      a[p * n + k] = c * x - s * y
      a[q * n + k] = s * x + c * y
    }
  }
}

extension ComplexMatrix {
  /// The eigenvalues of a Hermitian matrix in ascending order: those of the real symmetric [[Re, -Im], [Im, Re]],
  /// which has each of them twice.
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
    a.withUnsafeMutableBufferPointer { EigenvalueKernels.diagonalise($0.baseAddress!, n) }
    let all = (0..<n).map { a[$0 * n + $0] }.sorted()
    return (0..<dimension).map { all[2 * $0] }
  }
}
