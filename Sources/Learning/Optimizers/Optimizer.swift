// What optimisers have in common: the tensors they update, groups of them, learning rates and saved state.
// The rules are in the files beside this one, schedules of the learning rate in Schedules/.

import Tensors

/// What some of an optimiser's tensors have different from the others.
public struct ParameterGroup {
  public enum Members {
    case quantum, classical
    case layer(Layer)
    case tensor(Variable)
  }
  public var members: Members
  /// nil: the optimiser's own.  A schedule scales all groups alike.
  public var lr, weightDecay: Double?

  public init(_ members: Members, lr: Double? = nil, weightDecay: Double? = nil) throws {
    if let lr { try check("lr", lr, lr >= 0, "0 or more") }
    if let weightDecay { try check("weight_decay", weightDecay, weightDecay >= 0, "0 or more") }
    (self.members, self.lr, self.weightDecay) = (members, lr, weightDecay)
  }

  func contains(_ variable: Variable, isQuantum: Bool) -> Bool {
    switch members {
    case .quantum: return isQuantum
    case .classical: return !isQuantum
    case .layer(let layer): return layer.parameters.contains { $0.variable === variable }
    case .tensor(let tensor): return tensor === variable
    }
  }
}

/// Updates tensors from their gradients.
///
/// Weight decay is L2: weightDecay · p is added to p's gradient, unless a rule says otherwise.
public class Optimizer {
  public private(set) var parameters: [Variable] = []
  private var known: Set<ObjectIdentifier> = []

  /// The learning rate of tensors in no group.
  public private(set) var lr: Double
  /// The one that the optimiser was made with, by which groups are scaled.
  private let baseRate: Double
  public let weightDecay: Double
  public private(set) var groups: [ParameterGroup] = []

  /// What belongs to one tensor.
  struct Slot {
    /// Its learning rate is lr times this.
    let rateFactor: Double
    let weightDecay: Double
    /// Updates so far.
    var steps = 0
    /// One tensor for each of `stateNames`.
    var state: [Tensor] = []
  }
  private(set) var slots: [Slot] = []

  /// The numbers of one update of one tensor.
  struct Update {
    let lr, weightDecay: Double
    /// 1 for the tensor's first update.
    let step: Int
  }

  /// lr above 0, weight decay 0 or more.
  init(lr: Double, weightDecay: Double = 0) throws {
    try check("lr", lr, lr > 0, "above 0")
    try check("weight_decay", weightDecay, weightDecay >= 0, "0 or more")
    (self.lr, baseRate, self.weightDecay) = (lr, lr, weightDecay)
  }

  // MARK: which tensors

  /// Sets apart some of the tensors that are added from now on; the first group that has a tensor counts.
  public func addGroup(_ group: ParameterGroup) throws {
    guard parameters.isEmpty else {
      throw EngineError.state("groups must be given before the optimiser has tensors; it has \(parameters.count)")
    }
    groups.append(group)
  }

  /// Adds a tensor to those that `step` updates; one that is there already stays there once.
  public func add(_ variable: Variable) throws {
    guard !variable.isResult else {
      throw EngineError.state("an optimiser cannot update the result of an operation")
    }
    guard variable.requiresGradient else {
      throw EngineError.state("the tensor does not require a gradient, so there is nothing to update")
    }
    append(variable, isQuantum: false)
  }

  /// Adds all trainable parameters of a built layer.
  public func add(_ layer: Layer) throws {
    guard layer.isBuilt else {
      throw EngineError.state("\(layer.kind) is not built; build it before its parameters can be optimised")
    }
    for parameter in layer.parameters where parameter.variable.requiresGradient {
      append(parameter.variable, isQuantum: parameter.isQuantum)
    }
  }

  private func append(_ variable: Variable, isQuantum: Bool) {
    guard known.insert(ObjectIdentifier(variable)).inserted else { return }
    let group = groups.first { $0.contains(variable, isQuantum: isQuantum) }
    var slot = Slot(
      rateFactor: (group?.lr).map { $0 / baseRate } ?? 1, weightDecay: group?.weightDecay ?? weightDecay)
    slot.state = stateNames.map { _ in Tensor(variable.type, variable.shape) }
    parameters.append(variable)
    slots.append(slot)
    prepare(slots.count - 1)
  }

  // MARK: steps

  /// Updates every tensor that has a gradient; the others are left alone.
  public func step() throws {
    if needsLoss {
      throw EngineError.state(
        "\(kind) evaluates the loss itself; give step a function that computes it")
    }
    for i in parameters.indices {
      let parameter = parameters[i]
      guard parameter.hasGradient, parameter.requiresGradient, let gradient = parameter.gradient else { continue }
      slots[i].steps += 1
      let slot = slots[i]
      try update(
        i, parameter.value, gradient,
        Update(lr: lr * slot.rateFactor, weightDecay: slot.weightDecay, step: slot.steps))
      parameter.value.noteWrite()
    }
  }

  /// Evaluates the loss where the tensors stand; with `gradients` it also leaves the loss's gradients with the tensors,
  /// and nothing of earlier ones.
  public typealias Evaluation = (_ gradients: Bool) throws -> Double

