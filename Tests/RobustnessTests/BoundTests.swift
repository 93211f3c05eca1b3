// Interval bounds contain what models make of any point of a box; exact ranges of circuits are exact.

import Circuits
import Foundation
import Learning
import Quantum
import Robustness
import Tensors
import Testing

/// RY of each input, two rings of weights, Z everywhere.
func ringCircuit(wires: Int, scale: Double = .pi, probabilities: Bool = false) throws -> Circuit {
  var circuit = try Circuit(wires: wires)
  for wire in 0..<wires { try circuit.append("RY", [wire], [.input(wire, scale: scale)]) }
  try circuit.append(.ring, layers: 2)
  if probabilities {
    try circuit.measure(.probabilities([0]))
  } else {
    for wire in 0..<wires { try circuit.measure("Z", [wire]) }
  }
  return circuit
}

/// Inputs behind entangling gates and a second one on a wire; with `twice` an input turns two gates.
func laterInputs(twice: Bool) throws -> Circuit {
  var circuit = try Circuit(wires: 2)
  try circuit.append("RY", [0], [.input(0, scale: 2)])
  try circuit.append("RX", [1], [.weight(0)])
  try circuit.append("CNOT", [0, 1])
  try circuit.append("RZ", [1], [.input(1)])
  try circuit.append("RX", [1], [.input(twice ? 0 : 2, scale: 0.7)])
  try circuit.measure("Z", [1])
  try circuit.measure("X", [0])
  return circuit
}

private func conv(_ filters: Int) throws -> Conv2DLayer {
  var options = Conv2DLayer.Options()
  (options.filters, options.kernelHeight, options.kernelWidth, options.paddingHeight) = (filters, 3, 2, 1)
  return try Conv2DLayer(options)
}

struct BoundedModel: CustomStringConvertible, Sendable {
  let description: String
  let shape: [Int]
  let make: @Sendable () throws -> Layer
  /// Whether it gives the same every time.
  var isSteady: Bool { description != "drawn inputs" }

  init(_ name: String, _ shape: [Int], _ make: @escaping @Sendable () throws -> Layer) {
    (description, self.shape, self.make) = (name, shape, make)
  }

