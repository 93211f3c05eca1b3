// Deflate streams that are in memory as a whole, and the checksum that goes with them.
// Files of gzip are read piece by piece in InputFileKernels.swift.

import CZlib
import Tensors

/// All of a gzip stream; nil when it is damaged.  For the data that is built in.
func inflated(_ data: UnsafePointer<UInt8>, _ size: Int) -> [UInt8]? {
  // The trailer's last four bytes are the length, little-endian; this data is our own.
  let length = (0..<4).reduce(0) { $0 | Int(data[size - 4 + $1]) << (8 * $1) }
  return Deflate.inflate(UnsafeBufferPointer(start: data, count: size), windowBits: 15 + 16, length: length)
}

enum Deflate {
  /// A raw deflate stream of exactly `length` bytes; nil when it is damaged or has another length.
  static func inflate(_ bytes: [UInt8], length: Int) -> [UInt8]? {
    bytes.withUnsafeBufferPointer { inflate($0, windowBits: -15, length: length) }
  }

  /// Deflate's limit is 1032 bytes from one; streams as short as a header need the rest.
  static func canHold(_ length: Int, compressed: Int) -> Bool { length / 1032 <= compressed }

  static func inflate(_ source: UnsafeBufferPointer<UInt8>, windowBits: Int32, length: Int) -> [UInt8]? {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(stream) }
    var complete = false
    // One byte more, so that a stream that goes on is noticed.
    let bytes = [UInt8](unsafeUninitializedCapacity: length + 1) { buffer, filled in
      var (taken, made) = (0, 0)
      while true {
        // zlib counts in 32 bits.
        let (input, room) = (min(source.count - taken, 1 << 30), min(length + 1 - made, 1 << 30))
        stream.pointee.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + taken) }
        stream.pointee.avail_in = UInt32(input)
        stream.pointee.next_out = buffer.baseAddress! + made
        stream.pointee.avail_out = UInt32(room)
        let code = CZlib.inflate(stream, Z_NO_FLUSH)
        let (used, got) = (input - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out))
        taken += used
        made += got
        if code == Z_STREAM_END {
          complete = made == length && taken == source.count
          break
        }
        if code != Z_OK || (used == 0 && got == 0) || made > length { break }
      }
      filled = min(made, length)
    }
    return complete ? bytes : nil
  }

  /// A raw deflate stream of two stretches of bytes; nil when zlib has no memory.
  static func deflate(_ first: [UInt8], _ rest: UnsafeRawBufferPointer) -> [UInt8]? {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard
      deflateInit2_(
        stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(stream) }
    var result: [UInt8] = []
    let worked = first.withUnsafeBytes { first in
      pack(stream, first, flush: Z_NO_FLUSH, into: &result) && pack(stream, rest, flush: Z_FINISH, into: &result)
    }
    return worked ? result : nil
  }

  /// Feeds all bytes; with Z_FINISH to the stream's end.
  private static func pack(
    _ stream: UnsafeMutablePointer<z_stream>, _ source: UnsafeRawBufferPointer, flush: Int32,
    into result: inout [UInt8]
  ) -> Bool {
    let bytes = source.bindMemory(to: UInt8.self)
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var taken = 0
    while true {
      // zlib counts in 32 bits.
      let input = min(bytes.count - taken, 1 << 30)
      let isLast = taken + input == bytes.count
      let code = chunk.withUnsafeMutableBufferPointer { chunk in
        stream.pointee.next_in = bytes.baseAddress.map { UnsafeMutablePointer(mutating: $0 + taken) }
        stream.pointee.avail_in = UInt32(input)
        stream.pointee.next_out = chunk.baseAddress
        stream.pointee.avail_out = UInt32(chunk.count)
        return CZlib.deflate(stream, isLast ? flush : Z_NO_FLUSH)
      }
      // A call that could do nothing is no failure.
      guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return false }
      taken += input - Int(stream.pointee.avail_in)
      let made = chunk.count - Int(stream.pointee.avail_out)
      result += chunk.prefix(made)
      if code == Z_STREAM_END { return true }
      if flush == Z_NO_FLUSH && taken == bytes.count && made < chunk.count { return true }
    }
  }
}

/// CRC-32 as in gzip, zip and PNG.
func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
}

/// The same of two stretches of bytes.
func crc32(_ first: [UInt8], _ rest: UnsafeRawBufferPointer) -> UInt32 {
  UInt32(
    truncatingIfNeeded: crc32_z(
      UInt(first.withUnsafeBytes(crc32)), rest.bindMemory(to: UInt8.self).baseAddress, rest.count))
}
