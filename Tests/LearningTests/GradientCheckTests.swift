// Every differentiable operation and layer against central differences, in Double.

import Learning
import Circuits
import Quantum
import Tensors
import Testing

/// A function of some tensors, to be differentiated in all of them.
struct Differentiable: CustomTestStringConvertible, Sendable {
  let name: String
  let shapes: [[Int]]
  /// Where the arguments are drawn from, away from kinks and poles.
  var range: (Double, Double) = (-1, 1)
  let function: @Sendable ([Variable]) throws -> Variable

  var testDescription: String { name }

  init(
    _ name: String, _ shapes: [[Int]], in range: (Double, Double) = (-1, 1),
    _ function: @escaping @Sendable ([Variable]) throws -> Variable
  ) {
    (self.name, self.shapes, self.range, self.function) = (name, shapes, range, function)
  }
}

private let operations: [Differentiable] = [
  .init("add", [[3, 4], [3, 4]]) { try $0[0] + $0[1] },
  .init("add a row", [[3, 4], [4]]) { try $0[0] + $0[1] },
  .init("subtract a column", [[3, 4], [3, 1]]) { try $0[0] - $0[1] },
  .init("multiply outer", [[3, 1], [1, 4]]) { try $0[0] * $0[1] },
  .init("multiply by a scalar", [[2, 3, 4], []]) { try $0[0] * $0[1] },
  .init("multiply in the middle", [[2, 1, 4], [3, 1]]) { try $0[0] * $0[1] },
  .init("multiply by itself", [[5]]) { try $0[0] * $0[0] },
  .init("divide", [[3, 4], [4]], in: (0.5, 2)) { try $0[0] / $0[1] },
  .init("divide a row", [[4], [3, 4]], in: (0.5, 2)) { try $0[0] / $0[1] },
  .init("affine", [[6]]) { $0[0].affine(scale: -2.5, offset: 3) },
  .init("matmul", [[3, 5], [5, 4]]) { try $0[0].multiplied(by: $0[1]) },
  .init("matmul with itself", [[4, 4]]) { try $0[0].multiplied(by: $0[0]) },
  .init("sum", [[3, 4]]) { $0[0].sum() },
  .init("mean", [[3, 4]]) { try $0[0].mean() },
  .init("reshape", [[3, 4]]) { try $0[0].reshaped([2, -1]).map(.square) },
  .init("rows", [[5, 3]]) { try $0[0].rows(first: 1, count: 2) },
  .init("rows twice", [[5, 3]]) { try $0[0].rows(first: 1, count: 2) * $0[0].rows(first: 2, count: 2) },
  .init("cross-entropy", [[4, 3]], in: (-3, 3)) { try $0[0].crossEntropy([0, 2, 1, 2]) },
  .init("squared error", [[4, 3], [4, 3]]) { try Loss(.mse)($0[0], targets: $0[1]) },
  .init("a value used thrice", [[2, 2]]) { x in
    let y = x[0].map(.tanh)
    return try y * y + y.multiplied(by: x[0])
  },
]

private let functions: [Differentiable] = Function.allCases.map { function in
  // log, sqrt, powers and the kinks at 0 stay away from it; rounding has no slope.
  let positive: [Function] = [.log, .sqrt, .relu, .abs, .leakyRelu, .elu, .reciprocal, .power, .log1p]
  let range = positive.contains(function) ? (0.2, 2.0) : (-2.0, 2.0)
  return .init(function.name, [[7]], in: [.floor, .ceil, .round].contains(function) ? (0.1, 0.4) : range) {
    $0[0].map(function, parameter: function.parameter.map { $0.value + 1.5 } ?? 0)
  }
} + [
  .init("relu below 0", [[5]], in: (-2, -0.2)) { $0[0].map(.relu) },
  .init("abs below 0", [[5]], in: (-2, -0.2)) { $0[0].map(.abs) },
  .init("leaky relu below 0", [[5]], in: (-2, -0.2)) { $0[0].map(.leakyRelu, parameter: 0.3) },
  .init("elu below 0", [[5]], in: (-2, -0.2)) { $0[0].map(.elu, parameter: 0.7) },
]

@Suite struct GradientCheckTests {
  @Test(arguments: operations + functions + movingOperations + lossRows)
  func operationAgreesWithDifferences(_ row: Differentiable) throws {
    var stream = RandomStream(seed: 5, purpose: .tensor)
    let arguments = row.shapes.map {
      Variable(
        .uniform(.float64, $0, low: row.range.0, high: row.range.1, from: &stream),
        requiresGradient: true)
    }
    try checkGradients(row.name, arguments) { try row.function(arguments) }
  }

