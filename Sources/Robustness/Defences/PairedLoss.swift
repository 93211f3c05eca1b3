// Adversarial training that weighs clean and attacked outputs against each other: TRADES and MART.
// The formulas row by row are in RobustLossKernels.swift.

import Learning
import Tensors

/// trades: mean of CE(f(x), y) + beta KL(p ‖ q), p = softmax f(x), q = softmax f(x'), where x' climbs KL(p ‖ q) from x plus
/// normal noise of deviation 0.001 (Zhang et al. 2019, equation 5 and algorithm 1).
///
/// mart: mean of -log q_y - log(1 - max_{k ≠ y} q_k) + beta KL(p ‖ q) (1 - p_y), where x' climbs the cross-entropy (Wang et al.
/// 2020, equation 11): it minds samples which are wrong without an attack.
///
/// Gradients go through both outputs, and through MART's weight.
final class PairedLoss: TrainingRule {
  private let options: AdversarialOptions

  init(_ options: AdversarialOptions) { self.options = options }

  var name: String { "adversarial training (\(options.method.name))" }
  var description: JSON { options.json }

  func begin(_ run: RuleRun) throws {
    try options.checkRange(run.samples)
    try options.checkClassifies(run)
  }

  func loss(_ batch: RuleBatch) throws -> (loss: Variable, output: Tensor) {
    let x = try attacked(batch)
    let (z, attacked) = (try batch.model.forward(Variable(batch.samples)), try batch.model.forward(Variable(x)))
    let formula = options.method == .trades ? tradesLoss : martLoss
    return (formula(z, attacked, batch.labels, options.beta), attacked.value)
  }

  func attacked(_ batch: RuleBatch) throws -> Tensor {
    let attack = InnerAttack(options: options, steps: options.steps)
    guard options.method == .trades else {
      return try attack.run(batch, start: options.randomStart ? .ball : .sample) { try batch.objective($0) }
    }
    let clean = try batch.model.withTraining(false) { try batch.model.infer(batch.samples) }
    return try attack.run(batch, start: .normal(0.001)) { output in
      let slopes = Tensor(uninitialized: output.type, output.shape)
      return .loss(divergenceRows(clean, output.value, slopes: slopes), slopes: [(output, slopes)])
    }
  }
}

/// The mean over rows of CE(z, y) + beta KL(softmax z ‖ softmax z').
package func tradesLoss(_ z: Variable, _ attacked: Variable, _ labels: [Int], beta: Double) -> Variable {
  loss(z, attacked) { tradesRows(z.value, attacked.value, labels, beta: beta, slopes: $0, attackedSlopes: $1) }
}

/// The mean over rows of MART's loss.
package func martLoss(_ z: Variable, _ attacked: Variable, _ labels: [Int], beta: Double) -> Variable {
  loss(z, attacked) { martRows(z.value, attacked.value, labels, beta: beta, slopes: $0, attackedSlopes: $1) }
}

private func loss(
  _ z: Variable, _ attacked: Variable, _ rows: (_ slopes: Tensor, _ attackedSlopes: Tensor) -> Double
) -> Variable {
  let (slopes, attackedSlopes) = (Tensor(uninitialized: z.type, z.shape), Tensor(uninitialized: z.type, z.shape))
  return .loss(rows(slopes, attackedSlopes), slopes: [(z, slopes), (attacked, attackedSlopes)])
}
