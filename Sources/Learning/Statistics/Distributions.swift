// Tail probabilities of the distributions that tests need.

import Glibc

/// P(|T| ≥ |t|) of Student's t distribution: I_x(ν/2, 1/2) with x = ν / (ν + t²).
func studentTails(_ t: Double, degrees: Double) -> Double {
  if t.isInfinite { return 0 }
  return regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/// P(|Z| ≥ |z|) of the standard normal distribution.
func normalTails(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

/// The regularised incomplete beta function I_x(a, b), by the continued fraction of Abramowitz and Stegun 1964, 26.5.8,
/// evaluated by Lentz's method.
func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  // The fraction converges fast below the mean; above it the symmetry helps.
  if x > (a + 1) / (a + b + 2) { return 1 - regularizedBeta(1 - x, b, a) }
  let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
  let tiny = 1e-300
  func apart(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var c = 1.0
  var d = 1 / apart(1 - (a + b) * x / (a + 1))
  var result = d
  // About the root of a + b terms are needed.
  for m in 1...20_000 {
    let n = Double(m)
    let even = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n))
    d = 1 / apart(1 + even * d)
    c = apart(1 + even / c)
    result *= d * c
    let odd = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1))
    d = 1 / apart(1 + odd * d)
    c = apart(1 + odd / c)
    result *= d * c
    if abs(d * c - 1) < 1e-15 { break }
  }
  return front * result
}

/// Φ⁻¹(p) of the standard normal distribution, p in (0, 1), by bisection.
package func normalQuantile(_ p: Double) -> Double {
  var (low, high) = (-40.0, 40.0)
  for _ in 0..<80 {
    let middle = (low + high) / 2
    if 0.5 * erfc(-middle / 2.0.squareRoot()) < p { low = middle } else { high = middle }
  }
  return low
}

/// The one-sided lower bound of a probability that came out `count` times of `total`, wrong with probability alpha at most:
/// the p with P(X ≥ count) = alpha for binomial X (Clopper, Pearson 1934).
package func binomialLowerBound(_ count: Int, of total: Int, alpha: Double) -> Double {
  if count <= 0 { return 0 }
  if count >= total { return pow(alpha, 1 / Double(total)) }
  var (low, high) = (0.0, Double(count) / Double(total))
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if regularizedBeta(middle, Double(count), Double(total - count + 1)) < alpha { low = middle } else { high = middle }
  }
  return low
}
