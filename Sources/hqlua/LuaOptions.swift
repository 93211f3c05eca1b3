// The options of lua, read as lua reads them.  They are a type of their own because swift-argument-parser cannot
// express them: -e and -l keep their order, may stick to their value, and end where the script begins.

import Glibc
import LuaBinding

/// A mistake on the command line, with a sentence.
struct UsageError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

struct LuaOptions {
  var steps: [LuaSession.Step] = []
  var isInteractive = false
  var showsVersion = false
  var ignoresEnvironment = false
  var warns = false
  /// The script's place among the words.
  var script: Int?

  /// `words`: the whole command line, with the program.
  init(_ words: [String]) throws {
    var next = 1
    while next < words.count {
      let word = words[next]
      if word == "-" || !word.hasPrefix("-") { break }
      next += 1
      if word == "--" { break }
      switch word {
      case "-i": (isInteractive, showsVersion) = (true, true)
      case "-v": showsVersion = true
      case "-E": ignoresEnvironment = true
      case "-W": warns = true
      case _ where word.hasPrefix("-e") || word.hasPrefix("-l"):
        var value = String(word.dropFirst(2))
        if value.isEmpty {
          guard next < words.count, words[next] == "-" || !words[next].hasPrefix("-") || word == "-e" else {
            throw UsageError("\(word) needs \(word == "-e" ? "Lua code" : "the name of a library") after it")
          }
          value = words[next]
          next += 1
        }
        steps.append(word.hasPrefix("-e") ? .code(value) : .library(value))
      default: throw UsageError(Self.unknown(word))
      }
    }
    if next < words.count { script = next }
  }

  private static func unknown(_ word: String) -> String {
    let ofRun = ["--sandbox", "--allow", "--memory", "--time"]
    if let meant = closest(word, to: ofRun) {
      return "unknown option '\(word)'; \(meant) is one of `hqlua run`: hqlua run \(meant) … script.lua"
    }
    let meant = closest(word, to: ["--help", "--version"]).map { " (did you mean '\($0)'?)" } ?? ""
    return "unknown option '\(word)'\(meant); there are -e, -l, -i, -v, -E, -W, -, --, --help and --version"
  }

  func session(_ words: [String]) -> LuaSession {
    var session = LuaSession(words: words)
    session.script = script
    session.steps = steps
    session.ignoresEnvironment = ignoresEnvironment
    session.warns = warns
    session.editor = .libedit
    session.readsLines = isInteractive
    // As lua does: without anything to do, lines are read, or the standard input is the script.
    let hasCode = steps.contains { if case .code = $0 { return true } else { return false } }
    if script == nil, !isInteractive, !hasCode, !showsVersion {
      if isatty(STDIN_FILENO) != 0 {
        session.readsLines = true
      } else {
        session.words = words + ["-"]
        session.script = words.count
      }
    }
    return session
  }
}

/// The word that a misspelt one probably meant.
func closest(_ word: String, to words: [String]) -> String? {
  let near = words.map { (word: $0, distance: distance(word, $0)) }.min { $0.distance < $1.distance }
  guard let near, near.distance <= max(1, near.word.count / 3) else { return nil }
  return near.word
}

/// Letters to insert, delete, replace or swap with their neighbour.
private func distance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a.utf8), Array(b.utf8))
  var rows = [Array(0...b.count)]
  for (i, letter) in a.enumerated() {
    var row = [i + 1]
    for (j, other) in b.enumerated() {
      var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (letter == other ? 0 : 1))
      if i > 0, j > 0, letter == b[j - 1], a[i - 1] == other { least = min(least, rows[i - 1][j - 1] + 1) }
      row.append(least)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
