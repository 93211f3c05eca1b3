// Running gnuplot, a program of its own, on a script.
// What the script says is left to PlotScript.

import Glibc
import Tensors

enum Gnuplot {
  /// Runs stem.gp in its folder and leaves stem.svg and stem.png, both or neither.
  static func run(stem: String, searching path: String) throws {
    guard let program = find(in: path) else {
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
    let code = try launch(
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
      let lines = content(of: log).split(separator: "\n").map(String.init).filter { line in
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

  /// The program in one of the folders of a PATH.
  private static func find(in path: String) -> String? {
    for folder in path.split(separator: ":") {
      let candidate = "\(folder)/gnuplot"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    return nil
  }

  /// Runs a program to its end and gives its exit status, -1 when a signal ended it.  What it
  /// writes to its standard error goes to the file `errors`.
  private static func launch(
    _ program: String, _ arguments: [String], errors: String
  ) throws -> Int {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)

    let texts = arguments.map { strdup($0) }
    defer { for text in texts { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, program, &actions, nil, texts + [nil], environ)
    guard code == 0 else {
      throw EngineError.file("\(program) cannot be started: \(String(cString: strerror(code)))")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      // Without a status (the host may ignore its children) the pictures alone tell.
      if errno != EINTR { return 0 }
    }
    return status & 0x7f == 0 ? Int(status >> 8) & 0xff : -1
  }

  /// A small file as text; "" when it cannot be read.
  private static func content(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let got = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, got)), as: UTF8.self)
  }
}
