// Running gnuplot, a program of its own, on a script.
// What the script says is left to PlotScript.

import Glibc
import Tensors

enum Gnuplot {
  /// Runs stem.gp in its folder and leaves stem.svg and stem.png, both or neither.
  static func run(stem: String, searching path: String) throws {
    guard let program = Program.find("gnuplot", in: path) else {
      throw EngineError.file(
        "gnuplot is not on the PATH: install it (Debian package gnuplot-nox), then run it on \(stem).gp")
    }
    let temporary = Files.temporaryPath(beside: stem)
    let name = Files.name(of: temporary)
    let made = [".svg", ".png"]
    let log = temporary + ".log"
    defer { for path in made.map({ temporary + $0 }) + [log] { unlink(path) } }

    // Never with a tilde in front, which gnuplot would expand.
    let stemFolder = Files.folder(of: stem)
    let folder = stemFolder.hasPrefix("/") ? stemFolder : "./" + stemFolder
    // -d: without the user's own settings.
    let code = try Program.run(
      program,
      [
        "gnuplot", "-d", "-e", "cd \(literal(folder)); stem = './\(name)'",
        "./" + Files.name(of: stem) + ".gp",
      ], errors: log)
    let complete = made.allSatisfy { suffix in
      var info = stat()
      return stat(temporary + suffix, &info) == 0 && info.st_size > 0
    }
    guard code == 0 && complete else {
      let lines = Program.content(of: log).split(separator: "\n").map(String.init).filter { line in
        line.contains { $0 != " " && $0 != "^" }
      }
      throw EngineError.file(
        "gnuplot could not draw \(stem).gp: \(lines.last ?? "it ended with status \(code)")")
    }
    for suffix in made { try Files.move(temporary + suffix, to: stem + suffix) }
  }

  /// A text as gnuplot's scripts write it, in single quotes, in which nothing is replaced; one that
  /// holds such a quote in double quotes, with all that is special there as \octal.
  static func literal(_ text: String) -> String {
    let text = onOneLine(text)
    guard text.contains("'") else { return "'\(text)'" }
    let special: [Character: String] = ["\\": "\\134", "\"": "\\042", "`": "\\140"]
    return "\"" + text.map { special[$0] ?? String($0) }.joined() + "\""
  }
}
