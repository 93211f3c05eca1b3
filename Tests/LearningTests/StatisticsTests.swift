// Tests for pairs against published tables and against enumeration, and the parts of a cross-validation.

import Glibc
import Learning
import Tensors
import Testing

@Suite struct StatisticsTests {
  /// Two-sided 5 % and 1 % points of Student's t (any textbook's table).
  @Test(arguments: [
    (1, 12.706, 0.05), (2, 4.303, 0.05), (4, 2.776, 0.05), (9, 2.262, 0.05), (30, 2.042, 0.05), (4, 4.604, 0.01),
    (9, 3.250, 0.01), (20, 2.845, 0.01),
  ])
  func studentsTable(degrees: Int, t: Double, p: Double) throws {
    // Differences with this t: their mean is t sd / √n.
    let n = degrees + 1
    let raw = (0..<n).map { Double($0) }
    let mean = raw.reduce(0, +) / Double(n)
    let sd = (raw.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n - 1)).squareRoot()
    let differences = raw.map { ($0 - mean) / sd + t / Double(n).squareRoot() }
    let result = try pairedT(differences, Array(repeating: 0, count: n))
    #expect(abs(result.statistic - t) < 1e-9 && result.degrees == Double(degrees))
    #expect(abs(result.pValue - p) < 0.001 * max(p, 0.05) * 5)
  }

  /// Student 1908: hours of sleep gained by two drugs in ten patients; t = -4.0621, p = 0.002833.
  @Test func studentsSleep() throws {
    let a = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    let b = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    let result = try pairedT(a, b)
    #expect(abs(result.statistic + 4.0621) < 5e-5)
    #expect(abs(result.pValue - 0.002833) < 5e-7)
  }

  /// The critical values of Wilcoxon's table: W and the exact two-sided p, from the counts of subsets of ranks.
  @Test(arguments: [(5, 0, 0.0625), (6, 0, 0.03125), (6, 2, 0.09375), (7, 2, 0.046875), (8, 3, 0.0390625), (10, 8, 0.0488281)])
  func wilcoxonsTable(n: Int, w: Int, p: Double) throws {
    // Ranks whose sum is w are positive.
    var (left, values) = (w, [Double]())
    for rank in (1...n).reversed() {
      if rank <= left {
        values.append(Double(rank))
        left -= rank
      } else {
        values.append(-Double(rank))
      }
    }
    let result = try wilcoxon(values, Array(repeating: 0, count: n))
    #expect(result.statistic == Double(w) && result.isExact)
    #expect(abs(result.pValue - p) < 1e-6)
  }

  /// With ties: against all choices of signs, written out.
  @Test func wilcoxonCountsTiesExactly() throws {
    let values = [1.0, 1, -2, 3, 3, 3, -4, 5, 0]
    let ranks = [1.5, 1.5, 3, 5, 5, 5, 7, 8]
    let above = 1.5 + 1.5 + 5 + 5 + 5 + 8
    var extreme = 0
    for choice in 0..<256 {
      let sum = (0..<8).reduce(0.0) { $0 + (choice >> $1 & 1 == 1 ? ranks[$1] : 0) }
      if sum <= 36 - above { extreme += 1 }
    }
    let result = try wilcoxon(values, Array(repeating: 0, count: 9))
    #expect(result.statistic == above && result.degrees == 8)
    #expect(abs(result.pValue - min(1, 2 * Double(extreme) / 256)) < 1e-12)
  }

  @Test func wilcoxonIsNearlyNormalForManyPairs() throws {
    var stream = RandomStream(seed: 1, purpose: .tensor)
    let values = (0..<50).map { _ in stream.normal() + 0.3 }
    let exact = try wilcoxon(values, Array(repeating: 0, count: 50))
    let more = try wilcoxon(values + [1e-9], Array(repeating: 0, count: 51))
    #expect(exact.isExact && !more.isExact)
    #expect(abs(exact.pValue - more.pValue) < 0.1 * exact.pValue + 1e-3)
  }

  /// Binomial tails: 2 · P(X ≤ k), n = 10 has 11/1024 for k = 1.
  @Test func mcNemarIsABinomialTest() throws {
    #expect(try abs(mcNemar(first: 9, second: 1).pValue - 22.0 / 1024) < 1e-12)
    #expect(try mcNemar(first: 5, second: 5).pValue == 1)
    #expect(try mcNemar(first: 0, second: 0).pValue == 1)
    let result = try mcNemar(first: 121, second: 59)
    // (|121 - 59| - 1)² / 180 = 20.67 (Agresti's layout of McNemar's data with continuity correction).
    #expect(abs(result.statistic - 61.0 * 61 / 180) < 1e-12)
    let large = try mcNemar(first: 5200, second: 5000)
    #expect(!large.isExact && abs(large.pValue - 0.0488) < 5e-4)
  }

  @Test(arguments: [true, false])
  func partsAreEven(stratified: Bool) throws {
    var stream = RandomStream(seed: 5, purpose: .tensor)
    let labels = (0..<53).map { _ in stream.below(10) < 7 ? 0 : 1 + stream.below(2) }
    let parts = try foldNumbers(labels, folds: 5, stratified: stratified, seed: 3)
    #expect(try foldNumbers(labels, folds: 5, stratified: stratified, seed: 3) == parts)
    #expect(try foldNumbers(labels, folds: 5, stratified: stratified, seed: 4) != parts)
    func sizes(_ members: [Int]) -> [Int] { (0..<5).map { part in members.count { $0 == part } } }
    #expect(sizes(parts).max()! - sizes(parts).min()! <= 1)
    if stratified {
      for label in 0..<3 {
        let own = sizes(zip(parts, labels).filter { $0.1 == label }.map(\.0))
        #expect(own.max()! - own.min()! <= 1)
      }
    }
  }

  @Test func mistakesAreNamed() throws {
    #expect(message(.value) { _ = try foldNumbers([0, 1], folds: 3, stratified: true, seed: 0) } == "folds is 3; it must be in 2..2, the number of samples")
    #expect(message(.shape) { _ = try pairedT([1], [1, 2]) } == "there are 1 and 2 values; pairs are needed")
    #expect(message(.value) { _ = try pairedT([1], [2]) } == "there is 1 pair; the test needs 2 or more")
    #expect(message(.value) { _ = try pairedT([1, 2], [0, 1]) }.hasPrefix("all differences are 1.0"))
    #expect(message(.value) { _ = try wilcoxon([.nan], [1]) } == "a value is nan; all must be finite")
    #expect(message(.value) { _ = try mcNemar(first: -1, second: 2) } == "the counts are -1 and 2; they must be 0 or more")
  }
}
