// CIFAR, STL-10 and MedMNIST: their bytes, their folders, the real files, damage.

import Data
import Foundation
import Tensors
import Testing

@Suite struct ImageSetTests {
  let folder = TemporaryFolder()
  static let data = ProcessInfo.processInfo.environment["HQNN_DATA"]

  @Test func recordsOfCifarAreRead() throws {
    let paths = [folder.write("a", cifar([[3], [9]])), folder.write("b.gz", gzip(cifar([[0]])))]
    let set = try CIFAR.dataset(paths, kind: .ten)
    #expect(set.samples.shape == [3, 3, 32, 32])
    #expect(set.labels == [3, 9, 0] && set.classes == 10)
    #expect(set.samples[0] == 0 && set.samples[1] == Double(Float(51) / 255))
    #expect(set.samples[3072] == Double(Float(1) / 255) && set.samples[2 * 3072] == 0)
  }

  @Test func cifar100HasTwoLabels() throws {
    let path = folder.write("a", cifar([[19, 99], [4, 30]]))
    #expect(try CIFAR.dataset([path], kind: .hundred).labels == [99, 30])
    let coarse = try CIFAR.dataset([path], kind: .hundredCoarse)
    #expect(coarse.labels == [19, 4] && coarse.classes == 20)
    #expect(coarse.samples[3072] == Double(Float(1) / 255))
    let bad = folder.write("b", cifar([[20, 0]]))
    #expect(message { _ = try CIFAR.dataset([bad], kind: .hundredCoarse) } == "\(bad):0: label 0 is 20; it must be in 0..19")
  }

  @Test func cutRecordsAndWrongLabelsAreNamed() {
    let cut = folder.write("a", Array(cifar([[3], [9]]).dropLast()))
    #expect(message { _ = try CIFAR.dataset([cut], kind: .ten) }
      == "\(cut):6145: the file ends inside of record 1; records have 3073 bytes")
    let empty = folder.write("b", [])
    #expect(message { _ = try CIFAR.dataset([empty], kind: .ten) }.contains(":0: the file ends inside of record 0"))
    let label = folder.write("c", cifar([[3], [10]]))
    #expect(message { _ = try CIFAR.dataset([label], kind: .ten) } == "\(label):3073: label 1 is 10; it must be in 0..9")
  }

  @Test func columnsOfSTLBecomeRows() throws {
    // Byte k of a plane is row k % 96 of column k / 96.
    var image = [UInt8](repeating: 0, count: 3 * 96 * 96)
    image[1] = 51
    image[9216 + 96] = 102
    let images = folder.write("X", image)
    let set = try STL10.dataset(images: images, labels: folder.write("y", [10]))
    #expect(set.labels == [9] && set.samples.shape == [1, 3, 96, 96])
    #expect(set.samples[96] == 0.2 as Double || abs(set.samples[96] - 0.2) < 1e-7)
    #expect(abs(set.samples[9216 + 1] - 0.4) < 1e-7)
    #expect(set.samples.doubles.filter { $0 != 0 }.count == 2)
    let zero = folder.write("z", [0])
    #expect(message { _ = try STL10.dataset(images: images, labels: zero) } == "\(zero):0: label 0 is 0; it must be in 1..10")
    let two = folder.write("t", [1, 2])
    #expect(message { _ = try STL10.dataset(images: images, labels: two) }
      == "\(images) has 1 images but \(two) has 2 labels; there must be one each")
  }

  @Test func medicalSetsHaveThreeParts() throws {
    let parts = try MedMNIST.load(folder.write("m.npz", medical()))
    #expect(parts.count == 3)
    let train = parts[.train]!
    #expect(train.samples.shape == [3, 1, 2, 2] && train.labels == [0, 1, 2])
    // All parts have the classes that the largest label of any part asks for.
    #expect(parts[.test]!.classes == 3 && parts[.validation]!.labels == [1, 0])
    #expect(abs(train.samples[1] - 10.0 / 255) < 1e-7)
    let colour = try MedMNIST.load(folder.write("c.npz", medical(channels: 3)), parts: [.test])
    #expect(colour.count == 1)
    #expect(colour[.test]!.samples.shape == [1, 3, 2, 2])
    #expect(abs(colour[.test]!.samples[1] - 30.0 / 255) < 1e-7)
  }

  @Test func arraysOfAnyArchiveMakeASet() throws {
    let path = folder.path + "/a.npz"
    let x = Tensor((0..<6).map(Float.init), [3, 2])
    try NPZ.write([("x", .tensor(x)), ("y", .integers([2, 0, 1])), ("t", .tensor(Tensor([0.5, 1, 2], [3])))], to: path)
    let set = try MedMNIST.dataset(path, samples: "x", labels: "y", classes: 5)
    #expect(set.samples.doubles == x.doubles && set.labels == [2, 0, 1] && set.classes == 5)
    let pairs = try MedMNIST.dataset(path, samples: "x", labels: "t", classes: nil)
    #expect(pairs.targets?.shape == [3, 1] && pairs.labels.isEmpty)
    #expect(message { _ = try MedMNIST.dataset(path, samples: "x", labels: "y", classes: 2) }
      == "label 0 is 2; it must be in 0..1")
  }

  // MARK: by name

  @Test func setsAreFoundInEitherForm() throws {
    for (name, records) in [("data_batch_1.bin", [[1]]), ("data_batch_2.bin", [[2]]), ("data_batch_3.bin", [[3]]),
      ("data_batch_4.bin", [[4]]), ("data_batch_5.bin", [[5]]), ("test_batch.bin", [[6]])]
    {
      _ = folder.write(name, cifar(records.map { $0.map { UInt8($0) } }))
    }
    let parts = try KnownSets.load("cifar10", root: folder.path, data: nil)
    #expect(parts[.train]!.labels == [1, 2, 3, 4, 5] && parts[.test]!.labels == [6] && parts[.validation] == nil)
    #expect(parts[.train]!.classNames[6] == "frog")
    let small = TemporaryFolder()
    for name in ["train_1.bin", "train_2.bin", "heldout_3000.bin"] { _ = small.write(name, cifar([[7]])) }
    #expect(try KnownSets.load("cifar10", root: small.path, parts: [.train], data: nil)[.train]!.count == 2)
    #expect(message { _ = try KnownSets.load("cifar10", root: small.path, data: nil) }.contains(
      "looked in \(small.path) (lacks test_1000.bin) and"))
  }

  @Test func unknownSetsAndPartsAreNamed() {
    #expect(message { _ = try KnownSets.load("cifar11", root: nil, data: nil) }.hasPrefix(
      "unknown data set 'cifar11' (did you mean 'cifar10'?); known are mnist, fashion_mnist,"))
    #expect(message { _ = try KnownSets.load("iris", root: nil, parts: [.test], data: nil) }
      == "Iris has no test part; it has train")
    let said = message { _ = try KnownSets.load("kmnist", root: nil, parts: [.train], data: folder.path) }
    #expect(said.hasPrefix("KMNIST needs the files train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or with .gz"))
    #expect(said.contains("\(folder.path)/kmnist (lacks both)"))
  }

  @Test(.enabled(if: data != nil, "needs HQNN_DATA")) func theRealSetsAreRead() throws {
    func counts(_ set: Dataset) -> [Int] { (0..<set.classes).map { label in set.labels.count { $0 == label } } }
    let cifar = try KnownSets.load("cifar10")
    #expect(cifar[.train]!.samples.shape == [20000, 3, 32, 32])
    #expect(counts(cifar[.train]!) == [Int](repeating: 2000, count: 10))
    #expect(counts(cifar[.test]!) == [103, 89, 100, 103, 90, 86, 112, 102, 106, 109])
    #expect(counts(cifar[.validation]!) == [Int](repeating: 300, count: 10))
    let fashion = try KnownSets.load("fashion_mnist", parts: [.test])[.test]!
    #expect(counts(fashion) == [Int](repeating: 1000, count: 10) && fashion.classNames[9] == "Ankle boot")
    let kmnist = try KnownSets.load("kmnist", parts: [.test])[.test]!
    #expect(counts(kmnist) == [Int](repeating: 1000, count: 10))
    let iris = try KnownSets.load("iris")[.train]!
    #expect(iris.samples.shape == [150, 4] && counts(iris) == [50, 50, 50])
    #expect(iris.classNames == ["setosa", "versicolor", "virginica"])
    #expect(abs(iris.samples[34 * 4 + 3] - 0.2) < 1e-7)
    let lungs = try KnownSets.load("pneumoniamnist")
    #expect(lungs[.train]!.samples.shape == [2428, 1, 28, 28] && lungs[.train]!.classes == 2)
    #expect(lungs[.validation]!.count == 270 && lungs[.test]!.count == 468)
  }
}

