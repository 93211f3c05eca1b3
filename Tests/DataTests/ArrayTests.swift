// NumPy's files: every type and layout, archives, and what is written.

import Data
import Foundation
import Tensors
import Testing

@Suite struct ArrayTests {
  let folder = TemporaryFolder()

  /// Type, bytes of the two values, the values.
  static let types: [(String, [UInt8], [Double])] = [
    ("|b1", [0, 1], [0, 1]),
    ("|u1", [7, 255], [7, 255]),
    ("|i1", [7, 255], [7, -1]),
    ("<u2", [1, 2, 255, 255], [513, 65535]),
    (">u2", [1, 2, 255, 255], [258, 65535]),
    ("<i2", [0, 128, 1, 0], [-32768, 1]),
    ("<u4", little(4, 70000, 4_294_967_295), [70000, 4_294_967_295]),
    (">u4", bigEndian(70000, 1), [70000, 1]),
    ("<i4", little(4, -5, 1), [-5, 1]),
    ("<u8", little(8, 1 << 53, 3), [9_007_199_254_740_992, 3]),
    ("<i8", little(8, -(1 << 53), 3), [-9_007_199_254_740_992, 3]),
    ("<f2", [0x00, 0x3C, 0x01, 0x80], [1, -0x1p-24]),
    (">f2", [0x7B, 0xFF, 0x35, 0x55], [65504, Double(0x155 + 0x400) * 0x1p-12]),
    ("<f4", little(4, Int(Float(0.1).bitPattern), Int(Float(-2).bitPattern)), [Double(Float(0.1)), -2]),
    (">f4", Array(little(4, Int(Float(0.1).bitPattern)).reversed()) + [0, 0, 0, 0], [Double(Float(0.1)), 0]),
    ("<f8", little(8, Int(0.1.bitPattern), Int(bitPattern: UInt((-3.0).bitPattern))), [0.1, -3]),
    (">f8", Array(little(8, Int(0.1.bitPattern)).reversed()) + [UInt8](repeating: 0, count: 8), [0.1, 0]),
  ]

  @Test(arguments: types)
  func everyTypeIsRead(type: String, bytes: [UInt8], expected: [Double]) throws {
    let array = try NPYArray.read(folder.write("a.npy", npy(type, "2,", bytes)))
    let tensor = try array.tensor()
    #expect(tensor.doubles == expected)
    let isWide = ["4", "8"].contains(type.last) && type != "<f4" && type != ">f4"
    #expect(tensor.type == (isWide ? .float64 : .float32))
    #expect(tensor.shape == [2])
    if expected.allSatisfy({ $0 == $0.rounded() }) { #expect(try array.integers() == expected.map { Int($0) }) }
  }

  @Test func columnMajorArraysAreTransposed() throws {
    // {{1, 2, 3}, {4, 5, 6}} column by column.
    let flat = npy("|u1", "2, 3", [1, 4, 2, 5, 3, 6], columnMajor: true)
    #expect(try NPYArray.read(folder.write("a", flat)).tensor().doubles == [1, 2, 3, 4, 5, 6])
    // Three axes, as written by hand: element (i, j, k) is at i + 2 j + 6 k.
    let cube = npy("<u2", "2, 3, 2", (0..<12).flatMap { [UInt8($0), 1] }, columnMajor: true)
    var expected: [Double] = []
    for i in 0..<2 { for j in 0..<3 { for k in 0..<2 { expected.append(Double(i + 2 * j + 6 * k + 256)) } } }
    #expect(try NPYArray.read(folder.write("a", cube)).tensor().doubles == expected)
  }

  @Test(arguments: [1, 2, 3]) func versionsAreRead(version: Int) throws {
    let file = npy("{'shape': (3L,), 'descr': \"|u1\", 'fortran_order': False}", [1, 2, 3], version: version)
    #expect(try NPYArray.read(folder.write("a", file)).tensor().doubles == [1, 2, 3])
  }

  @Test func scalarsAndEmptyArraysAreRead() throws {
    #expect(try NPYArray.read(folder.write("a", npy("|u1", "", [5]))).tensor().shape == [])
    #expect(try NPYArray.read(folder.write("a", npy("<f8", "0, 4", []))).tensor().shape == [0, 4])
    #expect(try NPYArray.read(folder.write("a", gzip(npy("|u1", "1,", [5])))).tensor().doubles == [5])
  }

  /// The file and what the message says behind its name.
  static let refused: [(String, [UInt8], String)] = [
    ("empty", [], ":0: does not begin like a NumPy array (\\x93NUMPY)"),
    ("version 4", npy("{}", [], version: 4), ":6: version 4.0 of the format; known are 1, 2 and 3"),
    ("cut header", Array(npy("|u1", "1,", [5]).prefix(30)), ":30: the file ends inside its header of 68 bytes"),
    (
      "long header", [0x93] + Array("NUMPY".utf8) + [2, 0] + little(4, 1 << 31),
      ":8: a header of 2147483648 bytes; more than 10000 are refused"
    ),
    (
      "few", npy("<f4", "3, 2", [1, 2, 3, 4]),
      ":74: the header promises {3, 2} elements of 4 bytes, 24 bytes, but only 4 follow it"
    ),
    ("more", npy("|u1", "1,", [5, 6]), ":69: bytes follow after the last element"),
    (
      "overflow", npy("<f8", "4611686018427387904, 8, 0", []),
      ":10: the header promises {4611686018427387904, 8, 0} elements, more than any file has"
    ),
    (
      "huge", npy("<f8", "99999999, 99999999", []),
      ":10: the header promises {99999999, 99999999} elements, more than any file has"
    ),
    (
      "strings", npy("<U3", "1,", [0]),
      ":10: elements of type '<U3'; read are booleans, integers of 1 to 8 bytes and floats of 2, 4 or 8"
    ),
    (
      "objects", npy("|O", "1,", [0]),
      ":10: elements of type '|O'; read are booleans, integers of 1 to 8 bytes and floats of 2, 4 or 8"
    ),
    (
      "records", npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}", [0]),
      ":20: the header has a value that is no text, tuple, True or False here"
    ),
    (
      "no shape", npy("{'descr': '<f4', 'fortran_order': False}", []),
      ":10: the header lacks 'fortran_order' or 'shape'"
    ),
    (
      "negative", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", []),
      ":61: the header has a dimension that is no number from 0 to 2^63 - 1 here"
    ),
    ("trailing", npy("{} x", []), ":13: the header has something behind the dictionary here"),
    ("unclosed", npy("{'descr", []), ":11: the header has a text without an end here"),
  ]

