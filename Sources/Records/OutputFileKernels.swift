// A file that takes the place of another when it is finished.  Which files are written so is Files.swift's.

import Glibc
import Tensors

/// Bytes for `path`, kept beside it until `finish`; a file that is not finished leaves nothing behind.
public final class OutputFile {
  private let path: String
  private var descriptor: Int32
  /// The name that the bytes have meanwhile; nil: none at all, so that even a killed process leaves nothing behind.
  private var temporary: String?

  /// `path`'s folder exists.
  init(beside path: String) throws {
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

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let temporary { unlink(temporary) }
  }

  public func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// The elements of a tensor in the machine's order, which is little-endian wherever this library runs.
  func write(_ tensor: Tensor) throws {
    try write(UnsafeRawBufferPointer(start: tensor.raw, count: tensor.bytes))
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      // The kernel takes at most 2 GiB at once.
      let written = Glibc.write(descriptor, bytes.baseAddress! + done, min(bytes.count - done, 1 << 30))
      if written < 0 {
        if errno == EINTR { continue }
        throw Files.unwritable(path, errno)
      }
      done += written
    }
  }

  /// Puts the file in its place.
  func finish() throws {
    // A rename may reach the disk before the content does; fsync keeps the order.
    guard fsync(descriptor) == 0 else { throw Files.unwritable(path, errno) }
    if temporary == nil {
      // A link cannot take the place of another, a rename can.
      let name = Files.temporaryPath(beside: path)
      guard linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, name, 0x400) == 0 else {  // AT_SYMLINK_FOLLOW
        throw Files.unwritable(path, errno)
      }
      temporary = name
    }
    let code = close(descriptor) == 0 ? 0 : errno
    descriptor = -1
    guard code == 0 else { throw Files.unwritable(path, code) }
    guard let name = temporary else { return }
    temporary = nil
    try Files.move(name, to: path)
    let folder = open(Files.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    // Some file systems cannot do this for a folder; the file is whole in any case.
    fsync(folder)
    close(folder)
  }
}