  /// One step that may evaluate the loss several times; the loss before the step, or close to it.
  @discardableResult
  public func step(_ loss: Evaluation) throws -> Double {
    let value = try loss(true)
    try step()
    return value
  }

  /// Whether it must be given the loss as a function.
  public var needsLoss: Bool { false }

  public func zeroGradients() {
    for parameter in parameters { parameter.zeroGradient() }
  }

  /// Sets the learning rate, 0 or more; those of groups change in proportion.
  public func setRate(_ rate: Double) throws {
    try check("lr", rate, rate >= 0, "0 or more")
    lr = rate
  }

  /// Learning rate of tensor number `index`.
  func rate(_ index: Int) -> Double { lr * slots[index].rateFactor }

  func setState(_ index: Int, _ value: Double) {
    for tensor in slots[index].state { tensor.fill(value) }
  }

  func countStep(_ index: Int) { slots[index].steps += 1 }

  // MARK: what the rules say

  /// "adam", in messages and saved states.
  var kind: String { preconditionFailure("an optimiser says its kind") }

  /// The numbers that it was made with, besides rate and decay.
  var ownSettings: [Double] { [] }

  /// What it was made with, in words that tell optimisers apart.
  package var settings: String {
    let ofGroups: [Double] = groups.flatMap { [$0.lr ?? -1, $0.weightDecay ?? -1] }
    return "\(kind) \([baseRate, weightDecay] + ownSettings + ofGroups)"
  }

  /// Names of the tensors that it keeps for each parameter; they start from zeros.
  var stateNames: [String] { [] }

  /// Called when tensor number `index` was added.
  func prepare(_ index: Int) {}

  /// One update of tensor number `index`.
  func update(_ index: Int, _ value: Tensor, _ gradient: Tensor, _ update: Update) throws {
    preconditionFailure("an optimiser says its rule")
  }

  /// What it keeps besides: numbers, and tensors of the whole optimiser.
  var extraState: (tensors: [NamedTensor], scalars: [(String, JSON)]) { ([], []) }

  /// Takes that back; everything is checked before anything changes.
  func restoreExtra(_ tensors: [String: Tensor], _ scalars: JSON) throws {}

  // MARK: saved state

  /// Everything that later steps depend on besides the tensors themselves and the options it was made with: copies.
  package func exportState() -> (tensors: [NamedTensor], scalars: JSON) {
    var tensors: [NamedTensor] = []
    for (i, slot) in slots.enumerated() {
      for (name, tensor) in zip(stateNames, slot.state) {
        tensors.append(NamedTensor(name: "\(i).\(name)", tensor: tensor.copy()))
      }
    }
    let extra = extraState
    let scalars: [(String, JSON)] = [
      ("kind", .string(kind)), ("lr", .number(lr)), ("steps", .array(slots.map { .integer($0.steps) })),
    ]
    return (tensors + extra.tensors, .object((scalars + extra.scalars).map { JSON.Member($0.0, $0.1) }))
  }

  /// Goes on where `exportState` was called, for an optimiser with the same options and tensors.
  package func importState(tensors: [NamedTensor], scalars: JSON) throws {
    let saved = try scalars.string("kind")
    guard saved == kind else {
      throw EngineError.state("the saved optimiser is \(saved), this one is \(kind)")
    }
    let steps = try scalars.integers("steps")
    guard steps.count == parameters.count else {
      throw EngineError.state("the saved optimiser has \(steps.count) tensors, this one has \(parameters.count)")
    }
    let rate = try scalars.number("lr")
    let named = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    var pairs: [(from: Tensor, to: Tensor)] = []
    for (i, slot) in slots.enumerated() {
      for (name, tensor) in zip(stateNames, slot.state) {
        pairs.append((try named.tensor("\(i).\(name)", like: tensor), tensor))
      }
    }
    try restoreExtra(named, scalars)
    for (from, to) in pairs { to.assign(from) }
    for i in slots.indices { slots[i].steps = steps[i] }
    try setRate(rate)
  }
}

/// A hyper-parameter's range check.
func check(_ name: String, _ value: Double, _ isValid: Bool, _ range: String) throws {
  guard isValid && value.isFinite else {
    throw EngineError.value("\(name) is \(value); it must be \(range)")
  }
}

extension Dictionary where Key == String, Value == Tensor {
  /// The tensor of a saved state that goes into `place`.
  func tensor(_ name: String, like place: Tensor) throws -> Tensor {
    guard let tensor = self[name] else { throw EngineError.file("the saved state lacks \"\(name)\"") }
    guard tensor.shape == place.shape, tensor.type == place.type else {
      throw EngineError.shape(
        "\"\(name)\" is saved as \(tensor.type.name) \(describe(shape: tensor.shape)); expected \(place.type.name) \(describe(shape: place.shape))")
    }
    return tensor
  }
}

extension Tensor {
  /// Copies the values of a tensor of the same type and shape.
  package func assign(_ other: Tensor) {
    precondition(other.type == type && other.count == count)
    raw.copyMemory(from: other.raw, byteCount: bytes)
    noteWrite()
  }
}
