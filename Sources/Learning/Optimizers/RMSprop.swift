// RMSprop.

import Tensors

/// Tieleman and Hinton 2012, lecture 6.5:
///
///     v ← α v + (1 - α) g²,  u = g / (√v + eps)
///     p ← p - lr u,  or with momentum  b ← momentum b + u,  p ← p - lr b
public final class RMSprop: Optimizer {
  public let alpha, eps, momentum: Double

  /// lr and eps above 0, alpha and momentum in [0, 1), weight decay 0 or more.
  public init(
    lr: Double = 0.01, alpha: Double = 0.99, eps: Double = 1e-8, momentum: Double = 0, weightDecay: Double = 0
  ) throws {
    try check("alpha", alpha, alpha >= 0 && alpha < 1, "in [0, 1)")
    try check("eps", eps, eps > 0, "above 0")
    try check("momentum", momentum, momentum >= 0 && momentum < 1, "in [0, 1)")
    (self.alpha, self.eps, self.momentum) = (alpha, eps, momentum)
    try super.init(lr: lr, weightDecay: weightDecay)
  }

  override var kind: String { "rmsprop" }
  override var ownSettings: [Double] { [alpha, eps, momentum] }
  override var stateNames: [String] { momentum > 0 ? ["square", "velocity"] : ["square"] }

  override func update(_ index: Int, _ value: Tensor, _ gradient: Tensor, _ update: Update) {
    let state = slots[index].state
    let factors = RootFactors(
      keepFirst: 0, addFirst: 1, keepSecond: alpha, addSecond: 1 - alpha, step: update.lr, rootScale: 1, eps: eps,
      keep: 1, weightDecay: update.weightDecay)
    if momentum > 0 {
      rootMomentumStep(value, gradient, v: state[0], velocity: state[1], factors, momentum: momentum)
    } else {
      rootStep(value, gradient, m: nil, v: state[0], factors)
    }
  }
}
