// Instructions applied to a state vector whose amplitudes are SIMD vectors of samples: real part of
// amplitude i at 2i, imaginary part at 2i + 1.  Sizes and masks are taken as checked.

import Circuits
import Tensors

/// Cosine and sine of a rotation's half angle `factor · θ`, for every lane.
struct HalfAngle<V: Lanes> {
  var cos: V
  var sin: V
}

/// -1 where an odd number of the bits are set.
@inline(__always)
private func isOdd(_ bits: Int) -> Bool { bits.nonzeroBitCount & 1 == 1 }

/// The highest bit of a mask.
@inline(__always)
private func highestBit(_ mask: Int) -> Int { 1 << (Int.bitWidth - 1 - mask.leadingZeroBitCount) }

enum StateKernels<V: Lanes> {
  typealias State = UnsafeMutablePointer<V>

  // MARK: Rotations

  /// ψ ← exp(-i factor θ Π ⊗ P) ψ
  static func rotate(_ psi: State, _ size: Int, _ r: PauliRotation, _ angle: HalfAngle<V>) {
    if r.x == 0 {
      rotateDiagonal(psi, size, r, angle)
      return
    }
    // The loops are compiled twice: most rotations are of one wire, without signs and controls to look at.
    switch (r.yCount & 1 == 1, isPlain(r)) {
    case (true, true): rotateReal(psi, size, r, angle, plain: true)
    case (true, false): rotateReal(psi, size, r, angle, plain: false)
    case (false, true): rotateImaginary(psi, size, r, angle, plain: true)
    case (false, false): rotateImaginary(psi, size, r, angle, plain: false)
    }
  }

  /// No controls, and no Z or Y but on the highest bit of x: of a pair's lower index all signs are +.
  @inline(__always)
  private static func isPlain(_ r: PauliRotation) -> Bool {
    r.controls == 0 && r.z & ~highestBit(r.x) == 0
  }

  /// P diagonal: amplitude i gets the phase exp(-i φ p), p = ±1 by the parity of i & z.
  private static func rotateDiagonal(
    _ psi: State, _ size: Int, _ r: PauliRotation, _ angle: HalfAngle<V>
  ) {
    let (c, plus, minus) = (angle.cos, angle.sin, -angle.sin)
    for i in 0..<size where i & r.controls == r.controls {
      let s = isOdd(i & r.z) ? minus : plus
      let (re, im) = (psi[2 * i], psi[2 * i + 1])
      psi[2 * i] = V.mulAdd(c, re, s * im)
      psi[2 * i + 1] = V.mulSub(s, re, c * im)
    }
  }

  /// P with an odd number of Y: a real rotation of amplitude pairs.
  @inline(__always)
  private static func rotateReal(
    _ psi: State, _ size: Int, _ r: PauliRotation, _ angle: HalfAngle<V>, plain: Bool
  ) {
    let c = angle.cos
    let plus = r.yCount & 3 == 1 ? angle.sin : -angle.sin
    let top = highestBit(r.x)
    withSigns(plus) { signs in
      for high in stride(from: 0, to: size, by: 2 * top) {
        for i in high..<high + top where plain || i & r.controls == r.controls {
          let j = i ^ r.x
          // An odd number of Y makes the two signs of a pair differ.
          let odd = plain ? 0 : (i & r.z).nonzeroBitCount & 1
          let (si, sj) = (signs[odd], signs[1 &- odd])
          let (ri, ii) = (psi[2 * i], psi[2 * i + 1])
          let (rj, ij) = (psi[2 * j], psi[2 * j + 1])
          psi[2 * i] = V.mulAdd(c, ri, sj * rj)
          psi[2 * i + 1] = V.mulAdd(c, ii, sj * ij)
          psi[2 * j] = V.mulAdd(c, rj, si * ri)
          psi[2 * j + 1] = V.mulAdd(c, ij, si * ii)
        }
      }
    }
  }

  /// The body with a factor and its negative by number: picked without a branch.
  @inline(__always)
  private static func withSigns(_ factor: V, _ body: (UnsafePointer<V>) -> Void) {
    var signs = (factor, -factor)
    withUnsafePointer(to: &signs) { pair in
      pair.withMemoryRebound(to: V.self, capacity: 2) { body($0) }
    }
  }

