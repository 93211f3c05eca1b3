// The safetensors format (Hugging Face 2022): eight bytes with the length of a JSON header, the header, which says
// name, type, shape and place of every tensor, and the tensors' bytes.  Nothing in it is ever run.

import Tensors

/// A safetensors file: what its header says, checked, and the tensors on request.
///
/// The file may be damaged or made to harm: nothing is allocated for what it merely promises, and every error names the
/// file and the offset.
public final class SafetensorsFile {
  public struct Entry {
    public let name: String
    public let type: SafetensorsType
    public let shape: [Int]
    /// Offset in the file of its first byte, and the end.
    let range: Range<Int>
  }

  /// In the order of their bytes.
  public let entries: [Entry]
  public let metadata: [(key: String, value: String)]
  private let file: RandomAccessFile
  private let places: [String: Int]

  /// Longer headers are refused, as by the format's own library.
  private static let headerLimit = 100_000_000
  private static let maximumRank = 16

  public init(path: String) throws {
    let file = try RandomAccessFile(path: path)
    guard file.size >= 8 else {
      throw file.error(0, "the file has \(file.size) bytes; a safetensors file begins with a length of 8 bytes")
    }
    let length = try file.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Self.headerLimit else {
      throw file.error(0, "the header's length is \(length); at most \(Self.headerLimit) bytes are read")
    }
    let start = 8 + Int(length)
    guard start <= file.size else {
      throw file.error(0, "the header's length is \(length), but the file has \(file.size - 8) bytes after it")
    }
    let bytes = try file.bytes(8..<start)
    guard bytes.first == UInt8(ascii: "{") else { throw file.error(8, "the header does not begin with '{'") }
    let header: JSON
    do { header = try JSON(bytes: bytes) } catch let error as EngineError {
      throw file.error(8, "the header: \(error.message)")
    }
    guard case .object(let members) = header else { throw file.error(8, "the header is not a JSON object") }
    var (entries, metadata): ([Entry], [(key: String, value: String)]) = ([], [])
    for member in members {
      if member.key == "__metadata__" {
        metadata = try Self.metadata(member.value, file)
      } else {
        entries.append(try Self.entry(member, file, start))
      }
    }
    entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    var end = start
    for entry in entries {
      guard entry.range.lowerBound == end else {
        let what = entry.range.lowerBound < end ? "overlaps the one before it" : "leaves a gap before it"
        throw file.error(8, "tensor \"\(entry.name)\" \(what): it begins at \(entry.range.lowerBound - start), not at \(end - start)")
      }
      end = entry.range.upperBound
    }
    guard end == file.size else { throw file.error(end, "\(file.size - end) bytes follow after the last tensor") }
    (self.file, self.entries, self.metadata) = (file, entries, metadata)
    places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
  }

  private static func metadata(_ value: JSON, _ file: RandomAccessFile) throws -> [(key: String, value: String)] {
    guard case .object(let members) = value else {
      throw file.error(8, "\"__metadata__\" must be an object of texts, got \(value.kind)")
    }
    return try members.map { member in
      guard case .string(let text) = member.value else {
        throw file.error(8, "metadata \"\(member.key)\" must be a text, got \(member.value.kind)")
      }
      return (member.key, text)
    }
  }

