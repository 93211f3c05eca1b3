// Layers without a derivative, and what stands in for a layer in the backward pass.

import Learning
import Tensors
import Testing

@Suite struct SurrogateTests {
  private func image(_ type: ElementType = .float64, _ shape: [Int] = [2, 2, 9, 11]) -> Variable {
    var stream = RandomStream(seed: 3, purpose: .tensor)
    return Variable(.uniform(type, shape, low: 0, high: 1, from: &stream), requiresGradient: true)
  }

  private func transforms(_ backward: BackwardRule) throws -> [Layer] {
    [
      try BinariseLayer(threshold: 0.4, backward: backward), try BitDepthLayer(bits: 3, backward: backward),
      try MedianFilterLayer(size: 3, backward: backward), try JPEGLayer(quality: 50, backward: backward),
    ]
  }

  @Test func withoutARuleALayerRefusesGradientsAndSaysWhere() throws {
    for layer in try transforms(.none) {
      let model = try SequentialLayer([layer, FlattenLayer(), DenseLayer(units: 2)])
      try model.build(.float64, shape: [1, 2, 9, 11], seed: 1)
      #expect(model.obstacle == "layer 0 (\(layer.title))")
      let text = message(.state) { _ = try model.forward(image()) }
      #expect(text.hasPrefix("layer 0 (\(layer.title)): it has no derivative"), "\(text)")
      // Without the input's gradient, training what is behind works.
      let y = try model.forward(Variable(image().value))
      try y.sum().backward()
      #expect(model.parameters.allSatisfy { $0.variable.hasGradient })
      let nested = try SequentialLayer([ResidualLayer([layer])]).obstacle ?? ""
      #expect(nested.hasPrefix("layer 0 (residual): ") && nested.contains(layer.title), "\(nested)")
    }
  }

  @Test func straightThroughPassesGradientsUnchanged() throws {
    for layer in try transforms(.straightThrough) {
      try layer.build(.float64, shape: [1, 2, 9, 11], seed: 1)
      #expect(layer.obstacle == nil)
      let x = image()
      let y = try layer.forward(x)
      let seed = image().value
      try y.backward(from: seed)
      #expect(x.gradient?.doubles == seed.doubles)
      #expect(try layer.infer(x.value).doubles == y.value.doubles)
      let again = try Layer.make(JSON(text: layer.specification.text))
      #expect(try again.specification == layer.specification)
    }
  }

  @Test func floatAgreesWithDoubleAndThreadsChangeNothing() throws {
    let before = Parallel.threads
    defer { Parallel.setThreads(before) }
    for (one, two) in zip(try transforms(.none), try transforms(.none)) {
      try one.build(.float64, shape: [1, 2, 9, 11], seed: 1)
      try two.build(.float32, shape: [1, 2, 9, 11], seed: 1)
      let x = image(.float32, [40, 2, 9, 11]).value
      Parallel.setThreads(1)
      let a = try one.infer(x.cast(to: .float64))
      Parallel.setThreads(3)
      let b = try two.infer(x)
      var different = 0
      for i in 0..<a.count where abs(a[i] - b[i]) > 1e-5 { different += 1 }
      // A coefficient may lie on the border of two steps.
      #expect(different <= a.count / 500, "\(one.title): \(different)")
    }
  }

