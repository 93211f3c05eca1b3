// Reads OpenQASM 2 and the gate-level core of OpenQASM 3: tokens, names, and what stands in a program.
// Statements are in QASMStatements.swift, gates and their definitions in QASMGateStatements.swift.

import Tensors

extension Circuit {
  /// The circuit of an OpenQASM program, version 2 or 3.  Qubits are wires and classical bits are bits in the
  /// order of their declaration; nothing is measured at the end yet.
  ///
  /// - Parameter name: what messages call the text, for instance the file's name.
  public init(qasm text: String, name: String = "qasm") throws {
    var reader = QASMReader(text, name: name)
    self = try reader.circuit()
  }
}

struct QASMReader {
  /// What a name stands for.
  enum Symbol {
    case qubits(first: Int, count: Int, isArray: Bool)
    case bits(first: Int, count: Int, isArray: Bool)
    case parameter(Angle.Slot)
    case gate(QASMGate)
  }

  /// Parentheses, signs, blocks inside each other.
  static let maximumNesting = 100

  private let name: String
  private var tokens: [QASMToken]
  private var next = 0

  var version = 2
  var symbols: [String: (symbol: Symbol, place: QASMPlace?)] = [:]
  var included = false
  var weights = 0
  var nesting = 0
  var program: QASMProgram

  init(_ text: String, name: String) {
    self.name = name
    tokens = QASMLexer.tokens(text)
    program = QASMProgram { place, message in
      EngineError.value("\(name):\(place.line):\(place.column): \(message)")
    }
  }

  // MARK: Tokens

  var token: QASMToken { tokens[min(next, tokens.count - 1)] }

  func isNext(_ text: String) -> Bool { token.text == text && (token.kind == .sign || token.kind == .word) }

  @discardableResult
  mutating func take() throws -> QASMToken {
    let token = token
    if token.kind == .bad { throw fail(token.place, token.text) }
    next += 1
    return token
  }

  /// Takes the token if it is this one.
  mutating func takes(_ text: String) throws -> Bool {
    guard isNext(text) else { return false }
    try take()
    return true
  }

  @discardableResult
  mutating func expect(_ text: String, _ where: String) throws -> QASMToken {
    guard isNext(text) else { throw unexpected("'\(text)' \(`where`)") }
    return try take()
  }

  func fail(_ place: QASMPlace, _ message: String) -> EngineError { program.fail(place, message) }

  /// "expected … , got …" at the current token.
  func unexpected(_ expected: String) -> EngineError {
    token.kind == .bad
      ? fail(token.place, token.text) : fail(token.place, "expected \(expected), got \(token.shown)")
  }

  /// Counts levels, so that a program cannot exhaust the stack.
  mutating func nested<T>(_ body: (inout QASMReader) throws -> T) throws -> T {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else {
      throw fail(token.place, "nested more than \(Self.maximumNesting) levels deep")
    }
    return try body(&self)
  }

  // MARK: Names

  /// Which name was meant; single letters mean nothing else.
  func hint(_ word: String, _ names: [String]) -> String {
    guard word.count > 1, let meant = closest(to: word, among: names.sorted(by: >)) else { return "" }
    return " (did you mean '\(meant)'?)"
  }

  /// A new name.
  mutating func newName(_ what: String) throws -> QASMToken {
    guard token.kind == .word else { throw unexpected("the name of \(what)") }
    let word = try take()
    if Self.reserved.contains(word.text) {
      throw fail(word.place, "'\(word.text)' is a word of OpenQASM and cannot name \(what)")
    }
    if let known = symbols[word.text] {
      if let place = known.place {
        throw fail(word.place, "'\(word.text)' is declared already, in line \(place.line)")
      }
      if !isReplaceable(word.text) {
        throw fail(word.place, "'\(word.text)' is a gate of \(QASMLibrary.include(version: version)); choose another name")
      }
    }
    return word
  }

  /// Gates that joined qelib1.inc later are defined by many programs themselves.
  private func isReplaceable(_ name: String) -> Bool {
    version == 2 && !QASMLibrary.original.contains(name) && name != "U" && name != "CX"
  }

  static let reserved: Set<String> = [
    "OPENQASM", "include", "qreg", "creg", "qubit", "bit", "gate", "opaque", "barrier", "measure", "reset", "if",
    "input", "pi",
  ]

  mutating func declare(_ symbol: Symbol, _ word: QASMToken) { symbols[word.text] = (symbol, word.place) }

  mutating func addBuiltIn(_ gate: QASMGate) { symbols[gate.name] = (.gate(gate), nil) }

  /// Reads definitions of the library; the text that is being read goes on afterwards.
  mutating func addBuiltIn(_ text: String) throws {
    let (outerTokens, outerNext) = (tokens, next)
    (tokens, next) = (QASMLexer.tokens(text), 0)
    while token.kind != .end {
      let gate = try definition()
      addBuiltIn(gate)
    }
    (tokens, next) = (outerTokens, outerNext)
  }

  // MARK: Expressions

  /// A value that is known now.
  mutating func value() throws -> QASMAngle {
    let expression = try expression(nil)
    return try expression.value([], fail)
  }

  /// A whole number that is known now.
  mutating func wholeNumber(_ what: String) throws -> Int {
    let place = token.place
    let value = try value()
    guard value.isConstant, let number = Int(exactly: value.constant) else {
      throw fail(place, "\(what) must be a whole number\(value.isConstant ? ", got \(value.constant)" : "")")
    }
    return number
  }