  @Test(arguments: layers)
  func layerAgreesWithDifferences(_ row: LayerRow) throws {
    let layer = try row.make()
    try layer.build(.float64, shape: row.input, seed: 11)
    var stream = RandomStream(seed: 6, purpose: .tensor)
    let x = Variable(
      .uniform(.float64, row.input, low: 0, high: 1, from: &stream), requiresGradient: true)
    try checkGradients(row.name, [x] + layer.parameters.map(\.variable)) { try layer.forward(x) }
  }
}

/// A layer or a model and the shape of its input.
struct LayerRow: CustomTestStringConvertible, Sendable {
  let name: String
  let input: [Int]
  let make: @Sendable () throws -> Layer

  var testDescription: String { name }

  init(_ name: String, _ input: [Int], _ make: @escaping @Sendable () throws -> Layer) {
    (self.name, self.input, self.make) = (name, input, make)
  }
}

let layers: [LayerRow] = [
  .init("dense", [3, 5]) { try DenseLayer(units: 4) },
  .init("dense without bias", [3, 5]) { try DenseLayer(units: 4, bias: false) },
  .init("flatten", [3, 2, 4]) { FlattenLayer() },
  .init("tanh", [3, 4]) { FunctionLayer(.tanh) },
  .init("elu", [3, 4]) { try FunctionLayer(.elu, parameter: 2) },
  .init("softmax", [2, 3, 4]) { try SoftmaxLayer(axis: 1) },
  .init("log softmax", [2, 3, 4]) { try SoftmaxLayer(logarithmic: true) },
  .init("a layer of closures", [3, 4]) { try bilinear() },
  .init("conv2d", [2, 2, 5, 6]) { try Conv2DLayer(convolution(filters: 3)) },
  .init("conv2d with stride and padding", [3, 2, 5, 6]) {
    var options = convolution(filters: 3)
    (options.strideHeight, options.strideWidth, options.paddingHeight) = (2, 3, 1)
    return try Conv2DLayer(options)
  },
  .init("quantum", [3, 4]) { try QuantumLayer(patchCircuit(inputs: 4)) },
  .init("quanvolution", [2, 1, 4, 6]) { try QuanvolutionLayer(patchCircuit(inputs: 4)) },
  .init("quanvolution, overlapping, channels last", [2, 2, 4, 3]) {
    var options = QuanvolutionLayer.Options()
    (options.kernelWidth, options.strideHeight, options.strideWidth) = (1, 1, 1)
    options.channelsLast = true
    return try QuanvolutionLayer(patchCircuit(inputs: 4), options)
  },
  .init("a model", [3, 1, 6, 6]) {
    try SequentialLayer([
      QuanvolutionLayer(patchCircuit(inputs: 4)), FunctionLayer(.sigmoid), FlattenLayer(),
      DenseLayer(units: 5), QuantumLayer(patchCircuit(inputs: 5)), DenseLayer(units: 2),
    ])
  },
]

/// Gradients of `Σ c · function` with fixed random c, against central differences in every element.
func checkGradients(
  _ name: String, _ arguments: [Variable], _ function: () throws -> Variable
) throws {
  let value = try function()
  var stream = RandomStream(seed: 9, purpose: .tensor)
  let weights = Tensor.uniform(.float64, value.shape, low: 0.5, high: 1.5, from: &stream)
  func loss() throws -> Double {
    let value = try Recording.off { try function().value }
    return (0..<value.count).reduce(0) { $0 + weights[$1] * value[$1] }
  }
  try value.backward(from: weights)
  let step = 1e-5
  for (number, argument) in arguments.enumerated() {
    let gradient = try #require(argument.gradient, "\(name): argument \(number) has no gradient")
    for i in 0..<argument.value.count {
      let before = argument.value[i]
      argument.value[i] = before + step
      let above = try loss()
      argument.value[i] = before - step
      let below = try loss()
      argument.value[i] = before
      let difference = (above - below) / (2 * step)
      #expect(
        abs(gradient[i] - difference) <= 1e-7 * max(1, abs(difference)),
        "\(name): argument \(number), element \(i): gradient \(gradient[i]), difference \(difference)")
    }
  }
}
