// A Lua function that the library calls while it works.  Its errors and its wish to stop travel back
// through the library as a cancelled call.

import CHQNN
import LuaTrampoline

final class Callback {
  private let lua: LuaState
  private let function: Int32
  private enum Outcome { case running, stopped, failed, interrupted }
  private var outcome = Outcome.running

  private init(_ lua: LuaState, _ function: Int32) {
    self.lua = lua
    self.function = function
  }

  /// Runs a library call with the Lua function at an index as its callback; true when that stopped it.
  static func run(_ call: Call, function: Int32, _ body: (UnsafeMutableRawPointer) -> hqnn_status) throws
    -> Bool
  {
    guard call.lua.type(function) == .function else { throw call.unexpected(function, "a function") }
    let callback = Callback(call.lua, function)
    let status = withExtendedLifetime(callback) {
      body(Unmanaged.passUnretained(callback).toOpaque())
    }
    switch callback.outcome {
    case .failed: throw ScriptError()
    case .interrupted: throw Failure("interrupted")
    case .stopped where status == HQNN_ERROR_CANCELLED: return true
    default:
      try check(status)
      return false
    }
  }

  /// Calls the Lua function with what `push` pushes; non-zero ends the library call.
  static func call(_ context: UnsafeMutableRawPointer?, _ push: (LuaState) -> Int32) -> Int32 {
    let callback = Unmanaged<Callback>.fromOpaque(context!).takeUnretainedValue()
    let lua = callback.lua
    guard callback.outcome == .running, lua.reserve(20) else { return 1 }
    lua.copy(callback.function)
    guard lua.call(arguments: push(lua), results: 1) else {
      callback.outcome = .failed  // the error value stays on top
      return 1
    }
    let stop = lua.boolean(-1)
    lua.drop()
    if stop { callback.outcome = .stopped }
    if hqnn_lua_interrupted() != 0 { callback.outcome = .interrupted }
    return callback.outcome == .running ? 0 : 1
  }
}
