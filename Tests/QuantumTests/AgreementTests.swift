// Random circuits: every method agrees with the dense twin, every way to differentiate with every other.

import Foundation
import Circuits
import Quantum
import Tensors
import Testing

@Suite struct AgreementTests {
  /// Cases with printed seeds: small registers often, large ones now and then.
  private func cases(_ encoding: RandomCircuits.Encoding, type: ElementType = .float64) throws -> [(UInt64, Case)] {
    try (0..<1000).map { index in
      let seed = UInt64(index + 1)
      let wires = 1 + index % 6
      return (
        seed,
        try RandomCircuits.make(
          seed: seed, wires: wires, gates: 3 + index % 23, encoding: encoding, batch: 1 + index % 5, type: type)
      )
    }
  }

  private func twin(_ c: Case) -> [Double] {
    (0..<c.inputs.shape[0]).flatMap { row in
      DenseReference.expectations(
        c.circuit, inputs: c.inputs.rows(row..<row + 1).doubles, weights: c.weights.doubles)
    }
  }

  @Test(arguments: [RunMethod.product, .unitary, .gates, .state, .density, .automatic])
  func methodsAgreeWithDenseTwinOnEncodingsAtTheStart(_ method: RunMethod) throws {
    for (seed, c) in try cases(.first) {
      let runner = try CircuitRunner(c.circuit, options: RunOptions(method: method))
      expectClose(
        try runner.expectations(inputs: c.inputs, weights: c.weights).doubles, twin(c), 1e-12,
        "seed \(seed), \(method)")
    }
  }

  @Test(arguments: [RunMethod.unitary, .gates, .state, .density, .automatic])
  func methodsAgreeWithDenseTwinOnInputsAnywhere(_ method: RunMethod) throws {
    for (seed, c) in try cases(.anywhere) {
      let runner = try CircuitRunner(c.circuit, options: RunOptions(method: method))
      let inputs = c.circuit.inputCount == 0 ? nil : c.inputs
      let expected = inputs == nil ? DenseReference.expectations(c.circuit, inputs: [], weights: c.weights.doubles) : twin(c)
      expectClose(
        try runner.expectations(inputs: inputs, weights: c.weights).doubles, expected, 1e-12,
        "seed \(seed), \(method)")
    }
  }

  @Test func floatAgreesWithDouble() throws {
    for encoding in [RandomCircuits.Encoding.first, .anywhere] {
      for (seed, c) in try cases(encoding) where c.circuit.inputCount > 0 {
        for method in [RunMethod.automatic, .gates, .unitary, .state] {
          let runner = try CircuitRunner(c.circuit, options: RunOptions(method: method))
          let (x, w) = (c.inputs.cast(to: .float32), c.weights.cast(to: .float32))
          let exact = try runner.expectations(inputs: x.cast(to: .float64), weights: w.cast(to: .float64))
          expectClose(
            try runner.expectations(inputs: x, weights: w).doubles, exact.doubles, 1e-5, "seed \(seed), \(method)")
        }
      }
    }
  }

  /// Adjoint of all methods, parameter-shift, and finite differences.
  @Test(arguments: [RandomCircuits.Encoding.first, .anywhere])
  func allGradientsAgree(_ encoding: RandomCircuits.Encoding) throws {
    for (seed, c) in try cases(encoding) where c.circuit.inputCount > 0 && seed % 2 == 0 {
      var stream = RandomStream(seed: seed, purpose: .tensor, substream: 5)
      let batch = c.inputs.shape[0]
      let g = Tensor.uniform(.float64, [batch, c.circuit.outputCount], low: -1, high: 1, from: &stream)
      func gradient(_ options: RunOptions) throws -> (inputs: Tensor?, weights: Tensor?) {
        try CircuitRunner(c.circuit, options: options).gradients(
          inputs: c.inputs, weights: c.weights, outputGradient: g, wantInputs: true, wantWeights: true)
      }
      let expected = try gradient(RunOptions(differentiation: .parameterShift))
      var rows: [(String, RunOptions, Double)] = [
        ("gates", RunOptions(method: .gates), 1e-11), ("unitary", RunOptions(method: .unitary), 1e-11),
        ("state", RunOptions(method: .state), 1e-11), ("automatic", RunOptions(), 1e-11),
        ("differences", RunOptions(differentiation: .finiteDifference, step: 1e-5), 1e-8),
      ]
      if encoding == .first { rows.append(("product", RunOptions(method: .product), 1e-11)) }
      for (name, options, tolerance) in rows {
        let actual = try gradient(options)
        expectClose(actual.inputs!.doubles, expected.inputs!.doubles, tolerance, "seed \(seed), \(name), inputs")
        expectClose(actual.weights!.doubles, expected.weights!.doubles, tolerance, "seed \(seed), \(name), weights")
      }
    }
  }

