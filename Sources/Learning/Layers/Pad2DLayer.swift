// A border around images.

import Tensors

/// [batch, channels, height, width] with rows and columns of one value added around it.
public final class Pad2DLayer: Layer, SpecifiedLayer {
  public let top, bottom, left, right: Int
  public let value: Double

  /// Rows and columns to add: 0 or more.
  public init(top: Int, bottom: Int, left: Int, right: Int, value: Double = 0) throws {
    for size in [top, bottom, left, right] where !(0...65536).contains(size) {
      throw EngineError.value("a border of \(size); it must be in 0..65536")
    }
    guard value.isFinite else { throw EngineError.value("value is \(value); it must be finite") }
    (self.top, self.bottom, self.left, self.right, self.value) = (top, bottom, left, right, value)
    super.init()
  }

  static let kindName = "pad2d"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [("border", .array([top, bottom, left, right].map(JSON.integer))), ("value", .number(value))])
    }
  }

  convenience init(specification: JSON) throws {
    let border = try specification.integers("border")
    guard border.count == 4 else { throw EngineError.file("\"border\" must have 4 integers, got \(border.count)") }
    try self.init(
      top: border[0], bottom: border[1], left: border[2], right: border[3], value: specification.number("value"))
  }

  override var kind: String { Self.kindName }
  override var detail: String {
    "top \(top), bottom \(bottom), left \(left), right \(right)\(value == 0 ? "" : ", value \(value)")"
  }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkImage(input, kernelHeight: 1, kernelWidth: 1)
    return [input[0], input[1] + top + bottom, input[2] + left + right]
  }

  override func apply(_ x: Variable) throws -> Variable {
    let border = Border(height: x.shape[2], width: x.shape[3], top: top, bottom: bottom, left: left, right: right)
    return try Bordering.apply(border, x, value: value)
  }
}
