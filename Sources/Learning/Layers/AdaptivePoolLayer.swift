// Pooling to an output of a fixed size.

import Tensors

/// [batch, channels, height, width] to [batch, channels, rows, columns] for given rows and columns: window i of n goes
/// from ⌊i size / n⌋ to ⌈(i + 1) size / n⌉, so windows may overlap where n does not divide the size.
public final class AdaptivePoolLayer: Layer, SpecifiedLayer {
  public let function: PoolFunction
  public let rows, columns: Int

  /// rows, columns: 1 or more.
  public init(_ function: PoolFunction, rows: Int, columns: Int) throws {
    try checkPositive("size", rows, columns)
    (self.function, self.rows, self.columns) = (function, rows, columns)
    super.init()
  }

  static let kindName = "adaptive_pool"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("function", .string(function.name)), ("size", [.integer(rows), .integer(columns)])])
    }
  }

  convenience init(specification: JSON) throws {
    let (rows, columns) = try specification.pair("size")
    try self.init(PoolFunction(specification: specification), rows: rows, columns: columns)
  }

  override var kind: String { "adaptive_\(function == .max ? "max" : "avg")_pool2d" }
  override var detail: String { "to \(rows)x\(columns)" }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkImage(input, kernelHeight: 1, kernelWidth: 1)
    try checkPixels(input)
    return [input[0], rows, columns]
  }

  override func apply(_ x: Variable) throws -> Variable {
    let (height, width) = (x.shape[2], x.shape[3])
    let (lines, places) = (PoolWindows.adaptive(height, count: rows), PoolWindows.adaptive(width, count: columns))
    let windows = PoolWindows(
      height: height, width: width, rows: lines, columns: places, rowSizes: lines.map(\.count),
      columnSizes: places.map(\.count))
    return x.pooled(function, windows, shape: [x.shape[0], x.shape[1], rows, columns])
  }
}
