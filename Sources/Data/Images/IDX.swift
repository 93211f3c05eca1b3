// The IDX format of MNIST (LeCun, Cortes, Burges 1998): big-endian header, then unsigned bytes.
// Opening and inflating is left to InputFile; which files belong together, to MNIST.

import Tensors

/// Readers for the two kinds of IDX file that image sets come in.
///
/// A file begins with a magic number 0x0000TTRR (TT element type, RR dimensions), then RR dimensions
/// as big-endian 32-bit numbers, then the elements.  Nothing in the header is believed before the
/// bytes are there, and nothing may follow them.  Messages name the file and the offset, in a
/// compressed file the offset in its content.
public enum IDX {
  /// Images [count, 1, height, width] as bytes divided by 255 (magic 2051).
  public static func images(_ path: String) throws -> Tensor {
    let (shape, bytes) = try read(path, dimensions: 3, what: "images")
    let result = Tensor(uninitialized: .float32, [shape[0], 1, shape[1], shape[2]])
    convert(bytes, scale: 255, to: result)
    return result
  }

  /// Labels (magic 2049), each below `classes`.
  public static func labels(_ path: String, classes: Int = 10) throws -> [Int] {
    let (_, bytes) = try read(path, dimensions: 1, what: "labels")
    if let i = bytes.firstIndex(where: { $0 >= classes }) {
      throw EngineError.file(
        "\(path):\(8 + i): label \(i) is \(bytes[i]); it must be in 0..\(classes - 1)")
    }
    return bytes.map(Int.init)
  }

  /// A pair of files as a data set.
  public static func dataset(images: String, labels: String, classes: Int = 10) throws -> Dataset {
    // Labels first: they are small, and the wrong file is noticed before the large one is read.
    let labelNumbers = try Self.labels(labels, classes: classes)
    let samples = try Self.images(images)
    guard samples.shape[0] == labelNumbers.count else {
      throw EngineError.file(
        "\(images) has \(samples.shape[0]) images but \(labels) has \(labelNumbers.count) labels; "
          + "there must be one each")
    }
    return Dataset(checked: samples, labels: labelNumbers, classes: classes)
  }

  private static func read(
    _ path: String, dimensions: Int, what: String
  ) throws -> (shape: [Int], bytes: [UInt8]) {
    let file = try InputFile(path: path)
    let magic = try file.read(4)
    try check(magic: magic, path: path, dimensions: dimensions, what: what)

    let header = try file.read(4 * dimensions)
    guard header.count == 4 * dimensions else {
      throw EngineError.file(
        "\(path):\(file.offset): the file ends inside its header of \(4 + 4 * dimensions) bytes")
    }
    let shape = (0..<dimensions).map { number(header, at: 4 * $0) }
    if let i = shape.firstIndex(of: 0) {
      throw EngineError.file("\(path):\(4 + 4 * i): dimension \(i) is 0; it must be 1 or more")
    }

    let start = file.offset
    var expected = 1
    for size in shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: size)
      // 2^40 bytes: beyond it a header is certainly wrong, and sums stay far from overflow.
      guard !overflow && product <= 1 << 40 else {
        throw EngineError.file(
          "\(path):4: the header promises \(describe(shape: shape)) bytes, more than any file has")
      }
      expected = product
    }
    // As bytes and as floats.  A sparse file may really be that long.
    try checkMemory(5 * expected, path, "\(describe(shape: shape)) \(what)")
    // One byte more than expected, to see the end (and to let gzip verify its checksum).
    let bytes = try file.read(expected + 1)
    guard bytes.count >= expected else {
      throw EngineError.file(
        "\(path):\(start + bytes.count): the header promises \(describe(shape: shape)) \(what), "
          + "\(expected) bytes, but only \(bytes.count) follow it")
    }
    guard bytes.count == expected else {
      throw EngineError.file("\(path):\(start + expected): bytes follow after the last of \(shape[0]) \(what)")
    }
    return (shape, bytes)
  }

  private static func check(magic: [UInt8], path: String, dimensions: Int, what: String) throws {
    let wanted = 2048 + dimensions
    guard magic.count == 4 else {
      throw EngineError.file(
        "\(path):\(magic.count): the file ends inside its magic number; \(what) begin with \(wanted)")
    }
    let value = number(magic, at: 0)
    if value == wanted { return }
    guard value >> 16 == 0, let type = elementTypes[value >> 8] else {
      throw EngineError.file("\(path):0: the magic number is \(value); IDX \(what) begin with \(wanted)")
    }
    guard value >> 8 == 8 else {
      throw EngineError.file(
        "\(path):2: the elements are \(type) (magic \(value)); \(what) are unsigned bytes "
          + "(magic \(wanted))")
    }
    let hint = value == 2049 ? ", which is a file of labels" : value == 2051 ? ", which is a file of images" : ""
    throw EngineError.file(
      "\(path):3: the file has \(value & 0xff) dimensions (magic \(value))\(hint); \(what) have "
        + "\(dimensions) (magic \(wanted))")
  }

  private static let elementTypes: [Int: String] = [
    0x08: "unsigned bytes", 0x09: "signed bytes", 0x0B: "16-bit integers", 0x0C: "32-bit integers",
    0x0D: "32-bit floats", 0x0E: "64-bit floats",
  ]

  private static func number(_ bytes: [UInt8], at offset: Int) -> Int {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}
