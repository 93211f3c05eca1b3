// A trade between accuracy and how steady outputs are.

import Learning
import Tensors

/// mean of CE(f(x), y) + beta KL(p ‖ q), p = softmax f(x), q = softmax f(x'), where x' climbs KL(p ‖ q) from x plus normal
/// noise of deviation 0.001 (Zhang et al. 2019, equation 5 and algorithm 1; gradients go through both outputs).
final class TRADES: TrainingRule {
  private let options: AdversarialOptions

  init(_ options: AdversarialOptions) { self.options = options }

  let name = "adversarial training (trades)"
  var description: JSON { options.json }

  func begin(_ run: RuleRun) throws {
    try options.checkRange(run.samples)
    try options.checkClassifies(run)
  }

  func loss(_ batch: RuleBatch) throws -> (loss: Variable, output: Tensor) {
    let x = try attacked(batch)
    let (z, attacked) = (try batch.model.forward(Variable(batch.samples)), try batch.model.forward(Variable(x)))
    return (tradesLoss(z, attacked, batch.labels, beta: options.beta), attacked.value)
  }

  func attacked(_ batch: RuleBatch) throws -> Tensor {
    let clean = try batch.model.withTraining(false) { try batch.model.infer(batch.samples) }
    return try InnerAttack(options: options, steps: options.steps).run(batch, start: .normal(0.001)) { output in
      let slopes = Tensor(uninitialized: output.type, output.shape)
      let value = divergenceRows(clean, output.value, slopes: slopes)
      return .loss(value, slopes: [(output, slopes)])
    }
  }
}

/// The mean over rows of CE(z, y) + beta KL(softmax z ‖ softmax z').
package func tradesLoss(_ z: Variable, _ attacked: Variable, _ labels: [Int], beta: Double) -> Variable {
  let (slopes, attackedSlopes) = (Tensor(uninitialized: z.type, z.shape), Tensor(uninitialized: z.type, z.shape))
  let value = tradesRows(z.value, attacked.value, labels, beta: beta, slopes: slopes, attackedSlopes: attackedSlopes)
  return .loss(value, slopes: [(z, slopes), (attacked, attackedSlopes)])
}
