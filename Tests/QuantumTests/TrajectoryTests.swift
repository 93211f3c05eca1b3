// Trajectories agree with exact noise within their own standard errors, and depend on the seed alone.

import Foundation
@preconcurrency import Circuits
@preconcurrency import Quantum
import Tensors
import Testing

@Suite struct TrajectoryTests {
  private func make(_ index: Int, type: ElementType = .float64, batch: Int = 2) throws -> Case {
    try RandomCircuits.noisy(
      seed: UInt64(9000 + index), wires: 1 + index % 4, gates: 3 + index % 12,
      encoding: index % 2 == 0 ? .first : .anywhere, batch: batch, type: type)
  }

  @Test func meansAreWithinFiveStandardErrors() throws {
    var worst = 0.0
    for index in 0..<60 {
      let c = try make(index)
      guard c.circuit.inputCount > 0 else { continue }
      let exact = try CircuitRunner(c.circuit, options: RunOptions(method: .density))
        .expectations(inputs: c.inputs, weights: c.weights).doubles
      let runner = try CircuitRunner(c.circuit, options: RunOptions(method: .trajectories, seed: UInt64(index), trajectories: 2000))
      let (values, errors) = try runner.expectationsWithErrors(inputs: c.inputs, weights: c.weights)
      for k in exact.indices {
        // What happens once in ten thousand runs may not be seen in two thousand.
        let gap = abs(values[k] - exact[k])
        #expect(gap <= 5 * errors[k] + 1e-3, "seed \(9000 + index), output \(k): \(values[k]) for \(exact[k]), error \(errors[k])")
        if errors[k] > 1e-9 { worst = max(worst, gap / errors[k]) }
      }
      expectClose(
        try runner.expectations(inputs: c.inputs, weights: c.weights).doubles, values.doubles, 1e-12, "seed \(9000 + index)")
    }
    // Errors that are too large would pass everything.
    #expect(worst > 1.5)
  }

  @Test func resultsDependOnTheSeedAlone() throws {
    let c = try make(7, type: .float32, batch: 3)
    let threads = Parallel.threads
    defer { Parallel.setThreads(threads) }
    func run(_ seed: UInt64) throws -> [Double] {
      try CircuitRunner(c.circuit, options: RunOptions(method: .trajectories, seed: seed, trajectories: 1500))
        .expectations(inputs: c.inputs, weights: c.weights).doubles
    }
    Parallel.setThreads(1)
    let first = try run(3)
    Parallel.setThreads(2)
    #expect(try run(3) == first)
    #expect(try run(4) != first)
  }

  /// With the same draws in all shifted runs the differences are those of smooth functions.
  @Test func shiftsEstimateTheGradient() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RY", [0], [.input(0)])
    try circuit.append(AmplitudeDamping(0.2), [0])
    try circuit.append("CNOT", [0, 1])
    try circuit.append(DepolarizingPair(0.1), [0, 1])
    try circuit.append("RX", [1], [.weight(0)])
    try circuit.measure("Z", [1])
    let (x, w) = (Tensor([0.4], [1, 1]), Tensor([0.9], [1]))
    func gradient(_ options: RunOptions) throws -> [Double] {
      let g = try CircuitRunner(circuit, options: options).gradients(
        inputs: x, weights: w, outputGradient: nil, wantInputs: true, wantWeights: true)
      return g.inputs!.doubles + g.weights!.doubles
    }
    let exact = try gradient(RunOptions(method: .density))
    let shifted = try gradient(
      RunOptions(method: .trajectories, differentiation: .parameterShift, seed: 1, trajectories: 20000))
    for k in exact.indices { #expect(abs(shifted[k] - exact[k]) < 0.03, "\(k): \(shifted[k]) for \(exact[k])") }
    #expect(throws: EngineError.self) { try gradient(RunOptions(method: .trajectories)) }
  }
}
