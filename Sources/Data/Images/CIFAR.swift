// The binary files of CIFAR-10 and CIFAR-100 (Krizhevsky, Nair, Hinton 2009), plain or gzip.
// Which files belong together is left to KnownSets.

import Tensors

/// Records of one or two label bytes and 3072 pixels: 1024 red, 1024 green, 1024 blue, each 32x32
/// row-major.
public enum CIFAR {
  public enum Kind: Sendable {
    case ten
    /// Labels of 100 classes, or of their 20 superclasses.
    case hundred, hundredCoarse

    var classes: Int { self == .ten ? 10 : self == .hundred ? 100 : 20 }
    var labelBytes: Int { self == .ten ? 1 : 2 }
    /// Which of the label bytes counts: the first of a record of CIFAR-100 is the coarse one.
    var labelPlace: Int { self == .hundred ? 1 : 0 }
  }

  /// Files one after the other, [n, 3, 32, 32] with pixels in [0, 1].
  public static func dataset(
    _ paths: [String], kind: Kind, classNames: [String] = []
  ) throws -> Dataset {
    var parts: [[UInt8]] = []
    for path in paths { parts.append(try read(path, kind)) }
    let record = kind.labelBytes + pixels
    let count = parts.reduce(0) { $0 + $1.count / record }
    try checkMemory(4 * pixels * count, paths.first ?? "", "\(count) images")
    let samples = Tensor(uninitialized: .float32, [count, 3, 32, 32])
    var labels: [Int] = []
    labels.reserveCapacity(count)
    for bytes in parts {
      let rows = bytes.count / record
      convert(
        bytes, records: rows, length: record, skipping: kind.labelBytes, scale: 255, to: samples,
        from: labels.count)
      for row in 0..<rows { labels.append(Int(bytes[row * record + kind.labelPlace])) }
    }
    return Dataset(checked: samples, labels: labels, classes: kind.classes, classNames: classNames)
  }

  private static let pixels = 3072
  /// The training part of CIFAR-100 has 50,000 records in one file; nothing needs twice as many.
  private static let limit = 100_000

  private static func read(_ path: String, _ kind: Kind) throws -> [UInt8] {
    let record = kind.labelBytes + pixels
    let bytes = try InputFile(path: path).rest(limit: limit * record)
    guard !bytes.isEmpty, bytes.count % record == 0 else {
      throw EngineError.file(
        "\(path):\(bytes.count): the file ends inside of record \(bytes.count / record); "
          + "records have \(record) bytes")
    }
    for start in stride(from: 0, to: bytes.count, by: record) {
      let place = start + kind.labelPlace
      guard bytes[place] < kind.classes else {
        throw EngineError.file(
          "\(path):\(place): label \(start / record) is \(bytes[place]); it must be in 0..\(kind.classes - 1)")
      }
    }
    return bytes
  }
}
