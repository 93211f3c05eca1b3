// Images at another size, and with a border, as operations.

import Tensors

struct Resampling: Operation {
  let x: Variable
  let form: ResampleForm

  var operands: [Variable] { [x] }

  static func apply(_ form: ResampleForm, _ x: Variable) throws -> Variable {
    let shape = x.shape.prefix(2) + [form.rows.count, form.columns.count]
    try ensureFits(x.type, Array(shape))
    let y = Tensor(uninitialized: x.type, Array(shape))
    resample(form, x.value, into: y)
    return .result(y, of: Resampling(x: x, form: form))
  }

  func backward(_ gradient: Tensor) {
    x.accumulate { resampleBackward(form, gradient, into: $0, adding: $1) }
  }
}

/// A border of one value around the last two axes.
struct Bordering: Operation {
  let x: Variable
  let border: Border

  var operands: [Variable] { [x] }

  static func apply(_ border: Border, _ x: Variable, value: Double) throws -> Variable {
    let shape = x.shape.prefix(2) + [border.outerHeight, border.outerWidth]
    try ensureFits(x.type, Array(shape))
    let y = Tensor(uninitialized: x.type, Array(shape))
    y.fill(value)
    copyInside(border, inner: x.value, outer: y, .outwards)
    return .result(y, of: Bordering(x: x, border: border))
  }

  func backward(_ gradient: Tensor) {
    x.accumulate { copyInside(border, inner: $0, outer: gradient, $1 ? .inwardsAdding : .inwards) }
  }
}
