// Fetching the files of a known set with the program curl: to a temporary file, checked, renamed.

import Glibc
import Tensors

extension KnownSets {
  /// Downloads what is missing of a set into its folder below `root`, or below $HQNN_DATA; the folder.
  ///
  /// `base`: a folder on another server, to whose address the files' names are added.  Files that are
  /// there and official are left alone; others of the same name are replaced.  Nothing appears under its
  /// name before its checksum was right.  `progress` is told each address before it is fetched; false
  /// ends the call with `EngineError.cancelled`.
  public static func get(
    _ name: String, root: String? = nil, base: String? = nil, progress: ((String) -> Bool)? = nil
  ) throws -> String {
    let set = try named(name)
    guard let download = set.download else {
      throw EngineError.value("\(set.title) has no known download; it can be had from \(set.source)")
    }
    guard let data = root ?? dataFolder else {
      throw EngineError.file("HQNN_DATA is not set: name the folder that the data sets belong into")
    }
    guard let curl = Program.find("curl") else {
      throw EngineError.file("curl is not on the PATH: install it (Debian package curl)")
    }
    let folder = data + "/" + set.folders[0]
    try Files.makeFolder(of: folder + "/.")
    for file in download.files where try !isThere(file, folder) {
      var trimmed = base ?? download.base
      while trimmed.hasSuffix("/") { trimmed.removeLast() }
      let address = "\(trimmed)/\(file.name)" + (base == nil ? download.suffix : "")
      if let progress, !progress(address) { throw EngineError.cancelled }
      let temporary = Files.temporaryPath(beside: folder + "/" + file.name)
      defer { unlink(temporary) }
      try fetch(address, to: temporary, curl)
      try verify(temporary, file, address)
      if file.members.isEmpty {
        try Files.move(temporary, to: folder + "/" + file.name)
      } else {
        try Tar.extract(file.members.map(\.name), from: temporary, into: folder, named: address)
      }
    }
    return folder
  }

  /// Whether a file, or all that is wanted of an archive, is there and as published.
  private static func isThere(_ file: RemoteFile, _ folder: String) throws -> Bool {
    let wanted = file.members.isEmpty ? [(name: file.name, checksum: Optional(file.checksum))] : file.members
    return try wanted.allSatisfy { name, checksum in
      let path = folder + "/" + name
      guard size(of: path) != nil else { return false }
      return try checksum.map { try matches(path, $0) } ?? true
    }
  }

  static func matches(_ path: String, _ checksum: RemoteFile.Checksum) throws -> Bool {
    switch checksum {
    case .sha256(let wanted): return try digest(SHA256.self, path) == wanted
    case .md5(let wanted): return try digest(MD5.self, path) == wanted
    }
  }

  private static func verify(_ path: String, _ file: RemoteFile, _ address: String) throws {
    guard try !matches(path, file.checksum) else { return }
    let (kind, wanted, got): (String, String, String)
    switch file.checksum {
    case .sha256(let sum): (kind, wanted, got) = ("SHA-256", sum, try digest(SHA256.self, path))
    case .md5(let sum): (kind, wanted, got) = ("MD5", sum, try digest(MD5.self, path))
    }
    throw EngineError.file(
      "\(address): the \(size(of: path) ?? 0) bytes that came have the \(kind) \(got), not the published "
        + "\(wanted); nothing was kept")
  }

  private static func fetch(_ address: String, to path: String, _ curl: String) throws {
    let log = path + ".log"
    defer { unlink(log) }
    let code = try Program.run(
      curl,
      [
        "curl", "--fail", "--location", "--silent", "--show-error", "--proto", "=http,https,file",
        "--proto-redir", "=http,https", "--connect-timeout", "30", "--output", path, "--", address,
      ], errors: log)
    guard code == 0 else {
      let said = Program.content(of: log).split(separator: "\n").last.map(String.init) ?? "it ended with status \(code)"
      throw EngineError.file("\(address): not fetched: \(said)")
    }
  }
}

/// Archives of files as tar writes them (POSIX 1988), compressed by gzip.
enum Tar {
  /// Writes the wanted files of an archive whose checksum was right, whatever their folders in it.
  static func extract(_ names: [String], from archive: String, into folder: String, named address: String) throws {
    let file = try InputFile(path: archive)
    var left = Set(names)
    while !left.isEmpty {
      let header = try file.read(512)
      // The end is a block of zeros.
      guard header.count == 512, header[0] != 0 else { break }
      let path = String(decoding: header[0..<100].prefix { $0 != 0 }, as: UTF8.self)
      let digits = header[124..<136].filter { (0x30...0x37).contains($0) }
      guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 8), size <= 1 << 40 else {
        throw EngineError.file("\(address):\(file.offset - 512): the archive is damaged here")
      }
      let name = Files.name(of: path)
      let isFile = header[156] == 0 || header[156] == UInt8(ascii: "0")
      var rest = (size + 511) / 512 * 512
      guard isFile, left.contains(name) else {
        while rest > 0 {
          let skipped = try file.read(min(rest, 1 << 20)).count
          guard skipped > 0 else { throw EngineError.file("\(address):\(file.offset): the archive ends here") }
          rest -= skipped
        }
        continue
      }
      let out = try AtomicFile(folder + "/" + name)
      var wanted = size
      while rest > 0 {
        let piece = try file.read(min(rest, 1 << 20))
        guard !piece.isEmpty else { throw EngineError.file("\(address):\(file.offset): the archive ends here") }
        rest -= piece.count
        try out.write(Array(piece.prefix(wanted)))
        wanted -= min(wanted, piece.count)
      }
      try out.commit()
      left.remove(name)
    }
    guard left.isEmpty else {
      throw EngineError.file("\(address): the archive lacks \(left.sorted().joined(separator: ", "))")
    }
  }
}
