// Matrix products of tensors; picks between this library's kernels and oneDNN.

/// result = a b, where either operand may be taken transposed; added to what is there when `adding`.
///
/// Shapes after transposition: a [m, k], b [k, n], result [m, n]; one element type.
public func multiplyMatrices(
  _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false, into result: Tensor,
  adding: Bool = false
) {
  let (m, k) = transposeA ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
  let n = transposeB ? b.shape[0] : b.shape[1]
  precondition((transposeB ? b.shape[1] : b.shape[0]) == k && result.count == m * n)
  let form = ProductForm(m: m, n: n, k: k, transposeA: transposeA, transposeB: transposeB, adding: adding)
  switch a.type {
  case .float32:
    matrixProduct(form, a.pointer(Float.self), b.pointer(Float.self), result.pointer(Float.self))
  case .float64:
    matrixProduct(form, a.pointer(Double.self), b.pointer(Double.self), result.pointer(Double.self))
  }
}
