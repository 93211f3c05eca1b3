// Options of an attack, read from a JSON object.

import Tensors

/// Hands out options one by one, remembers what it was asked for, and then tells which were given but never asked for.
package final class AttackSettings {
  private let given: JSON
  /// The threat model, for attacks whose usual values depend on it.
  package let threat: ThreatModel
  private(set) var described: [JSON.Member] = []
  private var asked: Set<String> = []

  init(_ given: JSON, threat: ThreatModel, asked: [String]) {
    (self.given, self.threat, self.asked) = (given, threat, Set(asked))
  }

  /// A number in a closed range; the range's bounds may be infinite.
  package func number(
    _ key: String, default usual: Double, in range: ClosedRange<Double> = -.infinity ... .infinity, orAbove lower: Double? = nil
  ) throws -> Double {
    let value = try read(key) { try given.number(key) } ?? usual
    if let lower, !(value > lower && value.isFinite) {
      throw EngineError.value("\(key) is \(short(value)); it must be above \(short(lower))")
    }
    guard range.contains(value) else {
      throw EngineError.value("\(key) is \(short(value)); it must be \(words(range.lowerBound, range.upperBound))")
    }
    note(key, value.isFinite ? .number(value) : .null)
    return value
  }

  package func integer(_ key: String, default usual: Int, in range: ClosedRange<Int> = 1...Int.max) throws -> Int {
    let value = try read(key) { try given.integer(key) } ?? usual
    guard range.contains(value) else {
      let upper = range.upperBound == .max ? Double.infinity : Double(range.upperBound)
      throw EngineError.value("\(key) is \(value); it must be \(words(Double(range.lowerBound), upper))")
    }
    note(key, .integer(value))
    return value
  }

  package func bool(_ key: String, default usual: Bool) throws -> Bool {
    let value = try read(key) { try given.bool(key) } ?? usual
    note(key, .bool(value))
    return value
  }

  /// One of some words, the first by default.
  package func word(_ key: String, of words: [String]) throws -> String {
    let value = try read(key) { try given.string(key) } ?? words[0]
    guard words.contains(value) else {
      let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
      throw EngineError.value("\(key) is \"\(value)\"; there is \(list)")
    }
    note(key, .string(value))
    return value
  }

  /// Any text.
  package func text(_ key: String, default usual: String) throws -> String {
    let value = try read(key) { try given.string(key) } ?? usual
    note(key, .string(value))
    return value
  }

  /// Numbers, or an empty array.
  package func numbers(_ key: String, default usual: [Double] = []) throws -> [Double] {
    let value = try read(key) { try given.numbers(key) } ?? usual
    note(key, .array(value.map(JSON.number)))
    return value
  }

  /// An object of options for something else, empty by default.  An empty array counts as one: a Lua table without
  /// members could be either.
  package func object(_ key: String) throws -> JSON {
    let none = JSON.object([JSON.Member]())
    let found: JSON? = try read(key) { () throws -> JSON in
      switch given[key] ?? none {
      case .object(let members): return JSON.object(members)
      case .array(let values) where values.isEmpty: return none
      case let other: throw EngineError.value("\"\(key)\" must be an object, got \(other.kind)")
      }
    }
    let value = found ?? none
    note(key, value)
    return value
  }

  /// Refuses options that nobody asked for.
  func finish(_ attack: String) throws {
    guard case .object(let members) = given else { return }
    for member in members where !asked.contains(member.key) {
      throw EngineError.value(
        "\(attack) has no option \"\(member.key)\"; it has \(asked.sorted().map { "\"\($0)\"" }.joined(separator: ", "))")
    }
  }

  func note(_ key: String, _ value: JSON) { described.append(JSON.Member(key, value)) }

  func read<T>(_ key: String, _ body: () throws -> T) throws -> T? {
    asked.insert(key)
    guard let value = given[key], value != .null else { return nil }
    do { return try body() } catch let error as EngineError {
      // What was given, rather than what a file holds.
      throw EngineError.value(error.message)
    }
  }

  private func words(_ low: Double, _ high: Double) -> String {
    if high == .infinity { return low == -.infinity ? "a number" : "\(short(low)) or more" }
    return "in [\(short(low)), \(short(high))]"
  }

  private func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
