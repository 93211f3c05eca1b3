// What an audit is told.

import Tensors

/// Sizes of an audit's checks.
public struct AuditOptions: Sendable {
  public var norm = ThreatModel.Norm.linf
  /// The radius whose figure is in question.
  public var eps = 0.1
  public var low = 0.0, high = 1.0
  /// How many samples are looked at, the first ones.
  public var samples = 200
  /// Steps of PGD, whose figure is in question.
  public var steps = 20
  public var restarts = 5
  /// Of the black-box attack.
  public var queries = 1000
  /// Planted examples; 0 for none.
  public var planted = 20
  public var seed: UInt64 = 0

  public init() {}

  /// From an object; an unknown member throws.
  public init(_ json: JSON) throws {
    guard case .object = json else { throw EngineError.value("options of the audit are \(json.kind); they must be an object") }
    let settings = AttackSettings(json, threat: ThreatModel(), asked: [])
    let word = try settings.word("norm", of: ["linf", "l2"])
    norm = word == "l2" ? .l2 : .linf
    eps = try settings.number("eps", default: norm == .linf ? 0.1 : 1, orAbove: 0)
    low = try settings.number("low", default: 0)
    high = try settings.number("high", default: 1)
    samples = try settings.integer("samples", default: 200)
    steps = try settings.integer("steps", default: 20)
    restarts = try settings.integer("restarts", default: 5, in: 2...1000)
    queries = try settings.integer("queries", default: 1000)
    planted = try settings.integer("planted", default: 20, in: 0...Int.max)
    seed = try settings.read("seed") { try json.bits("seed") } ?? 0
    guard low < high else { throw EngineError.value("the data range [\(low), \(high)] is empty; low must be below high") }
    try settings.finish("the audit")
  }
}
