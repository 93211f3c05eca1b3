// Pooling, normalisation, dropout, noise, containers, initialisers: gradients, twins, statistics, messages.

import Learning
import Circuits
import Quantum
import Tensors
import Testing

private func pool(_ function: PoolFunction, _ change: (inout PoolLayer.Options) -> Void = { _ in }) throws -> PoolLayer {
  var options = PoolLayer.Options()
  options.function = function
  change(&options)
  return try PoolLayer(options)
}

private func small(_ units: Int) throws -> Layer { try SequentialLayer([FlattenLayer(), DenseLayer(units: units)]) }

private func conv(_ filters: Int, _ change: (inout Conv2DLayer.Options) -> Void) throws -> Conv2DLayer {
  var options = Conv2DLayer.Options()
  options.filters = filters
  change(&options)
  return try Conv2DLayer(options)
}

private func transposed(_ change: (inout ConvTranspose2DLayer.Options) -> Void) throws -> Layer {
  var options = ConvTranspose2DLayer.Options()
  options.filters = 3
  change(&options)
  return try ConvTranspose2DLayer(options)
}

private func quanvolution(
  _ circuits: [Circuit], _ change: (inout QuanvolutionLayer.Options) -> Void = { _ in }
) throws -> QuanvolutionLayer {
  var options = QuanvolutionLayer.Options()
  change(&options)
  return try QuanvolutionLayer(circuits, options)
}

/// Amplitudes of three qubits, then rotations and a chain of CNOTs.
private func amplitudeCircuit() throws -> Circuit {
  var circuit = try Circuit(wires: 3)
  try circuit.prepare(AmplitudeEncoding(count: 8, wires: [0, 1, 2]))
  try circuit.append(.ring, layers: 1)
  for wire in 0..<3 { try circuit.measure("Z", [wire]) }
  return circuit
}

