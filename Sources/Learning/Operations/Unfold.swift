// Patches of images laid out side by side, so that they are patches of an image without gaps or borders.

import Tensors

/// result[b, c, r k + i, q k + j] = x[b, c, r s + i d - p, q s + j d - p], 0 outside, for kernel k, stride s, dilation d
/// and padding p.
struct Unfold: Operation {
  let x: Variable
  let form: Unfolding

  var operands: [Variable] { [x] }

  static func apply(_ form: Unfolding, _ x: Variable) throws -> Variable {
    let shape = x.shape.prefix(2) + [form.outputHeight, form.outputWidth]
    try ensureFits(x.type, Array(shape))
    let y = Tensor(uninitialized: x.type, Array(shape))
    unfold(form, x.value, into: y)
    return .result(y, of: Unfold(x: x, form: form))
  }

  func backward(_ gradient: Tensor) {
    x.accumulate { unfoldBackward(form, gradient, into: $0, adding: $1) }
  }
}
