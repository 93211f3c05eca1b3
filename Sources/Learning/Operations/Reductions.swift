// Sums, means, products, extremes, norms and variances, over all elements or over some axes.

import Tensors

/// Raw values are those of `hqnn_reduction`.
public enum Reduction: UInt32, CaseIterable, Sendable {
  case sum = 0, mean, product, max, min, logSumExp, norm1, norm2, normInfinity
  /// The mean of squared distances from the mean, and its root; `sample…` divide by count - 1 (Bessel).
  case variance, deviation, sampleVariance, sampleDeviation
}

/// factor * sum of all elements; factor is 1 for the sum and 1 / count for the mean.
struct Total: Operation {
  let x: Variable
  let factor: Double

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    x.accumulate { spread(factor * gradient[0], into: $0, adding: $1) }
  }
}

/// factor * sums along the middle of [outer, count, inner].
struct SumAlong: Operation {
  let x: Variable
  let layout: AxisLayout
  let factor: Double

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    x.accumulate { spreadAlong(gradient, layout, factor: factor, into: $0, adding: $1) }
  }
}

/// A reduction of each row of [rows, columns] whose slope the kernels know.
struct RowReduction: Operation {
  let x: Variable
  let y: Tensor
  let kind: RowReductionKind
  let rows: Int

  var operands: [Variable] { [x] }

  func backward(_ gradient: Tensor) {
    x.accumulate {
      reduceRowsBackward(kind, x: x.value, y: y, gradient, rows: rows, into: $0, adding: $1)
    }
  }
}

/// The largest or smallest of each row, and where it is.
struct ExtremeOfRows: Operation {
  let x: Variable
  let places: [Int]

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    x.accumulate { into, adding in
      if !adding { into.fill(0) }
      addAt(places, gradient, into: into)
    }
  }
}

extension Variable {
  /// The sum of all elements, shape {}.
  public func sum() -> Variable { total(factor: 1) }

  /// The mean of all elements, shape {}.
  public func mean() throws -> Variable {
    guard value.count > 0 else {
      throw EngineError.shape("the mean of an empty tensor \(describe(shape: shape)) is not defined")
    }
    return total(factor: 1 / Double(value.count))
  }

  private func total(factor: Double) -> Variable {
    let result = Tensor(uninitialized: type, [])
    result[0] = factor * Learning.sum(value)
    return .result(result, of: Total(x: self, factor: factor))
  }

  /// A reduction over some axes, all of them when nil; `keep` leaves dimensions of 1 in their places.
  ///
  /// Of equal largest (or smallest) elements the first gets the gradient, and NaN counts as both.  Nothing has sum 0,
  /// product 1, norm 0 and logSumExp -∞; its mean, variances and extremes are refused.
  package func reduced(_ reduction: Reduction, axes given: [Int]? = nil, keep: Bool = false) throws -> Variable {
    let axes = try given.map { try resolved(axes: $0) }?.sorted() ?? Array(shape.indices)
    let count = axes.reduce(1) { $0 * shape[$1] }
    let kept = shape.enumerated().map { axes.contains($0) ? 1 : $1 }
    let result = keep ? kept : shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
    func need(_ least: Int) throws {
      guard count >= least || kept.contains(0) else {
        throw EngineError.shape(
          "the \(reduction.name) of \(count == 0 ? "nothing" : "one element") is not defined: axes \(axes) of \(describe(shape: shape))")
      }
    }
    switch reduction {
    case .sum: return try summed(axes, result, factor: 1)
    case .mean:
      try need(1)
      return try summed(axes, result, factor: 1 / Double(max(count, 1)))
    case .product: return try byRows(axes, result) { $0.rowReduction(.product, $1) }
    case .norm2: return try byRows(axes, result) { $0.rowReduction(.norm2, $1) }
    case .logSumExp: return try byRows(axes, result) { $0.rowReduction(.logSumExp, $1) }
    case .norm1: return try map(.abs).summed(axes, result, factor: 1)
    case .max, .min:
      try need(1)
      return try byRows(axes, result) { $0.extreme(largest: reduction == .max, $1) }
    case .normInfinity:
      if count == 0 { return try summed(axes, result, factor: 1) }
      return try map(.abs).byRows(axes, result) { $0.extreme(largest: true, $1) }
    case .variance, .deviation, .sampleVariance, .sampleDeviation:
      let isSample = reduction == .sampleVariance || reduction == .sampleDeviation
      try need(isSample ? 2 : 1)
      let centred = try self - summed(axes, kept, factor: 1 / Double(max(count, 1)))
      let divisor = Double(max(1, isSample ? count - 1 : count))
      let variance = try centred.map(.square).summed(axes, result, factor: 1 / divisor)
      return reduction == .variance || reduction == .sampleVariance ? variance : variance.map(.sqrt)
    }
  }

