// Adversarial samples made on each of several models, judged by all of them.

import Learning
import Tensors

/// How well each model (target) does on samples that an attack made on each model (source), as in Papernot et al. 2016 and
/// Liu et al. 2017.  Rows are sources, columns targets; the diagonal is the attack on the model itself.
public struct TransferMatrix: Sendable {
  /// Accuracy of each model on the clean samples.
  public var clean: [Double]
  /// Accuracy of the target on the source's samples.
  public var accuracy: [[Double]]
  /// Of the samples that the target gets right when clean, the share that the source's versions make wrong.
  public var success: [[Double]]

  /// progress: samples made so far and in all, over all sources; false cancels.
  public init(
    of models: [Layer], _ plan: AttackPlan, _ samples: Samples, progress: ((_ done: Int, _ total: Int) -> Bool)? = nil
  ) throws {
    guard !models.isEmpty else { throw EngineError.value("there are no models; give one or more") }
    for model in models { try model.checkClassifies(samples) }
    (clean, accuracy, success) = ([], [], [])
    let before = try models.map { try Self.isRight($0, samples.values, samples.labels) }
    clean = before.map { Double($0.count { $0 }) / Double(samples.count) }
    for (number, source) in models.enumerated() {
      var call = AttackCall()
      call.progress = progress.map { progress in
        { done, _ in progress(number * samples.count + done, models.count * samples.count) }
      }
      let made = try plan.craft(against: source, samples.cast(to: source.type ?? .float32), call)
      var (accuracies, successes) = ([Double](), [Double]())
      for (target, before) in zip(models, before) {
        let after = try Self.isRight(target, made, samples.labels)
        accuracies.append(Double(after.count { $0 }) / Double(samples.count))
        let broken = zip(before, after).count { $0 && !$1 }
        successes.append(Double(broken) / Double(max(1, before.count { $0 })))
      }
      accuracy.append(accuracies)
      success.append(successes)
    }
  }

  private static func isRight(_ model: Layer, _ values: Tensor, _ labels: [Int]) throws -> [Bool] {
    try model.attackedQuietly {
      let logits = Logits(try model.infer(values.cast(to: model.type ?? values.type)))
      return labels.indices.map { logits.predicted($0) == labels[$0] }
    }
  }

  public var json: JSON {
    func array(_ values: [Double]) -> JSON { .array(values.map { .number($0) }) }
    return [
      "clean": array(clean), "accuracy": .array(accuracy.map(array)), "success": .array(success.map(array)),
    ]
  }
}
