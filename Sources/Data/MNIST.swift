// Where the four files of MNIST are, or of a set of the same form (Fashion-MNIST, KMNIST).
// Their format is left to IDX.

import Glibc
import Tensors

public enum MNIST {
  /// Training and test set from the folder `root`; when it is nil or lacks the files, from
  /// $HQNN_DATA/mnist.  [n, 1, 28, 28], pixels in [0, 1].
  public static func load(root: String?) throws -> (train: Dataset, test: Dataset) {
    try load(root: root, data: getenv("HQNN_DATA").map { String(cString: $0) })
  }

  /// The same with the value of HQNN_DATA as an argument.
  package static func load(root: String?, data: String?) throws -> (train: Dataset, test: Dataset) {
    let files = try find(root: root, data: data)
    // Test set first: it is the smaller one, so that damage shows early.
    let test = try IDX.dataset(images: files[2], labels: files[3])
    let train = try IDX.dataset(images: files[0], labels: files[1])
    guard train.samples.shape.dropFirst() == test.samples.shape.dropFirst() else {
      throw EngineError.file(
        "\(files[0]) has images of \(size(train)) pixels but \(files[2]) of \(size(test)); they must agree")
    }
    return (train, test)
  }

  private static let names = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
  ]

  /// The paths of the four files, in the order of `names`.
  private static func find(root: String?, data: String?) throws -> [String] {
    var folders: [String] = []
    if let root { folders.append(root) }
    if let data { folders.append(data + "/mnist") }

    var looked: [String] = []
    for folder in folders {
      let found = names.map { file(in: folder, named: $0) }
      let missing = zip(names, found).filter { $0.1 == nil }.map(\.0)
      if missing.isEmpty { return found.map { $0! } }
      looked.append("\(folder) (lacks \(missing.count == 4 ? "all four" : missing.joined(separator: ", ")))")
    }
    if data == nil { looked.append("$HQNN_DATA/mnist (HQNN_DATA is not set)") }
    throw EngineError.file(
      "MNIST needs the files \(names[0]), \(names[1]), \(names[2]) and \(names[3]), plain or with .gz; "
        + "looked in \(looked.joined(separator: " and ")); they can be had from "
        + "https://yann.lecun.com/exdb/mnist/ or any mirror")
  }

  /// Some mirrors write a dot where the original name has its second dash.
  private static func file(in folder: String, named name: String) -> String? {
    let dotted = name.replacingDash(before: "idx")
    for candidate in [name, name + ".gz", dotted, dotted + ".gz"] {
      let path = folder + "/" + candidate
      var info = stat()
      if stat(path, &info) == 0 { return path }
    }
    return nil
  }

  private static func size(_ set: Dataset) -> String {
    set.samples.shape.suffix(2).map(String.init).joined(separator: "x")
  }
}

extension String {
  /// "a-idx" to "a.idx".
  fileprivate func replacingDash(before word: String) -> String {
    let parts = split(separator: "-", omittingEmptySubsequences: false)
    guard let i = parts.firstIndex(where: { $0.hasPrefix(word) }), i > 0 else { return self }
    return parts[..<i].joined(separator: "-") + "." + parts[i...].joined(separator: "-")
  }
}
