// Adagrad.

import Tensors

/// Duchi, Hazan, Singer 2011, the diagonal form:  v ← v + g²,  p ← p - lr g / (√v + eps).
public final class Adagrad: Optimizer {
  public let eps, initial: Double

  /// lr and eps above 0; `initial`, what v starts from, and weight decay 0 or more.
  public init(lr: Double = 0.01, eps: Double = 1e-10, initial: Double = 0, weightDecay: Double = 0) throws {
    try check("eps", eps, eps > 0, "above 0")
    try check("initial", initial, initial >= 0, "0 or more")
    (self.eps, self.initial) = (eps, initial)
    try super.init(lr: lr, weightDecay: weightDecay)
  }

  override var kind: String { "adagrad" }
  override var ownSettings: [Double] { [eps, initial] }
  override var stateNames: [String] { ["sum"] }
  override func prepare(_ index: Int) { setState(index, initial) }

  override func update(_ index: Int, _ value: Tensor, _ gradient: Tensor, _ update: Update) {
    rootStep(
      value, gradient, m: nil, v: slots[index].state[0],
      RootFactors(
        keepFirst: 0, addFirst: 1, keepSecond: 1, addSecond: 1, step: update.lr, rootScale: 1, eps: eps, keep: 1,
        weightDecay: update.weightDecay))
  }
}
