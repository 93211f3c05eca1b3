// A penalty on how steep the loss is at the samples.

import Learning
import Tensors

/// mean of L(x) + beta ((L(x + h d) - L(x)) / h)², d = ∇ₓL / |∇ₓL|₂, which is the penalty beta |∇ₓL|₂² of Ross and
/// Doshi-Velez (2018) as h → 0: the slope is measured by a difference along the gradient, as Moosavi-Dezfooli et al. (2019)
/// do for curvature, so that one more pass takes the place of second derivatives.  d is taken as a constant, which leaves
/// the derivative by the weights exact in the limit, because d is where the slope is largest.
///
/// The gradient that gives d is taken in evaluation mode.  Data need no range.
final class InputGradientPenalty: TrainingRule {
  private let options: AdversarialOptions
  private let rowLosses: Loss

  init(_ options: AdversarialOptions) {
    self.options = options
    var loss = Loss(.crossEntropy)
    loss.reduction = .none
    rowLosses = loss
  }

  let name = "adversarial training (input_gradient)"
  var description: JSON { options.json }

  func begin(_ run: RuleRun) throws { try options.checkClassifies(run) }

  func loss(_ batch: RuleBatch) throws -> (loss: Variable, output: Tensor) {
    let direction = try direction(batch)
    let x = batch.samples.copy()
    addRows(direction, times: options.step, to: x)
    let output = try batch.model.forward(Variable(batch.samples))
    let here = try rowLosses(output, labels: batch.labels)
    let there = try rowLosses(batch.model.forward(Variable(x)), labels: batch.labels)
    let slope = try (there - here).affine(scale: 1 / options.step, offset: 0)
    let penalty = try (slope * slope).affine(scale: options.beta, offset: 0)
    return (try (here + penalty).mean(), output.value)
  }

  /// Gradients of the loss by the samples, each of length 1, or 0 where there is none.
  private func direction(_ batch: RuleBatch) throws -> Tensor {
    try batch.model.withTraining(false) {
      try batch.model.withConstantParameters {
        let input = Variable(batch.samples, requiresGradient: true)
        try batch.model.forward(input).crossEntropy(batch.labels).backward()
        guard let gradient = input.gradient else {
          throw EngineError.state("the model's output does not depend on its input, so there is no slope to make small")
        }
        let direction = gradient.copy()
        normaliseRows(direction)
        return direction
      }
    }
  }
}
