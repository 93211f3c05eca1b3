// The binary files of STL-10 (Coates, Lee, Ng 2011), plain or gzip.
// Which files belong together is left to KnownSets.

import Tensors

/// Images of 3 planes (red, green, blue) of 96x96 bytes, each column by column; labels 1 to 10 in a
/// file of their own, one byte each.
public enum STL10 {
  /// [n, 3, 96, 96] with pixels in [0, 1]; labels 0 to 9.
  public static func dataset(
    images: String, labels: String, classNames: [String] = []
  ) throws -> Dataset {
    let numbers = try InputFile(path: labels).rest(limit: limit)
    guard !numbers.isEmpty else { throw EngineError.file("\(labels):0: the file is empty") }
    if let i = numbers.firstIndex(where: { $0 < 1 || $0 > 10 }) {
      throw EngineError.file("\(labels):\(i): label \(i) is \(numbers[i]); it must be in 1..10")
    }
    let bytes = try InputFile(path: images).rest(limit: limit * pixels)
    guard bytes.count % pixels == 0 else {
      throw EngineError.file(
        "\(images):\(bytes.count): the file ends inside of image \(bytes.count / pixels); "
          + "images have \(pixels) bytes")
    }
    let count = bytes.count / pixels
    guard count == numbers.count else {
      throw EngineError.file(
        "\(images) has \(count) images but \(labels) has \(numbers.count) labels; there must be one each")
    }
    try checkMemory(4 * bytes.count, images, "\(count) images")
    let samples = Tensor(uninitialized: .float32, [count, 3, 96, 96])
    convertColumnMajor(bytes, planes: 3 * count, side: 96, scale: 255, to: samples)
    return Dataset(
      checked: samples, labels: numbers.map { Int($0) - 1 }, classes: 10, classNames: classNames)
  }

  private static let pixels = 3 * 96 * 96
  /// The larger of the labelled parts has 8,000 images.
  private static let limit = 20_000
}