  /// P with an even number of Y: pairs are mixed with an imaginary factor.
  @inline(__always)
  private static func rotateImaginary(
    _ psi: State, _ size: Int, _ r: PauliRotation, _ angle: HalfAngle<V>, plain: Bool
  ) {
    let c = angle.cos
    let plus = r.yCount & 3 == 0 ? -angle.sin : angle.sin
    let top = highestBit(r.x)
    withSigns(plus) { signs in
      for high in stride(from: 0, to: size, by: 2 * top) {
        for i in high..<high + top where plain || i & r.controls == r.controls {
          let j = i ^ r.x
          let s = signs[plain ? 0 : (i & r.z).nonzeroBitCount & 1]
          let (ri, ii) = (psi[2 * i], psi[2 * i + 1])
          let (rj, ij) = (psi[2 * j], psi[2 * j + 1])
          psi[2 * i] = V.mulSub(s, ij, c * ri)
          psi[2 * i + 1] = V.mulAdd(s, rj, c * ii)
          psi[2 * j] = V.mulSub(s, ii, c * rj)
          psi[2 * j + 1] = V.mulAdd(s, ri, c * ij)
        }
      }
    }
  }

  /// Im⟨λ|Π P|ψ⟩ for every lane: with it a rotation's derivative is `2 factor Im⟨λ|ΠPψ⟩`.
  static func generatorProduct(
    _ lambda: State, _ psi: State, _ size: Int, _ r: PauliRotation
  ) -> V {
    var sum = V.zeros
    if r.x == 0 {
      for i in 0..<size where i & r.controls == r.controls {
        let term = lambda[2 * i] * psi[2 * i + 1] - lambda[2 * i + 1] * psi[2 * i]
        sum = isOdd(i & r.z) ? sum - term : sum + term
      }
      return sum
    }
    switch (r.yCount & 1 == 1, isPlain(r)) {
    case (true, true): sum = pairProducts(lambda, psi, size, r, real: true, plain: true)
    case (true, false): sum = pairProducts(lambda, psi, size, r, real: true, plain: false)
    case (false, true): sum = pairProducts(lambda, psi, size, r, real: false, plain: true)
    case (false, false): sum = pairProducts(lambda, psi, size, r, real: false, plain: false)
    }
    return r.yCount & 2 == 0 ? sum : -sum
  }

  /// Re A or Im A, summed over pairs, with A = σ_j conj(λ_i) ψ_j + σ_i conj(λ_j) ψ_i: the real part counts
  /// for odd, the imaginary part for even numbers of Y, and σ_j = (-1)^Y σ_i.
  @inline(__always)
  private static func pairProducts(
    _ lambda: State, _ psi: State, _ size: Int, _ r: PauliRotation, real: Bool, plain: Bool
  ) -> V {
    var sum = V.zeros
    let top = highestBit(r.x)
    for high in stride(from: 0, to: size, by: 2 * top) {
      for i in high..<high + top where plain || i & r.controls == r.controls {
        let j = i ^ r.x
        let (pi, qi, pj, qj) = (psi[2 * i], psi[2 * i + 1], psi[2 * j], psi[2 * j + 1])
        let (li, mi, lj, mj) = (lambda[2 * i], lambda[2 * i + 1], lambda[2 * j], lambda[2 * j + 1])
        let odd = !plain && isOdd(i & r.z)
        if real {
          let term = V.mulAdd(lj, pi, mj * qi) - V.mulAdd(li, pj, mi * qj)
          sum = odd ? sum - term : sum + term
        } else {
          let term = V.mulSub(mj, pi, lj * qi) + V.mulSub(mi, pj, li * qj)
          sum = odd ? sum - term : sum + term
        }
      }
    }
    return sum
  }

  // MARK: A single bit's own state

