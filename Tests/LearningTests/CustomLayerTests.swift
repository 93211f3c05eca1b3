// Layers of closures behave as built-in ones do.

import Learning
import Tensors
import Testing

@Suite struct CustomLayerTests {
  @Test func parametersAreNamedFrozenAndTrained() throws {
    let model = try SequentialLayer([DenseLayer(units: 4), bilinear(), DenseLayer(units: 3)])
    try model.build(.float32, shape: [1, 2], seed: 3)
    #expect(
      model.parameters.map(\.name)
        == ["0.weights", "0.bias", "1.w", "1.body.weights", "1.body.bias", "2.weights", "2.bias"])
    let samples = try clusters(60, seed: 4)
    let before = model.parameters[2].variable.value.doubles
    let score = try model.evaluate(samples)
    var options = FitOptions()
    (options.epochs, options.batch) = (20, 10)
    try model.fit(samples, optimizer: Adam(lr: 0.02), options)
    #expect(try model.evaluate(samples).loss < score.loss)
    #expect(model.parameters[2].variable.value.doubles != before)
    model.setTrainable(false)
    #expect(model.parameters.allSatisfy { !$0.variable.requiresGradient })
    #expect(try model.infer(samples.values).shape == [60, 3])
  }

  @Test func whatItsFunctionsSayIsChecked() throws {
    func layer(_ output: [Int], _ forward: @escaping (Variable) throws -> Variable) throws -> CustomLayer {
      try CustomLayer("mine", LayerFunctions(build: { _, _ in output }, forward: { _, x in try forward(x) }))
    }
    let x = Variable(Tensor(.float32, [2, 3]))
    let wrong = try layer([4]) { $0 }
    try wrong.build(.float32, shape: [1, 3], seed: 0)
    #expect(
      message(.shape) { _ = try wrong.forward(x) }
        == "mine: its forward function gives {2, 3} for input {2, 3}; its build function said {batch, 4}")
    #expect(message(.shape) { try layer([0]) { $0 }.build(.float32, shape: [1, 3], seed: 0) }.contains("dimensions must be 1 or more"))
    #expect(message(.value) { _ = try CustomLayer("a b", LayerFunctions(build: { $1 }, forward: { $1 })) }.hasPrefix("a layer is named"))
    let twice = try CustomLayer(
      "mine",
      LayerFunctions(
        build: { plan, input in
          try plan.parameter("w", [1])
          try plan.parameter("w", [1])
          return input
        }, forward: { $1 }))
    #expect(message(.value) { try twice.build(.float32, shape: [1, 3], seed: 0) } == "mine: there are two parameters named 'w'")
  }

  @Test func aRegisteredOneIsMadeAgain() throws {
    #expect(message(.state) { _ = try bilinear().specification }.contains("no maker is registered"))
    let text = #"{"kind":"custom:unheard","options":{}}"#
    #expect(message(.file) { _ = try Layer.make(JSON(text: text)) }.hasPrefix("the model has a layer 'unheard'"))
    try CustomLayers.register("bilinear_of_tests") { options in
      #expect(options == ["units": 2])
      return try bilinear()
    }
    let made = try Layer.make(JSON(text: #"{"kind":"custom:bilinear_of_tests","options":{"units":2}}"#))
    #expect(try made.specification.text == #"{"kind":"custom:bilinear_of_tests","options":{"units":2}}"#)
  }
}
