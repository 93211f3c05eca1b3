// The IDX reader: good files, plain and gzip, and damage of every kind.

import Data
import Glibc
import Tensors
import Testing

@Suite struct IDXTests {
  let folder = TemporaryFolder()

  @Test func plainFilesAreRead() throws {
    let set = try IDX.dataset(
      images: folder.write("i", imageFile), labels: folder.write("l", labelFile))
    #expect(set.samples.shape == [3, 1, 2, 2])
    #expect(set.samples.type == .float32)
    #expect(set.labels == [7, 0, 9])
    #expect(set.classes == 10)
    #expect(set.samples.doubles == (0..<12).map { Double(Float($0 * 20) / 255) })
  }

  @Test(arguments: [nil, "train-images-idx3-ubyte"])
  func gzipFilesAreRead(name: String?) throws {
    let images = try IDX.images(folder.write("i.gz", gzip(imageFile, name: name)))
    #expect(images.shape == [3, 1, 2, 2])
    #expect(images[11] == Double(Float(220) / 255))
  }

  @Test func gzipIsToldByItsBytesNotByItsName() throws {
    let labels = try IDX.labels(folder.write("labels-without-suffix", gzip(labelFile)))
    #expect(labels == [7, 0, 9])
  }

  @Test func gzipMembersFollowOneAnother() throws {
    let file = gzip(Array(imageFile[..<10])) + gzip(Array(imageFile[10...]))
    #expect(try IDX.images(folder.write("i", file)).count == 12)
  }

  /// What is wrong, the bytes of the image file, and what the message says after the file's name.
  static let damagedImages: [(String, [UInt8], String)] = [
    ("empty", [], ":0: the file ends inside its magic number; images begin with 2051"),
    ("two bytes", [0, 0], ":2: the file ends inside its magic number; images begin with 2051"),
    (
      "bad magic", [0x89, 0x50, 0x4e, 0x47] + imageFile,
      ":0: the magic number is 2303741511; IDX images begin with 2051"
    ),
    (
      "labels", labelFile,
      ":3: the file has 1 dimensions (magic 2049), which is a file of labels; images have 3 (magic 2051)"
    ),
    (
      "floats", bigEndian(0x0D03, 1, 1, 1, 0),
      ":2: the elements are 32-bit floats (magic 3331); images are unsigned bytes (magic 2051)"
    ),
    (
      "unknown type", bigEndian(0x0A03, 1, 1, 1, 0),
      ":0: the magic number is 2563; IDX images begin with 2051"
    ),
    (
      "four dimensions", bigEndian(0x0804, 1, 1, 1, 1) + [0],
      ":3: the file has 4 dimensions (magic 2052); images have 3 (magic 2051)"
    ),
    ("cut header", Array(imageFile[..<11]), ":11: the file ends inside its header of 16 bytes"),
    ("no images", bigEndian(2051, 0, 2, 2), ":4: dimension 0 is 0; it must be 1 or more"),
    ("no columns", bigEndian(2051, 3, 2, 0), ":12: dimension 2 is 0; it must be 1 or more"),
    (
      "cut", Array(imageFile[..<20]),
      ":20: the header promises {3, 2, 2} images, 12 bytes, but only 4 follow it"
    ),
    (
      "counts larger than the file", bigEndian(2051, 60000, 28, 28) + [1, 2, 3],
      ":19: the header promises {60000, 28, 28} images, 47040000 bytes, but only 3 follow it"
    ),
    (
      "counts beyond any file", bigEndian(2051, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF),
      ":4: the header promises {4294967295, 4294967295, 4294967295} bytes, more than any file has"
    ),
    ("trailing bytes", imageFile + [0], ":28: bytes follow after the last of 3 images"),
  ]

  @Test(arguments: damagedImages)
  func damageIsNamedWithItsPlace(kind: String, bytes: [UInt8], expected: String) {
    let path = folder.write("images", bytes)
    #expect(message { _ = try IDX.images(path) } == path + expected, "\(kind)")
  }

  @Test(arguments: damagedImages)
  func damageInsideOfGzipIsNamedAlike(kind: String, bytes: [UInt8], expected: String) {
    let path = folder.write("images.gz", gzip(bytes))
    #expect(message { _ = try IDX.images(path) } == path + expected, "\(kind)")
  }