/// Every kind of layer with what it takes.
private let kinds: [LayerRow] = [
  .init("max_pool2d", [2, 2, 5, 6]) { try pool(.max) },
  .init("max_pool2d, overlapping, padded", [2, 2, 5, 6]) {
    try pool(.max) { ($0.kernelHeight, $0.kernelWidth, $0.strideHeight, $0.strideWidth) = (3, 2, 2, 1); $0.paddingHeight = 1 }
  },
  .init("avg_pool2d", [2, 2, 5, 6]) { try pool(.average) },
  .init("avg_pool2d, padded", [2, 2, 5, 6]) {
    try pool(.average) { ($0.kernelHeight, $0.kernelWidth, $0.paddingHeight, $0.paddingWidth) = (3, 3, 1, 1) }
  },
  .init("avg_pool2d, padding left out", [2, 2, 5, 6]) {
    try pool(.average) {
      ($0.kernelHeight, $0.kernelWidth, $0.paddingHeight, $0.paddingWidth) = (3, 3, 1, 1)
      $0.countPadding = false
    }
  },
  .init("max_pool1d", [2, 3, 7]) { try pool(.max) { $0.dimensions = 1; ($0.kernelWidth, $0.strideWidth) = (3, 2) } },
  .init("avg_pool1d", [2, 3, 7]) { try pool(.average) { $0.dimensions = 1 } },
  .init("adaptive_avg_pool2d", [2, 3, 5, 7]) { try AdaptivePoolLayer(.average, rows: 2, columns: 3) },
  .init("adaptive_max_pool2d", [2, 3, 5, 7]) { try AdaptivePoolLayer(.max, rows: 3, columns: 2) },
  .init("adaptive_avg_pool2d, larger than the image", [1, 2, 2, 3]) { try AdaptivePoolLayer(.average, rows: 3, columns: 4) },
  .init("batch_norm of features", [5, 3]) { try BatchNormLayer() },
  .init("batch_norm of images", [3, 2, 3, 4]) { try BatchNormLayer() },
  .init("batch_norm without parameters", [4, 2, 3]) {
    var options = BatchNormLayer.Options()
    (options.affine, options.eps) = (false, 0.1)
    return try BatchNormLayer(options)
  },
  .init("layer_norm", [3, 2, 5]) { try LayerNormLayer() },
  .init("layer_norm of the last axis", [3, 2, 5]) { try LayerNormLayer(axes: 1, eps: 1e-3) },
  .init("layer_norm without parameters", [3, 4]) { try LayerNormLayer(affine: false) },
  .init("group_norm", [3, 4, 2, 3]) { try GroupNormLayer(groups: 2) },
  .init("instance norm", [2, 3, 2, 3]) { try GroupNormLayer(groups: 3) },
  .init("group_norm of features", [3, 6]) { try GroupNormLayer(groups: 2, affine: false) },
  .init("conv2d, dilated, grouped", [2, 4, 6, 7]) {
    try conv(6) {
      ($0.dilationHeight, $0.dilationWidth, $0.groups) = (2, 1, 2)
      ($0.paddingHeight, $0.strideWidth) = (1, 2)
    }
  },
  .init("conv2d, depthwise, same", [2, 3, 4, 4]) { try conv(3) { ($0.groups, $0.paddingSame) = (3, true) } },
  .init("conv1d", [2, 2, 7]) {
    var options = Conv1DLayer.Options()
    (options.filters, options.stride, options.padding) = (3, 2, 1)
    return try Conv1DLayer(options)
  },
  .init("conv_transpose2d", [2, 2, 3, 4]) { try transposed { _ in } },
  .init("conv_transpose2d, overlapping", [2, 2, 3, 4]) {
    try transposed {
      ($0.kernelHeight, $0.kernelWidth, $0.paddingHeight, $0.paddingWidth) = (3, 3, 1, 1)
      ($0.outputPaddingHeight, $0.outputPaddingWidth, $0.bias) = (1, 1, false)
    }
  },
  .init("upsample", [2, 2, 3, 2]) { try UpsampleLayer(.nearest, scaleHeight: 2, scaleWidth: 3) },
  .init("upsample, bilinear", [2, 2, 3, 2]) { try UpsampleLayer(.bilinear, scaleHeight: 2, scaleWidth: 3) },
  .init("pad2d", [2, 2, 3, 2]) { try Pad2DLayer(top: 1, bottom: 0, left: 2, right: 1, value: 0.5) },
  .init("normalise", [2, 2, 3]) { try NormaliseLayer(mean: [0.5, 0.2], deviation: [0.25, 2]) },
  .init("reshape", [3, 2, 6]) { try ReshapeLayer([3, -1]) },
  .init("residual", [3, 4]) { try ResidualLayer([DenseLayer(units: 4), FunctionLayer(.tanh)]) },
  .init("residual with a shortcut", [3, 4]) {
    try ResidualLayer([DenseLayer(units: 2), FunctionLayer(.tanh)], shortcut: DenseLayer(units: 2))
  },
  .init("parallel, concat", [2, 2, 4, 4]) {
    try ParallelLayer([NamedLayer("a", Conv2DLayer(convolution(filters: 3))), NamedLayer("b", Conv2DLayer(convolution(filters: 1)))])
  },
  .init("parallel, add", [3, 4]) {
    try ParallelLayer([NamedLayer("a", DenseLayer(units: 2)), NamedLayer("b", DenseLayer(units: 2))], combine: .add)
  },
  .init("parallel, mean", [3, 4]) {
    try ParallelLayer([NamedLayer("a", DenseLayer(units: 4)), NamedLayer("b", FunctionLayer(.tanh))], combine: .mean)
  },
  .init("parallel, multiply", [3, 4]) {
    try ParallelLayer([NamedLayer("a", DenseLayer(units: 4)), NamedLayer("b", FunctionLayer(.tanh))], combine: .multiply)
  },
  .init("fusion", [3, 2, 2]) {
    try FusionLayer([NamedLayer("c", small(3)), NamedLayer("q", small(3))])
  },
  .init("fusion per class, linear gate", [3, 4]) {
    var options = FusionLayer.Options()
    (options.gateUnits, options.perClass) = (0, true)
    return try FusionLayer(
      [NamedLayer("c", small(3)), NamedLayer("q", small(3)), NamedLayer("r", small(3))], options)
  },
  .init("fusion with a gate of its own", [3, 4]) {
    try FusionLayer([NamedLayer("c", small(3)), NamedLayer("q", small(3))], gate: DenseLayer(units: 2))
  },
  .init("heads", [3, 2, 2]) {
    try HeadsLayer(
      trunk: small(4), heads: [NamedLayer("a", DenseLayer(units: 2)), NamedLayer("b", DenseLayer(units: 3))])
  },
  .init("frozen", [3, 4]) { FrozenLayer(try SequentialLayer([DenseLayer(units: 3), BatchNormLayer()])) },
  .init("dropout", [3, 4]) { try DropoutLayer(rate: 0.4) },
  .init("dropout of channels", [2, 3, 2, 2]) { try DropoutLayer(rate: 0.4, channels: true) },
  .init("gaussian noise", [3, 4]) { try NoiseLayer(.gaussian, size: 0.3) },
  .init("uniform noise, always", [3, 4]) { try NoiseLayer(.uniform, size: 0.3, always: true) },
]

