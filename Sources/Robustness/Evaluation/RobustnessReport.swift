// What an evaluation found: figures for each attack and radius, with how sure they are.

import Glibc
import Learning
import Tensors

/// Accuracy under attack and what belongs to it.
public struct RobustnessReport {
  /// One attack at one radius.
  public struct Cell {
    public var attack: String
    public var eps: Double
    /// Share of all samples that the model still gets right, and its 95 % interval (Wilson 1927).
    public var accuracy, lower, upper: Double
    /// Attack success rate: the share of samples that the model gets right when clean, and wrong after the attack.  NaN
    /// when it gets none right.
    public var successRate: Double
    /// Samples that were attacked, that were broken, and that time ran out for.
    public var attacked, broken, unfinished: Int
    /// Distance in the attack's norm, of broken samples; NaN without any.
    public var meanDistance, medianDistance: Double
    /// Outputs and gradients asked for, for each attacked sample.
    public var queries, gradients: Double
    /// Of the clock, for each attacked sample.
    public var secondsPerSample: Double
    /// Mean squared difference and cosine similarity between broken samples and the clean ones; NaN without any.
    public var meanSquaredError, cosineSimilarity: Double
    /// Accuracy of the samples of each class; NaN for a class without samples.
    public var classAccuracy: [Double]
    /// For each sample whether the model still gets it right.
    public var isRight: [Bool]
  }

  /// What one run gave, for the attacked samples.
  struct Part {
    let attacked: [Int]
    let outcome: AttackOutcome?
    let isBroken: [Bool]
  }

  public let count: Int
  public let classes: Int
  public let labels: [Int]
  public let isTransfer: Bool
  public let eps: [Double]
  /// Clean accuracy (original detection rate) with its interval.
  public let clean: Cell
  public private(set) var cells: [Cell] = []
  public private(set) var attacks: [EvaluatedAttack] = []
  /// Remarks of attacks; a budget that ended early is among them.
  public private(set) var notes: [String] = []

  init(samples: Samples, classes: Int, isRight: [Bool], isTransfer: Bool, eps: [Double]) {
    (count, self.classes, labels, self.isTransfer, self.eps) = (samples.count, classes, samples.labels, isTransfer, eps)
    clean = Self.cell("clean", 0, isRight: isRight, wasRight: isRight, samples.labels, classes)
  }

  mutating func note(_ text: String) {
    if !notes.contains(text) { notes.append(text) }
  }

  public func cell(_ attack: String, _ eps: Double) -> Cell? {
    cells.first { $0.attack == attack && $0.eps == eps }
  }

  /// At each radius the samples that withstand every attack.
  public var worst: [Cell] {
    eps.map { eps in
      let same = cells.filter { $0.eps == eps }
      let isRight = (0..<count).map { i in same.allSatisfy { $0.isRight[i] } }
      return Self.cell("worst of all", eps, isRight: isRight, wasRight: clean.isRight, labels, classes)
    }
  }

  /// Area under accuracy over eps, between the smallest and the largest, divided by their distance; NaN for one alone.
  public func area(_ cells: [Cell]) -> Double {
    let points = cells.sorted { $0.eps < $1.eps }
    guard let first = points.first, let last = points.last, last.eps > first.eps else { return .nan }
    var area = 0.0
    for (a, b) in zip(points, points.dropFirst()) { area += (b.eps - a.eps) * (a.accuracy + b.accuracy) / 2 }
    return area / (last.eps - first.eps)
  }

