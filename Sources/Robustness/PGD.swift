// Projected gradient descent (Madry, Makelov, Schmidt, Tsipras, Vladu 2018).

import Tensors

/// x ← clip(x⁰ + clamp(x + alpha · sign(g) - x⁰, -eps, eps)), `steps` times.
struct PGD: GradientAttack {
  let ball: Ball
  let alpha: Double
  let steps: Int

  /// The usual step, 2.5 eps / steps, reaches the ball's surface from anywhere in it.
  init(_ options: AttackOptions) {
    ball = Ball(options)
    steps = options.steps
    alpha = options.alpha > 0 ? options.alpha : 2.5 * options.eps / Double(options.steps)
  }

  func step(_ x: Tensor, clean: Tensor, gradient: Tensor) {
    signStep(x, clean: clean, direction: gradient, alpha: alpha, ball)
  }
}
