// Layers that users write: functions say the shapes, the parameters and the map.

import Glibc
import Tensors

/// What a layer of a user's own is made of.
public struct LayerFunctions {
  /// The shape of one sample's output for an input of this shape; names parameters and places inner layers through
  /// the plan.  Called once for each shape that the layer is asked about.
  public var build: (_ plan: LayerPlan, _ input: [Int]) throws -> [Int]
  /// The map, from the operations of tensors and from inner layers; [batch, ...] to [batch, ...].
  public var forward: (_ layer: CustomLayer, _ x: Variable) throws -> Variable

  public init(
    build: @escaping (_ plan: LayerPlan, _ input: [Int]) throws -> [Int],
    forward: @escaping (_ layer: CustomLayer, _ x: Variable) throws -> Variable
  ) {
    (self.build, self.forward) = (build, forward)
  }
}

/// What `build` says of a layer besides its output's shape.
public final class LayerPlan {
  fileprivate let layer: CustomLayer
  fileprivate let type: ElementType
  fileprivate private(set) var parameters: [ParameterPlan] = []
  fileprivate private(set) var inputs: [Int: [Int]] = [:]

  fileprivate init(_ layer: CustomLayer, _ type: ElementType) { (self.layer, self.type) = (layer, type) }

  /// A parameter; without an initialiser uniform in ±1/√fan-in.  Fan-in is the product of all dimensions but the last,
  /// which is fan-out, as for weights [inputs, units]; a vector's fan-in is its length.  Names are words, each once.
  public func parameter(_ name: String, _ shape: [Int], _ initializer: Initializer? = nil) throws {
    guard isWord(name) else {
      throw EngineError.value("a parameter is named '\(name)'; names are letters, digits and _, a letter first")
    }
    guard !parameters.contains(where: { $0.name == name }) else {
      throw EngineError.value("there are two parameters named '\(name)'")
    }
    guard !layer.names.contains(name) else {
      throw EngineError.value("'\(name)' is the name of an inner layer, so a parameter cannot have it")
    }
    guard shape.allSatisfy({ $0 >= 1 }) else {
      throw EngineError.shape("parameter '\(name)' is \(describe(shape: shape)); its dimensions must be 1 or more")
    }
    try ensureFits(type, shape)
    let fanIn = shape.count > 1 ? shape.dropLast().reduce(1, *) : shape.last ?? 1
    var plan = ParameterPlan.scaled(name, shape, fanIn: fanIn, fanOut: shape.last ?? 1)
    if let initializer {
      try initializer.check()
      plan = ParameterPlan(name, shape, initializer, fanIn: plan.fanIn, fanOut: plan.fanOut)
      try initializer.check(plan)
    }
    parameters.append(plan)
  }

  /// The shape that inner layer `index` makes of one sample of this shape, which is what it will be built for.
  public func layer(_ index: Int, _ input: [Int]) throws -> [Int] {
    let children = layer.children
    guard children.indices.contains(index) else {
      throw EngineError.value("inner layer \(index) is not in 0..<\(children.count)")
    }
    guard inputs[index] == nil || inputs[index] == input else {
      throw EngineError.state("inner layer \(layer.childName(index)) is given two shapes of input")
    }
    let output = try children[index].plan(
      type, input, named: "inner layer \(layer.childName(index)) (\(children[index].kind))")
    inputs[index] = input
    return output
  }
}

/// A layer made of a user's functions.  Its parameters and inner layers are named, trained, frozen and attacked like
/// those of any other.
public final class CustomLayer: Layer {
  private let name: String
  private let inner: [Layer]
  fileprivate let names: [String]
  private let functions: LayerFunctions
  private var plans: [PlanKey: Planned] = [:]
  /// What its maker wants to be told to make it again; nil where nobody is registered for it.
  package var recipe: Recipe?

  private struct PlanKey: Hashable {
    let type: ElementType
    let input: [Int]
  }

  /// What the build function said for a shape.
  private struct Planned {
    let parameters: [ParameterPlan]
    let inputs: [(index: Int, shape: [Int])]
    let output: [Int]
  }

  /// `names` are those of the inner layers, for parameters: "body.weights".
  public init(_ name: String, layers: [NamedLayer] = [], _ functions: LayerFunctions) throws {
    guard isWord(name) else {
      throw EngineError.value("a layer is named '\(name)'; names are letters, digits and _, a letter first")
    }
    try checkNames(layers, of: "inner layer", "inner layers")
    (self.name, self.functions) = (name, functions)
    (inner, names) = (layers.map(\.layer), layers.map(\.name))
    super.init()
  }

  override var kind: String { name }
  // Nobody knows what the functions draw or look at, so that their results are not kept for later.
  override var isUnsteady: Bool { true }
  override var children: [Layer] { inner }
  /// The layers inside, for the forward function.
  public var innerLayers: [Layer] { inner }
  override func childName(_ index: Int) -> String { names[index] }