  private static func entry(_ member: JSON.Member, _ file: RandomAccessFile, _ start: Int) throws -> Entry {
    func fail(_ what: String) -> EngineError { file.error(8, "tensor \"\(member.key)\": \(what)") }
    do {
      let value = member.value
      let name = try value.string("dtype")
      guard let type = SafetensorsType(rawValue: name) else {
        throw EngineError.file("type \(name) is none of \(SafetensorsType.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      let (shape, offsets) = (try value.integers("shape"), try value.integers("data_offsets"))
      guard shape.count <= maximumRank else {
        throw EngineError.file("\(shape.count) dimensions; at most \(maximumRank) are read")
      }
      var bytes = type.bytes
      for dimension in shape {
        let product = bytes.multipliedReportingOverflow(by: dimension)
        guard dimension >= 0, !product.overflow else {
          throw EngineError.file("shape \(describe(shape: shape)) has a negative dimension or too many elements")
        }
        bytes = product.partialValue
      }
      guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= file.size - start else {
        throw EngineError.file("offsets \(offsets) are not two in order in 0...\(file.size - start), the bytes after the header")
      }
      guard offsets[1] - offsets[0] == bytes else {
        throw EngineError.file("\(offsets[1] - offsets[0]) bytes for \(name) \(describe(shape: shape)), which needs \(bytes)")
      }
      return Entry(name: member.key, type: type, shape: shape, range: start + offsets[0]..<start + offsets[1])
    } catch let error as EngineError {
      throw fail(error.message)
    }
  }

  // MARK: tensors

  public func entry(_ name: String) -> Entry? { places[name].map { entries[$0] } }

  public func metadata(_ key: String) -> String? { metadata.first { $0.key == key }?.value }

  /// The values: F32, F16, BF16, U8 and BOOL as float32, F64, I32 and I64 as float64.  An I64 beyond ±2⁵³ is refused.
  public func tensor(_ entry: Entry) throws -> Tensor {
    let isSingle = [.f32, .f16, .bf16, .u8, .bool].contains(entry.type)
    let result = Tensor(uninitialized: isSingle ? .float32 : .float64, entry.shape)
    switch entry.type {
    case .f32, .f64: try file.read(entry.range, into: result)
    case .f16: ForeignElements.convert(try file.bytes(entry.range), UInt16.self, into: result, ForeignElements.half)
    case .bf16: ForeignElements.convert(try file.bytes(entry.range), UInt16.self, into: result, ForeignElements.bfloat)
    case .u8, .bool: ForeignElements.convert(try file.bytes(entry.range), UInt8.self, into: result) { Float($0) }
    case .i32: ForeignElements.convert(try file.bytes(entry.range), Int32.self, into: result) { Double($0) }
    case .i64:
      let bytes = try file.bytes(entry.range)
      var beyond = false
      ForeignElements.convert(bytes, Int64.self, into: result) { value in
        if value.magnitude > 1 << 53 { beyond = true }
        return Double(value)
      }
      guard !beyond else {
        throw file.error(entry.range.lowerBound, "tensor \"\(entry.name)\" has integers beyond 2^53, which float64 cannot hold")
      }
    }
    return result
  }

  /// All tensors with their names.
  public func tensors() throws -> [(name: String, tensor: Tensor)] {
    try entries.map { ($0.name, try tensor($0)) }
  }
}

/// Element types that are read; F32 and F64 are written.
public enum SafetensorsType: String, CaseIterable, Sendable {
  case f64 = "F64", f32 = "F32", f16 = "F16", bf16 = "BF16", i64 = "I64", i32 = "I32", u8 = "U8", bool = "BOOL"

  var bytes: Int {
    switch self {
    case .f64, .i64: return 8
    case .f32, .i32: return 4
    case .f16, .bf16: return 2
    case .u8, .bool: return 1
    }
  }

  init(_ type: ElementType) { self = type == .float32 ? .f32 : .f64 }
}

public enum Safetensors {
  /// Writes tensors to a file, whole or not at all (`AtomicFile`).  Names are distinct and not "__metadata__".
  ///
  /// The wider elements come first, so that every tensor lies at a multiple of its element's size.
  public static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [(key: String, value: String)] = [], to path: String
  ) throws {
    var names: Set<String> = ["__metadata__"]
    for (name, _) in tensors where !names.insert(name).inserted {
      throw EngineError.value("two tensors with the name \"\(name)\"; names must differ and not be \"__metadata__\"")
    }
    let ordered = tensors.filter { $0.tensor.type == .float64 } + tensors.filter { $0.tensor.type == .float32 }
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      members.append(.init("__metadata__", .object(metadata.map { .init($0.key, .string($0.value)) })))
    }
    var end = 0
    for (name, tensor) in ordered {
      let start = end
      end += tensor.bytes
      members.append(
        .init(name, [
          "dtype": .string(SafetensorsType(tensor.type).rawValue), "shape": .array(tensor.shape.map(JSON.integer)),
          "data_offsets": [.integer(start), .integer(end)],
        ]))
    }
    var header = Array(JSON.object(members).text.utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    let file = try AtomicFile(path)
    try file.write(length + header)
    for (_, tensor) in ordered { try file.write(tensor) }
    try file.commit()
  }
}
