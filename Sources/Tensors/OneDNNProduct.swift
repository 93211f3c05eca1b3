// Matrix products through oneDNN.

import COneDNN

/// A product of Float matrices by dnnl_sgemm, which takes row-major matrices as they are.
func oneDNNProduct(
  _ form: ProductForm, _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
  _ c: UnsafeMutablePointer<Float>
) {
  let letter = { (transposed: Bool) in CChar(UInt8(ascii: transposed ? "T" : "N")) }
  let status = dnnl_sgemm(
    letter(form.transposeA), letter(form.transposeB), dnnl_dim_t(form.m), dnnl_dim_t(form.n),
    dnnl_dim_t(form.k), 1, a, dnnl_dim_t(form.transposeA ? form.m : form.k), b,
    dnnl_dim_t(form.transposeB ? form.k : form.n), form.adding ? 1 : 0, c, dnnl_dim_t(form.n))
  precondition(status == dnnl_success, "dnnl_sgemm refused m \(form.m), n \(form.n), k \(form.k)")
}
