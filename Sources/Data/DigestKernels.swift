// Feeding bytes and files to checksums.

import Glibc
import Tensors

func sine(_ x: Double) -> Double { sin(x) }

/// A checksum as lower-case hexadecimal digits, from the bytes that `next` gives piece by piece until
/// it gives none.  Pieces other than the last have a multiple of 64 bytes.
func hexadecimal<D: Digest>(_: D.Type, _ next: () throws -> [UInt8]) rethrows -> String {
  var digest = D()
  var (count, rest): (UInt64, [UInt8]) = (0, [])
  while true {
    let piece = try next()
    if piece.isEmpty { break }
    precondition(rest.isEmpty)
    count += UInt64(piece.count)
    piece.withUnsafeBufferPointer { bytes in
      for block in 0..<bytes.count / 64 { digest.add(block: bytes.baseAddress! + 64 * block) }
    }
    rest = Array(piece.suffix(piece.count % 64))
  }
  // A one, zeros, and the number of bits fill the last block.
  rest.append(0x80)
  while rest.count % 64 != 56 { rest.append(0) }
  let length = (0..<8).map { UInt8(truncatingIfNeeded: (count &* 8) >> UInt64(8 * $0)) }
  rest += D.isBigEndian ? length.reversed() : length
  rest.withUnsafeBufferPointer { bytes in
    for block in 0..<bytes.count / 64 { digest.add(block: bytes.baseAddress! + 64 * block) }
  }
  let digits = Array("0123456789abcdef")
  return String(digest.bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}

extension KnownSets {
  /// SHA-256 of a file as it lies on the disk.
  public static func sha256(ofFile path: String) throws -> String { try digest(SHA256.self, path) }

  static func digest<D: Digest>(_: D.Type, _ path: String) throws -> String {
    let file = try InputFile(path: path)
    var place = 0
    return try hexadecimal(D.self) {
      let piece = try file.bytes(at: place, min(1 << 20, file.size - place))
      place += piece.count
      return piece
    }
  }

  /// Of bytes in memory.
  package static func sha256(_ bytes: [UInt8]) -> String { digest(SHA256.self, bytes) }
  package static func md5(_ bytes: [UInt8]) -> String { digest(MD5.self, bytes) }

  private static func digest<D: Digest>(_: D.Type, _ bytes: [UInt8]) -> String {
    var isGiven = false
    return hexadecimal(D.self) {
      defer { isGiven = true }
      return isGiven ? [] : bytes
    }
  }
}
