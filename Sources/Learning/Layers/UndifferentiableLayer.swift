// What the steps have in common that have no useful derivative: it is zero almost everywhere.
// Their maps are in files of their own; what else can stand in for a layer is in Surrogate.swift.

import Tensors

/// What backward does at a layer without a derivative.  Raw values are those of `hqnn_backward_rule`.
public enum BackwardRule: UInt32, CaseIterable, Sendable {
  /// It refuses, naming the layer, rather than give zeros that look like robustness.
  case none = 0
  /// dy/dx is taken as 1 (Bengio et al. 2013; against defences: BPDA, Athalye, Carlini, Wagner 2018).
  case straightThrough

  public var name: String { self == .none ? "none" : "straight_through" }

  init(specification: JSON) throws {
    let name = try specification.string("backward")
    guard let rule = Self.allCases.first(where: { $0.name == name }) else {
      throw EngineError.file("there is no backward rule \"\(name)\" in this version")
    }
    self = rule
  }
}

/// A map of images or vectors to values of the same shape with a derivative that is zero or says nothing.
public class UndifferentiableLayer: Layer {
  public let backward: BackwardRule

  init(backward: BackwardRule) {
    self.backward = backward
    super.init()
  }

  package override var isDifferentiable: Bool { backward != .none }

  /// The values; x is [batch, ...].
  func transform(_ x: Tensor) -> Tensor { preconditionFailure("a layer says its map") }

  final override func apply(_ x: Variable) throws -> Variable {
    let y = transform(x.value)
    guard x.requiresGradient, Recording.isOn else { return Variable(y) }
    guard backward == .straightThrough else {
      throw EngineError.state(
        "it has no derivative; for gradients through it give it backward = \"straight_through\" or a surrogate, or attack without gradients (black box)")
    }
    return .result(y, of: StraightThrough(x: x))
  }
}
