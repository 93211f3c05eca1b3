// The command line of hqlua: lua's own (LuaOptions), or one of the commands below.

import ArgumentParser
import Glibc
import LuaBinding

struct Hqlua: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hqlua",
    abstract: "Quantum-classical neural networks, trained and attacked from Lua.",
    usage: """
      hqlua [-e code] [-l library] [-i] [-v] [-E] [-W] [--] [script [arguments]]
      hqlua <command> [options]
      """,
    discussion: """
      Run a script:          hqlua examples/quickstart.lua
      Try a line:            hqlua -e 'print(hq.data.digits())'
      Try several:           hqlua
      Look before you run:   hqlua check experiment.lua
      Draw a circuit:        hqlua draw circuit.qasm
      Run a stranger's:      hqlua run --sandbox --time 60 theirs.lua
      Which data is there:   hqlua data list
      Measure speed:         hqlua bench --quick
      More about a command:  hqlua help run

      Without a command hqlua is lua, with the options in front of the script:
        -e code       runs code, with hqnn as `hq`
        -l library    loads a library into a global; also -l name=library
        -i            reads lines after the script
        -v            tells the version
        -E            ignores LUA_INIT, LUA_PATH and LUA_CPATH
        -W            turns Lua's warnings on
        -             runs the standard input

      A script begins with `local hq = require "hqnn"`.  The same module loads in
      stock lua5.4 when package.cpath has lib/lua/5.4/?.so of this installation.

      Exit status: 0, 1 after an error, 2 for a wrong command line, 130 after
      Ctrl-C, or what os.exit says.
      """,
    subcommands: [Run.self, Repl.self, Check.self, Draw.self, DataSets.self, Bench.self, Version.self])
}

struct Version: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Prints the version and what it was built with.")

  func run() { print(LuaSession.buildInfo) }
}

/// Wrong command lines end with 2.
func fail(_ message: String) -> Never {
  fputs("hqlua: \(message)\nTry `hqlua help`.\n", stderr)
  exit(2)
}

func runCommand(_ words: [String]) -> Never {
  do {
    var command = try Hqlua.parseAsRoot(words)
    try command.run()
    exit(0)
  } catch {
    // Help and versions are errors here too, with status 0.
    let code = Hqlua.exitCode(for: error)
    let isUsage = code == .validationFailure
    let text = Hqlua.fullMessage(for: error)
    if !text.isEmpty { fputs(text + "\n", code == .success ? stdout : stderr) }
    exit(isUsage ? 2 : code.rawValue)
  }
}

func runAsLua(_ words: [String]) throws -> Never {
  let options = try LuaOptions(words)
  if options.showsVersion, !options.isInteractive { print(LuaSession.buildInfo) }
  exit(options.session(words).run())
}

/// Whether a word is what lua would run.
func isScript(_ word: String) -> Bool { word.hasSuffix(".lua") || word.contains("/") || access(word, F_OK) == 0 }

let words = CommandLine.arguments
let commands = ["run", "repl", "check", "draw", "data", "bench", "version", "help"]
let first = words.dropFirst().first
do {
  switch first {
  case "-h", "--help": runCommand(["help"])
  case "--version": runCommand(["version"])
  case let word? where commands.contains(word): runCommand(Array(words.dropFirst()))
  case let word? where !word.hasPrefix("-") && !isScript(word):
    let meant = closest(word, to: commands).map { " (did you mean '\($0)'?)" } ?? ""
    fail("'\(word)' is neither a command\(meant) nor a file")
  default: try runAsLua(words)
  }
} catch let error as UsageError {
  fail(error.message)
}
