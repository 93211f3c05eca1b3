// Layers that run together in Float give what they give one by one: values, gradients, running statistics.

import Learning
import Tensors
import Testing

@Suite struct ImageStagesTests {
  /// The layers of a small network over images; made twice with the same seed they are equal.
  private func layers() throws -> [Layer] {
    func convolution(_ filters: Int, dilation: Int = 1, groups: Int = 1) throws -> Layer {
      var options = Conv2DLayer.Options()
      (options.filters, options.paddingHeight, options.paddingWidth) = (filters, 1, 1)
      (options.dilationHeight, options.dilationWidth, options.groups) = (dilation, dilation, groups)
      return try Conv2DLayer(options)
    }
    var average = PoolLayer.Options()
    average.function = .average
    return [
      try convolution(8), try BatchNormLayer(), FunctionLayer(.relu), try PoolLayer(PoolLayer.Options()),
      try convolution(16, groups: 2), FunctionLayer(.relu), try PoolLayer(average), try convolution(8, dilation: 1),
      try BatchNormLayer(), FunctionLayer(.relu), try AdaptivePoolLayer(.average, rows: 1, columns: 1),
    ]
  }

  @Test(arguments: [true, false]) func agreeWithLayersOneByOne(training: Bool) throws {
    let shape = [4, 3, 12, 12]
    let together = try SequentialLayer(try layers())
    let apart = try SequentialLayer(try layers())
    for model in [together, apart] { try model.build(.float32, shape: shape, seed: 5) }
    var stream = RandomStream(seed: 3, purpose: .tensor)
    let input = Tensor.uniform(.float32, shape, low: -1, high: 1, from: &stream)
    for model in [together, apart] { model.setTraining(training) }
    let (x, y) = (Variable(input, requiresGradient: true), Variable(input, requiresGradient: true))
    let a = try together.forward(x)
    var b = y
    for layer in apart.layers { b = try layer.forward(b) }
    close(a.value, b.value, "values")
    try a.map(.square).sum().backward()
    try b.map(.square).sum().backward()
    close(x.gradient, y.gradient, "the input's gradient")
    for (p, q) in zip(together.parameters, apart.parameters) { close(p.variable.gradient, q.variable.gradient, p.name) }
    #expect(together.buffers.count == 4)
    for (p, q) in zip(together.buffers, apart.buffers) { close(p.tensor, q.tensor, p.name) }
  }

  @Test func frozenParametersGetNoGradient() throws {
    let all = try layers()
    let model = try SequentialLayer(all)
    try model.build(.float32, shape: [2, 3, 12, 12], seed: 5)
    for layer in all.prefix(4) { layer.setTrainable(false) }
    try model.forward(Variable(Tensor(.float32, [2, 3, 12, 12]))).sum().backward()
    for parameter in model.parameters {
      #expect((parameter.variable.gradient != nil) == parameter.variable.requiresGradient, "\(parameter.name)")
    }
  }

  @Test func aBatchOfOneValueIsRefusedInTraining() throws {
    let model = try SequentialLayer([try Conv2DLayer(Conv2DLayer.Options()), try BatchNormLayer()])
    try model.build(.float32, shape: [1, 1, 3, 3], seed: 1)
    model.setTraining(true)
    #expect(throws: EngineError.self) { try model.forward(Variable(Tensor(.float32, [1, 1, 3, 3]))) }
  }

  private func close(_ a: Tensor?, _ b: Tensor?, _ name: String) {
    guard let a, let b else {
      Issue.record("\(name) is missing")
      return
    }
    #expect(a.shape == b.shape)
    let scale = max(1, b.doubles.map(abs).max() ?? 0)
    for i in 0..<a.count where abs(a[i] - b[i]) > 3e-5 * scale {
      Issue.record("\(name)[\(i)]: \(a[i]) together, \(b[i]) one by one")
      return
    }
  }
}
