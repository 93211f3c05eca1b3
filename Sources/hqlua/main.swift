// The command line of hqlua.  What runs the scripts is LuaBinding; benchmarks are in Bench*.swift.

import ArgumentParser
import Glibc
import LuaBinding

struct Hqlua: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hqlua",
    abstract: "Hybrid quantum-classical neural networks, trained and attacked from Lua.",
    discussion: """
      Run a script:        hqlua run examples/quickstart.lua
      Try a line:          hqlua -e 'print(hq.circuit(2, function(c, x) c:ry(0, x[0]) c:cnot(0, 1) c:expect("Z", 1) end))'
      Try several:         hqlua repl
      Which data is there: hqlua data list
      Measure speed:       hqlua bench --quick

      A script begins with `local hq = require "hqnn"`; with -e and in the repl `hq` is there already.
      The same module loads in stock lua5.4 when package.cpath has lib/lua/5.4/?.so of this installation.
      """,
    subcommands: [Run.self, Repl.self, DataSets.self, Bench.self, Version.self])

  @Option(name: .customShort("e"), help: "Lua code to run, with hqnn as `hq`.")
  var code: String?

  func run() throws {
    guard let code else {
      print(Hqlua.helpMessage())
      return
    }
    throw ExitCode(LuaHost.run(code: "local hq = require 'hqnn' " + code, arguments: []))
  }
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a Lua script.",
    discussion: "Exit status: 0, 1 after an error (its traceback is on stderr), 130 after Ctrl-C.")

  @Argument(help: "The script; - reads the standard input.")
  var script: String

  @Argument(parsing: .captureForPassthrough, help: "Arguments of the script, its table `arg`.")
  var arguments: [String] = []

  func run() throws { throw ExitCode(LuaHost.run(script: script, arguments: arguments)) }
}

struct Repl: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads, runs and prints lines of Lua, with hqnn as `hq`.")

  func run() throws { throw ExitCode(LuaHost.repl()) }
}

struct Version: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Prints the version and what it was built with.")

  func run() { print(LuaHost.buildInfo) }
}

/// `hqlua script.lua ...` is `hqlua run script.lua ...`, so that a script can begin with #!.
func commandLine() -> [String] {
  let arguments = Array(CommandLine.arguments.dropFirst())
  if let first = arguments.first, first.hasSuffix(".lua"), !first.hasPrefix("-") { return ["run"] + arguments }
  return arguments
}

shortenWaiting()
Hqlua.main(commandLine())