/// Circuits in several forms.
private let quantumKinds: [LayerRow] = [
  .init("quantum, padded", [3, 5]) { try QuantumLayer(amplitudeCircuit(), pad: true) },
  .init("quanvolution, two filters", [2, 1, 4, 4]) {
    try quanvolution([patchCircuit(inputs: 4), patchCircuit(inputs: 4)])
  },
  .init("quanvolution, two filters, channels last", [2, 1, 4, 4]) {
    try quanvolution([patchCircuit(inputs: 4), patchCircuit(inputs: 4)]) { $0.channelsLast = true }
  },
  .init("quanvolution, padded", [1, 1, 4, 4]) {
    try quanvolution([patchCircuit(inputs: 4)]) { ($0.paddingHeight, $0.paddingWidth) = (1, 1) }
  },
  .init("quanvolution, dilated, per channel", [1, 2, 5, 5]) {
    try quanvolution([patchCircuit(inputs: 4), patchCircuit(inputs: 4)]) {
      ($0.dilationHeight, $0.dilationWidth, $0.perChannel) = (2, 2, true)
    }
  },
]

@Suite struct LayerKindTests {
  private func built(_ row: LayerRow, _ type: ElementType = .float64) throws -> (Layer, Variable) {
    let layer = try row.make()
    try layer.build(type, shape: row.input, seed: 11)
    var stream = RandomStream(seed: 6, purpose: .tensor)
    // gamma and beta away from 1 and 0.
    for parameter in layer.parameters {
      for i in 0..<parameter.variable.value.count { parameter.variable.value[i] += 0.3 * stream.normal() }
    }
    for buffer in layer.buffers { for i in 0..<buffer.tensor.count { buffer.tensor[i] += 0.5 * stream.uniform() } }
    return (layer, Variable(.normal(type, row.input, mean: 0, deviation: 1, from: &stream), requiresGradient: true))
  }

  /// Random draws and statistics are as before every time, so that differences see one function.
  private func steadily(_ layer: Layer, _ x: Variable) throws -> Variable {
    let (random, buffers) = (layer.allLayers.map(\.random), layer.buffers.map { $0.tensor.copy() })
    defer {
      for (layer, random) in zip(layer.allLayers, random) { layer.random = random }
      for (buffer, before) in zip(layer.buffers, buffers) {
        for i in 0..<before.count { buffer.tensor[i] = before[i] }
      }
    }
    return try layer.forward(x)
  }

  @Test(arguments: kinds + quantumKinds, [true, false])
  func agreesWithDifferences(_ row: LayerRow, training: Bool) throws {
    let (layer, x) = try built(row)
    layer.setTraining(training)
    let parameters = layer.parameters.map(\.variable).filter(\.requiresGradient)
    try checkGradients(row.name, [x] + parameters) { try steadily(layer, x) }
  }

  @Test(arguments: kinds + quantumKinds)
  func aSpecificationMakesTheSameLayer(_ row: LayerRow) throws {
    let (layer, x) = try built(row)
    let text = try layer.specification.text
    let again = try Layer.make(JSON(text: text))
    try again.build(.float64, shape: row.input, seed: 11)
    #expect(again.describe() == layer.describe())
    #expect(try again.specification == layer.specification)
    for (a, b) in zip(layer.parameters, again.parameters) {
      #expect(a.name == b.name)
      for i in 0..<a.variable.value.count { b.variable.value[i] = a.variable.value[i] }
    }
    for (a, b) in zip(layer.buffers, again.buffers) { for i in 0..<a.tensor.count { b.tensor[i] = a.tensor[i] } }
    #expect(try again.infer(x.value).doubles == layer.infer(x.value).doubles)
  }

