// What an OpenQASM program does, gate by gate, and the circuit that comes of it.

import Tensors

/// Collects operations; wires are known only when all registers are.
struct QASMProgram {
  /// Operations a circuit may have.  Definitions can double their size line by line.
  static let maximumOperations = 1 << 20
  static let maximumBits = 1 << 16
  /// Definitions inside definitions.
  static let maximumDepth = 256

  private enum Step {
    case gate(any Gate, angles: [AngleSum], condition: [Operation.ClassicalBit])
    case measure(bit: Int)
    case reset
    case barrier
  }

  /// Qubits and classical bits declared so far.
  var qubits = 0
  var bits = 0
  private var steps: [(step: Step, wires: [Int], place: QASMPlace)] = []
  /// Bits that a measurement has set; all others are 0.
  private var measured: Set<Int> = []

  let fail: @Sendable (QASMPlace, String) -> EngineError

  init(fail: @escaping @Sendable (QASMPlace, String) -> EngineError) { self.fail = fail }

  private mutating func add(_ step: Step, _ wires: [Int], _ place: QASMPlace) throws {
    guard steps.count < Self.maximumOperations else { throw tooMany(place) }
    steps.append((step, wires, place))
  }

  private func tooMany(_ place: QASMPlace) -> EngineError {
    fail(place, "the circuit has more than \(Self.maximumOperations) operations")
  }

  mutating func measure(_ qubit: Int, into bit: Int, _ place: QASMPlace) throws {
    try add(.measure(bit: bit), [qubit], place)
    measured.insert(bit)
  }

  mutating func reset(_ qubit: Int, _ place: QASMPlace) throws { try add(.reset, [qubit], place) }

  mutating func barrier(_ qubits: [Int], _ place: QASMPlace) throws {
    if !qubits.isEmpty { try add(.barrier, qubits, place) }
  }

  /// The part of a condition that is open: nil when a bit that nothing has measured, and is 0, rules it out.
  func open(_ condition: [Operation.ClassicalBit]) -> [Operation.ClassicalBit]? {
    if condition.contains(where: { $0.value && !measured.contains($0.bit) }) { return nil }
    if condition.contains(where: { a in condition.contains { $0.bit == a.bit && $0.value != a.value } }) { return nil }
    var result: [Operation.ClassicalBit] = []
    for item in condition where measured.contains(item.bit) && !result.contains(item) { result.append(item) }
    return result
  }

  // MARK: Gates

  /// Where a gate of a definition ends up.
  private struct Context {
    var controls: [(wire: Int, value: Bool)]
    var isInverse: Bool
    let condition: [Operation.ClassicalBit]
    let place: QASMPlace
    /// Whether it stands in the program itself, not in a definition.
    var isStatement: Bool
  }

  /// Applies a gate to qubits, the modifiers' controls first.
  mutating func apply(
    _ gate: QASMGate, _ modifiers: QASMModifiers, _ arguments: [QASMAngle], _ qubits: [Int],
    if condition: [Operation.ClassicalBit], _ place: QASMPlace
  ) throws {
    let size = modifiers.size(gate.size)
    guard size <= Self.maximumOperations - steps.count else {
      let counted = size == .max ? "more than \(Int.max)" : "\(size)"
      throw fail(
        place,
        size == 1
          ? "the circuit has more than \(Self.maximumOperations) operations"
          : "this stands for \(counted) gates; a circuit has at most \(Self.maximumOperations)")
    }
    let context = Context(controls: [], isInverse: false, condition: condition, place: place, isStatement: true)
    try apply(gate, modifiers, arguments, qubits, context)
  }

  private mutating func apply(
    _ gate: QASMGate, _ modifiers: QASMModifiers, _ arguments: [QASMAngle], _ qubits: [Int], _ outer: Context
  ) throws {
    var context = outer
    context.controls += zip(qubits, modifiers.controls).map { ($0, $1) }
    if modifiers.power < 0 { context.isInverse.toggle() }
    let targets = Array(qubits.dropFirst(modifiers.controls.count))
    for _ in 0..<abs(modifiers.power) {
      switch gate.body {
      case .native(let native, let phase):
        try emit(native, arguments, targets, context)
        let sum = zip(phase, arguments).reduce(QASMAngle(0)) { $0 + $1.0 * $1.1 }
        if !context.controls.isEmpty { try emit(phase: sum, context) }
      case .globalPhase: try emit(phase: arguments[0], context)
      case .calls(let calls):
        for call in context.isInverse ? calls.reversed() : calls {
          let inner = try call.arguments.map { expression in
            try expression.value(arguments) { fail($0, "\($1) (in gate '\(gate.name)', applied in line \(outer.place.line))") }
          }
          context.isStatement = false
          try apply(call.gate, call.modifiers, inner, call.qubits.map { targets[$0] }, context)
        }
      case .opaque: throw fail(context.place, "gate '\(gate.name)' is opaque: it has no definition to apply")
      }
    }
  }

  private mutating func emit(_ gate: any Gate, _ arguments: [QASMAngle], _ wires: [Int], _ context: Context) throws {
    var (gate, angles) = (gate, arguments.map(\.sum))
    if context.isInverse { (gate, angles) = Gates.inverse(gate, angles) }
    try add(
      .gate(
        Gates.controlled(gate, values: context.controls.map(\.value)), angles: angles, condition: context.condition),
      context.controls.map(\.wire) + wires, context.place)
  }

  /// exp(iγ) where the controls have their values.  Without any, only a phase asked for by itself is kept.
  private mutating func emit(phase: QASMAngle, _ context: Context) throws {
    if phase.isConstant, phase.constant == 0 { return }
    var context = context
    if context.controls.isEmpty {
      if context.isStatement, qubits > 0 { try emit(Gates.named("GlobalPhase"), [phase], [0], context) }
      return
    }
    let last = context.controls.lastIndex { $0.value } ?? context.controls.count - 1
    let control = context.controls.remove(at: last)
    let flip = Context(
      controls: [], isInverse: false, condition: context.condition, place: context.place, isStatement: false)
    if !control.value { try emit(Gates.named("X"), [], [control.wire], flip) }
    try emit(Gates.named("PhaseShift"), [phase], [control.wire], context)
    if !control.value { try emit(Gates.named("X"), [], [control.wire], flip) }
  }

  // MARK: The circuit

  func circuit() throws -> Circuit {
    guard qubits > 0 else { throw fail(QASMPlace(line: 1, column: 1), "the program declares no qubits") }
    var circuit = try Circuit(wires: qubits)
    for (step, wires, place) in steps {
      do {
        switch step {
        case .gate(let gate, let angles, let condition): try circuit.append(gate, wires, angles, if: condition)
        case .measure(let bit): try circuit.measure(wire: wires[0], into: bit)
        case .reset: try circuit.reset(wire: wires[0])
        case .barrier: try circuit.barrier(wires)
        }
      } catch let error as EngineError {
        throw fail(place, error.message)
      }
    }
    return circuit
  }
}
