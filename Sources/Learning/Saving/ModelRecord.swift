// A built model as values that can be written down, and the model made again from them.
// What they look like in a file is left to Records.

import Tensors

/// Everything that a model is: a description and named tensors.
public struct ModelRecord {
  /// The version of the description.
  static let version = 1

  /// "format", "hqnn" (the library's version), "element_type", "input_shape" of one sample, "layer" (the
  /// specification of the whole), "frozen" (parameters that training does not change), "random" (where the random draws of
  /// every layer stand).
  public let description: JSON
  /// Parameters and buffers.
  public let tensors: [NamedTensor]

  public init(description: JSON, tensors: [NamedTensor]) { (self.description, self.tensors) = (description, tensors) }
}

extension Layer {
  /// What makes a model of the same layers: specifications in which a layer that stands in several places is one.
  /// Throws for a layer that has none.
  public var architecture: JSON {
    get throws { try SharedLayers.during(self) { try specification } }
  }

  /// The model, not built, that `architecture` described.
  public static func from(architecture: JSON) throws -> Layer {
    try SharedLayers.during(nil) { try make(architecture) }
  }

  /// Parameters, then buffers; the memory is the model's.
  public var namedTensors: [NamedTensor] {
    parameters.map { NamedTensor(name: $0.name, tensor: $0.variable.value) } + buffers
  }

  // MARK: the whole model

  /// The built model as it is now; the tensors are the model's own.
  public func record() throws -> ModelRecord {
    guard let type, let inputShape else {
      throw EngineError.state("the model is not built, so it has no weights to save; build it with its input's shape first")
    }
    let frozen = parameters.filter { !$0.variable.requiresGradient }.map { JSON.string($0.name) }
    return ModelRecord(
      description: [
        "format": .integer(ModelRecord.version), "hqnn": .string(libraryVersion), "element_type": .string(type.name),
        "input_shape": .array(inputShape.map(JSON.integer)), "layer": try architecture, "frozen": .array(frozen),
        "random": randomState,
      ], tensors: namedTensors)
  }

  /// The model that `record` described, built, with its values.  Nothing larger than the record's tensors is made.
  public static func restored(_ record: ModelRecord) throws -> Layer {
    let description = record.description
    let version = try description.integer("format")
    guard version == ModelRecord.version else {
      throw EngineError.file("the model is of format \(version); this library reads format \(ModelRecord.version)")
    }
    let typeName = try description.string("element_type")
    guard let type = [ElementType.float32, .float64].first(where: { $0.name == typeName }) else {
      throw EngineError.file("\"element_type\" is \"\(typeName)\"; it must be \"float32\" or \"float64\"")
    }
    guard let layer = description["layer"] else { throw EngineError.file("\"layer\" is missing") }
    let model = try from(architecture: layer)
    let values = record.tensors.reduce(0) { $0 + $1.tensor.count }
    try model.build(type, shape: [1] + description.integers("input_shape"), seed: 0, limit: values)
    try model.load(record.tensors, strict: true)
    try model.freeze(exactly: description.array("frozen"))
    guard let random = description["random"] else { throw EngineError.file("\"random\" is missing") }
    try model.setRandomState(random)
    return model
  }

  /// Freezes the parameters of these names and no others.
  private func freeze(exactly names: [JSON]) throws {
    let all = parameters
    let known = Set(all.map(\.name))
    var frozen: Set<String> = []
    for name in names {
      guard case .string(let text) = name, known.contains(text) else {
        throw EngineError.file("\"frozen\" names \(name.text), which is no parameter of the model")
      }
      frozen.insert(text)
    }
    for parameter in all { parameter.setTrainable(!frozen.contains(parameter.name)) }
  }

  /// A model of its own with the same layers and values, frozen where this one is, drawing what this one would draw.
  public func copy() throws -> Layer {
    let description = try architecture
    guard isBuilt else { return try Layer.from(architecture: description) }
    return try Layer.restored(record())
  }

  // MARK: values

  /// Copies tensors into the parameters and buffers of their names; gives how many.
  ///
  /// strict: every parameter and buffer must be there and nothing else; otherwise those that are there are taken, one
  /// at least.  Shapes must be the model's.  Values go through another element type only when none changes.  Nothing
  /// is changed when anything is wrong.
  @discardableResult
  public func load(_ tensors: [NamedTensor], strict: Bool) throws -> Int {
    guard let type else {
      throw EngineError.state("the model is not built; build it with its input's shape before weights are loaded")
    }
    let own = namedTensors
    let given = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    var pairs: [(from: Tensor, into: Tensor)] = []
    for target in own {
      guard let source = given[target.name] else {
        if !strict { continue }
        throw EngineError.shape(
          "tensor \"\(target.name)\" \(Tensors.describe(shape: target.tensor.shape)) of the model is missing")
      }
      guard source.shape == target.tensor.shape else {
        throw EngineError.shape(
          "tensor \"\(target.name)\" is \(Tensors.describe(shape: source.shape)), the model's is \(Tensors.describe(shape: target.tensor.shape))")
      }
      let values = source.cast(to: type)
      guard type == source.type || type == .float64 || values.cast(to: source.type).hasBits(of: source) else {
        throw EngineError.shape("tensor \"\(target.name)\" has \(source.type.name) values that \(type.name) cannot hold; the model is \(type.name)")
      }
      pairs.append((values, target.tensor))
    }
    let names = Set(own.map(\.name))
    if strict, let other = tensors.first(where: { !names.contains($0.name) }) {
      throw EngineError.shape(
        "tensor \"\(other.name)\" \(Tensors.describe(shape: other.tensor.shape)) is none of the model's")
    }
    guard !pairs.isEmpty || own.isEmpty else {
      throw EngineError.shape(
        "none of the \(tensors.count) tensors has a name of the model's, such as \"\(own[0].name)\"")
    }
    for (from, into) in pairs { into.assign(from) }
    return pairs.count
  }

  // MARK: random draws

  /// Where the draws of all layers stand: for each of `allLayers` [seed, number, draws, evaluations of each of its
  /// circuits …].
  package var randomState: JSON {
    .array(
      allLayers.map { layer in
        .array(
          [.bits(layer.random.seed), .integer(layer.random.number), .bits(layer.random.draws)]
            + layer.runners.map { .integer($0.evaluation) })
      })
  }

  package func setRandomState(_ state: JSON) throws {
    let layers = allLayers
    guard case .array(let rows) = state, rows.count == layers.count else {
      throw EngineError.file("\"random\" must have a row for each of the \(layers.count) layers")
    }
    for (index, (layer, row)) in zip(layers, rows).enumerated() {
      let values = try JSON.object([.init("random", row)]).integers("random")
      // Far beyond what is ever drawn, and far from overflow.
      let counts = values.dropFirst()
      guard values.count == 3 + layer.runners.count, counts.allSatisfy({ (0...1 << 31).contains($0) }) else {
        throw EngineError.file("row \(index) of \"random\" is not that of a \(layer.kind) layer")
      }
      layer.random = LayerRandom(
        seed: UInt64(truncatingIfNeeded: values[0]), number: values[1], draws: UInt64(values[2]))
      for (circuit, evaluation) in zip(layer.runners, values[3...]) { circuit.evaluation = evaluation }
    }
  }
}

extension Tensor {
  /// Whether the elements are the same, bit for bit; NaNs included.
  func hasBits(of other: Tensor) -> Bool {
    type == other.type && shape == other.shape
      && (0..<count).allSatisfy { self[$0].bitPattern == other[$0].bitPattern }
  }
}
