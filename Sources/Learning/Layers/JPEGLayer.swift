// What JPEG loses, as a defence of inputs.

import Tensors

/// Every channel in blocks of 8 x 8 through the discrete cosine transform, coefficients rounded as JPEG rounds those of
/// brightness at this quality, and back (Guo et al. 2018; the table of ITU-T T.81, annex K.1, scaled as the Independent
/// JPEG Group's library scales it).  Pixels are in [0, 1]; so are the results.  Colours are not transformed and nothing is
/// encoded, which loses nothing more.
public final class JPEGLayer: UndifferentiableLayer, SpecifiedLayer {
  public let quality: Int

  /// quality: in 1...100.
  public init(quality: Int = 75, backward: BackwardRule = .none) throws {
    guard 1...100 ~= quality else { throw EngineError.value("quality is \(quality); it must be in 1..100") }
    self.quality = quality
    super.init(backward: backward)
  }

  static let kindName = "jpeg"
  package override var specification: JSON {
    get throws { specified(Self.kindName, [("quality", .integer(quality)), ("backward", .string(backward.name))]) }
  }

  convenience init(specification: JSON) throws {
    try self.init(quality: specification.integer("quality"), backward: BackwardRule(specification: specification))
  }

  override var kind: String { Self.kindName }
  override var detail: String { "quality \(quality)" }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkImage(input, kernelHeight: 1, kernelWidth: 1)
    return input
  }

  /// How coarsely each of the 64 coefficients is rounded.
  package var steps: [Double] {
    let scale = quality < 50 ? 5000 / quality : 200 - 2 * quality
    return Self.table.map { Double(min(max(($0 * scale + 50) / 100, 1), 255)) }
  }

  private static let table: [Int] = [
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
  ]

  override func transform(_ x: Tensor) -> Tensor {
    let y = Tensor(uninitialized: x.type, x.shape)
    quantiseBlocks(
      x, planes: x.shape[0] * x.shape[1], height: x.shape[2], width: x.shape[3], steps: steps, into: y)
    return y
  }
}