  /// Where the largest (or smallest) element of an axis is, from 0; the first of equal ones.  Shape without the axis.
  package func places(largest: Bool, axis: Int) throws -> (shape: [Int], indices: [Int]) {
    let axis = try resolved(axis: axis)
    guard shape[axis] > 0 || value.count > 0 else {
      throw EngineError.shape("axis \(axis) of \(describe(shape: shape)) is empty, so nothing there is the largest or smallest")
    }
    var rest = shape
    rest.remove(at: axis)
    let rows = try Recording.off { try lined(up: [axis]) }
    return (rest, extremesOfRows(rows.value, largest: largest, rows: rest.reduce(1, *)))
  }

  private func summed(_ axes: [Int], _ result: [Int], factor: Double) throws -> Variable {
    if axes.count == shape.count, result.isEmpty { return total(factor: factor) }
    guard let layout = AxisLayout(shape, axes) else {
      return try lined(up: axes).summed(Array(shape.count - axes.count..<shape.count), result, factor: factor)
    }
    let sums = Tensor(uninitialized: type, result)
    sumAlong(value, layout, factor: factor, into: sums)
    return .result(sums, of: SumAlong(x: self, layout: layout, factor: factor))
  }

  /// The axes moved behind the others, in order.
  private func lined(up axes: [Int]) throws -> Variable {
    let order = shape.indices.filter { !axes.contains($0) } + axes
    return order == Array(shape.indices) ? self : try permuted(order)
  }

  /// A reduction of rows applied to these axes.
  private func byRows(_ axes: [Int], _ result: [Int], _ reduce: (Variable, _ rows: Int) throws -> Variable) throws
    -> Variable
  {
    let rows = shape.indices.reduce(1) { axes.contains($1) ? $0 : $0 * shape[$1] }
    return try reduce(try lined(up: axes), rows).reshaped(result)
  }

  private func rowReduction(_ kind: RowReductionKind, _ rows: Int) -> Variable {
    let y = Tensor(uninitialized: type, [rows])
    reduceRows(kind, value, rows: rows, into: y)
    return .result(y, of: RowReduction(x: self, y: y, kind: kind, rows: rows))
  }

  private func extreme(largest: Bool, _ rows: Int) -> Variable {
    let columns = rows == 0 ? 0 : value.count / rows
    let places = extremesOfRows(value, largest: largest, rows: rows).enumerated().map { $0 * columns + $1 }
    let y = Tensor(uninitialized: type, [rows])
    takeAt(places, value, into: y)
    return .result(y, of: ExtremeOfRows(x: self, places: places))
  }
}

extension Reduction {
  var name: String {
    switch self {
    case .logSumExp: return "logarithm of the sum"
    case .norm1, .norm2, .normInfinity: return "norm"
    case .max: return "maximum"
    case .min: return "minimum"
    case .sampleVariance: return "sample variance"
    case .sampleDeviation: return "sample deviation"
    default: return "\(self)"
    }
  }
}

/// A tensor as [outer, count, inner], where `count` is what is summed over.
struct AxisLayout {
  let outer, count, inner: Int

  /// nil where the axes, which are in ascending order, do not lie next to each other.
  init?(_ shape: [Int], _ axes: [Int]) {
    guard let first = axes.first, let last = axes.last else {
      (outer, count, inner) = (shape.reduce(1, *), 1, 1)
      return
    }
    guard last - first + 1 == axes.count else { return nil }
    outer = shape[..<first].reduce(1, *)
    count = shape[first...last].reduce(1, *)
    inner = shape[(last + 1)...].reduce(1, *)
  }
}
