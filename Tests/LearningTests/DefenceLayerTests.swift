// Layers and penalties that are there for robustness.

import Circuits
import Learning
import Quantum
import Tensors
import Testing

@Suite struct DefenceLayerTests {
  @Test func adversarialNoiseFollowsTheLastGradient() throws {
    let layer = try AdversarialNoiseLayer(size: 0.25)
    try layer.build(.float64, shape: [1, 3], seed: 1)
    let x = Variable(Tensor([1.0, 2, 3, 4, 5, 6], [2, 3]), requiresGradient: true)
    #expect(try layer.forward(x).value.doubles == x.value.doubles)
    layer.setTraining(true)
    let first = try layer.forward(x)
    #expect(first.value.doubles == x.value.doubles)
    // Sums over the batch: 1 - 3, 0, 2 + 2.
    let seed = Tensor([1.0, 5, 2, -3, -5, 2], [2, 3])
    try first.backward(from: seed)
    #expect(x.gradient?.doubles == seed.doubles)
    #expect(layer.buffers[0].tensor.doubles == [-2, 0, 4])
    #expect(try layer.forward(x).value.doubles == [0.75, 2, 3.25, 3.75, 5, 6.25])
    layer.setTraining(false)
    #expect(try layer.forward(x).value.doubles == x.value.doubles)
    let again = try Layer.make(JSON(text: layer.specification.text))
    #expect(try again.specification == layer.specification)
    #expect(message(.value) { _ = try AdversarialNoiseLayer(size: -1) } == "size is -1.0; it must be 0 or more")
  }

  @Test func randomInputsAreDrawnAnewAndLetGradientsThrough() throws {
    let layer = try RandomInputsLayer(count: 2, bound: 0.5)
    try layer.build(.float64, shape: [1, 3], seed: 1)
    let x = Variable(Tensor([1.0, 2, 3, 4, 5, 6], [2, 3]), requiresGradient: true)
    let (one, two) = (try layer.forward(x), try layer.forward(x))
    #expect(one.shape == [2, 5])
    for row in 0..<2 {
      for i in 0..<3 { #expect(one.value[row * 5 + i] == x.value[row * 3 + i]) }
      for i in 3..<5 {
        #expect(abs(one.value[row * 5 + i]) <= 0.5)
        #expect(one.value[row * 5 + i] != two.value[row * 5 + i])
      }
    }
    try one.sum().backward()
    #expect(x.gradient?.doubles == [1, 1, 1, 1, 1, 1])
    // The same seed draws the same.
    let again = try Layer.make(JSON(text: layer.specification.text))
    try again.build(.float64, shape: [1, 3], seed: 1)
    #expect(try again.forward(x).value.doubles == one.value.doubles)
    #expect(message(.value) { _ = try RandomInputsLayer(count: 0) } == "count is 0; it must be in 1..2^20")
  }

  /// RY(w0 x0 · 2), RX(w1), RY(w2 x1) with a scale of 0.5; trainable scales are weights 0 and 2.
  private func encoded() throws -> Circuit {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RY", [0], [Angle(.weightedInput(weight: 0, input: 0), scale: 2)])
    try circuit.append("RX", [0], [.weight(1)])
    try circuit.append("RY", [1], [Angle(.weightedInput(weight: 2, input: 1), scale: 0.5)])
    try circuit.append("CNOT", [0, 1])
    for wire in 0..<2 { try circuit.measure("Z", [wire]) }
    return circuit
  }

  @Test func theEncodingPenaltyIsPartOfLossAndGradients() throws {
    func train(_ strength: Double) throws -> (loss: Double, weights: [Double]) {
      let model = try SequentialLayer([QuantumLayer(encoded()), DenseLayer(units: 3)])
      try model.build(.float64, shape: [1, 2], seed: 3)
      var options = FitOptions()
      (options.epochs, options.batch, options.encodingPenalty) = (1, 60, strength)
      let before = model.parameters[0].variable.value.doubles
      let result = try model.fit(clusters(60, seed: 1), optimizer: SGD(lr: 1), options)
      let after = model.parameters[0].variable.value.doubles
      return (result.epochs[0].loss, zip(after, before).map { $0 - $1 } + before)
    }
    let (plain, penalised) = (try train(0), try train(0.1))
    let w = Array(plain.weights[3...])
    // ‖H‖ is half the scale: 1 and 0.25.
    #expect(abs(penalised.loss - plain.loss - 0.1 * (w[0] * w[0] + 0.0625 * w[2] * w[2])) < 1e-10)
    let steps = zip(penalised.weights, plain.weights).map { $0 - $1 }
    #expect(abs(steps[0] + 0.2 * w[0]) < 1e-10 && abs(steps[1]) < 1e-10 && abs(steps[2] + 0.2 * 0.0625 * w[2]) < 1e-10)
  }

  @Test func theEncodingPenaltyMakesEncodingsSlower() throws {
    func slope(_ strength: Double) throws -> Double {
      let model = try SequentialLayer([QuantumLayer(encoded()), DenseLayer(units: 3)])
      try model.build(.float64, shape: [1, 2], seed: 3)
      var options = FitOptions()
      (options.epochs, options.encodingPenalty) = (15, strength)
      try model.fit(clusters(120, seed: 1), optimizer: Adam(lr: 0.05), options)
      return try encoded().inputSlopes(weights: model.parameters[0].variable.value.doubles).joined().max() ?? 0
    }
    let (plain, slow) = (try slope(0), try slope(0.5))
    #expect(slow < 0.7 * plain, "\(slow) with, \(plain) without")
    let model = try DenseLayer(units: 3)
    var options = FitOptions()
    options.encodingPenalty = 1
    #expect(
      message(.value) { try model.fit(clusters(60, seed: 1), optimizer: SGD(lr: 1), options) }
        .hasPrefix("encoding_penalty is for circuits that scale inputs"))
  }
}
