// Adam.

import Glibc
import Tensors

/// Kingma and Ba 2015, algorithm 1, for step t = 1, 2, ...:
///
///     m ← β1 m + (1 - β1) g          v ← β2 v + (1 - β2) g²
///     p ← p - lr · m̂ / (√v̂ + eps),  m̂ = m / (1 - β1ᵗ),  v̂ = v / (1 - β2ᵗ)
public final class Adam: Optimizer {
  public let lr, beta1, beta2, eps: Double
  private var states: [State] = []

  private struct State {
    let m, v: Tensor
    /// β1ᵗ and β2ᵗ.
    var power1 = 1.0, power2 = 1.0
  }

  /// lr and eps above 0, the betas in [0, 1).
  public init(lr: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, eps: Double = 1e-8) throws {
    try check("lr", lr, lr > 0, "above 0")
    try check("beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)")
    try check("beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)")
    try check("eps", eps, eps > 0, "above 0")
    (self.lr, self.beta1, self.beta2, self.eps) = (lr, beta1, beta2, eps)
    super.init()
  }

  override func prepare(_ variable: Variable) {
    states.append(
      State(m: Tensor(variable.type, variable.shape), v: Tensor(variable.type, variable.shape)))
  }

  override func update(_ index: Int, _ value: Tensor, _ gradient: Tensor) {
    states[index].power1 *= beta1
    states[index].power2 *= beta2
    let state = states[index]
    adamStep(
      value, gradient, m: state.m, v: state.v,
      AdamFactors(
        beta1: beta1, beta2: beta2, step: lr / (1 - state.power1),
        rootScale: (1 / (1 - state.power2)).squareRoot(), eps: eps))
  }
}
