// Layers: shapes, messages, names, sharing, freezing, seeds.

import Learning
import Circuits
import Quantum
import Tensors
import Testing

@Suite struct LayerTests {
  private func model() throws -> SequentialLayer {
    try SequentialLayer([
      QuanvolutionLayer(patchCircuit(inputs: 4)), FlattenLayer(), DenseLayer(units: 10),
    ])
  }

  @Test func shapesAreInferred() throws {
    let model = try model()
    #expect(!model.isBuilt)
    try model.build(.float32, shape: [1, 1, 28, 28], seed: 1)
    #expect(model.outputShape == [10])
    #expect(model.parameters.map(\.name) == ["0.weights", "2.weights", "2.bias"])
    #expect(model.parameters.map(\.variable.shape) == [[16], [10, 784], [10]])
    let x = Variable(Tensor(.float32, [3, 1, 28, 28]))
    #expect(try model.forward(x).shape == [3, 10])
  }

  @Test func describeShowsShapesCountsAndWhatIsFrozen() throws {
    let model = try model()
    #expect(model.describe().contains("not built"))
    try model.build(.float32, shape: [1, 1, 28, 28], seed: 1)
    model.layers[0].setTrainable(false)
    #expect(
      model.describe() == """
           layer         options                           output              parameters          multiply-adds
        0  quanvolution  2x2 patches, 4 inputs, 4 outputs  {batch, 4, 14, 14}  16 quantum, frozen  196 circuits
        1  flatten                                         {batch, 784}
        2  dense         10 units                          {batch, 10}         7850                7840
        7866 parameters: 16 quantum, 7850 classical; 7850 trainable
        per sample: 7840 multiply-adds, 196 circuits
        """)
  }

  @Test func wrongInputsNameTheLayer() throws {
    let model = try model()
    let x = Variable(Tensor(.float32, [2, 1, 28, 28]))
    #expect(message(.state) { _ = try model.forward(x) }.hasPrefix("layer 0 (quanvolution): it is not built"))
    try model.build(.float32, shape: [1, 1, 28, 28], seed: 1)
    #expect(
      message(.shape) { _ = try model.forward(Variable(Tensor(.float32, [64, 676]))) }
        == "layer 0 (quanvolution): expected input {batch, 1, 28, 28}, got {64, 676}")
    #expect(
      message(.shape) { _ = try model.layers[2].forward(Variable(Tensor(.float32, [64, 676]))) }
        == "dense: expected input {batch, 784}, got {64, 676}")
    #expect(
      message(.shape) { _ = try model.forward(Variable(Tensor(.float64, [2, 1, 28, 28]))) }
        == "layer 0 (quanvolution): expected float32 input, got float64")
    #expect(
      message(.shape) { _ = try model.infer(Tensor(.float32, [0, 1, 28, 28])) }
        == "layer 0 (quanvolution): the batch is empty, got input {0, 1, 28, 28}")
  }

  @Test func shapesThatDoNotFitAreRefusedAndNothingIsBuilt() throws {
    let patches = try QuanvolutionLayer(patchCircuit(inputs: 4))
    let model = try SequentialLayer([patches, DenseLayer(units: 2)])
    #expect(
      message(.shape) { try model.build(.float32, shape: [1, 1, 28, 28], seed: 1) }
        == "layer 1 (dense): expected input {batch, n}, got {batch, 4, 14, 14}; a flatten layer before it would do")
    #expect(!patches.isBuilt)
    #expect(
      message(.shape) { try patches.build(.float32, shape: [1, 1, 27, 28], seed: 1) }
        == "quanvolution: patches of 2 with stride 2 do not cover the height 27: 1 would be left out; choose others, or switch exact_fit off")
    #expect(
      message(.shape) { try patches.build(.float32, shape: [1, 3, 28, 28], seed: 1) }
        == "quanvolution: a patch of 3 x 2 x 2 has 12 values, but the circuit has 4 inputs; per_channel = true takes each channel on its own")
    #expect(
      message(.shape) { try patches.build(.float32, shape: [1, 28, 28], seed: 1) }
        == "quanvolution: expected input {batch, channels, height, width}, got {batch, 28, 28}")
    #expect(
      message(.shape) { try Conv2DLayer(convolution(filters: 1)).build(.float32, shape: [1, 1, 1, 9], seed: 1) }
        == "conv2d: a kernel of 2 x 3 does not fit into an image of 1 x 9")
    #expect(
      message(.shape) { try QuantumLayer(patchCircuit(inputs: 3)).build(.float32, shape: [1, 4], seed: 1) }
        == "quantum: expected input {batch, 3}, got {batch, 4}")
  }

  @Test func optionsOutOfRangeAreRefused() throws {
    #expect(message(.value) { _ = try DenseLayer(units: 0) } == "units is 0; it must be 1 or more")
    var options = convolution(filters: 1)
    options.strideWidth = 0
    #expect(message(.value) { _ = try Conv2DLayer(options) } == "stride is 1 x 0; both must be in 1..65536")
    options.strideWidth = 1
    (options.kernelHeight, options.kernelWidth) = (65536, 65536)
    #expect(
      message(.value) { _ = try Conv2DLayer(options) }
        == "kernel_size is 65536 x 65536, 4294967296 values; at most 1048576 are allowed")
    options = convolution(filters: 1)
    options.paddingHeight = -1
    #expect(message(.value) { _ = try Conv2DLayer(options) } == "padding is -1 x 0; both must be 0 or more")
    #expect(
      message(.memory) { try DenseLayer(units: 1 << 50).build(.float32, shape: [1, 1 << 20], seed: 1) }
        == "dense: a float32 tensor {1125899906842624} would not fit into memory")
    #expect(
      message(.memory) { try FlattenLayer().build(.float32, shape: [1, 1 << 40, 1 << 40], seed: 1) }
        .contains("would not fit"))
    #expect(message(.value) { _ = try SequentialLayer([]) } == "a sequential needs at least one layer")
    #expect(
      message(.value) { _ = try QuantumLayer(Circuit(wires: 1)) }.hasPrefix("the circuit has no inputs"))
  }

  @Test func theSameSeedDrawsTheSameParameters() throws {
    let (a, b) = (try model(), try model())
    try a.build(.float32, shape: [1, 1, 28, 28], seed: 4)
    try b.build(.float32, shape: [64, 1, 28, 28], seed: 4)
    for (x, y) in zip(a.parameters, b.parameters) {
      #expect(x.variable.value.doubles == y.variable.value.doubles)
    }
    let angles = a.parameters[0].variable.value.doubles
    #expect(angles.allSatisfy { $0 >= 0 && $0 < 2 * .pi } && angles.max() ?? 0 > 3)
    let bound = 1 / 28.0
    #expect(a.parameters[1].variable.value.doubles.allSatisfy { abs($0) <= bound })

    // Built again: drawn anew, in the same tensors.
    let tensor = a.parameters[1].variable
    let before = tensor.value.doubles
    try a.build(.float32, shape: [1, 1, 28, 28], seed: 5)
    #expect(a.parameters[1].variable === tensor)
    #expect(tensor.value.doubles != before)
    #expect(
      message(.state) { try a.build(.float64, shape: [1, 1, 28, 28], seed: 5) }.contains(
        "it is built for float32 input {batch, 1, 28, 28}"))
  }

  @Test func aSharedLayerHasOneSetOfParameters() throws {
    let shared = try DenseLayer(units: 3)
    let model = try SequentialLayer([shared, FunctionLayer(.tanh), shared])
    try model.build(.float64, shape: [1, 3], seed: 1)
    #expect(model.parameters.map(\.name) == ["0.weights", "0.bias"])
    let other = try SequentialLayer([SequentialLayer([shared]), DenseLayer(units: 2)])
    try other.build(.float64, shape: [1, 3], seed: 2)
    #expect(other.parameters.map(\.name) == ["0.0.weights", "0.0.bias", "1.weights", "1.bias"])
    #expect(other.parameters[0].variable === model.parameters[0].variable)
    let twice = try SequentialLayer([DenseLayer(units: 3), shared])
    #expect(message(.state) { try twice.build(.float64, shape: [1, 5], seed: 1) } == "no error")
    let misfit = try SequentialLayer([DenseLayer(units: 4), shared])
    #expect(
      message(.state) { try misfit.build(.float64, shape: [1, 5], seed: 1) }
        == "layer 1 (dense): it is built for float64 input {batch, 3} and cannot take float64 input {batch, 4}")
  }

  @Test func frozenParametersGetNoGradient() throws {
    let model = try model()
    model.layers[0].setTrainable(false)
    try model.build(.float32, shape: [1, 1, 8, 8], seed: 1)
    let x = Variable(Tensor(.float32, [2, 1, 8, 8]))
    try model.forward(x).crossEntropy([0, 1]).backward()
    #expect(model.parameters.map { $0.variable.hasGradient } == [false, true, true])
    model.setTrainable(true)
    try model.forward(x).crossEntropy([0, 1]).backward()
    #expect(model.parameters.allSatisfy { $0.variable.hasGradient })
  }

  @Test func inferenceInChunksEqualsForward() throws {
    let model = try model()
    try model.build(.float64, shape: [1, 1, 8, 8], seed: 1)
    var stream = RandomStream(seed: 1, purpose: .tensor)
    let x = Tensor.uniform(.float64, [600, 1, 8, 8], low: 0, high: 1, from: &stream)
    let whole = try model.forward(Variable(x)).value
    let inChunks = try model.infer(x)
    #expect(inChunks.shape == [600, 10])
    for i in 0..<whole.count { #expect(abs(whole[i] - inChunks[i]) < 1e-12) }
  }
}
