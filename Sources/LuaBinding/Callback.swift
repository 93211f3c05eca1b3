// A Lua function that the library calls while it works.  Its errors and its wish to stop travel back
// through the library as a cancelled call.

import CHQNN
import LuaTrampoline

final class Callback {
  private let lua: LuaState
  private let function: Int32
  private enum Outcome { case running, stopped, failed, refused, interrupted }
  private var outcome = Outcome.running
  /// What a function should have returned, when it was refused.
  private var refusal = ""

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
    case .refused: throw Failure(callback.refusal)
    case .interrupted: throw Failure("stopped")  // hqnn_lua_call says by what
    case .stopped where status == HQNN_ERROR_CANCELLED: return true
    default:
      try check(status)
      return false
    }
  }

  /// Calls the Lua function, or the one at another index, with what `push` pushes; true from it and non-zero from here end
  /// the library call.
  static func call(
    _ context: UnsafeMutableRawPointer?, function: Int32? = nil, _ push: (LuaState) -> Int32
  ) -> Int32 {
    callback(context).call(function, push) { $0.outcome = $0.lua.boolean(-1) ? .stopped : .running }
  }

  /// Same, for a function that returns a tensor: one more reference to it.
  static func tensor(
    _ context: UnsafeMutableRawPointer?, function: Int32? = nil, _ what: String,
    _ out: UnsafeMutablePointer<OpaquePointer?>?, _ push: (LuaState) -> Int32
  ) -> Int32 {
    callback(context).call(function, push) { callback in
      let lua = callback.lua
      guard lua.kind(-1) == .tensor, let handle = lua.box(-1).pointee, hqnn_tensor_retain(handle) == HQNN_OK else {
        callback.refusal = "\(what) must return a tensor"
        callback.outcome = .refused
        return
      }
      out?.pointee = handle
      NativeMemory.watch(lua)
    }
  }

  private static func callback(_ context: UnsafeMutableRawPointer?) -> Callback {
    Unmanaged<Callback>.fromOpaque(context!).takeUnretainedValue()
  }

  /// `read` finds the result on top of the stack.
  private func call(_ other: Int32?, _ push: (LuaState) -> Int32, _ read: (Callback) -> Void) -> Int32 {
    guard outcome == .running, lua.reserve(20) else { return 1 }
    lua.copy(other ?? function)
    guard lua.call(arguments: push(lua), results: 1) else {
      outcome = .failed  // the error value stays on top
      return 1
    }
    read(self)
    lua.drop()
    if hqnn_lua_stopping() != 0 { outcome = .interrupted }
    return outcome == .running ? 0 : 1
  }
}

extension LuaState {
  /// Pushes a tensor that the library lends for the time of a callback: a reference of its own.
  func push(lent tensor: OpaquePointer) {
    let place = pushObject(.tensor)
    if hqnn_tensor_retain(tensor) == HQNN_OK { place.pointee = tensor }
  }
}
