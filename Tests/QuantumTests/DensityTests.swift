// Exact noise: the density method and the product form with noise agree with the dense twin, with each other and,
// without noise, with state vectors; gradients agree with differences.

import Foundation
@preconcurrency import Circuits
@preconcurrency import Quantum
import Tensors
import Testing

@Suite struct DensityTests {
  private func cases(_ encoding: RandomCircuits.Encoding, _ count: Int) throws -> [(UInt64, Case)] {
    try (0..<count).map { index in
      let seed = UInt64(7000 + index)
      return (
        seed,
        try RandomCircuits.noisy(
          seed: seed, wires: 1 + index % 4, gates: 2 + index % 17, encoding: encoding, batch: 1 + index % 4, type: .float64)
      )
    }
  }

  private func twin(_ c: Case) -> [Double] {
    (0..<c.inputs.shape[0]).flatMap { row in
      NoiseReference.expectations(
        c.circuit, inputs: c.circuit.inputCount == 0 ? [] : c.inputs.rows(row..<row + 1).doubles, weights: c.weights.doubles)
    }
  }

  @Test(arguments: [RandomCircuits.Encoding.first, .anywhere])
  func densityAgreesWithTheDenseTwin(_ encoding: RandomCircuits.Encoding) throws {
    for (seed, c) in try cases(encoding, 300) where c.circuit.inputCount > 0 {
      let runner = try CircuitRunner(c.circuit, options: RunOptions(method: .density))
      expectClose(try runner.expectations(inputs: c.inputs, weights: c.weights).doubles, twin(c), 1e-12, "seed \(seed)")
    }
  }

  /// What automatic is for noise on encodings at the start: mostly the product form.
  @Test func theProductFormWithNoiseAgreesWithTheDenseTwin() throws {
    var forms = 0
    for (seed, c) in try cases(.first, 300) {
      guard let runner = try? CircuitRunner(c.circuit, options: RunOptions(method: .product)) else { continue }
      forms += 1
      expectClose(try runner.expectations(inputs: c.inputs, weights: c.weights).doubles, twin(c), 1e-12, "seed \(seed)")
    }
    #expect(forms > 150)
  }

  @Test func floatAgreesWithDouble() throws {
    for (seed, c) in try cases(.first, 100) + cases(.anywhere, 100) where c.circuit.inputCount > 0 {
      for method in [RunMethod.automatic, .density] {
        let runner = try CircuitRunner(c.circuit, options: RunOptions(method: method))
        let (x, w) = (c.inputs.cast(to: .float32), c.weights.cast(to: .float32))
        let exact = try runner.gradients(
          inputs: x.cast(to: .float64), weights: w.cast(to: .float64), outputGradient: nil, wantInputs: true, wantWeights: true)
        let single = try runner.gradients(inputs: x, weights: w, outputGradient: nil, wantInputs: true, wantWeights: true)
        expectClose(single.inputs!.doubles, exact.inputs!.doubles, 1e-4, "seed \(seed), \(method), inputs")
        expectClose(single.weights!.doubles, exact.weights!.doubles, 1e-4, "seed \(seed), \(method), weights")
        expectClose(
          try runner.expectations(inputs: x, weights: w).doubles,
          try runner.expectations(inputs: x.cast(to: .float64), weights: w.cast(to: .float64)).doubles, 1e-5,
          "seed \(seed), \(method)")
      }
    }
  }

  @Test func densityWithoutNoiseAgreesWithStateVectors() throws {
    for index in 0..<200 {
      let seed = UInt64(500 + index)
      let c = try RandomCircuits.make(
        seed: seed, wires: 1 + index % 5, gates: 3 + index % 20, encoding: .anywhere, batch: 3, type: .float64)
      guard c.circuit.inputCount > 0 else { continue }
      let exact = try CircuitRunner(c.circuit, options: RunOptions(method: .gates))
      let runner = try CircuitRunner(c.circuit, options: RunOptions(method: .density))
      expectClose(
        try runner.expectations(inputs: c.inputs, weights: c.weights).doubles,
        try exact.expectations(inputs: c.inputs, weights: c.weights).doubles, 1e-12, "seed \(seed)")
    }
  }

  @Test(arguments: [RandomCircuits.Encoding.first, .anywhere])
  func gradientsAgreeWithShiftsAndDifferences(_ encoding: RandomCircuits.Encoding) throws {
    for (seed, c) in try cases(encoding, 120) where c.circuit.inputCount > 0 {
      var stream = RandomStream(seed: seed, purpose: .tensor, substream: 5)
      let g = Tensor.uniform(.float64, [c.inputs.shape[0], c.circuit.outputCount], low: -1, high: 1, from: &stream)
      func gradient(_ options: RunOptions) throws -> (inputs: Tensor?, weights: Tensor?) {
        try CircuitRunner(c.circuit, options: options).gradients(
          inputs: c.inputs, weights: c.weights, outputGradient: g, wantInputs: true, wantWeights: true)
      }
      let expected = try gradient(RunOptions(method: .density))
      for (name, options, tolerance) in [
        ("shift", RunOptions(method: .density, differentiation: .parameterShift), 1e-11),
        ("differences", RunOptions(method: .density, differentiation: .finiteDifference, step: 1e-5), 1e-8),
        ("automatic", RunOptions(), 1e-11), ("automatic, shift", RunOptions(differentiation: .parameterShift), 1e-11),
      ] {
        let actual = try gradient(options)
        expectClose(actual.inputs!.doubles, expected.inputs!.doubles, tolerance, "seed \(seed), \(name), inputs")
        expectClose(actual.weights!.doubles, expected.weights!.doubles, tolerance, "seed \(seed), \(name), weights")
      }
    }
  }
}
