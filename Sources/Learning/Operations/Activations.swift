// Activations of networks beyond relu, sigmoid and tanh, each with its derivative.

/// log(1 + exp(x)), a smooth relu (Dugas et al. 2001).
struct Softplus: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S {
    (x > 0 ? x : 0) + S.logarithmOfOnePlus(S.exponential(-x.magnitude))
  }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { S.sigmoid(x) }
}

/// x where it is positive, slope · x elsewhere (Maas, Hannun, Ng 2013); at 0 the slope of the negative side.
struct LeakyRelu: ElementFunction {
  let slope: Double
  static var isCheap: Bool { true }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x > 0 ? x : S(slope) * x }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { x > 0 ? 1 : S(slope) }
}

/// x where it is positive, alpha (exp(x) - 1) elsewhere (Clevert, Unterthiner, Hochreiter 2016).
struct Elu: ElementFunction {
  let alpha: Double
  @inline(__always) func value<S: RealElement>(_ x: S) -> S {
    x > 0 ? x : S(alpha) * S.exponentialMinusOne(x < 0 ? x : 0)
  }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S { x > 0 ? 1 : y + S(alpha) }
}

/// x Φ(x) with the normal distribution's Φ, through the error function (Hendrycks and Gimpel 2016).
struct Gelu: ElementFunction {
  @inline(__always) private func share<S: RealElement>(_ x: S) -> S {
    0.5 * S.complementaryError(x * S(-0.707_106_781_186_547_6))
  }
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x * share(x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S {
    share(x) + x * S(0.398_942_280_401_432_7) * S.exponential(-0.5 * x * x)
  }
}

/// x sigmoid(x) (Elfwing, Uchibe, Doya 2018).
struct Silu: ElementFunction {
  @inline(__always) func value<S: RealElement>(_ x: S) -> S { x * S.sigmoid(x) }
  @inline(__always) func slope<S: RealElement>(_ x: S, _ y: S) -> S {
    let s = S.sigmoid(x)
    return s * (1 + x * (1 - s))
  }
}
