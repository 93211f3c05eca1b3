// A number that tells data apart: for noticing that something is not what it was, not against forgery.

import Tensors

/// A hash of 64 bits over bytes and numbers, in the order in which they are added; the same on every machine.
struct Fingerprint {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  init() {}

  /// One word; the mixing is that of MurmurHash3's finaliser (Appleby 2011), applied to the state and the word.
  mutating func add(_ word: UInt64) {
    state = (state ^ word) &* 0xFF51_AFD7_ED55_8CCD
    state ^= state >> 32
  }

  mutating func add(_ text: String) {
    for byte in text.utf8 { add(UInt64(byte)) }
    add(UInt64(text.utf8.count))
  }

  /// Type, shape and elements.
  mutating func add(_ tensor: Tensor) {
    add(UInt64(tensor.type.rawValue))
    for dimension in tensor.shape { add(UInt64(dimension)) }
    let words = tensor.bytes / 8
    let pointer = tensor.raw.assumingMemoryBound(to: UInt64.self)
    for i in 0..<words { add(pointer[i]) }
    if tensor.bytes % 8 != 0 { add(UInt64((tensor.raw + 8 * words).load(as: UInt32.self))) }
  }

  /// Sixteen hexadecimal digits.
  var text: String {
    let digits = String((state ^ state >> 29) &* 0xC4CE_B9FE_1A85_EC53, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