  @Test(arguments: refused)
  func damageIsNamedWithItsPlace(kind: String, bytes: [UInt8], expected: String) {
    let path = folder.write("a.npy", bytes)
    #expect(message { _ = try NPYArray.read(path) } == path + expected, "\(kind)")
  }

  @Test func integersBeyondDoubleAreRefused() throws {
    let array = try NPYArray.read(folder.write("a", npy("<i8", "2,", little(8, 1, 1 << 53 + 1))))
    #expect(message { _ = try array.tensor() }.hasSuffix(
      "element 1 is an integer beyond 2^53 (int64), which no tensor holds exactly"))
    #expect(try array.integers() == [1, 1 << 53 + 1])
  }

  @Test(arguments: [false, true]) func archivesComeBackAsTheyWere(compressed: Bool) throws {
    let path = folder.path + "/sub/all.npz"
    let x = Tensor((0..<6000).map { Float($0) * 0.5 }, [20, 300])
    let y = Tensor([0.1, -2, Double.pi], [3])
    try NPZ.write(
      [("x", .tensor(x)), ("y/deep", .tensor(y)), ("labels", .integers([3, -1, 1 << 60])), ("one", .tensor(Tensor([Float(7)], [])))],
      to: path, compressed: compressed)
    let file = try NPZ(path)
    #expect(file.names == ["x", "y/deep", "labels", "one"])
    let xBack = try file.array("x").tensor()
    #expect(xBack.type == .float32 && xBack.shape == [20, 300] && xBack.doubles == x.doubles)
    let yBack = try file.array("y/deep").tensor()
    #expect(yBack.type == .float64 && yBack.doubles == y.doubles)
    #expect(try file.array("labels").integers() == [3, -1, 1 << 60])
    #expect(try file.array("one").tensor().shape == [])
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as! Int
    #expect(compressed ? size < 12000 : size > 24000)
    #expect(message { _ = try file.array("labls") }.hasSuffix(
      "there is no array 'labls' (did you mean 'labels'?); the file has x, y/deep, labels, one"))
    // Nothing is left beside it, and writing again replaces it.
    try NPZ.write([("x", .tensor(y))], to: path)
    #expect(try NPZ(path).names == ["x"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/sub") == ["all.npz"])
  }

  @Test func badNamesAreRefused() {
    let tensor = Tensor([Float(1)], [1])
    for (names, expected) in [
      (["a", "a"], "two arrays are named 'a'"), ([""], "'' cannot name an array; names have 1 to 1000 bytes and begin with no /"),
    ] {
      let arrays = names.map { ($0, NPZ.Content.tensor(tensor)) }
      #expect(message { try NPZ.write(arrays, to: folder.path + "/a.npz") } == expected)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/a.npz"))
  }

  @Test func oneArrayIsWritten() throws {
    try NPZ.write(.tensor(Tensor([1.5, 2], [2, 1])), toNPY: folder.path + "/a.npy")
    let bytes = [UInt8](try Foundation.Data(contentsOf: URL(fileURLWithPath: folder.path + "/a.npy")))
    #expect(bytes.count == 128 + 16)
    #expect(String(decoding: bytes[10..<69], as: UTF8.self) == "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }")
    #expect(try NPYArray.read(folder.path + "/a.npy").tensor().doubles == [1.5, 2])
  }
}