  /// Batches that do not fill blocks, that fill several, and thread counts give the same rows.
  @Test func batchesAreSamplesOneByOne() throws {
    for (encoding, method) in [
      (RandomCircuits.Encoding.first, RunMethod.product), (.first, .unitary), (.anywhere, .gates),
    ] {
      let c = try RandomCircuits.make(
        seed: 5, wires: 4, gates: 20, encoding: encoding, batch: 201, type: .float64)
      let runner = try CircuitRunner(c.circuit, options: RunOptions(method: method))
      let all = try runner.expectations(inputs: c.inputs, weights: c.weights)
      for row in [0, 15, 16, 63, 64, 200] {
        let one = try runner.expectations(inputs: c.inputs.rows(row..<row + 1), weights: c.weights)
        expectClose(all.rows(row..<row + 1).doubles, one.doubles, 1e-14, "row \(row), \(method)")
      }
    }
  }

  @Test func gradientsDoNotDependOnTheThreadCount() throws {
    for method in [RunMethod.product, .unitary, .gates] {
      let c = try RandomCircuits.make(
        seed: 9, wires: 4, gates: 15, encoding: .first, batch: 5000, type: .float32)
      let threads = Parallel.threads
      defer { Parallel.setThreads(threads) }
      let results = try [1, 2, 3].map { count in
        Parallel.setThreads(count)
        return try CircuitRunner(c.circuit, options: RunOptions(method: method)).gradients(
          inputs: c.inputs, weights: c.weights, outputGradient: nil, wantInputs: true, wantWeights: true)
      }
      for other in results.dropFirst() {
        #expect(other.weights!.doubles == results[0].weights!.doubles, "\(method)")
        #expect(other.inputs!.doubles == results[0].inputs!.doubles, "\(method)")
      }
    }
  }

  @Test func twelveWiresRunGateByGate() throws {
    let c = try RandomCircuits.make(seed: 3, wires: 12, gates: 60, encoding: .anywhere, batch: 3, type: .float64)
    let runner = try CircuitRunner(c.circuit)
    #expect(runner.method(batch: 3) == .state && runner.method(batch: 64) == .gates)
    expectClose(
      try runner.expectations(inputs: c.inputs, weights: c.weights).doubles, twin(c), 1e-12, "twelve wires")
  }

  /// Angles far beyond where the fast sine works, next to small ones.
  @Test func hugeAnglesAreExact() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RY", [0], [.input(0)])
    try circuit.append("RX", [1], [.input(1)])
    try circuit.measure("Z", [0])
    try circuit.measure("Z", [1])
    let inputs = Tensor([1e9, 0.5, -3e7, 2e12], [2, 2])
    for method in [RunMethod.product, .unitary, .gates] {
      let out = try CircuitRunner(circuit, options: RunOptions(method: method)).expectations(inputs: inputs, weights: nil)
      expectClose(out.doubles, inputs.doubles.map { cos($0) }, 1e-12, "\(method)")
    }
  }

  @Test func sineAndCosineAreAccurateOverTheirRange() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RY", [0], [.input(0)])
    try circuit.measure("Z", [0])
    try circuit.measure("X", [0])
    let runner = try CircuitRunner(circuit, options: RunOptions(method: .product))
    var stream = RandomStream(seed: 1, purpose: .tensor)
    for (range, type, tolerance) in [
      (10.0, ElementType.float64, 4e-16), (1e5, .float64, 4e-16), (10, .float32, 2e-7), (8000, .float32, 2e-7),
    ] {
      let x = Tensor.uniform(type, [4000, 1], low: -range, high: range, from: &stream)
      let out = try runner.expectations(inputs: x, weights: nil)
      let expected = x.doubles.flatMap { [cos($0), sin($0)] }
      expectClose(out.doubles, expected, tolerance, "range \(range), \(type.name)")
    }
  }
}
