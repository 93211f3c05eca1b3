// Auto-PGD (Croce & Hein 2020), with its L1 form (Croce & Hein 2021).  AscentKernels.swift has the loops.

import Glibc
import Learning
import Tensors

/// Projected gradient steps whose size is halved when they stop paying, from the best point so far on.
///
///   z = P(x + eta s(g)),  x' = P(x + 0.75 (z - x) + 0.25 (x - x_before)),  eta = 2 eps at first
///
/// At checkpoints w_j = ⌈p_j N⌉, p = 0, 0.22, p_j + max(p_j - p_{j-1} - 0.03, 0.06), eta is halved where the loss rose in
/// fewer than rho of the steps since the last one, or where neither eta nor the best loss has changed since.  L1: steps
/// along the signs of the largest slopes, as many as what the best point changes suggests, without the memory.
///
/// Losses: "ce", cross entropy; "dlr", the difference of logits ratio; "targeted", its targeted form toward each of the
/// `targets` classes with the largest outputs in turn.  With three classes the ratio's denominator is z₁ - z₃; with two it
/// would be the numerator itself, so that the margin is climbed.  A sample is left alone once it is adversarial.
struct APGD: Attack {
  static let name = "apgd"
  static let summary = "gradient steps without a step size to choose (Croce & Hein 2020)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2, .l1]
  static let knowledge = ThreatModel.Knowledge.gradients

  enum Loss: String, CaseIterable { case ce, dlr, targeted }

  private let steps: Int
  private let loss: Loss
  private let targets: Int
  private let rho: Double

  init(_ settings: AttackSettings) throws {
    steps = try settings.integer("steps", default: 100)
    loss = Loss(rawValue: try settings.word("loss", of: Loss.allCases.map(\.rawValue))) ?? .ce
    targets = try settings.integer("targets", default: 9)
    rho = try settings.number("rho", default: 0.75, in: 0...1)
  }

  init(steps: Int, loss: Loss, targets: Int = 9) { (self.steps, self.loss, self.targets, rho) = (steps, loss, targets, 0.75) }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    var best = [Double](repeating: -.infinity, count: victim.count)
    guard loss == .targeted, !victim.isTargeted else {
      let choice: LogitLoss = loss == .ce ? .crossEntropy : .dlr
      return try climb(victim, 0, { _ in choice }, &best)
    }
    let rivals = try Boundary.rivals(victim, targets)
    for place in 0..<(rivals.first?.count ?? 0) {
      try climb(victim, place, { .dlrToward(rivals[$0][place]) }, &best)
    }
  }

  /// One ascent of the rows that are not adversarial yet.
  ///
  ///   number  of the ascent, which decides its random start
  ///   loss    for a row of the victim
  ///   best    the largest loss of what is kept for each row
  private func climb(_ victim: Victim, _ number: Int, _ loss: (Int) -> LogitLoss, _ best: inout [Double]) throws {
    let rows = victim.open
    if rows.isEmpty { return }
    let threat = victim.threat
    var state = Ascent(victim, rows, random: 1 + number)
    try state.look(victim, loss, isFirst: true)
    var checkpoints = Checkpoints(steps, threat.norm)
    for step in 0..<steps {
      if state.rows.isEmpty { return }
      state.move(threat, isFirst: step == 0)
      try state.look(victim, loss, isFirst: false)
      if checkpoints.isReached(step + 1) { state.adapt(since: checkpoints.length, rho: rho, threat.norm) }
    }
    for (i, row) in state.rows.enumerated() where state.highest[i] > best[row] {
      best[row] = state.highest[i]
      victim.keep(state.top, i, row: row, isAdversarial: false)
    }
  }
}

/// After which steps the size is looked at.
private struct Checkpoints {
  private var places: [Int] = []
  private var last = 0
  /// Steps between the last two.
  private(set) var length = 0

  init(_ steps: Int, _ norm: ThreatModel.Norm) {
    if norm == .l1 {
      let every = max(1, Int(0.04 * Double(steps)))
      places = Array(stride(from: every, through: steps, by: every))
      return
    }
    var (before, p) = (0.0, 0.22)
    while p <= 1 {
      places.append(Int((p * Double(steps) - 1e-9).rounded(.up)))
      (before, p) = (p, p + max(p - before - 0.03, 0.06))
    }
  }

  mutating func isReached(_ step: Int) -> Bool {
    guard places.first == step else { return false }
    (length, last) = (step - last, step)
    places.removeAll { $0 <= step }
    return true
  }
}

/// Points on their way up, one for each row that goes on.
private struct Ascent {
  var rows: [Int]
  /// The best point of each row and its loss.
  var top: Tensor
  var highest: [Double]
  private var x, before, clean, gradient, topGradient: Tensor
  private var eps, eta: [Double]
  private var height: [Double]
  private var rises: [Int]
  /// At the last checkpoint: the best loss, and whether the size was halved there.
  private var formerHighest: [Double]
  private var wasReduced: [Bool]
  /// L1: the share of values that a step changes, and how many the best point differed in at the last checkpoint.
  private var share: [Double]
  private var spread: [Double]

