// NumPy's array files (.npy, versions 1 to 3 of the format): reading one array.
// The header's text is NPYHeader's, archives of arrays are NPZ's.

import Tensors

/// An array as it was stored: its numbers in this machine's byte order, row-major.
public struct NPYArray: Sendable {
  /// What the elements are; raw values are NumPy's letters.
  public enum Kind: Character, Sendable {
    case bool = "b", signed = "i", unsigned = "u", float = "f"
  }

  public let shape: [Int]
  public let kind: Kind
  /// Bytes per element: 1, 2, 4 or 8.
  public let width: Int
  let bytes: [UInt8]
  /// How messages call the array.
  let name: String

  public var count: Int { shape.reduce(1, *) }

  /// As in NumPy: "uint8", "float32", "bool".
  public var typeName: String {
    switch kind {
    case .bool: return "bool"
    case .signed: return "int\(8 * width)"
    case .unsigned: return "uint\(8 * width)"
    case .float: return "float\(8 * width)"
    }
  }

  /// Reads a .npy file, plain or gzip.
  public static func read(_ path: String) throws -> NPYArray {
    let file = try InputFile(path: path)
    // What a gzip file holds is not known before it is read; a plain file has its own size.
    let bytes = try file.rest(limit: file.isGzip ? 1 << 36 : file.size)
    return try NPYArray(parsing: bytes, name: path)
  }

  /// From the bytes of a whole file.  Messages call it `name` and give offsets in these bytes.
  init(parsing file: [UInt8], name: String) throws {
    let header = try NPYHeader(file, name: name)
    let have = file.count - header.length
    guard let wanted = header.dataBytes else {
      throw EngineError.file(
        "\(name):10: the header promises \(describe(shape: header.shape)) elements, more than any file has")
    }
    guard have >= wanted else {
      throw EngineError.file(
        "\(name):\(file.count): the header promises \(describe(shape: header.shape)) elements of "
          + "\(header.width) bytes, \(wanted) bytes, but only \(have) follow it")
    }
    guard have == wanted else {
      throw EngineError.file("\(name):\(header.length + wanted): bytes follow after the last element")
    }
    (shape, kind, width, self.name) = (header.shape, header.kind, header.width, name)
    bytes = rowMajor(
      file, from: header.length, shape: header.shape, width: header.width,
      swapped: header.isBigEndian, columnMajor: header.isColumnMajor)
  }

  /// The array as a tensor: float32 where every value of the type is exact in it, else float64.
  ///
  /// An integer that float64 cannot hold exactly (beyond 2^53) is refused.
  public func tensor() throws -> Tensor {
    let isNarrow = kind == .bool || width <= 2 || (kind == .float && width == 4)
    return try tensor(isNarrow ? .float32 : .float64)
  }

  /// The array in an element type, rounded where that has fewer digits.
  public func tensor(_ type: ElementType) throws -> Tensor {
    let result = Tensor(uninitialized: type, shape)
    if let i = convert(bytes, kind, width: width, to: result) {
      throw EngineError.value(
        "\(name): element \(i) is an integer beyond 2^53 (\(typeName)), which no tensor holds exactly")
    }
    return result
  }

  /// The elements as integers; floats must be whole.
  public func integers() throws -> [Int] {
    let (values, bad) = wholeNumbers(bytes, kind, width: width)
    guard let bad else { return values }
    throw EngineError.value("\(name): element \(bad) of the \(typeName) array is not a whole number in range")
  }
}
