// The Lua C API as far as Swift may use it; the only file that imports CLua.
// Raising errors is left to the C trampoline: a longjmp would skip Swift's clean-up.

import CLua

/// A Lua thread.  Everything here is marked `-` (never raises) or `m` (raises when out of memory, and
/// then alone) in the reference manual; a test compares this file with the manual's marks.
struct LuaState {
  let thread: OpaquePointer

  init(_ thread: OpaquePointer) { self.thread = thread }

  enum ValueType: Equatable {
    case none, `nil`, boolean, lightUserdata, number, string, table, function, userdata, thread
  }

  // MARK: Stack

  var top: Int32 { lua_gettop(thread) }

  /// Whether there is, now, room for that many more values.
  func reserve(_ slots: Int32) -> Bool { lua_checkstack(thread, slots) != 0 }

  func absolute(_ index: Int32) -> Int32 { lua_absindex(thread, index) }

  func drop(_ count: Int32 = 1) {
    for _ in 0..<count { hqnn_clua_remove(thread, -1) }
  }

  /// Drops the value below the top.
  func swapAndDrop() { hqnn_clua_remove(thread, -2) }

  func copy(_ index: Int32) { lua_pushvalue(thread, index) }

  // MARK: Reading

  func type(_ index: Int32) -> ValueType {
    switch lua_type(thread, index) {
    case LUA_TNIL: return .nil
    case LUA_TBOOLEAN: return .boolean
    case LUA_TLIGHTUSERDATA: return .lightUserdata
    case LUA_TNUMBER: return .number
    case LUA_TSTRING: return .string
    case LUA_TTABLE: return .table
    case LUA_TFUNCTION: return .function
    case LUA_TUSERDATA: return .userdata
    case LUA_TTHREAD: return .thread
    default: return .none
    }
  }

  func boolean(_ index: Int32) -> Bool { lua_toboolean(thread, index) != 0 }

  /// The number there; nil for anything else, texts of digits too.
  @inline(__always)
  func number(_ index: Int32) -> Double? {
    guard lua_type(thread, index) == LUA_TNUMBER else { return nil }
    return lua_tonumberx(thread, index, nil)
  }

  /// The number there when it is whole.
  @inline(__always)
  func integer(_ index: Int32) -> Int64? {
    guard lua_type(thread, index) == LUA_TNUMBER else { return nil }
    var whole: Int32 = 0
    let value = lua_tointegerx(thread, index, &whole)
    return whole != 0 ? value : nil
  }

  func isFloat(_ index: Int32) -> Bool {
    lua_type(thread, index) == LUA_TNUMBER && lua_isinteger(thread, index) == 0
  }

  func string(_ index: Int32) -> String? {
    guard lua_type(thread, index) == LUA_TSTRING else { return nil }
    var length = 0
    guard let bytes = lua_tolstring(thread, index, &length) else { return nil }
    return String(
      decoding: UnsafeRawBufferPointer(start: UnsafeRawPointer(bytes), count: length), as: UTF8.self)
  }

  /// Length of a table's array part, without metamethods.
  func length(_ index: Int32) -> Int64 { Int64(lua_rawlen(thread, index)) }

  // MARK: Pushing values

  func pushNil() { lua_pushnil(thread) }
  func push(_ value: Bool) { lua_pushboolean(thread, value ? 1 : 0) }
  func push(_ value: Int64) { lua_pushinteger(thread, value) }
  func push(_ value: Double) { lua_pushnumber(thread, value) }

  func push(_ text: String) {
    var text = text
    _ = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { lua_pushlstring(thread, $0.baseAddress, $0.count) }
    }
  }

  /// A C text that outlives the call.
  func push(text: UnsafePointer<CChar>) { lua_pushstring(thread, text) }

  /// Native function number `index` of the binding.
  func pushFunction(_ index: Int, _ trampoline: @convention(c) (OpaquePointer?) -> Int32) {
    lua_pushinteger(thread, Int64(index))
    lua_pushcclosure(thread, trampoline, 1)
  }

  // MARK: Tables, without metamethods

  func pushTable(array: Int = 0, fields: Int = 0) {
    lua_createtable(thread, Int32(clamping: array), Int32(clamping: fields))
  }

  /// Pushes `table[name]`.
  func pushField(_ table: Int32, _ name: String) {
    let table = absolute(table)
    push(name)
    lua_rawget(thread, table)
  }

  /// Pushes `table[position]`.
  @inline(__always)
  func pushElement(_ table: Int32, _ position: Int64) { lua_rawgeti(thread, table, position) }

  /// `table[name] = ` the value on top, which is popped.
  func setField(_ table: Int32, _ name: String) {
    let table = absolute(table)
    push(name)
    lua_rotate(thread, -2, 1)
    lua_rawset(thread, table)
  }

  /// `table[position] = ` the value on top, which is popped.
  @inline(__always)
  func setElement(_ table: Int32, _ position: Int64) { lua_rawseti(thread, table, position) }

  // MARK: Userdata and metatables

  /// Pushes a new userdata of `bytes` zeros without user values.
  func pushUserdata(bytes: Int) -> UnsafeMutableRawPointer {
    let block = lua_newuserdatauv(thread, bytes, 0)!
    block.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return block
  }

  func userdata(_ index: Int32) -> UnsafeMutableRawPointer? { lua_touserdata(thread, index) }

  /// Pushes the registry's value under an address.
  func pushRegistered(_ key: UnsafeRawPointer) { lua_rawgetp(thread, LuaState.registry, key) }

  /// Registers the value on top, which is popped, under an address.
  func register(_ key: UnsafeRawPointer) { lua_rawsetp(thread, LuaState.registry, key) }

  /// Gives the value below the top the metatable on top, which is popped.
  func setMetatable() { lua_setmetatable(thread, -2) }

  /// The whole number that the value's metatable holds under an address; nil without one.
  @inline(__always)
  func metatableNumber(_ index: Int32, _ key: UnsafeRawPointer) -> Int64? {
    guard lua_getmetatable(thread, index) != 0 else { return nil }
    lua_rawgetp(thread, -1, key)
    let number = integer(-1)
    drop(2)
    return number
  }

  /// `table[address] = number` for the table on top.
  func setNumber(_ number: Int64, _ key: UnsafeRawPointer) {
    lua_pushinteger(thread, number)
    lua_rawsetp(thread, -2, key)
  }

  // MARK: Calls and memory

  /// Calls the function below its arguments; false leaves the error value on top instead of results.
  func call(arguments: Int32, results: Int32) -> Bool {
    hqnn_clua_pcall(thread, arguments, results) == LUA_OK
  }

  /// Lets the collector work as if Lua had allocated that much; runs finalizers.
  func collect(step bytes: Int64) {
    hqnn_clua_step(thread, Int32(clamping: bytes / 1024))
  }

  private static let registry: Int32 = hqnn_clua_registry
}