  @Test(arguments: kinds + quantumKinds, [true, false])
  func floatAgreesWithDoubleAndThreadsChangeNothing(_ row: LayerRow, training: Bool) throws {
    let threads = Parallel.threads
    defer { Parallel.setThreads(threads) }
    let (layer, x) = try built(row)
    layer.setTraining(training)
    let double = try steadily(layer, x).value
    let (single, y) = try built(row, .float32)
    single.setTraining(training)
    Parallel.setThreads(1)
    let one = try steadily(single, y)
    try one.sum().backward()
    Parallel.setThreads(3)
    let (other, z) = try built(row, .float32)
    other.setTraining(training)
    let three = try steadily(other, z)
    try three.sum().backward()
    #expect(one.value.doubles == three.value.doubles)
    #expect(y.gradient?.doubles == z.gradient?.doubles)
    for i in 0..<double.count { #expect(abs(double[i] - one.value[i]) < 2e-5 * max(1, abs(double[i])), "\(row.name) \(i)") }
  }

  // MARK: twins

  @Test func groupsAndDilationAgreeWithTheDefinition() throws {
    let layer = try conv(4) {
      ($0.groups, $0.dilationHeight, $0.dilationWidth, $0.paddingHeight, $0.strideWidth) = (2, 2, 1, 2, 2)
      ($0.kernelHeight, $0.kernelWidth) = (2, 3)
    }
    try layer.build(.float64, shape: [1, 4, 5, 6], seed: 3)
    var stream = RandomStream(seed: 4, purpose: .tensor)
    let x = Tensor.normal(.float64, [1, 4, 5, 6], mean: 0, deviation: 1, from: &stream)
    let (y, w, b) = (try layer.infer(x), layer.parameters[0].variable.value, layer.parameters[1].variable.value)
    #expect(w.shape == [4, 2, 2, 3] && y.shape == [1, 4, 7, 2])
    for f in 0..<4 {
      for r in 0..<7 {
        for q in 0..<2 {
          var sum = b[f]
          for c in 0..<2 {
            for i in 0..<2 {
              for j in 0..<3 where (0..<5).contains(r + 2 * i - 2) {
                sum += w[((f * 2 + c) * 2 + i) * 3 + j] * x[((f / 2 * 2 + c) * 5 + r + 2 * i - 2) * 6 + 2 * q + j]
              }
            }
          }
          #expect(abs(y[(f * 7 + r) * 2 + q] - sum) < 1e-12)
        }
      }
    }
  }

  @Test func aTransposedConvolutionIsTheGradientOfAConvolution() throws {
    let layer = try transposed { ($0.kernelHeight, $0.kernelWidth, $0.bias) = (3, 2, false) }
    try layer.build(.float64, shape: [1, 2, 3, 4], seed: 3)
    var stream = RandomStream(seed: 4, purpose: .tensor)
    let x = Tensor.normal(.float64, [1, 2, 3, 4], mean: 0, deviation: 1, from: &stream)
    let y = try layer.infer(x)
    #expect(y.shape == [1, 3, 7, 8])
    let w = layer.parameters[0].variable.value
    var expected = [Double](repeating: 0, count: y.count)
    for c in 0..<2 { for r in 0..<3 { for q in 0..<4 { for f in 0..<3 { for i in 0..<3 { for j in 0..<2 {
      expected[(f * 7 + 2 * r + i) * 8 + 2 * q + j] += x[(c * 3 + r) * 4 + q] * w[((c * 3 + f) * 3 + i) * 2 + j]
    } } } } } }
    for i in 0..<y.count { #expect(abs(y[i] - expected[i]) < 1e-12) }
  }

  @Test func bilinearUpsamplingKeepsStraightLines() throws {
    let layer = try UpsampleLayer(.bilinear, scaleHeight: 1, scaleWidth: 2)
    try layer.build(.float64, shape: [1, 1, 1, 4], seed: 1)
    #expect(try layer.infer(Tensor([0.0, 1, 2, 3], [1, 1, 1, 4])).doubles == [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])
  }

  @Test func standardisedSamplesHaveMeanZeroAndDeviationOne() throws {
    var stream = RandomStream(seed: 4, purpose: .tensor)
    let x = Tensor.normal(.float64, [50, 2, 3], mean: 4, deviation: 3, from: &stream)
    let layer = try NormaliseLayer(standardising: x)
    try layer.build(.float64, shape: x.shape, seed: 1)
    let y = try layer.infer(x)
    for c in 0..<2 {
      let values = (0..<50).flatMap { s in (0..<3).map { y[(s * 2 + c) * 3 + $0] } }
      #expect(abs(values.reduce(0, +)) < 1e-10)
      #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 150 - 1) < 1e-10)
    }
  }

  // MARK: circuits

  /// The output of filter f for the patch at (row, column) of a channel.
  private func expected(_ layer: QuanvolutionLayer, _ f: Int, _ patch: [Double]) throws -> [Double] {
    let weights = layer.parameters[f].variable.value
    return try layer.filters[f].expectations(inputs: Tensor(patch, [1, patch.count]), weights: weights).doubles
  }

  @Test func filtersPaddingAndDilationAgreeWithSinglePatches() throws {
    let layer = try quanvolution([patchCircuit(inputs: 4), patchCircuit(inputs: 4)]) {
      ($0.dilationHeight, $0.dilationWidth, $0.paddingHeight, $0.paddingWidth) = (2, 1, 1, 1)
      ($0.strideHeight, $0.strideWidth, $0.perChannel, $0.exactFit) = (1, 2, true, false)
    }
    try layer.build(.float64, shape: [1, 2, 4, 4], seed: 3)
    #expect(layer.parameters.map(\.name) == ["weights_0", "weights_1"])
    #expect(layer.outputShape == [16, 4, 3])
    var stream = RandomStream(seed: 4, purpose: .tensor)
    let x = Tensor.uniform(.float64, [1, 2, 4, 4], low: 0, high: 1, from: &stream)
    let y = try layer.infer(x)
    for f in 0..<2 { for c in 0..<2 { for r in 0..<4 { for q in 0..<3 {
      let patch = (0..<2).flatMap { i in
        (0..<2).map { j -> Double in
          let (row, column) = (r + 2 * i - 1, 2 * q + j - 1)
          return (0..<4).contains(row) && (0..<4).contains(column) ? x[(c * 4 + row) * 4 + column] : 0
        }
      }
      let values = try expected(layer, f, patch)
      for k in 0..<4 { #expect(abs(y[(((f * 2 + c) * 4 + k) * 4 + r) * 3 + q] - values[k]) < 1e-10) }
    } } } }
    #expect(layer.describe().contains("48 circuits"))
  }

  @Test(arguments: [Differentiation.parameterShift, .generalShift, .finiteDifference])
  func mixedDifferentiationAgreesInsideAModel(_ differentiation: Differentiation) throws {
    func gradients(_ run: RunOptions) throws -> [Double] {
      let model = try SequentialLayer([
        DenseLayer(units: 4), FunctionLayer(.tanh), QuantumLayer(patchCircuit(inputs: 4), options: run),
        DenseLayer(units: 3),
      ])
      try model.build(.float64, shape: [1, 5], seed: 3)
      var stream = RandomStream(seed: 4, purpose: .tensor)
      let x = Tensor.normal(.float64, [2, 5], mean: 0, deviation: 1, from: &stream)
      try model.forward(Variable(x)).crossEntropy([0, 2]).backward()
      return model.parameters.flatMap { $0.variable.gradient?.doubles ?? [] }
    }
    let exact = try gradients(RunOptions())
    let other = try gradients(RunOptions(differentiation: differentiation))
    let tolerance = differentiation == .finiteDifference ? 1e-6 : 1e-10
    for (a, b) in zip(exact, other) { #expect(abs(a - b) < tolerance) }
    // With shots: unbiased, so the mean over many draws is near.
    guard differentiation == .parameterShift else { return }
    var mean = [Double](repeating: 0, count: exact.count)
    let draws = 40
    for seed in 0..<draws {
      let noisy = try gradients(RunOptions(differentiation: .parameterShift, shots: 4000, seed: UInt64(seed)))
      for i in mean.indices { mean[i] += noisy[i] / Double(draws) }
    }
    for i in mean.indices { #expect(abs(mean[i] - exact[i]) < 0.02) }
  }

  @Test func widthsOfAmplitudesAreSaid() throws {
    let layer = try QuantumLayer(amplitudeCircuit())
    #expect(
      message(.shape) { try layer.build(.float32, shape: [1, 16], seed: 1) }
        == "quantum: expected input {batch, 8}, got {batch, 16}; 3 qubits hold 2^3 = 8 amplitudes")
    #expect(
      message(.shape) { try layer.build(.float32, shape: [1, 6], seed: 1) }
        == "quantum: expected input {batch, 8}, got {batch, 6}; 3 qubits hold 2^3 = 8 amplitudes, and pad = true fills them up with zeros")
    #expect(
      message(.value) { _ = try QuantumLayer(patchCircuit(inputs: 4), pad: true) }
        == "pad fills up amplitudes, but the circuit's inputs are angles; its width is 4")
    let patches = try QuanvolutionLayer(patchCircuit(inputs: 4))
    #expect(message(.shape) { try patches.build(.float32, shape: [1, 3, 4, 4], seed: 1) }.hasSuffix(
      "per_channel = true takes each channel on its own"))
  }

