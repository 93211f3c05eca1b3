// Transforms that are fitted on one data set, usually the training part, and applied to any.
// The loops are in FittedKernels.swift, the eigenvectors in SymmetricEigenKernels.swift.

import Tensors

/// Every feature moved and scaled on its own: (x - offset) · scale.  Sums are taken in Double.
public struct FeatureScale: Transform {
  public enum Kind: String, Sendable {
    /// Mean 0 and deviation 1 (of the population) on the fitted set; constant features become 0.
    case standardise
    /// From 0 to 1 on the fitted set; constant features become 0.  Other sets may lie beyond.
    case minMax = "min_max"
  }
  public let kind: Kind
  let offset, scale: [Double]
  /// Whether values beyond [0, 1] are clamped, for min-max.
  public let isClipped: Bool
  public var description: String { kind.rawValue }

  public init(_ kind: Kind, fitting data: Dataset, clip: Bool = false) throws {
    let shape = Array(data.samples.shape.dropFirst())
    guard shape.count == 1 else {
      throw EngineError.shape(
        "\(kind.rawValue) takes rows of features, got samples of shape \(describe(shape: shape)); images stay in "
          + "[0, 1], normalise them in the model so that attacks see pixels")
    }
    guard !clip || kind == .minMax else { throw EngineError.value("clip belongs to min_max, not to standardise") }
    (self.kind, isClipped) = (kind, clip)
    (offset, scale) = kind == .standardise ? momentsScale(data.samples) : extremesScale(data.samples)
  }

  public func shape(after shape: [Int]) throws -> [Int] {
    guard shape == [offset.count] else {
      throw EngineError.shape(
        "was fitted on samples of shape \(describe(shape: [offset.count])), got \(describe(shape: shape))")
    }
    return shape
  }

  public func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws) {
    moveAndScale(samples, to: result, offset, scale, clip: isClipped)
  }
}

/// Principal components: x -> W (x - mean), the rows of W are the eigenvectors of the fitted set's
/// covariance with the largest eigenvalues, in descending order, each with its largest entry positive.
///
/// Samples of any shape are taken as rows.  Whitened components are divided by their deviation.
public struct PCA: Transform {
  /// Values of a sample before, and after.
  public let inputs, components: Int
  public let isWhitened: Bool
  /// Variance of each component on the fitted set, divided by count - 1.
  public let variances: [Double]
  /// Of all features together.
  public let totalVariance: Double
  private let mean: [Double]
  /// [components, inputs]
  private let rows: [Double]
  public var description: String { "pca" }

  /// Eigenproblems larger than this are refused: a minute of work.
  private static let largest = 3072

  public init(fitting data: Dataset, components: Int, whiten: Bool = false) throws {
    let count = data.count
    let width = data.samples.count / count
    guard count >= 2 else { throw EngineError.value("PCA needs at least two samples, got \(count)") }
    let most = min(count - 1, width)
    guard (1...most).contains(components) else {
      throw EngineError.value(
        "components is \(components); \(count) samples of \(width) values have 1..\(most) components")
    }
    guard min(count, width) <= Self.largest else {
      throw EngineError.value(
        "PCA of \(count) samples of \(width) values; one of the two must be \(Self.largest) or less: resize the "
          + "images, or fit on fewer samples")
    }
    (inputs, self.components, isWhitened) = (width, components, whiten)
    let fitted = principalComponents(data.samples, components)
    (mean, totalVariance) = (fitted.mean, fitted.total)
    variances = fitted.variances
    // What rounding leaves of no variance at all.
    if whiten, let i = variances.firstIndex(where: { $0 <= 1e-12 * fitted.total }) {
      throw EngineError.value("component \(i) has no variance to whiten by; there are \(i) that have")
    }
    rows = whiten ? scaledRows(fitted.rows, variances.map { 1 / $0.squareRoot() }) : fitted.rows
  }

  public func shape(after shape: [Int]) throws -> [Int] {
    guard shape.reduce(1, *) == inputs else {
      throw EngineError.shape("was fitted on samples of \(inputs) values, got the shape \(describe(shape: shape))")
    }
    return [components]
  }

  public func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws) {
    project(samples, to: result, mean: mean, rows: rows)
  }
}
