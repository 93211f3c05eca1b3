// Adam, with weight decay in the gradient or decoupled from it.

import Glibc
import Tensors

/// Kingma and Ba 2015, algorithm 1, for step t = 1, 2, ...:
///
///     m ← β1 m + (1 - β1) g          v ← β2 v + (1 - β2) g²
///     p ← p - lr · m̂ / (√v̂ + eps),  m̂ = m / (1 - β1ᵗ),  v̂ = v / (1 - β2ᵗ)
public class Adam: Optimizer {
  public let beta1, beta2, eps: Double

  /// lr and eps above 0, the betas in [0, 1), weight decay 0 or more.
  public init(
    lr: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, eps: Double = 1e-8, weightDecay: Double = 0
  ) throws {
    try check("beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)")
    try check("beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)")
    try check("eps", eps, eps > 0, "above 0")
    (self.beta1, self.beta2, self.eps) = (beta1, beta2, eps)
    try super.init(lr: lr, weightDecay: weightDecay)
  }

  override var kind: String { "adam" }
  override var ownSettings: [Double] { [beta1, beta2, eps] }
  override var stateNames: [String] { ["m", "v"] }
  /// Whether weight decay shrinks the tensor itself instead of changing the gradient.
  fileprivate var isDecoupled: Bool { false }

  override func update(_ index: Int, _ value: Tensor, _ gradient: Tensor, _ update: Update) {
    let state = slots[index].state
    let (first, second) = (1 - pow(beta1, Double(update.step)), 1 - pow(beta2, Double(update.step)))
    rootStep(
      value, gradient, m: state[0], v: state[1],
      RootFactors(
        keepFirst: beta1, addFirst: 1 - beta1, keepSecond: beta2, addSecond: 1 - beta2, step: update.lr / first,
        rootScale: (1 / second).squareRoot(), eps: eps,
        keep: isDecoupled ? 1 - update.lr * update.weightDecay : 1,
        weightDecay: isDecoupled ? 0 : update.weightDecay))
  }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2 with a constant η of 1):
/// p ← (1 - lr · weightDecay) p before Adam's update.
public final class AdamW: Adam {
  public override init(
    lr: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, eps: Double = 1e-8, weightDecay: Double = 0.01
  ) throws {
    try super.init(lr: lr, beta1: beta1, beta2: beta2, eps: eps, weightDecay: weightDecay)
  }

  override var kind: String { "adamw" }
  override var isDecoupled: Bool { true }
}
