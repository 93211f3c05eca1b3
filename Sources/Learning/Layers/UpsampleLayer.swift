// Larger images by repeating or interpolating values.

import Tensors

/// [batch, channels, height, width] to [batch, channels, height * scale, width * scale].
public final class UpsampleLayer: Layer, SpecifiedLayer {
  /// Raw values are those of `hqnn_upsample`.
  public enum Mode: UInt32, CaseIterable, Sendable {
    /// Every value becomes a block.
    case nearest = 0
    /// Linear in both directions; the centres of pixels correspond, the border's value goes on outside of them.
    case bilinear

    public var name: String { "\(self)" }
  }

  public let mode: Mode
  public let scaleHeight, scaleWidth: Int

  /// scale: 1 or more.
  public init(_ mode: Mode, scaleHeight: Int, scaleWidth: Int) throws {
    try checkPositive("scale", scaleHeight, scaleWidth)
    (self.mode, self.scaleHeight, self.scaleWidth) = (mode, scaleHeight, scaleWidth)
    super.init()
  }

  static let kindName = "upsample"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("mode", .string(mode.name)), ("scale", [.integer(scaleHeight), .integer(scaleWidth)])])
    }
  }

  convenience init(specification: JSON) throws {
    let name = try specification.string("mode")
    guard let mode = Mode.allCases.first(where: { $0.name == name }) else {
      throw EngineError.file("there is no upsampling \"\(name)\" in this version")
    }
    let (height, width) = try specification.pair("scale")
    try self.init(mode, scaleHeight: height, scaleWidth: width)
  }

  override var kind: String { Self.kindName }
  override var detail: String { "\(mode.name), x\(scaleHeight == scaleWidth ? "\(scaleHeight)" : "\(scaleHeight) and x\(scaleWidth)")" }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkImage(input, kernelHeight: 1, kernelWidth: 1)
    return [input[0], input[1] * scaleHeight, input[2] * scaleWidth]
  }

  override func multiplyAdds(_ input: [Int]) -> Int {
    mode == .nearest ? 0 : 3 * input.reduce(1, *) * scaleHeight * scaleWidth
  }

  override func apply(_ x: Variable) throws -> Variable {
    let places = mode == .nearest ? SamplePlace.nearest : SamplePlace.linear
    let (height, width) = (x.shape[2], x.shape[3])
    return try Resampling.apply(
      ResampleForm(
        height: height, width: width, rows: places(height, height * scaleHeight),
        columns: places(width, width * scaleWidth)), x)
  }
}
