// What a frozen front of a model makes of the samples, computed once for all epochs.

import Tensors

/// The samples as a model's part from layer `start` on sees them.
struct Features {
  let samples: Samples
  /// The first layer that is still to be run.
  let start: Int

  /// Features larger than this are not kept.
  private static let limit = 4 << 30

  /// The samples themselves.
  init(whole samples: Samples) {
    (self.samples, start) = (samples, 0)
  }

  /// Runs the layers that training cannot change, when there are any and the result fits.
  ///
  /// `samples` has the model's element type.
  init(_ model: Layer, _ samples: Samples, caching: Bool) throws {
    let front = 0..<(caching ? min(model.frozenFront, model.depth - 1) : 0)
    guard !front.isEmpty else {
      self.init(whole: samples)
      return
    }
    let count = samples.count
    var result: Tensor?
    for range in chunks(of: count, model.chunkSize) {
      let part = try Recording.off {
        try model.run(Variable(samples.values.rows(range)), front).value
      }
      if result == nil, part.bytes / range.count > Self.limit / count {
        self.init(whole: samples)
        return
      }
      let whole = result ?? Tensor(uninitialized: part.type, [count] + part.shape.dropFirst())
      result = whole
      copyRows(part, into: whole, at: range.lowerBound)
    }
    guard let result else { preconditionFailure("samples were checked not to be empty") }
    self.init(samples: Samples(unchecked: result, samples.labels), start: front.upperBound)
  }

  private init(samples: Samples, start: Int) {
    (self.samples, self.start) = (samples, start)
  }
}
