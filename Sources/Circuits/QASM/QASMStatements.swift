// Statements of OpenQASM 2 and 3 but for gates: headers, registers, parameters, measurement, conditions.

import Tensors

extension QASMReader {
  typealias Condition = [Operation.ClassicalBit]

  /// Under what a statement stands.
  struct When {
    /// Bits and their values; nil when they can never hold.
    var bits: Condition? = []
    /// Whether it stands after an if, even one that always holds.
    var isConditional = false
  }

  mutating func circuit() throws -> Circuit {
    try header()
    for gate in QASMLibrary.builtIn(version: version) { addBuiltIn(gate) }
    while token.kind != .end { try statement() }
    return try program.circuit()
  }

  private mutating func header() throws {
    guard isNext("OPENQASM") else { throw unexpected("'OPENQASM 2.0;' or 'OPENQASM 3.0;' at the start") }
    try take()
    let number = token
    guard number.kind == .integer || number.kind == .real else { throw unexpected("the version, 2.0 or 3.0") }
    try take()
    switch number.text {
    case "2", "2.0": version = 2
    case "3", "3.0", "3.1": version = 3
    default: throw fail(number.place, "OpenQASM \(number.text) is not supported; 2.0 and 3.0 are")
    }
    try expect(";", "after the version")
  }

  private mutating func statement() throws {
    if try takes(";") {
      if version == 2 { throw fail(token.place, "a statement is empty") }
      return
    }
    let word = token
    guard word.kind == .word else { throw unexpected("a statement") }
    switch word.text {
    case "include": try include()
    case "qreg": try oldRegister(isQuantum: true)
    case "creg": try oldRegister(isQuantum: false)
    case "gate":
      let gate = try definition()
      symbols[gate.name] = (.gate(gate), gate.place)
    case "opaque" where version == 2: try opaque()
    case "qubit" where version == 3: try register(isQuantum: true)
    case "bit" where version == 3: try register(isQuantum: false)
    case "input" where version == 3: try parameter()
    case "if": try condition(When())
    case "OPENQASM": throw fail(word.place, "the version is given once, in the first line")
    default: try action(When())
    }
  }

  /// What may stand after an if as well.
  private mutating func action(_ when: When) throws {
    let word = token
    guard word.kind == .word else { throw unexpected("a statement") }
    func refuse(_ what: String) throws {
      if when.isConditional { throw fail(word.place, "\(what) after if is not supported: conditions apply to gates") }
    }
    switch word.text {
    case "measure":
      try refuse("measure")
      try measure()
    case "reset":
      try refuse("reset")
      try reset()
    case "barrier":
      try refuse("barrier")
      try barrier()
    case "if" where version == 3: try condition(when)
    default:
      if version == 3, case .bits? = symbols[word.text]?.symbol {
        try refuse("measure")
        try assignment()
      } else {
        try gate(when)
      }
    }
  }

  // MARK: Declarations

  private mutating func include() throws {
    try take()
    let file = token
    guard file.kind == .text else { throw unexpected("the name of a file in quotes") }
    try take()
    let known = QASMLibrary.include(version: version)
    guard file.text == known else {
      throw fail(file.place, "\(file.shown) is not known; \"\(known)\" is, other files are not read")
    }
    try expect(";", "after include")
    if included { return }
    included = true
    let own = symbols.filter { $0.value.place != nil }
    for gate in QASMLibrary.included(version: version) { addBuiltIn(gate) }
    try addBuiltIn(QASMLibrary.composed(version: version))
    for (name, entry) in own {
      if symbols[name] != nil, version == 3 || QASMLibrary.original.contains(name) {
        throw fail(file.place, "\(file.shown) has a gate '\(name)', which is declared already, in line \(entry.place!.line)")
      }
      symbols[name] = entry
    }
  }