  @Test func transformsDoWhatTheySay() throws {
    func run(_ layer: Layer, _ x: Tensor) throws -> [Double] {
      try layer.build(.float64, shape: x.shape, seed: 1)
      return try layer.infer(x).doubles
    }
    #expect(try run(BinariseLayer(threshold: 0.5), Tensor([0.1, 0.5, 0.9, 0.4], [1, 4])) == [0, 1, 1, 0])
    let levels = try run(BitDepthLayer(bits: 2), Tensor([0.0, 0.16, 0.17, 0.5, 1.0], [1, 5]))
    for (a, b) in zip(levels, [0, 0, 1.0 / 3, 2.0 / 3, 1]) { #expect(abs(a - b) < 1e-15) }
    // The slow twin of the median.
    let x = image(.float64, [1, 1, 5, 6]).value
    let median = try run(MedianFilterLayer(size: 3), x)
    for r in 0..<5 {
      for q in 0..<6 {
        var window: [Double] = []
        for i in r - 1...r + 1 { for j in q - 1...q + 1 { window.append(x[min(max(i, 0), 4) * 6 + min(max(j, 0), 5)]) } }
        #expect(median[r * 6 + q] == window.sorted()[4])
      }
    }
    // Even pictures stay as they are, and the highest quality changes pixels by half a level of 255 at most.
    let even = Tensor(.float64, [1, 1, 8, 8])
    even.fill(128.0 / 255)
    for value in try run(JPEGLayer(quality: 10), even) { #expect(abs(value - 128.0 / 255) < 1e-12) }
    let big = image(.float64, [1, 1, 16, 8]).value
    let (fine, coarse) = (try run(JPEGLayer(quality: 100), big), try run(JPEGLayer(quality: 10), big))
    var (small, large) = (0.0, 0.0)
    for i in 0..<big.count {
      small = max(small, abs(fine[i] - big[i]))
      large = max(large, abs(coarse[i] - big[i]))
    }
    #expect(small < 4.0 / 255 && large > 0.1)
  }

  @Test func badOptionsAreNamed() throws {
    #expect(message(.value) { _ = try BitDepthLayer(bits: 0) } == "bits is 0; it must be in 1..16")
    #expect(message(.value) { _ = try MedianFilterLayer(size: 4) } == "size is 4; it must be an odd number in 3..31")
    #expect(message(.value) { _ = try JPEGLayer(quality: 101) } == "quality is 101; it must be in 1..100")
    #expect(message(.value) { _ = try BinariseLayer(threshold: .nan) } == "threshold is nan; it must be finite")
    let jpeg = try JPEGLayer()
    let text = message(.shape) { try jpeg.build(.float32, shape: [1, 4], seed: 1) }
    #expect(text.contains("expected input {batch, channels"))
  }

  // MARK: surrogates

  @Test func aSurrogateGivesItsDerivativeAndTheLayerItsValue() throws {
    let (quantised, smooth) = (try BitDepthLayer(bits: 2), FunctionLayer(.tanh))
    let model = try SequentialLayer([quantised, DenseLayer(units: 3)])
    try model.build(.float64, shape: [1, 4], seed: 2)
    try smooth.build(.float64, shape: [1, 4], seed: 2)
    let plain = try SequentialLayer([smooth, model.layers[1]])
    let seed = Tensor([1.0, -2, 0.5], [1, 3])
    let (x, z) = (image(.float64, [1, 4]), image(.float64, [1, 4]))
    try model.withSurrogates([(quantised, smooth)]) {
      #expect(model.obstacle == nil)
      let y = try model.forward(x)
      #expect(try y.value.doubles == model.infer(x.value).doubles)
      try y.backward(from: seed)
    }
    try plain.build(.float64, shape: [1, 4], seed: 2)
    try plain.forward(z).backward(from: seed)
    for i in 0..<4 { #expect(abs(x.gradient![i] - z.gradient![i]) < 1e-12) }
    // Afterwards it refuses again.
    #expect(model.obstacle == "layer 0 (bit_depth)")
  }

  @Test func aSurrogateReachesIntoChainsAndWholeModels() throws {
    var options = Conv2DLayer.Options()
    options.filters = 8
    let relu = FunctionLayer(.relu)
    let body = try SequentialLayer([Conv2DLayer(options), relu, PoolLayer(PoolLayer.Options())])
    try body.build(.float32, shape: [1, 1, 10, 10], seed: 4)
    let x = image(.float32, [3, 1, 10, 10])
    let plain = try body.forward(x)
    try plain.sum().backward()
    let own = x.gradient?.doubles
    x.zeroGradient()
    try body.withSurrogates([(relu, nil)]) {
      let y = try body.forward(x)
      for i in 0..<y.value.count { #expect(abs(y.value[i] - plain.value[i]) < 1e-5) }
      try y.sum().backward()
    }
    #expect(x.gradient?.doubles != own)
    // The whole model, through a sequential of another one.
    let stand = try SequentialLayer([Conv2DLayer(options), FunctionLayer(.sigmoid), PoolLayer(PoolLayer.Options())])
    try stand.build(.float32, shape: [1, 1, 10, 10], seed: 5)
    x.zeroGradient()
    try body.withSurrogates([(body, stand)]) { try body.forward(x).sum().backward() }
    let through = x.gradient?.doubles
    x.zeroGradient()
    try stand.forward(x).sum().backward()
    #expect(through == x.gradient?.doubles)
  }

  @Test func surrogatesThatDoNotFitAreNamed() throws {
    let dense = try DenseLayer(units: 3)
    let model = try SequentialLayer([dense, FunctionLayer(.relu)])
    try model.build(.float64, shape: [1, 4], seed: 2)
    let x = image(.float64, [1, 4])
    #expect(
      message(.shape) { try model.withSurrogates([(dense, nil)]) { _ = try model.forward(x) } }
        .contains("the identity cannot stand in for it"))
    let other = try DenseLayer(units: 2)
    try other.build(.float64, shape: [1, 4], seed: 2)
    #expect(
      message(.shape) { try model.withSurrogates([(dense, other)]) { _ = try model.forward(x) } }
        .hasPrefix("layer 0 (dense): its surrogate (dense) makes"))
    #expect(message(.value) { try model.withSurrogates([(other, nil)]) {} }.contains("not part of the model"))
    #expect(message(.value) { try model.withSurrogates([(dense, model)]) {} }.contains("contains the layer itself"))
  }
}
