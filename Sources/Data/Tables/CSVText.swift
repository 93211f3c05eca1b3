// Tables as text: fields between delimiters, in quotes where they hold one (RFC 4180).
// What the fields mean is left to CSV.

import Tensors

/// The records of a table, one after the other.  Lines end with LF or CR LF; empty lines are left out.
struct CSVText {
  /// Fields of one record and the line it began on, from 1.
  struct Record {
    var fields: [String]
    var line: Int
  }

  private let bytes: [UInt8]
  private let delimiter: UInt8
  private let path: String
  private var place = 0
  private var line = 1

  private static let longestField = 1 << 20
  private static let mostFields = 1 << 16

  init(_ bytes: [UInt8], delimiter: UInt8, path: String) {
    (self.bytes, self.delimiter, self.path) = (bytes, delimiter, path)
    // A byte order mark of UTF-8.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  /// The next record; nil at the end.
  mutating func next() throws -> Record? {
    skipEmptyLines()
    guard place < bytes.count else { return nil }
    var record = Record(fields: [], line: line)
    while true {
      record.fields.append(try field(record.fields.count))
      guard record.fields.count <= Self.mostFields else {
        throw EngineError.file("\(path):\(line): more than \(Self.mostFields) columns")
      }
      guard place < bytes.count else { return record }
      if bytes[place] == delimiter {
        place += 1
      } else {
        endLine()
        return record
      }
    }
  }

  private mutating func skipEmptyLines() {
    while place < bytes.count, isLineEnd(place) { endLine() }
  }

  private func isLineEnd(_ place: Int) -> Bool {
    bytes[place] == UInt8(ascii: "\n")
      || (bytes[place] == UInt8(ascii: "\r") && (place + 1 == bytes.count || bytes[place + 1] == UInt8(ascii: "\n")))
  }

  private mutating func endLine() {
    if bytes[place] == UInt8(ascii: "\r") { place += 1 }
    if place < bytes.count { place += 1 }
    line += 1
  }

  private mutating func field(_ column: Int) throws -> String {
    if place < bytes.count, bytes[place] == UInt8(ascii: "\"") { return try quoted(column) }
    let start = place
    while place < bytes.count, bytes[place] != delimiter, !isLineEnd(place) { place += 1 }
    return try text(start, place, column)
  }

  /// Inside of quotes a doubled quote is one, and delimiters and line ends are letters.
  private mutating func quoted(_ column: Int) throws -> String {
    let began = line
    var content: [UInt8] = []
    place += 1
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "\"") {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
          guard place == bytes.count || bytes[place] == delimiter || isLineEnd(place) else {
            throw EngineError.file("\(path):\(line): column \(column + 1): letters follow after a closing quote")
          }
          return try text(content, column)
        }
        place += 1
      } else if byte == UInt8(ascii: "\n") {
        line += 1
      }
      content.append(byte)
      if content.count > Self.longestField { break }
    }
    guard content.count > Self.longestField else {
      throw EngineError.file("\(path):\(began): column \(column + 1): a quote is opened and never closed")
    }
    return try text(content, column)
  }

  private func text(_ start: Int, _ end: Int, _ column: Int) throws -> String {
    guard end - start <= Self.longestField else { throw tooLong(column) }
    return try text(Array(bytes[start..<end]), column)
  }

  private func text(_ content: [UInt8], _ column: Int) throws -> String {
    guard content.count <= Self.longestField else { throw tooLong(column) }
    guard !content.contains(0) else {
      throw EngineError.file("\(path):\(line): column \(column + 1): a zero byte; this is no text file")
    }
    return trimmed(String(decoding: content, as: UTF8.self))
  }

  private func tooLong(_ column: Int) -> EngineError {
    EngineError.file("\(path):\(line): column \(column + 1): a field of more than \(Self.longestField) bytes")
  }

  private func trimmed(_ text: String) -> String {
    guard text.utf8.first == 0x20 || text.utf8.last == 0x20 || text.utf8.first == 9 || text.utf8.last == 9 else { return text }
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 9 }
    let rest = text.utf8.drop(while: isSpace)
    let kept = rest.reversed().drop(while: isSpace).reversed()
    return String(decoding: Array(kept), as: UTF8.self)
  }
}