  static let damagedGzip: [(String, [UInt8], String)] = [
    ("cut in its header", Array(gzip(imageFile)[..<6]), ":6: the gzip stream is cut short here"),
    ("cut in its data", Array(gzip(imageFile)[..<30]), ":30: the gzip stream is cut short here"),
    (
      "cut in its trailer", Array(gzip(imageFile).dropLast(3)),
      ":48: the gzip stream is cut short here"
    ),
    (
      "wrong checksum", changed(gzip(imageFile), at: -8),
      ":47: damaged gzip data (incorrect data check)"
    ),
    (
      "wrong length", changed(gzip(imageFile), at: -4),
      ":51: damaged gzip data (incorrect length check)"
    ),
    (
      "unknown block type", changed(gzip(imageFile), at: 10, by: 6),
      ":11: damaged gzip data (invalid block type)"
    ),
    (
      "unknown method", changed(gzip(imageFile), at: 2),
      ":4: damaged gzip data (unknown compression method)"
    ),
    (
      "other bytes behind", gzip(imageFile) + [1, 2, 3],
      ":51: bytes that are not gzip follow after the gzip stream"
    ),
  ]

  /// The bytes with one of them changed, counted from the end when `place` is negative.
  static func changed(_ bytes: [UInt8], at place: Int, by mask: UInt8 = 1) -> [UInt8] {
    var bytes = bytes
    bytes[place < 0 ? bytes.count + place : place] ^= mask
    return bytes
  }

  @Test(arguments: damagedGzip)
  func damagedGzipIsNamedWithItsPlace(kind: String, bytes: [UInt8], expected: String) {
    let path = folder.write("images.gz", bytes)
    #expect(message { _ = try IDX.images(path) } == path + expected, "\(kind)")
  }

  @Test func everyCutAndEveryFlippedByteIsSurvived() {
    for file in [imageFile, gzip(imageFile, name: "x")] {
      for length in 0..<file.count {
        let path = folder.write("cut", Array(file[..<length]))
        #expect(message { _ = try IDX.images(path) }.hasPrefix(path + ":"))
      }
      // A flipped pixel is no damage that a reader could see, so nothing is asserted here.
      for place in file.indices {
        for mask in [UInt8(0x01), 0x80, 0xFF] {
          let path = folder.write("flipped", Self.changed(file, at: place, by: mask))
          _ = try? IDX.images(path)
        }
      }
    }
  }

  @Test func labelsAreChecked() {
    let path = folder.write("l", bigEndian(2049, 3) + [1, 10, 2])
    #expect(message { _ = try IDX.labels(path) } == "\(path):9: label 1 is 10; it must be in 0..9")
    let images = folder.write("i", imageFile)
    #expect(
      message { _ = try IDX.labels(images) } == images
        + ":3: the file has 3 dimensions (magic 2051), which is a file of images; labels have 1 (magic 2049)")
  }

  @Test func imagesAndLabelsMustBeAsMany() {
    let images = folder.write("i", imageFile)
    let labels = folder.write("l", bigEndian(2049, 2) + [1, 2])
    #expect(
      message { _ = try IDX.dataset(images: images, labels: labels) }
        == "\(images) has 3 images but \(labels) has 2 labels; there must be one each")
  }

  @Test func moreThanTheMemoryIsRefusedNotTried() throws {
    // 2^39 bytes that take no room on the disk.
    let path = folder.write("sparse", bigEndian(2051, 1 << 15, 1 << 12, 1 << 12))
    guard truncate(path, 16 + 1 << 39) == 0 else { return }
    let said = message { _ = try IDX.images(path) }
    #expect(said.hasPrefix("\(path): {32768, 4096, 4096} images need 2621440 MiB, more than this machine has ("))
  }

  @Test func whatIsNoFileIsSaidSo() {
    let missing = folder.path + "/none"
    #expect(
      message { _ = try IDX.images(missing) }
        == "\(missing): cannot be opened: No such file or directory")
    #expect(message { _ = try IDX.images(folder.path) } == "\(folder.path): is not a regular file")
    #expect(message { _ = try IDX.images("/dev/zero") } == "/dev/zero: is not a regular file")
  }
}
