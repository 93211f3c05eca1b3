// Rows of small images as one picture, for a look at what a model sees.
// Letters are in Glyphs, the file format in PNGKernels.

import Tensors

public struct ImageGrid {
  /// Values drawn as black and as white; what lies outside is drawn as these two.
  public var low = 0.0, high = 1.0
  /// Pixels of the picture per pixel of an image, on both sides; nil: at least 56 pixels per image.
  public var scale: Int?
  /// White pixels between images.
  public var gap = 4

  /// Of the picture, on either side.
  static let limit = 1 << 14

  public init() {}

  /// Writes a PNG: gray when all images are, otherwise in colour.  Folders on the way are made; the file appears
  /// when it is complete.
  ///
  ///   rows    one or more of [images, 1, height, width] or [images, 3, height, width], all of one height and width;
  ///           a shorter row leaves white
  ///   labels  what stands left of each row, in capitals: none, or one per row, which may be empty
  ///
  /// `.shape` for other shapes, `.value` for NaN, for a letter that cannot be drawn and for a picture of more than
  /// 16,384 pixels on a side, `.file` when it cannot be written.
  public func write(rows: [Tensor], labels: [String], to path: String) throws {
    let layout = try Layout(self, rows, labels)
    var picture = Picture(width: layout.width, height: layout.height, channels: layout.channels)
    for (row, images) in rows.enumerated() {
      let top = row * layout.rowStep
      if row < labels.count {
        let size = Glyphs.height * layout.textScale
        picture.draw(
          try Glyphs.of(labels[row]), x: layout.textMargin, y: top + (layout.cellHeight - size) / 2,
          scale: layout.textScale)
      }
      try draw(images, row, top, layout, into: &picture)
    }
    let bytes = try PNG.encoded(picture)
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
  }

  private func draw(_ images: Tensor, _ row: Int, _ top: Int, _ layout: Layout, into picture: inout Picture) throws {
    let (channels, height, width) = (images.shape[1], images.shape[2], images.shape[3])
    let plane = height * width
    for image in 0..<images.shape[0] {
      let left = layout.textWidth + image * (layout.cellWidth + gap)
      for pixel in 0..<plane {
        for channel in 0..<layout.channels {
          let value = images[(image * channels + min(channel, channels - 1)) * plane + pixel]
          guard !value.isNaN else {
            throw EngineError.value("row \(row): image \(image) holds NaN, which has no brightness")
          }
          let level = min(1, max(0, (value - low) / (high - low)))
          picture.fill(
            x: left + pixel % width * layout.scale, y: top + pixel / width * layout.scale, size: layout.scale,
            channel: channel, UInt8((level * 255).rounded()))
        }
      }
    }
  }

  /// Where everything lies, in pixels.
  private struct Layout {
    let scale, textScale, textWidth, textMargin: Int
    let cellWidth, cellHeight, rowStep: Int
    let width, height, channels: Int

    init(_ grid: ImageGrid, _ rows: [Tensor], _ labels: [String]) throws {
      guard !rows.isEmpty else { throw EngineError.value("there are no rows of images") }
      guard labels.isEmpty || labels.count == rows.count else {
        throw EngineError.value("\(labels.count) labels for \(rows.count) rows")
      }
      guard grid.low.isFinite, grid.high.isFinite, grid.low < grid.high else {
        throw EngineError.value("low is \(shortest(grid.low)), high \(shortest(grid.high)); low must be below high")
      }
      guard (0...64).contains(grid.gap) else { throw EngineError.value("gap is \(grid.gap); it must be in 0..64") }
      if let scale = grid.scale, !(1...64).contains(scale) {
        throw EngineError.value("scale is \(scale); it must be in 1..64")
      }
      let first = rows[0].shape
      for (i, images) in rows.enumerated() {
        let shape = images.shape
        guard shape.count == 4, shape[1] == 1 || shape[1] == 3, shape[0] > 0, shape[2] > 0, shape[3] > 0 else {
          throw EngineError.shape("row \(i): expected [images, 1 or 3, height, width], got \(shape)")
        }
        guard shape[2] == first[2], shape[3] == first[3] else {
          throw EngineError.shape(
            "row \(i): its images are \(shape[2])x\(shape[3]), those of row 0 are \(first[2])x\(first[3])")
        }
      }
      let most = rows.map { $0.shape[0] }.max()!
      guard max(most, rows.count, first[2], first[3]) <= ImageGrid.limit else {
        throw EngineError.value("a picture may have at most \(ImageGrid.limit) pixels on a side")
      }
      scale = grid.scale ?? max(1, (56 + min(first[2], first[3]) - 1) / min(first[2], first[3]))
      (cellHeight, cellWidth) = (first[2] * scale, first[3] * scale)
      textScale = cellHeight >= 2 * Glyphs.height + 6 ? 2 : 1
      textMargin = labels.isEmpty ? 0 : 2 * textScale
      let letters = labels.map(\.count).max() ?? 0
      textWidth = letters == 0 ? 0 : letters * Glyphs.step * textScale + 2 * textMargin
      rowStep = max(cellHeight, letters == 0 ? 0 : Glyphs.height * textScale) + grid.gap
      width = textWidth + most * (cellWidth + grid.gap) - grid.gap
      height = rows.count * rowStep - grid.gap
      channels = rows.contains { $0.shape[1] == 3 } ? 3 : 1
      guard max(width, height) <= ImageGrid.limit else {
        throw EngineError.value(
          "the picture would have \(width)x\(height) pixels; at most \(ImageGrid.limit) on a side are drawn")
      }
    }
  }
}

/// Pixels of 8 bits per channel, row by row, white at first.
struct Picture {
  let width, height, channels: Int
  private(set) var bytes: [UInt8]

  init(width: Int, height: Int, channels: Int) {
    (self.width, self.height, self.channels) = (width, height, channels)
    bytes = [UInt8](repeating: 255, count: width * height * channels)
  }

  /// A square of one channel.
  mutating func fill(x: Int, y: Int, size: Int, channel: Int, _ level: UInt8) {
    for row in y..<y + size {
      for column in x..<x + size { bytes[(row * width + column) * channels + channel] = level }
    }
  }

  /// Black letters.
  mutating func draw(_ glyphs: [Glyphs.Glyph], x: Int, y: Int, scale: Int) {
    for (i, glyph) in glyphs.enumerated() {
      for (row, line) in glyph.enumerated() {
        for (column, isInk) in line.enumerated() where isInk {
          for channel in 0..<channels {
            fill(x: x + (i * Glyphs.step + column) * scale, y: y + row * scale, size: scale, channel: channel, 0)
          }
        }
      }
    }
  }
}
