// hqlua repl, check and draw: what they do is written in Lua (lua/hqnn/repl.lua, check.lua, draw.lua).

import ArgumentParser
import LuaBinding

struct Repl: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads, runs and prints lines of Lua.",
    discussion: """
      > x = hq.uniform { 3, 2 }
      > x:sum(1)
      > :time x:sort()            how long it takes
      > :help                     what else there is

      Tab completes names, methods and, inside quotes, files.  Ctrl-C gives up
      the line or stops what runs; Ctrl-D ends.  The history is kept in
      $XDG_STATE_HOME/hqlua/history, or below ~/.local/state.
      """)

  func run() throws {
    var session = LuaSession(words: CommandLine.arguments)
    session.readsLines = true
    session.editor = .libedit
    throw ExitCode(session.run())
  }
}

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks scripts without training.",
    discussion: """
      hqlua check experiment.lua
      hqlua check --verbose --arguments "--quick --seeds 1" study.lua

      The script runs, but briefly: it trains one step on a few samples, attacks
      a few, writes its files into a temporary folder and fetches nothing.
      --verbose lists what was shortened.  Each finding is a line
      `file:line: message`: errors, what the linter says about circuits, and
      globals that are read but never set.

      Exit status: 0 without findings, 1 with some, 2 for a wrong command line.
      """)

  @Option(parsing: .unconditional, help: "Arguments that each script gets, separated by spaces.")
  var arguments = ""

  @Option(help: "Seconds after which a script is given up.")
  var time = 120.0

  @Flag(name: .shortAndLong, help: "Tells what was shortened, and where.")
  var verbose = false

  @Argument(help: "The scripts.")
  var scripts: [String]

  func validate() throws {
    if !(time > 0 && time <= 1e6) { throw ValidationError("--time is \(time); it is a number of seconds, more than 0") }
  }

  func run() throws {
    var failed = false
    // A state for each, so that they cannot disturb each other.
    for script in scripts {
      var session = LuaSession(words: CommandLine.arguments)
      session.ignoresEnvironment = true
      // The script is given up by its tool; this is for what it cannot stop.
      session.seconds = time + 20
      let words = arguments.split(separator: " ").map(String.init)
      session.tool = ("check", [script, verbose ? "verbose" : "", "\(time)"] + words)
      let status = session.run()
      if status > 1 { throw ExitCode(status) }
      if status == 1 { failed = true }
    }
    throw failed ? ExitCode(1) : ExitCode.success
  }
}

struct Draw: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws circuits of OpenQASM, JSON or a script.",
    discussion: """
      hqlua draw examples/quantum/adder.qasm
      hqlua draw circuit.json --style svg -o circuit.svg
      hqlua draw examples/quickstart.lua    each circuit that it makes

      A script runs as with `hqlua check`: briefly and without leaving files.
      """)

  @Option(help: "text, ascii, svg, latex (quantikz), qasm or json.")
  var style: Style = .text

  @Option(name: .shortAndLong, help: "The file to write, instead of the standard output.")
  var output: String?

  @Argument(help: "A file that ends in .qasm, .json or .lua.")
  var file: String

  enum Style: String, ExpressibleByArgument, CaseIterable { case text, ascii, svg, latex, qasm, json }

  func run() throws {
    var session = LuaSession(words: CommandLine.arguments)
    session.ignoresEnvironment = true
    session.tool = ("draw", [file, style.rawValue] + (output.map { [$0] } ?? []))
    throw ExitCode(session.run())
  }
}
