// Lua functions that the library keeps and calls later, and their errors on the way back through it.

import CHQNN
import Glibc

/// The script that is calling the library on this thread, and the error of a Lua function that the library called.
enum RunningScript {
  private static let running = key()
  private static let failed = key()
  /// Where the registry keeps the error until the call that led to it returns.
  private static let error = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))

  private static let unplaced = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))

  private static func key() -> pthread_key_t {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }

  /// Notes who is calling; gives what to note again afterwards.
  static func enter(_ lua: LuaState) -> UnsafeMutableRawPointer? {
    let before = pthread_getspecific(running)
    pthread_setspecific(running, UnsafeRawPointer(lua.thread))
    return before
  }

  static func leave(to before: UnsafeMutableRawPointer?) { pthread_setspecific(running, before) }

  static var current: LuaState? { pthread_getspecific(running).map { LuaState(OpaquePointer($0)) } }

  /// Keeps the error value on top of the stack, which is popped.  A script's own errors say where they happened;
  /// sentences of the binding do not yet.
  static func keepError(_ lua: LuaState, isPlaced: Bool) {
    lua.register(error)
    pthread_setspecific(failed, isPlaced ? error : unplaced)
  }

  /// Pushes the kept error, if there is one, and says whether it tells its place.
  static func pushError(_ lua: LuaState) -> (wasKept: Bool, isPlaced: Bool) {
    guard let kept = pthread_getspecific(failed) else { return (false, false) }
    lua.pushRegistered(error)
    forgetError()
    return (true, UnsafeRawPointer(kept) == error)
  }

  static func forgetError() { pthread_setspecific(failed, nil) }
}

/// A Lua value in the registry, for as long as this object lives.
final class ScriptValue {
  private let key = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)

  /// Keeps the value at an index.
  init(_ lua: LuaState, _ index: Int32) {
    lua.copy(index)
    lua.register(UnsafeRawPointer(key))
  }

  /// Without a script on this thread the value stays, and with it its key.
  deinit {
    guard let lua = RunningScript.current, lua.reserve(2) else { return }
    lua.pushNil()
    lua.register(UnsafeRawPointer(key))
    key.deallocate()
  }

  /// Calls the kept function with what `push` pushes; `read` sees the results on top of the stack.  A status for the
  /// library: whatever went wrong comes out of the script's call with its own message.
  func call(
    results: Int32 = 1, _ push: (LuaState) throws -> Int32, _ read: (LuaState) throws -> Void
  ) -> Int32 {
    guard let lua = RunningScript.current, lua.reserve(30) else { return Int32(HQNN_ERROR_STATE.rawValue) }
    let top = lua.top
    defer { lua.drop(lua.top - top) }
    lua.pushRegistered(UnsafeRawPointer(key))
    // Another Lua state than the one the function belongs to.
    guard lua.type(-1) == .function else { return Int32(HQNN_ERROR_STATE.rawValue) }
    do {
      guard lua.call(arguments: try push(lua), results: results) else {
        RunningScript.keepError(lua, isPlaced: true)
        return Int32(HQNN_ERROR_CANCELLED.rawValue)
      }
      try read(lua)
      return 0
    } catch let failure as Failure {
      lua.push(failure.message)
      RunningScript.keepError(lua, isPlaced: false)
      return Int32(HQNN_ERROR_CANCELLED.rawValue)
    } catch { return Int32(HQNN_ERROR_INTERNAL.rawValue) }
  }
}
