// Writing files whole or not at all.

import Glibc

/// A file that appears under its name only when it is complete.
///
/// Bytes go to a temporary file in the same folder; `commit` puts them on the disk and renames it.
/// Whatever fails or is forgotten leaves the file of that name as it was, and nothing beside it.
package final class AtomicFile {
  package let path: String
  /// Bytes written so far.
  package private(set) var count = 0
  private let temporary: String
  private var descriptor: Int32

  /// Folders on the way are made.
  package init(_ path: String) throws {
    try Files.makeFolder(of: path)
    self.path = path
    temporary = Files.temporaryPath(beside: path)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Files.unwritable(path, errno) }
  }

  deinit { discard() }

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    precondition(descriptor >= 0, "written after its end")
    var done = 0
    while done < bytes.count {
      let now = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if now < 0 {
        if errno == EINTR { continue }
        let code = errno
        discard()
        throw Files.unwritable(path, code)
      }
      done += now
    }
    count += done
  }

  package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  package func commit() throws {
    precondition(descriptor >= 0, "ended twice")
    // A rename may reach the disk before the content does; fsync keeps the order.
    var code: Int32 = fsync(descriptor) == 0 ? 0 : errno
    if close(descriptor) != 0 && code == 0 { code = errno }
    descriptor = -1
    if code != 0 {
      unlink(temporary)
      throw Files.unwritable(path, code)
    }
    try Files.move(temporary, to: path)
  }

  /// Removes what was written.
  private func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unlink(temporary)
  }
}

package enum Files {
  /// Writes a text to `path`: first to a temporary file beside it, then renamed over it, so that
  /// nobody ever sees half of it.  Folders on the way are made.
  package static func write(_ text: String, to path: String) throws {
    let file = try AtomicFile(path)
    try file.write(Array(text.utf8))
    try file.commit()
  }

  /// Renames a finished temporary file to its name; on failure the temporary file is removed.
  package static func move(_ temporary: String, to path: String) throws {
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw unwritable(path, code)
    }
  }

  /// The folder part of a path, "." when it has none.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What follows the last slash.
  package static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  package static func makeFolder(of path: String) throws {
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
  package static func temporaryPath(beside path: String) -> String {
    let unique = UInt64.random(in: 0...UInt64.max)
    return "\(folder(of: path))/.hqnn-\(getpid())-\(String(unique, radix: 36))"
  }

  package static func unwritable(_ path: String, _ code: Int32) -> EngineError {
    EngineError.file("\(path): cannot be written: \(String(cString: strerror(code)))")
  }
}