  init(_ victim: Victim, _ rows: [Int], random: Int) {
    self.rows = rows
    clean = victim.cleanRows(rows)
    eps = rows.map { victim.eps[$0] }
    x = startingPoints(victim, rows, clean, random)
    (before, top) = (x, x)
    (gradient, topGradient) = (x, x)
    eta = victim.threat.norm == .l1 ? eps : eps.map { 2 * $0 }
    (height, highest) = (rows.map { _ in -.infinity }, rows.map { _ in -.infinity })
    (formerHighest, wasReduced, rises) = (height, rows.map { _ in true }, rows.map { _ in 0 })
    (share, spread) = (rows.map { _ in 0.2 }, rows.map { _ in Double(victim.width) })
  }

  /// A step and the way back into the ball.
  mutating func move(_ threat: ThreatModel, isFirst: Bool) {
    let next = x.copy()
    switch threat.norm {
    case .linf:
      signStep(next, clean: clean, direction: gradient, alpha: eta, eps: eps, low: threat.low, high: threat.high)
    case .l2:
      lengthStep(next, direction: gradient, alpha: eta)
      projectOutside(next, clean, eps, threat)
    case .l1, .l0:
      sparseSteps(next, direction: gradient, alpha: eta, share: share)
      projectIntoBox(next, clean: clean, eps: eps, low: threat.low, high: threat.high)
    }
    if !isFirst, threat.norm == .linf || threat.norm == .l2 {
      glide(next, x: x, before: before, 0.75)
      projectOutside(next, clean, eps, threat)
    }
    (before, x) = (x, next)
  }

  /// Asks for the gradient where the points are; rows that are adversarial are kept and leave.
  mutating func look(_ victim: Victim, _ loss: (Int) -> LogitLoss, isFirst: Bool) throws {
    let rows = self.rows
    let found = try victim.gradient(x, rows) { loss(rows[$0]) }
    gradient = found.gradient
    var open: [Int] = []
    if isFirst { (top, topGradient) = (x.copy(), gradient.copy()) }
    for (i, row) in rows.enumerated() {
      let value = found.losses[i]
      if value > height[i] { rises[i] += 1 }
      height[i] = value
      if value > highest[i] {
        highest[i] = value
        copyRow(x, i, into: top, i)
        copyRow(gradient, i, into: topGradient, i)
      }
      let excess = victim.excess(found.logits, i, row)
      if excess > 0, excess > victim.slack(found.logits, i) {
        victim.keep(x, i, row: row, isAdversarial: true)
      } else {
        open.append(i)
      }
    }
    if isFirst { rises = rises.map { _ in 0 } }
    if open.count < rows.count { keepOnly(open) }
  }

  private mutating func keepOnly(_ places: [Int]) {
    rows = places.map { rows[$0] }
    let left = gather(places, [x, before, clean, gradient, top, topGradient])
    (x, before, clean, gradient, top, topGradient) = (left[0], left[1], left[2], left[3], left[4], left[5])
    for path in [\Ascent.eps, \.eta, \.height, \.highest, \.formerHighest, \.share, \.spread] {
      let values = self[keyPath: path]
      self[keyPath: path] = places.map { values[$0] }
    }
    rises = places.map { rises[$0] }
    wasReduced = places.map { wasReduced[$0] }
  }

  /// Smaller steps from the best point on where they have stopped paying.
  mutating func adapt(since length: Int, rho: Double, _ norm: ThreatModel.Norm) {
    if norm == .l1 { return adaptSparsity() }
    x = x.copy()
    for i in rows.indices {
      let isRestless = Double(rises[i]) < rho * Double(length)
      let isStuck = !wasReduced[i] && highest[i] == formerHighest[i]
      (wasReduced[i], formerHighest[i], rises[i]) = (isRestless || isStuck, highest[i], 0)
      if wasReduced[i] {
        eta[i] /= 2
        copyRow(top, i, into: x, i)
        copyRow(topGradient, i, into: gradient, i)
      }
    }
  }

  /// L1: where the best point differs in clearly fewer values than before, fewer are changed from now on, from there and
  /// with the full size again; else the size shrinks.
  private mutating func adaptSparsity() {
    let now = distances(top, clean, .l0)
    let width = Double(top.count / max(1, rows.count))
    x = x.copy()
    for i in rows.indices {
      let isSparser = now[i] < 0.95 * spread[i]
      share[i] = max(now[i], 1) / width / 1.5
      eta[i] = isSparser ? eps[i] : max(eps[i] / 10, eta[i] / 1.5)
      spread[i] = now[i]
      if isSparser {
        copyRow(top, i, into: x, i)
        copyRow(topGradient, i, into: gradient, i)
      }
    }
  }
}

/// Random points of the surface of each row's ball, brought into the data range.
private func startingPoints(_ victim: Victim, _ rows: [Int], _ clean: Tensor, _ purpose: Int) -> Tensor {
  let threat = victim.threat
  let x = clean.copy()
  randomSurface(x, threat.norm, eps: rows.map { victim.eps[$0] }) { victim.stream(rows[$0], purpose) }
  if threat.norm == .l1 {
    projectIntoBox(x, clean: clean, eps: rows.map { victim.eps[$0] }, low: threat.low, high: threat.high)
  } else {
    projectOutside(x, clean, rows.map { victim.eps[$0] }, threat)
  }
  return x
}
