// Lua's collector sees a small userdata where a tensor holds megabytes: it is told of the rest here.

import CHQNN

/// Steps the collector when native memory has grown since it was last looked at.
enum NativeMemory {
  /// Growth that is worth a step.  A step takes some 100 microseconds, as long as filling this much.
  private static let grain: Int64 = 32 << 20

  private static let key = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))

  /// Sets the mark in a new Lua state.
  static func start(_ lua: LuaState) {
    lua.pushUserdata(bytes: 8).storeBytes(of: hqnn_memory_used(), as: Int64.self)
    lua.register(key)
  }

  /// Call it with nothing half-done: finalizers run.
  static func watch(_ lua: LuaState) {
    let used = hqnn_memory_used()
    lua.pushRegistered(key)
    let mark = lua.userdata(-1)!.assumingMemoryBound(to: Int64.self)
    lua.drop()
    if used < mark.pointee { mark.pointee = used }
    let growth = used - mark.pointee
    guard growth >= grain else { return }
    lua.collect(step: growth)
    mark.pointee = hqnn_memory_used()
  }
}
