// The attack inside adversarial training: some steps up the loss, in a ball around each sample.
// What is done with the attacked batch is in the files of the methods.

import Learning
import Tensors

/// Finds bad neighbours of the samples of a batch.
///
/// The model is in evaluation mode meanwhile, as in the published code of TRADES and MART: batch normalisation uses its
/// running statistics and does not move them, nothing is dropped.
struct InnerAttack {
  let options: AdversarialOptions
  let steps: Int

  /// Attacked samples: `slope` gives a loss to climb from the outputs for them.
  func run(
    _ batch: RuleBatch, start: InnerStart, _ slope: (Variable) throws -> Variable
  ) throws -> Tensor {
    let x = batch.samples.copy()
    moveToStart(x, batch, start, options)
    try batch.model.withTraining(false) {
      try batch.model.withConstantParameters {
        for _ in 0..<steps {
          let input = Variable(x.copy(), requiresGradient: true)
          let loss = try slope(batch.model.forward(input))
          guard loss.requiresGradient else {
            throw EngineError.state("the model's output does not depend on its input, so there is nothing to train against")
          }
          try loss.backward()
          guard let gradient = input.gradient else { preconditionFailure("backward reached the input") }
          climb(x, clean: batch.samples, gradient, size: options.stepSize, options)
        }
      }
    }
    return x
  }
}

/// Where an attack begins.
enum InnerStart {
  case sample
  /// A uniform point of the ball.
  case ball
  /// A normal step of this deviation.
  case normal(Double)
}

extension AdversarialOptions {
  /// The samples that the method would train on in the place of the batch's.
  package func attacked(_ batch: RuleBatch) throws -> Tensor {
    try check()
    switch method {
    case .trades, .mart: return try PairedLoss(self).attacked(batch)
    default: return try AttackedLoss(self).attacked(batch)
    }
  }
}
