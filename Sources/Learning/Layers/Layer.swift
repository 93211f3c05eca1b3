// What every layer has: shapes inferred when it is built, parameters, training on or off.
// Each kind of layer is a subclass in a file of its own; Describe.swift prints models.

import Quantum
import Tensors

/// A layer or a whole model: a map from {batch, ...} to {batch, ...} with parameters.
///
/// A layer is made without knowing its input.  `build` infers all shapes and creates the parameters.
/// A subclass says four things: its kind, the output's shape, the parameters and the map itself.
public class Layer {
  /// Shapes of one sample, without the batch; nil before `build`.
  public private(set) var inputShape: [Int]?
  public private(set) var outputShape: [Int]?
  public private(set) var type: ElementType?

  /// Whether training changes the parameters.  Parameters stay as they are when it is off.
  public private(set) var isTrainable = true

  private(set) var ownParameters: [Parameter] = []

  /// Values that belong to the layer and are saved with it, but are not learned by gradients: running statistics.
  private(set) var ownBuffers: [NamedTensor] = []

  /// Whether the layer is being trained: dropout drops, batch normalisation uses the batch's statistics.
  /// Off after `build`; `fit` switches it on for its steps.
  public private(set) var isTraining = false

  /// Where the layer's random draws stand.
  package var random = LayerRandom()

  /// How parameters are drawn instead of as the layer would: by role, "weights" or "bias".
  private(set) var initializers: [(role: String, initializer: Initializer)] = []

  init() {}

  // MARK: what subclasses say

  /// The name in messages, "dense".
  var kind: String { preconditionFailure("a layer says its kind") }

  /// The same for other modules.
  package final var title: String { kind }

  /// What distinguishes it from others of its kind, for `describe`: "10 units".
  var detail: String { "" }

  /// Whether the parameters are a circuit's.
  var isQuantum: Bool { false }

  /// The output's shape for one sample of this shape.  Throws when the layer cannot take it.
  func inferShape(_ input: [Int]) throws -> [Int] { input }

  /// The parameters for a sample of this shape.
  func parameterPlans(_ input: [Int]) -> [ParameterPlan] { [] }

  /// The map itself; the input's shape and type have been checked.
  func apply(_ x: Variable) throws -> Variable { preconditionFailure("a layer says its map") }

  /// The values besides parameters that belong to the layer, for a sample of this shape, with what they start from.
  func bufferPlans(_ input: [Int]) -> [BufferPlan] { [] }

  /// The circuits that it runs itself, which count their random draws.
  package var runners: [CircuitRunner] { [] }

  /// Layers inside this one.
  var children: [Layer] { [] }

  /// What stands before the names of a child's parameters: "0" in "0.weights".
  func childName(_ index: Int) -> String { "\(index)" }

  /// Everything that is needed to make a layer like this one, without its values; "kind" is the type's name.
  /// Throws when it cannot be written down.
  package var specification: JSON {
    get throws {
      throw EngineError.state("a \(kind) layer cannot be saved: it has no description to be made again from")
    }
  }

  /// Multiplications with an addition that one sample of this shape takes, in the layer itself; additions and
  /// functions alone do not count.
  func multiplyAdds(_ input: [Int]) -> Int { 0 }

  /// Runs of circuits that one sample of this shape takes, in the layer itself.
  func circuitRuns(_ input: [Int]) -> Int { 0 }

  /// Whether gradients can go through it; otherwise asking for one is refused.
  package var isDifferentiable: Bool { true }

  /// Whose derivative is taken in the place of the layer's own; see Surrogate.swift.
  package var surrogate: Surrogate?

  /// Whether it gives something else every time, even in evaluation: noise that is always on, shots.
  var isAlwaysRandom: Bool { false }

  /// Whether training makes it do something else than evaluation, or it is random anyway.
  var isUnsteady: Bool { isAlwaysRandom || children.contains { $0.isUnsteady } }

  /// Whether it or a layer inside gives something else every time in evaluation too.
  package var isRandomInEvaluation: Bool { isAlwaysRandom || children.contains { $0.isRandomInEvaluation } }

  // MARK: building

  /// Draws parameters of this role, "weights" or "bias", in a way of one's own from the next `build` on.
  public func setInitializer(_ initializer: Initializer, for role: String) throws {
    try initializer.check()
    guard children.isEmpty else {
      throw EngineError.value("a \(kind) has no parameters of its own; choose initialisers for the layers inside it")
    }
    initializers.removeAll { $0.role == role }
    initializers.append((role, initializer))
  }

  private func initializer(for plan: ParameterPlan) -> Initializer {
    initializers.first { $0.role == plan.role }?.initializer ?? plan.initializer
  }

