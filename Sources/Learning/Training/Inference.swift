// Running a model without records, in chunks of samples so that memory stays bounded.

import Tensors

extension Layer {
  /// The output alone, never differentiable; x [batch, ...].
  public func infer(_ x: Tensor) throws -> Tensor {
    let rows = x.shape.first ?? 0
    let chunk = chunkSize
    if rows <= chunk { return try Recording.off { try forward(Variable(x)).value } }
    var result: Tensor?
    try forEachChunk(of: rows, chunk) { range in
      let part = try Recording.off { try forward(Variable(x.rows(range))).value }
      let whole = result ?? Tensor(uninitialized: part.type, [rows] + part.shape.dropFirst())
      result = whole
      whole.raw.advanced(by: range.lowerBound * (part.bytes / range.count))
        .copyMemory(from: part.raw, byteCount: part.bytes)
    }
    guard let result else { preconditionFailure("a chunk or more") }
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

/// Calls the body with consecutive ranges of at most `chunk` that cover 0..<count.
package func forEachChunk(of count: Int, _ chunk: Int, _ body: (Range<Int>) throws -> Void) rethrows {
  for start in stride(from: 0, to: count, by: chunk) { try body(start..<min(count, start + chunk)) }
}
