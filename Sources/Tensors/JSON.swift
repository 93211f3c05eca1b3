// Structured values for what is written beside numbers: architectures, options, metadata.
// Reading text is in JSONReader.swift.

/// A JSON value.  Objects keep the order of their members; integers and fractions are told apart.
public indirect enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  public struct Member: Equatable, Sendable {
    public let key: String
    public let value: JSON
    public init(_ key: String, _ value: JSON) { (self.key, self.value) = (key, value) }
  }

  /// The member of an object with this key.
  public subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  public var kind: String {
    switch self {
    case .null: return "null"
    case .bool: return "a truth value"
    case .integer: return "an integer"
    case .number: return "a number"
    case .string: return "a string"
    case .array: return "an array"
    case .object: return "an object"
    }
  }

  // MARK: members of a wanted type; an error names the key

  public func integer(_ key: String) throws -> Int {
    guard case .integer(let value) = try member(key) else { throw wrong(key, "an integer") }
    return value
  }

  public func number(_ key: String) throws -> Double {
    switch try member(key) {
    case .integer(let value): return Double(value)
    case .number(let value): return value
    default: throw wrong(key, "a number")
    }
  }

  public func bool(_ key: String) throws -> Bool {
    guard case .bool(let value) = try member(key) else { throw wrong(key, "true or false") }
    return value
  }

  public func string(_ key: String) throws -> String {
    guard case .string(let value) = try member(key) else { throw wrong(key, "a string") }
    return value
  }

  public func array(_ key: String) throws -> [JSON] {
    guard case .array(let values) = try member(key) else { throw wrong(key, "an array") }
    return values
  }

  public func integers(_ key: String) throws -> [Int] {
    try array(key).map {
      guard case .integer(let value) = $0 else { throw wrong(key, "an array of integers") }
      return value
    }
  }

  public func numbers(_ key: String) throws -> [Double] {
    try array(key).map {
      switch $0 {
      case .integer(let value): return Double(value)
      case .number(let value): return value
      default: throw wrong(key, "an array of numbers")
      }
    }
  }

  /// 64 bits without a sign are kept in an integer of the same bits.
  public static func bits(_ value: UInt64) -> JSON { .integer(Int(truncatingIfNeeded: value)) }
  public func bits(_ key: String) throws -> UInt64 { UInt64(truncatingIfNeeded: try integer(key)) }

  private func member(_ key: String) throws -> JSON {
    guard case .object = self else { throw EngineError.file("expected an object with \"\(key)\", got \(kind)") }
    guard let value = self[key] else { throw EngineError.file("\"\(key)\" is missing") }
    return value
  }

  private func wrong(_ key: String, _ wanted: String) -> EngineError {
    .file("\"\(key)\" must be \(wanted), got \(self[key]?.kind ?? "nothing")")
  }

  // MARK: text

  /// On one line.  Numbers are written so that reading gives the same bits; a number that is not finite, which JSON
  /// cannot write, becomes null.
  public var text: String {
    var out = ""
    write(to: &out)
    return out
  }

  private func write(to out: inout String) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .integer(let value): out += String(value)
    case .number(let value): out += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.quote(value, to: &out)
    case .array(let values):
      out += "["
      for (i, value) in values.enumerated() {
        if i > 0 { out += "," }
        value.write(to: &out)
      }
      out += "]"
    case .object(let members):
      out += "{"
      for (i, member) in members.enumerated() {
        if i > 0 { out += "," }
        Self.quote(member.key, to: &out)
        out += ":"
        member.value.write(to: &out)
      }
      out += "}"
    }
  }

  private static func quote(_ text: String, to out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default:
        if scalar.value < 0x20 {
          let hex = String(scalar.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    out += "\""
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}
