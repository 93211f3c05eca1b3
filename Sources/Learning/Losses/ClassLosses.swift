// Losses of classifiers: cross-entropy, negative log-likelihood, multi-class margin.

import Tensors

extension Variable {
  /// Softmax cross-entropy of logits [batch, classes].  With smoothing s and weights w a row of label y costs
  /// Σ_c a_c (log Σ exp x - x_c), a_c = s w_c / classes + (1 - s) w_y [c = y]  (Szegedy et al. 2016).
  func crossEntropy(_ labels: [Int], _ loss: Loss) throws -> Variable {
    try CrossEntropy.check(shape, labels)
    try checkWeights(loss.classWeights)
    if loss.labelSmoothing == 0, loss.classWeights.isEmpty, loss.reduction != .none {
      return try crossEntropy(labels, weight: loss.reduction == .sum ? 1 : 1 / Double(labels.count))
    }
    let (losses, slopes) = (Tensor(uninitialized: type, [shape[0]]), Tensor(uninitialized: type, shape))
    smoothedCrossEntropyRows(
      value, labels, smoothing: loss.labelSmoothing, weights: loss.classWeights, losses: losses, slopes: slopes)
    return RowLoss.result(losses, [(self, slopes)], loss.reduction, total: try total(labels, loss))
  }

  /// -w_y x[y] for each row x of logarithms of probabilities.
  func negativeLogLikelihood(_ labels: [Int], _ loss: Loss) throws -> Variable {
    try CrossEntropy.check(shape, labels)
    try checkWeights(loss.classWeights)
    let (losses, slopes) = (Tensor(uninitialized: type, [shape[0]]), Tensor(type, shape))
    for (row, label) in labels.enumerated() {
      let weight = loss.classWeights.isEmpty ? 1 : loss.classWeights[label]
      losses[row] = -weight * value[row * shape[1] + label]
      slopes[row * shape[1] + label] = -weight
    }
    return RowLoss.result(losses, [(self, slopes)], loss.reduction, total: try total(labels, loss))
  }

  /// Σ_{c ≠ y} max(0, margin - x_y + x_c) / classes for each row x (Crammer and Singer 2001, with the mean for the
  /// largest).  At the corner the slope is 0.
  func hinge(_ labels: [Int], _ loss: Loss) throws -> Variable {
    try CrossEntropy.check(shape, labels)
    let (losses, slopes) = (Tensor(uninitialized: type, [shape[0]]), Tensor(uninitialized: type, shape))
    hingeRows(value, labels, margin: loss.margin ?? 1, losses: losses, slopes: slopes)
    return RowLoss.result(losses, [(self, slopes)], loss.reduction)
  }

  private func checkWeights(_ weights: [Double]) throws {
    guard weights.isEmpty || weights.count == shape[1] else {
      throw EngineError.shape("there are \(weights.count) class weights for \(shape[1]) classes")
    }
  }

  /// What the mean divides by: the labels' weights.
  private func total(_ labels: [Int], _ loss: Loss) throws -> Double? {
    if loss.classWeights.isEmpty { return nil }
    let total = labels.reduce(0) { $0 + loss.classWeights[$1] }
    guard total > 0 || loss.reduction != .mean else {
      throw EngineError.value("all labels have weight 0, so that their mean is not defined")
    }
    return total
  }
}
