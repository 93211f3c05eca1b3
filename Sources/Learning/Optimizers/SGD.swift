// Stochastic gradient descent with momentum.

import Tensors

/// v ← momentum v + g,  p ← p - lr v   (Polyak 1964; without momentum p ← p - lr g);
/// Nesterov's variant looks ahead, p ← p - lr (g + momentum v)   (Nesterov 1983 as in Sutskever et al. 2013).
public final class SGD: Optimizer {
  public let momentum: Double
  public let nesterov: Bool

  /// lr above 0, momentum in [0, 1) and above 0 for Nesterov's, weight decay 0 or more.
  public init(
    lr: Double = 0.01, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0
  ) throws {
    try check("momentum", momentum, momentum >= 0 && momentum < 1, "in [0, 1)")
    guard !nesterov || momentum > 0 else {
      throw EngineError.value("nesterov needs a momentum above 0")
    }
    (self.momentum, self.nesterov) = (momentum, nesterov)
    try super.init(lr: lr, weightDecay: weightDecay)
  }

  override var kind: String { "sgd" }
  override var ownSettings: [Double] { [momentum, nesterov ? 1 : 0] }
  override var stateNames: [String] { momentum > 0 ? ["velocity"] : [] }

  override func update(_ index: Int, _ value: Tensor, _ gradient: Tensor, _ update: Update) {
    if momentum > 0 {
      momentumStep(
        value, gradient, slots[index].state[0],
        MomentumFactors(
          lr: update.lr, momentum: momentum, weightDecay: update.weightDecay, nesterov: nesterov))
    } else {
      plainStep(value, gradient, lr: update.lr, weightDecay: update.weightDecay)
    }
  }
}

/// p ← p - lr (g + weightDecay p)
func plainStep(_ value: Tensor, _ gradient: Tensor, lr: Double, weightDecay: Double) {
  if weightDecay > 0 { affine(value, scale: -lr * weightDecay, offset: 0, into: value, adding: true) }
  affine(gradient, scale: -lr, offset: 0, into: value, adding: true)
}
