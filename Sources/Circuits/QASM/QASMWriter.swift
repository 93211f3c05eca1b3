// Circuits as OpenQASM 2 and 3 programs.
// Gates that the standard includes lack are defined in the text; what they consist of is QASMSteps'.

import Tensors

extension Circuit {
  /// The circuit as an OpenQASM program.
  ///
  /// Version 2 has no parameters, so it needs values for inputs and weights where the circuit has them; version
  /// 3 declares `input float[64] x0, w0, …` for those that are not given.  The program is the same circuit up to
  /// a global phase.  What is measured at the end is a comment: OpenQASM has no expectation values.
  ///
  /// - Parameters:
  ///   - inputs: one sample, `inputCount` finite numbers.
  ///   - weights: `weightCount` finite numbers.
  public func qasm(version: Int = 3, inputs: [Double]? = nil, weights: [Double]? = nil) throws -> String {
    var writer = try QASMWriter(self, version: version, inputs: inputs, weights: weights)
    return try writer.program()
  }
}

struct QASMWriter {
  private let circuit: Circuit
  private let version: Int
  private let inputs: [Double]?
  private let weights: [Double]?
  private var definitions: [String] = []
  /// Names of the definitions by what stands in them.
  private var names: [String: String] = [:]
  private var taken: Set<String> = []
  /// Version 2: the register that holds a classical bit, and its place there.
  private var places: [(register: String, index: Int)] = []
  private var registers: [(name: String, bits: [Int])] = []

  init(_ circuit: Circuit, version: Int, inputs: [Double]?, weights: [Double]?) throws {
    guard version == 2 || version == 3 else {
      throw EngineError.value("OpenQASM version \(version): 2 and 3 are supported")
    }
    for (given, count, what) in [(inputs, circuit.inputCount, "input"), (weights, circuit.weightCount, "weight")] {
      if let given {
        guard given.count == count else {
          throw EngineError.shape("\(counted(given.count, what)) for a circuit that has \(count)")
        }
        if let bad = given.first(where: { !$0.isFinite }) {
          throw EngineError.value("one of the \(what)s is \(bad); it must be finite")
        }
      } else if version == 2, count > 0 {
        throw EngineError.value(
          "OpenQASM 2 has no parameters and the circuit has \(counted(count, what)): give \(count == 1 ? "its value" : "their values"), or write version 3")
      }
    }
    switch circuit.preparation {
    case .zero: break
    case .amplitudes:
      throw EngineError.value(
        "amplitude encoding has no counterpart in OpenQASM: encode the inputs as angles, or write the circuit without it")
    case .state:
      throw EngineError.value(
        "a start state given by its amplitudes has no counterpart in OpenQASM: prepare it with gates")
    }
    if let wire = circuit.readout.keys.min() {
      throw EngineError.value("the readout error of wire \(wire) has no counterpart in OpenQASM: write the circuit without it")
    }
    (self.circuit, self.version, self.inputs, self.weights) = (circuit, version, inputs, weights)
    try arrangeBits()
  }

  mutating func program() throws -> String {
    var lines: [String] = []
    for (number, operation) in circuit.operations.enumerated() {
      if let line = try statement(operation, number) { lines.append(line) }
    }
    var head = ["OPENQASM \(version).0;", "include \"\(QASMLibrary.include(version: version))\";"]
    if !circuit.measurements.isEmpty {
      let shown = circuit.measurements.map(\.description).joined(separator: ", ")
      head.append("// measured at the end: \(DrawingStyle.ascii.symbol(shown))")
    }
    head += definitions
    if version == 2 {
      head.append("qreg q[\(circuit.wires)];")
      head += registers.map { "creg \($0.name)[\($0.bits.count)];" }
    } else {
      if inputs == nil { head += (0..<circuit.inputCount).map { "input float[64] x\($0);" } }
      if weights == nil { head += (0..<circuit.weightCount).map { "input float[64] w\($0);" } }
      head.append("qubit[\(circuit.wires)] q;")
      if circuit.bitCount > 0 { head.append("bit[\(circuit.bitCount)] c;") }
    }
    return (head + lines).joined(separator: "\n") + "\n"
  }

  // MARK: Statements

  private mutating func statement(_ operation: Operation, _ number: Int) throws -> String? {
    let qubits = operation.wires.map { "q[\($0)]" }.joined(separator: ",")
    switch operation.action {
    case .gate(let gate):
      guard let call = try call(gate, operation, qubits) else { return nil }
      return try conditional(call, operation, number)
    case .measure(let bit):
      return version == 2
        ? "measure \(qubits) -> \(places[bit].register)[\(places[bit].index)];" : "c[\(bit)] = measure \(qubits);"
    case .reset: return "reset \(qubits);"
    case .barrier: return qubits.isEmpty ? nil : "barrier \(qubits);"
    case .channel(let channel):
      throw EngineError.value(
        "operation \(number) is the channel \(channel.name): noise has no counterpart in OpenQASM, write the circuit without it")
    }
  }

  private mutating func call(_ gate: any Gate, _ operation: Operation, _ qubits: String) throws -> String? {
    let angles = try operation.angles.map(text)
    let list = angles.isEmpty ? "" : "(" + angles.joined(separator: ",") + ")"
    if gate is GlobalPhase { return version == 2 ? nil : "gphase\(list);" }
    let name = QASMSteps.standardName(gate, version: version) ?? define(gate)
    return "\(name)\(list) \(qubits);"
  }

