// Gates in OpenQASM: their definitions, their calls, and the modifiers of version 3.

import Tensors

extension QASMReader {
  // MARK: Calls

  /// A gate applied to qubits, repeated over registers.
  mutating func gate(_ when: When) throws {
    let modifiers = try modifiers()
    let place = token.place
    let gate = try gateName()
    let arguments = try arguments(of: gate) { try $0.value() }
    var operands: [Operand] = []
    if !isNext(";") {
      repeat { operands.append(try qubits()) } while try takes(",")
    }
    try check(gate, modifiers, operands.count, place)
    let count = try repetitions(operands)
    for index in 0..<count {
      let wires = operands.map { $0.element(index) }
      for (position, wire) in wires.enumerated() where wires[..<position].contains(wire) {
        throw fail(operands[position].place, "'\(gate.name)' acts twice on \(operands[position].shown); its qubits must differ")
      }
      if case .opaque = gate.body {
        throw fail(place, "gate '\(gate.name)' is opaque: it has no definition to apply")
      }
      if let bits = when.bits { try program.apply(gate, modifiers, arguments, wires, if: bits, place) }
    }
    try expect(";", "after the gate")
  }

  private mutating func gateName() throws -> QASMGate {
    guard token.kind == .word else { throw unexpected("the name of a gate") }
    let word = try take()
    if case .gate(let gate)? = symbols[word.text]?.symbol { return gate }
    if symbols[word.text] != nil { throw fail(word.place, "expected a gate, got \(word.shown), which is none") }
    let library = QASMLibrary.include(version: version)
    if !included, QASMLibrary.included(version: version).contains(where: { $0.name == word.text }) || word.text == "cu" {
      throw fail(word.place, "unknown gate \(word.shown): include \"\(library)\" declares it")
    }
    if version == 3, Self.unsupported.contains(word.text) {
      throw fail(
        word.place, "\(word.shown) is not supported; statements may be qubit, bit, qreg, creg, input float or angle, include, gate, calls of gates (with ctrl, negctrl, inv, pow), gphase, measure, reset, barrier and if")
    }
    if version == 2, ["qubit", "bit", "input", "ctrl", "negctrl", "inv", "pow", "gphase"].contains(word.text) {
      throw fail(word.place, "\(word.shown) belongs to OpenQASM 3; this program says 2.0")
    }
    let names = symbols.filter { if case .gate = $0.value.symbol { return true } else { return false } }.map(\.key)
    throw fail(word.place, "unknown gate \(word.shown)\(hint(word.text, names))")
  }

  /// Words of OpenQASM 3 beyond its gate-level core.
  private static let unsupported: Set<String> = [
    "const", "let", "def", "defcal", "defcalgrammar", "cal", "extern", "for", "while", "switch", "case", "default",
    "else", "break", "continue", "end", "return", "box", "delay", "stretch", "duration", "output", "array", "int",
    "uint", "float", "angle", "bool", "complex", "pragma", "nop", "opaque",
  ]

  private mutating func arguments<T>(
    of gate: QASMGate, _ read: (inout QASMReader) throws -> T
  ) throws -> [T] {
    var result: [T] = []
    let place = token.place
    if try takes("(") {
      if !isNext(")") {
        repeat { result.append(try read(&self)) } while try takes(",")
      }
      try expect(")", "after the angles")
    }
    guard result.count == gate.parameters else {
      throw fail(place, "'\(gate.name)' takes \(counted(gate.parameters, "angle")), got \(result.count)")
    }
    return result
  }

  private func check(_ gate: QASMGate, _ modifiers: QASMModifiers, _ count: Int, _ place: QASMPlace) throws {
    let controls = modifiers.controls.count
    guard count == gate.qubits + controls else {
      let beside = controls == 0 ? "" : " and \(counted(controls, "control"))"
      throw fail(place, "'\(gate.name)' acts on \(counted(gate.qubits, "qubit"))\(beside), got \(count)")
    }
  }

