// Matrix products against the definition.

import Tensors
import Testing

@Suite struct MatrixProductTests {
  /// Sizes on both sides of every choice that multiplyMatrices makes.
  static let sizes = [
    (1, 1, 1), (1, 7, 3), (4, 10, 784), (5, 3, 100), (10, 784, 4), (4, 784, 10), (17, 33, 19),
    (64, 16, 40), (40, 70, 130),
  ]

  @Test(arguments: [ElementType.float32, .float64], sizes)
  func agreesWithTheDefinition(type: ElementType, size: (m: Int, n: Int, k: Int)) {
    let (m, n, k) = size
    for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
      let a = randomTensor(type, transposeA ? [k, m] : [m, k], seed: 1)
      let b = randomTensor(type, transposeB ? [n, k] : [k, n], seed: 2)
      for adding in [false, true] {
        let result = randomTensor(type, [m, n], seed: 3)
        let expected = Tensor(.float64, [m, n])
        for i in 0..<m {
          for j in 0..<n {
            var total = adding ? result[i * n + j] : 0
            for l in 0..<k {
              total += a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j]
            }
            expected[i * n + j] = total
          }
        }
        multiplyMatrices(
          a, b, transposeA: transposeA, transposeB: transposeB, into: result, adding: adding)
        expectClose(
          result, expected, tolerance: type == .float32 ? 2e-5 : 1e-14,
          "\(m) x \(n) x \(k), transposed \(transposeA) \(transposeB), adding \(adding)")
      }
    }
  }
}
