// Boxes through layers that are monotone in each of their inputs: their ends go through the layer.
// Linear functions around those that are not affine.

import Learning
import Tensors

extension Layer {
  /// For maps whose every output rises with every input, or falls with every one, each by itself.
  func boundEnds(_ box: Box) throws -> Box { .ordered(try infer(box.low), try infer(box.high)) }
}

// Means and largest values of windows, medians, borders, copies and mixtures of pixels rise with every pixel.
extension PoolLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box) }
  var isAffine: Bool { options.function == .average }
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation {
    if isAffine { return .affine(self) }
    let (input, output) = (inputShape ?? [], outputShape ?? [])
    func windows(_ size: Int, _ count: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> [Range<Int>] {
      (0..<count).map { max(0, $0 * stride - padding)..<min(size, $0 * stride - padding + kernel) }
    }
    // A sequence is an image of one row.
    let (height, rows) = options.dimensions == 1 ? (1, 1) : (input[1], output[1])
    return .band(
      largestBand(
        box, output,
        windows(height, rows, options.kernelHeight, options.strideHeight, options.paddingHeight),
        windows(input[input.count - 1], output[output.count - 1], options.kernelWidth, options.strideWidth, options.paddingWidth)))
  }
}
extension AdaptivePoolLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box) }
  var isAffine: Bool { function == .average }
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation {
    if isAffine { return .affine(self) }
    func windows(_ size: Int, _ count: Int) -> [Range<Int>] {
      (0..<count).map { $0 * size / count..<(($0 + 1) * size + count - 1) / count }
    }
    let (height, width) = (box.shape[2], box.shape[3])
    return .band(largestBand(box, outputShape ?? [], windows(height, rows), windows(width, columns)))
  }
}

/// The band of largest values of windows, given by the rows and columns of images that they cover.
private func largestBand(_ box: Box, _ outputs: [Int], _ rows: [Range<Int>], _ columns: [Range<Int>]) -> Band {
  let terms = (rows.map(\.count).max() ?? 1) * (columns.map(\.count).max() ?? 1)
  let width = box.shape[box.shape.count - 1]
  let pixels = box.low.count / (box.shape[0] * box.shape[1])
  var places: [Int32] = []
  for channel in 0..<box.shape[1] {
    for row in rows {
      for column in columns {
        let window = row.flatMap { y in column.map { x in Int32(channel * pixels + y * width + x) } }
        places += window + Array(repeating: -1, count: terms - window.count)
      }
    }
  }
  return largestBand(box, outputs, places, terms: terms)
}

extension MedianFilterLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box) }
}

extension FlattenLayer: AffineLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box) }
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation { .reshaped(from: inputShape ?? []) }
}
extension ReshapeLayer: AffineLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box) }
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation { .reshaped(from: inputShape ?? []) }
}
extension Pad2DLayer: AffineLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box) }
}
extension UpsampleLayer: AffineLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box) }
}

// A factor and a shift for each channel; a negative factor puts the ends the other way round.
extension BatchNormLayer: AffineLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box) }
}
extension NormaliseLayer: AffineLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box) }
}

// Steps jump; what the model's own rounding in Float may carry over a step counts as inside.
extension BinariseLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box.widened) }
}
extension BitDepthLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { try boundEnds(box.widened) }
  /// A value is moved by half a step at most, which is better than its interval where that holds several steps.
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation {
    let half = 0.5 / Double((1 << bits) - 1) + 1e-6
    var band = Band(identity: box.shape)
    for i in 0..<out.low.count {
      let isWide = out.high[i] - out.low[i] > 2 * half
      band.set(
        i, low: isWide ? Line(slope: 1, offset: -half) : Line(slope: 0, offset: out.low[i]),
        high: isWide ? Line(slope: 1, offset: half) : Line(slope: 0, offset: out.high[i]))
    }
    return .band(band)
  }
}

// In evaluation mode nothing is dropped and nothing is added.
extension DropoutLayer: AffineLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { box }
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation { .chain([]) }
}
extension AdversarialNoiseLayer: AffineLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { box }
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation { .chain([]) }
}

extension RandomInputsLayer: BoundedLayer {
  /// Whatever is drawn: ±bound behind each sample's values.
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    func drawn(_ value: Double) -> Tensor {
      let tensor = Tensor(uninitialized: .float64, [box.shape[0], count])
      tensor.fill(value)
      return tensor
    }
    return try Box(joining: [box, Box(drawn(-bound), drawn(bound))])
  }

  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation {
    let (own, total) = (box.shape[1], out.shape[1])
    var band = Band(
      inputs: [own], outputs: [total], terms: 1, places: (0..<total).map { $0 < own ? Int32($0) : -1 },
      samples: box.shape[0])
    for i in 0..<out.low.count {
      let line = i % total < own ? Line(slope: 1, offset: 0) : Line(slope: 0, offset: bound)
      band.set(i, low: Line(slope: line.slope, offset: -line.offset), high: line)
    }
    return .band(band)
  }
}

extension NoiseLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    guard always, size > 0 else { return box }
    guard distribution == .uniform else {
      throw EngineError.value("it adds normal noise in evaluation too, which no interval bounds; certify by randomised smoothing")
    }
    let (low, high) = (box.low.copy(), box.high.copy())
    for i in 0..<low.count {
      low[i] -= size
      high[i] += size
    }
    return Box(low, high)
  }

  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation {
    guard always, size > 0 else { return .chain([]) }
    var band = Band(identity: box.shape)
    for i in 0..<box.low.count { band.set(i, low: Line(slope: 1, offset: -size), high: Line(slope: 1, offset: size)) }
    return .band(band)
  }
}
