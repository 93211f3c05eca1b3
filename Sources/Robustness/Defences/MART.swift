// Adversarial training that minds samples which are wrong without an attack.

import Learning
import Tensors

/// mean of -log q_y - log(1 - max_{k ≠ y} q_k) + beta KL(p ‖ q) (1 - p_y), p = softmax f(x), q = softmax f(x'), where x'
/// climbs the cross-entropy (Wang et al. 2020, equation 11; gradients go through both outputs and the weight).
final class MART: TrainingRule {
  private let options: AdversarialOptions

  init(_ options: AdversarialOptions) { self.options = options }

  let name = "adversarial training (mart)"
  var description: JSON { options.json }

  func begin(_ run: RuleRun) throws {
    try options.checkRange(run.samples)
    try options.checkClassifies(run)
  }

  func loss(_ batch: RuleBatch) throws -> (loss: Variable, output: Tensor) {
    let x = try attacked(batch)
    let (z, attacked) = (try batch.model.forward(Variable(batch.samples)), try batch.model.forward(Variable(x)))
    return (martLoss(z, attacked, batch.labels, beta: options.beta), attacked.value)
  }

  func attacked(_ batch: RuleBatch) throws -> Tensor {
    let start: InnerStart = options.randomStart ? .ball : .sample
    return try InnerAttack(options: options, steps: options.steps).run(batch, start: start) { try batch.objective($0) }
  }
}

/// The mean over rows of MART's loss.
package func martLoss(_ z: Variable, _ attacked: Variable, _ labels: [Int], beta: Double) -> Variable {
  let (slopes, attackedSlopes) = (Tensor(uninitialized: z.type, z.shape), Tensor(uninitialized: z.type, z.shape))
  let value = martRows(z.value, attacked.value, labels, beta: beta, slopes: slopes, attackedSlopes: attackedSlopes)
  return .loss(value, slopes: [(z, slopes), (attacked, attackedSlopes)])
}