  /// `rotate` for a rotation of one bit on that bit's two amplitudes, without loops.
  @inline(__always)
  static func rotateSingle(_ phi: State, _ r: PauliRotation, cos c: V, sin s: V) {
    let (r0, i0, r1, i1) = (phi[0], phi[1], phi[2], phi[3])
    if r.x == 0 {
      if r.controls == 0 {
        phi[0] = V.mulAdd(s, i0, c * r0)
        phi[1] = V.mulSub(s, r0, c * i0)
        phi[2] = V.mulSub(s, i1, c * r1)
        phi[3] = V.mulAdd(s, r1, c * i1)
      } else {
        phi[2] = V.mulAdd(s, i1, c * r1)
        phi[3] = V.mulSub(s, r1, c * i1)
      }
    } else if r.z == 0 {
      phi[0] = V.mulAdd(s, i1, c * r0)
      phi[1] = V.mulSub(s, r1, c * i0)
      phi[2] = V.mulAdd(s, i0, c * r1)
      phi[3] = V.mulSub(s, r0, c * i1)
    } else {
      phi[0] = V.mulSub(s, r1, c * r0)
      phi[1] = V.mulSub(s, i1, c * i0)
      phi[2] = V.mulAdd(s, r0, c * r1)
      phi[3] = V.mulAdd(s, i0, c * i1)
    }
  }

  /// `generatorProduct` for the same.
  @inline(__always)
  static func generatorProductSingle(_ nu: State, _ phi: State, _ r: PauliRotation) -> V {
    let (r0, i0, r1, i1) = (phi[0], phi[1], phi[2], phi[3])
    let (a0, b0, a1, b1) = (nu[0], nu[1], nu[2], nu[3])
    if r.x == 0 {
      let one = V.mulSub(b1, r1, a1 * i1)
      return r.controls == 0 ? V.mulSub(b0, r0, a0 * i0) - one : one
    }
    if r.z == 0 { return V.mulSub(b1, r0, a1 * i0) + V.mulSub(b0, r1, a0 * i1) }
    return V.mulAdd(a1, r0, b1 * i0) - V.mulAdd(a0, r1, b0 * i1)
  }

  // MARK: Runs of diagonal gates

  /// ψ_i ← exp(∓iφ_i) ψ_i with cos φ_i, sin φ_i in `phases`.
  static func multiply(_ psi: State, _ size: Int, _ phases: UnsafePointer<V.Scalar>, inverse: Bool) {
    for i in 0..<size {
      let c = V(repeating: phases[2 * i])
      let s = V(repeating: inverse ? -phases[2 * i + 1] : phases[2 * i + 1])
      let (re, im) = (psi[2 * i], psi[2 * i + 1])
      psi[2 * i] = V.mulAdd(s, im, c * re)
      psi[2 * i + 1] = V.mulSub(s, re, c * im)
    }
  }

  /// Σ_i ± d_i over the indices with all controls set, the sign that of a word of Z.
  static func signedSum(_ d: UnsafePointer<V>, _ size: Int, z: Int, controls: Int = 0) -> V {
    var sum = V.zeros
    for i in 0..<size where i & controls == controls {
      sum = isOdd(i & z) ? sum - d[i] : sum + d[i]
    }
    return sum
  }

  // MARK: Fixed gates

  static func apply(_ psi: State, _ size: Int, _ m: ControlledMatrix) {
    let t = m.target
    if m.isX {
      for high in stride(from: 0, to: size, by: 2 * t) {
        for i in high..<high + t where i & m.controls == m.controls {
          let j = i | t
          let (re, im) = (psi[2 * i], psi[2 * i + 1])
          psi[2 * i] = psi[2 * j]
          psi[2 * i + 1] = psi[2 * j + 1]
          psi[2 * j] = re
          psi[2 * j + 1] = im
        }
      }
      return
    }
    let (a, b, c, d) = (V.all(m.re[0]), V.all(m.re[1]), V.all(m.re[2]), V.all(m.re[3]))
    let (e, f, g, h) = (V.all(m.im[0]), V.all(m.im[1]), V.all(m.im[2]), V.all(m.im[3]))
    let diagonal = m.isDiagonal
    for high in stride(from: 0, to: size, by: 2 * t) {
      for i in high..<high + t where i & m.controls == m.controls {
        let j = i | t
        let (ri, ii) = (psi[2 * i], psi[2 * i + 1])
        let (rj, ij) = (psi[2 * j], psi[2 * j + 1])
        if diagonal {
          psi[2 * i] = V.mulSub(e, ii, a * ri)
          psi[2 * i + 1] = V.mulAdd(e, ri, a * ii)
          psi[2 * j] = V.mulSub(h, ij, d * rj)
          psi[2 * j + 1] = V.mulAdd(h, rj, d * ij)
        } else {
          psi[2 * i] = V.mulSub(e, ii, a * ri) + V.mulSub(f, ij, b * rj)
          psi[2 * i + 1] = V.mulAdd(e, ri, a * ii) + V.mulAdd(f, rj, b * ij)
          psi[2 * j] = V.mulSub(g, ii, c * ri) + V.mulSub(h, ij, d * rj)
          psi[2 * j + 1] = V.mulAdd(g, ri, c * ii) + V.mulAdd(h, rj, d * ij)
        }
      }
    }
  }

