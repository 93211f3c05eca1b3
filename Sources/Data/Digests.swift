// Checksums of files: SHA-256 (FIPS 180-4) and, for sets whose authors publish nothing else, MD5
// (RFC 1321).  Which file has which is in Checksums.

import Tensors

/// A checksum that is fed bytes piece by piece.
protocol Digest {
  init()
  /// One block of 64 bytes.
  mutating func add(block: UnsafePointer<UInt8>)
  /// Whether the number of bits at the end is stored with its highest byte first.
  static var isBigEndian: Bool { get }
  /// The state as bytes.
  var bytes: [UInt8] { get }
}

/// SHA-256.
struct SHA256: Digest {
  static let isBigEndian = true
  private var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  private var w = [UInt32](repeating: 0, count: 64)

  mutating func add(block: UnsafePointer<UInt8>) {
    for i in 0..<16 { w[i] = (0..<4).reduce(0) { $0 << 8 | UInt32(block[4 * i + $1]) } }
    for i in 16..<64 {
      let (a, b) = (w[i - 15], w[i - 2])
      let s0 = turned(a, 25) ^ turned(a, 14) ^ a >> 3
      let s1 = turned(b, 15) ^ turned(b, 13) ^ b >> 10
      w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for i in 0..<64 {
      let s1 = turned(e, 26) ^ turned(e, 21) ^ turned(e, 7)
      let first = h &+ s1 &+ (e & f ^ ~e & g) &+ Self.constants[i] &+ w[i]
      let s0 = turned(a, 30) ^ turned(a, 19) ^ turned(a, 10)
      let second = s0 &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (i, value) in [a, b, c, d, e, f, g, h].enumerated() { state[i] &+= value }
  }

  var bytes: [UInt8] { state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } } }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
    0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
    0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
    0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
    0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
    0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
    0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
  ]
}

/// MD5: against damage, not against people who want to deceive.
struct MD5: Digest {
  static let isBigEndian = false
  private var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476]
  private static let shifts: [[UInt32]] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]]
  /// floor(2^32 |sin(i + 1)|)
  private static let sines = (0..<64).map { UInt32(abs(sine(Double($0 + 1))) * 0x1p32) }

  mutating func add(block: UnsafePointer<UInt8>) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    for i in 0..<64 {
      let (mixed, place): (UInt32, Int)
      switch i / 16 {
      case 0: (mixed, place) = (b & c | ~b & d, i)
      case 1: (mixed, place) = (d & b | ~d & c, (5 * i + 1) % 16)
      case 2: (mixed, place) = (b ^ c ^ d, (3 * i + 5) % 16)
      default: (mixed, place) = (c ^ (b | ~d), 7 * i % 16)
      }
      let word = (0..<4).reduce(0) { $0 | UInt32(block[4 * place + $1]) << UInt32(8 * $1) }
      let sum = a &+ mixed &+ Self.sines[i] &+ word
      (a, d, c, b) = (d, c, b, b &+ turned(sum, Self.shifts[i / 16][i % 4]))
    }
    for (i, value) in [a, b, c, d].enumerated() { state[i] &+= value }
  }

  var bytes: [UInt8] { state.flatMap { word in [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> $0) } } }
}

/// Turned to the left.
private func turned(_ word: UInt32, _ bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }
