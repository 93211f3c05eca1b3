// Adversarial training whose attack costs nothing: one backward pass serves weights and perturbation.

import Learning
import Tensors

/// Each batch makes `replays` updates; each moves the weights down the loss and the perturbation up it, δ ← clip(δ + eps
/// sign(g)), by gradients of the same pass.  The perturbation stays for the next batch (Shafahi et al. 2019, algorithm 1).
/// The model is in training mode, as there is only one pass.
final class FreeTraining: TrainingRule {
  private let options: AdversarialOptions
  /// [largest batch, ...]; nil before the first.
  private var delta: Tensor?
  private var input: Variable?

  init(_ options: AdversarialOptions) { self.options = options }

  var name: String { "adversarial training (free)" }
  var replays: Int { options.replays }
  var description: JSON { options.json }

  func begin(_ run: RuleRun) throws { try options.checkRange(run.samples) }

  func loss(_ batch: RuleBatch) throws -> (loss: Variable, output: Tensor) {
    let x = batch.samples.copy()
    add(perturbation(for: batch), to: x, options)
    let input = Variable(x, requiresGradient: true)
    self.input = input
    let output = try batch.model.forward(input)
    return (try batch.objective(output), output.value)
  }

  func afterBackward(_ batch: RuleBatch) {
    guard let input, let gradient = input.gradient else { return }
    climbPerturbation(perturbation(for: batch), gradient, options)
    self.input = nil
  }

  /// The perturbation's rows for a batch: its first ones.  Rows that there were none of yet begin at zero.
  private func perturbation(for batch: RuleBatch) -> Tensor {
    let samples = batch.samples
    if let delta, delta.shape[0] >= samples.shape[0] { return delta }
    let fresh = Tensor(samples.type, samples.shape)
    if let delta { fresh.raw.copyMemory(from: delta.raw, byteCount: delta.bytes) }
    delta = fresh
    return fresh
  }

  var state: [NamedTensor] { delta.map { [NamedTensor(name: "delta", tensor: $0)] } ?? [] }

  func restore(_ state: [String: Tensor]) { delta = state["delta"]?.copy() }
}
