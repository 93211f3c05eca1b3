// Transforms that move pixels: crops, flips, rotations and the like.
// The loops are in GeometryKernels.swift.

import Tensors

/// A window of an image, at a random place or in the middle; beyond the image lies `fill`.
public struct Crop: Transform {
  /// Of the window; nil for the image's own.
  public var height, width: Int?
  /// Pixels added on all sides before the window is cut out.
  public var padding: Int
  public var fill: Double
  public let isRandom: Bool

  public init(height: Int? = nil, width: Int? = nil, padding: Int = 0, fill: Double = 0, isRandom: Bool) throws {
    guard padding >= 0, padding <= 1 << 16 else {
      throw EngineError.value("padding is \(padding); it must be in 0..\(1 << 16)")
    }
    for (name, size) in [("height", height), ("width", width)] {
      if let size, size < 1 { throw EngineError.value("\(name) is \(size); it must be 1 or more") }
    }
    guard fill.isFinite else { throw EngineError.value("fill is \(fill); it must be a finite number") }
    (self.height, self.width, self.padding, self.fill) = (height, width, padding, fill)
    self.isRandom = isRandom
  }

  public var description: String { isRandom ? "random_crop" : "center_crop" }

  public func shape(after shape: [Int]) throws -> [Int] {
    let image = try image(shape)
    let (height, width) = (self.height ?? image.height, self.width ?? image.width)
    guard height <= image.height + 2 * padding, width <= image.width + 2 * padding else {
      throw EngineError.shape(
        "a window of \(height)x\(width) does not fit into an image of \(image.height)x\(image.width) with a "
          + "padding of \(padding)")
    }
    return [image.channels, height, width]
  }

  public func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws) {
    // Top and left of the window, counted from the padded image's corner.
    let spare = (samples.shape[2] + 2 * padding - result.shape[2], samples.shape[3] + 2 * padding - result.shape[3])
    window(samples, to: result, fill: fill) { row in
      guard isRandom else { return (spare.0 / 2 - padding, spare.1 / 2 - padding) }
      var stream = draws.stream(row)
      let top = stream.below(spare.0 + 1)
      return (top - padding, stream.below(spare.1 + 1) - padding)
    }
  }
}

/// Mirrors images left to right (or top to bottom) with a probability.
public struct Flip: Transform {
  public let isHorizontal: Bool
  public let probability: Double
  public var isRandom: Bool { probability > 0 && probability < 1 }
  public var description: String { isHorizontal ? "horizontal_flip" : "vertical_flip" }

  public init(horizontal: Bool, probability: Double = 0.5) throws {
    guard (0...1).contains(probability) else {
      throw EngineError.value("probability is \(probability); it must be in [0, 1]")
    }
    (isHorizontal, self.probability) = (horizontal, probability)
  }

  public func shape(after shape: [Int]) throws -> [Int] {
    _ = try image(shape)
    return shape
  }

  public func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws) {
    mirror(samples, to: result, horizontal: isHorizontal) { row in
      var stream = draws.stream(row)
      return stream.uniform() < probability
    }
  }
}

/// Turns, moves and scales images by random amounts about their middle; values in between are
/// bilinear, beyond the image lies `fill`.
public struct RandomAffine: Transform {
  /// Angles are uniform in [-degrees, degrees].
  public let degrees: Double
  /// Moves are uniform in [-translate, translate] of the height and of the width.
  public let translate: Double
  /// Scales are uniform in [lowScale, highScale].
  public let lowScale, highScale: Double
  public let fill: Double
  public var isRandom: Bool { true }
  public var description: String { "random_affine" }

  public init(
    degrees: Double = 0, translate: Double = 0, lowScale: Double = 1, highScale: Double = 1, fill: Double = 0
  ) throws {
    guard (0...180).contains(degrees) else {
      throw EngineError.value("degrees is \(degrees); it must be in [0, 180]")
    }
    guard (0...1).contains(translate) else {
      throw EngineError.value("translate is \(translate); it must be in [0, 1], a share of the image's size")
    }
    guard lowScale > 0, lowScale <= highScale, highScale <= 1000 else {
      throw EngineError.value(
        "the scale is drawn from [\(lowScale), \(highScale)]; it must be 0 < low <= high <= 1000")
    }
    guard fill.isFinite else { throw EngineError.value("fill is \(fill); it must be a finite number") }
    (self.degrees, self.translate, self.lowScale, self.highScale) = (degrees, translate, lowScale, highScale)
    self.fill = fill
  }

  public func shape(after shape: [Int]) throws -> [Int] {
    _ = try image(shape)
    return shape
  }

  public func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws) {
    let (height, width) = (Double(samples.shape[2]), Double(samples.shape[3]))
    turn(samples, to: result, fill: fill) { row in
      var stream = draws.stream(row)
      func within(_ limit: Double) -> Double { limit * (2 * stream.uniform() - 1) }
      let angle = within(degrees) * .pi / 180
      let (down, right) = (within(translate) * height, within(translate) * width)
      return Placement(
        angle: angle, scale: lowScale + (highScale - lowScale) * stream.uniform(), down: down, right: right)
    }
  }
}

/// Where an image goes: turned counter-clockwise by `angle` (radians) and scaled about its middle,
/// then moved, in pixels.
struct Placement {
  var angle, scale, down, right: Double
}

/// Another size.
public struct Resize: Transform {
  public enum Mode: String, CaseIterable, Sendable {
    /// Linear between the middles of pixels, without smoothing (edges repeat).
    case bilinear
    /// The pixel whose area has the new pixel's left upper part: floor(i · old / new).
    case nearest
    /// The mean over the new pixel's area in the old image, parts of pixels by their share.
    case area
  }
  public let height, width: Int
  public let mode: Mode
  public var description: String { "resize" }

  public init(height: Int, width: Int, mode: Mode = .bilinear) throws {
    for (name, size) in [("height", height), ("width", width)] where size < 1 || size > 1 << 15 {
      throw EngineError.value("\(name) is \(size); it must be in 1..\(1 << 15)")
    }
    (self.height, self.width, self.mode) = (height, width, mode)
  }

  public func shape(after shape: [Int]) throws -> [Int] { [try image(shape).channels, height, width] }

  public func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws) {
    resample(
      samples, to: result, rows: taps(from: samples.shape[2], to: height),
      columns: taps(from: samples.shape[3], to: width))
  }

  /// For each new pixel of one axis the old ones it is made of.
  private func taps(from old: Int, to new: Int) -> [[(place: Int, weight: Double)]] {
    let ratio = Double(old) / Double(new)
    return (0..<new).map { i in
      switch mode {
      case .nearest: return [(min(old - 1, i * old / new), 1)]
      case .bilinear:
        let place = max(0, (Double(i) + 0.5) * ratio - 0.5)
        let first = min(old - 1, Int(place))
        let share = place - Double(first)
        return first + 1 < old && share > 0 ? [(first, 1 - share), (first + 1, share)] : [(first, 1)]
      case .area:
        let (from, to) = (Double(i) * ratio, Double(i + 1) * ratio)
        return (Int(from)..<min(old, Int(to.rounded(.up)))).compactMap { place in
          let share = min(to, Double(place + 1)) - max(from, Double(place))
          return share > 1e-9 ? (place, share / ratio) : nil
        }
      }
    }
  }
}