@Suite struct TargetTests {
  @Test func targetsGoAlong() throws {
    let x = Tensor((0..<8).map(Float.init), [4, 2])
    let y = Tensor((0..<4).map { Float($0) * 10 }, [4, 1])
    let set = try Dataset(samples: x, targets: y)
    #expect(set.count == 4 && !set.hasLabels && set.classes == 0)
    #expect(try set.select([3, 0]).targets?.doubles == [30, 0])
    #expect(try set.subset(.init(count: 2)).targets?.doubles == [0, 10])
    #expect(message { _ = try set.subset(.init(balanced: true)) }
      == "a balanced subset needs labels, and this data set has targets alone")
    let labelled = try Dataset(samples: x, labels: [0, 1, 0, 1], classes: 2).with(targets: y)
    let part = try labelled.subset(.init(classes: [1]))
    #expect(part.targets?.doubles == [10, 30] && part.labels == [0, 0])
  }

  @Test func whatDoesNotFitIsRefused() {
    let x = Tensor((0..<8).map(Float.init), [4, 2])
    for (y, expected) in [
      (Tensor([Float(1), 2], [2, 1]), "4 samples but 2 targets; there must be one each"),
      (Tensor([Float(1), 2, 3, 4], [4]), "targets have the shape {4}; it must be {count, values, ...}, every dimension 1 or more"),
      (Tensor([1.0, 2, 3, 4], [4, 1]), "targets are float64; they must be float32, cast them first"),
      (Tensor([1, 2, .infinity, 4] as [Float], [4, 1]), "target 2 has the value inf at its element 0; targets must be finite numbers"),
    ] {
      #expect(message { _ = try Dataset(samples: x, targets: y) } == expected)
    }
  }
}
