// Stochastic gradient descent with momentum.

import Tensors

/// v ← momentum v + g,  p ← p - lr v   (Polyak 1964; without momentum p ← p - lr g).
public final class SGD: Optimizer {
  public let lr, momentum: Double
  private var velocities: [Tensor] = []

  /// lr above 0, momentum in [0, 1).
  public init(lr: Double = 0.01, momentum: Double = 0) throws {
    try check("lr", lr, lr > 0, "above 0")
    try check("momentum", momentum, momentum >= 0 && momentum < 1, "in [0, 1)")
    (self.lr, self.momentum) = (lr, momentum)
    super.init()
  }

  override func prepare(_ variable: Variable) {
    // Without momentum there is no state; an empty tensor keeps the numbering.
    velocities.append(Tensor(variable.type, momentum > 0 ? variable.shape : [0]))
  }

  override func update(_ index: Int, _ value: Tensor, _ gradient: Tensor) {
    if momentum > 0 {
      momentumStep(value, gradient, velocities[index], lr: lr, momentum: momentum)
    } else {
      affine(gradient, scale: -lr, offset: 0, into: value, adding: true)
    }
  }
}
