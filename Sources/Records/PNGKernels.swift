// PNG files of 8-bit pixels (ISO/IEC 15948): signature, header, one chunk of deflated lines, end.
// Assumes that the picture is not empty and at most 2^14 pixels on a side.

import CZlib
import Tensors

enum PNG {
  static func encoded(_ picture: Picture) throws -> [UInt8] {
    // Each line begins with the number of its filter: none.
    let stride = picture.width * picture.channels
    var lines: [UInt8] = []
    lines.reserveCapacity((stride + 1) * picture.height)
    for row in 0..<picture.height {
      lines.append(0)
      lines += picture.bytes[row * stride..<(row + 1) * stride]
    }
    var size = compressBound(UInt(lines.count))
    var data = [UInt8](repeating: 0, count: Int(size))
    guard compress2(&data, &size, lines, UInt(lines.count), 9) == Z_OK else {
      throw EngineError.memory("no memory to compress a picture of \(picture.width)x\(picture.height) pixels")
    }
    // 8 bits; gray is colour type 0, red green blue 2; no interlacing.
    let header = number(picture.width) + number(picture.height) + [8, picture.channels == 1 ? 0 : 2, 0, 0, 0]
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", header)
      + chunk("IDAT", Array(data.prefix(Int(size)))) + chunk("IEND", [])
  }

  /// Length, type, content and the checksum of the latter two.
  private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + content
    return number(content.count) + body + number(Int(crc32(0, body, UInt32(body.count))))
  }

  /// Four bytes, the highest first.
  private static func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
