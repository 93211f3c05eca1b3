// The one error type of the engine: a kind that the C ABI turns into a status, and a sentence.
// Where it happened (script and line, function) is added by whoever called.

/// A mistake in what the caller asked for, with a sentence that names the offending value and what
/// would be right.
public struct EngineError: Error, CustomStringConvertible, Sendable {
  /// The raw values are those of `hqnn_status`.
  public enum Kind: UInt32, Sendable {
    case null = 1, value, shape, state, file, memory, cancelled, `internal`
  }

  public let kind: Kind
  public let message: String

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { message }

  public static func value(_ message: String) -> EngineError { EngineError(.value, message) }
  public static func shape(_ message: String) -> EngineError { EngineError(.shape, message) }
  public static func state(_ message: String) -> EngineError { EngineError(.state, message) }
  public static func file(_ message: String) -> EngineError { EngineError(.file, message) }
  public static func memory(_ message: String) -> EngineError { EngineError(.memory, message) }
  public static func null(_ message: String) -> EngineError { EngineError(.null, message) }
  public static let cancelled = EngineError(.cancelled, "cancelled by the callback")
}

/// `{64, 1, 28, 28}`, the way shapes are written in every message.
public func describe(shape: [Int]) -> String {
  "{" + shape.map(String.init).joined(separator: ", ") + "}"
}

/// The candidate closest to a misspelt name, for "did you mean …?"; nil when none is close.
public func closest(to name: String, among candidates: [String]) -> String? {
  let wanted = Array(name.lowercased().utf8)
  var best: (distance: Int, name: String)?
  for candidate in candidates {
    let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
    if distance < best?.distance ?? Int.max { best = (distance, candidate) }
  }
  guard let best, best.distance <= max(1, wanted.count / 3) else { return nil }
  return best.name
}

/// Levenshtein distance.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let cost = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
      diagonal = row[j + 1]
      row[j + 1] = cost
    }
  }
  return row[b.count]
}
