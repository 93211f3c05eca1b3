// Tests for pairs: two models on the same folds, seeds or samples.

import Glibc
import Tensors

/// What a test says; p-values are two-sided.
public struct TestResult: Sendable {
  public var statistic, pValue: Double
  /// t: degrees of freedom; Wilcoxon: pairs that differ; McNemar: pairs that disagree.
  public var degrees: Double
  /// Whether the p-value is no approximation.
  public var isExact: Bool
}

/// Student's t test for pairs (Student 1908): t = mean(d) √n / sd(d), d = a - b, with n - 1 degrees of freedom.
public func pairedT(_ a: [Double], _ b: [Double]) throws -> TestResult {
  let differences = try pairs(a, b, least: 2)
  let n = Double(differences.count)
  let mean = differences.reduce(0, +) / n
  let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
  guard variance > 0 else {
    guard mean == 0 else {
      throw EngineError.value("all differences are \(mean); a t test needs differences that vary")
    }
    return TestResult(statistic: 0, pValue: 1, degrees: n - 1, isExact: true)
  }
  let t = mean / (variance / n).squareRoot()
  return TestResult(statistic: t, pValue: studentTails(t, degrees: n - 1), degrees: n - 1, isExact: true)
}

/// Wilcoxon's signed-rank test (Wilcoxon 1945).  The statistic is the sum of the ranks of positive differences; pairs
/// that are equal are left out, ties get mean ranks.
///
/// Exact up to 50 pairs by counting all 2ⁿ choices of signs for the ranks at hand, otherwise the normal approximation
/// with corrections for ties and continuity.
public func wilcoxon(_ a: [Double], _ b: [Double]) throws -> TestResult {
  let differences = try pairs(a, b, least: 1).filter { $0 != 0 }
  let n = differences.count
  guard n > 0 else { return TestResult(statistic: 0, pValue: 1, degrees: 0, isExact: true) }
  let order = (0..<n).sorted { abs(differences[$0]) < abs(differences[$1]) }
  // Twice the ranks, so that mean ranks are whole numbers.
  var ranks = [Int](repeating: 0, count: n)
  var (first, tieTerm) = (0, 0.0)
  while first < n {
    var end = first + 1
    while end < n, abs(differences[order[end]]) == abs(differences[order[first]]) { end += 1 }
    for place in first..<end { ranks[order[place]] = first + 1 + end }
    let size = Double(end - first)
    tieTerm += size * size * size - size
    first = end
  }
  let above = zip(differences, ranks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
  let total = n * (n + 1)
  let least = min(above, total - above)
  guard n <= 50 else {
    let count = Double(n)
    let variance = count * (count + 1) * (2 * count + 1) / 24 - tieTerm / 48
    let distance = max(0, abs(Double(above) / 2 - count * (count + 1) / 4) - 0.5)
    return TestResult(
      statistic: Double(above) / 2, pValue: min(1, normalTails(distance / variance.squareRoot())), degrees: count,
      isExact: false)
  }
  // Probabilities of all sums, each rank being in it or not.
  var chances = [Double](repeating: 0, count: total + 1)
  chances[0] = 1
  for rank in ranks {
    for sum in stride(from: total, through: 0, by: -1) {
      chances[sum] = 0.5 * (chances[sum] + (sum >= rank ? chances[sum - rank] : 0))
    }
  }
  let tail = chances[0...least].reduce(0, +)
  return TestResult(statistic: Double(above) / 2, pValue: min(1, 2 * tail), degrees: Double(n), isExact: true)
}

/// McNemar's test (McNemar 1947) for two classifiers on the same samples, of which `first` are right with the first alone
/// and `second` with the second alone.
///
/// Exact, binomial with ½, up to 10000 samples; otherwise chi-squared with continuity correction (Edwards 1948).
public func mcNemar(first: Int, second: Int) throws -> TestResult {
  guard first >= 0, second >= 0 else {
    throw EngineError.value("the counts are \(first) and \(second); they must be 0 or more")
  }
  let n = first + second
  let distance = max(0, abs(first - second) - 1)
  let statistic = n == 0 ? 0 : Double(distance) * Double(distance) / Double(n)
  guard n <= 10_000 else {
    return TestResult(
      statistic: statistic, pValue: normalTails(statistic.squareRoot()), degrees: Double(n), isExact: false)
  }
  var tail = 0.0
  for k in 0...min(first, second) {
    tail += exp(lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1) - Double(n) * log(2.0))
  }
  return TestResult(statistic: statistic, pValue: min(1, 2 * tail), degrees: Double(n), isExact: true)
}

private func pairs(_ a: [Double], _ b: [Double], least: Int) throws -> [Double] {
  guard a.count == b.count else { throw EngineError.shape("there are \(a.count) and \(b.count) values; pairs are needed") }
  guard a.count >= least else {
    throw EngineError.value("there \(a.count == 1 ? "is 1 pair" : "are \(a.count) pairs"); the test needs \(least) or more")
  }
  if let wrong = (a + b).first(where: { !$0.isFinite }) { throw EngineError.value("a value is \(wrong); all must be finite") }
  return zip(a, b).map { $0 - $1 }
}
