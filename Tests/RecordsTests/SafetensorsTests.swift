// safetensors files: what is written is read, the format is the published one, and damage is an error.

import Foundation
import Records
import Tensors
import Testing

@Suite struct SafetensorsTests {
  private let folder = TemporaryFolder()

  /// A file from its header and data; `length` instead of the header's own.
  private func file(_ header: String, _ data: [UInt8] = [], length: UInt64? = nil) -> String {
    var bytes = Data()
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: Array(header.utf8) + data)
    let path = folder.path + "/t.safetensors"
    try! bytes.write(to: URL(fileURLWithPath: path))
    return path
  }

  private func failure(_ header: String, _ data: [UInt8] = [], length: UInt64? = nil) -> String {
    let path = file(header, data, length: length)
    return message { _ = try SafetensorsFile(path: path).tensors() }.replacingOccurrences(of: folder.path + "/", with: "")
  }

  @Test func tensorsComeBack() throws {
    let path = folder.path + "/a/b.safetensors"
    let written: [(name: String, tensor: Tensor)] = [
      ("single", Tensor([1, -0.0, .pi, .infinity] as [Float], [2, 2])), ("double", Tensor([0.1, 5e-324, -1e300], [3])),
      ("scalar", Tensor([7.5], [])), ("empty", Tensor([] as [Float], [0, 3])), ("größe \"x\"\n", Tensor([2] as [Float], [1])),
    ]
    try Safetensors.write(written, metadata: [("key", "value ü"), ("other", "")], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata("key") == "value ü" && file.metadata("other") == "" && file.metadata("none") == nil)
    #expect(file.entries.count == written.count)
    for (name, tensor) in written {
      let entry = try #require(file.entry(name))
      let read = try file.tensor(entry)
      #expect(read.type == tensor.type && read.shape == tensor.shape)
      #expect(read.doubles.map(\.bitPattern) == tensor.doubles.map(\.bitPattern), "\(name)")
    }
    #expect(folder.files == ["a", "a/b.safetensors"])
  }

  @Test func theFormatIsThePublishedOne() throws {
    let path = folder.path + "/f.safetensors"
    try Safetensors.write([("a", Tensor([1, 2] as [Float], [2])), ("b", Tensor([3.0], [1]))], to: path)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let length = Int(bytes[0]) + Int(bytes[1]) << 8
    #expect(length % 8 == 0 && bytes[2..<8].allSatisfy { $0 == 0 })
    #expect(
      String(decoding: bytes[8..<8 + length], as: UTF8.self).trimmingCharacters(in: .whitespaces)
        == "{\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}")
    #expect(Array(bytes[(8 + length)...]) == [0, 0, 0, 0, 0, 0, 8, 64, 0, 0, 128, 63, 0, 0, 0, 64])
  }

  @Test func otherElementTypesAreConverted() throws {
    func read(_ type: String, _ count: Int, _ data: [UInt8]) throws -> Tensor {
      let path = file("{\"t\":{\"dtype\":\"\(type)\",\"shape\":[\(count)],\"data_offsets\":[0,\(data.count)]}}", data)
      let file = try SafetensorsFile(path: path)
      return try file.tensor(file.entries[0])
    }
    // 1, -2, 65504, the smallest subnormal 2^-24, the largest subnormal, infinity, -0
    let half = try read("F16", 7, [0, 0x3C, 0, 0xC0, 0xFF, 0x7B, 1, 0, 0xFF, 3, 0, 0x7C, 0, 0x80])
    #expect(half.type == .float32)
    #expect(half.doubles == [1, -2, 65504, 0x1p-24, 1023 * 0x1p-24, .infinity, 0])
    #expect(half.doubles[6].sign == .minus)
    #expect(try read("BF16", 2, [0x80, 0x3F, 0x49, 0xC0]).doubles == [1, -3.140625])
    #expect(try read("U8", 3, [0, 7, 255]).doubles == [0, 7, 255])
    #expect(try read("BOOL", 2, [0, 1]).doubles == [0, 1])
    let integers = try read("I32", 2, [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x80])
    #expect(integers.type == .float64 && integers.doubles == [-1, -2_147_483_648])
    #expect(try read("I64", 1, [0, 0, 0, 0, 0, 0, 0x20, 0]).doubles == [0x1p53])
    #expect(message { _ = try read("I64", 1, [1, 0, 0, 0, 0, 0, 0x20, 0]) }.contains("integers beyond 2^53"))
  }

  @Test func everyLieIsFoundOut() {
    let one = "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
    #expect(failure(one, [0, 0, 0]) == "t.safetensors:8: tensor \"t\": offsets [0, 4] are not two in order in 0...3, the bytes after the header")
    #expect(failure(one, [0, 0, 0, 0, 0]) == "t.safetensors:\(12 + one.utf8.count): 1 bytes follow after the last tensor")
    #expect(failure(one, length: 1 << 63) == "t.safetensors:0: the header's length is 9223372036854775808; at most 100000000 bytes are read")
    #expect(failure(one, length: 99_999_999).hasPrefix("t.safetensors:0: the header's length is 99999999, but the file has"))
    #expect(failure(" {}") == "t.safetensors:8: the header does not begin with '{'")
    #expect(failure("{\"t\":") == "t.safetensors:8: the header: JSON, offset 5: the text ends where a value should be")
    func entry(_ dtype: String, _ shape: String, _ offsets: String) -> String {
      "\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)"
    }
    func lie(_ dtype: String, _ shape: String, _ offsets: String) -> String {
      failure("{\"t\":{\(entry(dtype, shape, offsets))}}", Array(repeating: 0, count: 8))
        .replacingOccurrences(of: "t.safetensors:8: tensor \"t\": ", with: "")
    }
    #expect(lie("F8", "[1]", "[0,8]") == "type F8 is none of F64, F32, F16, BF16, I64, I32, U8, BOOL")
    #expect(lie("F32", "[1]", "[0,8]") == "8 bytes for F32 {1}, which needs 4")
    #expect(lie("F32", "[-2]", "[0,8]") == "shape {-2} has a negative dimension or too many elements")
    #expect(lie("F32", "[4611686018427387904,4]", "[0,8]").hasSuffix("has a negative dimension or too many elements"))
    #expect(lie("F32", "[1.5]", "[0,8]") == "\"shape\" must be an array of integers, got an array")
    #expect(lie("F32", "[2]", "[8,0]").hasPrefix("offsets [8, 0] are not two in order"))
    #expect(lie("F32", "[2]", "[0]").hasPrefix("offsets [0] are not two in order"))
    #expect(lie("F32", "[" + Array(repeating: "1", count: 17).joined(separator: ",") + "]", "[0,4]") == "17 dimensions; at most 16 are read")
    let two = { (a: String, b: String) in
      failure("{\"a\":{\(entry("F32", "[1]", a))},\"b\":{\(entry("F32", "[1]", b))}}", Array(repeating: 0, count: 8))
    }
    #expect(two("[0,4]", "[0,4]") == "t.safetensors:8: tensor \"b\" overlaps the one before it: it begins at 0, not at 4")
    #expect(two("[4,8]", "[4,8]") == "t.safetensors:8: tensor \"a\" leaves a gap before it: it begins at 4, not at 0")
    #expect(failure("{\"a\":{},\"a\":{}}").contains("the key \"a\" occurs twice"))
    #expect(failure("{\"__metadata__\":{\"a\":1}}") == "t.safetensors:8: metadata \"a\" must be a text, got an integer")
    #expect(failure("{\"__metadata__\":[]}") == "t.safetensors:8: \"__metadata__\" must be an object of texts, got an array")
    #expect(message { _ = try SafetensorsFile(path: folder.path) }.hasSuffix("is not a regular file"))
    #expect(message { _ = try SafetensorsFile(path: folder.path + "/none") }.hasSuffix("cannot be opened: No such file or directory"))
  }

  @Test func namesMustDiffer() {
    let tensor = Tensor([1] as [Float], [1])
    for names in [["a", "a"], ["__metadata__"]] {
      let text = message { try Safetensors.write(names.map { ($0, tensor) }, to: folder.path + "/n") }
      #expect(text.contains("names must differ"))
    }
    #expect(folder.files.isEmpty)
  }

  @Test func damageIsAnErrorOrOtherTensors() throws {
    let path = folder.path + "/d.safetensors"
    try Safetensors.write(
      [("first", Tensor([1, 2, 3, 4] as [Float], [2, 2])), ("second", Tensor([5.0, 6.0], [2]))], metadata: [("k", "v")], to: path)
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    func isError(_ bytes: [UInt8]) throws -> Bool {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      do { _ = try SafetensorsFile(path: path).tensors() } catch is EngineError { return true }
      return false
    }
    for length in 0..<whole.count { #expect(try isError(Array(whole[..<length])), "cut at \(length)") }
    let seed: UInt64 = 7
    var stream = RandomStream(seed: seed, purpose: .tensor)
    var errors = 0
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0...stream.below(2) { bytes[stream.below(bytes.count)] = UInt8(truncatingIfNeeded: stream.next()) }
      if try isError(bytes) { errors += 1 }
    }
    #expect(errors > 1500, "seed \(seed)")
  }

  @Test func aFailedWriteKeepsTheOldFile() throws {
    let path = folder.path + "/kept"
    try Files.write("old", to: path)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      let file = try AtomicFile(path)
      try file.write(Array("half of the new".utf8))
      throw Stop()
    }
    #expect(folder.content("kept") == "old" && folder.files == ["kept"])
  }
}