  @Test func runningStatisticsFollowTheBatches() throws {
    let layer = try BatchNormLayer()
    try layer.build(.float64, shape: [1, 2, 2, 2], seed: 1)
    layer.setTraining(true)
    var stream = RandomStream(seed: 3, purpose: .tensor)
    var (mean, variance) = ([0.0, 0.0], [1.0, 1.0])
    for _ in 0..<3 {
      let x = Tensor.normal(.float64, [5, 2, 2, 2], mean: 2, deviation: 3, from: &stream)
      let y = try layer.forward(Variable(x)).value
      for c in 0..<2 {
        let places = (0..<5).flatMap { b in (0..<4).map { (b * 2 + c) * 4 + $0 } }
        let m = places.reduce(0) { $0 + x[$1] } / 20
        let v = places.reduce(0) { $0 + (x[$1] - m) * (x[$1] - m) }
        mean[c] = 0.9 * mean[c] + 0.1 * m
        variance[c] = 0.9 * variance[c] + 0.1 * v / 19
        for place in places { #expect(abs(y[place] - (x[place] - m) / (v / 20 + 1e-5).squareRoot()) < 1e-12) }
      }
    }
    let names = layer.buffers.map(\.name)
    #expect(names == ["running_mean", "running_variance"])
    for c in 0..<2 {
      #expect(abs(layer.buffers[0].tensor[c] - mean[c]) < 1e-12)
      #expect(abs(layer.buffers[1].tensor[c] - variance[c]) < 1e-12)
    }
    layer.setTraining(false)
    let x = Tensor.normal(.float64, [1, 2, 2, 2], mean: 0, deviation: 1, from: &stream)
    let y = try layer.forward(Variable(x)).value
    for i in 0..<8 { #expect(abs(y[i] - (x[i] - mean[i / 4]) / (variance[i / 4] + 1e-5).squareRoot()) < 1e-12) }
  }

  @Test func poolingAgreesWithItsDefinition() throws {
    var stream = RandomStream(seed: 4, purpose: .tensor)
    let x = Tensor.normal(.float64, [1, 1, 7, 5], mean: 0, deviation: 1, from: &stream)
    func value(_ row: Int, _ column: Int) -> Double? {
      (0..<7).contains(row) && (0..<5).contains(column) ? x[row * 5 + column] : nil
    }
    for counting in [true, false] {
      for function in PoolFunction.allCases {
        let layer = try pool(function) {
          ($0.kernelHeight, $0.kernelWidth, $0.strideHeight, $0.strideWidth) = (3, 2, 2, 3)
          ($0.paddingHeight, $0.paddingWidth, $0.countPadding) = (1, 1, counting)
        }
        try layer.build(.float64, shape: x.shape, seed: 1)
        let y = try layer.infer(x)
        #expect(y.shape == [1, 1, 4, 2])
        for i in 0..<4 {
          for j in 0..<2 {
            let seen = (0..<3).flatMap { a in (0..<2).compactMap { value(2 * i - 1 + a, 3 * j - 1 + $0) } }
            let expected = function == .max
              ? seen.max() ?? 0 : seen.reduce(0, +) / Double(counting ? 6 : seen.count)
            #expect(abs(y[i * 2 + j] - expected) < 1e-12)
          }
        }
      }
    }
  }

  @Test func fusionWeightsAreAMixture() throws {
    let fusion = try FusionLayer([NamedLayer("c", small(3)), NamedLayer("q", small(3))])
    try fusion.build(.float64, shape: [1, 4], seed: 2)
    var stream = RandomStream(seed: 5, purpose: .tensor)
    let x = Tensor.normal(.float64, [6, 4], mean: 0, deviation: 2, from: &stream)
    let w = try fusion.weights(x)
    #expect(w.shape == [6, 2])
    let (y, a, b) = (try fusion.infer(x), try fusion.branches[0].layer.infer(x), try fusion.branches[1].layer.infer(x))
    for s in 0..<6 {
      #expect(abs(w[2 * s] + w[2 * s + 1] - 1) < 1e-12)
      for k in 0..<3 { #expect(abs(y[3 * s + k] - w[2 * s] * a[3 * s + k] - w[2 * s + 1] * b[3 * s + k]) < 1e-12) }
    }
    #expect(abs(w[0] - w[2]) > 1e-6)
    #expect(fusion.parameters.map(\.name).contains("gate.1.weights"))
  }

  @Test func headsShareTheirTrunk() throws {
    let model = try HeadsLayer(
      trunk: small(4), heads: [NamedLayer("a", DenseLayer(units: 2)), NamedLayer("b", DenseLayer(units: 3))])
    try model.build(.float64, shape: [1, 3], seed: 2)
    var stream = RandomStream(seed: 5, purpose: .tensor)
    let x = Tensor.normal(.float64, [2, 3], mean: 0, deviation: 1, from: &stream)
    let (all, b) = (try model.infer(x), try model.head("b").infer(x))
    #expect(all.shape == [2, 5] && b.shape == [2, 3])
    for s in 0..<2 { for k in 0..<3 { #expect(all[5 * s + 2 + k] == b[3 * s + k]) } }
    #expect(message(.value) { _ = try model.head("c") } == "there is no head 'c'; there is 'a', 'b'")
  }

  // MARK: random layers

  @Test func dropoutKeepsTheMeanAndIsReproducible() throws {
    func run(_ seed: UInt64, rate: Double = 0.3) throws -> [Double] {
      let layer = try DropoutLayer(rate: rate)
      try layer.build(.float32, shape: [1, 50000], seed: seed)
      layer.setTraining(true)
      let ones = Tensor(.float32, [2, 50000])
      ones.fill(1)
      _ = try layer.forward(Variable(ones))
      return try layer.forward(Variable(ones)).value.doubles
    }
    let first = try run(1)
    #expect(try run(1) == first)
    #expect(try run(2) != first)
    let kept = first.count { $0 != 0 }
    #expect(abs(Double(kept) / 1e5 - 0.7) < 5 * (0.3 * 0.7 / 1e5).squareRoot())
    #expect(first.allSatisfy { $0 == 0 || abs($0 - 1 / 0.7) < 1e-6 })
    #expect(try run(1, rate: 0).allSatisfy { $0 == 1 })
  }

  @Test func noiseHasItsSize() throws {
    for distribution in NoiseLayer.Distribution.allCases {
      let layer = try NoiseLayer(distribution, size: 0.2)
      try layer.build(.float64, shape: [1, 40000], seed: 1)
      let x = Variable(Tensor(.float64, [1, 40000]))
      #expect(try layer.forward(x).value.doubles.allSatisfy { $0 == 0 })
      layer.setTraining(true)
      let y = try layer.forward(x).value.doubles
      let variance = y.reduce(0) { $0 + $1 * $1 } / 40000
      let expected = distribution == .gaussian ? 0.04 : 0.04 / 3
      #expect(abs(variance - expected) < 0.05 * expected)
      #expect(abs(y.reduce(0, +) / 40000) < 0.005)
    }
  }

  @Test func aFrozenBlockStaysInEvaluation() throws {
    let inner = try SequentialLayer([DenseLayer(units: 3), BatchNormLayer(), DropoutLayer(rate: 0.5)])
    let model = try SequentialLayer([FrozenLayer(inner), DenseLayer(units: 2)])
    try model.build(.float64, shape: [1, 4], seed: 1)
    model.setTrainable(true)
    model.setTraining(true)
    let before = model.buffers.flatMap { $0.tensor.doubles }
    var stream = RandomStream(seed: 5, purpose: .tensor)
    let x = Variable(.normal(.float64, [6, 4], mean: 0, deviation: 1, from: &stream), requiresGradient: true)
    let y = try model.forward(x)
    #expect(try model.forward(x).value.doubles == y.value.doubles)
    try y.sum().backward()
    #expect(model.buffers.flatMap { $0.tensor.doubles } == before)
    #expect(model.parameters.map { $0.variable.hasGradient } == [false, false, false, false, true, true])
    #expect(x.hasGradient)
    #expect(model.describe().contains("frozen"))
  }

  @Test func aFrozenBlockKeepsWhatItWasTrainedTo() throws {
    let inner = try DenseLayer(units: 3)
    try inner.build(.float64, shape: [1, 4], seed: 1)
    let before = inner.parameters.flatMap { $0.variable.value.doubles }
    let model = try SequentialLayer([FrozenLayer(inner), DenseLayer(units: 2)])
    try model.build(.float64, shape: [1, 4], seed: 2)
    #expect(inner.parameters.flatMap { $0.variable.value.doubles } == before)
    try model.build(.float64, shape: [1, 4], seed: 3)
    #expect(inner.parameters.flatMap { $0.variable.value.doubles } == before)
    let other = try SequentialLayer([FrozenLayer(inner), DenseLayer(units: 2)])
    #expect(throws: EngineError.self) { try other.build(.float64, shape: [1, 5], seed: 1) }
  }

  // MARK: messages

  @Test func messagesNameThePlace() throws {
    let inner = try Conv2DLayer(convolution(filters: 3))
    let model = try SequentialLayer([FlattenLayer(), ResidualLayer([FunctionLayer(.tanh), inner])])
    #expect(
      message(.shape) { try model.build(.float32, shape: [1, 1, 8, 8], seed: 1) }
        == "layer 1 (residual): layer 1 (conv2d): expected input {batch, channels, height, width}, got {batch, 64}")
    let shortcut = try ResidualLayer([DenseLayer(units: 3)], shortcut: DenseLayer(units: 2))
    #expect(
      message(.shape) { try shortcut.build(.float32, shape: [1, 3], seed: 1) }
        == "residual: the layers inside give {batch, 3}, but the shortcut gives {batch, 2}")
    #expect(
      message(.shape) { try ResidualLayer([DenseLayer(units: 2)]).build(.float32, shape: [1, 3], seed: 1) }
        == "residual: the layers inside give {batch, 2}, but the input is {batch, 3}; a shortcut = layer can bring it to that shape")
    let parallel = try ParallelLayer([NamedLayer("cnn", small(3)), NamedLayer("qnn", DenseLayer(units: 3))])
    #expect(
      message(.shape) { try parallel.build(.float32, shape: [1, 2, 2], seed: 1) }
        == "parallel: branch qnn (dense): expected input {batch, n}, got {batch, 2, 2}; a flatten layer before it would do")
    let fused = try FusionLayer([NamedLayer("a", small(3)), NamedLayer("b", small(2))])
    #expect(
      message(.shape) { try fused.build(.float32, shape: [1, 4], seed: 1) }
        == "fusion: branch a gives {batch, 3}, but branch b gives {batch, 2}; they must agree")
    #expect(message(.value) { _ = try ParallelLayer([NamedLayer("a", small(1)), NamedLayer("a", small(1))]) }
      == "two branches are called 'a'; names must differ")
    let norm = try BatchNormLayer()
    try norm.build(.float32, shape: [1, 3], seed: 1)
    norm.setTraining(true)
    #expect(
      message(.shape) { _ = try norm.forward(Variable(Tensor(.float32, [1, 3]))) }
        == "batch_norm: statistics of a batch need more than one value per channel in training, got {1, 3}; use a larger batch")
    #expect(message(.shape) { try GroupNormLayer(groups: 2).build(.float32, shape: [1, 3, 4], seed: 1) }
      == "group_norm: 3 channels cannot be cut into 2 equal groups, got input {batch, 3, 4}")
    #expect(message(.shape) { try ReshapeLayer([4, -1]).build(.float32, shape: [1, 6], seed: 1) }
      == "reshape: a sample of {batch, 6} has 6 values, which do not fill {batch, 4, -1}")
    #expect(message(.value) { _ = try conv(3) { $0.groups = 2 } } == "3 filters cannot be cut into 2 equal groups")
    #expect(message(.value) { _ = try conv(3) { ($0.paddingSame, $0.strideHeight) = (true, 2) } }
      == "padding \"same\" is for stride 1, got 2 x 1; give padding as a number")
    #expect(message(.value) { _ = try NormaliseLayer(mean: [0], deviation: [0]) } == "a deviation is 0.0; it must be above 0")
    #expect(message(.value) { _ = try DropoutLayer(rate: 1) } == "rate is 1.0; it must be in [0, 1)")
    #expect(message(.value) { _ = try pool(.max) { $0.paddingWidth = 2 } }
      == "padding is 0 x 2; it must be 0 or more and at most half of the kernel, 2 x 2")
  }
}
