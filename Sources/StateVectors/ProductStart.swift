// The product state in which a circuit starts, written down block by block, if need be in permuted order.

import Circuits

/// The two amplitudes of each wire's own state.
struct ProductStart {
  struct Factor {
    var re: (Double, Double) = (1, 0)
    var im: (Double, Double) = (0, 0)

    func amplitude(_ bit: Bool) -> (re: Double, im: Double) { bit ? (re.1, im.1) : (re.0, im.0) }
  }

  let factors: [Factor]
  private let rows: [Int]
  private let constants: Int

  init(_ program: StateProgram, angle: (StateStep.Part) -> Double) {
    factors = program.prefix.map { parts in
      var factor = Factor()
      for part in parts {
        let u = part.bound(angle).compressed(to: [part.instruction.support.trailingZeroBitCount]).matrix(bits: 1)
        let (a, b) = (factor.amplitude(false), factor.amplitude(true))
        func row(_ k: Int) -> (Double, Double) {
          let (p, q) = (u[k, 0], u[k, 1])
          return (p.re * a.re - p.im * a.im + q.re * b.re - q.im * b.im,
            p.re * a.im + p.im * a.re + q.re * b.im + q.im * b.re)
        }
        let (zero, one) = (row(0), row(1))
        factor = Factor(re: (zero.0, one.0), im: (zero.1, one.1))
      }
      return factor
    }
    rows = program.rows
    constants = program.constants
  }

  /// Writes the 2^k amplitudes of a block: those whose bits outside `local` are `base`.
  func write<W: StateLanes>(_ psi: UnsafeMutablePointer<W>, local: Int, base: Int) {
    let k = local.nonzeroBitCount
    var byTop: [[(factor: Factor, flip: Bool, rest: Int)]] = Array(repeating: [], count: k)
    var scalar = (re: 1.0, im: 0.0)
    for (q, factor) in factors.enumerated() {
      let row = rows[q].extracted(by: local)
      let flip = isOdd(rows[q] & base) != (constants >> q & 1 == 1)
      if row == 0 {
        scalar = Self.times(scalar, factor.amplitude(flip))
      } else {
        let top = Int.bitWidth - 1 - row.leadingZeroBitCount
        byTop[top].append((factor, flip, row ^ (1 << top)))
      }
    }
    // The lanes of the first vector one by one.
    var (re, im) = (W.zeros, W.zeros)
    for lane in 0..<1 << W.bits {
      var amplitude = scalar
      for top in 0..<W.bits {
        for (factor, flip, rest) in byTop[top] {
          amplitude = Self.times(amplitude, factor.amplitude(flip != isOdd((rest | 1 << top) & lane)))
        }
      }
      (re[lane], im[lane]) = (W.Scalar(amplitude.re), W.Scalar(amplitude.im))
    }
    (psi[0], psi[1]) = (re, im)
    // Each further bit doubles what is there.
    for bit in W.bits..<k {
      let half = 1 << (bit - W.bits)
      for v in 0..<half { (psi[2 * (half + v)], psi[2 * (half + v) + 1]) = (psi[2 * v], psi[2 * v + 1]) }
      for (factor, flip, rest) in byTop[bit] {
        multiply(psi, half, factor, flip, rest)
        multiply(psi + 2 * half, half, factor, !flip, rest)
      }
    }
  }

  /// ψ_i ← a[flip ⊕ parity(i & rest)] ψ_i for `count` vectors.
  private func multiply<W: StateLanes>(
    _ psi: UnsafeMutablePointer<W>, _ count: Int, _ factor: Factor, _ flip: Bool, _ rest: Int
  ) {
    let lanes = rest & ((1 << W.bits) - 1)
    let vectors = rest >> W.bits
    func plane(_ odd: Bool, _ part: (Factor, Bool) -> Double) -> W {
      W.lanes { lane in part(factor, (flip != odd) != isOdd(lane & lanes)) }
    }
    let (evenRe, evenIm) = (plane(false) { $0.amplitude($1).re }, plane(false) { $0.amplitude($1).im })
    let (oddRe, oddIm) = (plane(true) { $0.amplitude($1).re }, plane(true) { $0.amplitude($1).im })
    for v in 0..<count {
      let (a, b) = isOdd(v & vectors) ? (oddRe, oddIm) : (evenRe, evenIm)
      let (x, y) = (psi[2 * v], psi[2 * v + 1])
      psi[2 * v] = W.mulSub(b, y, W.product(a, x))
      psi[2 * v + 1] = W.mulAdd(b, x, W.product(a, y))
    }
  }

  private static func times(_ a: (re: Double, im: Double), _ b: (re: Double, im: Double)) -> (re: Double, im: Double) {
    (a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
  }
}