  /// qreg q[2];
  private mutating func oldRegister(isQuantum: Bool) throws {
    try take()
    let word = try newName("a register")
    try expect("[", "and the size of '\(word.text)'")
    let count = try size(isQuantum: isQuantum)
    try expect("]", "after the size")
    try add(word, count, isArray: true, isQuantum: isQuantum)
    try expect(";", "after the declaration")
  }

  /// qubit[2] q;
  private mutating func register(isQuantum: Bool) throws {
    try take()
    var (count, isArray) = (1, false)
    if try takes("[") {
      (count, isArray) = (try size(isQuantum: isQuantum), true)
      try expect("]", "after the size")
    }
    let word = try newName("a register")
    try add(word, count, isArray: isArray, isQuantum: isQuantum)
    if !isQuantum, isNext("=") {
      try take()
      let first = program.bits - count
      try measurement(into: Operand(first: first, count: isArray ? count : nil, place: word.place, shown: word.text))
      return
    }
    try expect(";", "after the declaration")
  }

  private mutating func size(isQuantum: Bool) throws -> Int {
    guard token.kind == .integer else { throw unexpected("the size of the register, a whole number") }
    let number = try take()
    let most = isQuantum ? Circuit.maximumWires : QASMProgram.maximumBits
    let (what, used) = isQuantum ? ("qubits", program.qubits) : ("classical bits", program.bits)
    guard let count = number.integer, count <= most - used else {
      throw fail(number.place, "\(number.text) \(used == 0 ? "" : "more ")\(what)\(used == 0 ? "" : " beside \(used)"): a program has at most \(most)")
    }
    guard count > 0 else { throw fail(number.place, "a register has 1 element or more") }
    return count
  }

  private mutating func add(_ word: QASMToken, _ count: Int, isArray: Bool, isQuantum: Bool) throws {
    if isQuantum {
      guard program.qubits + count <= Circuit.maximumWires else {
        throw fail(word.place, "a program has at most \(Circuit.maximumWires) qubits")
      }
      declare(.qubits(first: program.qubits, count: count, isArray: isArray), word)
      program.qubits += count
    } else {
      guard program.bits + count <= QASMProgram.maximumBits else {
        throw fail(word.place, "a program has at most \(QASMProgram.maximumBits) classical bits")
      }
      declare(.bits(first: program.bits, count: count, isArray: isArray), word)
      program.bits += count
    }
  }

  /// input float[64] theta; x0, x1, … are inputs of the circuit by their number, all others its weights in
  /// the order of their declaration.
  private mutating func parameter() throws {
    try take()
    guard isNext("float") || isNext("angle") else {
      throw unexpected("'float' or 'angle' after input (other types are not supported)")
    }
    try take()
    if try takes("[") {
      guard token.kind == .integer else { throw unexpected("the number of bits") }
      try take()
      try expect("]", "after the number of bits")
    }
    let word = try newName("a parameter")
    if QASMExpression.functions[word.text] != nil || QASMExpression.constants[word.text] != nil {
      throw fail(word.place, "'\(word.text)' is a function or a constant and cannot name a parameter")
    }
    if word.text.first == "x", let column = Int(word.text.dropFirst()), "x\(column)" == word.text {
      guard column < 1 << 20 else { throw fail(word.place, "input \(column) is not in 0..\((1 << 20) - 1)") }
      declare(.parameter(.input(column)), word)
    } else {
      declare(.parameter(.weight(weights)), word)
      weights += 1
    }
    try expect(";", "after the declaration")
  }

  // MARK: Measurement

  private mutating func measure() throws {
    try take()
    let source = try qubits()
    guard isNext("->") else {
      throw unexpected(version == 2 ? "'->' and a classical bit" : "'->' and a classical bit (or bit = measure qubit)")
    }
    try take()
    let target = try bits()
    try measure(source, target)
  }

  /// c[0] = measure q[0];
  private mutating func assignment() throws {
    let target = try bits()
    try expect("=", "and a measurement")
    try measurement(into: target)
  }

