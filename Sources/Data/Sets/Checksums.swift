// Where the files of the known sets come from, and the checksums by which they are known.
//
// SHA-256 of MNIST and Fashion-MNIST: computed from copies whose MD5 sums are those their authors
// publish.  CIFAR, KMNIST: as pinned by torchvision-ruby and MLDatasets.jl.  MD5 of MedMNIST: its
// info.py; of STL-10: torchvision.

/// A file on a server.
struct RemoteFile: Sendable {
  enum Checksum: Sendable { case sha256(String), md5(String) }

  /// Its name in the set's folder and behind the URL's last slash.
  let name: String
  let checksum: Checksum
  /// The members of an archive (.tar.gz) that are wanted, with their checksums; none for a plain file.
  var members: [(name: String, checksum: Checksum?)] = []
}

/// Where a set can be had.
struct Download: Sendable {
  let base: String
  let files: [RemoteFile]
  /// What follows the name in the URL.
  var suffix = ""
}

extension KnownSet {
  /// nil for a set that has no download.
  var download: Download? {
    switch name {
    case "mnist":
      return gzipped("https://ossci-datasets.s3.amazonaws.com/mnist", [
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
      ])
    case "fashion_mnist":
      return gzipped("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com", [
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
      ])
    case "kmnist":
      return gzipped("http://codh.rois.ac.jp/kmnist/dataset/kmnist", [
        "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
        "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
        "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
        "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
      ])
    case "cifar10":
      return Download(
        base: "https://www.cs.toronto.edu/~kriz",
        files: [
          RemoteFile(
            name: "cifar-10-binary.tar.gz",
            checksum: .sha256("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
            members: [
              ("data_batch_1.bin", .sha256("cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5")),
              ("data_batch_2.bin", .sha256("a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed")),
              ("data_batch_3.bin", .sha256("bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67")),
              ("data_batch_4.bin", .sha256("014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48")),
              ("data_batch_5.bin", .sha256("755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add")),
              ("test_batch.bin", .sha256("8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b")),
            ])
        ])
    case "cifar100", "cifar100_coarse":
      return Download(
        base: "https://www.cs.toronto.edu/~kriz",
        files: [
          RemoteFile(
            name: "cifar-100-binary.tar.gz",
            checksum: .sha256("58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"),
            members: [
              ("train.bin", .sha256("f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29")),
              ("test.bin", .sha256("d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a")),
            ])
        ])
    case "stl10":
      return Download(
        base: "http://ai.stanford.edu/~acoates/stl10",
        files: [
          RemoteFile(
            name: "stl10_binary.tar.gz", checksum: .md5("91f7769df0f17e558f3565bffb0c7dfb"),
            members: ["train_X.bin", "train_y.bin", "test_X.bin", "test_y.bin"].map { ($0, nil) })
        ])
    default:
      guard let sum = Self.medicalSums[name] else { return nil }
      return Download(
        base: "https://zenodo.org/records/10519652/files",
        files: [RemoteFile(name: name + ".npz", checksum: .md5(sum))], suffix: "?download=1")
    }
  }

  /// The four files of MNIST and its kin, in the order of their layout.
  private func gzipped(_ base: String, _ sums: [String]) -> Download {
    let names = (layouts[0][.train]! + layouts[0][.test]!).map { $0 + ".gz" }
    return Download(base: base, files: zip(names, sums).map { RemoteFile(name: $0, checksum: .sha256($1)) })
  }

  /// The checksum of a file of the set by its name; nil where none is known.
  func checksum(_ name: String) -> RemoteFile.Checksum? {
    for file in download?.files ?? [] {
      if file.members.isEmpty, file.name == name { return file.checksum }
      if let member = file.members.first(where: { $0.name == name }) { return member.checksum }
    }
    return nil
  }

  private static let medicalSums = [
    "pathmnist": "a8b06965200029087d5bd730944a56c1", "chestmnist": "02c8a6516a18b556561a56cbdd36c4a8",
    "dermamnist": "0744692d530f8e62ec473284d019b0c7", "octmnist": "c68d92d5b585d8d81f7112f81e2d0842",
    "pneumoniamnist": "28209eda62fecd6e6a2d98b1501bb15f", "retinamnist": "bd4c0672f1bba3e3a89f0e4e876791e4",
    "breastmnist": "750601b1f35ba3300ea97c75c52ff8f6", "bloodmnist": "7053d0359d879ad8a5505303e11de1dc",
    "tissuemnist": "ebe78ee8b05294063de985d821c1c34b", "organamnist": "866b832ed4eeba67bfb9edee1d5544e6",
    "organcmnist": "0afa5834fb105f7705a7d93372119a21", "organsmnist": "e5c39f1af030238290b9557d9503af9d",
  ]
}
