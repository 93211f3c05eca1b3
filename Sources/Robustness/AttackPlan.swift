// An attack with all its options, ready to be run on any model.

import Tensors

/// A described attack: a value that can be compared by its description, kept and run on several models.
public struct AttackPlan: Sendable {
  /// How the class to be reached is chosen.
  public enum Target: String, CaseIterable, Sendable {
    case none                       // untargeted
    case given                      // by whoever runs it
    case leastLikely = "least_likely"  // the class with the smallest output for the clean sample
    case runnerUp = "runner_up"     // the class with the second largest output
    case random
  }

  public let kind: String
  public var threat: ThreatModel
  public let target: Target
  public let seed: UInt64
  /// Passes over which gradients of a random model are averaged.
  public let passes: Int
  /// Times an attack that draws random numbers is run; the best example of each sample is kept.
  public let restarts: Int
  /// 0: without a limit.
  public let maxQueries: Int
  public let maxSeconds: Double
  let attack: any Attack
  /// The options' values as JSON, those that were not given included.
  public let description: JSON

  public var isMinimal: Bool { Swift.type(of: attack).isMinimal }
  public var knowledge: ThreatModel.Knowledge { Swift.type(of: attack).knowledge }
  public var summary: String { Swift.type(of: attack).summary }

  /// options: an object; what is missing takes its usual value.  An unknown member throws.
  public init(kind: String, options: JSON = .object([])) throws {
    let type = try AttackKinds.find(kind)
    guard case .object = options else { throw EngineError.value("options of \(kind) are \(options.kind); they must be an object") }
    let common = AttackSettings(options, threat: ThreatModel(), asked: [])
    var threat = ThreatModel()
    let word = try common.word("norm", of: type.norms.map(\.name))
    threat.norm = ThreatModel.Norm.allCases.first { $0.name == word } ?? .linf
    // An attack for the nearest example looks everywhere unless it is told where.
    let usual = type.isMinimal ? .infinity : threat.norm == .linf ? 0.1 : threat.norm == .l2 ? 1.0 : 10.0
    threat.eps = try common.number("eps", default: usual, in: 0 ... .infinity)
    threat.low = try common.number("low", default: 0)
    threat.high = try common.number("high", default: 1)
    let wanted = try common.word("target", of: Target.allCases.map(\.rawValue))
    target = Target(rawValue: wanted) ?? .none
    if target != .none, !type.canTarget { throw EngineError.value("\(kind) cannot aim at a class; target must be \"none\"") }
    threat.isTargeted = target != .none
    seed = try common.read("seed") { try options.bits("seed") } ?? 0
    common.note("seed", .bits(seed))
    passes = try common.integer("eot", default: 1)
    restarts = try common.integer("restarts", default: 1)
    maxQueries = try common.integer("max_queries", default: 0, in: 0...Int.max)
    maxSeconds = try common.number("max_seconds", default: 0, in: 0 ... .infinity)
    try threat.check()
    let settings = AttackSettings(options, threat: threat, asked: common.described.map(\.key))
    attack = try type.init(settings)
    guard restarts == 1 || attack.isRandom else {
      throw EngineError.value("\(kind) draws no random numbers here, so every run would be the same; restarts must be 1")
    }
    try settings.finish(kind)
    (self.kind, self.threat) = (kind, threat)
    description = .object([JSON.Member("kind", .string(kind))] + common.described + settings.described)
  }

  /// The same attack with another radius.
  public func with(eps: Double) throws -> AttackPlan {
    var plan = self
    plan.threat.eps = eps
    try plan.threat.check()
    return plan
  }
}

extension AttackPlan {
  /// All kinds with what can be said of them, for those who list or check options: an array of objects.
  public static var kinds: JSON {
    .array(AttackKinds.all.compactMap { type in
      // Some options belong to one norm alone.
      var usual: [JSON.Member] = []
      for norm in type.norms {
        guard let plan = try? AttackPlan(kind: type.name, options: ["norm": .string(norm.name)]),
          case .object(let members) = plan.description
        else { continue }
        for member in members where !usual.contains(where: { $0.key == member.key }) { usual.append(member) }
      }
      return [
        "kind": .string(type.name), "summary": .string(type.summary), "norms": .array(type.norms.map { .string($0.name) }),
        "knowledge": .string("\(type.knowledge)"), "minimal": .bool(type.isMinimal), "targets": .bool(type.canTarget),
        "options": .object(usual),
      ]
    })
  }
}
