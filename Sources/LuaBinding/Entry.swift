// Where C comes in: registering the native functions in a Lua state, and calling one of them.

import CHQNN
import LuaTrampoline

@c @implementation
public func hqnn_lua_register(_ thread: OpaquePointer?) {
  guard let thread else { return }
  let lua = LuaState(thread)
  guard lua.reserve(20) else { return }
  let core = lua.top
  NativeMemory.start(lua)
  for (index, function) in functions.enumerated() {
    lua.pushField(core, function.table)
    if lua.type(-1) == .nil {
      lua.drop()
      lua.pushTable()
      lua.copy(-1)
      lua.setField(core, function.table)
    }
    lua.pushFunction(index, hqnn_lua_trampoline)
    lua.setField(-2, function.name)
    lua.drop()
  }
  registerMetatables(lua, core)
}

/// One metatable per kind, also as `core.metatables.<kind>`; its methods are `core.<kind>`.
private func registerMetatables(_ lua: LuaState, _ core: Int32) {
  lua.pushTable()
  lua.pushTable()
  lua.pushField(core, "object")
  lua.pushField(-1, "release")
  let (all, named, release) = (core + 1, core + 2, core + 4)
  for kind in Kind.allCases {
    lua.pushTable()
    let metatable = lua.top
    lua.setNumber(kind.rawValue, Kind.key)
    lua.push("hqnn.\(kind.name)")
    lua.setField(metatable, "__name")
    if kind != .angle {
      lua.pushField(core, kind.name)
      lua.copy(release)
      lua.setField(-2, "release")
      lua.setField(metatable, "__index")
      for event in ["__gc", "__close"] {
        lua.copy(release)
        lua.setField(metatable, event)
      }
    }
    lua.copy(metatable)
    lua.setElement(all, kind.rawValue)
    lua.setField(named, kind.name)
  }
  lua.drop(2)
  lua.setField(core, "metatables")
  lua.register(Kind.metatables)
}

@c @implementation
public func hqnn_lua_call(_ thread: OpaquePointer?, _ index: Int32) -> Int32 {
  let lua = LuaState(thread!)
  let function = functions[Int(index)]
  let before = RunningScript.enter(lua)
  defer { RunningScript.leave(to: before) }
  do {
    guard lua.reserve(20) else { throw Failure("the Lua stack is full") }
    let results = try function.body(Call(lua: lua, function: function, count: lua.top))
    RunningScript.forgetError()
    if hqnn_lua_memory_passed() != nil {
      // What is garbage does not count; one round may only end what had begun before it died.
      for _ in 0..<2 { lua.collect(step: .max) }
      if let passed = hqnn_lua_memory_passed() { throw Failure(String(cString: passed)) }
    }
    return results
  } catch let failure as Failure {
    // What the library says is then only that a script's function failed.
    let (wasKept, isPlaced) = RunningScript.pushError(lua)
    if let stopped = hqnn_lua_stopped() ?? hqnn_lua_memory_passed() {
      lua.push("\(function.shown): \(String(cString: stopped))")
      return Int32(HQNN_LUA_MESSAGE)
    }
    if isPlaced { return Int32(HQNN_LUA_RETHROW) }
    if wasKept {
      lua.push("\(function.shown): \(lua.string(-1) ?? failure.message)")
      return Int32(HQNN_LUA_MESSAGE)
    }
    lua.push("\(function.shown): \(failure.message)")
    return Int32(HQNN_LUA_MESSAGE)
  } catch is ScriptError {
    return Int32(HQNN_LUA_RETHROW)
  } catch {
    lua.push("\(function.shown): internal error: \(error)")
    return Int32(HQNN_LUA_MESSAGE)
  }
}
