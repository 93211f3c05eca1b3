// Fidelity and entanglement of states in SIMD lanes, eight at a time.

import Tensors

/// Assumes states of `size` amplitudes, two vectors each, as StateBatches lays them out.
struct DescriptorKernels: Sendable {
  typealias V = SIMD8<Double>
  let size: Int
  let wires: Int

  /// |⟨a|b⟩|²
  func fidelity(_ a: UnsafePointer<V>, _ b: UnsafePointer<V>) -> V {
    var (re, im) = (V.zero, V.zero)
    for i in 0..<size {
      re = vectorSum(re, vectorSum(vectorProduct(a[2 * i], b[2 * i]), vectorProduct(a[2 * i + 1], b[2 * i + 1])))
      im = vectorSum(im, vectorDifference(vectorProduct(a[2 * i], b[2 * i + 1]), vectorProduct(a[2 * i + 1], b[2 * i])))
    }
    return vectorSum(vectorProduct(re, re), vectorProduct(im, im))
  }

  /// 2 (1 - mean purity of the single-qubit states) (Brennen 2003).
  func meyerWallach(_ psi: UnsafePointer<V>) -> V {
    var purity = V.zero
    for wire in 0..<wires {
      let bit = 1 << wire
      var (zero, one, re, im) = (V.zero, V.zero, V.zero, V.zero)
      for i in 0..<size where i & bit == 0 {
        let (a, b, c, d) = (psi[2 * i], psi[2 * i + 1], psi[2 * (i | bit)], psi[2 * (i | bit) + 1])
        zero = vectorSum(zero, vectorSum(vectorProduct(a, a), vectorProduct(b, b)))
        one = vectorSum(one, vectorSum(vectorProduct(c, c), vectorProduct(d, d)))
        re = vectorSum(re, vectorSum(vectorProduct(a, c), vectorProduct(b, d)))
        im = vectorSum(im, vectorDifference(vectorProduct(a, d), vectorProduct(b, c)))
      }
      let cross = vectorSum(vectorProduct(re, re), vectorProduct(im, im))
      let diagonal = vectorSum(vectorProduct(zero, zero), vectorProduct(one, one))
      purity = vectorSum(purity, vectorSum(diagonal, vectorSum(cross, cross)))
    }
    return vectorDifference(V(repeating: 2), vectorProduct(V(repeating: 2 / Double(wires)), purity))
  }
}
