// Layer normalisation.

import Tensors

/// Every sample, over its last axes, is shifted and scaled to mean 0 and variance 1, then scaled by gamma and shifted
/// by beta, value by value (Ba, Kiros, Hinton 2016).  The same in training and evaluation.
///
/// Parameters: gamma, from 1, and beta, from 0, of the shape of the axes.
public final class LayerNormLayer: Layer, SpecifiedLayer {
  /// How many axes, counted from the last; 0 for all of a sample.
  public let axes: Int
  public let eps: Double
  public let affine: Bool

  public init(axes: Int = 0, eps: Double = 1e-5, affine: Bool = true) throws {
    guard axes >= 0 else { throw EngineError.value("axes is \(axes); it must be 1 or more, or 0 for all") }
    try checkEps(eps)
    (self.axes, self.eps, self.affine) = (axes, eps, affine)
    super.init()
  }

  static let kindName = "layer_norm"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("axes", .integer(axes)), ("eps", .number(eps)), ("affine", .bool(affine))])
    }
  }

  convenience init(specification: JSON) throws {
    try self.init(
      axes: specification.integer("axes"), eps: specification.number("eps"), affine: specification.bool("affine"))
  }

  override var kind: String { Self.kindName }
  override var detail: String { axes == 0 ? "" : "last \(axes) \(axes == 1 ? "axis" : "axes")" }

  package var gamma: Variable? { affine ? ownParameters.first?.variable : nil }
  package var beta: Variable? { affine ? ownParameters.last?.variable : nil }

  private func normalized(_ input: [Int]) -> [Int] { axes == 0 ? input : Array(input.suffix(axes)) }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    guard !input.isEmpty, axes <= input.count else {
      throw EngineError.shape("a sample of \(Self.batched(input)) has no \(max(1, axes)) axes to normalise")
    }
    return input
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    affine ? ParameterPlan.scaleAndShift(normalized(input)) : []
  }

  override func multiplyAdds(_ input: [Int]) -> Int { input.reduce(1, *) }

  override func apply(_ x: Variable) -> Variable {
    let width = normalized(inputShape ?? []).reduce(1, *)
    let form = GroupForm(rows: x.value.count / width, width: width, groups: 1, inner: 1)
    return GroupNorm.apply(x, gamma: gamma, beta: beta, form, eps: eps)
  }
}
