// Writing files whole or not at all.

import Glibc
import Tensors

public enum Files {
  /// Writes a text to `path`: first to a temporary file beside it, then renamed over it, so that
  /// nobody ever sees half of it.  Folders on the way are made.
  public static func write(_ text: String, to path: String) throws {
    try makeFolder(of: path)
    let temporary = temporaryPath(beside: path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw unwritable(path, errno) }
    var code = writeAll(Array(text.utf8), to: descriptor)
    // A rename may reach the disk before the content does; fsync keeps the order.
    if code == 0 && fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0 && code == 0 { code = errno }
    if code != 0 {
      unlink(temporary)
      throw unwritable(path, code)
    }
    try move(temporary, to: path)
  }

  /// Renames a finished temporary file to its name; on failure the temporary file is removed.
  static func move(_ temporary: String, to path: String) throws {
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw unwritable(path, code)
    }
  }

  /// The folder part of a path, "." when it has none.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What follows the last slash.
  static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  static func makeFolder(of path: String) throws {
    guard !name(of: path).isEmpty else {
      throw EngineError.value("the path '\(path)' does not name a file")
    }
    try make(folder: folder(of: path), for: path)
  }

  private static func make(folder: String, for path: String) throws {
    var info = stat()
    if stat(folder, &info) == 0 {
      guard info.st_mode & S_IFMT == S_IFDIR else {
        throw EngineError.file("\(path): cannot be written: \(folder) is not a folder")
      }
      return
    }
    let parent = Self.folder(of: folder)
    if parent != folder { try make(folder: parent, for: path) }
    // Another process may have made it meanwhile.
    if mkdir(folder, 0o777) != 0 && errno != EEXIST { throw unwritable(path, errno) }
  }

  /// A name in the same folder (a rename must not cross file systems) that no one else uses.
  static func temporaryPath(beside path: String) -> String {
    let unique = UInt64.random(in: 0...UInt64.max)
    return "\(folder(of: path))/.hqnn-\(getpid())-\(String(unique, radix: 36))"
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let done = Glibc.write(descriptor, Array(rest), rest.count)
      if done < 0 {
        if errno == EINTR { continue }
        return errno
      }
      rest = rest.dropFirst(done)
    }
    return 0
  }

  private static func unwritable(_ path: String, _ code: Int32) -> EngineError {
    EngineError.file("\(path): cannot be written: \(String(cString: strerror(code)))")
  }
}
