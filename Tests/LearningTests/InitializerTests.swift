// Initialisers: their spread, their specification, what they refuse; blocks that start as the identity.

import Learning
import Circuits
import Quantum
import Tensors
import Testing

/// Initialisers of 100 units with 200 inputs, and the variance that they give.
private let spreads: [(Initializer, Double)] = [
  (.kaimingNormal(gain: 2.0.squareRoot()), 2.0 / 200), (.kaimingUniform(gain: 1), 1.0 / 200),
  (.xavierNormal(gain: 1), 2.0 / 300), (.xavierUniform(gain: 2), 8.0 / 300),
  (.normal(mean: 0, deviation: 0.5), 0.25), (.uniform(low: -1, high: 1), 1.0 / 3), (.constant(0.1), 0.01),
  (.orthogonal(gain: 1), 1.0 / 200),
]

@Suite struct InitializerTests {
  private func weights(_ initializer: Initializer, inputs: Int = 200, units: Int = 100) throws -> [Double] {
    let layer = try DenseLayer(units: units)
    try layer.setInitializer(initializer, for: "weights")
    try layer.build(.float64, shape: [1, inputs], seed: 3)
    return layer.parameters[0].variable.value.doubles
  }

  @Test(arguments: spreads)
  func valuesHaveTheirVariance(_ initializer: Initializer, variance: Double) throws {
    let values = try weights(initializer)
    let measured = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    #expect(abs(measured - variance) < 0.03 * variance)
  }

  @Test func orthogonalRowsAreOrthogonal() throws {
    let values = try weights(.orthogonal(gain: 2), inputs: 7, units: 4)
    for a in 0..<4 {
      for b in 0..<4 {
        let product = (0..<7).reduce(0) { $0 + values[a * 7 + $1] * values[b * 7 + $1] }
        #expect(abs(product - (a == b ? 4 : 0)) < 1e-12)
      }
    }
  }

  /// RY of each input, then layers of rotations and a chain of CNOTs, each followed by its mirror image.
  private func mirrored() throws -> Circuit {
    var circuit = try Circuit(wires: 3)
    for wire in 0..<3 { try circuit.append("RY", [wire], [.input(wire)]) }
    var weight = 0
    func rotate() throws {
      for wire in 0..<3 {
        try circuit.append("Rot", [wire], (0..<3).map { .weight(weight + $0) })
        weight += 3
      }
    }
    for _ in 0..<2 {
      try rotate()
      try circuit.append("CNOT", [0, 1])
      try circuit.append("CNOT", [1, 2])
      try circuit.append("CNOT", [1, 2])
      try circuit.append("CNOT", [0, 1])
      try rotate()
    }
    for wire in 0..<3 { try circuit.measure("Z", [wire]) }
    return circuit
  }

  @Test func identityBlocksStartAsTheIdentity() throws {
    let layer = try QuantumLayer(mirrored())
    try layer.setInitializer(.identityBlocks, for: "weights")
    try layer.build(.float64, shape: [1, 3], seed: 4)
    let x = Tensor([0.3, -1.1, 2.0], [1, 3])
    let y = try layer.infer(x)
    for wire in 0..<3 { #expect(abs(y[wire] - [0.955336489, 0.453596121, -0.416146837][wire]) < 1e-8) }
    let angles = layer.parameters[0].variable.value.doubles
    #expect(Set(angles.map { ($0 * 1e6).rounded() }).count > 12)
  }

  @Test func whatDoesNotFitIsRefusedByASentence() throws {
    let ring = try QuantumLayer(patchCircuit(inputs: 3))
    try ring.setInitializer(.identityBlocks, for: "weights")
    #expect(message(.value) { try ring.build(.float64, shape: [1, 3], seed: 1) }.contains("undo each other in pairs"))
    let kaiming = try QuantumLayer(patchCircuit(inputs: 3))
    try kaiming.setInitializer(.kaimingNormal(gain: 1), for: "weights")
    #expect(message(.value) { try kaiming.build(.float64, shape: [1, 3], seed: 1) }.contains("angles of a circuit"))
    let dense = try DenseLayer(units: 2, bias: false)
    try dense.setInitializer(.constant(0), for: "bias")
    #expect(
      message(.value) { try dense.build(.float64, shape: [1, 3], seed: 1) }
        == "dense: an initialiser for \"bias\", but the parameters are \"weights\"")
    let blocks = try DenseLayer(units: 2)
    try blocks.setInitializer(.identityBlocks, for: "weights")
    #expect(message(.value) { try blocks.build(.float64, shape: [1, 3], seed: 1) }.contains("for the weights of circuits"))
    #expect(message(.value) { try dense.setInitializer(.normal(mean: 0, deviation: -1), for: "weights") }.contains("-1"))
    #expect(
      message(.value) { try SequentialLayer([dense]).setInitializer(.constant(0), for: "weights") }
        == "a sequential has no parameters of its own; choose initialisers for the layers inside it")
  }

  @Test func specificationsKeepInitialisers() throws {
    let all: [Initializer] = [
      .uniform(low: -1, high: 2), .normal(mean: 1, deviation: 2), .constant(3), .kaimingUniform(gain: 2),
      .kaimingNormal(gain: 2), .xavierUniform(gain: 2), .xavierNormal(gain: 2), .orthogonal(gain: 2),
    ]
    for initializer in all {
      let layer = try DenseLayer(units: 3)
      try layer.setInitializer(initializer, for: "weights")
      try layer.build(.float64, shape: [1, 4], seed: 9)
      let again = try Layer.make(JSON(text: try layer.specification.text))
      try again.build(.float64, shape: [1, 4], seed: 9)
      #expect(again.parameters[0].variable.value.doubles == layer.parameters[0].variable.value.doubles)
    }
  }
}
