// The momentum iterative method (Dong, Liao, Pang, Su, Zhu, Hu, Li 2018).

import Tensors

/// m ← mu m + g / mean|g|,  x ← clip(x⁰ + clamp(x + alpha · sign(m) - x⁰, -eps, eps)), `steps` times.
///
/// The paper divides by the L1 norm; the mean is that up to a factor which no sign sees.
struct MIM: GradientAttack {
  let ball: Ball
  let alpha, decay: Double
  let steps: Int
  private var momentum: Tensor?

  init(_ options: AttackOptions) {
    ball = Ball(options)
    (steps, decay) = (options.steps, options.decay)
    alpha = options.alpha > 0 ? options.alpha : options.eps / Double(options.steps)
  }

  mutating func step(_ x: Tensor, clean: Tensor, gradient: Tensor) {
    let momentum = self.momentum ?? Tensor(x.type, x.shape)
    self.momentum = momentum
    accumulateNormalized(gradient, into: momentum, decay: decay)
    signStep(x, clean: clean, direction: momentum, alpha: alpha, ball)
  }
}
