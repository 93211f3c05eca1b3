// What an attack may ask of a model, for some rows of samples, and where it leaves what it finds.

import Glibc
import Learning
import Tensors

/// Rows under attack: clean samples [count, ...], their labels and the model's answers.
///
/// Every question is counted per row.  `x` in all functions holds one row for each number in `rows`, which are indices
/// of this victim's rows.
package final class Victim {
  package let model: Layer
  package let threat: ThreatModel
  /// Clean samples [count, ...].
  package let clean: Tensor
  /// Untargeted: the true class.  Targeted: the class to reach.
  package let labels: [Int]
  /// The true class.
  package let truths: [Int]
  /// The samples' numbers in the whole set, which random draws depend on.
  package let numbers: [Int]
  /// The radius of each row's ball.
  package let eps: [Double]
  package let seed: UInt64
  /// Which of several runs this is; 0 is the first.  An attack starts at a random place from the second on.
  package let restart: Int
  /// Passes over which gradients and outputs of a random model are averaged (expectation over transformation, Athalye et
  /// al. 2018).
  package let passes: Int
  let budget: Budget
  /// Where to begin, for attacks that follow gradients; nil: at the clean samples.
  package let start: Tensor?
  /// The whole set that is attacked, from which a start may be taken.
  package var pool: Samples?

  package private(set) var queries: [Int]
  package private(set) var gradients: [Int]
  /// What was kept so far, and for which rows.
  package let kept: Tensor
  package private(set) var isKept: [Bool]
  /// Whether what was kept was adversarial when it was kept.
  package private(set) var isBroken: [Bool]
  package private(set) var notes: [String] = []
  /// How near earlier runs of an attack for the nearest example came to each row; infinite where they found none.
  package var reached: [Double]

  init(
    _ model: Layer, _ threat: ThreatModel, clean: Tensor, labels: [Int], truths: [Int], numbers: [Int], eps: [Double],
    seed: UInt64, restart: Int, passes: Int, budget: Budget, start: Tensor? = nil
  ) {
    (self.model, self.threat, self.clean, self.labels, self.truths) = (model, threat, clean, labels, truths)
    (self.numbers, self.eps, self.seed, self.restart) = (numbers, eps, seed, restart)
    (self.passes, self.budget, self.start) = (passes, budget, start)
    kept = clean.copy()
    queries = Array(repeating: 0, count: labels.count)
    gradients = queries
    isKept = Array(repeating: false, count: labels.count)
    isBroken = isKept
    reached = Array(repeating: .infinity, count: labels.count)
  }

  package var count: Int { labels.count }
  /// Values of one sample.
  package var width: Int { clean.count / max(1, count) }
  package var classes: Int { model.outputShape?.first ?? 0 }
  package var type: ElementType { clean.type }
  package var isTargeted: Bool { threat.isTargeted }
  package var allRows: [Int] { Array(0..<count) }
  /// Rows that nothing adversarial was kept for.
  package var open: [Int] { allRows.filter { !isBroken[$0] } }

  /// Copies of clean rows.
  package func cleanRows(_ rows: [Int]) -> Tensor { gatherRows(clean, rows[...]) }

  /// Random numbers of one row, the same however rows are put into chunks; `purpose` tells streams of an attack apart.
  package func stream(_ row: Int, _ purpose: Int = 0) -> RandomStream {
    RandomStream(seed: seed, purpose: .attack, substream: purpose << 16 | restart, position: UInt64(numbers[row]) << 40)
  }

  // MARK: asking

  /// The outputs for x.
  package func logits(_ x: Tensor, _ rows: [Int]) throws -> Logits {
    // A row may stand in `rows` several times.
    for row in rows { queries[row] += passes }
    do { try budget.spend(rows.map { queries[$0] }.max() ?? 0) } catch {
      for row in rows { queries[row] -= passes }
      throw error
    }
    if passes == 1 { return Logits(try model.infer(x)) }
    return Logits(try meanOutput(x, rows).doubles, classes: classes)
  }

  /// Logarithms of the mean probabilities over several passes: outputs again, up to a constant per row.
  private func meanOutput(_ x: Tensor, _ rows: [Int]) throws -> Tensor {
    let mean = Tensor(.float64, [rows.count, classes])
    for _ in 0..<passes {
      let z = Logits(try model.infer(x))
      for row in 0..<rows.count {
        let largest = z[row, z.predicted(row)]
        let e = (0..<classes).map { exp(z[row, $0] - largest) }
        let sum = e.reduce(0, +)
        for k in 0..<classes { mean[row * classes + k] += e[k] / sum / Double(passes) }
      }
    }
    for i in 0..<mean.count { mean[i] = log(max(mean[i], 1e-300)) }
    return mean
  }

  /// The gradient of the loss of each row by the row, with the outputs and losses there.  With several passes all three
  /// are means.  The loss is one to climb.
  package func gradient(
    _ x: Tensor, _ rows: [Int], _ loss: LogitLoss = .crossEntropy
  ) throws -> (gradient: Tensor, logits: Logits, losses: [Double]) {
    try gradient(x, rows) { _ in loss }
  }

  /// The same, with a loss for each row: `loss` is given an index into `rows`.
  package func gradient(
    _ x: Tensor, _ rows: [Int], _ loss: (Int) -> LogitLoss
  ) throws -> (gradient: Tensor, logits: Logits, losses: [Double]) {
    try budget.spend(rows.map { queries[$0] + passes }.max() ?? 0)
    for row in rows {
      queries[row] += passes
      gradients[row] += passes
    }
    var sum: Tensor?
    var (values, losses) = ([Double](), [Double](repeating: 0, count: rows.count))
    for pass in 0..<passes {
      let input = Variable(x, requiresGradient: true)
      let output = try model.withConstantParameters { try model.forward(input) }
      let z = Logits(output.value)
      let seed = Tensor(uninitialized: output.type, output.shape)
      let these = slopes(z, rows, loss, into: seed)
      try model.withConstantParameters { try backward(output, seed) }
      guard let gradient = input.gradient else { throw Self.deaf() }
      if let sum { addInPlace(sum, gradient) } else { sum = gradient }
      for i in losses.indices { losses[i] += these[i] / Double(passes) }
      if pass == 0 { values = z.values } else { for i in values.indices { values[i] += z.values[i] } }
    }
    guard let sum else { preconditionFailure("at least one pass") }
    if passes > 1 {
      for i in 0..<sum.count { sum[i] /= Double(passes) }
      for i in values.indices { values[i] /= Double(passes) }
    }
    return (sum, Logits(values, classes: classes), losses)
  }

  /// The gradient of each output by the rows: one tensor like x for each class.  Counts a gradient for each.
  package func jacobian(_ x: Tensor, _ rows: [Int]) throws -> (gradients: [Tensor], logits: Logits) {
    try budget.spend(rows.map { queries[$0] + passes }.max() ?? 0)
    for row in rows {
      queries[row] += passes
      gradients[row] += passes * classes
    }
    var sums: [Tensor] = []
    var values: [Double] = []
    for pass in 0..<passes {
      let input = Variable(x, requiresGradient: true)
      let output = try model.withConstantParameters { try model.forward(input) }
      let seed = Tensor(output.type, output.shape)
      for k in 0..<classes {
        for row in 0..<rows.count {
          if k > 0 { seed[row * classes + k - 1] = 0 }
          seed[row * classes + k] = 1
        }
        guard output.requiresGradient else { throw Self.deaf() }
        let gradient = try model.withConstantParameters { try output.gradients(for: [input], seed: seed)[0] }
        if pass == 0 { sums.append(gradient) } else { addInPlace(sums[k], gradient) }
      }
      let z = output.value.doubles
      if pass == 0 { values = z } else { for i in values.indices { values[i] += z[i] } }
    }
    if passes > 1 {
      for sum in sums { for i in 0..<sum.count { sum[i] /= Double(passes) } }
      for i in values.indices { values[i] /= Double(passes) }
    }
    return (sums, Logits(values, classes: classes))
  }

  private func backward(_ output: Variable, _ seed: Tensor) throws {
    guard output.requiresGradient else { throw Self.deaf() }
    try output.backward(from: seed)
  }

  private static func deaf() -> EngineError {
    .state("the model's output does not depend on its input, so there is no gradient to follow; take a black-box attack (hq.attack.square) or give a surrogate")
  }

  private func slopes(_ z: Logits, _ rows: [Int], _ loss: (Int) -> LogitLoss, into seed: Tensor) -> [Double] {
    var losses = [Double](repeating: 0, count: rows.count)
    var slopes = [Double](repeating: 0, count: z.values.count)
    z.values.withUnsafeBufferPointer { z in
      slopes.withUnsafeMutableBufferPointer { slopes in
        guard let from = z.baseAddress, let to = slopes.baseAddress else { return }
        for (i, row) in rows.enumerated() {
          losses[i] = loss(i).evaluate(
            from + i * classes, classes, label: labels[row], truth: truths[row], isTargeted: isTargeted, to + i * classes)
        }
      }
    }
    switch seed.type {
    case .float32:
      let to = seed.pointer(Float.self)
      for i in slopes.indices { to[i] = Float(slopes[i]) }
    case .float64:
      let to = seed.pointer(Double.self)
      for i in slopes.indices { to[i] = slopes[i] }
    }
    return losses
  }

  /// The losses of outputs, without gradients.
  package func losses(_ logits: Logits, _ rows: [Int], _ loss: LogitLoss) -> [Double] {
    var slopes = [Double](repeating: 0, count: classes)
    return rows.indices.map { i in
      logits.values.withUnsafeBufferPointer { z in
        guard let base = z.baseAddress else { return 0 }
        return loss.evaluate(
          base + i * classes, classes, label: labels[rows[i]], truth: truths[rows[i]], isTargeted: isTargeted, &slopes)
      }
    }
  }

  /// Whether these outputs are what the attack wants: another class than the label's, or the target's.
  package func isAdversarial(_ logits: Logits, _ index: Int, _ row: Int) -> Bool {
    (logits.predicted(index) == labels[row]) == isTargeted
  }

  /// How far outputs are beyond what the attack wants: above 0 where it has succeeded.
  package func excess(_ logits: Logits, _ index: Int, _ row: Int) -> Double {
    let margin = logits.margin(index, labels[row])
    return isTargeted ? margin : -margin
  }

  /// What the rounding of another batch may change outputs of this size by.  An attack that stops at the boundary goes
  /// that far beyond it, or its example would not be one when it is looked at again.
  package func slack(_ logits: Logits, _ index: Int) -> Double {
    var largest = 0.0
    for k in 0..<classes { largest = max(largest, abs(logits[index, k])) }
    return largest * (type == .float32 ? 1e-5 : 1e-11)
  }

  // MARK: other attacks on some of the rows

  /// Some of the rows as a victim of their own, for an attack that runs others.  It shares the budget; what was asked so
  /// far counts.
  ///
  ///   eps      a radius for each of them instead of its own
  ///   restart  which of several runs it is
  package func part(_ rows: [Int], eps: [Double]? = nil, restart: Int? = nil) -> Victim {
    let part = Victim(
      model, threat, clean: cleanRows(rows), labels: rows.map { labels[$0] }, truths: rows.map { truths[$0] },
      numbers: rows.map { numbers[$0] }, eps: eps ?? rows.map { self.eps[$0] }, seed: seed, restart: restart ?? self.restart,
      passes: passes, budget: budget)
    (part.queries, part.gradients) = (rows.map { queries[$0] }, rows.map { gradients[$0] })
    return part
  }

  /// Runs another attack on a part made of these rows and brings what it kept into the part's balls; tells what the model
  /// says of it.  Counts and remarks are taken over also when the budget ends it, and so are examples found until then.
  package func run(_ attack: any Attack, on part: Victim, _ rows: [Int]) throws -> Logits {
    defer {
      for (i, row) in rows.enumerated() { (queries[row], gradients[row]) = (part.queries[i], part.gradients[i]) }
      for text in part.notes { note(text) }
    }
    do { try attack.run(part) } catch let spent as Budget.Spent {
      let logits = try part.settle()
      for (i, row) in rows.enumerated() where part.isAdversarial(logits, i, i) && !isBroken[row] {
        keep(part.kept, i, row: row, isAdversarial: true)
      }
      throw spent
    }
    return try part.settle()
  }

  /// Brings what was kept into the balls and the data range; tells what the model says of it.
  private func settle() throws -> Logits {
    projectOutside(kept, clean, eps, threat)
    return try judge()
  }

  // MARK: leaving results

  /// Keeps row `index` of x for a row of the victim, in place of what was kept before.
  package func keep(_ x: Tensor, _ index: Int, row: Int, isAdversarial: Bool) {
    copyRow(x, index, into: kept, row)
    isKept[row] = true
    isBroken[row] = isAdversarial
  }

  /// Keeps all rows, judged by whoever runs the attack.
  package func keep(_ x: Tensor, _ rows: [Int]) {
    for (i, row) in rows.enumerated() { keep(x, i, row: row, isAdversarial: false) }
  }

  /// The outputs for everything that was kept, clean rows included; not counted as a question of the attack.
  func judge() throws -> Logits {
    passes == 1 ? Logits(try model.infer(kept)) : Logits(try meanOutput(kept, allRows).doubles, classes: classes)
  }

  /// Adds a remark to the result, once.
  package func note(_ text: String) {
    if !notes.contains(text) { notes.append(text) }
  }
}

/// Copies one row; equal widths and types.
package func copyRow(_ source: Tensor, _ from: Int, into target: Tensor, _ to: Int) {
  let bytes = target.count / target.shape[0] * target.type.bytes
  (target.raw + to * bytes).copyMemory(from: source.raw + from * bytes, byteCount: bytes)
}

/// What ends a run early.
package final class Budget {
  /// Thrown inside attacks, which need not care: what was kept until then counts.
  enum Spent: Error { case time, queries }

  let maxQueries: Int
  private let deadline: Double

  /// queries: of the model for each sample; seconds: for the whole run.  0: without an end.
  package init(queries: Int = 0, seconds: Double = 0) {
    maxQueries = queries
    deadline = seconds > 0 ? Self.now + seconds : .infinity
  }

  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  var isOver: Bool { deadline < .infinity && Self.now >= deadline }

  func spend(_ queries: Int) throws {
    if maxQueries > 0, queries > maxQueries { throw Spent.queries }
    if isOver { throw Spent.time }
  }
}
