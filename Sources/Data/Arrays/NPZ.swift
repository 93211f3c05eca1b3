// NumPy's archives of arrays (.npz): a zip file with one .npy entry per array.
// The zip format is left to ZipReader and ZipWriter, the arrays to NPYArray.

import Tensors

/// An open archive; arrays are read one by one.
public struct NPZ {
  public let path: String
  /// Names without ".npy", in the archive's order.
  public let names: [String]
  private let zip: ZipReader

  public init(_ path: String) throws {
    self.path = path
    zip = try ZipReader(path)
    names = zip.entries.map { Self.shortened($0.name) }
  }

  public func contains(_ name: String) -> Bool { names.contains(name) }

  public func array(_ name: String) throws -> NPYArray {
    guard let i = names.firstIndex(of: name) else {
      let hint = closest(to: name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
      throw EngineError.value(
        "\(path): there is no array '\(name)'\(hint); the file has "
          + (names.isEmpty ? "none" : names.prefix(20).joined(separator: ", ")))
    }
    return try NPYArray(parsing: zip.content(zip.entries[i]), name: "\(path):\(name)")
  }

  private static func shortened(_ name: String) -> String {
    name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
  }

  /// What can be written.
  public enum Content {
    case tensor(Tensor)
    /// As int64, one axis.
    case integers([Int])
  }

  /// Writes arrays in this order, deflated when `compressed`.  The file appears when it is complete.
  ///
  /// The same arrays give the same bytes: the entries bear no time.
  public static func write(
    _ arrays: [(name: String, content: Content)], to path: String, compressed: Bool = false
  ) throws {
    guard !arrays.isEmpty else { throw EngineError.value("\(path): an archive needs at least one array") }
    var seen: Set<String> = []
    for (name, _) in arrays {
      guard !name.isEmpty, name.utf8.count <= 1000, !name.contains("\0"), name.utf8.first != UInt8(ascii: "/") else {
        throw EngineError.value("'\(name)' cannot name an array; names have 1 to 1000 bytes and begin with no /")
      }
      guard seen.insert(name).inserted else { throw EngineError.value("two arrays are named '\(name)'") }
    }
    let zip = try ZipWriter(path, compressed: compressed)
    for (name, content) in arrays { try zip.add(name + ".npy", content.header, content.withBytes) }
    try zip.finish()
  }

  /// Writes one array as .npy.
  public static func write(_ content: Content, toNPY path: String) throws {
    let file = try AtomicFile(path)
    try file.write(content.header)
    try content.withBytes { try file.write($0) }
    try file.commit()
  }
}

extension NPZ.Content {
  fileprivate var header: [UInt8] {
    switch self {
    case .tensor(let tensor):
      return NPYHeader.written(type: tensor.type == .float32 ? "<f4" : "<f8", shape: tensor.shape)
    case .integers(let values): return NPYHeader.written(type: "<i8", shape: [values.count])
    }
  }

  fileprivate func withBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    switch self {
    case .tensor(let tensor):
      try withExtendedLifetime(tensor) {
        try body(UnsafeRawBufferPointer(start: tensor.raw, count: tensor.bytes))
      }
    case .integers(let values): try values.withUnsafeBytes(body)
    }
  }
}