  /// Initialisers for parameters that there are, and that can be drawn that way.
  private func checkInitializers(_ plans: [ParameterPlan]) throws {
    for (role, initializer) in initializers {
      let meant = plans.filter { $0.role == role }
      guard !meant.isEmpty else {
        let known = plans.map { "\"\($0.role)\"" }.joined(separator: ", ")
        throw EngineError.value(
          "an initialiser for \"\(role)\", but \(plans.isEmpty ? "the layer has no parameters" : "the parameters are \(known)")")
      }
      for plan in meant { try initializer.check(plan) }
    }
  }

  public var isBuilt: Bool { type != nil }

  /// Creates the parameters for inputs of this shape; the first dimension is the batch and is not
  /// looked at.  Building again with the same input draws the parameters anew, in place.
  ///
  /// A parameter depends on the seed and on its number in the model alone.  Nothing changes when the
  /// shapes do not fit.
  public func build(_ type: ElementType, shape: [Int], seed: UInt64) throws {
    try build(type, shape: shape, seed: seed, limit: nil)
  }

  /// limit: how many values parameters and buffers may have in all, for a model that a file describes.
  func build(_ type: ElementType, shape: [Int], seed: UInt64, limit: Int?) throws {
    guard shape.count >= 1, shape.dropFirst().allSatisfy({ $0 >= 1 }) else {
      throw EngineError.shape(
        "an input's shape is {batch, ...} with dimensions of 1 or more, got \(Tensors.describe(shape: shape))")
    }
    let sample = Array(shape.dropFirst())
    try ensureFits(type, sample)
    _ = try plan(type, sample, named: topName)
    var building = Building(type: type, seed: seed, limit: limit)
    _ = try create(sample, &building)
  }

  /// Infers shapes without changing anything.
  func plan(_ type: ElementType, _ input: [Int], named name: @autoclosure () -> String) throws -> [Int] {
    try prefixing(name()) {
      if let built = self.type, let inputShape, built != type || inputShape != input {
        throw EngineError.state(
          "it is built for \(built.name) input \(Self.batched(inputShape)) and cannot take \(type.name) input \(Self.batched(input))"
        )
      }
      let output = try inferShape(input)
      try ensureFits(type, output)
      let plans = parameterPlans(input)
      for plan in plans { try ensureFits(type, plan.shape) }
      try checkInitializers(plans)
      return output
    }
  }

  /// Creates or redraws parameters; a layer that stands in several places is drawn once.
  func create(_ input: [Int], _ building: inout Building) throws -> [Int] {
    let output = try plan(building.type, input, named: "")
    setShapes(building.type, input, output)
    guard building.seen.insert(ObjectIdentifier(self)).inserted else { return output }
    let (plans, buffers) = (parameterPlans(input), bufferPlans(input))
    try building.take(plans.map(\.shape) + buffers.map(\.shape))
    if ownParameters.isEmpty {
      ownParameters = plans.map { plan in
        let tensor = Tensor(uninitialized: building.type, plan.shape)
        return Parameter(
          name: plan.name, variable: Variable(tensor, requiresGradient: isTrainable),
          isQuantum: isQuantum)
      }
    }
    for (parameter, plan) in zip(ownParameters, plans) {
      initializer(for: plan).draw(plan, into: parameter.variable.value, building.nextStream())
      parameter.variable.value.noteWrite()
      parameter.variable.zeroGradient()
    }
    if ownBuffers.isEmpty {
      ownBuffers = buffers.map { NamedTensor(name: $0.name, tensor: Tensor(uninitialized: building.type, $0.shape)) }
    }
    for (buffer, plan) in zip(ownBuffers, buffers) { buffer.tensor.fill(plan.value) }
    random = building.nextRandom()
    return output
  }

  func setShapes(_ type: ElementType, _ input: [Int], _ output: [Int]) {
    (self.type, inputShape, outputShape) = (type, input, output)
  }

  // MARK: running

  /// The output, with a record for backward.
  public func forward(_ x: Variable) throws -> Variable { try run(x, named: topName) }

  /// Checks the input and applies the layer; `name` opens the message of what goes wrong.
  func run(_ x: Variable, named name: @autoclosure () -> String) throws -> Variable {
    try Cancellation.check()
    return try prefixing(name()) {
      try check(x.value)
      return try surrogate == nil ? apply(x) : throughSurrogate(x) { try apply($0) }
    }
  }

  /// The parts that can be run on their own, one after the other: a sequential's layers.
  var depth: Int { 1 }

  /// How many of these parts, from the first on, training cannot change.
  var frozenFront: Int { isFrozen ? 1 : 0 }

