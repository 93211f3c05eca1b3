// Reads JSON (RFC 8259) from bytes that may be damaged or hostile.

import Glibc

extension JSON {
  /// Throws a sentence with the offset for anything that is not one JSON value: bad syntax, bad UTF-8, a key that
  /// occurs twice, nesting deeper than 64.
  public init(_ bytes: UnsafeRawBufferPointer) throws {
    var reader = JSONReader(bytes: bytes)
    self = try reader.whole()
  }

  public init(text: String) throws { try self.init(bytes: Array(text.utf8)) }

  public init(bytes: [UInt8]) throws { self = try bytes.withUnsafeBytes { try JSON($0) } }
}

private struct JSONReader {
  let bytes: UnsafeRawBufferPointer
  var at = 0
  private var depth = 0

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func whole() throws -> JSON {
    let value = try value()
    skipSpace()
    guard at == bytes.count else { throw error("unexpected text after the value") }
    return value
  }

  private func error(_ what: String) -> EngineError { .file("JSON, offset \(at): \(what)") }

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
  }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard next == byte else { return false }
    at += 1
    return true
  }

  private mutating func value() throws -> JSON {
    skipSpace()
    guard let first = next else { throw error("the text ends where a value should be") }
    switch first {
    case UInt8(ascii: "{"): return try nested { try $0.object() }
    case UInt8(ascii: "["): return try nested { try $0.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      for (word, value) in [("true", JSON.bool(true)), ("false", .bool(false)), ("null", .null)] {
        if bytes[at...].starts(with: word.utf8) {
          at += word.utf8.count
          return value
        }
      }
      throw error("expected a value")
    }
  }

  private mutating func nested(_ body: (inout JSONReader) throws -> JSON) throws -> JSON {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 64 else { throw error("nested deeper than 64") }
    at += 1
    return try body(&self)
  }

  private mutating func object() throws -> JSON {
    var members: [JSON.Member] = []
    var keys: Set<String> = []
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
      let key = try string()
      guard keys.insert(key).inserted else { throw error("the key \"\(key)\" occurs twice") }
      guard take(UInt8(ascii: ":")) else { throw error("expected ':' after \"\(key)\"") }
      members.append(JSON.Member(key, try value()))
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw error("expected ',' or '}'") }
    }
  }

  private mutating func array() throws -> JSON {
    var values: [JSON] = []
    if take(UInt8(ascii: "]")) { return .array(values) }
    while true {
      values.append(try value())
      if take(UInt8(ascii: "]")) { return .array(values) }
      guard take(UInt8(ascii: ",")) else { throw error("expected ',' or ']'") }
    }
  }

  private mutating func number() throws -> JSON {
    let start = at
    func digits(_ reader: inout JSONReader) throws {
      let first = reader.at
      while let byte = reader.next, byte >= 0x30, byte <= 0x39 { reader.at += 1 }
      guard reader.at > first else { throw reader.error("expected a digit") }
    }
    if next == UInt8(ascii: "-") { at += 1 }
    let leading = at
    try digits(&self)
    guard bytes[leading] != 0x30 || at == leading + 1 else { throw error("a number with a leading zero") }
    var isInteger = true
    if next == UInt8(ascii: ".") {
      isInteger = false
      at += 1
      try digits(&self)
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      at += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
      try digits(&self)
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw error("the number \(text) is too large") }
    return .number(value)
  }

  private mutating func string() throws -> String {
    at += 1
    var out: [UInt8] = []
    while let byte = next {
      at += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: out, as: UTF8.self) else { throw error("text that is not UTF-8") }
        return text
      case UInt8(ascii: "\\"): try escape(&out)
      case 0..<0x20: throw error("a control character inside a string")
      default: out.append(byte)
      }
    }
    throw error("a string without its closing quote")
  }

  private mutating func escape(_ out: inout [UInt8]) throws {
    guard let byte = next else { throw error("a string without its closing quote") }
    at += 1
    switch byte {
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if code & 0xFC00 == 0xD800 {
        guard next == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "u") else {
          throw error("half of a surrogate pair")
        }
        at += 2
        let low = try hexadecimal()
        guard low & 0xFC00 == 0xDC00 else { throw error("half of a surrogate pair") }
        code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
      out.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: throw error("an unknown escape in a string")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard at + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16),
      bytes[at] != UInt8(ascii: "+"), bytes[at] != UInt8(ascii: "-")
    else { throw error("expected four hexadecimal digits") }
    at += 4
    return code
  }
}
