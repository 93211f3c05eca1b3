// Bytes of a file: from front to back, plain or gzip (told apart by the first two bytes), or in pieces.
// What the bytes mean is left to the formats.

import CZlib
import Glibc
import Tensors

/// A file that is read once, front to back.  A gzip file (RFC 1952, also of several members) is
/// inflated on the way and its checksums are verified.
///
/// Memory grows with the bytes that are really there, whatever a format's header promises.
final class InputFile {
  let path: String
  /// Bytes on disk.
  let size: Int
  let isGzip: Bool
  /// Bytes handed out so far; the place that error messages name.
  private(set) var offset = 0

  private let descriptor: Int32
  private var gzip: GzipStream?

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw EngineError.file("\(path): cannot be opened: \(String(cString: strerror(errno)))")
    }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw EngineError.file("\(path): is not a regular file")
    }
    size = Int(info.st_size)
    var magic: (UInt8, UInt8) = (0, 0)
    isGzip = pread(descriptor, &magic, 2, 0) == 2 && magic == (0x1f, 0x8b)
    if isGzip { gzip = try GzipStream(path: path, descriptor: descriptor, size: size) }
  }

  deinit { close(descriptor) }

  /// The next `count` bytes, fewer only where the file ends.
  func read(_ count: Int) throws -> [UInt8] {
    let bytes: [UInt8]
    if let gzip {
      bytes = try gzip.read(count)
    } else {
      // No more than the file has, so that a lying header costs nothing.
      bytes = try readPlain(min(count, max(0, size - offset)))
    }
    offset += bytes.count
    return bytes
  }

  /// All that is left, refused beyond `limit` bytes (a gzip file may hold a thousand times its size).
  func rest(limit: Int) throws -> [UInt8] {
    if gzip == nil, size - offset > limit { throw tooLong(limit) }
    let bytes = try read(limit + 1)
    guard bytes.count <= limit else { throw tooLong(limit) }
    return bytes
  }

  private func tooLong(_ limit: Int) -> EngineError {
    EngineError.file("\(path): holds more than \(limit) bytes, more than such a file can have")
  }

  /// Bytes on disk from a place on, without moving `offset`.  The caller has checked the range
  /// against `size`; fewer come only when the file shrinks meanwhile, which is an error.
  func bytes(at place: Int, _ count: Int) throws -> [UInt8] {
    precondition(place >= 0 && count >= 0 && place + count <= size)
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(place + filled))
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else {
          let why = got < 0 ? String(cString: strerror(errno)) : "the file ends here"
          throw EngineError.file("\(path):\(place + filled): cannot be read: \(why)")
        }
        filled += got
      }
    }
  }

  private func readPlain(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try fill(buffer.baseAddress, count, from: descriptor, path: path)
    }
  }
}

/// Reads until `count` bytes are there or the file ends; `buffer` has room for them.
private func fill(
  _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int, from descriptor: Int32, path: String
) throws -> Int {
  guard let buffer else { return 0 }
  var filled = 0
  while filled < count {
    let got = Glibc.read(descriptor, buffer + filled, count - filled)
    if got == 0 { break }
    if got < 0 {
      if errno == EINTR { continue }
      throw EngineError.file("\(path): cannot be read: \(String(cString: strerror(errno)))")
    }
    filled += got
  }
  return filled
}

/// The inflated content of a gzip file.
private final class GzipStream {
  private static let chunk = 1 << 18

  private let path: String
  private let descriptor: Int32
  private let fileSize: Int
  // zlib's state points back at the stream, so that it must not move.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let input = UnsafeMutablePointer<UInt8>.allocate(capacity: chunk)
  private let output = UnsafeMutablePointer<UInt8>.allocate(capacity: chunk)
  private var taken = 0  // compressed bytes read from the file
  private var ended = false

  init(path: String, descriptor: Int32, size: Int) throws {
    self.path = path
    self.descriptor = descriptor
    fileSize = size
    stream.initialize(to: z_stream())
    // 15: the largest window; 16: a gzip header and trailer.
    let code = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw EngineError(.memory, "\(path): zlib cannot start (\(code))") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
    output.deallocate()
  }

  func read(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    // Deflate packs 1032 bytes into one at most.
    bytes.reserveCapacity(min(count, 64 << 20, 1032 * fileSize))
    while bytes.count < count && !ended {
      let wanted = min(count - bytes.count, Self.chunk)
      let got = try step(wanted)
      bytes.append(contentsOf: UnsafeBufferPointer(start: output, count: got))
    }
    return bytes
  }

  /// One call of inflate: at most `wanted` bytes into `output`.
  private func step(_ wanted: Int) throws -> Int {
    if stream.pointee.avail_in == 0 { try refill() }
    stream.pointee.next_out = output
    stream.pointee.avail_out = UInt32(wanted)
    let code = inflate(stream, Z_NO_FLUSH)
    switch code {
    case Z_OK: break
    case Z_STREAM_END: try nextMember()
    case Z_MEM_ERROR: throw EngineError(.memory, "\(path): zlib has no memory left")
    default:
      let why = stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)"
      throw EngineError.file("\(path):\(position): damaged gzip data (\(why))")
    }
    return wanted - Int(stream.pointee.avail_out)
  }

  private func refill() throws {
    let got = try fill(input, Self.chunk, from: descriptor, path: path)
    guard got > 0 else {
      throw EngineError.file("\(path):\(taken): the gzip stream is cut short here")
    }
    taken += got
    stream.pointee.next_in = input
    stream.pointee.avail_in = UInt32(got)
  }

  /// After the end of a member: either another one follows, or nothing.
  private func nextMember() throws {
    if stream.pointee.avail_in == 0 {
      let got = try fill(input, Self.chunk, from: descriptor, path: path)
      taken += got
      stream.pointee.next_in = input
      stream.pointee.avail_in = UInt32(got)
    }
    if stream.pointee.avail_in == 0 {
      ended = true
    } else if stream.pointee.next_in.pointee == 0x1f {
      inflateReset(stream)
    } else {
      throw EngineError.file("\(path):\(position): bytes that are not gzip follow after the gzip stream")
    }
  }

  /// Place in the compressed file.
  private var position: Int { taken - Int(stream.pointee.avail_in) }
}

/// Refuses what the machine's memory cannot hold, before anything is allocated.
func checkMemory(_ bytes: Int, _ path: String, _ what: @autoclosure () -> String) throws {
  let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
  guard bytes <= memory else {
    throw EngineError(
      .memory,
      "\(path): \(what()) need \(bytes >> 20) MiB, more than this machine has (\(memory >> 20) MiB)")
  }
}
