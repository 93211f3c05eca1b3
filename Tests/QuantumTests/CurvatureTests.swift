// Hessians against differences of gradients, metric tensors against differences of states, natural gradients.

import Foundation
import Circuits
import Quantum
import Tensors
import Testing

@Suite struct CurvatureTests {
  /// 200 circuits with all kinds of outputs and angles; a sample's Hessian of each output, of inputs and weights.
  @Test func hessiansAreDifferencesOfGradients() throws {
    for seed in UInt64(1)...200 {
      let kinds = MeasuredCircuits(products: seed % 2 == 0, sums: seed % 3 == 0, branches: seed % 7 == 0)
      let c = try kinds.make(seed: seed, wires: 1 + Int(seed % 3), gates: 2 + Int(seed % 7), batch: 1 + Int(seed % 2))
      let coordinates: Coordinates = [[.inputs, .weights], [.weights], [.inputs]][Int(seed / 2 % 3)]
      let (inputs, weights) = (c.circuit.inputCount, c.circuit.weightCount)
      let firstWeight = coordinates.contains(.inputs) ? inputs : 0
      let p = firstWeight + (coordinates.contains(.weights) ? weights : 0)
      if p == 0 { continue }
      let runner = try CircuitRunner(c.circuit)
      let hessian = try runner.hessian(inputs: c.x, weights: c.weights, of: coordinates)
      let outputs = c.circuit.outputCount
      #expect(hessian.shape == [c.batch, outputs, p, p])
      func gradient(_ sample: Int, _ moved: Int, _ step: Double) throws -> [[Double]] {
        var (x, w) = (c.row(sample), c.weights.doubles)
        if moved < firstWeight { x[moved] += step } else { w[moved - firstWeight] += step }
        let result = try runner.jacobian(
          inputs: inputs == 0 ? nil : Tensor(x, [1, inputs]), weights: weights == 0 ? nil : Tensor(w, [weights]))
        return (0..<outputs).map { k in
          var row: [Double] = []
          if coordinates.contains(.inputs) { row += (0..<inputs).map { result.inputs[k * inputs + $0] } }
          if coordinates.contains(.weights) { row += (0..<weights).map { result.weights[k * weights + $0] } }
          return row
        }
      }
      var expected = [Double](repeating: 0, count: hessian.count)
      let step = 1e-5
      for sample in 0..<c.batch {
        for i in 0..<p {
          let (plus, minus) = (try gradient(sample, i, step), try gradient(sample, i, -step))
          for k in 0..<outputs {
            for j in 0..<p { expected[((sample * outputs + k) * p + i) * p + j] = (plus[k][j] - minus[k][j]) / (2 * step) }
          }
        }
      }
      expectClose(hessian.doubles, expected, 1e-7, "seed \(seed), coordinates \(coordinates.rawValue)")
    }
  }

