// Boxes through circuits: the exact range of their trigonometric form where they have one, slopes otherwise.

import Learning
import Quantum
import Tensors

/// What bounds of a circuit with known weights are found from.
private struct CircuitBounds {
  let outputs: Int
  private let form: TrigonometricForm?
  /// Without a form: slopes [outputs][inputs], values in the middle and the range of each output.
  private let slopes: [[Double]]
  private let runner: CircuitRunner
  private let weights: [Double]
  private let ranges: [(low: Double, high: Double)]

  init(_ own: CircuitRunner, weights: [Double]) throws {
    guard own.options.shots == 0, own.options.method != .trajectories else {
      throw EngineError.value("its circuit draws shots or trajectories, so its outputs have no interval; certify without them")
    }
    (self.weights, outputs, ranges) = (weights, own.circuit.outputCount, own.circuit.outputRanges())
    runner = try CircuitRunner(own.circuit)
    form = try TrigonometricForm(own.circuit, weights: weights)
    slopes = form == nil ? try own.circuit.inputSlopes(weights: weights) : []
  }

  /// Bounds for samples of the circuit's inputs.
  func bounds(_ boxes: [(low: [Double], high: [Double])], _ settings: BoundSettings) throws -> [(low: [Double], high: [Double])] {
    if let form {
      return Parallel.map(boxes.count, grain: 4) { i in
        let exact = form.bounds(low: boxes[i].low, high: boxes[i].high, tolerance: settings.tolerance)
        return clipped(exact.low, exact.high)
      }
    }
    let centres = boxes.flatMap { box in zip(box.low, box.high).map { ($0 + $1) / 2 } }
    let middle = try runner.expectations(
      inputs: Tensor(centres, [boxes.count, runner.circuit.inputCount]),
      weights: weights.isEmpty ? nil : Tensor(weights, [weights.count])).doubles
    return boxes.enumerated().map { row, box in
      let values = Array(middle[row * outputs..<(row + 1) * outputs])
      let reaches = slopes.map { slopes in
        zip(slopes, zip(box.low, box.high)).reduce(1e-10) { $0 + $1.0 * ($1.1.1 - $1.1.0) / 2 }
      }
      return clipped(zip(values, reaches).map { $0 - $1 }, zip(values, reaches).map { $0 + $1 })
    }
  }

  /// No output leaves what its observable allows.
  private func clipped(_ low: [Double], _ high: [Double]) -> (low: [Double], high: [Double]) {
    (zip(low, ranges).map { max($0, $1.low) }, zip(high, ranges).map { min($0, $1.high) })
  }
}

extension QuantumLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    let circuit = try CircuitBounds(runner, weights: parameters.first?.variable.value.doubles ?? [])
    let (rows, width) = (box.shape[0], box.shape[1])
    let padding = [Double](repeating: 0, count: runner.circuit.inputCount - width)
    let (low, high) = (box.low.doubles, box.high.doubles)
    let found = try circuit.bounds(
      (0..<rows).map { row in
        let range = row * width..<(row + 1) * width
        return (Array(low[range]) + padding, Array(high[range]) + padding)
      }, settings)
    return Box(
      Tensor(found.flatMap(\.low), [rows, circuit.outputs]), Tensor(found.flatMap(\.high), [rows, circuit.outputs]))
  }
}

extension QuanvolutionLayer: BoundedLayer {
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    guard let inputShape, let outputShape else { preconditionFailure("a twin is built") }
    let places = PatchPlaces(options, inputShape, outputShape, filters: filters.count, outputs: runner.circuit.outputCount)
    let values = parameters.map { $0.variable.value.doubles }
    let (low, high) = (box.low.doubles, box.high.doubles)
    let (below, above) = (
      Tensor(uninitialized: .float64, [box.shape[0]] + outputShape),
      Tensor(uninitialized: .float64, [box.shape[0]] + outputShape)
    )
    var next = 0
    for (f, filter) in filters.enumerated() {
      let hasWeights = filter.circuit.weightCount > 0
      let circuit = try CircuitBounds(filter, weights: hasWeights ? values[next] : [])
      next += hasWeights ? 1 : 0
      for sample in 0..<box.shape[0] {
        for group in 0..<places.groups {
          let found = try circuit.bounds(
            (0..<places.patches).map { (places.patch($0, low, sample, group), places.patch($0, high, sample, group)) },
            settings)
          for (patch, bounds) in found.enumerated() {
            for k in 0..<circuit.outputs {
              let place = places.place(patch, sample, group, filter: f, output: k)
              below[place] = bounds.low[k]
              above[place] = bounds.high[k]
            }
          }
        }
      }
    }
    return Box(below, above)
  }
}

/// Where the values of patches come from and their outputs go.
struct PatchPlaces {
  let options: QuanvolutionLayer.Options
  let channels, height, width, columns, patches, groups, filters, outputs: Int

  init(_ options: QuanvolutionLayer.Options, _ input: [Int], _ output: [Int], filters: Int, outputs: Int) {
    (self.options, self.filters, self.outputs) = (options, filters, outputs)
    (channels, height, width) = (input[0], input[1], input[2])
    columns = options.channelsLast ? output[1] : output[2]
    patches = options.channelsLast ? output[0] * output[1] : output[1] * output[2]
    groups = options.perChannel ? input[0] : 1
  }

  /// The pixels of a patch in the order of the circuit's inputs, as indices into a sample; -1 over the border.
  func pixels(_ patch: Int, _ group: Int) -> [Int] {
    let top = patch / columns * options.strideHeight - options.paddingHeight
    let left = patch % columns * options.strideWidth - options.paddingWidth
    var result: [Int] = []
    for c in options.perChannel ? group..<group + 1 : 0..<channels {
      for i in 0..<options.kernelHeight {
        for j in 0..<options.kernelWidth {
          let (y, x) = (top + i * options.dilationHeight, left + j * options.dilationWidth)
          let isInside = (0..<height).contains(y) && (0..<width).contains(x)
          result.append(isInside ? (c * height + y) * width + x : -1)
        }
      }
    }
    return result
  }

  /// Zeros stand for what hangs over the border.
  func patch(_ number: Int, _ values: [Double], _ sample: Int, _ group: Int) -> [Double] {
    let start = sample * channels * height * width
    return pixels(number, group).map { $0 < 0 ? 0 : values[start + $0] }
  }

  /// Where an output stands among those of all samples.
  func place(_ patch: Int, _ sample: Int, _ group: Int, filter: Int, output: Int) -> Int {
    let total = filters * groups * outputs
    let channel = (filter * groups + group) * outputs + output
    return sample * total * patches + (options.channelsLast ? patch * total + channel : channel * patches + patch)
  }
}
