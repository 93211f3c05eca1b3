// hqlua run: a script, with limits if one asks for them.

import ArgumentParser
import Glibc
import LuaBinding

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a Lua script, also in a sandbox.",
    discussion: """
      hqlua run examples/quickstart.lua
      hqlua run study.lua --epochs 3                  options of the script
      hqlua run --time 600 --memory 2G study.lua      limits
      hqlua run --sandbox --allow results theirs.lua  a script nobody has read

      A script in a sandbox reads its own folder, and reads and writes those of
      --allow.  It starts no program, fetches nothing and loads nothing in C.
      Unless options say otherwise it has 2G of memory and 600 seconds.

      Exit status: 0, 1 after an error (its traceback is on stderr), 2 for a
      wrong command line, 130 after Ctrl-C.
      """)

  @Flag(help: "Shuts the script in, see above.")
  var sandbox = false

  @Option(help: ArgumentHelp("A folder the sandbox opens; repeatable.", valueName: "folder"))
  var allow: [String] = []

  @Option(help: "Memory for Lua and tensors: 500M, 2G.")
  var memory: Bytes?

  @Option(help: "Seconds after which the script is stopped.")
  var time: Double?

  @Argument(help: "The script; - reads the standard input.")
  var script: String

  @Argument(parsing: .captureForPassthrough, help: "Arguments of the script, its table `arg`.")
  var arguments: [String] = []

  func validate() throws {
    if !sandbox, !allow.isEmpty { throw ValidationError("--allow belongs to --sandbox") }
    if let time, !(time > 0 && time <= 1e9) {
      throw ValidationError("--time is \(time); it is a number of seconds, more than 0 and at most 1e9")
    }
  }

  func run() throws {
    // What is before the script has negative places in `arg`, so it is kept.
    let before = CommandLine.arguments.dropLast(arguments.count + 1)
    var session = LuaSession(words: before + [script] + arguments)
    session.script = before.count
    session.memory = memory?.count ?? (sandbox ? 2 << 30 : 0)
    session.seconds = time ?? (sandbox ? 600 : 0)
    if sandbox {
      session.ignoresEnvironment = true
      session.tool = ("sandbox", [script] + allow)
    }
    throw ExitCode(session.run())
  }
}

/// "2G": a number of bytes, of 1024, 1024² or 1024³ of them.
struct Bytes: ExpressibleByArgument {
  let count: Int64

  init?(argument: String) {
    let units: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    let unit = argument.last.flatMap { units[Character($0.uppercased())] }
    let digits = unit == nil ? argument : String(argument.dropLast())
    guard let number = Double(digits), number * (unit ?? 1) >= 0x1p20, number * (unit ?? 1) <= 0x1p60 else { return nil }
    count = Int64(number * (unit ?? 1))
  }

  static var defaultCompletionKind: CompletionKind { .default }
}
