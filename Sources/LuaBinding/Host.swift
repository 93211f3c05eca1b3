// Running scripts from a host program: a Swift face on LuaTrampoline/host.c.

import CHQNN
import LuaTrampoline

/// One run of the host program's Lua.  It goes through LUA_INIT, steps, tool, script and reading lines in this order.
public struct LuaSession {
  public enum Step: Equatable {
    /// -e: code, with hqnn as `hq` where it speaks of that.
    case code(String)
    /// -l: a library, or name=library.
    case library(String)
  }

  /// The command line, for the script's table `arg`.
  public var words: [String]
  /// The script's place in `words`; "-" there is the standard input.
  public var script: Int?
  public var steps: [Step] = []
  /// A module of hqnn that is a function, called with these words before the script.
  public var tool: (name: String, words: [String])?
  /// Ends in reading lines from the standard input.
  public var readsLines = false
  public var ignoresEnvironment = false
  public var warns = false
  /// Bytes that Lua and tensors may hold; 0 for any.
  public var memory: Int64 = 0
  /// Seconds until the script is stopped; 0 for never.
  public var seconds = 0.0
  /// How lines are read from a terminal.
  public var editor = hqnn_lua_editor()

  public init(words: [String]) { self.words = words }

  /// The exit status: 0, 1 after an error, 130 after Ctrl-C, or the tool's own.
  public func run() -> Int32 {
    let flat = steps.flatMap { step -> [String] in
      switch step {
      case .code(let code): return ["e", code]
      case .library(let name): return ["l", name]
      }
    }
    let all = words + flat + (tool.map { $0.words + [$0.name] } ?? [])
    return withCStrings(all) { texts in
      texts.withUnsafeBufferPointer { texts in
        var session = hqnn_lua_session()
        let start = texts.baseAddress!
        session.words = start
        session.word_count = Int32(words.count)
        session.script = Int32(script ?? 0)
        session.steps = start + words.count
        session.step_count = Int32(steps.count)
        if let tool {
          session.tool = texts[texts.count - 1]
          session.tool_words = start + words.count + flat.count
          session.tool_word_count = Int32(tool.words.count)
        }
        session.reads_lines = readsLines ? 1 : 0
        session.ignores_environment = ignoresEnvironment ? 1 : 0
        session.warns = warns ? 1 : 0
        (session.memory, session.seconds, session.editor) = (memory, seconds, editor)
        return hqnn_lua_host(&session)
      }
    }
  }

  public static var buildInfo: String { String(cString: hqnn_build_info()) }
}
