// Random counts: binomial and multinomial draws, exact in distribution, and outcomes by their probabilities.
// Which probabilities, and which stream of random numbers, is left to the caller.

import Glibc
import Tensors

package enum ShotKernels {
  /// Number of successes of `n` trials of probability p (clamped to [0, 1]).
  package static func binomial(_ n: Int, _ p: Double, _ stream: inout RandomStream) -> Int {
    if !(p > 0) { return 0 }
    if p >= 1 { return n }
    if p > 0.5 { return n - lowBinomial(n, 1 - p, &stream) }
    return lowBinomial(n, p, &stream)
  }

  private static func lowBinomial(_ n: Int, _ p: Double, _ stream: inout RandomStream) -> Int {
    Double(n) * p >= 10 ? rejection(n, p, &stream) : waiting(n, p, &stream)
  }

  /// Few successes: the gaps between them are geometric (Devroye 1986, X.4.3).
  private static func waiting(_ n: Int, _ p: Double, _ stream: inout RandomStream) -> Int {
    let scale = 1 / log1p(-p)
    var (successes, trials) = (0, 0.0)
    while true {
      trials += (log(1 - stream.uniform()) * scale).rounded(.down) + 1
      if !(trials <= Double(n)) { return successes }
      successes += 1
    }
  }

  /// Transformed rejection with a squeeze: algorithm BTRS of Hörmann 1993, for p ≤ 1/2 and n p ≥ 10.
  private static func rejection(_ n: Int, _ p: Double, _ stream: inout RandomStream) -> Int {
    let count = Double(n)
    let deviation = (count * p * (1 - p)).squareRoot()
    let b = 1.15 + 2.53 * deviation
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let center = count * p + 0.5
    let alpha = (2.83 + 5.1 / b) * deviation
    let tight = 0.92 - 4.2 / b
    let odds = p / (1 - p)
    let mode = ((count + 1) * p).rounded(.down)
    while true {
      let u = stream.uniform() - 0.5
      let v = 1 - stream.uniform()
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + center).rounded(.down)
      if us >= 0.07, v <= tight { return Int(k) }
      if k < 0 || k > count { continue }
      let height = log(v * alpha / (a / (us * us) + b))
      let bound =
        (mode + 0.5) * log((mode + 1) / (odds * (count - mode + 1)))
        + (count + 1) * log((count - mode + 1) / (count - k + 1))
        + (k + 0.5) * log(odds * (count - k + 1) / (k + 1))
        + stirling(mode) + stirling(count - mode) - stirling(k) - stirling(count - k)
      if height <= bound { return Int(k) }
    }
  }

  /// log k! - log(√(2π) (k + 1)^(k + 1/2) e^-(k + 1))
  private static func stirling(_ k: Double) -> Double {
    if k < 10 { return small[Int(k)] }
    let square = (k + 1) * (k + 1)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1)
  }

  private static let small: [Double] = {
    var (result, logFactorial) = ([Double](), 0.0)
    for k in 0..<10 {
      let x = Double(k)
      if k > 1 { logFactorial += log(x) }
      result.append(logFactorial - (0.5 * log(2 * Double.pi) + (x + 0.5) * log(x + 1) - (x + 1)))
    }
    return result
  }()

  /// Replaces `count` probabilities by the relative frequencies of n draws, one binomial after the other.
  package static func multinomial(
    _ n: Int, _ probabilities: UnsafeMutablePointer<Double>, _ count: Int, _ stream: inout RandomStream
  ) {
    var (left, rest) = (n, 0.0)
    for k in 0..<count { rest += max(0, probabilities[k]) }
    for k in 0..<count {
      let p = max(0, probabilities[k])
      let drawn = k == count - 1 ? left : left == 0 ? 0 : binomial(left, rest > 0 ? p / rest : 0, &stream)
      probabilities[k] = Double(drawn) / Double(n)
      left -= drawn
      rest -= p
    }
  }

  /// Outcomes of `shots` draws from cumulative probabilities; shot s uses block `first + s` of the stream.
  static func outcomes(
    _ cumulative: UnsafePointer<Double>, _ count: Int, _ stream: RandomStream, _ shots: Range<Int>,
    _ take: (Int, Int) -> Void
  ) {
    let total = cumulative[count - 1]
    for shot in shots {
      let words = stream.block(at: UInt64(shot))
      let uniform = Double(UInt64(words[0]) << 21 ^ UInt64(words[1] >> 11)) * 0x1p-53
      let target = uniform * total
      // The first outcome whose cumulative probability is above the target.
      var (low, high) = (0, count - 1)
      while low < high {
        let middle = (low + high) / 2
        if cumulative[middle] > target { high = middle } else { low = middle + 1 }
      }
      take(shot, low)
    }
  }
}
