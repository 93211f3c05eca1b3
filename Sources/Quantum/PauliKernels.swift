// Steps applied to vectors of Pauli coefficients whose entries are SIMD vectors: of samples when a density matrix
// is run forwards, of outputs when observables are pulled back.  Sizes and masks are taken as checked.

import Circuits
import Tensors

enum PauliKernels<V: Lanes> {
  typealias Vector = UnsafeMutablePointer<V>

  // MARK: Rotations

  /// r[Q] ← c r[Q] + s σ r[PQ], where i P Q = σ PQ, for all Q that anticommute with P.
  static func rotate(_ r: Vector, _ size: Int, _ rotation: WordRotation, cos c: V, sin s: V) {
    forEachPair(size, rotation.word) { i, j, isPlus in
      let (a, b) = (r[i], r[j])
      let t = isPlus ? s : -s
      r[i] = V.mulAdd(t, b, c * a)
      r[j] = V.mulSub(t, a, c * b)
    }
  }

  /// Undoes a rotation on r and on the adjoint λ; gives the derivative by φ, Σ σ (λ[Q] r[PQ] - λ[PQ] r[Q]).
  static func undo(
    _ r: Vector, _ lambda: Vector, _ size: Int, _ rotation: WordRotation, cos c: V, sin s: V
  ) -> V {
    var sum = V.zeros
    forEachPair(size, rotation.word) { i, j, isPlus in
      let (a, b, p, q) = (r[i], r[j], lambda[i], lambda[j])
      let slope = V.mulSub(q, a, p * b)
      sum = isPlus ? sum + slope : sum - slope
      let t = isPlus ? s : -s
      r[i] = V.mulSub(t, b, c * a)
      r[j] = V.mulAdd(t, a, c * b)
      lambda[i] = V.mulSub(t, q, c * p)
      lambda[j] = V.mulAdd(t, p, c * q)
    }
    return sum
  }

  /// Calls the body for every Q that anticommutes with P, once for Q and PQ together.
  @inline(__always)
  private static func forEachPair(_ size: Int, _ word: Int, _ body: (_ i: Int, _ j: Int, _ isPlus: Bool) -> Void) {
    let low = word.trailingZeroBitCount & ~1
    let unit = 1 << low
    let letter = word >> low
    if letter <= 3 {
      // One letter: I and P stay, of the other two letters one turns into the other.
      let i = unit * (letter == 1 ? 2 : 1)
      let j = i ^ word
      // i Z·X = -Y, i X·Z = Y, i Y·Z = -X
      let isPlus = letter == 2
      for high in stride(from: 0, to: size, by: 4 * unit) {
        for k in high..<high + unit { body(k + i, k + j, isPlus) }
      }
      return
    }
    let mask = 0x5555_5555_5555_5555
    let partner = (word & mask) << 1 | (word >> 1) & mask
    let top = 1 << (Int.bitWidth - 1 - word.leadingZeroBitCount)
    let yOfWord = (word & (word >> 1) & mask).nonzeroBitCount
    // All words that differ on bits below the lowest letter only are alike.
    for high in stride(from: 0, to: size, by: 2 * top) {
      for base in stride(from: high, to: high + top, by: unit) where (base & partner).nonzeroBitCount & 1 == 1 {
        let other = base ^ word
        let power = yOfWord + (base & (base >> 1) & mask).nonzeroBitCount - (other & (other >> 1) & mask).nonzeroBitCount
          + 2 * (word & (base >> 1) & mask).nonzeroBitCount
        // P Q = i^power PQ; i^(power + 1) is +1 for 3, -1 for 1.
        let isPlus = power & 3 == 3
        for k in base..<base + unit { body(k, k ^ word, isPlus) }
      }
    }
  }

  // MARK: Constant maps

