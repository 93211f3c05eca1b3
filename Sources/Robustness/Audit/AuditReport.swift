// What an audit found.

import Tensors

/// Whether a robust accuracy can be trusted, check by check.
public struct AuditReport: Sendable {
  public enum Verdict: Int, Comparable, Sendable {
    case skipped, passed, suspicious, failed
    public static func < (a: Verdict, b: Verdict) -> Bool { a.rawValue < b.rawValue }
  }

  public struct Check: Sendable {
    public var name: String
    public var verdict: Verdict
    /// A sentence with the figures.
    public var says: String
    public var figures: [(name: String, value: Double)]
  }

  public internal(set) var checks: [Check] = []
  public internal(set) var cleanAccuracy = 0.0
  /// The lowest accuracy that any attack left, at the radius in question.
  public internal(set) var accuracy = 0.0
  public internal(set) var samples = 0

  /// "supported", "suspicious" or "void": that of the worst check.
  public var verdict: String {
    switch checks.map(\.verdict).max() ?? .passed {
    case .failed: return "void"
    case .suspicious: return "suspicious"
    case .passed, .skipped: return "supported"
    }
  }

  public func check(_ name: String) -> Check? { checks.first { $0.name == name } }

  public var json: JSON {
    [
      "verdict": .string(verdict), "accuracy": .number(accuracy), "clean_accuracy": .number(cleanAccuracy),
      "samples": .integer(samples),
      "checks": .array(checks.map { check in
        [
          "name": .string(check.name), "verdict": .string("\(check.verdict)"), "says": .string(check.says),
          "figures": .object(check.figures.map { JSON.Member($0.name, .number($0.value)) }),
        ]
      }),
    ]
  }
}