@Suite struct ZipTests {
  let folder = TemporaryFolder()
  static let good = zip([("a.npy", npy("|u1", "2,", [1, 2])), ("b.npy", npy("|u1", "1,", [3]))])

  @Test func storedEntriesAreRead() throws {
    let file = try NPZ(folder.write("a.npz", Self.good))
    #expect(file.names == ["a", "b"])
    #expect(try file.array("b").integers() == [3])
  }

  @Test func aCommentMayFollow() throws {
    var bytes = Self.good
    bytes[bytes.count - 2] = 3
    #expect(try NPZ(folder.write("a.npz", bytes + [1, 2, 3])).names == ["a", "b"])
  }

  @Test func changedBytesAreNoticed() throws {
    var bytes = Self.good
    bytes[35 + 69] ^= 1
    let path = folder.write("a.npz", bytes)
    #expect(message { _ = try NPZ(path).array("a") } == "\(path):35: entry 'a.npy' does not have its checksum")
  }

  @Test func liesAboutSizesAreRefused() throws {
    let directory = Self.good.count - 22 - 2 * 51
    /// Bytes of the first directory record replaced.
    func changed(_ offset: Int, _ bytes: [UInt8]) -> String {
      var file = Self.good
      file.replaceSubrange(directory + offset..<directory + offset + bytes.count, with: bytes)
      return folder.write("a.npz", file)
    }
    for (offset, bytes, expected) in [
      (8, [1, 0], ":\(directory): entry 'a.npy' is encrypted; only plain archives are read"),
      (10, [9, 0], ":\(directory): entry 'a.npy' is compressed by method 9; read are stored (0) and deflated (8) ones"),
      (20, little(4, 1 << 30), ":0: entry 'a.npy' ends behind the end of the file"),
      (24, little(4, 1 << 30), ":0: entry 'a.npy' is stored but has two sizes, 70 and 1073741824"),
      (42, little(4, 105), ":105: entry 'b.npy' overlaps the one before it"),
      (42, little(4, 5), ":5: entry 'a.npy' does not begin here as the directory says"),
      (0, [0], ":\(directory): the directory is damaged here"),
    ] as [(Int, [UInt8], String)] {
      let path = changed(offset, bytes)
      let said = message { _ = try NPZ(path).array("a") }
      #expect(said == path + expected)
    }
  }

  @Test func bombsAreRefusedWithoutInflating() throws {
    var file = Self.good
    let directory = Self.good.count - 22 - 2 * 51
    for place in [directory + 10, 8] { file[place] = 8 }
    file.replaceSubrange(directory + 24..<directory + 28, with: little(4, 1 << 31))
    let path = folder.write("a.npz", file)
    #expect(message { _ = try NPZ(path).array("a") }
      == "\(path):0: entry 'a.npy' promises 2147483648 bytes from 70, more than deflate can")
  }

  @Test func wideFieldsAreRead() throws {
    // One entry whose sizes and place are in a zip64 field, and a zip64 directory record.
    let content = npy("|u1", "2,", [1, 2])
    let all = 0xFFFF_FFFF
    let local = little(4, 0x0403_4B50) + little(2, 45, 0, 0, 0, 0x21) + little(4, Int(crc32(content)), all, all)
      + little(2, 5, 20) + Array("a.npy".utf8) + little(2, 1, 16) + little(8, content.count, content.count) + content
    let record = little(4, 0x0201_4B50) + little(2, 45, 45, 0, 0, 0, 0x21) + little(4, Int(crc32(content)), all, all)
      + little(2, 5, 28, 0, 0, 0) + little(4, 0, all) + Array("a.npy".utf8) + little(2, 1, 24)
      + little(8, content.count, content.count, 0)
    let wide = little(4, 0x0606_4B50) + little(8, 44) + little(2, 45, 45) + little(4, 0, 0)
      + little(8, 1, 1, record.count, local.count)
    let end = little(4, 0x0706_4B50, 0) + little(8, local.count + record.count) + little(4, 1)
      + little(4, 0x0605_4B50) + little(2, 0, 0, 0xFFFF, 0xFFFF) + little(4, all, all) + little(2, 0)
    let file = try NPZ(folder.write("a.npz", local + record + wide + end))
    #expect(try file.array("a").integers() == [1, 2])
  }
}
