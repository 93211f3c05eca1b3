// What circuits are built from, read from Lua values: wires, symbolic angles, weighted sums of words; and C arrays
// for option structs.

import CHQNN

extension Call {
  /// The arguments from one position to another as wires.
  func wires(from first: Int32, to last: Int32) throws -> [Int64] {
    try (first..<max(first, last + 1)).map { try integer($0) }
  }

  /// Throws unless there are as many wires as letters.
  func match(_ word: String, _ wires: [Int64]) throws {
    guard wires.count == word.utf8.count else {
      throw Failure("'\(word)' has \(word.utf8.count) letters but there are \(wires.count) wires")
    }
  }

  // MARK: Angles

  /// A number, or a symbolic angle: the terms of its sum (lua/hqnn/angle.lua says how it is kept).
  private func angle(_ index: Int32) throws -> [hqnn_angle] {
    if index <= count, let value = lua.number(index) {
      return [hqnn_angle(slot: HQNN_CONSTANT, index: 0, scale: 0, offset: value, other: 0, next: nil)]
    }
    guard index <= count, lua.type(index) == .table, lua.kind(index) == .angle else {
      throw unexpected(index, "an angle (a number, or a sum of numbers times x[q], w(), x[p] * x[q], w() * x[q])")
    }
    lua.pushField(index, "offset")
    var offset = lua.number(-1) ?? 0
    lua.drop()
    var terms: [hqnn_angle] = []
    for position in 0..<lua.length(index) {
      lua.pushElement(index, position + 1)
      let term = lua.top
      func part(_ number: Int64) -> Double {
        lua.pushElement(term, number)
        defer { lua.drop() }
        return lua.number(-1) ?? 0
      }
      terms.append(
        hqnn_angle(
          slot: hqnn_slot(rawValue: UInt32(part(1))), index: Int64(part(2)), scale: part(4), offset: offset,
          other: Int64(part(3)), next: nil))
      offset = 0
      lua.drop()
    }
    if terms.isEmpty { terms = [hqnn_angle(slot: HQNN_CONSTANT, index: 0, scale: 0, offset: offset, other: 0, next: nil)] }
    return terms
  }

  /// The angles at these indices as a C array for the time of the call.
  func withAngles<R>(_ indices: Range<Int32>, _ body: (UnsafePointer<hqnn_angle>?) throws -> R) throws -> R {
    if indices.isEmpty { return try body(nil) }
    let sums = try indices.map(angle)
    let nodes = UnsafeMutablePointer<hqnn_angle>.allocate(capacity: sums.reduce(0) { $0 + $1.count })
    defer { nodes.deallocate() }
    var next = nodes + sums.count
    for (position, terms) in sums.enumerated() {
      var place = nodes + position
      place.initialize(to: terms[0])
      for term in terms.dropFirst() {
        next.initialize(to: term)
        place.pointee.next = UnsafePointer(next)
        place = next
        next += 1
      }
    }
    return try body(nodes)
  }

  // MARK: Sums of Pauli words

  /// An array of { coefficient, word, wire, ... } for the time of the call.
  func withTerms(
    _ index: Int32, _ body: ([UnsafePointer<CChar>?], [Int64], [Double]) throws -> Void
  ) throws {
    try table(index, "an array of terms")
    var (words, wires, coefficients): ([String], [Int64], [Double]) = ([], [], [])
    for position in 1..<max(1, lua.length(index) + 1) {
      lua.pushElement(index, position)
      let term = lua.top
      func element<T>(_ number: Int64, _ expected: String, _ read: (Int32) -> T?) throws -> T {
        lua.pushElement(term, number)
        defer { lua.drop() }
        guard let value = read(-1) else {
          throw Failure("term \(position): expected \(expected), got \(describe(-1))")
        }
        return value
      }
      coefficients.append(try element(1, "a coefficient") { lua.number($0) })
      let length = lua.length(term)
      words.append(length == 1 ? "" : try element(2, "a Pauli word") { lua.string($0) })
      for number in 3..<max(3, length + 1) { wires.append(try element(number, "a wire") { lua.integer($0) }) }
      guard length < 2 || Int(length) - 2 == words.last!.utf8.count else {
        throw Failure("term \(position): '\(words.last!)' has \(words.last!.utf8.count) letters but there are \(length - 2) wires")
      }
      lua.drop()
    }
    try withCStrings(words) { try body($0, wires, coefficients) }
  }
}

/// Copies of arrays and texts for the pointers of option structs; they live as long as it does.
final class Scratch {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  func copy<T: BitwiseCopyable>(_ values: [T]) -> UnsafePointer<T> {
    let place = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    blocks.append(UnsafeMutableRawPointer(place))
    for (k, value) in values.enumerated() { (place + k).initialize(to: value) }
    return UnsafePointer(place)
  }

  func copy(_ text: String) -> UnsafePointer<CChar> {
    copy(text.utf8.map { CChar(bitPattern: $0) } + [0])
  }

  /// An array field of an option table into a pointer and a count.
  func integers(
    _ call: Call, _ table: Int32, _ name: String, _ pointer: inout UnsafePointer<Int64>?, _ count: inout Int64
  ) throws {
    guard let values = try call.integersField(table, name) else { return }
    (pointer, count) = (copy(values), Int64(values.count))
  }

  /// A text field of an option table.
  func text(_ call: Call, _ table: Int32, _ name: String, _ pointer: inout UnsafePointer<CChar>?) throws {
    var value: String?
    try call.field(table, name, &value)
    if let value { pointer = copy(value) }
  }
}