  @Test func hessiansOfKnownFunctions() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RY", [0], [.weight(0)])
    try circuit.append("RY", [0], [.weight(1)])
    try circuit.measure("Z", [0])
    let w = Tensor([0.3, 0.5], [2])
    let expected = [Double](repeating: -cos(0.8), count: 4)
    for method in [RunMethod.automatic, .gates, .unitary, .state] {
      let runner = try CircuitRunner(circuit, options: RunOptions(method: method))
      expectClose(try runner.hessian(inputs: nil, weights: w, of: .weights).doubles, expected, 1e-12, "\(method)")
    }
    // With shots the mean over many is right.
    let runner = try CircuitRunner(circuit, options: RunOptions(shots: 200, seed: 4))
    var sum = [0.0, 0, 0, 0]
    for _ in 0..<400 { sum = zip(sum, try runner.hessian(inputs: nil, weights: w, of: .weights).doubles).map { $0 + $1 } }
    expectClose(sum.map { $0 / 400 }, expected, 0.02, "shots")
  }

  /// 200 circuits: F from differences of states.
  @Test func metricsAreDifferencesOfStates() throws {
    for seed in UInt64(1)...200 {
      let kinds = MeasuredCircuits(products: seed % 2 == 0, sums: seed % 3 == 0)
      let c = try kinds.make(seed: seed, wires: 1 + Int(seed % 4), gates: 2 + Int(seed % 9), batch: 1 + Int(seed % 10))
      let (inputs, weights) = (c.circuit.inputCount, c.circuit.weightCount)
      let states = CircuitStates(c.circuit)
      let fisher = try states.fisher(inputs: c.x, weights: c.weights, of: [.inputs, .weights])
      let p = inputs + weights
      #expect(fisher.shape == [c.batch, p, p])
      let sample = Int(seed) % c.batch
      func psi(_ moved: Int, _ step: Double) throws -> [Double] {
        var (x, w) = (c.row(sample), c.weights.doubles)
        if moved >= 0 { if moved < inputs { x[moved] += step } else { w[moved - inputs] += step } }
        return try states.state(
          inputs: inputs == 0 ? nil : Tensor(x, [1, inputs]), weights: weights == 0 ? nil : Tensor(w, [weights])).doubles
      }
      let center = try psi(-1, 0)
      let slopes = try (0..<p).map { i in zip(try psi(i, 1e-5), try psi(i, -1e-5)).map { ($0 - $1) / 2e-5 } }
      func dot(_ a: [Double], _ b: [Double]) -> (Double, Double) {
        var (re, im) = (0.0, 0.0)
        for i in stride(from: 0, to: a.count, by: 2) {
          re += a[i] * b[i] + a[i + 1] * b[i + 1]
          im += a[i] * b[i + 1] - a[i + 1] * b[i]
        }
        return (re, im)
      }
      var expected: [Double] = []
      for i in 0..<p {
        for j in 0..<p {
          let (a, b) = (dot(slopes[i], center), dot(center, slopes[j]))
          expected.append(4 * (dot(slopes[i], slopes[j]).0 - (a.0 * b.0 - a.1 * b.1)))
        }
      }
      expectClose(Array(fisher.doubles[sample * p * p..<(sample + 1) * p * p]), expected, 1e-8, "seed \(seed)")
      // Parts of it.
      let diagonal = try states.fisher(inputs: c.x, weights: c.weights, of: [.inputs, .weights], form: .diagonal)
      let blocks = try states.fisher(inputs: c.x, weights: c.weights, of: [.inputs, .weights], form: .blocks)
      for index in 0..<fisher.count {
        let (i, j) = (index / p % p, index % p)
        if i == j { #expect(diagonal[index] == fisher[index]) } else { #expect(diagonal[index] == 0) }
        #expect(blocks[index] == 0 || blocks[index] == fisher[index])
      }
    }
  }

  /// Two layers of rotations around an entangler: blocks are the layers.
  @Test func blocksAreLayers() throws {
    var circuit = try Circuit(wires: 2)
    for (index, wire) in [0, 1].enumerated() { try circuit.append("RY", [wire], [.weight(index)]) }
    try circuit.append("CNOT", [0, 1])
    for (index, wire) in [0, 1].enumerated() { try circuit.append("RX", [wire], [.weight(2 + index)]) }
    let w = Tensor([0.3, 0.9, -0.4, 1.2], [4])
    let states = CircuitStates(circuit)
    let (full, blocks) = (
      try states.fisher(inputs: nil, weights: w, of: .weights), try states.fisher(inputs: nil, weights: w, of: .weights, form: .blocks))
    for i in 0..<4 { for j in 0..<4 { #expect(blocks[4 * i + j] == (i / 2 == j / 2 ? full[4 * i + j] : 0)) } }
    expectClose([full[0], full[5]], [1, 1], 1e-12, "a rotation of |0⟩ about Y has F = 1")
  }

  @Test func naturalGradientsSolveTheirEquation() throws {
    var stream = RandomStream(seed: 3, purpose: .tensor)
    for n in 1...8 {
      let root = (0..<n * n).map { _ in stream.normal() }
      var matrix = [Double](repeating: 0, count: n * n)
      for i in 0..<n { for j in 0..<n { for k in 0..<n { matrix[i * n + j] += root[i * n + k] * root[j * n + k] } } }
      let gradient = (0..<n).map { _ in stream.normal() }
      let x = try naturalGradient(fisher: Tensor(matrix, [n, n]), gradient: Tensor(gradient, [n]), damping: 0.1).doubles
      let back = (0..<n).map { i in (0..<n).reduce(0.1 * x[i]) { $0 + matrix[i * n + $1] / 4 * x[$1] } }
      expectClose(back, gradient, 1e-10, "n \(n)")
    }
    let singular = Tensor([1.0, 1, 1, 1], [2, 2])
    #expect(errorMessage { _ = try naturalGradient(fisher: singular, gradient: Tensor([1.0, 2], [2]), damping: 0) }
      .contains("singular to rounding"))
  }

  @Test func refusalsNameThePair() throws {
    let c = try MeasuredCircuits(amplitudes: true).make(seed: 3, wires: 2, gates: 4, batch: 1)
    #expect(errorMessage { _ = try CircuitRunner(c.circuit).hessian(inputs: c.x, weights: c.weights, of: .inputs) }
      .contains("the Hessian with respect to inputs of an amplitude encoding"))
    #expect(errorMessage { _ = try CircuitStates(c.circuit).fisher(inputs: c.x, weights: c.weights, of: .inputs) }
      .contains("the metric tensor with respect to inputs of an amplitude encoding"))
    _ = try CircuitRunner(c.circuit).hessian(inputs: c.x, weights: c.weights, of: .weights)
    var variance = try Circuit(wires: 1)
    try variance.append("RY", [0], [.weight(0)])
    try variance.measure(.variance(PauliSum(PauliWord("Z", [0]))))
    #expect(errorMessage {
      _ = try CircuitRunner(variance, options: RunOptions(shots: 10)).hessian(inputs: nil, weights: Tensor([0.1], [1]), of: .weights)
    } == "the Hessian of a variance and shots do not go together: its estimate would be biased; use exact values")
    try variance.append(ChannelKind.named("bit_flip").make([0.1]), [0])
    #expect(errorMessage { _ = try CircuitStates(variance).fisher(inputs: nil, weights: Tensor([0.1], [1]), of: .weights) }
      .hasPrefix("the metric tensor of a circuit with noise"))
    _ = try CircuitRunner(variance).hessian(inputs: nil, weights: Tensor([0.1], [1]), of: .weights)
  }
}