  /// ctrl @, ctrl(2) @, negctrl @, inv @, pow(-2) @
  private mutating func modifiers() throws -> QASMModifiers {
    var result = QASMModifiers()
    guard version == 3 else { return result }
    while ["ctrl", "negctrl", "inv", "pow"].contains(token.text), token.kind == .word {
      let word = try take()
      var number: Int?
      var place = token.place
      if try takes("(") {
        place = token.place
        if word.text == "inv" { throw fail(place, "inv takes no number") }
        number = try wholeNumber(word.text == "pow" ? "the power" : "the number of controls")
        try expect(")", "after the number")
      }
      switch word.text {
      case "inv": result.power = -result.power
      case "pow":
        guard let number else { throw unexpected("'(' and the power") }
        let (product, overflow) = result.power.multipliedReportingOverflow(by: number)
        guard !overflow, abs(number) <= 1 << 32, product != .min else { throw fail(place, "the power \(number) is too large") }
        result.power = product
      default:
        let count = number ?? 1
        guard count >= 1, result.controls.count + count <= Circuit.maximumWires else {
          throw fail(place, "\(count) controls: the number must be in 1..\(Circuit.maximumWires)")
        }
        result.controls += Array(repeating: word.text == "ctrl", count: count)
      }
      try expect("@", "after \(word.text)")
    }
    return result
  }

  // MARK: Definitions

  /// gate name(a, b) p, q { … }
  mutating func definition() throws -> QASMGate {
    try take()
    let word = try newName("a gate")
    let (parameters, qubits) = try signature()
    try expect("{", "and the gate's body")
    var calls: [QASMCall] = []
    while !isNext("}") {
      if token.kind == .end { throw unexpected("'}' to close the gate's body") }
      if try version == 3 && takes(";") { continue }
      if isNext("barrier") {
        try take()
        _ = try operands(among: qubits)
        try expect(";", "after barrier")
        continue
      }
      calls.append(try call(parameters, qubits))
    }
    try take()
    let gate = QASMGate(
      word.text, parameters: parameters.count, qubits: qubits.count, .calls(calls), place: word.place)
    guard gate.depth <= QASMProgram.maximumDepth else {
      throw fail(word.place, "'\(gate.name)' is defined by gates more than \(QASMProgram.maximumDepth) deep")
    }
    return gate
  }

  /// opaque name(a) p, q;
  mutating func opaque() throws {
    try take()
    let word = try newName("a gate")
    let (parameters, qubits) = try signature()
    try expect(";", "after the declaration")
    declare(.gate(QASMGate(word.text, parameters: parameters.count, qubits: qubits.count, .opaque, place: word.place)), word)
  }

  private mutating func signature() throws -> (parameters: [String: Int], qubits: [String: Int]) {
    var parameters: [String: Int] = [:]
    if try takes("(") {
      if !isNext(")") { parameters = try names("a parameter", besides: [:]) }
      try expect(")", "after the parameters")
    }
    let qubits = try names("a qubit of the gate", besides: parameters)
    guard qubits.count <= Circuit.maximumWires else {
      throw fail(token.place, "a gate on \(qubits.count) qubits; at most \(Circuit.maximumWires) are supported")
    }
    return (parameters, qubits)
  }

  private mutating func names(_ what: String, besides others: [String: Int]) throws -> [String: Int] {
    var result: [String: Int] = [:]
    repeat {
      guard token.kind == .word, !Self.reserved.contains(token.text) else { throw unexpected("the name of \(what)") }
      let word = try take()
      guard result[word.text] == nil, others[word.text] == nil else {
        throw fail(word.place, "\(word.shown) is named twice")
      }
      result[word.text] = result.count
    } while try takes(",")
    return result
  }

  private mutating func operands(among qubits: [String: Int]) throws -> [Int] {
    var result: [Int] = []
    if isNext(";") { return result }
    repeat {
      let word = token
      guard word.kind == .word, let number = qubits[word.text] else { throw unexpected("a qubit of the gate") }
      try take()
      if isNext("[") { throw fail(token.place, "the qubits of a gate have no elements") }
      if result.contains(number) { throw fail(word.place, "\(word.shown) is named twice; the qubits of a gate must differ") }
      result.append(number)
    } while try takes(",")
    return result
  }

  private mutating func call(_ parameters: [String: Int], _ qubits: [String: Int]) throws -> QASMCall {
    for word in ["measure", "reset", "if"] where isNext(word) {
      throw fail(token.place, "'\(word)' is not allowed inside a gate")
    }
    let modifiers = try modifiers()
    let place = token.place
    let gate = try gateName()
    if case .opaque = gate.body { throw fail(place, "gate '\(gate.name)' is opaque: it has no definition to apply") }
    let arguments = try arguments(of: gate) { try $0.expression(parameters) }
    let operands = try operands(among: qubits)
    try check(gate, modifiers, operands.count, place)
    try expect(";", "after the gate")
    return QASMCall(gate: gate, modifiers: modifiers, arguments: arguments, qubits: operands, place: place)
  }
}