  static func apply(_ psi: State, _ size: Int, _ swap: ControlledSwap) {
    let both = swap.a | swap.b
    for i in 0..<size where i & both == swap.a && i & swap.controls == swap.controls {
      let j = i ^ both
      let (re, im) = (psi[2 * i], psi[2 * i + 1])
      psi[2 * i] = psi[2 * j]
      psi[2 * i + 1] = psi[2 * j + 1]
      psi[2 * j] = re
      psi[2 * j + 1] = im
    }
  }

  /// A matrix of several bits, its adjoint when inverse.  Scratch: one vector pair per row.
  static func apply(_ psi: State, _ size: Int, _ step: DenseStep, inverse: Bool, scratch: State) {
    let (n, offsets) = (step.dimension, step.offsets.pointer)
    let matrix = inverse ? step.inverse.pointer : step.matrix.pointer
    for base in 0..<size where base & step.mask == 0 && base & step.controls == step.controls {
      for row in 0..<n {
        var (re, im) = (V.zeros, V.zeros)
        let entries = matrix + 2 * row * n
        for column in 0..<n {
          let place = psi + 2 * (base + offsets[column])
          let (a, b) = (V.all(entries[2 * column]), V.all(entries[2 * column + 1]))
          re = V.mulAdd(a, place[0], V.mulSub(b, place[1], re))
          im = V.mulAdd(a, place[1], V.mulAdd(b, place[0], im))
        }
        (scratch[2 * row], scratch[2 * row + 1]) = (re, im)
      }
      for row in 0..<n {
        let place = psi + 2 * (base + offsets[row])
        (place[0], place[1]) = (scratch[2 * row], scratch[2 * row + 1])
      }
    }
  }

  // MARK: Measurement

  /// |ψ_i|²
  static func probabilities(_ psi: State, _ size: Int, into out: State) {
    for i in 0..<size {
      out[i] = V.mulAdd(psi[2 * i], psi[2 * i], psi[2 * i + 1] * psi[2 * i + 1])
    }
  }

  /// ⟨ψ|P|ψ⟩ for a word with an X or Y.
  static func expectation(_ psi: State, _ size: Int, _ p: PauliMask) -> V {
    var sum = V.zeros
    // The two halves of a pair are complex conjugates of each other.
    let top = highestBit(p.x)
    let y = (p.x & p.z).nonzeroBitCount
    for high in stride(from: 0, to: size, by: 2 * top) {
      for i in high..<high + top {
        let j = i ^ p.x
        // conj(ψ_j) i^y σ_i ψ_i
        let term: V
        if y & 1 == 0 {
          term = V.mulAdd(psi[2 * j], psi[2 * i], psi[2 * j + 1] * psi[2 * i + 1])
        } else {
          term = V.mulSub(psi[2 * j], psi[2 * i + 1], psi[2 * j + 1] * psi[2 * i])
        }
        sum = isOdd(i & p.z) ? sum - term : sum + term
      }
    }
    sum = sum + sum
    return y & 2 == 0 ? sum : -sum
  }

  /// λ ← λ + g P ψ
  static func addObservable(_ lambda: State, _ psi: State, _ size: Int, _ p: PauliMask, _ g: V) {
    let y = (p.x & p.z).nonzeroBitCount
    let (plus, minus) = (y & 2 == 0 ? g : -g, y & 2 == 0 ? -g : g)
    for i in 0..<size {
      let j = i ^ p.x
      let s = isOdd(i & p.z) ? minus : plus
      if y & 1 == 0 {
        lambda[2 * j] = V.mulAdd(s, psi[2 * i], lambda[2 * j])
        lambda[2 * j + 1] = V.mulAdd(s, psi[2 * i + 1], lambda[2 * j + 1])
      } else {
        lambda[2 * j] = V.mulSub(s, psi[2 * i + 1], lambda[2 * j])
        lambda[2 * j + 1] = V.mulAdd(s, psi[2 * i], lambda[2 * j + 1])
      }
    }
  }
}
