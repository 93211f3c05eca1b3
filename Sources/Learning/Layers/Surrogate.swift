// What stands in for a layer in the backward pass: BPDA (Athalye, Carlini, Wagner 2018).
// Which layers have no derivative of their own is said in UndifferentiableLayer.swift and the files of its kinds.

import Tensors

/// Whose derivative is taken in the place of a layer's own.
package enum Surrogate {
  /// dy/dx = 1: for layers that leave the shape as it is and change values little.
  case identity
  /// The derivative of this built layer's map at the same input; it gives outputs of the same shape.
  case layer(Layer)
}

/// y = anything of x's shape, dy/dx = 1.
struct StraightThrough: Operation {
  let x: Variable

  var operands: [Variable] { [x] }
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) { x.accumulate(gradient, shared: true) }
}

extension Layer {
  /// Runs the body with surrogates, nil for the identity: forward values stay the layers' own, gradients of inputs go
  /// through the surrogates.  The layers' own parameters get no gradients meanwhile.
  package func withSurrogates<T>(_ surrogates: [(layer: Layer, surrogate: Layer?)], _ body: () throws -> T) throws -> T {
    let known = Set(allLayers.map(ObjectIdentifier.init))
    for (layer, surrogate) in surrogates {
      guard known.contains(ObjectIdentifier(layer)) else {
        throw EngineError.value("a surrogate is given for a layer (\(layer.kind)) that is not part of the model")
      }
      guard let surrogate else { continue }
      guard !surrogate.allLayers.contains(where: { $0 === layer }) else {
        throw EngineError.value("the surrogate of \(layer.kind) contains the layer itself; give another")
      }
    }
    let before = surrogates.map(\.layer.surrogate)
    for (layer, surrogate) in surrogates { layer.surrogate = surrogate.map(Surrogate.layer) ?? .identity }
    defer { for (layer, old) in zip(surrogates.map(\.layer), before).reversed() { layer.surrogate = old } }
    return try body()
  }

  /// From now on gradients through this layer are those of the surrogate, or its own again with nil.
  package func setSurrogate(_ surrogate: Surrogate?) throws {
    if case .layer(let other) = surrogate, other.allLayers.contains(where: { $0 === self }) {
      throw EngineError.value("the surrogate of \(kind) contains the layer itself; give another")
    }
    self.surrogate = surrogate
  }

  /// The layer's value with the surrogate's derivative.
  func throughSurrogate(_ x: Variable, _ map: (Variable) throws -> Variable) throws -> Variable {
    guard let surrogate, Recording.isOn, x.requiresGradient else { return try map(x) }
    let y = try Recording.off { try map(x).value }
    let standIn: Variable
    switch surrogate {
    case .identity:
      guard y.shape == x.shape else {
        throw EngineError.shape(
          "the identity cannot stand in for it: it makes \(Tensors.describe(shape: y.shape)) of \(Tensors.describe(shape: x.shape)); give a surrogate layer")
      }
      standIn = x
    case .layer(let layer):
      standIn = try layer.run(x, named: "surrogate (\(layer.kind))")
      guard standIn.shape == y.shape else {
        throw EngineError.shape(
          "its surrogate (\(layer.kind)) makes \(Tensors.describe(shape: standIn.shape)), the layer \(Tensors.describe(shape: y.shape)); they must agree")
      }
    }
    return .result(y, of: StraightThrough(x: standIn))
  }

  /// The place of the first layer that gradients of the input cannot go through, "layer 0 (binarise)"; empty when it
  /// is this layer, nil when there is none.
  package var obstacle: String? {
    if surrogate != nil { return nil }
    if !isDifferentiable { return "" }
    for (i, child) in children.enumerated() {
      guard let inner = child.obstacle else { continue }
      let place = self is SequentialLayer ? "layer \(i) (\(child.kind))" : "\(childName(i)) (\(child.kind))"
      return inner.isEmpty ? place : "\(place): \(inner)"
    }
    return nil
  }
}