  package override var specification: JSON {
    get throws {
      guard let recipe else {
        throw EngineError.state(
          "the layer '\(name)' cannot be saved with its architecture: no maker is registered for it (hq.register_layer)")
      }
      return specified(CustomLayers.prefix + recipe.name, [("options", recipe.options)])
    }
  }

  /// What the build function says for a shape; asked once.
  private func planned(_ type: ElementType, _ input: [Int]) throws -> Planned {
    let key = PlanKey(type: type, input: input)
    if let known = plans[key] { return known }
    let plan = LayerPlan(self, type)
    let output = try functions.build(plan, input)
    guard output.allSatisfy({ $0 >= 1 }) else {
      throw EngineError.shape(
        "its build function gives the shape \(Tensors.describe(shape: output)); dimensions must be 1 or more, without the batch")
    }
    let inputs = plan.inputs.sorted { $0.key < $1.key }.map { (index: $0.key, shape: $0.value) }
    let result = Planned(parameters: plan.parameters, inputs: inputs, output: output)
    plans[key] = result
    return result
  }

  override func plan(_ type: ElementType, _ input: [Int], named name: @autoclosure () -> String) throws -> [Int] {
    try prefixing(name()) {
      if let built = self.type, let inputShape, built != type || inputShape != input {
        throw EngineError.state(
          "it is built for \(built.name) input \(Self.batched(inputShape)) and cannot take \(type.name) input \(Self.batched(input))"
        )
      }
      let planned = try planned(type, input)
      try ensureFits(type, planned.output)
      // Inner layers may have been built for something else since.
      let plan = LayerPlan(self, type)
      for input in planned.inputs { _ = try plan.layer(input.index, input.shape) }
      return planned.output
    }
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    plans.first { $0.key.input == input }?.value.parameters ?? []
  }

  override func create(_ input: [Int], _ building: inout Building) throws -> [Int] {
    let output = try super.create(input, &building)
    for (index, input) in try planned(building.type, input).inputs {
      _ = try prefixing("inner layer \(names[index]) (\(inner[index].kind))") {
        try inner[index].create(input, &building)
      }
    }
    return output
  }

  override func apply(_ x: Variable) throws -> Variable {
    let y = try functions.forward(self, x)
    let wanted = outputShape ?? []
    guard y.type == x.type else {
      throw EngineError.shape("its forward function gives \(y.type.name) for \(x.type.name) input")
    }
    guard y.shape.first == x.shape[0], y.shape.dropFirst().elementsEqual(wanted) else {
      throw EngineError.shape(
        "its forward function gives \(Tensors.describe(shape: y.shape)) for input \(Tensors.describe(shape: x.shape)); its build function said \(Self.batched(wanted))"
      )
    }
    return y
  }
}

/// Letters, digits and underscores, a letter first.
private func isWord(_ text: String) -> Bool {
  guard let first = text.utf8.first, text.utf8.count <= 64, !(48...57).contains(first) else { return false }
  return text.utf8.allSatisfy {
    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "_")
  }
}

/// Under what name, and with what options, somebody can make a layer again.
package struct Recipe {
  package let name: String
  package let options: JSON
  package init(_ name: String, _ options: JSON) { (self.name, self.options) = (name, options) }
}

/// Who makes layers of users' own when a model is loaded, by name.
package enum CustomLayers {
  static let prefix = "custom:"

  /// Makes a layer from the options in its specification.
  package typealias Maker = (_ options: JSON) throws -> Layer

  private static let makers = LockedMakers()

  /// Registers a maker, in the place of an earlier one of this name.
  package static func register(_ name: String, _ maker: @escaping Maker) throws {
    guard isWord(name) else {
      throw EngineError.value("a layer is registered as '\(name)'; names are letters, digits and _, a letter first")
    }
    makers.set(name, maker)
  }

  /// The layer that a specification of kind "custom:name" describes.
  static func make(_ kind: String, _ specification: JSON) throws -> Layer {
    let name = String(kind.dropFirst(prefix.count))
    guard let maker = makers.get(name) else {
      throw EngineError.file(
        "the model has a layer '\(name)' that a script made; register a maker of that name before loading (hq.register_layer)")
    }
    let options = specification["options"] ?? .object([])
    let layer = try maker(options)
    (layer as? CustomLayer)?.recipe = Recipe(name, options)
    return layer
  }
}

/// The table of makers, under a lock because models may be loaded from several threads.
private final class LockedMakers: @unchecked Sendable {
  private var makers: [String: CustomLayers.Maker] = [:]
  private var mutex = pthread_mutex_t()

  init() { pthread_mutex_init(&mutex, nil) }
  deinit { pthread_mutex_destroy(&mutex) }

  func set(_ name: String, _ maker: @escaping CustomLayers.Maker) {
    pthread_mutex_lock(&mutex)
    defer { pthread_mutex_unlock(&mutex) }
    makers[name] = maker
  }

  func get(_ name: String) -> CustomLayers.Maker? {
    pthread_mutex_lock(&mutex)
    defer { pthread_mutex_unlock(&mutex) }
    return makers[name]
  }
}
