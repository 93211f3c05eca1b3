// The nearest example by trying radii with an attack that is made for a fixed one.

import Learning
import Tensors

/// Doubles the radius of each sample until the attack succeeds, then halves the interval between success and failure.
///
/// With n values of range d the first radius is d / 10 in L∞, d n^¼ / 10 in L2 and d n / 100 in L1; the last is `max_eps`,
/// as far as the range goes by default.  An example counts with its real distance, which may be smaller than
/// the radius it was found in.  A sample is done when the interval is `tolerance` of the distance.
struct Minimal: Attack {
  static let name = "minimal"
  static let summary = "bisection over the radius around any other attack"
  static let norms: [ThreatModel.Norm] = [.linf, .l2, .l1]
  static let knowledge = ThreatModel.Knowledge.gradients
  static let isMinimal = true

  private let inner: AttackPlan
  private let searches: Int
  private let tolerance: Double
  private let most: Double

  init(_ settings: AttackSettings) throws {
    let threat = settings.threat
    let kind = try settings.text("attack", default: "pgd")
    let options = try settings.object("options")
    for key in ["norm", "eps", "low", "high", "target", "seed", "eot", "max_queries", "max_seconds"] where options[key] != nil {
      throw EngineError.value("\"\(key)\" belongs to minimal itself, not to the options of the attack inside it")
    }
    guard case .object(let members) = options else { preconditionFailure("settings give an object") }
    let shared: [JSON.Member] = [
      .init("norm", .string(threat.norm.name)), .init("low", .number(threat.low)), .init("high", .number(threat.high)),
    ]
    inner = try AttackPlan(kind: kind, options: .object(members + shared))
    guard !inner.isMinimal else {
      throw EngineError.value("\(kind) looks for the nearest example itself; minimal takes an attack for a fixed radius, such as \"pgd\"")
    }
    searches = try settings.integer("search_steps", default: 15)
    tolerance = try settings.number("tolerance", default: 0.01, in: 0...1)
    most = try settings.number("max_eps", default: 0, in: 0 ... .infinity)
  }

  var isRandom: Bool { inner.attack.isRandom }

  func run(_ victim: Victim) throws {
    let nearest = Nearest(victim)
    let width = Double(victim.width)
    let scale = victim.threat.norm == .linf ? 1 : victim.threat.norm == .l2 ? width.squareRoot() : width
    let range = victim.threat.high - victim.threat.low
    let limit = victim.eps.map { min($0, most > 0 ? most : range * scale) }
    var lower = [Double](repeating: 0, count: victim.count)
    let usual = 0.1 * range * (victim.threat.norm == .linf ? 1 : victim.threat.norm == .l2 ? scale.squareRoot() : 0.1 * scale)
    var eps = limit.map { min($0, usual) }
    var rows = victim.allRows
    for _ in 0..<searches {
      let found = try attempt(victim, rows, eps, nearest)
      rows = rows.filter { row in
        let reached = nearest.distances[row]
        if !found.contains(row) { lower[row] = eps[row] }
        if reached == .infinity {
          if eps[row] >= limit[row] { return false }
          eps[row] = min(limit[row], 2 * eps[row])
          return true
        }
        eps[row] = (lower[row] + reached) / 2
        return reached - lower[row] > tolerance * reached
      }
      if rows.isEmpty { return }
    }
  }

  /// One run of the attack with a radius for each row; gives the rows it succeeded for.
  private func attempt(_ victim: Victim, _ rows: [Int], _ eps: [Double], _ nearest: Nearest) throws -> Set<Int> {
    var found: Set<Int> = []
    var open = rows
    for restart in 0..<inner.restarts {
      let part = victim.part(open, eps: open.map { eps[$0] }, restart: victim.restart * inner.restarts + restart)
      let logits = try victim.run(inner.attack, on: part, open)
      let isThere = nearest.offer(part.kept, open, logits, clean: part.clean)
      for (i, row) in open.enumerated() where isThere[i] { found.insert(row) }
      open = open.filter { !found.contains($0) }
      if open.isEmpty { break }
    }
    return found
  }
}
