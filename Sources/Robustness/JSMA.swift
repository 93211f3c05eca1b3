// The attack along saliency maps, JSMA (Papernot, McDaniel, Jha, Fredrikson, Celik, Swami 2016).

import Glibc
import Learning
import Tensors

/// Changes two values at a time by theta: the pair that raises the target's output and lowers the sum of the others most,
/// by the product of the two slopes, until the goal is reached or a share gamma of the values has been changed.
///
/// Outputs are taken before any softmax.  A value at an end of the data range is not changed further.  An untargeted attack
/// goes for the class with the second largest output, or for every class in turn and keeps the example with the fewest
/// changed values.
struct JSMA: Attack {
  static let name = "jsma"
  static let summary = "few values changed along saliency maps (Papernot et al. 2016)"
  static let norms: [ThreatModel.Norm] = [.l0]
  static let knowledge = ThreatModel.Knowledge.gradients
  static let isMinimal = true

  private let theta: Double
  private let gamma: Double
  private let triesAll: Bool

  init(_ settings: AttackSettings) throws {
    theta = try settings.number("theta", default: 1)
    guard theta != 0, theta.isFinite else { throw EngineError.value("theta is \(theta); it must be a number other than 0") }
    gamma = try settings.number("gamma", default: 0.1, in: 0...1)
    triesAll = try settings.word("untargeted", of: ["runner_up", "best"]) == "best"
  }

  func run(_ victim: Victim) throws {
    let nearest = Nearest(victim)
    if victim.isTargeted { return try run(victim, victim.labels, nearest) }
    let logits = try victim.logits(victim.clean, victim.allRows)
    if !triesAll { return try run(victim, victim.allRows.map { logits.best($0, except: victim.labels[$0]) }, nearest) }
    for place in 0..<(victim.classes - 1) {
      try run(victim, victim.labels.map { place < $0 ? place : place + 1 }, nearest)
    }
  }

  /// Towards a class for each row.
  private func run(_ victim: Victim, _ targets: [Int], _ nearest: Nearest) throws {
    let (low, high) = (victim.threat.low, victim.threat.high)
    let allowed = Int(gamma * Double(victim.width))
    // A value may take several changes to cross the range.
    let steps = allowed / 2 * max(1, Int(((high - low) / abs(theta)).rounded(.up)))
    var rows = victim.allRows
    var (x, clean) = (victim.clean.copy(), victim.clean)
    for _ in 0..<steps {
      let (rising, logits, _) = try victim.gradient(x, rows) { .logit(targets[rows[$0]]) }
      let isThere = nearest.offer(x, rows, logits, clean: clean)
      var open = rows.indices.filter { !isThere[$0] }
      if open.isEmpty { return }
      let left = gather(open, [x, clean, rising])
      rows = open.map { rows[$0] }
      (x, clean) = (left[0], left[1])
      let falling = try victim.gradient(x, rows) { .others(targets[rows[$0]]) }.gradient
      let moved = salientStep(x, clean: clean, rising: left[2], falling: falling, theta: theta, allowed: allowed, low: low, high: high)
      open = rows.indices.filter { moved[$0] }
      if open.isEmpty { return }
      if open.count < rows.count {
        rows = open.map { rows[$0] }
        let left = gather(open, [x, clean])
        (x, clean) = (left[0], left[1])
      }
    }
    _ = nearest.offer(x, rows, try victim.logits(x, rows), clean: clean)
  }
}
