// Transforms that change values where they are: noise, gray, few levels.
// The loops are in ValueKernels.swift.

import Tensors

/// Adds independent normal noise; `range` clamps the sums, for images to 0...1.
public struct GaussianNoise: Transform {
  public let deviation: Double
  public let range: ClosedRange<Double>?
  public var isRandom: Bool { true }
  public var description: String { "gaussian_noise" }

  public init(deviation: Double, range: ClosedRange<Double>? = nil) throws {
    guard deviation >= 0, deviation.isFinite else {
      throw EngineError.value("deviation is \(deviation); it must be 0 or more")
    }
    (self.deviation, self.range) = (deviation, range)
  }

  public func shape(after shape: [Int]) throws -> [Int] {
    // One block of the random stream for each value.
    guard shape.reduce(1, *) < 1 << 24 else {
      throw EngineError.shape("samples of shape \(describe(shape: shape)) have more than 2^24 values")
    }
    return shape
  }

  public func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws) {
    addNoise(samples, to: result, deviation: deviation, range: range, draws)
  }
}

/// One channel of luma: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).  Gray images stay.
public struct Grayscale: Transform {
  public var description: String { "grayscale" }
  public init() {}

  public func shape(after shape: [Int]) throws -> [Int] {
    let (channels, height, width) = try image(shape)
    guard channels == 1 || channels == 3 else {
      throw EngineError.shape("takes images of 1 or 3 channels, got \(channels)")
    }
    return [1, height, width]
  }

  public func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws) { toGray(samples, to: result) }
}

/// 1 where a value is at least the threshold, else 0.
public struct Binarise: Transform {
  public let threshold: Double
  public var description: String { "binarise" }

  public init(threshold: Double = 0.5) throws {
    guard threshold.isFinite else { throw EngineError.value("threshold is \(threshold); it must be a finite number") }
    self.threshold = threshold
  }

  public func shape(after shape: [Int]) throws -> [Int] { shape }
  public func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws) {
    eachValue(samples, to: result) { $0 >= threshold ? 1 : 0 }
  }
}

/// Values in [0, 1] rounded to 2^bits levels (Xu, Evans and Qi 2018); beyond it they are clamped.
public struct BitDepth: Transform {
  public let bits: Int
  public var description: String { "bit_depth" }

  public init(bits: Int) throws {
    guard (1...16).contains(bits) else { throw EngineError.value("bits is \(bits); it must be in 1..16") }
    self.bits = bits
  }

  public func shape(after shape: [Int]) throws -> [Int] { shape }
  public func apply(_ samples: Tensor, to result: Tensor, _ draws: Draws) {
    let levels = Double(1 << bits - 1)
    eachValue(samples, to: result) { (min(max($0, 0), 1) * levels).rounded() / levels }
  }
}
