// Temporary folders, IDX and gzip bytes for the tests of this target.

import Foundation
import Tensors
import Testing

/// A folder that is removed at the end.
final class TemporaryFolder {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "hqnn-data-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let file = path + "/" + name
    FileManager.default.createFile(atPath: file, contents: Foundation.Data(bytes))
    return file
  }
}

/// Big-endian 32-bit numbers.
func bigEndian(_ numbers: Int...) -> [UInt8] {
  numbers.flatMap { n in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: n >> $0) } }
}

/// Three images of 2x2 pixels: 0, 20, 40, ….
let imageFile = bigEndian(2051, 3, 2, 2) + (0..<12).map { UInt8($0 * 20) }
let labelFile = bigEndian(2049, 3) + [7, 0, 9]

/// A gzip stream with stored blocks, a file name in its header when one is given.
func gzip(_ bytes: [UInt8], name: String? = nil) -> [UInt8] {
  var out: [UInt8] = [0x1f, 0x8b, 8, name == nil ? 0 : 8, 0, 0, 0, 0, 0, 3]
  if let name { out += Array(name.utf8) + [0] }
  var rest = bytes[...]
  repeat {
    let block = rest.prefix(65535)
    rest = rest.dropFirst(block.count)
    out += [rest.isEmpty ? 1 : 0]
    for n in [block.count, ~block.count] { out += [UInt8(n & 0xff), UInt8((n >> 8) & 0xff)] }
    out += block
  } while !rest.isEmpty
  for n in [Int(crc32(bytes)), bytes.count] { out += (0..<4).map { UInt8((n >> (8 * $0)) & 0xff) } }
  return out
}

/// CRC-32 of RFC 1952, bit by bit.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  var crc = ~UInt32(0)
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}

/// The message of the error that `body` throws; a failure when it throws none.
func message(of body: () throws -> Void) -> String {
  do {
    try body()
    Issue.record("expected an error")
    return ""
  } catch let error as EngineError {
    return error.message
  } catch {
    Issue.record("expected an EngineError, got \(error)")
    return ""
  }
}
