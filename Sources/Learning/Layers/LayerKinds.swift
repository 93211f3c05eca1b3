// Layers by the name of their kind: how a model is made again from its specification.
// A new kind needs its line here, an initialiser from JSON and a `specification`.

import Tensors

/// A layer that can be made again from what it says of itself.
protocol SpecifiedLayer: Layer {
  /// The "kind" in specifications.
  static var kindName: String { get }
  /// Checks what it reads as any other initialiser does.
  init(specification: JSON) throws
}

enum LayerKinds {
  private static let all: [any SpecifiedLayer.Type] = [
    DenseLayer.self, FlattenLayer.self, FunctionLayer.self, SoftmaxLayer.self, Conv2DLayer.self, SequentialLayer.self,
    QuantumLayer.self, QuanvolutionLayer.self,
    ReshapeLayer.self, PoolLayer.self, AdaptivePoolLayer.self, BatchNormLayer.self, LayerNormLayer.self,
    GroupNormLayer.self, DropoutLayer.self, NoiseLayer.self, ResidualLayer.self, ParallelLayer.self,
    FusionLayer.self, FrozenLayer.self, HeadsLayer.self, Conv1DLayer.self, ConvTranspose2DLayer.self,
    UpsampleLayer.self, Pad2DLayer.self, NormaliseLayer.self, BinariseLayer.self, BitDepthLayer.self,
    MedianFilterLayer.self, JPEGLayer.self, AdversarialNoiseLayer.self, RandomInputsLayer.self,
  ]

  /// The layer that a specification describes, not built.
  static func make(_ specification: JSON) throws -> Layer {
    if specification["shared"] != nil { return try SharedLayers.layer(specification.integer("shared")) }
    let name = try specification.string("kind")
    let layer: Layer
    if let kind = all.first(where: { $0.kindName == name }) {
      layer = try kind.init(specification: specification)
    } else if name.hasPrefix(CustomLayers.prefix) {
      layer = try CustomLayers.make(name, specification)
    } else {
      throw EngineError.file("there is no layer of kind \"\(name)\" in this version")
    }
    if specification["trainable"] == .bool(false) { layer.setTrainable(alone: false) }
    if specification["id"] != nil { try SharedLayers.note(layer, specification.integer("id")) }
    if case .object(let members) = specification["init"] ?? .object([]) {
      for member in members { try layer.setInitializer(Initializer(member.value), for: member.key) }
    }
    return layer
  }
}

extension Layer {
  /// The layer that a specification describes, not built; throws a sentence about what is wrong with it.
  package static func make(_ specification: JSON) throws -> Layer { try LayerKinds.make(specification) }

  /// A specification from its members, with the kind in front and what all layers have.  A layer that stands in
  /// several places of an architecture is written down once.
  func specified(_ kind: String, _ members: [(String, JSON)] = []) -> JSON {
    let place = SharedLayers.place(of: self)
    if let place, !place.isFirst { return ["shared": .integer(place.id)] }
    var all = [JSON.Member("kind", .string(kind))]
    if let place { all.append(JSON.Member("id", .integer(place.id))) }
    if !isTrainable { all.append(JSON.Member("trainable", false)) }
    if !initializers.isEmpty {
      all.append(JSON.Member("init", .object(initializers.map { JSON.Member($0.role, $0.initializer.json) })))
    }
    return .object(all + members.map { JSON.Member($0.0, $0.1) })
  }
}

extension JSON {
  /// An array of two integers, height and width.
  func pair(_ key: String) throws -> (Int, Int) {
    let values = try integers(key)
    guard values.count == 2 else {
      throw EngineError.file("\"\(key)\" must have 2 integers, got \(values.count)")
    }
    return (values[0], values[1])
  }
}
