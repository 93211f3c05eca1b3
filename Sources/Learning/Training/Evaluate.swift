// How well a model does: loss, accuracy, and what else one asks for.

import Tensors

/// What was measured on some samples; NaN where it has no meaning or was not asked for.
public struct Score {
  /// Share of samples whose largest output is the label's.
  public var accuracy: Double
  /// The mean loss.
  public var loss: Double
  /// Share of samples whose label is among the k largest outputs.
  public var topK = Double.nan
  /// Mean of squared differences between outputs and targets.
  public var meanSquaredError = Double.nan

  public init(accuracy: Double, loss: Double) { (self.accuracy, self.loss) = (accuracy, loss) }
}

extension Layer {
  /// Accuracy and cross-entropy, or what the options ask for, in evaluation mode.
  public func evaluate(
    _ samples: Samples, objective: Objective = .crossEntropy, targets: Targets = .labels, topK: Int = 0
  ) throws -> Score {
    guard let type else { throw EngineError.state("the model is not built; build it with its input's shape first") }
    guard topK >= 0 else { throw EngineError.value("top_k is \(topK); it must be 0 or more") }
    let samples = samples.cast(to: type)
    let rows = try targets.rows(of: samples, type, objective)
    try check(samples, rows, objective)
    return try Scoring(self, objective, hasTargets: rows != nil, topK: topK).score(Features(whole: samples), rows)
  }

  /// How often samples of each class are taken for each: [class, predicted], row by row.
  public func confusion(_ samples: Samples) throws -> [[Int]] {
    try checkClassifies(samples)
    guard let type, let classes = outputShape?.first else { preconditionFailure("the model was checked") }
    var counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    try withTraining(false) {
      for range in chunks(of: samples.count, chunkSize) {
        let rows = samples.values.rows(range)
        let output = try Recording.off { try forward(Variable(rows.type == type ? rows : rows.cast(to: type))).value }
        for (label, predicted) in zip(samples.labels[range], try output.argmax()) { counts[label][predicted] += 1 }
      }
    }
    return counts
  }

  /// Refuses samples that this built model cannot take, or not with this objective.
  func check(_ samples: Samples, _ targets: Tensor?, _ objective: Objective) throws {
    if objective.classifies && targets == nil { try checkClassifies(samples) } else { try checkTakes(samples) }
  }
}

extension Targets {
  /// What the samples are compared with, in the model's type; nil for labels.  `given` takes the place of a tensor of
  /// targets, which belong to the training samples.
  func rows(of samples: Samples, _ type: ElementType, _ objective: Objective, given: Tensor?? = .none) throws -> Tensor? {
    let rows: Tensor
    switch self {
    case .labels:
      return nil
    case .inputs:
      rows = samples.values
    case .tensor(let own):
      guard let chosen = given ?? own else {
        throw EngineError.value("validation samples need targets of their own, validation_targets")
      }
      rows = chosen.type == type ? chosen : chosen.cast(to: type)
    }
    guard !objective.classifies else {
      throw EngineError.value("this loss takes labels, not targets; choose another, for instance mse")
    }
    guard rows.rank >= 1, rows.shape[0] == samples.count else {
      throw EngineError.shape("targets are \(describe(shape: rows.shape)) for \(samples.count) samples; they need a row for each")
    }
    if let index = rows.firstNonFinite {
      throw EngineError.value("target \(index / max(1, rows.count / samples.count)) contains \(rows[index]); values must be finite")
    }
    return rows
  }
}

/// How outputs of a model are judged.
struct Scoring {
  let model: Layer
  let objective: Objective
  let topK: Int
  let hasTargets: Bool
  /// Whether outputs stand for classes, so that there is an accuracy.
  let hasClasses: Bool

  init(_ model: Layer, _ objective: Objective, hasTargets: Bool, topK: Int) {
    let width = model.outputShape?.count == 1 ? model.outputShape![0] : 0
    (self.model, self.objective, self.topK, self.hasTargets) = (model, objective, topK, hasTargets)
    hasClasses = !hasTargets && (width >= 2 || (width == 1 && (objective.threshold != nil || objective.classifies)))
  }

  /// Rows whose largest output is the label's.
  func hits(_ output: Tensor, _ labels: ArraySlice<Int>) -> Int {
    if let threshold = objective.threshold, output.count == labels.count {
      return zip(0..<output.count, labels).count { (output[$0] > threshold ? 1 : 0) == $1 }
    }
    guard let predicted = try? output.argmax() else { return 0 }
    return zip(predicted, labels).count { $0 == $1 }
  }

  /// The score of samples that have been through the layers before `features.start`, in evaluation mode.
  func score(_ features: Features, _ targets: Tensor?) throws -> Score {
    guard let type = model.type else { preconditionFailure("the model was checked") }
    let samples = features.samples
    var (hits, topHits, loss, squares, elements) = (0, 0, 0.0, 0.0, 0)
    try model.withTraining(false) {
      for range in chunks(of: samples.count, model.chunkSize) {
        try Cancellation.check()
        let rows = samples.values.rows(range)
        let labels = samples.labels[range]
        let x = Variable(rows.type == type ? rows : rows.cast(to: type))
        try Recording.off {
          let output = try model.run(x, features.start..<model.depth)
          if objective.isCrossEntropy {
            let judged = judge(output.value, labels)
            hits += judged.correct.count { $0 }
            loss += judged.losses.reduce(0, +)
          } else {
            let wanted = targets.map { Variable($0.rows(range)) }
            loss += try objective.loss(output, Array(labels), wanted).value[0] * Double(range.count)
            if hasClasses { hits += self.hits(output.value, labels) }
            if let wanted, wanted.shape == output.shape {
              squares += sumOfSquares(try (output - wanted).value)
              elements += output.value.count
            }
          }
          if topK > 0, hasClasses { topHits += countTop(output.value, labels, topK) }
        }
      }
    }
    let count = Double(samples.count)
    var score = Score(accuracy: hasClasses ? Double(hits) / count : .nan, loss: loss / count)
    if topK > 0, hasClasses { score.topK = Double(topHits) / count }
    if elements > 0 { score.meanSquaredError = squares / Double(elements) }
    return score
  }

  /// Rows with fewer than k outputs above the label's.
  private func countTop(_ output: Tensor, _ labels: ArraySlice<Int>, _ k: Int) -> Int {
    guard output.rank == 2 else { return 0 }
    let columns = output.shape[1]
    return zip(0..<output.shape[0], labels).count { row, label in
      guard label < columns else { return false }
      let own = output[row * columns + label]
      return (0..<columns).count { output[row * columns + $0] > own } < k
    }
  }
}

/// Per row of logits: whether the largest is the label's, and the cross-entropy.
package func judge(_ logits: Tensor, _ labels: ArraySlice<Int>) -> (correct: [Bool], losses: [Double]) {
  var correct = [Bool](repeating: false, count: labels.count)
  var losses = [Double](repeating: 0, count: labels.count)
  correct.withUnsafeMutableBufferPointer { correct in
    losses.withUnsafeMutableBufferPointer { losses in
      labels.withUnsafeBufferPointer { labels in
        if let base = labels.baseAddress {
          crossEntropyRows(
            logits, base, slopes: nil, losses: losses.baseAddress, correct: correct.baseAddress)
        }
      }
    }
  }
  return (correct, losses)
}
