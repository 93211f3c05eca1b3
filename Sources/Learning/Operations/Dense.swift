// The affine map of a dense layer.

import Tensors

/// y = x wᵀ + b;  dx = dy w,  dw = dyᵀ x,  db = Σ_batch dy.
///
/// x [batch, n], w [units, n] (a unit's weights lie together), b [units] or nil, y [batch, units].
struct Dense: Operation {
  let x, weights: Variable
  let bias: Variable?

  var operands: [Variable] { bias.map { [x, weights, $0] } ?? [x, weights] }

  static func apply(_ x: Variable, weights: Variable, bias: Variable?) -> Variable {
    let y = Tensor(uninitialized: x.type, [x.shape[0], weights.shape[0]])
    if let bias { repeatRow(bias.value, into: y) }
    multiplyMatrices(x.value, weights.value, transposeB: true, into: y, adding: bias != nil)
    return .result(y, of: Dense(x: x, weights: weights, bias: bias))
  }

  func backward(_ gradient: Tensor) {
    if x.requiresGradient {
      x.accumulate { multiplyMatrices(gradient, weights.value, into: $0, adding: $1) }
    }
    if weights.requiresGradient {
      weights.accumulate { multiplyMatrices(gradient, x.value, transposeA: true, into: $0, adding: $1) }
    }
    if let bias, bias.requiresGradient {
      bias.accumulate { sumRows(gradient, into: $0, adding: $1) }
    }
  }
}
