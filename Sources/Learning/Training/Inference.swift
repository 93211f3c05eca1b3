// Running a model without records, in chunks of samples so that memory stays bounded.

import Tensors

extension Layer {
  /// The output alone, never differentiable; x [batch, ...].
  public func infer(_ x: Tensor) throws -> Tensor {
    let rows = x.shape.first ?? 0
    if rows <= chunkSize { return try Recording.off { try forward(Variable(x)).value } }
    var result: Tensor?
    for range in chunks(of: rows, chunkSize) {
      try Cancellation.check()
      let part = try Recording.off { try forward(Variable(x.rows(range))).value }
      let whole = result ?? Tensor(uninitialized: part.type, [rows] + part.shape.dropFirst())
      result = whole
      copyRows(part, into: whole, at: range.lowerBound)
    }
    guard let result else { preconditionFailure("more rows than a chunk") }
    return result
  }

  /// Samples per chunk: as many as keep the largest layer's values near a million, at most 256.
  /// It depends on shapes alone, so results do not depend on anything else.
  package var chunkSize: Int {
    max(1, min(256, (1 << 20) / max(1, widest)))
  }

  /// The largest number of values that one sample has before or after any layer.
  private var widest: Int {
    let own = max(inputShape?.reduce(1, *) ?? 1, outputShape?.reduce(1, *) ?? 1)
    return children.reduce(own) { max($0, $1.widest) }
  }
}

/// Consecutive ranges of at most `size` that cover 0..<count.
package func chunks(of count: Int, _ size: Int) -> [Range<Int>] {
  stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
}
