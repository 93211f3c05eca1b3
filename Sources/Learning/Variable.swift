// A tensor that takes part in automatic differentiation, and the sweep backwards through what made it.
// The operations themselves are in Operations/, one small type each.

import Tensors

/// Values with an optional gradient and an optional record of the operation that made them.
///
/// Differentiation is define-by-run: an operation on variables computes its result at once and, when
/// one of its operands requires a gradient, leaves a record behind.  `backward` follows the records
/// from newest to oldest and frees them.
public final class Variable {
  public let value: Tensor
  public var requiresGradient: Bool { isWanted && !isConstant }
  private var isWanted: Bool
  /// Set while a model's parameters are to be taken as constants.
  var isConstant = false
  /// Notes of the circuits that this was the weights of, for an optimiser that asks for them.
  var circuitUses: CircuitUses?

  /// The gradient's memory.  It may hold zeros that are not written yet (`isZero`), so that clearing
  /// gradients between steps costs nothing, and it may belong to someone else (`isBorrowed`).
  private var held: Tensor?
  private var isZero = false
  private var isBorrowed = false

  private var record: Record?
  private var isSpent = false
  /// One more than the highest level among the operands; orders the sweep backwards.
  private let level: Int
  private var isVisited = false

  /// A variable that no operation made.
  public init(_ value: Tensor, requiresGradient: Bool = false) {
    self.value = value
    isWanted = requiresGradient
    level = 0
  }

  private init(_ value: Tensor, record: Record, level: Int) {
    self.value = value
    isWanted = true
    self.record = record
    self.level = level
  }

  deinit { bury() }

  /// The result of an operation; keeps the operation when backward will need it.
  static func result(_ value: Tensor, of operation: some Operation) -> Variable {
    guard Recording.isOn else { return Variable(value) }
    var level = -1
    let operands = operation.operands
    for operand in operands where operand.requiresGradient { level = max(level, operand.level) }
    return level < 0
      ? Variable(value) : Variable(value, record: RecordOf(operation, operands), level: level + 1)
  }

  public var type: ElementType { value.type }
  public var shape: [Int] { value.shape }

  /// Whether an operation made this with a record, so that it is not the user's to change.
  public var isResult: Bool { record != nil || isSpent }

  /// Turns the gradient on or off, for variables that no recorded operation made.
  public func setRequiresGradient(_ required: Bool) throws {
    guard !isResult else {
      throw EngineError.state(
        "this tensor is the result of an operation; only tensors that no operation made can be switched")
    }
    isWanted = required
    if !required { held = nil }
  }

  // MARK: the gradient

  /// The sum of all gradients since the last `zeroGradient`; nil before any backward.
  public var gradient: Tensor? {
    if isZero { held?.fill(0) }
    return held
  }

  /// Whether a backward has reached this variable since the last `zeroGradient`.
  public var hasGradient: Bool { held != nil && !isZero }

  /// Sets the gradient to zero where there is one.
  public func zeroGradient() {
    if isBorrowed { (held, isBorrowed) = (held.map { Tensor(uninitialized: $0.type, $0.shape) }, false) }
    isZero = held != nil
    circuitUses?.forget()
  }

  /// Changes the gradient in place, where there is one.
  func changeGradient(_ body: (Tensor) -> Void) {
    if hasGradient { body(ownGradient()) }
  }

  /// Adds to the gradient in place: the body writes to (`false`) or adds to (`true`) the tensor.
  func accumulate(_ body: (_ into: Tensor, _ adding: Bool) throws -> Void) rethrows {
    if hasGradient { return try body(ownGradient(), true) }
    let into = held ?? Tensor(uninitialized: value.type, value.shape)
    try body(into, false)
    (held, isZero) = (into, false)
  }

  /// Adds a finished tensor to the gradient.  `shared` when others hold it too: then it is copied
  /// before anything is added to it.
  func accumulate(_ gradient: Tensor, shared: Bool) {
    if hasGradient {
      addInPlace(ownGradient(), gradient)
    } else {
      (held, isZero, isBorrowed) = (gradient, false, shared)
    }
  }

  /// The gradient's memory, made this variable's own before it is added to.
  private func ownGradient() -> Tensor {
    guard let held else { preconditionFailure("no gradient to add to") }
    if !isBorrowed { return held }
    let own = held.copy()
    (self.held, isBorrowed) = (own, false)
    return own
  }

  // MARK: backward

