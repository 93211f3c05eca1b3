// Matrix products of tensors; picks between this library's kernels and oneDNN.

/// result = a b, where either operand may be taken transposed; added to what is there when `adding`.
///
/// Shapes after transposition: a [m, k], b [k, n], result [m, n]; one element type.
/// Large products of Float go through oneDNN, whose last digits may depend on the number of threads.
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
    product(form, a.pointer(Float.self), b.pointer(Float.self), result.pointer(Float.self))
  case .float64:
    product(form, a.pointer(Double.self), b.pointer(Double.self), result.pointer(Double.self))
  }
}

func product(
  _ form: ProductForm, _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
  _ c: UnsafeMutablePointer<Float>
) {
  // Measured on two AVX2 cores: oneDNN's call costs 1 to 5 microseconds, and for few outputs of long
  // rows (a classifier's last layer) this library's dot products stay ahead at any size.
  let isRowProduct = form.transposeB && !form.transposeA
  if form.work <= 1 << 12 || (isRowProduct && form.n <= 16 && form.k >= 32) {
    ownProduct(form, a, b, c)
  } else {
    oneDNNProduct(form, a, b, c)
  }
}

func product(
  _ form: ProductForm, _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>,
  _ c: UnsafeMutablePointer<Double>
) {
  ownProduct(form, a, b, c)
}

func ownProduct(
  _ form: ProductForm, _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
  _ c: UnsafeMutablePointer<Float>
) {
  if form.transposeB, !form.transposeA {
    rowProduct(form, a, b, c)
  } else {
    panelProduct(form, a, b, c)
  }
}

func ownProduct(
  _ form: ProductForm, _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>,
  _ c: UnsafeMutablePointer<Double>
) {
  if form.transposeB, !form.transposeA, form.m <= 16 {
    rowProduct(form, a, b, c)
  } else {
    panelProduct(form, a, b, c)
  }
}
