// Losses of a prediction and a target, number by number, with both slopes.

import Tensors

protocol PairFunction {
  func value<S: RealElement>(_ x: S, _ target: S) -> S
  func slope<S: RealElement>(_ x: S, _ target: S) -> S
  func targetSlope<S: RealElement>(_ x: S, _ target: S) -> S
}

/// (x - t)²
struct SquaredDifference: PairFunction {
  @inline(__always) func value<S: RealElement>(_ x: S, _ t: S) -> S { (x - t) * (x - t) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ t: S) -> S { 2 * (x - t) }
  @inline(__always) func targetSlope<S: RealElement>(_ x: S, _ t: S) -> S { 2 * (t - x) }
}

/// |x - t|; the slope is 0 where they are equal.
struct AbsoluteDifference: PairFunction {
  @inline(__always) func value<S: RealElement>(_ x: S, _ t: S) -> S { (x - t).magnitude }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ t: S) -> S { x > t ? 1 : (x < t ? -1 : 0) }
  @inline(__always) func targetSlope<S: RealElement>(_ x: S, _ t: S) -> S { -slope(x, t) }
}

/// (x - t)²/2 up to |x - t| = delta, delta (|x - t| - delta/2) beyond (Huber 1964).
struct HuberDifference: PairFunction {
  let delta: Double
  @inline(__always) func value<S: RealElement>(_ x: S, _ t: S) -> S {
    let (d, delta) = ((x - t).magnitude, S(delta))
    return d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta)
  }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ t: S) -> S {
    let (d, delta) = (x - t, S(delta))
    return d > delta ? delta : (d < -delta ? -delta : d)
  }
  @inline(__always) func targetSlope<S: RealElement>(_ x: S, _ t: S) -> S { -slope(x, t) }
}

/// -(t log x + (1 - t) log(1 - x)).  Logarithms are cut off at -100, so that a sure mistake costs 100 and not infinity;
/// slopes divide by 1e-12 at least.
struct BinaryEntropy: PairFunction {
  @inline(__always) private func logarithm<S: RealElement>(_ x: S) -> S {
    let y = S.logarithm(x)
    return y > -100 ? y : -100
  }
  @inline(__always) func value<S: RealElement>(_ x: S, _ t: S) -> S {
    -(t * logarithm(x) + (1 - t) * logarithm(1 - x))
  }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ t: S) -> S {
    let spread = x * (1 - x)
    return (x - t) / (spread > S(1e-12) ? spread : S(1e-12))
  }
  @inline(__always) func targetSlope<S: RealElement>(_ x: S, _ t: S) -> S { logarithm(1 - x) - logarithm(x) }
}

/// The same of sigmoid(x): max(x, 0) - t x + log(1 + exp(-|x|)), which overflows nowhere.
struct BinaryEntropyOfLogits: PairFunction {
  @inline(__always) func value<S: RealElement>(_ x: S, _ t: S) -> S {
    (x > 0 ? x : 0) - t * x + S.logarithmOfOnePlus(S.exponential(-x.magnitude))
  }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ t: S) -> S { S.sigmoid(x) - t }
  @inline(__always) func targetSlope<S: RealElement>(_ x: S, _ t: S) -> S { -x }
}

/// t (log t - x), 0 for t = 0: a term of the divergence of Kullback and Leibler (1951), where x is a logarithm.
struct Divergence: PairFunction {
  @inline(__always) func value<S: RealElement>(_ x: S, _ t: S) -> S { t > 0 ? t * (S.logarithm(t) - x) : 0 * t }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ t: S) -> S { -t }
  @inline(__always) func targetSlope<S: RealElement>(_ x: S, _ t: S) -> S { t > 0 ? S.logarithm(t) + 1 - x : -x }
}
