// Boxes through circuits: the exact range of their trigonometric form where they have one, slopes otherwise.
// Affine functions around their outputs are in CircuitForms.swift.

import Learning
import Quantum
import Tensors

/// What bounds of a circuit with known weights are found from.
struct CircuitBounds {
  let outputs: Int
  let form: TrigonometricForm?
  /// Without a form: slopes [outputs][inputs], values in the middle and the range of each output.
  let slopes: [[Double]]
  let runner: CircuitRunner
  let weights: [Double]
  let ranges: [(low: Double, high: Double)]

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
  private var circuitBounds: CircuitBounds {
    get throws { try CircuitBounds(runner, weights: parameters.first?.variable.value.doubles ?? []) }
  }

  /// Each sample's inputs, with zeros where the circuit has more.
  private func inputs(_ box: Box) -> [(low: [Double], high: [Double])] {
    let width = box.shape[1]
    let padding = [Double](repeating: 0, count: runner.circuit.inputCount - width)
    let (low, high) = (box.low.doubles, box.high.doubles)
    return (0..<box.shape[0]).map { row in
      let range = row * width..<(row + 1) * width
      return (Array(low[range]) + padding, Array(high[range]) + padding)
    }
  }

  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    let circuit = try circuitBounds
    let found = try circuit.bounds(inputs(box), settings)
    let shape = [box.shape[0], circuit.outputs]
    return Box(Tensor(found.flatMap(\.low), shape), Tensor(found.flatMap(\.high), shape))
  }

  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation {
    let circuit = try circuitBounds
    let (width, outputs) = (box.shape[1], circuit.outputs)
    let known = (0..<box.shape[0]).map { row in
      (out.low.rows(row..<row + 1).doubles, out.high.rows(row..<row + 1).doubles)
    }
    return .circuits(
      CircuitForms(
        inputs: [width], outputs: [outputs],
        parts: [((0..<runner.circuit.inputCount).map { $0 < width ? $0 : -1 }, Array(0..<outputs))],
        forms: try circuit.forms(inputs(box), known)))
  }

  var tightens: Tightening { .all }
}

extension QuanvolutionLayer: BoundedLayer {
  private var places: PatchPlaces {
    guard let inputShape, let outputShape else { preconditionFailure("a twin is built") }
    return PatchPlaces(options, inputShape, outputShape, filters: filters.count, outputs: runner.circuit.outputCount)
  }

  /// Calls the body with the boxes of all patches of a sample's group of channels, for each filter.
  private func forEachGroup(
    _ box: Box,
    _ body: (
      _ circuit: CircuitBounds, _ boxes: [(low: [Double], high: [Double])], _ sample: Int,
      _ place: (_ patch: Int, _ output: Int) -> Int
    ) throws -> Void
  ) throws {
    let places = places
    let values = parameters.map { $0.variable.value.doubles }
    let (low, high) = (box.low.doubles, box.high.doubles)
    var next = 0
    for (f, filter) in filters.enumerated() {
      let hasWeights = filter.circuit.weightCount > 0
      let circuit = try CircuitBounds(filter, weights: hasWeights ? values[next] : [])
      next += hasWeights ? 1 : 0
      for sample in 0..<box.shape[0] {
        for group in 0..<places.groups {
          let boxes = (0..<places.patches).map { (places.patch($0, low, sample, group), places.patch($0, high, sample, group)) }
          try body(circuit, boxes, sample) { patch, output in
            places.place(patch, sample, group, filter: f, output: output)
          }
        }
      }
    }
  }

  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box {
    let shape = [box.shape[0]] + (outputShape ?? [])
    let (below, above) = (Tensor(uninitialized: .float64, shape), Tensor(uninitialized: .float64, shape))
    try forEachGroup(box) { circuit, boxes, _, place in
      for (patch, bounds) in try circuit.bounds(boxes, settings).enumerated() {
        for k in 0..<circuit.outputs { (below[place(patch, k)], above[place(patch, k)]) = (bounds.low[k], bounds.high[k]) }
      }
    }
    return Box(below, above)
  }

  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation {
    let places = places
    var parts: [(inputs: [Int], outputs: [Int])] = []
    for f in filters.indices {
      for group in 0..<places.groups {
        for patch in 0..<places.patches {
          let outputs = (0..<places.outputs).map { places.place(patch, 0, group, filter: f, output: $0) }
          parts.append((places.pixels(patch, group), outputs))
        }
      }
    }
    var circuits = CircuitForms(inputs: inputShape ?? [], outputs: outputShape ?? [], parts: parts, forms: [])
    var found: [[AffineForm]] = Array(repeating: [], count: box.shape[0])
    try forEachGroup(box) { circuit, boxes, sample, place in
      let known = boxes.indices.map { patch in
        let own = (0..<circuit.outputs).map { place(patch, $0) }
        return (own.map { out.low[$0] }, own.map { out.high[$0] })
      }
      found[sample] += try circuit.forms(boxes, known)
    }
    circuits.forms = found.flatMap { $0 }
    return .circuits(circuits)
  }

  var tightens: Tightening { .all }
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
