// Random numbers beside a model's inputs: for circuits whose encoding is drawn anew at every pass.

import Tensors

/// [batch, n] to [batch, n + count]: behind each sample's values stand `count` random ones, uniform in ±bound, drawn anew for
/// every sample at every pass, in evaluation too.  As angles of gates around an encoding they make it a random one (after
/// Gong et al. 2024, randomised encodings).  Gradients go to the n values.
public final class RandomInputsLayer: Layer, SpecifiedLayer {
  public let count: Int
  public let bound: Double

  /// count: 1 or more.  bound: 0 or more, in radians where they are angles.
  public init(count: Int, bound: Double = .pi) throws {
    guard 1...(1 << 20) ~= count else { throw EngineError.value("count is \(count); it must be in 1..2^20") }
    guard bound >= 0, bound.isFinite else { throw EngineError.value("bound is \(bound); it must be 0 or more") }
    (self.count, self.bound) = (count, bound)
    super.init()
  }

  static let kindName = "random_inputs"
  package override var specification: JSON {
    get throws { specified(Self.kindName, [("count", .integer(count)), ("bound", .number(bound))]) }
  }

  convenience init(specification: JSON) throws {
    try self.init(count: specification.integer("count"), bound: specification.number("bound"))
  }

  override var kind: String { Self.kindName }
  override var detail: String { "\(count) in ±\(bound)" }
  override var isAlwaysRandom: Bool { bound > 0 }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    guard input.count == 1 else {
      throw EngineError.shape("expected input {batch, n}, got \(Self.batched(input)); a flatten layer before it would do")
    }
    return [input[0] + count]
  }

  override func apply(_ x: Variable) throws -> Variable {
    let drawn = Tensor(x.type, [x.shape[0], count])
    if bound > 0 { drawUniform(drawn, bound: bound, random.next()) }
    return try .concat([x, Variable(drawn)], axis: 1)
  }
}
