// Noise added to features.

import Tensors

/// y = x + noise, drawn anew every time: in training alone, or always.  A regulariser (Bishop 1995), and with `always`
/// a randomised model.
public final class NoiseLayer: Layer, SpecifiedLayer {
  /// Raw values are those of `hqnn_noise_kind`.
  public enum Distribution: UInt32, CaseIterable, Sendable {
    /// Normal with a deviation.
    case gaussian = 0
    /// Uniform in ± a bound.
    case uniform

    public var name: String { "\(self)" }
  }

  public let distribution: Distribution
  /// The deviation, or the bound, in units of the features.
  public let size: Double
  /// Whether it is on in evaluation too.
  public let always: Bool

  /// size: 0 or more.
  public init(_ distribution: Distribution, size: Double, always: Bool = false) throws {
    guard size >= 0, size.isFinite else {
      throw EngineError.value("\(distribution == .gaussian ? "std" : "bound") is \(size); it must be 0 or more")
    }
    (self.distribution, self.size, self.always) = (distribution, size, always)
    super.init()
  }

  static let kindName = "noise"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [("distribution", .string(distribution.name)), ("size", .number(size)), ("always", .bool(always))])
    }
  }

  convenience init(specification: JSON) throws {
    let name = try specification.string("distribution")
    guard let distribution = Distribution.allCases.first(where: { $0.name == name }) else {
      throw EngineError.file("there is no noise \"\(name)\" in this version")
    }
    try self.init(distribution, size: specification.number("size"), always: specification.bool("always"))
  }

  override var kind: String { Self.kindName }
  override var detail: String {
    "\(distribution == .gaussian ? "gaussian, std" : "uniform, bound") \(size)\(always ? ", always" : "")"
  }
  override var isAlwaysRandom: Bool { always && size > 0 }
  override var isUnsteady: Bool { size > 0 }

  override func apply(_ x: Variable) throws -> Variable {
    guard isTraining || always, size > 0 else { return x }
    let noise = Tensor(uninitialized: x.type, x.shape)
    switch distribution {
    case .gaussian: drawNormal(noise, deviation: size, random.next())
    case .uniform: drawUniform(noise, bound: size, random.next())
    }
    return try x + Variable(noise)
  }
}
