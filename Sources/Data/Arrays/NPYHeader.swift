// The header of NumPy's array files: magic, version, length, and a Python dictionary as text.
// The numbers behind it are read in NPY.swift.

import Tensors

/// What a header says.  Everything is checked but whether the numbers are there.
struct NPYHeader {
  let shape: [Int]
  let kind: NPYArray.Kind
  let width: Int
  let isBigEndian: Bool
  let isColumnMajor: Bool
  /// Bytes before the first element.
  let length: Int

  /// Bytes of all elements; nil when no file could have so many.
  var dataBytes: Int? {
    // Empty dimensions count as one at first, so that no product of the others overflows later.
    var product = width
    for size in shape where size > 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow, next <= 1 << 40 else { return nil }
      product = next
    }
    return shape.contains(0) ? 0 : product
  }

  private static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]  // \x93NUMPY
  /// NumPy itself reads no longer ones unless told to.
  private static let longest = 10_000

  init(_ file: [UInt8], name: String) throws {
    guard file.starts(with: Self.magic) else {
      throw EngineError.file("\(name):0: does not begin like a NumPy array (\\x93NUMPY)")
    }
    guard file.count >= 10 else { throw EngineError.file("\(name):\(file.count): the file ends inside its header") }
    guard (1...3).contains(file[6]) else {
      throw EngineError.file("\(name):6: version \(file[6]).\(file[7]) of the format; known are 1, 2 and 3")
    }
    let start = file[6] == 1 ? 10 : 12
    guard file.count >= start else { throw EngineError.file("\(name):\(file.count): the file ends inside its header") }
    let size = (8..<start).reversed().reduce(0) { $0 << 8 | Int(file[$1]) }
    guard size <= Self.longest else {
      throw EngineError.file("\(name):8: a header of \(size) bytes; more than \(Self.longest) are refused")
    }
    guard file.count >= start + size else {
      throw EngineError.file("\(name):\(file.count): the file ends inside its header of \(start + size) bytes")
    }
    length = start + size
    var literal = Literal(bytes: Array(file[start..<start + size]), offset: start, name: name)
    let fields = try literal.dictionary()
    for (key, _) in fields where !["descr", "fortran_order", "shape"].contains(key) {
      throw EngineError.file("\(name):\(start): the header has the unknown key '\(key)'")
    }
    guard case .text(let type)? = fields["descr"] else {
      throw EngineError.file("\(name):\(start): the header has no simple 'descr'; arrays of records are not read")
    }
    guard case .truth(let isColumnMajor)? = fields["fortran_order"], case .tuple(let shape)? = fields["shape"] else {
      throw EngineError.file("\(name):\(start): the header lacks 'fortran_order' or 'shape'")
    }
    guard shape.count <= 32 else {
      throw EngineError.file("\(name):\(start): \(shape.count) dimensions; NumPy has 32 at most")
    }
    guard let (order, kind, width) = Self.parse(type: type) else {
      throw EngineError.file(
        "\(name):\(start): elements of type '\(type)'; read are booleans, integers of 1 to 8 bytes and "
          + "floats of 2, 4 or 8")
    }
    (self.isColumnMajor, self.shape, self.kind, self.width) = (isColumnMajor, shape, kind, width)
    isBigEndian = order == ">" && width > 1
  }

  /// "<f4" as byte order, kind and width.
  private static func parse(type: String) -> (Character, NPYArray.Kind, Int)? {
    let letters = Array(type)
    guard letters.count == 3, "<>|=".contains(letters[0]), let kind = NPYArray.Kind(rawValue: letters[1]),
      let width = letters[2].wholeNumberValue
    else { return nil }
    switch kind {
    case .bool: if width != 1 { return nil }
    case .float: if ![2, 4, 8].contains(width) { return nil }
    case .signed, .unsigned: if ![1, 2, 4, 8].contains(width) { return nil }
    }
    // Without an order a number of several bytes cannot be read.
    if letters[0] == "|" && width > 1 { return nil }
    return (letters[0], kind, width)
  }

  /// The header of an array in this machine's order, as NumPy writes it: version 1, the numbers begin
  /// at a multiple of 64 bytes.
  static func written(type: String, shape: [Int]) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let rest = (10 + text.utf8.count + 1) % 64
    text += String(repeating: " ", count: rest == 0 ? 0 : 64 - rest) + "\n"
    let size = text.utf8.count
    return magic + [1, 0, UInt8(size & 0xFF), UInt8(size >> 8)] + Array(text.utf8)
  }
}

/// The few kinds of Python values that headers have.
private struct Literal {
  enum Value {
    case text(String), truth(Bool), tuple([Int])
  }

  let bytes: [UInt8]
  /// Where the text begins in the file.
  let offset: Int
  let name: String
  private var place = 0

  init(bytes: [UInt8], offset: Int, name: String) {
    (self.bytes, self.offset, self.name) = (bytes, offset, name)
  }

  mutating func dictionary() throws -> [String: Value] {
    var fields: [String: Value] = [:]
    try expect("{")
    while !take("}") {
      let key = try text()
      try expect(":")
      guard fields[key] == nil else { throw wrong("the key '\(key)' for the second time") }
      fields[key] = try value()
      if take("}") { break }
      try expect(",")
    }
    skipSpace()
    guard place == bytes.count else { throw wrong("something behind the dictionary") }
    return fields
  }

  private mutating func value() throws -> Value {
    skipSpace()
    switch place < bytes.count ? bytes[place] : 0 {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "("): return .tuple(try tuple())
    default:
      for (word, truth) in [("True", true), ("False", false)] where bytes[place...].starts(with: word.utf8) {
        place += word.utf8.count
        return .truth(truth)
      }
      throw wrong("a value that is no text, tuple, True or False")
    }
  }

  private mutating func text() throws -> String {
    skipSpace()
    guard place < bytes.count, bytes[place] == UInt8(ascii: "'") || bytes[place] == UInt8(ascii: "\"") else {
      throw wrong("something else than a text in quotes")
    }
    let quote = bytes[place]
    let start = place + 1
    guard let end = bytes[start...].firstIndex(of: quote) else { throw wrong("a text without an end") }
    place = end + 1
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func tuple() throws -> [Int] {
    var sizes: [Int] = []
    try expect("(")
    while !take(")") {
      sizes.append(try number())
      if take(")") { break }
      try expect(",")
    }
    return sizes
  }

  private mutating func number() throws -> Int {
    skipSpace()
    let digits = bytes[place...].prefix { (0x30...0x39).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw wrong("a dimension that is no number from 0 to 2^63 - 1")
    }
    place += digits.count
    // Python 2 wrote long integers as 3L.
    if place < bytes.count, bytes[place] == UInt8(ascii: "L") { place += 1 }
    return value
  }

  private mutating func skipSpace() {
    while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x0A { place += 1 }
  }

  private mutating func take(_ letter: Unicode.Scalar) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == UInt8(ascii: letter) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ letter: Unicode.Scalar) throws {
    if !take(letter) { throw wrong("something else than '\(letter)'") }
  }

  private func wrong(_ what: String) -> EngineError {
    EngineError.file("\(name):\(offset + place): the header has \(what) here")
  }
}