  private mutating func measurement(into target: Operand) throws {
    guard isNext("measure") else { throw unexpected("'measure' (classical arithmetic is not supported)") }
    try take()
    try measure(try qubits(), target)
  }

  private mutating func measure(_ source: Operand, _ target: Operand) throws {
    guard (source.count ?? 1) == (target.count ?? 1) else {
      throw fail(
        target.place, "\(source.shown) has \(counted(source.count ?? 1, "qubit")) and \(target.shown) \(counted(target.count ?? 1, "bit"))")
    }
    try expect(";", "after the measurement")
    for index in 0..<(source.count ?? 1) {
      try program.measure(source.first + index, into: target.first + index, source.place)
    }
  }

  private mutating func reset() throws {
    try take()
    let target = try qubits()
    try expect(";", "after reset")
    for index in 0..<(target.count ?? 1) { try program.reset(target.first + index, target.place) }
  }

  private mutating func barrier() throws {
    let place = try take().place
    var wires: [Int] = []
    if isNext(";"), version == 3 {
      wires = Array(0..<program.qubits)
    } else {
      repeat {
        let operand = try qubits()
        for index in 0..<(operand.count ?? 1) {
          let wire = operand.first + index
          if wires.contains(wire) { throw fail(operand.place, "\(operand.shown) is named twice") }
          wires.append(wire)
        }
      } while try takes(",")
    }
    try expect(";", "after barrier")
    try program.barrier(wires, place)
  }

  // MARK: Conditions

  /// if (c == 3) statement, and in version 3 if (c[0] == 1 && !c[1]) { … }.
  private mutating func condition(_ outer: When) throws {
    try nested { reader in
      try reader.take()
      try reader.expect("(", "after if")
      var bits = outer.bits
      repeat {
        let part = try reader.comparison()
        bits = bits.flatMap { all in part.map { all + $0 } }
      } while try reader.version == 3 && reader.takes("&&")
      try reader.expect(")", "after the condition")
      let when = When(bits: bits.flatMap(reader.program.open), isConditional: true)
      if reader.version == 3, try reader.takes("{") {
        while !reader.isNext("}") {
          if reader.token.kind == .end { throw reader.unexpected("'}' to close the block") }
          if try !reader.takes(";") { try reader.action(when) }
        }
        try reader.take()
      } else {
        try reader.action(when)
      }
      if reader.isNext("else") {
        throw reader.fail(reader.token.place, "else is not supported; write a second if")
      }
    }
  }

  /// The bits that one comparison asks for; nil when it can never hold.
  private mutating func comparison() throws -> Condition? {
    let negated = try version == 3 && takes("!")
    let operand = try bits()
    var wanted = !negated
    if version == 2, operand.count == nil {
      throw fail(operand.place, "OpenQASM 2 compares whole registers only, not \(operand.shown)")
    }
    if isNext("==") || (version == 3 && isNext("!=")) {
      if negated { throw fail(token.place, "a comparison after ! is not supported") }
      let equal = try take().text == "=="
      let number = token
      var value: Int?
      if isNext("true") || isNext("false") { value = number.text == "true" ? 1 : 0 }
      if number.kind == .integer { value = number.integer }
      guard number.kind == .integer || value != nil else { throw unexpected("a whole number") }
      try take()
      let count = operand.count ?? 1
      guard let value, count >= 63 || value < 1 << count else {
        throw fail(number.place, "\(number.text) does not fit into the \(counted(count, "bit")) of \(operand.shown)")
      }
      if operand.count != nil {
        guard equal else { throw fail(operand.place, "!= is supported for single bits only") }
        // Bit 0 is the least significant one.
        return (0..<count).map { .init(bit: operand.first + $0, value: $0 < 63 && value >> $0 & 1 == 1) }
      }
      wanted = (value == 1) == equal
    } else if version == 2 || operand.count != nil {
      throw unexpected("'==' (other comparisons are not supported)")
    }
    return [.init(bit: operand.first, value: wanted)]
  }
}
