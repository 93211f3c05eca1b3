// Small dense complex matrices: fixed gates on a few wires, Kraus operators, and what follows from them.

import Tensors

/// A square complex matrix in Double, row by row.
public struct ComplexMatrix: Hashable, Sendable {
  public let dimension: Int
  public var re: [Double]
  public var im: [Double]

  public init(dimension: Int, re: [Double], im: [Double]) {
    precondition(re.count == dimension * dimension && im.count == re.count)
    (self.dimension, self.re, self.im) = (dimension, re, im)
  }

  public init(dimension: Int) {
    let zeros = [Double](repeating: 0, count: dimension * dimension)
    self.init(dimension: dimension, re: zeros, im: zeros)
  }

  public static func identity(_ dimension: Int) -> ComplexMatrix {
    var result = ComplexMatrix(dimension: dimension)
    for i in 0..<dimension { result.re[i * dimension + i] = 1 }
    return result
  }

  public subscript(row: Int, column: Int) -> (re: Double, im: Double) {
    get { (re[row * dimension + column], im[row * dimension + column]) }
    set { (re[row * dimension + column], im[row * dimension + column]) = newValue }
  }

  /// The conjugate transpose.
  public var adjoint: ComplexMatrix {
    var result = ComplexMatrix(dimension: dimension)
    for i in 0..<dimension { for j in 0..<dimension { result[j, i] = (self[i, j].re, -self[i, j].im) } }
    return result
  }

  public static func * (a: ComplexMatrix, b: ComplexMatrix) -> ComplexMatrix {
    precondition(a.dimension == b.dimension)
    let n = a.dimension
    var result = ComplexMatrix(dimension: n)
    for i in 0..<n {
      for k in 0..<n {
        let (p, q) = a[i, k]
        if p == 0 && q == 0 { continue }
        for j in 0..<n {
          let (r, s) = b[k, j]
          result.re[i * n + j] += p * r - q * s
          result.im[i * n + j] += p * s + q * r
        }
      }
    }
    return result
  }

  public static func + (a: ComplexMatrix, b: ComplexMatrix) -> ComplexMatrix {
    ComplexMatrix(
      dimension: a.dimension, re: zip(a.re, b.re).map { $0 + $1 }, im: zip(a.im, b.im).map { $0 + $1 })
  }

  /// The largest |entry of (self - other)|.
  public func distance(to other: ComplexMatrix) -> Double {
    var largest = 0.0
    for i in re.indices {
      let (a, b) = (re[i] - other.re[i], im[i] - other.im[i])
      let size = (a * a + b * b).squareRoot()
      if !(size <= largest) { largest = size }
    }
    return largest
  }

  /// Kronecker product, the left factor on the more significant bits.
  public func kronecker(_ other: ComplexMatrix) -> ComplexMatrix {
    let (m, n) = (dimension, other.dimension)
    var result = ComplexMatrix(dimension: m * n)
    for i in 0..<m * n {
      for j in 0..<m * n {
        let (a, b) = self[i / n, j / n]
        let (c, d) = other[i % n, j % n]
        result[i, j] = (a * c - b * d, a * d + b * c)
      }
    }
    return result
  }
}
