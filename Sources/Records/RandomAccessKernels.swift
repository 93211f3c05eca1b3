// A file that is read at any place, never further than it reaches.  What the bytes mean is left to the formats.

import Glibc
import Tensors

/// An open regular file.
final class RandomAccessFile {
  let path: String
  /// Bytes when it was opened.
  let size: Int
  private let descriptor: Int32

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
  }

  deinit { close(descriptor) }

  /// "m.safetensors:8: what".
  func error(_ offset: Int, _ what: String) -> EngineError { .file("\(path):\(offset): \(what)") }

  /// Exactly these bytes; the range has been checked against `size`.
  func bytes(_ range: Range<Int>) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      try read(range, into: UnsafeMutableRawPointer(buffer.baseAddress))
      filled = range.count
    }
  }

  /// The elements of a tensor of as many bytes, as they lie.
  func read(_ range: Range<Int>, into tensor: Tensor) throws {
    precondition(range.count == tensor.bytes)
    try read(range, into: tensor.raw)
  }

  private func read(_ range: Range<Int>, into memory: UnsafeMutableRawPointer?) throws {
    var done = 0
    while done < range.count {
      let got = pread(descriptor, memory! + done, min(range.count - done, 1 << 30), range.lowerBound + done)
      if got == 0 { throw error(range.lowerBound + done, "the file became shorter while it was read") }
      if got < 0 {
        if errno == EINTR { continue }
        throw EngineError.file("\(path): cannot be read: \(String(cString: strerror(errno)))")
      }
      done += got
    }
  }
}

// MARK: element types that tensors do not have

/// Elements of a file as Double, which holds all values of these types but the largest integers.
enum ForeignElements {
  /// One value in 16 bits as IEEE 754 half precision, exactly.
  static func half(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let (exponent, fraction) = (UInt32(bits >> 10 & 31), UInt32(bits & 0x3FF))
    switch exponent {
    case 0:  // zero and subnormal numbers: fraction · 2⁻²⁴
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The upper half of a Float.
  static func bfloat(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// `count` little-endian elements.
  static func convert<T: FixedWidthInteger, S: Element>(
    _ bytes: [UInt8], _: T.Type, into tensor: Tensor, _ value: (T) -> S
  ) {
    let out = tensor.pointer(S.self)
    bytes.withUnsafeBytes { raw in
      for i in 0..<tensor.count {
        let element = raw.loadUnaligned(fromByteOffset: i * MemoryLayout<T>.size, as: T.self)
        out[i] = value(T(littleEndian: element))
      }
    }
  }
}
