// One call from Lua: reading its arguments with messages that say what was expected, giving results.

import CHQNN

struct Call {
  let lua: LuaState
  let function: Function
  /// Number of arguments.
  let count: Int32

  // MARK: Arguments by position, from 1

  func handle(_ index: Int32, _ kind: Kind) throws -> OpaquePointer {
    guard index <= count, lua.kind(index) == kind else { throw unexpected(index, kind.withArticle) }
    guard let handle = lua.box(index).pointee else {
      throw Failure(kind == .builder ? "the circuit is finished" : "the \(kind.name) was released")
    }
    return handle
  }

  func tensor(_ index: Int32) throws -> OpaquePointer { try handle(index, .tensor) }
  func circuit(_ index: Int32) throws -> OpaquePointer { try handle(index, .circuit) }
  func layer(_ index: Int32) throws -> OpaquePointer { try handle(index, .layer) }
  func dataset(_ index: Int32) throws -> OpaquePointer { try handle(index, .dataset) }

  /// Nothing where the script gave nil or nothing.
  func optional<T>(_ index: Int32, _ read: (Int32) throws -> T) rethrows -> T? {
    isNil(index) ? nil : try read(index)
  }

  func isNil(_ index: Int32) -> Bool {
    let type = lua.type(index)
    return index > count || type == .nil || type == .none
  }

  func integer(_ index: Int32) throws -> Int64 {
    guard index <= count, let value = lua.integer(index) else { throw unexpected(index, "a whole number") }
    return value
  }

  func number(_ index: Int32) throws -> Double {
    guard index <= count, let value = lua.number(index) else { throw unexpected(index, "a number") }
    return value
  }

  func boolean(_ index: Int32) throws -> Bool {
    guard index <= count, lua.type(index) == .boolean else { throw unexpected(index, "true or false") }
    return lua.boolean(index)
  }

  func string(_ index: Int32) throws -> String {
    guard index <= count, let value = lua.string(index) else { throw unexpected(index, "a text") }
    return value
  }

  /// A seed is any whole number; negative ones count as their 64 bits.
  func seed(_ index: Int32) throws -> UInt64 { UInt64(bitPattern: try integer(index)) }

  /// The array of whole numbers at an index.
  func integers(_ index: Int32) throws -> [Int64] {
    try table(index, "an array of whole numbers")
    return try integers(at: index, "element") { throw unexpected(index, "an array of whole numbers") }
  }

  /// The array of numbers at an index.
  func numbers(_ index: Int32, _ what: String = "element") throws -> [Double] {
    try table(index, "an array of numbers")
    return try (0..<lua.length(index)).map { position in
      lua.pushElement(index, position + 1)
      defer { lua.drop() }
      guard let value = lua.number(-1) else {
        throw Failure("\(what) \(position + 1) is \(describe(-1)); expected a number")
      }
      return value
    }
  }

  func table(_ index: Int32, _ expected: String = "a table") throws {
    guard index <= count, lua.type(index) == .table else { throw unexpected(index, expected) }
  }

  private func integers(at index: Int32, _ what: String, orElse fail: () throws -> Void) throws -> [Int64] {
    if lua.type(index) != .table { try fail() }
    let table = lua.absolute(index)
    let length = lua.length(table)
    var result: [Int64] = []
    result.reserveCapacity(Int(length))
    for position in 1...max(1, length) where position <= length {
      lua.pushElement(table, position)
      guard let value = lua.integer(-1) else {
        throw Failure("\(what) \(position) is \(describe(-1)); expected a whole number")
      }
      lua.drop()
      result.append(value)
    }
    return result
  }

  // MARK: Fields of an option table, which keep their default when the script gave none

  func field(_ table: Int32, _ name: String, _ value: inout Int64) throws {
    try readField(table, name, "a whole number") { value = try $0(lua.integer(-1)) }
  }

  func field(_ table: Int32, _ name: String, _ value: inout Double) throws {
    try readField(table, name, "a number") { value = try $0(lua.number(-1)) }
  }

  /// A C flag.
  func field(_ table: Int32, _ name: String, _ value: inout Int32) throws {
    try readField(table, name, "true or false") {
      value = try $0(lua.type(-1) == .boolean ? lua.boolean(-1) : nil) ? 1 : 0
    }
  }

  func field(_ table: Int32, _ name: String, _ value: inout UInt64) throws {
    try readField(table, name, "a whole number") { value = UInt64(bitPattern: try $0(lua.integer(-1))) }
  }

  func field(_ table: Int32, _ name: String, _ value: inout String?) throws {
    try readField(table, name, "a text") { value = try $0(lua.string(-1)) }
  }