  mutating func add(_ attack: EvaluatedAttack, eps: Double, _ part: Part, _ samples: Samples, _ inputs: Tensor) {
    if attacks.last?.name != attack.name { attacks.append(attack) }
    var isRight = clean.isRight
    for (i, number) in part.attacked.enumerated() { isRight[number] = !part.isBroken[i] }
    var cell = Self.cell(attack.name, eps, isRight: isRight, wasRight: clean.isRight, labels, classes)
    guard let outcome = part.outcome, eps > 0 else {
      cells.append(cell)
      return
    }
    let broken = part.isBroken.indices.filter { part.isBroken[$0] && clean.isRight[part.attacked[$0]] }
    let far = broken.map { outcome.rows[$0].distance(attack.plan.threat.norm) }.sorted()
    let attacked = Double(outcome.rows.count)
    (cell.attacked, cell.broken) = (outcome.rows.count, broken.count)
    cell.unfinished = outcome.rows.indices.count { !outcome.rows[$0].isFinished && !part.isBroken[$0] }
    cell.meanDistance = far.isEmpty ? .nan : far.reduce(0, +) / Double(far.count)
    cell.medianDistance = far.isEmpty ? .nan : (far[(far.count - 1) / 2] + far[far.count / 2]) / 2
    cell.queries = Double(outcome.rows.reduce(0) { $0 + $1.queries }) / attacked
    cell.gradients = Double(outcome.rows.reduce(0) { $0 + $1.gradients }) / attacked
    cell.secondsPerSample = outcome.seconds / attacked
    let likeness = broken.map { similarity(outcome.samples, $0, inputs, part.attacked[$0]) }
    if !likeness.isEmpty {
      cell.meanSquaredError = likeness.reduce(0) { $0 + $1.error } / Double(likeness.count)
      cell.cosineSimilarity = likeness.reduce(0) { $0 + $1.cosine } / Double(likeness.count)
    }
    cells.append(cell)
  }

  private static func cell(
    _ attack: String, _ eps: Double, isRight: [Bool], wasRight: [Bool], _ labels: [Int], _ classes: Int
  ) -> Cell {
    let (right, before) = (isRight.count { $0 }, wasRight.count { $0 })
    let interval = wilson(right, isRight.count)
    let lost = zip(isRight, wasRight).count { !$0 && $1 }
    var (hits, totals) = ([Int](repeating: 0, count: classes), [Int](repeating: 0, count: classes))
    for (label, isRight) in zip(labels, isRight) {
      totals[label] += 1
      if isRight { hits[label] += 1 }
    }
    return Cell(
      attack: attack, eps: eps, accuracy: Double(right) / Double(isRight.count), lower: interval.0, upper: interval.1,
      successRate: before == 0 ? .nan : Double(lost) / Double(before), attacked: 0, broken: lost, unfinished: 0,
      meanDistance: .nan, medianDistance: .nan, queries: 0, gradients: 0, secondsPerSample: 0, meanSquaredError: .nan,
      cosineSimilarity: .nan, classAccuracy: zip(hits, totals).map { $1 == 0 ? .nan : Double($0) / Double($1) },
      isRight: isRight)
  }
}

/// The 95 % interval of a share (Wilson 1927).
package func wilson(_ hits: Int, _ count: Int) -> (Double, Double) {
  guard count > 0 else { return (0, 1) }
  let (n, p, z) = (Double(count), Double(hits) / Double(count), 1.959963984540054)
  let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
  let spread = p * (1 - p) / n + z * z / (4 * n * n)
  let half = z * spread.squareRoot() / (1 + z * z / n)
  return (hits == 0 ? 0 : middle - half, hits == count ? 1 : middle + half)
}

/// Mean squared difference and cosine of the angle between row i of x and row j of y.
private func similarity(_ x: Tensor, _ i: Int, _ y: Tensor, _ j: Int) -> (error: Double, cosine: Double) {
  let width = x.count / x.shape[0]
  var (error, dot, a, b) = (0.0, 0.0, 0.0, 0.0)
  for k in 0..<width {
    let (u, v) = (x[i * width + k], y[j * width + k])
    error += (u - v) * (u - v)
    dot += u * v
    a += u * u
    b += v * v
  }
  return (error / Double(width), a > 0 && b > 0 ? dot / (a * b).squareRoot() : .nan)
}
