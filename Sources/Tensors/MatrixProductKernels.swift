// The loops behind multiplyMatrices.
// Assumed checked: m, n, k are 0 or more and the memory holds the matrices, row-major without gaps.

/// Sizes and flags of one product: c[m, n] = a[m, k] b[k, n].
struct ProductForm {
  var m, n, k: Int
  var transposeA, transposeB, adding: Bool
}

func matrixProduct<S: Element>(
  _ form: ProductForm, _ a: UnsafeMutablePointer<S>, _ b: UnsafeMutablePointer<S>,
  _ c: UnsafeMutablePointer<S>
) {
  let (m, n, k) = (form.m, form.n, form.k)
  for i in 0..<m {
    for j in 0..<n {
      var total: S = form.adding ? c[i * n + j] : 0
      for l in 0..<k {
        total += (form.transposeA ? a[l * m + i] : a[i * k + l]) * (form.transposeB ? b[j * k + l] : b[l * n + j])
      }
      c[i * n + j] = total
    }
  }
}
