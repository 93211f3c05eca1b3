// What attacks that see the predicted class alone have in common: a start, decisions, and the way to the boundary.
// The loops are in DecisionKernels.swift.

import Learning
import Tensors

/// Asks for decisions, and keeps the nearest adversarial example of each row.
final class DecisionSearch {
  let victim: Victim
  /// Of what is kept, in the threat model's norm; infinite where nothing is.
  private(set) var nearest: [Double]

  init(_ victim: Victim) {
    self.victim = victim
    nearest = Array(repeating: .infinity, count: victim.count)
  }

  /// Whether each row of x is adversarial.  One that hangs on rounding is not: in another batch it might be judged
  /// otherwise.
  func decide(_ x: Tensor, _ rows: [Int]) throws -> [Bool] {
    let logits = try victim.logits(x, rows)
    return rows.enumerated().map { i, row in
      guard victim.isAdversarial(logits, i, row) else { return false }
      var largest = 0.0
      for k in 0..<logits.classes { largest = max(largest, abs(logits[i, k])) }
      return abs(logits.margin(i, victim.labels[row])) > largest * (victim.type == .float32 ? 2e-6 : 1e-13)
    }
  }

  /// Decisions; keeps what is adversarial and nearer than before.
  func visit(_ x: Tensor, _ rows: [Int]) throws -> [Bool] {
    let answers = try decide(x, rows)
    for (i, row) in rows.enumerated() where answers[i] { keep(x, i, row: row) }
    return answers
  }

  func keep(_ x: Tensor, _ index: Int, row: Int) {
    let distance = rowDistance(x, index, victim.clean, row, victim.threat.norm)
    guard distance < nearest[row] else { return }
    nearest[row] = distance
    victim.keep(x, index, row: row, isAdversarial: true)
  }

  /// An adversarial point, however far, for each row that has one: of `tries` random images, the two constant ones, and
  /// then up to 20 samples of the whole set with other labels (with the target's, if there is one).
  ///
  /// Half of the random images are uniform values, half are black and white.
  func start(tries: Int) throws -> (x: Tensor, rows: [Int]) {
    let found = victim.clean.copy()
    var open = victim.allRows
    var streams = open.map { victim.stream($0, 3) }
    func ask(_ x: Tensor, _ rows: [Int]) throws {
      let answers = try visit(x, rows)
      for (i, row) in rows.enumerated() where answers[i] { copyRow(x, i, into: found, row) }
      open = open.filter { nearest[$0] == .infinity }
    }
    for attempt in 0..<tries + 2 where !open.isEmpty {
      let x = Tensor(uninitialized: victim.type, [open.count] + victim.clean.shape.dropFirst())
      let rule = attempt < tries ? (attempt % 2 == 0 ? RandomImage.uniform : .corners) : attempt == tries ? .low : .high
      drawImages(x, open, rule, low: victim.threat.low, high: victim.threat.high, &streams)
      try ask(x, open)
    }
    for attempt in 0..<20 where !open.isEmpty {
      let others = open.compactMap { row in victim.donor(row, attempt).map { (row, $0) } }
      guard let pool = victim.pool, !others.isEmpty else { break }
      try ask(gatherRows(pool.values, others.map(\.1)[...]), others.map(\.0))
    }
    if !open.isEmpty { victim.note("no adversarial start was found for \(open.count) samples; they were left as they are") }
    let rows = victim.allRows.filter { nearest[$0] < .infinity }
    return (gatherRows(found, rows[...]), rows)
  }

  /// Halves the way from the clean samples to adversarial points of `rows` until it is known up to `precision`, a share of
  /// the way for each row; gives adversarial points.
  ///
  /// L2 goes along the line; L∞ shrinks the cube around the clean sample that the point is pressed into.
  func approach(_ far: Tensor, _ rows: [Int], precision: [Double], norm: ThreatModel.Norm) throws -> Tensor {
    let result = far.copy()
    let clean = victim.cleanRows(rows)
    let reach = distances(far, clean, norm)
    var (low, high) = ([Double](repeating: 0, count: rows.count), [Double](repeating: 1, count: rows.count))
    while true {
      let open = rows.indices.filter { high[$0] - low[$0] > precision[$0] }
      if open.isEmpty { return result }
      let shares = open.map { (low[$0] + high[$0]) / 2 }
      let x = nearer(
        gatherRows(far, open[...]), gatherRows(clean, open[...]), shares, reach: open.map { reach[$0] }, norm)
      let answers = try visit(x, open.map { rows[$0] })
      for (i, place) in open.enumerated() {
        if answers[i] {
          high[place] = shares[i]
          copyRow(x, i, into: result, place)
        } else {
          low[place] = shares[i]
        }
      }
    }
  }

  /// Follows a path of changes from no change to the whole: in `steps` equal steps until a row is adversarial, then by
  /// halving its last step `halvings` times.
  ///
  ///   make  points of some rows at shares in (0, 1] of their paths
  func sweep(_ rows: [Int], steps: Int, halvings: Int, make: (_ rows: [Int], _ shares: [Double]) -> Tensor) throws {
    var open = rows
    var found: [Int] = []
    var (low, high) = ([Int: Double](), [Int: Double]())
    for step in 1...steps where !open.isEmpty {
      let share = Double(step) / Double(steps)
      let answers = try visit(make(open, open.map { _ in share }), open)
      for (i, row) in open.enumerated() where answers[i] {
        found.append(row)
        (low[row], high[row]) = (Double(step - 1) / Double(steps), share)
      }
      open = open.enumerated().compactMap { answers[$0.offset] ? nil : $0.element }
    }
    found.sort()
    for _ in 0..<halvings where !found.isEmpty {
      let shares = found.map { ((low[$0] ?? 0) + (high[$0] ?? 1)) / 2 }
      let answers = try visit(make(found, shares), found)
      for (i, row) in found.enumerated() { if answers[i] { high[row] = shares[i] } else { low[row] = shares[i] } }
    }
  }
}

extension Victim {
  /// A sample of the whole set that may serve as a start: the `attempt`th, from the row's own on, with another label, or
  /// with the target's.
  func donor(_ row: Int, _ attempt: Int) -> Int? {
    guard let pool else { return nil }
    var left = attempt
    for step in 1..<max(2, pool.count) {
      let number = (numbers[row] + step) % pool.count
      guard (pool.labels[number] == labels[row]) == isTargeted else { continue }
      if left == 0 { return number }
      left -= 1
    }
    return nil
  }
}
