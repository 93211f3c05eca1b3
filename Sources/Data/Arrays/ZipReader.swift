// Zip archives as far as NumPy writes them: stored or deflated entries, also beyond 4 GiB (zip64).
// What the entries hold is left to NPZ.

import Tensors

/// An open archive.  The directory at its end is read and checked, entries are read one by one.
///
/// Nothing is allocated for a size that the file could not hold, and entries may not overlap (the
/// trick by which small archives hold more than a thousand times their size).
final class ZipReader {
  struct Entry {
    let name: String
    let isDeflated: Bool
    let crc: UInt32
    let compressed, size: Int
    /// Where its local header is.
    let place: Int
  }

  let entries: [Entry]
  private let file: InputFile
  private static let mostEntries = 65_536

  init(_ path: String) throws {
    file = try InputFile(path: path)
    entries = try Self.directory(of: file)
    try checkOverlaps()
  }

  /// The content of an entry, its checksum verified.
  func content(_ entry: Entry) throws -> [UInt8] {
    let start = try dataStart(entry)
    guard start + entry.compressed <= file.size else {
      throw damaged(entry.place, "entry '\(entry.name)' ends behind the end of the file")
    }
    if entry.isDeflated {
      guard Deflate.canHold(entry.size, compressed: entry.compressed) else {
        throw damaged(
          entry.place, "entry '\(entry.name)' promises \(entry.size) bytes from \(entry.compressed), more than deflate can")
      }
    } else if entry.size != entry.compressed {
      throw damaged(entry.place, "entry '\(entry.name)' is stored but has two sizes, \(entry.compressed) and \(entry.size)")
    }
    try checkMemory(entry.size + entry.compressed, file.path, "the bytes of '\(entry.name)'")
    var bytes = try file.bytes(at: start, entry.compressed)
    if entry.isDeflated {
      guard let inflated = Deflate.inflate(bytes, length: entry.size) else {
        throw damaged(start, "entry '\(entry.name)' is damaged deflate data, or not of its promised \(entry.size) bytes")
      }
      bytes = inflated
    }
    guard bytes.withUnsafeBytes(crc32) == entry.crc else {
      throw damaged(start, "entry '\(entry.name)' does not have its checksum")
    }
    return bytes
  }

  /// Behind the local header, whose two lengths may differ from the directory's.
  private func dataStart(_ entry: Entry) throws -> Int {
    guard entry.place <= file.size - 30 else {
      throw damaged(entry.place, "entry '\(entry.name)' begins behind the end of the file")
    }
    let header = Bytes(try file.bytes(at: entry.place, 30))
    guard header.number(0, 4) == 0x0403_4B50 else {
      throw damaged(entry.place, "entry '\(entry.name)' does not begin here as the directory says")
    }
    return entry.place + 30 + header.number(26, 2) + header.number(28, 2)
  }

  private func checkOverlaps() throws {
    var end = 0
    for entry in entries.sorted(by: { $0.place < $1.place }) {
      guard entry.place >= end else { throw damaged(entry.place, "entry '\(entry.name)' overlaps the one before it") }
      let (sum, overflow) = entry.place.addingReportingOverflow(30 + entry.compressed)
      guard !overflow, sum <= file.size else {
        throw damaged(entry.place, "entry '\(entry.name)' ends behind the end of the file")
      }
      end = sum
    }
  }

  // MARK: the directory

  private static func directory(of file: InputFile) throws -> [Entry] {
    let end = try Directory(file)
    guard end.start >= 0, end.bytes >= 0, end.start <= file.size, end.bytes <= file.size - end.start else {
      throw EngineError.file("\(file.path):\(end.place): the directory lies outside of the file")
    }
    // 46: the size of the shortest record.
    guard end.count <= mostEntries, 46 * end.count <= end.bytes else {
      throw EngineError.file("\(file.path):\(end.place): a directory of \(end.bytes) bytes cannot have \(end.count) entries")
    }
    let bytes = Bytes(try file.bytes(at: end.start, end.bytes))
    var entries: [Entry] = []
    var place = 0
    for _ in 0..<end.count {
      let (entry, next) = try entry(bytes, place, file.path, end.start)
      if entries.contains(where: { $0.name == entry.name }) {
        throw EngineError.file("\(file.path):\(end.start + place): there are two entries '\(entry.name)'")
      }
      entries.append(entry)
      place = next
    }
    return entries
  }

