// Adversarial training as such: the objective on attacked samples, by one step or several.

import Learning
import Tensors

/// min E max_{|δ| ≤ eps} L(f(x + δ), y)  (Madry, Makelov, Schmidt, Tsipras, Vladu 2018).
///
/// pgd: `steps` steps.  fgsm: one step of size 1.25 eps from a random point of the ball (Wong, Rice, Kolter 2020).
final class AttackedLoss: TrainingRule {
  private let options: AdversarialOptions

  init(_ options: AdversarialOptions) { self.options = options }

  var name: String { "adversarial training (\(options.method.name))" }
  var description: JSON { options.json }

  func begin(_ run: RuleRun) throws { try options.checkRange(run.samples) }

  func loss(_ batch: RuleBatch) throws -> (loss: Variable, output: Tensor) {
    let output = try batch.model.forward(Variable(attacked(batch)))
    return (try batch.objective(output), output.value)
  }

  func attacked(_ batch: RuleBatch) throws -> Tensor {
    let attack = InnerAttack(options: options, steps: options.method == .fgsm ? 1 : options.steps)
    return try attack.run(batch, start: options.randomStart ? .ball : .sample) { try batch.objective($0) }
  }
}
