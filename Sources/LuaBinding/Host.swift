// Running scripts from a host program: a Swift face on LuaTrampoline/host.c.

import CHQNN
import LuaTrampoline

public enum LuaHost {
  /// Runs a script file, "-" for the standard input; the exit status.
  public static func run(script: String, arguments: [String]) -> Int32 {
    withArguments(arguments) { hqnn_lua_host_run(script, nil, Int32($0.count), $0) }
  }

  /// Runs Lua code given on the command line; the exit status.
  public static func run(code: String, arguments: [String]) -> Int32 {
    withArguments(arguments) { hqnn_lua_host_run(nil, code, Int32($0.count), $0) }
  }

  /// Reads, runs and prints lines until the end of the input; the exit status.
  public static func repl() -> Int32 { hqnn_lua_host_repl() }

  public static var buildInfo: String { String(cString: hqnn_build_info()) }

  private static func withArguments(_ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Int32) -> Int32 {
    withCStrings(texts.map(Optional.some), body)
  }
}
