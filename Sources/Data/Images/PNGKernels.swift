// Decoded pictures as floats.

import CPNG
import Tensors

extension PNGFolder {
  /// [1, 1 or 3, height, width]: samples divided by 255 or 65535, times alpha where there is one.
  static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    var png = cpng_picture()
    // A hundred million pixels of RGBA with 16 bits, far beyond what trains.
    guard cpng_decode(bytes, bytes.count, 1 << 30, &png) == 1, let pixels = png.pixels else {
      let why = withUnsafeBytes(of: &png.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw EngineError.file("\(name): is no PNG that can be read: \(why)")
    }
    defer { cpng_free(&png) }
    let (height, width, stored) = (Int(png.height), Int(png.width), Int(png.channels))
    let channels = stored < 3 ? 1 : 3
    try checkMemory(4 * channels * height * width, name, "the pixels")
    let result = Tensor(uninitialized: .float32, [1, channels, height, width])
    let target = result.pointer(Float.self)
    let isWide = png.depth == 16
    func sample(_ i: Int) -> Float {
      isWide ? Float(Int(pixels[2 * i]) << 8 | Int(pixels[2 * i + 1])) / 65535 : Float(pixels[i]) / 255
    }
    for pixel in 0..<height * width {
      let alpha = stored % 2 == 0 ? sample(pixel * stored + stored - 1) : 1
      for channel in 0..<channels {
        target[channel * height * width + pixel] = sample(pixel * stored + channel) * alpha
      }
    }
    return result
  }

  /// Gray from colours by their luma, colours from gray by repetition.
  static func withChannels(_ picture: Tensor, _ channels: Int) -> Tensor {
    if picture.shape[1] == channels { return picture }
    let result = Tensor(uninitialized: .float32, [1, channels] + picture.shape.suffix(2))
    if channels == 1 {
      toGray(picture, to: result)
    } else {
      for channel in 0..<channels {
        (result.raw + channel * picture.bytes).copyMemory(from: picture.raw, byteCount: picture.bytes)
      }
    }
    return result
  }

  /// Copies a picture to a row of all samples.
  static func place(_ picture: Tensor, into all: Tensor, row: Int) {
    precondition(picture.bytes * all.shape[0] == all.bytes)
    (all.raw + row * picture.bytes).copyMemory(from: picture.raw, byteCount: picture.bytes)
  }
}
