// How well a model classifies.

import Tensors

/// Share of samples whose largest logit is the label's, and the mean cross-entropy.
public struct Score {
  public var accuracy, loss: Double
}

extension Layer {
  public func evaluate(_ samples: Samples) throws -> Score {
    try checkClassifies(samples)
    return try score(Features(whole: samples))
  }

  /// The score of samples that have been through the layers before `features.start`.
  func score(_ features: Features) throws -> Score {
    guard let type else { preconditionFailure("the model was checked") }
    let samples = features.samples
    var (hits, loss) = (0, 0.0)
    for range in chunks(of: samples.count, chunkSize) {
      let rows = samples.values.rows(range)
      let x = Variable(rows.type == type ? rows : rows.cast(to: type))
      let logits = try Recording.off { try run(x, features.start..<depth).value }
      let judged = judge(logits, samples.labels[range])
      hits += judged.correct.count { $0 }
      loss += judged.losses.reduce(0, +)
    }
    return Score(accuracy: Double(hits) / Double(samples.count), loss: loss / Double(samples.count))
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
