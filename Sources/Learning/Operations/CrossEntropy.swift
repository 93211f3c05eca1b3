// Softmax cross-entropy, the loss of classifiers.

import Tensors

/// loss = weight * Σ_rows -log softmax(logits)[label];  its gradient is weight * (softmax - onehot).
package struct CrossEntropy: Operation {
  let logits: Variable
  let slopes: Tensor
  let weight: Double

  var operands: [Variable] { [logits] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    logits.accumulate {
      affine(slopes, scale: weight * gradient[0], offset: 0, into: $0, adding: $1)
    }
  }

  /// Labels must be one per row and name a column each.
  package static func check(_ shape: [Int], _ labels: [Int]) throws {
    guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
      throw EngineError.shape(
        "cross-entropy takes logits {batch, classes} with at least one of each, got \(describe(shape: shape))")
    }
    guard labels.count == shape[0] else {
      throw EngineError.shape("there are \(labels.count) labels for \(shape[0]) rows of logits")
    }
    if let row = labels.firstIndex(where: { $0 < 0 || $0 >= shape[1] }) {
      throw EngineError.value("label \(row) is \(labels[row]); it must be in 0..<\(shape[1])")
    }
  }
}

extension Variable {
  /// Softmax cross-entropy, mean over the batch, shape {}.
  ///
  /// `self` is logits [batch, classes]; each label is in 0..<classes.
  public func crossEntropy(_ labels: [Int]) throws -> Variable {
    try crossEntropy(labels, weight: 1 / Double(max(1, labels.count)))
  }

  /// Same, summed with a weight; counts the rows whose largest logit is the label's into `correct`.
  package func crossEntropy(
    _ labels: [Int], weight: Double, correct: UnsafeMutablePointer<Int>? = nil
  ) throws -> Variable {
    try CrossEntropy.check(shape, labels)
    let slopes = Tensor(uninitialized: type, shape)
    let loss = Tensor(uninitialized: type, [])
    withUnsafeTemporaryAllocation(of: Double.self, capacity: labels.count) { losses in
      withUnsafeTemporaryAllocation(of: Bool.self, capacity: labels.count) { hits in
        crossEntropyRows(
          value, labels, slopes: slopes, losses: losses.baseAddress, correct: hits.baseAddress)
        loss[0] = weight * losses.reduce(0, +)
        correct?.pointee += hits.count { $0 }
      }
    }
    return .result(loss, of: CrossEntropy(logits: self, slopes: slopes, weight: weight))
  }
}
