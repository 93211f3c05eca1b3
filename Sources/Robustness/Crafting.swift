// Runs an attack: chunks of samples, gradients of the inputs, restarts.
// The attacks' rules are in FGSM.swift, PGD.swift and MIM.swift.

import Learning
import Tensors

/// Adversarial versions of samples, in the samples' order and of their shape.
///
/// Of several restarts the first that the model gets wrong is kept per sample, otherwise the one of
/// largest loss.
public func craft(
  against model: Layer, _ samples: Samples, _ options: AttackOptions
) throws -> Tensor {
  let crafting = try Crafting(model, samples, options)
  let result = Tensor(uninitialized: samples.values.type, samples.values.shape)
  for range in chunks(of: samples.count, model.chunkSize) {
    let made = try crafting.run(Array(range), judging: false)
    copyRows(made.samples, into: result, at: range.lowerBound)
  }
  return result
}

/// An attack on some of a set of samples.
package struct Crafting {
  private let model: Layer
  private let samples: Samples
  private let options: AttackOptions

  /// What came out for the asked samples.
  package struct Result {
    package var samples: Tensor
    /// Whether the model still gets them right; empty when nobody wants to know.
    package var correct: [Bool]
  }

  /// `samples` has the model's element type.
  package init(_ model: Layer, _ samples: Samples, _ options: AttackOptions) throws {
    try options.check()
    try model.checkClassifies(samples)
    if let index = firstOutside(samples.values, low: options.low, high: options.high) {
      throw EngineError.value(
        "sample \(index / (samples.values.count / samples.count)) contains \(samples.values[index]), outside the data range [\(options.low), \(options.high)]"
      )
    }
    (self.model, self.samples, self.options) = (model, samples, options)
  }

  /// Attacks the samples with these numbers.
  package func run(_ numbers: [Int], judging: Bool) throws -> Result {
    let x = try once(numbers[...], restart: 0)
    if !judging && options.restarts == 1 { return Result(samples: x, correct: []) }
    let first = judge(try model.infer(x), labels(numbers)[...])
    var result = Result(samples: x, correct: first.correct)
    var losses = first.losses
    for restart in 1..<max(1, options.restarts) {
      let open = result.correct.indices.filter { result.correct[$0] }
      if open.isEmpty { break }
      let numbers = open.map { numbers[$0] }
      let x = try once(numbers[...], restart: restart)
      let judged = judge(try model.infer(x), labels(numbers)[...])
      for (row, place) in open.enumerated()
      where !judged.correct[row] || judged.losses[row] > losses[place] {
        copyRows(x.rows(row..<row + 1), into: result.samples, at: place)
        (result.correct[place], losses[place]) = (judged.correct[row], judged.losses[row])
      }
    }
    return result
  }

  /// One run of all steps.
  private func once(_ numbers: ArraySlice<Int>, restart: Int) throws -> Tensor {
    let clean = gatherRows(samples.values, numbers)
    let x = clean.copy()
    if options.randomStart || restart > 0 {
      Robustness.randomStart(
        x, clean: clean, numbers: numbers, restart: restart, seed: options.seed, Ball(options))
    }
    return try steps(from: x, clean: clean, labels(numbers))
  }

  /// All steps from a given start, in place.
  package func steps(from x: Tensor, clean: Tensor, _ labels: [Int]) throws -> Tensor {
    var attack = options.attack
    for _ in 0..<attack.steps {
      attack.step(x, clean: clean, gradient: try model.inputGradient(x, labels))
    }
    return x
  }

  private func labels(_ numbers: some Sequence<Int>) -> [Int] { numbers.map { samples.labels[$0] } }
}

extension Layer {
  /// The gradient of the cross-entropy, summed over the batch, with respect to the samples.
  ///
  /// The sum rather than the mean: signs and normalised gradients do not see the factor, and a
  /// sample's gradient then does not depend on how many others are in its batch.
  package func inputGradient(_ x: Tensor, _ labels: [Int]) throws -> Tensor {
    try withConstantParameters {
      let input = Variable(x, requiresGradient: true)
      try forward(input).crossEntropy(labels, weight: 1).backward()
      guard let gradient = input.gradient else {
        throw EngineError.state("the model's output does not depend on its input")
      }
      return gradient
    }
  }
}
