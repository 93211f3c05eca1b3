// Every file format cut at every length and with random bytes changed: an error or a valid value, no crash.

import Data
import Foundation
import Tensors
import Testing

@Suite struct DamageTests {
  static let table = Array("a,b,\"c \"\"d\"\"\",kind\n1,2.5,-3e-2,x\n4,5,6,\"y,z\"\n7,8,9,x\n".utf8)
  /// Name of the format, a good file, the reader.
  static let formats: [(String, [UInt8], @Sendable (String) throws -> Void)] = [
    ("npy", npy("<i4", "3, 2", (0..<24).map { UInt8($0) }, columnMajor: true), { _ = try NPYArray.read($0).tensor() }),
    ("npy.gz", gzip(npy(">f8", "3,", (0..<24).map { UInt8($0) })), { _ = try NPYArray.read($0).tensor() }),
    ("npz", medical(), { _ = try MedMNIST.load($0) }),
    ("csv", table, { _ = try CSV.dataset($0) }),
    ("idx", imageFile, { _ = try IDX.images($0) }),
    ("png", png(3, 2, kind: 6, [(0..<12).map { UInt8($0 * 20) }, (0..<12).map { UInt8($0 * 11) }]), {
      _ = try PNGFolder.dataset(String($0.dropLast("/a/file".count + 4)))
    }),
  ]

  private func survive(_ format: String, _ path: String, _ read: (String) throws -> Void) {
    do {
      try read(path)
    } catch let error as EngineError {
      #expect(!error.message.isEmpty)
    } catch {
      Issue.record("\(format): \(error)")
    }
  }

  @Test(arguments: formats.indices) func nothingCrashes(format: Int) throws {
    let (name, good, read) = Self.formats[format]
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/a", withIntermediateDirectories: true)
    try read(folder.write("a/file.png", good))
    for length in 0..<good.count { survive(name, folder.write("a/file.png", Array(good[..<length])), read) }
    var stream = RandomStream(seed: 20, purpose: .tensor)
    for _ in 0..<2000 {
      var bytes = good
      for _ in 0...stream.below(3) { bytes[stream.below(bytes.count)] = UInt8(stream.below(256)) }
      survive(name, folder.write("a/file.png", bytes), read)
    }
  }

  @Test func recordsOfAnyLengthAreSurvived() {
    let folder = TemporaryFolder()
    let good = cifar([[3], [9]])
    for length in stride(from: 0, to: good.count, by: 61) {
      survive("cifar", folder.write("c", Array(good[..<length]))) { _ = try CIFAR.dataset([$0], kind: .ten) }
    }
  }

  @Test func picturesAndLabelsOfSTLCutAnywhereAreSurvived() throws {
    let folder = TemporaryFolder()
    let images = (0..<2 * 3 * 96 * 96).map { UInt8(truncatingIfNeeded: $0) }
    let labels = folder.write("labels", [1, 10])
    #expect(try STL10.dataset(images: folder.write("images", images), labels: labels).labels == [0, 9])
    for length in stride(from: 0, to: images.count, by: 1009) {
      let path = folder.write("images", Array(images[..<length]))
      #expect(throws: EngineError.self, "\(length) bytes of images") { try STL10.dataset(images: path, labels: labels) }
    }
    let whole = folder.write("images", images)
    for wrong: [UInt8] in [[], [1], [0, 1], [1, 11], [255, 255], [1, 2, 3]] {
      let path = folder.write("labels", wrong)
      #expect(throws: EngineError.self, "labels \(wrong)") { try STL10.dataset(images: whole, labels: path) }
    }
  }
}

@Suite struct DigestTests {
  /// FIPS 180-4's examples and RFC 1321's, and lengths about the edges of blocks against each other.
  @Test func digestsAreThePublishedOnes() {
    for (text, expected) in [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ] { #expect(KnownSets.sha256(Array(text.utf8)) == expected) }
    for (text, expected) in [
      ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
      ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
      (
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a"
      ),
    ] { #expect(KnownSets.md5(Array(text.utf8)) == expected) }
  }

  @Test func filesHaveTheDigestOfTheirBytes() throws {
    let folder = TemporaryFolder()
    for count in [0, 55, 56, 63, 64, 65, 1 << 20, (1 << 20) + 7] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      #expect(try KnownSets.sha256(ofFile: folder.write("f", bytes)) == KnownSets.sha256(bytes))
    }
  }

  static let data = ProcessInfo.processInfo.environment["HQNN_DATA"]

  @Test(.enabled(if: data != nil, "needs HQNN_DATA")) func theRealFilesAreOfficial() throws {
    #expect(try KnownSets.check("mnist").map(\.state) == [.official, .official, .official, .official])
    #expect(try KnownSets.check("fashion_mnist").allSatisfy { $0.state == .official })
    #expect(try KnownSets.check("cifar10").allSatisfy { $0.state == .unknown })
    let kmnist = try KnownSets.check("kmnist")
    #expect(kmnist.count { $0.state == .missing } == 2)
  }
}

@Suite struct FetchTests {
  let server = TemporaryFolder()
  let folder = TemporaryFolder()

  @Test func wrongFilesAreNotKept() throws {
    _ = server.write("train-images-idx3-ubyte.gz", gzip(imageFile))
    let said = message { _ = try KnownSets.get("mnist", root: folder.path, base: "file://\(server.path)") }
    #expect(said.contains("have the SHA-256 \(KnownSets.sha256(gzip(imageFile))), not the published 440fcabf73cc"), "\(said)")
    #expect(said.hasSuffix("nothing was kept"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/mnist").isEmpty)
  }

  @Test func missingFilesAndServersAreNamed() {
    let said = message { _ = try KnownSets.get("mnist", root: folder.path, base: "file://\(server.path)/") }
    #expect(said.contains("train-images-idx3-ubyte.gz: not fetched: curl: (37)"), "\(said)")
    #expect(message { _ = try KnownSets.get("mnist", root: folder.path, base: "ftp://x") }.contains("not fetched: curl: (1)"))
    #expect(message { _ = try KnownSets.get("iris", root: folder.path) }.hasPrefix("Iris has no known download"))
  }

  @Test(.enabled(if: DigestTests.data != nil, "needs HQNN_DATA")) func whatIsThereIsLeftAlone() throws {
    let source = DigestTests.data! + "/fashion-mnist"
    var asked: [String] = []
    func get() throws -> String {
      try KnownSets.get("fashion_mnist", root: folder.path, base: "file://\(source)") { asked.append($0); return true }
    }
    #expect(try get() == folder.path + "/fashion-mnist")
    #expect(asked.count == 4)
    #expect(try KnownSets.check("fashion_mnist", root: folder.path).allSatisfy { $0.state == .official })
    asked = []
    _ = try get()
    #expect(asked.isEmpty)
    // One that is damaged is fetched again.
    let path = folder.path + "/fashion-mnist/t10k-labels-idx1-ubyte.gz"
    FileManager.default.createFile(atPath: path, contents: Foundation.Data([1, 2, 3]))
    #expect(try KnownSets.check("fashion_mnist", root: folder.path).contains { $0.state == .changed })
    _ = try get()
    #expect(asked == ["file://\(source)/t10k-labels-idx1-ubyte.gz"])
  }
}
