// Sums over pairs of amplitudes of two states, from which the derivatives of a gate's angles follow.

import Circuits

enum StateGradientKernels<W: StateLanes> {
  typealias State = UnsafePointer<W>

  private static var stretch: Int { 64 }

  /// M[a][b] = Σ ψ_a λ_b* over all pairs of a target bit whose controls are 1, added to `sums` as re and im
  /// in the order 00, 01, 10, 11.  The bit is a vector's (`place`, with lane 0) or a lane's.
  static func addOuter(
    _ psi: State, _ lambda: State, count: Int, place: Int, lane: Int, controls: (vectors: Int, lanes: Int),
    _ sums: UnsafeMutablePointer<Double>
  ) {
    let mask = W.lanes { $0 & controls.lanes == controls.lanes ? 1 : 0 }
    lane == 0
      ? addOuter(psi, lambda, count, place, controls.vectors, mask, sums)
      : addOuterLanes(psi, lambda, count, lane, controls.vectors, mask, sums)
  }

  private static func addOuter(
    _ psi: State, _ lambda: State, _ count: Int, _ s: Int, _ controls: Int, _ mask: W,
    _ sums: UnsafeMutablePointer<Double>
  ) {
    let groups = count / 2
    for begin in stride(from: 0, to: groups, by: stretch) {
      var (m0, m1, m2, m3) = (W.zeros, W.zeros, W.zeros, W.zeros)
      var (m4, m5, m6, m7) = (W.zeros, W.zeros, W.zeros, W.zeros)
      for group in begin..<min(begin + stretch, groups) {
        let v = group.withZero(at: s)
        if v & controls != controls { continue }
        let (p, q) = (psi + 2 &* v, psi + 2 &* (v &+ s))
        let (l, k) = (lambda + 2 &* v, lambda + 2 &* (v &+ s))
        let (a, b, c, d) = (p[0], p[1], q[0], q[1])
        let (e, f, g, h) = (l[0], l[1], k[0], k[1])
        m0 = W.mulAdd(a, e, W.mulAdd(b, f, m0))
        m1 = W.mulAdd(b, e, W.mulSub(a, f, m1))
        m2 = W.mulAdd(a, g, W.mulAdd(b, h, m2))
        m3 = W.mulAdd(b, g, W.mulSub(a, h, m3))
        m4 = W.mulAdd(c, e, W.mulAdd(d, f, m4))
        m5 = W.mulAdd(d, e, W.mulSub(c, f, m5))
        m6 = W.mulAdd(c, g, W.mulAdd(d, h, m6))
        m7 = W.mulAdd(d, g, W.mulSub(c, h, m7))
      }
      sums[0] += W.product(m0, mask).total
      sums[1] += W.product(m1, mask).total
      sums[2] += W.product(m2, mask).total
      sums[3] += W.product(m3, mask).total
      sums[4] += W.product(m4, mask).total
      sums[5] += W.product(m5, mask).total
      sums[6] += W.product(m6, mask).total
      sums[7] += W.product(m7, mask).total
    }
  }

  private static func addOuterLanes(
    _ psi: State, _ lambda: State, _ count: Int, _ lane: Int, _ controls: Int, _ mask: W,
    _ sums: UnsafeMutablePointer<Double>
  ) {
    for begin in stride(from: 0, to: count, by: stretch) {
      var (same, sameIm, other, otherIm) = (W.zeros, W.zeros, W.zeros, W.zeros)
      for v in begin..<min(begin + stretch, count) where v & controls == controls {
        let (a, b) = (psi[2 &* v], psi[2 &* v &+ 1])
        let (e, f) = (lambda[2 &* v], lambda[2 &* v &+ 1])
        let (g, h) = (W.flipped(e, mask: lane), W.flipped(f, mask: lane))
        same = W.mulAdd(a, e, W.mulAdd(b, f, same))
        sameIm = W.mulAdd(b, e, W.mulSub(a, f, sameIm))
        other = W.mulAdd(a, g, W.mulAdd(b, h, other))
        otherIm = W.mulAdd(b, g, W.mulSub(a, h, otherIm))
      }
      for l in mask.indices where mask[l] != 0 {
        let a = l & lane == 0 ? 0 : 1
        // Entry (a, a) and (a, 1 - a).
        sums[2 * (3 * a)] += Double(same[l])
        sums[2 * (3 * a) + 1] += Double(sameIm[l])
        sums[2 * (1 + a)] += Double(other[l])
        sums[2 * (1 + a) + 1] += Double(otherIm[l])
      }
    }
  }

  /// λ_i = w_i ψ_i with w_i = Σ_k g_k ±1, the signs those of words of Z.
  static func seedDiagonals(
    _ psi: State, _ lambda: UnsafeMutablePointer<W>, _ count: Int, words: [(z: PauliMask, g: Double)], _ place: LocalBits,
    base: Int
  ) {
    let masks = words.map { word -> (vectors: Int, even: W, odd: W) in
      let lanes = place.lanes(word.z.z)
      let g = isOdd(base & place.blocks(word.z.z)) ? -word.g : word.g
      return (
        place.vectors(word.z.z), W.lanes { isOdd($0 & lanes) ? -g : g }, W.lanes { isOdd($0 & lanes) ? g : -g }
      )
    }
    for v in 0..<count {
      var weight = W.zeros
      for mask in masks { weight = W.sum(weight, isOdd(v & mask.vectors) ? mask.odd : mask.even) }
      lambda[2 * v] = W.product(weight, psi[2 * v])
      lambda[2 * v + 1] = W.product(weight, psi[2 * v + 1])
    }
  }

  /// λ += g P ψ over a range of vectors of the whole state.
  static func addWord(
    _ psi: State, _ lambda: UnsafeMutablePointer<W>, _ range: Range<Int>, _ word: PauliMask, _ g: Double, _ place: LocalBits
  ) {
    let y = (word.x & word.z).nonzeroBitCount
    let (x, z) = (place.vectors(word.x), place.vectors(word.z))
    let (flip, laneZ) = (place.lanes(word.x), place.lanes(word.z))
    let (re, im) = [(g, 0.0), (0, g), (-g, 0), (0, -g)][y & 3]
    func signed(_ value: Double) -> W { W.lanes { isOdd($0 & laneZ) != (y & 1 == 1) ? -value : value } }
    let (a, b) = (signed(re), signed(im))
    let (c, d) = (signed(-re), signed(-im))
    for v in range {
      let other = v ^ x
      let (p, q) = (W.flipped(psi[2 &* other], mask: flip), W.flipped(psi[2 &* other &+ 1], mask: flip))
      let (s, t) = isOdd(v & z) ? (c, d) : (a, b)
      lambda[2 &* v] = W.mulSub(t, q, W.mulAdd(s, p, lambda[2 &* v]))
      lambda[2 &* v &+ 1] = W.mulAdd(t, p, W.mulAdd(s, q, lambda[2 &* v &+ 1]))
    }
  }
}
