// The sets that come with the library or from the four files of MNIST.

import Data
import Foundation
import Tensors
import Testing

private func counts(_ set: Dataset) -> [Int] {
  (0..<set.classes).map { label in set.labels.filter { $0 == label }.count }
}

@Suite struct DigitsTests {
  @Test func digitsHaveTheirPublishedCounts() {
    let (train, test) = Digits.load()
    #expect(train.samples.shape == [1437, 1, 8, 8])
    #expect(test.samples.shape == [360, 1, 8, 8])
    let both = zip(counts(train), counts(test)).map(+)
    #expect(both == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    #expect(Array(train.labels.prefix(10)) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(test.labels.last == 8)
  }

  @Test func digitsPixelsAreSixteenths() {
    let (train, test) = Digits.load()
    let first = [0, 0, 5, 13, 9, 1, 0, 0].map { $0 / 16.0 }
    #expect(Array(train.samples.doubles[..<8]) == first)
    let all = train.samples.doubles + test.samples.doubles
    #expect(all.max() == 1)
    #expect(all.min() == 0)
    // Sum over the whole file, counted with awk.
    #expect(all.reduce(0, +) * 16 == 561718)
  }
}

@Suite struct MNISTTests {
  let folder = TemporaryFolder()

  private func writeSet(_ names: [String], packed: Bool = false) {
    for name in names {
      let bytes = name.contains("images") ? imageFile : labelFile
      _ = folder.write(name, packed ? gzip(bytes, name: name) : bytes)
    }
  }

  static let names = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
  ]
  /// Both parts of MNIST.
  static func load(root: String?, data: String? = nil) throws -> (train: Dataset, test: Dataset) {
    let parts = try KnownSets.load("mnist", root: root, data: data)
    return (parts[.train]!, parts[.test]!)
  }

  /// Where the real files are.
  static let data = ProcessInfo.processInfo.environment["HQNN_DATA"]

  @Test(.enabled(if: data != nil, "needs HQNN_DATA"))
  func mnistHasItsPublishedCounts() throws {
    let (train, test) = try Self.load(root: Self.data! + "/mnist")
    #expect(train.samples.shape == [60000, 1, 28, 28])
    #expect(test.samples.shape == [10000, 1, 28, 28])
    #expect(counts(train) == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    #expect(counts(test) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    // The mean and deviation that everybody normalises with.
    let elements = train.samples.pointer(Float.self)
    var (sum, squares) = (0.0, 0.0)
    for i in 0..<train.samples.count {
      sum += Double(elements[i])
      squares += Double(elements[i]) * Double(elements[i])
    }
    let mean = sum / Double(train.samples.count)
    let deviation = (squares / Double(train.samples.count) - mean * mean).squareRoot()
    #expect(abs(mean - 0.1307) < 5e-5)
    #expect(abs(deviation - 0.3081) < 5e-5)
    let balanced = try train.subset(.init(count: 2000, balanced: true))
    #expect(counts(balanced) == [Int](repeating: 200, count: 10))
  }

  @Test func filesAreFoundPlainPackedAndDotted() throws {
    writeSet(Self.names.map { $0 + ".gz" }, packed: true)
    #expect(try Self.load(root: folder.path).train.labels == [7, 0, 9])
    for name in Self.names { try FileManager.default.removeItem(atPath: folder.path + "/\(name).gz") }
    writeSet(Self.names)
    #expect(try Self.load(root: folder.path).test.count == 3)
    for name in Self.names { try FileManager.default.removeItem(atPath: folder.path + "/" + name) }
    writeSet(Self.names.map { $0.replacingOccurrences(of: "-idx", with: ".idx") })
    #expect(try Self.load(root: folder.path).test.count == 3)
  }

  @Test func theMessageNamesFilesPlacesAndSource() throws {
    writeSet(Array(Self.names[..<3]))
    #expect(
      message { _ = try Self.load(root: folder.path, data: nil) }
        == "MNIST needs the files train-images-idx3-ubyte, train-labels-idx1-ubyte, "
        + "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, plain or with .gz; looked in "
        + "\(folder.path) (lacks t10k-labels-idx1-ubyte) and $HQNN_DATA/mnist (HQNN_DATA is not "
        + "set); they can be had from https://yann.lecun.com/exdb/mnist/ or any mirror")
    #expect(
      message { _ = try Self.load(root: nil, data: folder.path) }.contains(
        "looked in \(folder.path)/mnist (lacks all four); they"))
  }

  @Test func theEnvironmentIsTheSecondPlace() throws {
    let mnist = folder.path + "/mnist"
    try FileManager.default.createDirectory(atPath: mnist, withIntermediateDirectories: true)
    writeSet(Self.names.map { "mnist/" + $0 })
    #expect(try Self.load(root: folder.path + "/nowhere", data: folder.path).train.count == 3)
  }

  @Test func trainAndTestMustHaveImagesOfOneSize() {
    writeSet(Self.names)
    _ = folder.write(
      "t10k-images-idx3-ubyte", bigEndian(2051, 3, 1, 4) + [UInt8](repeating: 0, count: 12))
    #expect(
      message { _ = try Self.load(root: folder.path) }.hasSuffix(
        "t10k-images-idx3-ubyte of 1x4; they must agree"))
  }
}