  /// A map of one bit, 4x4 row by row, or its transpose.
  static func apply(_ r: Vector, _ size: Int, bit: Int, _ m: UnsafePointer<Double>, transposed: Bool) {
    let unit = 1 << (2 * bit)
    @inline(__always) func entry(_ i: Int, _ j: Int) -> V { V.all(transposed ? m[4 * j + i] : m[4 * i + j]) }
    var isDiagonal = true
    for k in 0..<16 where k % 5 != 0 && m[k] != 0 { isDiagonal = false }
    if isDiagonal {
      let (a, b, c) = (entry(1, 1), entry(2, 2), entry(3, 3))
      for high in stride(from: 0, to: size, by: 4 * unit) {
        for i in high..<high + unit {
          r[i + unit] = a * r[i + unit]
          r[i + 2 * unit] = b * r[i + 2 * unit]
          r[i + 3 * unit] = c * r[i + 3 * unit]
        }
      }
      return
    }
    let (a, b, c) = (entry(1, 1), entry(1, 2), entry(1, 3))
    let (d, e, f) = (entry(2, 1), entry(2, 2), entry(2, 3))
    let (g, h, k) = (entry(3, 1), entry(3, 2), entry(3, 3))
    // The trace stays: the first row is (1, 0, 0, 0), the first column the shift of the Bloch vector.
    let (s, t, u) = (V.all(m[4]), V.all(m[8]), V.all(m[12]))
    let hasShift = m[4] != 0 || m[8] != 0 || m[12] != 0
    for high in stride(from: 0, to: size, by: 4 * unit) {
      for i in high..<high + unit {
        let (w, x, y, z) = (r[i], r[i + unit], r[i + 2 * unit], r[i + 3 * unit])
        var p = V.mulAdd(a, x, V.mulAdd(b, y, c * z))
        var q = V.mulAdd(d, x, V.mulAdd(e, y, f * z))
        var o = V.mulAdd(g, x, V.mulAdd(h, y, k * z))
        if hasShift {
          if transposed {
            r[i] = V.mulAdd(s, x, V.mulAdd(t, y, V.mulAdd(u, z, w)))
          } else {
            p = V.mulAdd(s, w, p)
            q = V.mulAdd(t, w, q)
            o = V.mulAdd(u, w, o)
          }
        }
        r[i + unit] = p
        r[i + 2 * unit] = q
        r[i + 3 * unit] = o
      }
    }
  }

  /// A map of several bits.  Scratch: one vector per row.
  static func apply(_ r: Vector, _ size: Int, _ block: PauliBlock, transposed: Bool, scratch: Vector) {
    let rows = transposed ? block.transposed : block.forward
    let (row, first, column, value) = (rows.row.pointer, rows.first.pointer, rows.column.pointer, rows.value.pointer)
    let (offsets, count, mask) = (block.offsets.pointer, rows.row.count, block.mask)
    var base = 0
    while base < size {
      for k in 0..<count {
        var sum = V.zeros
        for t in Int(first[k])..<Int(first[k + 1]) {
          sum = V.mulAdd(V.all(value[t]), r[base + offsets[Int(column[t])]], sum)
        }
        scratch[k] = sum
      }
      for k in 0..<count { r[base + offsets[Int(row[k])]] = scratch[k] }
      base = ((base | mask) + 1) & ~mask
    }
  }

  // MARK: Product states

  /// The product of every bit's own vector of `width(bit)` entries into r; the lowest bit changes fastest.
  /// `single[4·bit + k]`.
  static func expand(_ single: UnsafePointer<V>, widths: UnsafePointer<Int>, _ wires: Int, into r: Vector) {
    var size = widths[0]
    for k in 0..<size { r[k] = single[k] }
    for bit in 1..<max(1, wires) {
      let own = single + 4 * bit
      // From the top, so that the lower entries are read before they are overwritten.
      for k in (0..<widths[bit]).reversed() {
        let (factor, place) = (own[k], r + k * size)
        for i in 0..<size { place[i] = factor * r[i] }
      }
      size *= widths[bit]
    }
  }
}