  static let all: [BoundedModel] = [
    .init("dense", [1, 5]) { try SequentialLayer([DenseLayer(units: 7), FunctionLayer(.relu), DenseLayer(units: 3)]) },
    .init("functions", [1, 5]) {
      let functions: [Function] = [
        .tanh, .sigmoid, .softplus, .silu, .gelu, .sin, .cos, .abs, .square, .negate, .exp, .expm1, .leakyRelu, .elu,
      ]
      var layers: [Layer] = []
      for function in functions { layers += [try DenseLayer(units: 5), FunctionLayer(function)] }
      return try SequentialLayer(layers)
    },
    .init("images", [1, 2, 6, 6]) {
      var average = PoolLayer.Options()
      average.function = .average
      return try SequentialLayer([
        Pad2DLayer(top: 1, bottom: 0, left: 1, right: 0), conv(4), BatchNormLayer(), FunctionLayer(.relu),
        PoolLayer(PoolLayer.Options()), conv(3), PoolLayer(average), FlattenLayer(), DropoutLayer(rate: 0.3),
        DenseLayer(units: 3),
      ])
    },
    .init("containers", [1, 4]) {
      let residual = try ResidualLayer([DenseLayer(units: 4), FunctionLayer(.tanh)])
      let branches = [NamedLayer("a", try DenseLayer(units: 3)), NamedLayer("b", FunctionLayer(.sin))]
      let product = try ParallelLayer(
        [NamedLayer("a", DenseLayer(units: 2)), NamedLayer("b", DenseLayer(units: 2))], combine: .multiply)
      return try SequentialLayer([residual, ParallelLayer(branches, combine: .concat), FrozenLayer(product)])
    },
    .init("steps", [1, 1, 5, 5]) {
      try SequentialLayer([
        MedianFilterLayer(), BitDepthLayer(bits: 3), NormaliseLayer(mean: [0.3], deviation: [0.4]), FlattenLayer(),
        DenseLayer(units: 2),
      ])
    },
    .init("corners", [1, 2, 4, 4]) {
      try SequentialLayer([
        conv(3), FunctionLayer(.abs), AdaptivePoolLayer(.max, rows: 3, columns: 2), UpsampleLayer(.bilinear, scaleHeight: 2, scaleWidth: 1),
        FunctionLayer(.leakyRelu, parameter: -0.2), AdaptivePoolLayer(.average, rows: 2, columns: 2), FlattenLayer(), DenseLayer(units: 4),
        FunctionLayer(.tanh), DenseLayer(units: 2), FunctionLayer(.sigmoid),
      ])
    },
    .init("concave functions", [1, 4]) {
      try SequentialLayer([
        FunctionLayer(.softplus), FunctionLayer(.sqrt), FunctionLayer(.log1p), DenseLayer(units: 3), FunctionLayer(.exp),
        FunctionLayer(.reciprocal), FunctionLayer(.log), DenseLayer(units: 2), FunctionLayer(.negate),
      ])
    },
    .init("sequences", [1, 2, 8]) {
      var options = Conv1DLayer.Options()
      (options.filters, options.kernel) = (3, 3)
      var pool = PoolLayer.Options()
      (pool.dimensions, pool.strideWidth) = (1, 1)
      return try SequentialLayer([
        Conv1DLayer(options), PoolLayer(pool), LayerNormLayer(axes: 1), FunctionLayer(.tanh), ReshapeLayer([15]),
        AdversarialNoiseLayer(size: 0.1), DenseLayer(units: 2),
      ])
    },
    .init("normalised", [1, 4, 3, 3]) {
      try SequentialLayer([
        conv(4), GroupNormLayer(groups: 2), FunctionLayer(.relu), FlattenLayer(), DenseLayer(units: 5), LayerNormLayer(),
        DenseLayer(units: 3),
      ])
    },
    .init("softmax", [1, 4]) {
      try SequentialLayer([DenseLayer(units: 5), SoftmaxLayer(), DenseLayer(units: 3), SoftmaxLayer(logarithmic: true)])
    },
    .init("softmax of channels", [1, 3, 2, 2]) { try SequentialLayer([SoftmaxLayer(axis: 1), FlattenLayer()]) },
    .init("heads and fusion", [1, 4]) {
      let heads = try HeadsLayer(
        trunk: SequentialLayer([DenseLayer(units: 6), FunctionLayer(.relu)]),
        heads: [NamedLayer("a", DenseLayer(units: 2)), NamedLayer("b", SequentialLayer([DenseLayer(units: 3), FunctionLayer(.tanh)]))])
      func fusion(_ perClass: Bool) throws -> FusionLayer {
        var options = FusionLayer.Options()
        (options.gateUnits, options.perClass) = (perClass ? 0 : 4, perClass)
        return try FusionLayer(
          [NamedLayer("a", DenseLayer(units: 3)), NamedLayer("b", SequentialLayer([DenseLayer(units: 3), FunctionLayer(.sin)]))],
          options)
      }
      return try SequentialLayer([heads, fusion(false), fusion(true)])
    },
    .init("drawn inputs", [1, 2]) {
      try SequentialLayer([RandomInputsLayer(count: 2, bound: 0.3), DenseLayer(units: 3), FunctionLayer(.relu), DenseLayer(units: 2)])
    },
    .init("an input twice, steps after", [1, 2]) {
      try SequentialLayer([QuantumLayer(laterInputs(twice: true)), DenseLayer(units: 2), FunctionLayer(.relu)])
    },
    .init("circuit", [1, 3]) { try SequentialLayer([QuantumLayer(ringCircuit(wires: 3)), DenseLayer(units: 2)]) },
    .init("inputs behind gates", [1, 3]) { try QuantumLayer(laterInputs(twice: false)) },
    .init("an input twice", [1, 2]) { try QuantumLayer(laterInputs(twice: true)) },
    .init("quanvolution", [1, 1, 5, 4]) {
      var options = QuanvolutionLayer.Options()
      (options.strideHeight, options.strideWidth, options.paddingHeight) = (1, 2, 1)
      return try SequentialLayer([
        QuanvolutionLayer([ringCircuit(wires: 4), ringCircuit(wires: 4)], options), FunctionLayer(.relu), FlattenLayer(),
        DenseLayer(units: 3),
      ])
    },
    .init("quanvolution, channels last", [1, 2, 4, 4]) {
      var options = QuanvolutionLayer.Options()
      (options.kernelHeight, options.kernelWidth, options.strideHeight, options.channelsLast) = (1, 2, 1, true)
      return try QuanvolutionLayer(ringCircuit(wires: 4), options)
    },
    .init("quanvolution, per channel", [1, 2, 4, 4]) {
      var options = QuanvolutionLayer.Options()
      options.perChannel = true
      return try QuanvolutionLayer(ringCircuit(wires: 4), options)
    },
  ]
}

@Suite struct BoundTests {
  private func built(_ row: BoundedModel, _ type: ElementType = .float64) throws -> Layer {
    let model = try row.make()
    try model.build(type, shape: row.shape, seed: 11)
    var stream = RandomStream(seed: 6, purpose: .tensor)
    for buffer in model.buffers { for i in 0..<buffer.tensor.count { buffer.tensor[i] += 0.5 * stream.uniform() } }
    for parameter in model.parameters where parameter.name.hasSuffix("gamma") {
      for i in 0..<parameter.variable.value.count { parameter.variable.value[i] = 2 * stream.uniform() - 1 }
    }
    return model
  }

