// Image grids: pixels where they belong, read back through zlib; what is refused.

import CZlib
import Foundation
import Records
import Tensors
import Testing

@Suite struct ImageGridTests {
  let folder = TemporaryFolder()

  /// A PNG of 8 bits without filters: width, height, channels, samples; checksums are checked.
  func read(_ name: String) throws -> (width: Int, height: Int, channels: Int, samples: [UInt8]) {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name)))
    func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    #expect(bytes.prefix(8) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    var position = 8
    var types: [String] = []
    var data: [UInt8] = []
    while position < bytes.count {
      let length = number(position)
      let body = Array(bytes[position + 4..<position + 8 + length])
      #expect(number(position + 8 + length) == Int(crc32(0, body, UInt32(body.count))))
      types.append(String(decoding: body.prefix(4), as: UTF8.self))
      if types.last == "IDAT" { data += body.dropFirst(4) }
      position += 12 + length
    }
    #expect(types == ["IHDR", "IDAT", "IEND"])
    let (width, height, channels) = (number(16), number(20), bytes[25] == 2 ? 3 : 1)
    #expect(bytes[24] == 8)
    let stride = width * channels + 1
    var lines = [UInt8](repeating: 0, count: stride * height)
    var size = UInt(lines.count)
    #expect(uncompress(&lines, &size, data, UInt(data.count)) == Z_OK && size == UInt(lines.count))
    var samples: [UInt8] = []
    for row in 0..<height {
      #expect(lines[row * stride] == 0)
      samples += lines[row * stride + 1..<(row + 1) * stride]
    }
    return (width, height, channels, samples)
  }

  @Test func grayPixelsAreWhereTheyBelong() throws {
    var grid = ImageGrid()
    (grid.scale, grid.gap) = (1, 1)
    // Two images of 1x2, then one; values beyond the range are black and white.
    let rows = [Tensor([0, 0.2, 0.4, 2] as [Float], [2, 1, 1, 2]), Tensor([-1, 1] as [Double], [1, 1, 1, 2])]
    try grid.write(rows: rows, labels: [], to: folder.path + "/deep/gray.png")
    let picture = try read("deep/gray.png")
    #expect((picture.width, picture.height, picture.channels) == (5, 3, 1))
    #expect(picture.samples == [0, 51, 255, 102, 255, 255, 255, 255, 255, 255, 0, 255, 255, 255, 255])
    #expect(folder.files == ["deep", "deep/gray.png"])
  }

  @Test func coloursAndGrayStandTogether() throws {
    var grid = ImageGrid()
    (grid.scale, grid.gap, grid.low, grid.high) = (2, 0, -1, 1)
    let rows = [Tensor([1, 0, -1] as [Float], [1, 3, 1, 1]), Tensor([0] as [Float], [1, 1, 1, 1])]
    try grid.write(rows: rows, labels: [], to: folder.path + "/colour.png")
    let picture = try read("colour.png")
    #expect((picture.width, picture.height, picture.channels) == (2, 4, 3))
    let (colour, gray): ([UInt8], [UInt8]) = ([255, 128, 0], [128, 128, 128])
    #expect(picture.samples == [colour, colour, colour, colour, gray, gray, gray, gray].flatMap { $0 })
  }

  @Test func labelsStandLeftOfTheImages() throws {
    var grid = ImageGrid()
    (grid.scale, grid.gap) = (7, 0)
    try grid.write(rows: [Tensor([1] as [Float], [1, 1, 1, 1])], labels: ["l"], to: folder.path + "/label.png")
    let picture = try read("label.png")
    // Margins of 2 pixels, a letter of 6, a margin of 2, an image of 7.
    #expect((picture.width, picture.height) == (17, 7))
    let ink = (0..<7).map { row in (0..<17).map { picture.samples[row * 17 + $0] == 0 ? "#" : "." }.joined() }
    #expect(ink == Array(repeating: "..#..............", count: 6) + ["..#####.........."])
  }

  @Test func smallImagesAreEnlarged() throws {
    try ImageGrid().write(rows: [Tensor(.float32, [1, 1, 28, 28])], labels: [], to: folder.path + "/a.png")
    try ImageGrid().write(rows: [Tensor(.float32, [1, 1, 8, 8])], labels: [], to: folder.path + "/b.png")
    #expect(try read("a.png").width == 56 && read("b.png").width == 56)
  }

  @Test func badInputIsRefused() throws {
    let path = folder.path + "/no.png"
    let good = Tensor(.float32, [2, 1, 4, 4])
    func refused(_ rows: [Tensor], _ labels: [String] = [], _ change: (inout ImageGrid) -> Void = { _ in }) -> String {
      var grid = ImageGrid()
      change(&grid)
      return message { try grid.write(rows: rows, labels: labels, to: path) }
    }
    #expect(refused([]) == "there are no rows of images")
    #expect(refused([Tensor(.float32, [2, 4])]) == "row 0: expected [images, 1 or 3, height, width], got [2, 4]")
    #expect(
      refused([good, Tensor(.float32, [0, 1, 4, 4])])
        == "row 1: expected [images, 1 or 3, height, width], got [0, 1, 4, 4]")
    #expect(refused([good, Tensor(.float32, [2, 1, 4, 5])]) == "row 1: its images are 4x5, those of row 0 are 4x4")
    #expect(refused([good], ["a", "b"]) == "2 labels for 1 rows")
    #expect(refused([good], ["a\u{1}é"]).hasPrefix("the label 'a?é' holds '?', which cannot be drawn"))
    #expect(refused([good]) { $0.low = 1 } == "low is 1, high 1; low must be below high")
    #expect(refused([good]) { $0.high = .nan } == "low is 0, high nan; low must be below high")
    #expect(refused([good]) { $0.scale = 0 } == "scale is 0; it must be in 1..64")
    #expect(refused([good]) { $0.gap = -1 } == "gap is -1; it must be in 0..64")
    #expect(refused([Tensor(.float32, [20_000, 1, 1, 1])]).hasPrefix("a picture may have at most 16384 pixels"))
    #expect(
      refused([Tensor(.float32, [1, 1, 4, 4_096])]) { $0.scale = 5 }
        == "the picture would have 20480x20 pixels; at most 16384 on a side are drawn")
    let broken = Tensor(.float32, [2, 1, 4, 4])
    broken[17] = .nan
    #expect(refused([good, broken]) == "row 1: image 1 holds NaN, which has no brightness")
    #expect(message { try ImageGrid().write(rows: [good], labels: [], to: folder.path + "/") }.contains("does not name a file"))
    #expect(folder.files == [])
  }
}
