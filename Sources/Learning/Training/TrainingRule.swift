// A hook into the steps of fit: a loss that is more than the objective of the model's output, such as that of
// adversarial training.  The rules themselves are Robustness' business.

import Tensors

/// What a step makes of a batch, in the place of the objective of the model's output.
///
/// Whatever a rule draws at random must follow from its seed, the epoch and the samples' numbers, so that results depend
/// neither on batches done before nor on a run's interruptions; what it carries over from batch to batch is its state.
public protocol TrainingRule: AnyObject {
  /// The name in messages: "trades".
  var name: String { get }
  /// Updates that each batch makes one after the other, 1 or more.
  var replays: Int { get }
  /// What a run that goes on must have in common with the saved one.
  var description: JSON { get }

  /// Refuses a run that it cannot serve.  Called once, before the first step.
  func begin(_ run: RuleRun) throws
  /// The mean loss of a batch with a record, and the outputs whose accuracy is told.  The model is in training mode.
  func loss(_ batch: RuleBatch) throws -> (loss: Variable, output: Tensor)
  /// Gradients of the loss have been found, also of what the rule made from the batch.
  func afterBackward(_ batch: RuleBatch)

  /// What is carried over from batch to batch, for checkpoints.
  var state: [NamedTensor] { get }
  func restore(_ state: [String: Tensor]) throws
}

extension TrainingRule {
  public var replays: Int { 1 }
  public func afterBackward(_ batch: RuleBatch) {}
  public var state: [NamedTensor] { [] }
  public func restore(_ state: [String: Tensor]) {}
}

/// What a rule is told of a run.
public struct RuleRun {
  public let model: Layer
  /// [count, ...], of the model's type.
  public let samples: Tensor
  public let objective: Objective
  public let accumulate: Int
}

/// A batch as a rule sees it.
public struct RuleBatch {
  public let model: Layer
  /// [batch, ...], augmented; not to be written to.
  public let samples: Tensor
  public let labels: [Int]
  /// The samples' numbers in the data.
  public let numbers: [Int]
  public let epoch: Int
  let targets: Variable?
  let objective: Objective

  /// The mean of the run's own objective over the batch.
  public func objective(_ output: Variable) throws -> Variable {
    try objective.loss(output, labels, targets)
  }
}

extension RuleBatch {
  /// Samples outside of any run, judged by cross-entropy.
  package init(_ model: Layer, _ samples: Tensor, _ labels: [Int], epoch: Int = 0) {
    (self.model, self.samples, self.labels, self.epoch) = (model, samples, labels, epoch)
    (numbers, targets, objective) = (Array(0..<labels.count), nil, .crossEntropy)
  }
}