  /// A whole number for both directions, or { height, width }.
  func field(_ table: Int32, _ name: String, _ height: inout Int64, _ width: inout Int64) throws {
    let expected = "a whole number or { height, width }"
    try readField(table, name, expected) { unwrap in
      if lua.type(-1) == .table {
        let pair = try integers(at: -1, "\(name): element") {}
        (height, width) = try unwrap(pair.count == 2 ? (pair[0], pair[1]) : nil)
      } else {
        height = try unwrap(lua.integer(-1))
        width = height
      }
    }
  }

  func integersField(_ table: Int32, _ name: String) throws -> [Int64]? {
    var result: [Int64]?
    try readField(table, name, "an array of whole numbers") { unwrap in
      result = try unwrap(lua.type(-1) == .table ? integers(at: -1, "\(name): element") {} : nil)
    }
    return result
  }

  /// A word that stands for one of the given values.
  func field<T>(_ table: Int32, _ name: String, _ value: inout T, _ words: [(String, T)]) throws {
    var word: String?
    try field(table, name, &word)
    guard let word else { return }
    guard let match = words.first(where: { $0.0 == word }) else {
      let known = words.map { "'\($0.0)'" }.joined(separator: ", ")
      throw Failure("\(name): unknown '\(word)'; it may be \(known)")
    }
    value = match.1
  }

  /// Calls `read` with the field on top of the stack and a function that refuses nil.
  private func readField(
    _ table: Int32, _ name: String, _ expected: String, _ read: (Unwrap) throws -> Void
  ) throws {
    try self.table(table, "a table of options")
    lua.pushField(table, name)
    if lua.type(-1) != .nil {
      try read(Unwrap { Failure("\(name): expected \(expected), got \(describe(-1))") })
    }
    lua.drop()
  }

  struct Unwrap {
    let failure: () -> Failure
    func callAsFunction<T>(_ value: T?) throws -> T {
      guard let value else { throw failure() }
      return value
    }
  }

  // MARK: Results

  /// Pushes an object that the library makes.
  func result(_ kind: Kind, _ make: (UnsafeMutablePointer<OpaquePointer?>) throws -> hqnn_status) throws
    -> Int32
  {
    let place = lua.pushObject(kind)
    try check(make(place))
    NativeMemory.watch(lua)
    return 1
  }

  /// Pushes a number that the library gives.
  func result(_ read: (UnsafeMutablePointer<Int64>) throws -> hqnn_status) throws -> Int32 {
    var value: Int64 = 0
    try check(read(&value))
    lua.push(value)
    return 1
  }

  /// Pushes a text that the library allocates.
  func text(_ read: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> hqnn_status) throws
    -> Int32
  {
    var text: UnsafeMutablePointer<CChar>?
    try check(read(&text))
    let copy = text.map { String(cString: $0) } ?? ""
    hqnn_text_release(text)
    lua.push(copy)
    return 1
  }

  /// Returns the object the method was called on, so that calls can be chained.
  var itself: Int32 {
    lua.copy(1)
    return 1
  }

  /// Pushes an array.
  func push(_ values: [Int64]) {
    lua.pushTable(array: values.count)
    for (position, value) in values.enumerated() {
      lua.push(value)
      lua.setElement(-2, Int64(position + 1))
    }
  }

  // MARK: Messages

  /// "expected a tensor, got a number (3)"; which argument, unless it is clear.
  func unexpected(_ index: Int32, _ expected: String) -> Failure {
    // As in Lua's own messages, a method's object does not count.
    let isMethod = function.shown.contains(":")
    let place = isMethod && index == 1 ? "called on" : "argument \(isMethod ? index - 1 : index)"
    return Failure("\(place): expected \(expected), got \(describe(index))")
  }

  /// What a value is, for a message.
  func describe(_ index: Int32) -> String {
    if index > count { return "nothing" }
    switch lua.type(index) {
    case .none: return "nothing"
    case .nil: return "nil"
    case .boolean: return lua.boolean(index) ? "true" : "false"
    case .number:
      if let value = lua.integer(index), !lua.isFloat(index) { return String(value) }
      return lua.number(index).map { "\($0)" } ?? "a number"
    case .string:
      let text = lua.string(index) ?? ""
      return text.count <= 40 ? "'\(text)'" : "a text of \(text.utf8.count) bytes"
    case .table: return lua.kind(index)?.withArticle ?? "a table"
    case .userdata: return lua.kind(index)?.withArticle ?? "a userdata"
    case .function: return "a function"
    case .thread: return "a coroutine"
    case .lightUserdata: return "a pointer"
    }
  }
}
