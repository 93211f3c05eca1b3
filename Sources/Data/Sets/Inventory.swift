// Which known sets are there, and whether their files are the official ones.

import Glibc
import Tensors

extension KnownSets {
  /// What is known of one set on this machine.
  public struct Entry: Sendable {
    public let name, title: String
    /// The folder with its files; nil when there is none.
    public var folder: String?
    /// Samples of the parts that are there.
    public var counts: [Part: Int] = [:]
    /// Shape of a sample, classes; empty and 0 when no part is there.
    public var shape: [Int] = []
    public var classes = 0
    /// Bytes of its files.
    public var bytes = 0
    /// What is wrong with files that are there; nil when nothing is.
    public var problem: String?
    /// Whether `get` can fetch it.
    public let canBeFetched: Bool
  }

  /// All known sets.  Their files are read for the counts.
  public static func list(root: String? = nil) throws -> [Entry] {
    let data = root ?? dataFolder
    return all.map { set in
      var entry = Entry(name: set.name, title: set.title, canBeFetched: set.download != nil)
      guard let data else { return entry }
      for part in Part.allCases {
        guard let files = try? set.find([part], root: nil, data: data), let paths = files[part] else { continue }
        entry.folder = Files.folder(of: paths[0])
        do {
          guard let found = try set.read(files, [part])[part] else { continue }
          entry.counts[part] = found.count
          entry.shape = Array(found.samples.shape.dropFirst())
          entry.classes = found.classes
        } catch {
          entry.problem = "\(error)"
        }
      }
      for path in set.files(data: data) { entry.bytes += size(of: path) ?? 0 }
      return entry
    }
  }

  /// One file of a set.
  public struct FileReport: Sendable {
    public enum State: String, Sendable {
      case official, missing, changed = "not the official file", unknown = "no checksum known"
    }
    public let path: String
    public let bytes: Int
    public let state: State
    /// As computed: SHA-256, or MD5 where that alone is published.
    public let checksum: String
  }

  /// Compares a set's files with the published checksums.
  public static func check(_ name: String, root: String? = nil) throws -> [FileReport] {
    let set = try named(name)
    guard let data = root ?? dataFolder else {
      throw EngineError.file("HQNN_DATA is not set: name the folder with the data sets")
    }
    let present = set.files(data: data)
    guard !present.isEmpty else {
      _ = try set.find(Set(Part.allCases), root: nil, data: data)  // says what is missing
      return []
    }
    let folder = Files.folder(of: present[0])
    var reports = try present.map { path -> FileReport in
      let size = size(of: path) ?? 0
      switch set.checksum(Files.name(of: path)) {
      case nil: return FileReport(path: path, bytes: size, state: .unknown, checksum: try sha256(ofFile: path))
      case .sha256(let wanted)?:
        let sum = try sha256(ofFile: path)
        return FileReport(path: path, bytes: size, state: sum == wanted ? .official : .changed, checksum: sum)
      case .md5(let wanted)?:
        let sum = try digest(MD5.self, path)
        return FileReport(path: path, bytes: size, state: sum == wanted ? .official : .changed, checksum: sum)
      }
    }
    for name in set.missing(in: folder) {
      reports.append(FileReport(path: folder + "/" + name, bytes: 0, state: .missing, checksum: ""))
    }
    return reports
  }

  static func size(of path: String) -> Int? {
    var info = stat()
    return stat(path, &info) == 0 ? Int(info.st_size) : nil
  }
}

extension KnownSet {
  /// The paths of those files of any form that are there, in the first folder that has some.
  fileprivate func files(data: String) -> [String] {
    for folder in places(root: nil, data: data) {
      var found: [String] = []
      for layout in layouts {
        for part in KnownSets.Part.allCases {
          for name in layout[part] ?? [] {
            if let path = SetFiles.path(in: folder, name), !found.contains(path) { found.append(path) }
          }
        }
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The names that the nearest form lacks.
  fileprivate func missing(in folder: String) -> [String] {
    let lacking = layouts.map { layout in
      KnownSets.Part.allCases.flatMap { layout[$0] ?? [] }.filter { SetFiles.path(in: folder, $0) == nil }
    }
    return lacking.min { $0.count < $1.count } ?? []
  }
}