  /// `parameters`: those of the gate being defined, by name; nil outside of gates.
  mutating func expression(_ parameters: [String: Int]?) throws -> QASMExpression {
    var result = QASMExpression()
    try sum(&result, parameters)
    return result
  }

  private mutating func sum(_ out: inout QASMExpression, _ parameters: [String: Int]?) throws {
    try nested { reader in
      try reader.product(&out, parameters)
      while reader.isNext("+") || reader.isNext("-") {
        let sign = try reader.take()
        try reader.product(&out, parameters)
        out.append(sign.text == "+" ? .add : .subtract, sign.place)
      }
    }
  }

  private mutating func product(_ out: inout QASMExpression, _ parameters: [String: Int]?) throws {
    try signed(&out, parameters)
    while isNext("*") || isNext("/") {
      let sign = try take()
      try signed(&out, parameters)
      out.append(sign.text == "*" ? .multiply : .divide, sign.place)
    }
  }

  private mutating func signed(_ out: inout QASMExpression, _ parameters: [String: Int]?) throws {
    try nested { reader in
      if reader.isNext("-") || reader.isNext("+") {
        let sign = try reader.take()
        try reader.signed(&out, parameters)
        if sign.text == "-" { out.append(.negate, sign.place) }
        return
      }
      try reader.primary(&out, parameters)
      // Binds tighter than the sign before it, and to the right.
      let power = reader.version == 2 ? "^" : "**"
      if reader.isNext(power) {
        let sign = try reader.take()
        try reader.signed(&out, parameters)
        out.append(.power, sign.place)
      }
    }
  }

  private mutating func primary(_ out: inout QASMExpression, _ parameters: [String: Int]?) throws {
    switch token.kind {
    case .integer, .real:
      guard let number = token.number else { throw fail(token.place, "the number \(token.shown) is too large") }
      out.append(.value(QASMAngle(number)), try take().place)
    case .word:
      let word = try take()
      if let number = parameters?[word.text] {
        out.append(.parameter(number), word.place)
      } else if let constant = QASMExpression.constants[word.text] {
        out.append(.value(QASMAngle(constant)), word.place)
      } else if let function = QASMExpression.functions[word.text] {
        try expect("(", "after \(word.text)")
        try sum(&out, parameters)
        try expect(")", "after the argument of \(word.text)")
        out.append(.function(word.text, function), word.place)
      } else if parameters == nil, case .parameter(let slot)? = symbols[word.text]?.symbol {
        out.append(.value(QASMAngle(slot)), word.place)
      } else {
        throw fail(word.place, "unknown name \(word.shown) in an expression")
      }
    default:
      guard isNext("(") else { throw unexpected("a number, a parameter or '('") }
      try take()
      try sum(&out, parameters)
      try expect(")", "to close the parenthesis")
    }
  }

  // MARK: Operands

  /// A register or one of its elements, as numbers; nil count for a single one, which is repeated beside registers.
  struct Operand {
    let first: Int
    let count: Int?
    let place: QASMPlace
    let shown: String

    func element(_ index: Int) -> Int { count == nil ? first : first + index }
  }

  mutating func qubits() throws -> Operand {
    let word = token
    guard word.kind == .word, case .qubits(let first, let count, let isArray)? = symbols[word.text]?.symbol else {
      throw operandError("a qubit")
    }
    return try operand(first, count, isArray)
  }

  mutating func bits() throws -> Operand {
    let word = token
    guard word.kind == .word, case .bits(let first, let count, let isArray)? = symbols[word.text]?.symbol else {
      throw operandError("a classical bit")
    }
    return try operand(first, count, isArray)
  }

  private func operandError(_ what: String) -> EngineError {
    guard token.kind == .word else { return unexpected("\(what)") }
    guard let known = symbols[token.text]?.symbol else {
      let names = symbols.filter { if case .gate = $0.value.symbol { return false } else { return true } }.map(\.key)
      return fail(token.place, "\(token.shown) is not declared\(hint(token.text, names))")
    }
    let kind: String
    switch known {
    case .qubits: kind = "a qubit register"
    case .bits: kind = "a classical register"
    case .parameter: kind = "a parameter"
    case .gate: kind = "a gate"
    }
    return fail(token.place, "expected \(what), got \(token.shown), which is \(kind)")
  }

  private mutating func operand(_ first: Int, _ count: Int, _ isArray: Bool) throws -> Operand {
    let word = try take()
    guard isNext("[") else {
      return Operand(first: first, count: isArray ? count : nil, place: word.place, shown: word.text)
    }
    guard isArray else { throw fail(token.place, "'\(word.text)' is a single one and has no elements") }
    try take()
    guard token.kind == .integer else {
      throw unexpected("the number of an element, such as \(word.text)[0] (slices and computed indices are not supported)")
    }
    let index = try take()
    guard let number = index.integer, number < count else {
      throw fail(index.place, "\(word.text)[\(index.text)] is not in \(word.text)[0]..\(word.text)[\(count - 1)]")
    }
    try expect("]", "after the element's number")
    return Operand(first: first + number, count: nil, place: word.place, shown: "\(word.text)[\(number)]")
  }

  /// How often a statement is repeated over its registers, which must be of one size; 1 without registers.
  func repetitions(_ operands: [Operand]) throws -> Int {
    let registers = operands.filter { $0.count != nil }
    guard let first = registers.first, let count = first.count else { return 1 }
    for other in registers where other.count != count {
      throw fail(
        other.place, "\(other.shown) has \(other.count!) elements and \(first.shown) has \(count); registers of one statement must be of one size")
    }
    return count
  }
}
