// The fast gradient sign method (Goodfellow, Shlens, Szegedy 2015).

import Tensors

/// x ← clip(x⁰ + eps · sign(g)), one step.
struct FGSM: GradientAttack {
  let ball: Ball
  let steps = 1

  init(_ options: AttackOptions) { ball = Ball(options) }

  func step(_ x: Tensor, clean: Tensor, gradient: Tensor) {
    signStep(x, clean: clean, direction: gradient, alpha: ball.eps, ball)
  }
}
