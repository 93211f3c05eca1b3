// Pictures in folders: every kind of PNG, and damage.

import Data
import Foundation
import Tensors
import Testing

/// A PNG whose rows are stored as they are: kind 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA.
func png(
  _ width: Int, _ height: Int, kind: Int, depth: Int = 8, _ rows: [[UInt8]], palette: [UInt8] = []
) -> [UInt8] {
  func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    let body: [UInt8] = Array(name.utf8) + bytes
    let sum: [UInt8] = bigEndian(Int(crc32(body)))
    return bigEndian(bytes.count) + body + sum
  }
  let content: [UInt8] = rows.flatMap { [0] + $0 }
  // zlib: one stored block and Adler's checksum.
  var (a, b) = (1, 0)
  for byte in content {
    a = (a + Int(byte)) % 65521
    b = (b + a) % 65521
  }
  var stored: [UInt8] = [0x78, 1, 1]
  stored += little(2, content.count, ~content.count)
  stored += content
  stored += bigEndian(b << 16 | a)
  var header = bigEndian(width, height)
  header += [UInt8(depth), UInt8(kind), 0, 0, 0]
  var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  file += chunk("IHDR", header)
  if !palette.isEmpty { file += chunk("PLTE", palette) }
  return file + chunk("IDAT", stored) + chunk("IEND", [])
}

@Suite struct PNGTests {
  let folder = TemporaryFolder()

  private func write(_ name: String, _ bytes: [UInt8]) {
    let parts = name.split(separator: "/")
    try! FileManager.default.createDirectory(
      atPath: folder.path + "/" + parts.dropLast().joined(separator: "/"), withIntermediateDirectories: true)
    _ = folder.write(name, bytes)
  }

  /// The picture, and its values from 0 to 255.
  static let kinds: [(String, [UInt8], [Double])] = [
    ("gray", png(2, 1, kind: 0, [[0, 51]]), [0, 51]),
    ("gray of 16 bits", png(2, 1, kind: 0, depth: 16, [[0, 0, 0xFF, 0xFF]]), [0, 255]),
    ("gray of 1 bit", png(3, 1, kind: 0, depth: 1, [[0b0101_1111]]), [0, 255, 0]),
    ("RGB", png(1, 2, kind: 2, [[1, 2, 3], [4, 5, 6]]), [1, 4, 2, 5, 3, 6]),
    ("palette", png(2, 1, kind: 3, [[1, 0]], palette: [10, 20, 30, 40, 50, 60]), [40, 10, 50, 20, 60, 30]),
    ("gray and alpha", png(2, 1, kind: 4, [[200, 255, 200, 0]]), [200, 0]),
    ("RGB and alpha", png(1, 1, kind: 6, [[100, 150, 200, 51]]), [20, 30, 40]),
  ]

  @Test(arguments: kinds) func everyKindIsRead(kind: String, bytes: [UInt8], expected: [Double]) throws {
    write("a/x.png", bytes)
    let set = try PNGFolder.dataset(folder.path)
    #expect(set.samples.count == expected.count, "\(kind)")
    for (i, value) in expected.enumerated() { #expect(abs(set.samples[i] * 255 - value) < 1e-4, "\(kind)") }
  }

  @Test func foldersAreClasses() throws {
    write("dog/2.png", png(1, 1, kind: 0, [[2]]))
    write("dog/1.PNG", png(1, 1, kind: 0, [[1]]))
    write("cat/9.png", png(1, 1, kind: 2, [[9, 9, 9]]))
    write("cat/notes.txt", [1])
    write("empty/notes.txt", [1])
    write(".hidden/3.png", png(1, 1, kind: 0, [[2]]))
    let set = try PNGFolder.dataset(folder.path)
    #expect(set.classNames == ["cat", "dog"] && set.labels == [0, 1, 1])
    // One has colours, so all get three channels.
    #expect(set.samples.shape == [3, 3, 1, 1])
    #expect(set.samples.doubles.map { ($0 * 255).rounded() } == [9, 9, 9, 1, 1, 1, 2, 2, 2])
    var gray = PNGFolder.Options()
    gray.channels = 1
    #expect(try PNGFolder.dataset(folder.path, gray).samples.shape == [3, 1, 1, 1])
  }

  @Test func sizesMustAgreeOrAreMadeTo() throws {
    write("a/1.png", png(2, 2, kind: 0, [[0, 100], [100, 200]]))
    write("a/2.png", png(1, 1, kind: 0, [[50]]))
    #expect(message { _ = try PNGFolder.dataset(folder.path) }
      == "\(folder.path)/a/2.png: a picture of 1x1 pixels, the first one, \(folder.path)/a/1.png, has 2x2; give a height "
      + "and a width to resize them all")
    var small = PNGFolder.Options()
    (small.height, small.width) = (1, 1)
    #expect(try PNGFolder.dataset(folder.path, small).samples.doubles.map { ($0 * 255).rounded() } == [100, 50])
  }

  @Test func whatIsNoPictureIsSaidSo() {
    #expect(message { _ = try PNGFolder.dataset(folder.path) }
      == "\(folder.path): there are no subfolders with .png files, one for each class")
    for (bytes, expected) in [
      ([], "the file ends too early"), (Array("not a picture".utf8), "Not a PNG file"),
      (Array(png(2, 2, kind: 0, [[1, 2], [3, 4]]).dropLast(20)), "the file ends too early"),
      (png(20000, 20000, kind: 2, [[1]]), "more pixels than allowed"),
      (png(12000, 12000, kind: 2, [[1]]), "more pixels promised than the file can hold"),
      (png(100_000, 1, kind: 2, [[1]]), "Invalid IHDR data"),
    ] as [([UInt8], String)] {
      write("a/x.png", bytes)
      #expect(message { _ = try PNGFolder.dataset(folder.path) }
        == "\(folder.path)/a/x.png: is no PNG that can be read: \(expected)")
    }
  }
}
