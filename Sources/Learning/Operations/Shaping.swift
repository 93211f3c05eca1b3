// Reshaping and taking rows: no arithmetic, only where elements lie.

import Tensors

struct Reshape: Operation {
  let x: Variable

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    x.accumulate(gradient.reshaped(x.shape), shared: true)
  }
}

struct Rows: Operation {
  let x: Variable
  let first: Int

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    x.accumulate { into, adding in
      if !adding { into.fill(0) }
      let rows = gradient.shape[0]
      guard rows > 0 else { return }
      addRows(gradient, to: into, at: first * (gradient.count / rows))
    }
  }
}

extension Variable {
  /// The same elements under another shape; one dimension may be -1.  The memory is shared unless
  /// `copying`, which is for those who let users write to results.
  public func reshaped(_ wanted: [Int], copying: Bool = false) throws -> Variable {
    let shape = try resolved(wanted)
    return .result((copying ? value.copy() : value).reshaped(shape), of: Reshape(x: self))
  }

  /// Rows `first ..< first + count` of the first axis, copied.
  public func rows(first: Int, count: Int) throws -> Variable {
    guard let rows = shape.first else {
      throw EngineError.shape("a tensor of shape {} has no rows")
    }
    guard first >= 0, count >= 0, first <= rows, count <= rows - first else {
      throw EngineError.value("cannot take \(count) rows from row \(first) on; the tensor has rows 0..<\(rows)")
    }
    return .result(value.rows(first..<first + count), of: Rows(x: self, first: first))
  }

  /// The shape with its -1 replaced by what the count leaves.
  private func resolved(_ wanted: [Int]) throws -> [Int] {
    func mismatch() -> EngineError {
      .shape(
        "cannot reshape \(describe(shape: shape)) with \(value.count) elements to \(describe(shape: wanted))")
    }
    guard wanted.allSatisfy({ $0 >= -1 }), wanted.count(where: { $0 == -1 }) <= 1 else {
      throw EngineError.value(
        "a shape has dimensions of 0 or more and at most one -1, got \(describe(shape: wanted))")
    }
    var known = 1
    for dimension in wanted where dimension >= 0 {
      let product = known.multipliedReportingOverflow(by: dimension)
      guard !product.overflow else { throw mismatch() }
      known = product.partialValue
    }
    guard let unknown = wanted.firstIndex(of: -1) else {
      guard known == value.count else { throw mismatch() }
      return wanted
    }
    guard known > 0, value.count % known == 0 else { throw mismatch() }
    var result = wanted
    result[unknown] = value.count / known
    return result
  }
}
