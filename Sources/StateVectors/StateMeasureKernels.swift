// Expectation values of Pauli words on amplitudes in memory.  Sums of Floats go over into Double every few
// vectors: added up in Float, 2^24 squares lose three digits.

import Circuits

enum StateMeasureKernels<W: StateLanes> {
  typealias State = UnsafePointer<W>

  private static var stretch: Int { 64 }

  /// Σ ±|ψ_i|² over `count` vectors of a block, for each word of Z, added to sums.
  static func addDiagonals(
    _ psi: State, _ count: Int, words: [PauliMask], _ place: LocalBits, base: Int, _ sums: UnsafeMutablePointer<Double>
  ) {
    let masks = words.map { (vectors: place.vectors($0.z), lanes: place.lanes($0.z), flip: isOdd(base & place.blocks($0.z))) }
    withUnsafeTemporaryAllocation(of: W.self, capacity: stretch) { probabilities in
      let p = probabilities.baseAddress!
      for first in stride(from: 0, to: count, by: stretch) {
        let length = min(stretch, count - first)
        for j in 0..<length {
          let (x, y) = (psi[2 * (first + j)], psi[2 * (first + j) + 1])
          p[j] = W.mulAdd(x, x, W.product(y, y))
        }
        for (k, mask) in masks.enumerated() {
          var sum = W.zeros
          if mask.vectors & (stretch - 1) == 0 {
            for j in 0..<length { sum = W.sum(sum, p[j]) }
            if isOdd(first & mask.vectors) { sum = W.product(sum, .all(-1)) }
          } else {
            for j in 0..<length {
              sum = isOdd((first + j) & mask.vectors) ? W.difference(sum, p[j]) : W.sum(sum, p[j])
            }
          }
          var total = 0.0
          for lane in sum.indices { total += isOdd(lane & mask.lanes) ? -Double(sum[lane]) : Double(sum[lane]) }
          sums[k] += mask.flip ? -total : total
        }
      }
    }
  }

  /// Re⟨λ|Π P|ψ⟩ and its imaginary part over a range of vectors of two states (or blocks of them) of the same
  /// place: `z`, `x` and `controls` over the vector number and the lanes, `flip` the sign of the block.
  static func product(
    _ lambda: State, _ psi: State, _ range: Range<Int>, x: (vectors: Int, lanes: Int), z: (vectors: Int, lanes: Int),
    controls: (vectors: Int, lanes: Int), yCount: Int, flip: Bool
  ) -> (re: Double, im: Double) {
    // (Pψ)_i = i^y (-1)^((i ^ x)·z) ψ_(i ^ x)
    let signs = W.lanes { lane in
      if lane & controls.lanes != controls.lanes { return 0 }
      return isOdd(lane & z.lanes) != (yCount & 1 == 1) ? -1 : 1
    }
    var total = (re: 0.0, im: 0.0)
    for first in stride(from: range.lowerBound, to: range.upperBound, by: stretch) {
      var (re, im) = (W.zeros, W.zeros)
      for v in first..<min(first + stretch, range.upperBound) where v & controls.vectors == controls.vectors {
        let other = v ^ x.vectors
        let (a, b) = (lambda[2 &* v], lambda[2 &* v &+ 1])
        let (c, d) = (W.flipped(psi[2 &* other], mask: x.lanes), W.flipped(psi[2 &* other &+ 1], mask: x.lanes))
        let real = W.mulAdd(a, c, W.product(b, d))
        let imaginary = W.mulSub(b, c, W.product(a, d))
        if isOdd(v & z.vectors) {
          (re, im) = (W.difference(re, real), W.difference(im, imaginary))
        } else {
          (re, im) = (W.sum(re, real), W.sum(im, imaginary))
        }
      }
      total.re += W.product(re, signs).total
      total.im += W.product(im, signs).total
    }
    if flip { total = (-total.re, -total.im) }
    switch yCount & 3 {
    case 0: return total
    case 1: return (-total.im, total.re)
    case 2: return (-total.re, -total.im)
    default: return (total.im, -total.re)
    }
  }
}
