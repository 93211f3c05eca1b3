// Writing files whole or not at all.

import Glibc

/// A file that appears under its name only when it is complete.
///
/// Bytes go to a temporary file in the same folder; `commit` puts them on the disk, renames it, and puts the name on the
/// disk.  Whatever fails or is forgotten, and whatever happens to the process or the machine, leaves the file of that
/// name as it was; and nothing beside it, where the file system has files without names.
package final class AtomicFile {
  package let path: String
  /// Bytes written so far.
  package private(set) var count = 0
  /// The name that the bytes have meanwhile; nil: none, so that even a killed process leaves nothing behind.
  private var temporary: String?
  private var descriptor: Int32

  /// Folders on the way are made.
  package init(_ path: String) throws {
    try Files.makeFolder(of: path)
    self.path = path
    // O_TMPFILE, a file without a name.  Not every file system has them, and naming one takes /proc.
    descriptor = access("/proc/self/fd", X_OK) != 0 ? -1
      : open(Files.folder(of: path), 0o20000000 | O_DIRECTORY | O_WRONLY | O_CLOEXEC, 0o666)
    if descriptor < 0 {
      let name = Files.temporaryPath(beside: path)
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw Files.unwritable(path, errno) }
      temporary = name
    }
  }

  deinit { discard() }

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    precondition(descriptor >= 0, "written after its end")
    var done = 0
    while done < bytes.count {
      // The kernel takes at most 2 GiB at once.
      let now = Glibc.write(descriptor, bytes.baseAddress! + done, min(bytes.count - done, 1 << 30))
      if now < 0 {
        if errno == EINTR { continue }
        throw failed(errno)
      }
      done += now
    }
    count += done
  }

  package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  /// The elements in the machine's order, which is little-endian wherever this library runs.
  package func write(_ tensor: Tensor) throws {
    try write(UnsafeRawBufferPointer(start: tensor.raw, count: tensor.bytes))
  }

  package func commit() throws {
    precondition(descriptor >= 0, "ended twice")
    // A rename may reach the disk before the content does; fsync keeps the order.
    guard fsync(descriptor) == 0 else { throw failed(errno) }
    if temporary == nil {
      // A link cannot take the place of another, a rename can.  0x400: AT_SYMLINK_FOLLOW
      let name = Files.temporaryPath(beside: path)
      guard linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, name, 0x400) == 0 else { throw failed(errno) }
      temporary = name
    }
    let code = close(descriptor) == 0 ? 0 : errno
    descriptor = -1
    guard code == 0, let name = temporary else { throw failed(code) }
    temporary = nil
    try Files.move(name, to: path)
    // The name is there; that a folder cannot be flushed, on some file systems, changes nothing about the file.
    let folder = open(Files.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private func failed(_ code: Int32) -> EngineError {
    discard()
    return Files.unwritable(path, code)
  }

  /// Removes what was written.
  private func discard() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    if let temporary { unlink(temporary) }
    temporary = nil
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

  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Keeps the file `path` under path.1 before another takes its place, and older ones under path.2 … path.count.  The
  /// file itself keeps its name.  Nothing happens where there is none, or count is 0.
  package static func keepOlder(_ path: String, _ count: Int) throws {
    guard count > 0, exists(path) else { return }
    for number in stride(from: count, to: 1, by: -1) where exists("\(path).\(number - 1)") {
      guard rename("\(path).\(number - 1)", "\(path).\(number)") == 0 else { throw unwritable("\(path).\(number)", errno) }
    }
    unlink("\(path).1")
    guard link(path, "\(path).1") == 0 else { throw unwritable("\(path).1", errno) }
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
