// Group normalisation.

import Tensors

/// The channels of every sample of [batch, channels, ...] in groups; each group is shifted and scaled to mean 0 and
/// variance 1, then every channel scaled by gamma and shifted by beta (Wu, He 2018).  As many groups as channels are
/// instance normalisation (Ulyanov et al. 2016).  The same in training and evaluation.
///
/// Parameters: gamma [channels], from 1, beta [channels], from 0.
public final class GroupNormLayer: Layer, SpecifiedLayer {
  public let groups: Int
  public let eps: Double
  public let affine: Bool

  public init(groups: Int, eps: Double = 1e-5, affine: Bool = true) throws {
    guard groups >= 1 else { throw EngineError.value("groups is \(groups); it must be 1 or more") }
    try checkEps(eps)
    (self.groups, self.eps, self.affine) = (groups, eps, affine)
    super.init()
  }

  static let kindName = "group_norm"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("groups", .integer(groups)), ("eps", .number(eps)), ("affine", .bool(affine))])
    }
  }

  convenience init(specification: JSON) throws {
    try self.init(
      groups: specification.integer("groups"), eps: specification.number("eps"), affine: specification.bool("affine"))
  }

  override var kind: String { Self.kindName }
  override var detail: String { "\(groups) \(groups == 1 ? "group" : "groups")" }

  package var gamma: Variable? { affine ? ownParameters.first?.variable : nil }
  package var beta: Variable? { affine ? ownParameters.last?.variable : nil }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    guard let channels = input.first, channels % groups == 0 else {
      throw EngineError.shape(
        "\(input.first ?? 0) channels cannot be cut into \(groups) equal groups, got input \(Self.batched(input))")
    }
    return input
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    affine ? ParameterPlan.scaleAndShift([input[0]]) : []
  }

  override func multiplyAdds(_ input: [Int]) -> Int { input.reduce(1, *) }

  override func apply(_ x: Variable) -> Variable {
    let spatial = x.shape[2...].reduce(1, *)
    let form = GroupForm(
      rows: x.shape[0] * groups, width: x.shape[1] / groups * spatial, groups: groups, inner: spatial)
    return GroupNorm.apply(x, gamma: gamma, beta: beta, form, eps: eps)
  }
}
