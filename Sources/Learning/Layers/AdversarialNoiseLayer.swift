// Noise on features that is not random: a step up the loss.

import Tensors

/// In training y = x + size · sign(d), where d is the gradient of the loss by y in the last backward pass, summed over its
/// batch: each feature is moved the way that hurt the batch before (after You et al. 2019, "Adversarial noise layer").  In
/// evaluation, and before the first backward pass, nothing happens.
///
/// Buffer: direction [features], from 0; it is saved, so that training goes on as it would have.
public final class AdversarialNoiseLayer: Layer, SpecifiedLayer {
  /// In units of the features.
  public let size: Double

  /// size: 0 or more.
  public init(size: Double) throws {
    guard size >= 0, size.isFinite else { throw EngineError.value("size is \(size); it must be 0 or more") }
    self.size = size
    super.init()
  }

  static let kindName = "adversarial_noise"
  package override var specification: JSON {
    get throws { specified(Self.kindName, [("size", .number(size))]) }
  }

  convenience init(specification: JSON) throws { try self.init(size: specification.number("size")) }

  override var kind: String { Self.kindName }
  override var detail: String { "size \(size)" }
  override var isUnsteady: Bool { size > 0 }

  override func bufferPlans(_ input: [Int]) -> [BufferPlan] { [BufferPlan(name: "direction", shape: input, value: 0)] }

  override func apply(_ x: Variable) throws -> Variable {
    guard isTraining, size > 0, let direction = ownBuffers.first?.tensor else { return x }
    let y = try x + Variable(direction).map(.sign).affine(scale: size, offset: 0)
    return .result(y.value, of: Listening(x: x, heard: direction))
  }
}

/// Passes a gradient on and keeps its sum over the batch.
private struct Listening: Operation {
  let x: Variable
  let heard: Tensor

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) throws {
    heard.assign(try Recording.off { try Variable(gradient).reduced(.sum, axes: [0]).value })
    x.accumulate(gradient, shared: true)
  }
}