  /// The name of a definition for a gate.
  private mutating func define(_ gate: any Gate) -> String {
    let wish = "hqnn_" + QASMSteps.word(gate.form.qasm ?? gate.name)
    let body = QASMSteps.body(of: gate, version: version)
    let signature = "\(wish) \(gate.wireCount) \(gate.angleCount)"
    let key = signature + body.joined()
    if let name = names[key] { return name }
    var (name, count) = (wish, 1)
    while taken.contains(name) {
      count += 1
      name = "\(wish)_\(count)"
    }
    names[key] = name
    taken.insert(name)
    let parameters = gate.angleCount == 0 ? "" : "(" + (0..<gate.angleCount).map { "p\($0)" }.joined(separator: ",") + ")"
    let qubits = (0..<gate.wireCount).map { "q\($0)" }.joined(separator: ",")
    let head = "gate \(name)\(parameters) \(qubits) {"
    let inner = body.joined(separator: " ")
    definitions.append(
      inner.utf8.count <= 80 ? "\(head) \(inner) }" : "\(head)\n  " + body.joined(separator: "\n  ") + "\n}")
    return name
  }

  private func conditional(_ call: String, _ operation: Operation, _ number: Int) throws -> String {
    guard !operation.condition.isEmpty else { return call }
    if version == 3 {
      return operation.condition.reversed().reduce(call) { "if (c[\($1.bit)] == \($1.value ? 1 : 0)) { \($0) }" }
    }
    let bits = Set(operation.condition.map(\.bit))
    guard let register = registers.first(where: { Set($0.bits) == bits }), Set(operation.condition).count == bits.count
    else {
      throw EngineError.value(
        "operation \(number) (\(operation.name)) depends on \(bits.count == 1 ? "bit" : "bits") \(bits.sorted().map(String.init).joined(separator: ", ")) in a way that OpenQASM 2, which compares whole registers, cannot say: write version 3")
    }
    let value = operation.condition.reduce(0) { $0 | ($1.value ? 1 << places[$1.bit].index : 0) }
    return "if(\(register.name)==\(value)) \(call)"
  }

  /// Version 2 compares whole registers.  So bits that conditions name together share one; without any
  /// condition there is a single register.
  private mutating func arrangeBits() throws {
    guard version == 2, circuit.bitCount > 0 else { return }
    let conditions = circuit.operations.map(\.condition).filter { !$0.isEmpty }
    var group = Array(0..<circuit.bitCount)
    if conditions.isEmpty { group = Array(repeating: 0, count: circuit.bitCount) }
    for condition in conditions {
      let first = condition.map { group[$0.bit] }.min()!
      let merged = Set(condition.map { group[$0.bit] })
      for bit in group.indices where merged.contains(group[bit]) { group[bit] = first }
    }
    places = Array(repeating: ("", 0), count: group.count)
    for number in Set(group).sorted() {
      let bits = group.indices.filter { group[$0] == number }
      guard bits.count <= 62 || conditions.isEmpty else {
        throw EngineError.value("\(bits.count) bits in one condition; OpenQASM 2 is written for at most 62")
      }
      let name = conditions.isEmpty ? "c" : "c\(number)"
      for (index, bit) in bits.enumerated() { places[bit] = (name, index) }
      registers.append((name, bits))
    }
  }

  // MARK: Angles

  private func text(_ sum: AngleSum) throws -> String {
    var (constant, parts) = (0.0, [String]())
    for term in sum.terms {
      var term = term
      if let value = known(term.slot) {
        constant += term.scale * value + term.offset
        continue
      }
      constant += term.offset
      term.offset = 0
      parts.append(text(term))
    }
    guard constant.isFinite else { throw EngineError.value("an angle is \(constant) for these values; it must be finite") }
    if parts.isEmpty { return QASMSteps.number(constant) }
    if constant != 0 { parts.append(QASMSteps.number(constant)) }
    return parts.enumerated().map { $0 > 0 && !$1.hasPrefix("-") ? "+" + $1 : $1 }.joined()
  }

  /// The value of a slot; nil for one that stays a parameter (or half of one).
  private func known(_ slot: Angle.Slot) -> Double? {
    switch slot {
    case .none: return 0
    case .input(let column): return inputs?[column]
    case .weight(let index): return weights?[index]
    case .inputProduct(let a, let b): return inputs.map { $0[a] * $0[b] }
    case .weightedInput(let weight, let input):
      guard let weights, let inputs else { return nil }
      return weights[weight] * inputs[input]
    }
  }

  private func text(_ term: Angle) -> String {
    var (factor, symbol) = (term.scale, "")
    switch term.slot {
    case .none: break
    case .input(let column): symbol = "x\(column)"
    case .weight(let index): symbol = "w\(index)"
    case .inputProduct(let a, let b): symbol = "x\(a)*x\(b)"
    case .weightedInput(let weight, let input):
      symbol = "w\(weight)*x\(input)"
      if let weights { (factor, symbol) = (factor * weights[weight], "x\(input)") }
      if let inputs { (factor, symbol) = (factor * inputs[input], "w\(weight)") }
    }
    return QASMSteps.product(factor, symbol)
  }
}