  /// Adds the derivative of this one-element variable to every variable that requires a gradient
  /// and took part in making it, then frees the records.
  public func backward() throws {
    guard value.count == 1 else {
      throw EngineError.shape(
        "backward needs a tensor with one element, got \(describe(shape: shape)); take its sum or mean")
    }
    let one = Tensor(uninitialized: type, shape)
    one.fill(1)
    try backward(from: one)
  }

  /// Same, for a result of any shape: the derivative of `sum(seed * self)`.
  package func backward(from seed: Tensor) throws {
    guard requiresGradient else {
      throw EngineError.state("no tensor that requires a gradient took part in making this one")
    }
    let results = try reachable()
    for result in results { try result.record?.checkUnchanged() }
    defer { for result in results { result.retire() } }
    accumulate(seed, shared: true)
    for result in results {
      if let record = result.record, let gradient = result.gradient { try record.backward(gradient) }
    }
  }

  /// The gradients of `sum(seed * self)` with respect to any tensors that took part in making this one, results of
  /// operations included.  Nothing else changes: accumulated gradients stay as they are and the records are kept.
  ///
  /// `seed` has this variable's shape; nil is 1 for a variable of one element.
  package func gradients(for targets: [Variable], seed: Tensor? = nil) throws -> [Tensor] {
    guard requiresGradient else {
      throw EngineError.state("no tensor that requires a gradient took part in making this one")
    }
    guard seed != nil || value.count == 1 else {
      throw EngineError.shape(
        "gradients need a result with one element, got \(describe(shape: shape)); take its sum or mean")
    }
    let results = try reachable()
    for result in results { try result.record?.checkUnchanged() }
    // Oldest first: a result leads to a target when it is one or one of its operands does.
    var leading = Set(targets.map(ObjectIdentifier.init))
    var involved = results
    var known = Set(results.map(ObjectIdentifier.init))
    for result in results.reversed() {
      for operand in result.record?.operands ?? [] {
        if leading.contains(ObjectIdentifier(operand)) { leading.insert(ObjectIdentifier(result)) }
        if known.insert(ObjectIdentifier(operand)).inserted { involved.append(operand) }
      }
    }
    for (number, target) in targets.enumerated() {
      guard target.requiresGradient else {
        throw EngineError.state("tensor \(number) does not require a gradient; switch that on before computing with it")
      }
      guard target === self || known.contains(ObjectIdentifier(target)) else {
        throw EngineError.state("tensor \(number) took no part in making the result")
      }
    }
    let before = involved.map { ($0.held, $0.isZero, $0.isBorrowed, $0.isConstant) }
    for variable in involved {
      (variable.held, variable.isZero, variable.isBorrowed) = (nil, false, false)
      if !leading.contains(ObjectIdentifier(variable)) { variable.isConstant = true }
    }
    defer {
      for (variable, state) in zip(involved, before) {
        (variable.held, variable.isZero, variable.isBorrowed, variable.isConstant) = state
      }
    }
    let one = seed ?? Tensor(uninitialized: type, shape)
    if seed == nil { one.fill(1) }
    accumulate(one, shared: true)
    for result in results where leading.contains(ObjectIdentifier(result)) {
      if let record = result.record, let gradient = result.gradient { try record.backward(gradient) }
    }
    return targets.map { $0.gradient?.copy() ?? Tensor($0.type, $0.shape) }
  }

  /// The results with records that this one depends on, newest first.
  private func reachable() throws -> [Variable] {
    var found: [Variable] = []
    var sorted = true
    defer { for variable in found { variable.isVisited = false } }
    func visit(_ variable: Variable) throws {
      guard variable.requiresGradient, !variable.isVisited else { return }
      guard !variable.isSpent else {
        throw EngineError.state(
          "backward has been through this result before and freed its record; compute it again first")
      }
      guard variable.record != nil else { return }
      variable.isVisited = true
      if let last = found.last, last.level < variable.level { sorted = false }
      found.append(variable)
    }
    try visit(self)
    var next = 0
    while next < found.count {
      for operand in found[next].record?.operands ?? [] { try visit(operand) }
      next += 1
    }
    if !sorted { found.sort { $0.level > $1.level } }
    return found
  }

  private func retire() {
    bury()
    (held, isSpent, isZero, isBorrowed) = (nil, true, false, false)
  }

  private func bury() {
    guard let record = record.map(Unmanaged.passRetained) else { return }
    self.record = nil
    Graveyard.bury(record)
  }
}
