// Moving bits of basis-state indices around.

extension Int {
  /// The bits of self put at the set places of a mask, lowest first.
  func deposited(into mask: Int) -> Int {
    var (result, rest, value) = (0, mask, self)
    while rest != 0 {
      let place = rest & -rest
      if value & 1 != 0 { result |= place }
      value >>= 1
      rest ^= place
    }
    return result
  }

  /// The bits of self at the set places of a mask, put together.
  func extracted(by mask: Int) -> Int {
    var (result, rest, target) = (0, mask, 1)
    while rest != 0 {
      let place = rest & -rest
      if self & place != 0 { result |= target }
      target <<= 1
      rest ^= place
    }
    return result
  }

  /// Numbers of the set bits, ascending.
  var bitNumbers: [Int] { (0..<Int.bitWidth - leadingZeroBitCount).filter { self >> $0 & 1 == 1 } }

  /// Self with a zero put in at the place of `bit` (a power of two), higher bits moved up.
  @inline(__always) func withZero(at bit: Int) -> Int { (self & ~(bit &- 1)) &<< 1 | (self & (bit &- 1)) }
}

/// Whether an odd number of bits is set.
@inline(__always) func isOdd(_ bits: Int) -> Bool { bits.nonzeroBitCount & 1 == 1 }
