// Running another program to its end, without a shell.

import Glibc

package enum Program {
  /// The program of this name in one of the folders of $PATH.
  package static func find(_ name: String) -> String? {
    find(name, in: getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin")
  }

  /// The same with the value of PATH as an argument.
  package static func find(_ name: String, in path: String) -> String? {
    for folder in path.split(separator: ":") {
      let candidate = "\(folder)/\(name)"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    return nil
  }

  /// Runs a program to its end and gives its exit status, -1 when a signal ended it.  What it
  /// writes to its standard error goes to the file `errors`.
  package static func run(_ program: String, _ arguments: [String], errors: String) throws -> Int {
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
      // Without a status (the host may ignore its children) what was made alone tells.
      if errno != EINTR { return 0 }
    }
    return status & 0x7f == 0 ? Int(status >> 8) & 0xff : -1
  }

  /// A small file as text; "" when it cannot be read.
  package static func content(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let got = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, got)), as: UTF8.self)
  }
}
