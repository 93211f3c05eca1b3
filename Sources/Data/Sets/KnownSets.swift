// The public data sets that hqnn knows by name: which files they are, how these are read.
// Finding the files is left to SetFiles, fetching them to Download.

import Glibc
import Tensors

public enum KnownSets {
  public enum Part: String, CaseIterable, Sendable { case train, validation, test }

  /// The parts of a set that were asked for and that it has.
  public typealias Parts = [Part: Dataset]

  /// The parts of a set from the folder `root`; when it is nil or lacks the files, from the set's
  /// folder in $HQNN_DATA.  A part that the set does not have is left out.
  public static func load(
    _ name: String, root: String? = nil, parts: Set<Part> = Set(Part.allCases)
  ) throws -> Parts {
    try load(name, root: root, parts: parts, data: dataFolder)
  }

  /// $HQNN_DATA.
  static var dataFolder: String? { getenv("HQNN_DATA").map { String(cString: $0) } }

  /// The same with the value of HQNN_DATA as an argument.
  package static func load(
    _ name: String, root: String?, parts: Set<Part> = Set(Part.allCases), data: String?
  ) throws -> Parts {
    let set = try named(name)
    let files = try set.find(parts, root: root, data: data)
    return try set.read(files, parts)
  }

  static func named(_ name: String) throws -> KnownSet {
    if let set = all.first(where: { $0.name == name }) { return set }
    if let set = resized(name) { return set }
    let hint = closest(to: name, among: all.map(\.name)).map { " (did you mean '\($0)'?)" } ?? ""
    throw EngineError.value(
      "unknown data set '\(name)'\(hint); known are \(all.map(\.name).joined(separator: ", "))")
  }

  static let all: [KnownSet] =
    [mnist, fashion, kmnist, cifar10, cifar100, cifar100Coarse, stl10, iris] + medMNIST.map { medical($0.name, $0.words) }

  // MARK: the sets

  private static let mnist = KnownSet(
    name: "mnist", title: "MNIST", folders: ["mnist"], layouts: [idxFiles],
    source: "https://yann.lecun.com/exdb/mnist/ or any mirror", read: idx([]))

  private static let fashion = KnownSet(
    name: "fashion_mnist", title: "Fashion-MNIST", folders: ["fashion-mnist", "fashion_mnist"], layouts: [idxFiles],
    source: "https://github.com/zalandoresearch/fashion-mnist",
    read: idx([
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]))