  /// Runs some of the parts.
  func run(_ x: Variable, _ range: Range<Int>) throws -> Variable {
    range.isEmpty ? x : try forward(x)
  }

  /// Refuses an input that is not what the layer was built for.
  func check(_ x: Tensor) throws {
    guard let type, let inputShape else {
      throw EngineError.state("it is not built; build the model with its input's shape first")
    }
    guard x.shape.count == inputShape.count + 1, x.shape.dropFirst().elementsEqual(inputShape) else {
      throw EngineError.shape(
        "expected input \(Self.batched(inputShape)), got \(Tensors.describe(shape: x.shape))")
    }
    guard x.type == type else {
      throw EngineError.shape("expected \(type.name) input, got \(x.type.name)")
    }
    guard x.shape[0] > 0 else {
      throw EngineError.shape("the batch is empty, got input \(Tensors.describe(shape: x.shape))")
    }
  }

  // MARK: parameters

  /// All parameters with their names, each once: "weights", or "2.weights" inside a sequential.
  public var parameters: [Parameter] {
    var seen: Set<ObjectIdentifier> = []
    var result: [Parameter] = []
    func collect(_ layer: Layer, _ prefix: String) {
      for var parameter in layer.ownParameters
      where seen.insert(ObjectIdentifier(parameter.variable)).inserted {
        parameter.name = prefix + parameter.name
        result.append(parameter)
      }
      for (i, child) in layer.children.enumerated() { collect(child, "\(prefix)\(layer.childName(i)).") }
    }
    collect(self, "")
    return result
  }

  /// All buffers with their names, each once: "2.running_mean".
  public var buffers: [NamedTensor] {
    var seen: Set<ObjectIdentifier> = []
    var result: [NamedTensor] = []
    func collect(_ layer: Layer, _ prefix: String) {
      for var buffer in layer.ownBuffers where seen.insert(ObjectIdentifier(buffer.tensor)).inserted {
        buffer.name = prefix + buffer.name
        result.append(buffer)
      }
      for (i, child) in layer.children.enumerated() { collect(child, "\(prefix)\(layer.childName(i)).") }
    }
    collect(self, "")
    return result
  }

  /// This layer and all inside it, each once, containers before what they hold.
  package var allLayers: [Layer] {
    var seen: Set<ObjectIdentifier> = []
    var result: [Layer] = []
    func collect(_ layer: Layer) {
      guard seen.insert(ObjectIdentifier(layer)).inserted else { return }
      result.append(layer)
      for child in layer.children { collect(child) }
    }
    collect(self)
    return result
  }

  /// Switches training mode for this layer and all in it.
  public func setTraining(_ training: Bool) {
    for layer in allLayers { layer.isTraining = training }
  }

  /// Runs the body in training (or evaluation) mode; each layer's own mode comes back.
  package func withTraining<T>(_ training: Bool, _ body: () throws -> T) rethrows -> T {
    let layers = allLayers.filter { $0.isTraining != training }
    for layer in layers { layer.isTraining = training }
    defer { for layer in layers { layer.isTraining = !training } }
    return try body()
  }

  /// Turns training on or off for this layer and all in it.
  public func setTrainable(_ trainable: Bool) {
    isTrainable = trainable
    for parameter in ownParameters { parameter.setTrainable(trainable) }
    for child in children { child.setTrainable(trainable) }
  }

  /// The same for what is the layer's own, not for layers inside it.
  func setTrainable(alone trainable: Bool) {
    isTrainable = trainable
    for parameter in ownParameters { parameter.setTrainable(trainable) }
  }

  /// Runs the body with all parameters taken as constants, for gradients of inputs alone.
  package func withConstantParameters<T>(_ body: () throws -> T) rethrows -> T {
    let variables = parameters.map(\.variable).filter { !$0.isConstant }
    for variable in variables { variable.isConstant = true }
    defer { for variable in variables { variable.isConstant = false } }
    return try body()
  }

  /// Whether training would change nothing in it, so that its outputs can be kept.
  var isFrozen: Bool { !isUnsteady && parameters.allSatisfy { !$0.variable.requiresGradient } }

  // MARK: messages

  /// What opens messages about a layer that stands alone.
  var topName: String { kind }

  static func batched(_ shape: [Int]) -> String {
    "{" + (["batch"] + shape.map(String.init)).joined(separator: ", ") + "}"
  }

  @inline(__always)
  func prefixing<T>(_ name: @autoclosure () -> String, _ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as EngineError {
      let name = name()
      throw name.isEmpty ? error : EngineError(error.kind, "\(name): \(error.message)")
    }
  }
}