  @Test(arguments: BoundedModel.all, [0.0, 0.03, 0.3])
  func boundsContainTheOutputsOfAllPoints(row: BoundedModel, eps: Double) throws {
    let model = try built(row)
    var stream = RandomStream(seed: 3, purpose: .tensor)
    let centre = Tensor.uniform(.float64, row.shape, low: 0, high: 1, from: &stream)
    let (low, high) = (centre.copy(), centre.copy())
    for i in 0..<centre.count { (low[i], high[i]) = (centre[i] - eps, centre[i] + eps) }
    let count = 300
    let x = Tensor(.float64, [count] + row.shape.dropFirst())
    for point in 0..<count {
      for i in 0..<centre.count {
        // Corners, edges and points inside.
        let u: Double = point % 3 == 0 ? (stream.uniform() < 0.5 ? -1 : 1) : min(1, max(-1, 3 * stream.uniform() - 1.5))
        x[point * centre.count + i] = centre[i] + eps * u
      }
    }
    var points = [x]
    let outputs = try #require(model.outputShape).reduce(1, *)
    if model.obstacle == nil, eps > 0 {
      for k in 0..<outputs { for side in [-1.0, 1.0] { points.append(try extreme(model, x.rows(0..<4), k, side, low, high)) } }
    }
    let values = try points.map { try model.infer($0).doubles }.flatMap { $0 }
    var boxes: [Box] = []
    for method in BoundMethod.allCases {
      var settings = BoundSettings()
      settings.method = method
      let box = try model.bounds(low: low, high: high, settings)
      var outside = 0.0
      for (i, value) in values.enumerated() {
        outside = max(outside, max(box.low[i % outputs] - value, value - box.high[i % outputs]))
      }
      #expect(outside <= 1e-9, "\(row), \(method): a point is outside by \(outside)")
      // And they say something: without a perturbation nearly the value itself.
      if eps == 0, row.isSteady { for k in 0..<outputs { #expect(box.high[k] - box.low[k] < 1e-3) } }
      if let interval = boxes.first {
        for k in 0..<outputs { #expect(box.low[k] >= interval.low[k] && box.high[k] <= interval.high[k], "\(row), \(method)") }
      }
      boxes.append(box)
    }
  }

  /// Points of a box where an output is large (or small), climbed to by signs of gradients.
  private func extreme(
    _ model: Layer, _ start: Tensor, _ output: Int, _ side: Double, _ low: Tensor, _ high: Tensor
  ) throws -> Tensor {
    let x = start.copy()
    for step in 0..<15 {
      let at = Variable(x.copy(), requiresGradient: true)
      let y = try model.forward(at)
      let seed = Tensor(.float64, y.shape)
      for row in 0..<x.shape[0] { seed[row * (y.value.count / x.shape[0]) + output] = side }
      let gradient = try y.gradients(for: [at], seed: seed)[0]
      for i in 0..<x.count {
        let (a, b) = (low[i % low.count], high[i % low.count])
        let move = (b - a) / Double(step + 2)
        x[i] = min(b, max(a, x[i] + (gradient[i] > 0 ? move : gradient[i] < 0 ? -move : 0)))
      }
    }
    return x
  }

  @Test func rangesOfCircuitsAreExact() throws {
    for (wires, eps) in [(1, 0.4), (2, 0.2), (3, 0.1), (4, 0.05), (2, 2.0)] {
      let circuit = try ringCircuit(wires: wires)
      var stream = RandomStream(seed: UInt64(wires), purpose: .tensor)
      let weights = (0..<circuit.weightCount).map { _ in 6 * stream.uniform() }
      let form = try #require(try TrigonometricForm(circuit, weights: weights))
      let centre = (0..<wires).map { _ in stream.uniform() }
      let bounds = form.bounds(low: centre.map { $0 - eps }, high: centre.map { $0 + eps }, tolerance: 1e-3)
      // A grid of the box, with its corners.
      let steps = wires == 1 ? 2001 : wires == 2 ? 101 : wires == 3 ? 25 : 11
      var (low, high) = ([Double](repeating: 9, count: wires), [Double](repeating: -9, count: wires))
      for point in 0..<Int(pow(Double(steps), Double(wires))) {
        var rest = point
        let x = (0..<wires).map { j -> Double in
          defer { rest /= steps }
          let share: Double = Double(rest % steps) / Double(steps - 1)
          return centre[j] - eps + 2 * eps * share
        }
        for (k, value) in form.values(at: x).enumerated() { (low[k], high[k]) = (min(low[k], value), max(high[k], value)) }
      }
      for k in 0..<wires {
        #expect(bounds.low[k] <= low[k] && bounds.high[k] >= high[k])
        // The grid misses a little of the extremes as well.
        #expect(low[k] - bounds.low[k] < 0.012 && bounds.high[k] - high[k] < 0.012, "\(wires) wires: \(bounds), \(low), \(high)")
      }
    }
  }

  @Test func formsAreRefusedWhereThereAreNone() throws {
    #expect(try TrigonometricForm(laterInputs(twice: true), weights: [0.3]) == nil)
    #expect(try TrigonometricForm(laterInputs(twice: false), weights: [0.3]) != nil)
  }

  @Test func slopesBoundDerivatives() throws {
    for circuit in [try laterInputs(twice: true), try ringCircuit(wires: 3), try ringCircuit(wires: 2, probabilities: true)] {
      var stream = RandomStream(seed: 5, purpose: .tensor)
      let weights = Tensor.uniform(.float64, [circuit.weightCount], low: -3, high: 3, from: &stream)
      let slopes = try circuit.inputSlopes(weights: weights.doubles)
      let runner = try CircuitRunner(circuit)
      var largest = 0.0
      for _ in 0..<100 {
        let x = Variable(.uniform(.float64, [1, circuit.inputCount], low: -3, high: 3, from: &stream), requiresGradient: true)
        let y = try runner.expectations(inputs: x, weights: Variable(weights))
        for k in 0..<circuit.outputCount {
          let seed = Tensor(.float64, y.shape)
          seed[k] = 1
          let gradient = try y.gradients(for: [x], seed: seed)[0]
          for j in 0..<circuit.inputCount {
            #expect(abs(gradient[j]) <= slopes[k][j] + 1e-9)
            largest = max(largest, abs(gradient[j]) / slopes[k][j])
          }
        }
      }
      #expect(largest > 0.2, "bounds are far from what happens: \(largest)")
    }
  }

  @Test func spectralNormsAreBoundedClosely() throws {
    var stream = RandomStream(seed: 5, purpose: .tensor)
    for shape in [[4, 4], [3, 9], [20, 6]] {
      let w = Tensor.normal(.float64, shape, mean: 0, deviation: 1, from: &stream)
      // Power iteration comes from below.
      var v = (0..<shape[1]).map { _ in stream.normal() }
      var norm = 0.0
      for _ in 0..<2000 {
        var u = [Double](repeating: 0, count: shape[0])
        for i in 0..<shape[0] { for j in 0..<shape[1] { u[i] += w[i * shape[1] + j] * v[j] } }
        v = [Double](repeating: 0, count: shape[1])
        for i in 0..<shape[0] { for j in 0..<shape[1] { v[j] += w[i * shape[1] + j] * u[i] } }
        var squares = 0.0
        for value in v { squares += value * value }
        let length: Double = squares.squareRoot()
        norm = length.squareRoot()
        v = v.map { $0 / length }
      }
      let bound = spectralNormBound(w)
      #expect(bound >= norm * (1 - 1e-9) && bound < norm * 1.01, "\(shape): \(bound) for \(norm)")
    }
  }

  @Test func layersWithoutABoundAreNamed() throws {
    let model = try SequentialLayer([ReshapeLayer([1, 2, 2]), JPEGLayer(), FlattenLayer(), DenseLayer(units: 2)])
    try model.build(.float32, shape: [1, 4], seed: 1)
    let zero = Tensor(.float32, [1, 4])
    #expect(
      errorText(.value) { _ = try model.bounds(low: zero, high: zero) }
        .hasPrefix("layer 1 (jpeg): there is no interval bound for layers of kind \"jpeg\""))
    let noisy = try SequentialLayer([NoiseLayer(.gaussian, size: 0.1, always: true), DenseLayer(units: 2)])
    try noisy.build(.float32, shape: [1, 4], seed: 1)
    #expect(errorText(.value) { _ = try noisy.bounds(low: zero, high: zero) }.hasPrefix("layer 0 (noise): it adds normal noise"))
    let shots = try QuantumLayer(ringCircuit(wires: 4), options: RunOptions(differentiation: .parameterShift, shots: 10))
    try shots.build(.float32, shape: [1, 4], seed: 1)
    #expect(errorText(.value) { _ = try shots.bounds(low: zero, high: zero) }.contains("draws shots"))
    let one = Tensor(.float32, [1, 4])
    one.fill(1)
    #expect(errorText(.value) { _ = try model.bounds(low: one, high: zero) }.contains("low must be at most high"))
    #expect(errorText(.shape) { _ = try model.bounds(low: Tensor(.float32, [1, 3]), high: Tensor(.float32, [1, 3])) }.contains("the model takes"))
  }
}