  /// One record of the directory, and where the next begins.
  private static func entry(
    _ bytes: Bytes, _ place: Int, _ path: String, _ start: Int
  ) throws -> (Entry, Int) {
    func damaged(_ what: String) -> EngineError { EngineError.file("\(path):\(start + place): \(what)") }
    guard bytes.count - place >= 46, bytes.number(place, 4) == 0x0201_4B50 else {
      throw damaged("the directory is damaged here")
    }
    let (flags, method) = (bytes.number(place + 8, 2), bytes.number(place + 10, 2))
    let (nameLength, extraLength) = (bytes.number(place + 28, 2), bytes.number(place + 30, 2))
    let next = place + 46 + nameLength + extraLength + bytes.number(place + 32, 2)
    guard next <= bytes.count else { throw damaged("the directory is damaged here") }
    let name = String(decoding: bytes.all[place + 46..<place + 46 + nameLength], as: UTF8.self)
    guard flags & 1 == 0 else { throw damaged("entry '\(name)' is encrypted; only plain archives are read") }
    guard method == 0 || method == 8 else {
      throw damaged("entry '\(name)' is compressed by method \(method); read are stored (0) and deflated (8) ones")
    }
    var (size, compressed) = (bytes.number(place + 24, 4), bytes.number(place + 20, 4))
    var local = bytes.number(place + 42, 4)
    // Numbers that do not fit are all ones and follow, in this order, in the extra field 1.
    var extra = place + 46 + nameLength
    let extraEnd = extra + extraLength
    while extra + 4 <= extraEnd {
      let (kind, length) = (bytes.number(extra, 2), bytes.number(extra + 2, 2))
      guard extra + 4 + length <= extraEnd else { throw damaged("entry '\(name)' has a damaged extra field") }
      if kind == 1 {
        var at = extra + 4
        func wide(_ value: inout Int) throws {
          guard value == 0xFFFF_FFFF else { return }
          guard at + 8 <= extra + 4 + length else { throw damaged("entry '\(name)' has a damaged zip64 field") }
          value = bytes.number(at, 8)
          at += 8
        }
        try wide(&size)
        try wide(&compressed)
        try wide(&local)
      }
      extra += 4 + length
    }
    // Far beyond any file, and far from overflow in sums.
    guard (0...1 << 48).contains(size), (0...1 << 48).contains(compressed), (0...1 << 48).contains(local) else {
      throw damaged("entry '\(name)' has impossible sizes")
    }
    let crc = UInt32(bytes.number(place + 16, 4))
    return (
      Entry(name: name, isDeflated: method == 8, crc: crc, compressed: compressed, size: size, place: local), next
    )
  }

  private func damaged(_ place: Int, _ what: String) -> EngineError {
    EngineError.file("\(file.path):\(place): \(what)")
  }
}

/// Where the directory is, from the record at the end of the file.
private struct Directory {
  let start, bytes, count: Int
  /// Of the record itself.
  let place: Int

  init(_ file: InputFile) throws {
    // The record of 22 bytes may be followed by a comment of 65,535.
    let length = min(file.size, 22 + 65_535)
    let tail = Bytes(try file.bytes(at: file.size - length, length))
    let first = file.size - length
    guard length >= 22,
      let found = stride(from: length - 22, through: 0, by: -1).first(where: {
        tail.number($0, 4) == 0x0605_4B50 && $0 + 22 + tail.number($0 + 20, 2) == length
      })
    else { throw EngineError.file("\(file.path):\(file.size): is no zip archive, or it is cut short: it has no directory") }
    place = first + found
    guard tail.number(found + 4, 2) == 0 || tail.number(found + 4, 2) == 0xFFFF else {
      throw EngineError.file("\(file.path):\(place): archives of several files are not read")
    }
    let narrow = (tail.number(found + 16, 4), tail.number(found + 12, 4), tail.number(found + 10, 2))
    guard narrow.0 == 0xFFFF_FFFF || narrow.1 == 0xFFFF_FFFF || narrow.2 == 0xFFFF else {
      (start, bytes, count) = narrow
      return
    }
    // The zip64 record: its locator lies just before.
    guard found >= 20, tail.number(found - 20, 4) == 0x0706_4B50 else {
      (start, bytes, count) = narrow
      return
    }
    let wide = tail.number(found - 12, 8)
    guard wide >= 0, wide <= file.size - 56 else {
      throw EngineError.file("\(file.path):\(place - 20): the zip64 directory lies outside of the file")
    }
    let record = Bytes(try file.bytes(at: wide, 56))
    guard record.number(0, 4) == 0x0606_4B50 else {
      throw EngineError.file("\(file.path):\(wide): the zip64 directory does not begin here")
    }
    (start, bytes, count) = (record.number(48, 8), record.number(40, 8), record.number(32, 8))
    guard start >= 0, bytes >= 0, count >= 0 else {
      throw EngineError.file("\(file.path):\(wide): the zip64 directory has impossible sizes")
    }
  }
}

/// Little-endian numbers among bytes.
private struct Bytes {
  let all: [UInt8]
  var count: Int { all.count }

  init(_ all: [UInt8]) { self.all = all }

  /// Of 2, 4 or 8 bytes; 8 may come out negative.
  func number(_ place: Int, _ width: Int) -> Int {
    (0..<width).reduce(0) { $0 | Int(all[place + $1]) << (8 * $1) }
  }
}
