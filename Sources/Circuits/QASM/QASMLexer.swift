// OpenQASM text as words and signs, each with its line and column.
// What they mean is left to QASMReader.

import Tensors

/// Where something stands in the text; both count from 1, columns in characters.
struct QASMPlace: Hashable, Sendable {
  var line: Int
  var column: Int
}

struct QASMToken: Sendable {
  enum Kind: Sendable {
    case word, integer, real, text, sign, end
    /// What is no token; `text` says why.
    case bad
  }
  let kind: Kind
  let text: String
  let place: QASMPlace

  /// How messages quote it.
  var shown: String {
    switch kind {
    case .end: return "the end of the text"
    case .text: return "\"\(text)\""
    default: return "'\(text.count <= 40 ? text : String(text.prefix(40)) + "…")'"
    }
  }
}

/// Cuts a text into tokens, the last of which is `.end`.
struct QASMLexer {
  private let bytes: [UInt8]
  private var position = 0
  private var place = QASMPlace(line: 1, column: 1)

  static func tokens(_ text: String) -> [QASMToken] {
    var bytes = Array(text.utf8)
    // The mark that some editors put before UTF-8.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    var lexer = QASMLexer(bytes: bytes)
    var result: [QASMToken] = []
    repeat { result.append(lexer.next()) } while result.last!.kind != .end && result.last!.kind != .bad
    return result
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func byte(_ ahead: Int = 0) -> UInt8 { position + ahead < bytes.count ? bytes[position + ahead] : 0 }
  private var isAtEnd: Bool { position >= bytes.count }

  private mutating func step() {
    let byte = bytes[position]
    position += 1
    if byte == UInt8(ascii: "\n") {
      place = QASMPlace(line: place.line + 1, column: 1)
    } else if position >= bytes.count || bytes[position] & 0xC0 != 0x80 {
      // Bytes that continue a character have no column of their own.
      place.column += 1
    }
  }

  private mutating func take(while test: (UInt8) -> Bool) {
    while !isAtEnd, test(bytes[position]) { step() }
  }

  private mutating func next() -> QASMToken {
    if let bad = skipBlanks() { return bad }
    let (start, begin) = (place, position)
    func token(_ kind: QASMToken.Kind) -> QASMToken {
      QASMToken(kind: kind, text: String(decoding: bytes[begin..<position], as: UTF8.self), place: start)
    }
    func bad(_ message: String) -> QASMToken { QASMToken(kind: .bad, text: message, place: start) }
    if isAtEnd { return token(.end) }
    let first = byte()
    if Self.isLetter(first) {
      take { Self.isLetter($0) || Self.isDigit($0) }
      return token(.word)
    }
    if Self.isDigit(first) || (first == UInt8(ascii: ".") && Self.isDigit(byte(1))) {
      let kind = takeNumber()
      if !isAtEnd, Self.isLetter(byte()) {
        take { Self.isLetter($0) || Self.isDigit($0) }
        return bad("\(token(.word).shown) is not a number; products need a *, durations are not supported")
      }
      return token(kind)
    }
    if first == UInt8(ascii: "\"") {
      step()
      let inner = position
      take { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\n") }
      guard byte() == UInt8(ascii: "\"") else { return bad("a quoted text without its closing \"") }
      let text = String(decoding: bytes[inner..<position], as: UTF8.self)
      step()
      return QASMToken(kind: .text, text: text, place: start)
    }
    let pairs = ["->", "==", "!=", "**", "&&", "||", "<=", ">="]
    if pairs.contains(where: { $0.utf8.elementsEqual([first, byte(1)]) }) {
      step()
      step()
      return token(.sign)
    }
    if first == UInt8(ascii: "$") { return bad("hardware qubits ($0) are not supported; declare a register") }
    if first == UInt8(ascii: "#") { return bad("pragmas are not supported") }
    if "()[]{}<>;:,.+-*/^=!@%&|~".utf8.contains(first) {
      step()
      return token(.sign)
    }
    return bad(
      first > 32 && first < 127
        ? "'\(Character(UnicodeScalar(first)))' has no meaning here" : "the byte \(first) has no meaning here")
  }

  /// Blanks and comments; an unfinished comment is what it gives.
  private mutating func skipBlanks() -> QASMToken? {
    while !isAtEnd {
      if byte() <= 32 {
        step()
      } else if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "/") {
        take { $0 != UInt8(ascii: "\n") }
      } else if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
        let start = place
        step()
        step()
        while !isAtEnd, !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) { step() }
        if isAtEnd { return QASMToken(kind: .bad, text: "a comment without its closing */", place: start) }
        step()
        step()
      } else {
        return nil
      }
    }
    return nil
  }

  private mutating func takeNumber() -> QASMToken.Kind {
    if byte() == UInt8(ascii: "0"), "xXbBoO".utf8.contains(byte(1)), Self.isHexadecimal(byte(2)) {
      step()
      step()
      take { Self.isHexadecimal($0) || $0 == UInt8(ascii: "_") }
      return .integer
    }
    let digits = { (byte: UInt8) in Self.isDigit(byte) || byte == UInt8(ascii: "_") }
    var kind = QASMToken.Kind.integer
    take(while: digits)
    if byte() == UInt8(ascii: ".") {
      kind = .real
      step()
      take(while: digits)
    }
    if byte() | 32 == UInt8(ascii: "e") {
      let signed = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
      if Self.isDigit(byte(signed ? 2 : 1)) {
        kind = .real
        step()
        if signed { step() }
        take(while: Self.isDigit)
      }
    }
    return kind
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 32 >= 97 && byte | 32 <= 102)
  }
  /// Letters, the underscore, and whatever is beyond ASCII (π, θ).
  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 32 >= 97 && byte | 32 <= 122) || byte == UInt8(ascii: "_") || byte >= 128
  }
}

extension QASMToken {
  /// The value of an integer token; nil when it does not fit.
  var integer: Int? {
    let digits = text.filter { $0 != "_" }
    if digits.count > 2, digits.first == "0", let letter = digits.dropFirst().first, !letter.isNumber {
      let radix = letter.lowercased() == "x" ? 16 : letter.lowercased() == "b" ? 2 : 8
      return Int(digits.dropFirst(2), radix: radix)
    }
    return Int(digits)
  }

  /// The value of a number; nil when it does not fit.
  var number: Double? {
    if kind == .integer, let integer { return Double(integer) }
    var digits = text.filter { $0 != "_" }
    if digits.first == "." { digits = "0" + digits }
    if digits.last == "." { digits += "0" }
    digits = digits.replacing(".e", ".0e").replacing(".E", ".0e")
    guard let value = Double(digits), value.isFinite else { return nil }
    return value
  }
}

extension String {
  fileprivate func replacing(_ part: String, _ other: String) -> String {
    var (result, rest) = ("", Substring(self))
    while let first = rest.first {
      if rest.hasPrefix(part) {
        result += other
        rest = rest.dropFirst(part.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}
