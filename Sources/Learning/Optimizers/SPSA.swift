// Simultaneous perturbation: an optimiser that needs values of the loss alone.

import Glibc
import Tensors

/// Spall 1992, with the gains of Spall 1998: in step k = 0, 1, ... all parameters move at once along Δ, a random ±1
/// each, and
///
///     p ← p - a_k (L(p + c_k Δ) - L(p - c_k Δ)) / (2 c_k) Δ
///     a_k = lr / (k + 1 + stability)^alpha,   c_k = c / (k + 1)^gamma
///
/// Two evaluations per step, whatever the number of parameters.  A parameter group's rate scales its part of the step.
public final class SPSA: Optimizer {
  public let c, stability, alpha, gamma: Double
  public let seed: UInt64
  private var k = 0

  /// lr and c above 0, stability, alpha and gamma 0 or more; the seed is that of the directions.
  public init(
    lr: Double = 0.2, c: Double = 0.1, stability: Double = 0, alpha: Double = 0.602, gamma: Double = 0.101,
    seed: UInt64 = 0, weightDecay: Double = 0
  ) throws {
    try check("c", c, c > 0, "above 0")
    try check("stability", stability, stability >= 0, "0 or more")
    try check("alpha", alpha, alpha >= 0, "0 or more")
    try check("gamma", gamma, gamma >= 0, "0 or more")
    (self.c, self.stability, self.alpha, self.gamma, self.seed) = (c, stability, alpha, gamma, seed)
    try super.init(lr: lr, weightDecay: weightDecay)
  }

  override var kind: String { "spsa" }
  override var ownSettings: [Double] { [c, stability, alpha, gamma, Double(seed)] }
  public override var needsLoss: Bool { true }

  /// The mean of the two values of the loss.
  @discardableResult
  public override func step(_ loss: Evaluation) throws -> Double {
    let (rate, width) = (1 / pow(Double(k) + 1 + stability, alpha), c / pow(Double(k) + 1, gamma))
    let moving = parameters.indices.filter { parameters[$0].requiresGradient }
    let centres = moving.map { parameters[$0].value.copy() }
    var stream = RandomStream(seed: seed, purpose: .spsa, substream: k)
    let directions = centres.map { centre in
      let direction = Tensor(uninitialized: centre.type, centre.shape)
      for i in 0..<direction.count { direction[i] = stream.next() & 1 == 0 ? 1 : -1 }
      return direction
    }
    func move(by distance: (Int) -> Double) {
      for (n, index) in moving.enumerated() {
        let value = parameters[index].value
        value.assign(centres[n])
        affine(directions[n], scale: distance(index), offset: 0, into: value, adding: true)
      }
    }
    do {
      move { _ in width }
      let above = try loss(false)
      move { _ in -width }
      let below = try loss(false)
      let slope = (above - below) / (2 * width)
      move { -self.rate($0) * rate * slope }
      for (n, index) in moving.enumerated() where slots[index].weightDecay > 0 {
        affine(
          centres[n], scale: -self.rate(index) * rate * slots[index].weightDecay, offset: 0,
          into: parameters[index].value, adding: true)
      }
      k += 1
      return (above + below) / 2
    } catch {
      for (n, index) in moving.enumerated() { parameters[index].value.assign(centres[n]) }
      throw error
    }
  }

  override var extraState: (tensors: [NamedTensor], scalars: [(String, JSON)]) { ([], [("k", .integer(k))]) }
  override func restoreExtra(_ tensors: [String: Tensor], _ scalars: JSON) throws { k = try scalars.integer("k") }
}
