// Many matrix products of one size, for batches of matrices.

/// result[r] += a[i] b[j] for every (r, i, j) of `pairs`: numbers of [m, n], [m, k] and [k, n] matrices that lie one
/// after the other.
package struct MatrixBatch {
  package let m, k, n: Int
  package let pairs: [(result: Int, a: Int, b: Int)]

  package init(m: Int, k: Int, n: Int, pairs: [(result: Int, a: Int, b: Int)]) {
    (self.m, self.k, self.n, self.pairs) = (m, k, n, pairs)
  }
}

/// All products of the batch, added to what is there; sizes are those after transposition.
package func multiplyBatch(
  _ batch: MatrixBatch, _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false,
  into result: Tensor
) {
  let form = ProductForm(
    m: batch.m, n: batch.n, k: batch.k, transposeA: transposeA, transposeB: transposeB, adding: true)
  for (r, i, j) in batch.pairs {
    let (r, i, j) = (r * form.m * form.n, i * form.m * form.k, j * form.k * form.n)
    switch a.type {
    case .float32:
      product(form, a.pointer(Float.self) + i, b.pointer(Float.self) + j, result.pointer(Float.self) + r)
    case .float64:
      product(form, a.pointer(Double.self) + i, b.pointer(Double.self) + j, result.pointer(Double.self) + r)
    }
  }
}