  private static let kmnist = KnownSet(
    name: "kmnist", title: "KMNIST", folders: ["kmnist"], layouts: [idxFiles],
    source: "http://codh.rois.ac.jp/kmnist/",
    read: idx(["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]))

  private static let cifar10 = KnownSet(
    name: "cifar10", title: "CIFAR-10", folders: ["cifar10", "cifar-10-batches-bin"],
    layouts: [
      [.train: (1...5).map { "data_batch_\($0).bin" }, .test: ["test_batch.bin"]],
      // A smaller selection in the official format, as the README of hqnn's test data describes it.
      [.train: ["train_1.bin", "train_2.bin"], .validation: ["heldout_3000.bin"], .test: ["test_1000.bin"]],
    ],
    source: "https://www.cs.toronto.edu/~kriz/cifar.html",
    read: eachPart {
      try CIFAR.dataset($0, kind: .ten, classNames: [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
      ])
    })

  private static let cifar100 = hundred("cifar100", "CIFAR-100", .hundred)
  private static let cifar100Coarse = hundred("cifar100_coarse", "CIFAR-100 with its 20 superclasses", .hundredCoarse)

  private static func hundred(_ name: String, _ title: String, _ kind: CIFAR.Kind) -> KnownSet {
    KnownSet(
      name: name, title: title, folders: ["cifar100", "cifar-100-binary"],
      layouts: [[.train: ["train.bin"], .test: ["test.bin"]]],
      source: "https://www.cs.toronto.edu/~kriz/cifar.html",
      read: eachPart { try CIFAR.dataset($0, kind: kind) })
  }

  private static let stl10 = KnownSet(
    name: "stl10", title: "STL-10", folders: ["stl10", "stl10_binary"],
    layouts: [[.train: ["train_X.bin", "train_y.bin"], .test: ["test_X.bin", "test_y.bin"]]],
    source: "https://cs.stanford.edu/~acoates/stl10/",
    read: eachPart {
      try STL10.dataset(images: $0[0], labels: $0[1], classNames: [
        "airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck",
      ])
    })

  private static let iris = KnownSet(
    name: "iris", title: "Iris", folders: ["iris"], layouts: [[.train: ["iris.csv"]]],
    source: "https://archive.ics.uci.edu/dataset/53/iris",
    read: eachPart { paths in
      let set = try CSV.dataset(paths[0])
      return set.classes == 3 ? set.with { $0.classNames = ["setosa", "versicolor", "virginica"] } : set
    })

  /// The two-dimensional sets of MedMNIST v2 (Yang et al. 2023).
  private static let medMNIST: [(name: String, words: String)] = [
    ("pathmnist", "PathMNIST"), ("chestmnist", "ChestMNIST"), ("dermamnist", "DermaMNIST"),
    ("octmnist", "OCTMNIST"), ("pneumoniamnist", "PneumoniaMNIST"), ("retinamnist", "RetinaMNIST"),
    ("breastmnist", "BreastMNIST"), ("bloodmnist", "BloodMNIST"), ("tissuemnist", "TissueMNIST"),
    ("organamnist", "OrganAMNIST"), ("organcmnist", "OrganCMNIST"), ("organsmnist", "OrganSMNIST"),
  ]

  private static func medical(_ name: String, _ title: String) -> KnownSet {
    let file = "\(name).npz"
    return KnownSet(
      name: name, title: title, folders: ["medmnist"],
      layouts: [[.train: [file], .validation: [file], .test: [file]]], source: "https://medmnist.com",
      read: { files, parts in
        guard let path = files.values.first?.first else { return [:] }
        return try MedMNIST.load(path, parts: parts)
      })
  }

  /// "pathmnist_64": the same set in larger images.
  private static func resized(_ name: String) -> KnownSet? {
    let parts = name.split(separator: "_")
    guard parts.count == 2, ["64", "128", "224"].contains(parts[1]),
      let (_, words) = medMNIST.first(where: { $0.name == parts[0] })
    else { return nil }
    return medical(name, "\(words) of \(parts[1]) pixels")
  }

  // MARK: how they are read

  private static let idxFiles: SetFiles.Layout = [
    .train: ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
    .test: ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
  ]

  /// Sets whose parts are files of their own.
  private static func eachPart(
    _ read: @escaping @Sendable ([String]) throws -> Dataset
  ) -> @Sendable (SetFiles.Found, Set<Part>) throws -> Parts {
    { files, _ in
      var result: Parts = [:]
      // Test set first: it is the smaller one, so that damage shows early.
      for part in Part.allCases.reversed() { result[part] = try files[part].map(read) }
      return result
    }
  }

  private static func idx(_ names: [String]) -> @Sendable (SetFiles.Found, Set<Part>) throws -> Parts {
    let each = eachPart { try IDX.dataset(images: $0[0], labels: $0[1]).with { $0.classNames = names } }
    return { files, parts in
      let result = try each(files, parts)
      if let train = result[.train], let test = result[.test],
        train.samples.shape.dropFirst() != test.samples.shape.dropFirst()
      {
        func size(_ set: Dataset) -> String { set.samples.shape.suffix(2).map(String.init).joined(separator: "x") }
        throw EngineError.file(
          "\(files[.train]![0]) has images of \(size(train)) pixels but \(files[.test]![0]) of \(size(test)); "
            + "they must agree")
      }
      return result
    }
  }
}

/// One set by its name.
struct KnownSet: Sendable {
  let name: String
  /// What people call it.
  let title: String
  /// Its folder in $HQNN_DATA; the first is where it is downloaded to.
  let folders: [String]
  /// The files of its parts, in one or several forms; the first is the official one.
  let layouts: [SetFiles.Layout]
  /// Where people find it.
  let source: String
  let read: @Sendable (SetFiles.Found, Set<KnownSets.Part>) throws -> KnownSets.Parts
}
