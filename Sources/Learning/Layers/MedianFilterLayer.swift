// Medians of windows, as a defence of inputs.

import Tensors

/// Each pixel becomes the median of the window of size x size around it in its channel; outside the image the nearest
/// pixels count (Xu, Evans, Qi 2018).  Its derivative would pick one pixel, so it is taken as having none.
public final class MedianFilterLayer: UndifferentiableLayer, SpecifiedLayer {
  public let size: Int

  /// size: odd, in 3...31.
  public init(size: Int = 3, backward: BackwardRule = .none) throws {
    guard 3...31 ~= size, size % 2 == 1 else {
      throw EngineError.value("size is \(size); it must be an odd number in 3..31")
    }
    self.size = size
    super.init(backward: backward)
  }

  static let kindName = "median_filter"
  package override var specification: JSON {
    get throws { specified(Self.kindName, [("size", .integer(size)), ("backward", .string(backward.name))]) }
  }

  convenience init(specification: JSON) throws {
    try self.init(size: specification.integer("size"), backward: BackwardRule(specification: specification))
  }

  override var kind: String { Self.kindName }
  override var detail: String { "\(size)x\(size)" }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkImage(input, kernelHeight: 1, kernelWidth: 1)
    return input
  }

  override func transform(_ x: Tensor) -> Tensor {
    let y = Tensor(uninitialized: x.type, x.shape)
    medianFilter(x, planes: x.shape[0] * x.shape[1], height: x.shape[2], width: x.shape[3], size: size, into: y)
    return y
  }
}
