// Writing zip archives, with the 64-bit fields where sizes need them.
// What the entries hold is left to NPZ.

import Tensors

/// An archive that appears under its name when it is finished.
final class ZipWriter {
  private struct Entry {
    let name: [UInt8]
    let crc: UInt32
    let compressed, size, place: Int
  }

  private let file: AtomicFile
  private let isCompressed: Bool
  private var entries: [Entry] = []

  init(_ path: String, compressed: Bool) throws {
    file = try AtomicFile(path)
    isCompressed = compressed
  }

  /// One entry: some bytes, and those that `withRest` hands to its body.
  func add(
    _ name: String, _ first: [UInt8], _ withRest: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    try withRest { rest in
      let name = Array(name.utf8)
      let size = first.count + rest.count
      let crc = crc32(first, rest)
      var packed: [UInt8]?
      if isCompressed {
        packed = Deflate.deflate(first, rest)
        guard packed != nil else { throw EngineError(.memory, "\(file.path): zlib has no memory left") }
      }
      let entry = Entry(name: name, crc: crc, compressed: packed?.count ?? size, size: size, place: file.count)
      try file.write(local(entry))
      if let packed {
        try file.write(packed)
      } else {
        try file.write(first)
        try file.write(rest)
      }
      entries.append(entry)
    }
  }

  /// Writes the directory and gives the file its name.
  func finish() throws {
    let start = file.count
    for entry in entries { try file.write(record(entry)) }
    let bytes = file.count - start
    if start >= Self.most || entries.count >= 0xFFFF {
      let place = file.count
      try file.write(
        little(0x0606_4B50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 4) + little(0, 4)
          + little(entries.count, 8) + little(entries.count, 8) + little(bytes, 8) + little(start, 8))
      try file.write(little(0x0706_4B50, 4) + little(0, 4) + little(place, 8) + little(1, 4))
    }
    let count = min(entries.count, 0xFFFF)
    try file.write(
      little(0x0605_4B50, 4) + little(0, 4) + little(count, 2) + little(count, 2)
        + little(min(bytes, Self.most), 4) + little(min(start, Self.most), 4) + little(0, 2))
    try file.commit()
  }

  private static let most = 0xFFFF_FFFF

  /// Version needed, flags, method, time 0:00, 1 January 1980, checksum, sizes.
  private func common(_ entry: Entry) -> [UInt8] {
    let isWide = entry.size >= Self.most || entry.compressed >= Self.most || entry.place >= Self.most
    return little(isWide ? 45 : 20, 2) + little(0, 2) + little(isCompressed ? 8 : 0, 2) + little(0, 2)
      + little(0x21, 2) + little(Int(entry.crc), 4) + little(min(entry.compressed, Self.most), 4)
      + little(min(entry.size, Self.most), 4) + little(entry.name.count, 2)
  }

  private func local(_ entry: Entry) -> [UInt8] {
    // A local header that is wide has both sizes.
    let isWide = entry.size >= Self.most || entry.compressed >= Self.most
    let extra = isWide ? little(1, 2) + little(16, 2) + little(entry.size, 8) + little(entry.compressed, 8) : []
    var common = common(entry)
    if isWide { common.replaceSubrange(14..<22, with: little(Self.most, 4) + little(Self.most, 4)) }
    return little(0x0403_4B50, 4) + common + little(extra.count, 2) + entry.name + extra
  }

  private func record(_ entry: Entry) -> [UInt8] {
    var extra: [UInt8] = []
    for value in [entry.size, entry.compressed, entry.place] where value >= Self.most { extra += little(value, 8) }
    if !extra.isEmpty { extra = little(1, 2) + little(extra.count, 2) + extra }
    return little(0x0201_4B50, 4) + little(45, 2) + common(entry) + little(extra.count, 2) + little(0, 2)
      + little(0, 2) + little(0, 2) + little(0, 4) + little(min(entry.place, Self.most), 4) + entry.name + extra
  }
}

private func little(_ value: Int, _ width: Int) -> [UInt8] {
  (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
