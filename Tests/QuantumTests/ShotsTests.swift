// Finite shots: counts have their exact distribution, estimates their mean and variance, and everything
// follows from the seed.

import Foundation
import Circuits
import Quantum
import Tensors
import Testing

@Suite struct ShotsTests {
  /// χ² of 40,000 draws against the exact distribution, for waiting times, for rejection and beyond 1/2.
  @Test func countsAreBinomial() {
    for (n, p) in [(1, 0.3), (10, 0.02), (50, 0.1), (40, 0.5), (100, 0.25), (1000, 0.3), (1000, 0.995), (100_000, 0.001), (20, 1.0), (20, 0.0), (30, 0.4)] {
      var stream = RandomStream(seed: 11, purpose: .shots, substream: n)
      let draws = 40_000
      var counts: [Int: Int] = [:]
      for _ in 0..<draws { counts[ShotKernels.binomial(n, p, &stream), default: 0] += 1 }
      if p == 0 || p == 1 {
        #expect(counts == [p == 0 ? 0 : n: draws])
        continue
      }
      func probability(_ k: Int) -> Double {
        exp(lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1)) + Double(k) * log(p) + Double(n - k) * log1p(-p))
      }
      var (chi, cells, rest, restCount) = (0.0, 0, 1.0, draws)
      for k in 0...n {
        let expected = Double(draws) * probability(k)
        if expected < 5 { continue }
        let gap = Double(counts[k] ?? 0) - expected
        chi += gap * gap / expected
        cells += 1
        rest -= probability(k)
        restCount -= counts[k] ?? 0
      }
      if rest * Double(draws) > 5 {
        chi += pow(Double(restCount) - rest * Double(draws), 2) / (rest * Double(draws))
        cells += 1
      }
      let degrees = Double(cells - 1)
      #expect(abs(chi - degrees) < 5 * (2 * degrees).squareRoot() + 5, "n \(n), p \(p): χ² \(chi) of \(degrees) degrees")
    }
  }

  /// The same circuit estimated 600 times: mean within 5 standard errors, variance as it must be, for all kinds
  /// of output, with and without readout errors.
  @Test func estimatesAreUnbiasedWithTheRightSpread() throws {
    for seed in UInt64(1)...12 {
      var c = try MeasuredCircuits().make(seed: seed, wires: 3, gates: 8, batch: 2)
      if seed % 2 == 0 {
        try c.circuit.setReadoutError(ReadoutError(oneOfZero: 0.03, zeroOfOne: 0.08), wire: 0)
        try c.circuit.setReadoutError(ReadoutError(oneOfZero: 0.1, zeroOfOne: 0.02), wire: 2)
      }
      let exact = try CircuitRunner(c.circuit).expectations(inputs: c.x, weights: c.weights).doubles
      let runner = try CircuitRunner(c.circuit, options: RunOptions(shots: 50, seed: seed))
      let runs = 600
      var (sums, squares) = ([Double](repeating: 0, count: exact.count), [Double](repeating: 0, count: exact.count))
      for _ in 0..<runs {
        for (i, value) in try runner.expectations(inputs: c.x, weights: c.weights).doubles.enumerated() {
          sums[i] += value
          squares[i] += value * value
        }
      }
      var k = 0
      for sample in 0..<c.batch {
        for measurement in c.circuit.measurements {
          for _ in 0..<measurement.outputCount {
            let mean = sums[k] / Double(runs)
            let variance = squares[k] / Double(runs) - mean * mean
            let what = "seed \(seed), sample \(sample), \(measurement): \(mean), exact \(exact[k])"
            #expect(abs(mean - exact[k]) < 5 * (max(variance, 1e-12) / Double(runs)).squareRoot() + 1e-9, "\(what)")
            var expected: Double?
            if case .probabilities = measurement { expected = exact[k] * (1 - exact[k]) / 50 }
            if measurement.word != nil { expected = (1 - exact[k] * exact[k]) / 50 }
            if let expected, expected > 1e-3 {
              #expect(abs(variance / expected - 1) < 0.4, "\(what), variance \(variance), expected \(expected)")
            }
            k += 1
          }
        }
      }
    }
  }

  @Test func probabilitiesAreFrequenciesOfOneJointDraw() throws {
    for method in [RunMethod.automatic, .gates, .unitary] {
      let c = try MeasuredCircuits(measurements: false).make(seed: 4, wires: 3, gates: 6, batch: 9)
      var circuit = c.circuit
      try circuit.measure(.probabilities([2, 0]))
      let runner = try CircuitRunner(circuit, options: RunOptions(method: method, shots: 37, seed: 2))
      let out = try runner.expectations(inputs: c.x, weights: c.weights).doubles
      for sample in 0..<c.batch {
        let frequencies = out[sample * 6 + 2..<sample * 6 + 6].map { $0 * 37 }
        #expect(abs(frequencies.reduce(0, +) - 37) < 1e-9)
        #expect(frequencies.allSatisfy { abs($0 - $0.rounded()) < 1e-9 && $0 >= 0 })
      }
    }
  }

  /// Calls draw further shots; restarting, another runner and other numbers of threads repeat them.
  @Test func shotsFollowFromTheSeed() throws {
    let c = try MeasuredCircuits().make(seed: 6, wires: 3, gates: 8, batch: 200)
    func run(_ seed: UInt64, threads: Int = 2) throws -> [[Double]] {
      let before = Parallel.threads
      defer { Parallel.setThreads(before) }
      Parallel.setThreads(threads)
      let runner = try CircuitRunner(c.circuit, options: RunOptions(shots: 100, seed: seed))
      return try (0..<2).map { _ in try runner.expectations(inputs: c.x, weights: c.weights).doubles }
    }
    let first = try run(5)
    #expect(first[0] != first[1])
    #expect(try run(5) == first)
    #expect(try run(5, threads: 1) == first)
    #expect(try run(5, threads: 3) == first)
    #expect(try run(6)[0] != first[0])
    let runner = try CircuitRunner(c.circuit, options: RunOptions(shots: 100, seed: 1))
    _ = try runner.expectations(inputs: c.x, weights: c.weights)
    runner.restart(seed: 5)
    #expect(try runner.expectations(inputs: c.x, weights: c.weights).doubles == first[0])
  }

  /// Shots lie around the exact values of every method, with noise and readout errors where there are any.
  @Test func everyMethodTakesShots() throws {
    let rows: [(RunMethod, Bool)] = [
      (.automatic, false), (.gates, false), (.unitary, false), (.state, false), (.automatic, true), (.density, true), (.trajectories, true),
    ]
    for (method, isNoisy) in rows {
      var c = try MeasuredCircuits(noise: isNoisy).make(seed: 12, wires: 3, gates: 8, batch: 3)
      try c.circuit.setReadoutError(ReadoutError(oneOfZero: 0.05, zeroOfOne: 0.1), wire: 1)
      #expect(c.circuit.hasChannels == isNoisy)
      let exact = try CircuitRunner(c.circuit, options: RunOptions(method: method)).expectations(inputs: c.x, weights: c.weights).doubles
      let shots = 40_000
      let runner = try CircuitRunner(c.circuit, options: RunOptions(method: method, shots: shots, seed: 1))
      let actual = try runner.expectations(inputs: c.x, weights: c.weights).doubles
      #expect(actual != exact, "\(method)")
      for i in exact.indices { #expect(abs(actual[i] - exact[i]) < 0.1, "\(method), element \(i): \(actual[i]), exact \(exact[i])") }
    }
  }

  /// Samples of equal inputs differ: every sample has shots of its own.
  @Test func samplesHaveShotsOfTheirOwn() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RY", [0], [.input(0)])
    try circuit.measure("Z", [0])
    let runner = try CircuitRunner(circuit, options: RunOptions(shots: 1, seed: 3))
    let out = try runner.expectations(inputs: Tensor([Double](repeating: .pi / 2, count: 1000), [1000, 1]), weights: nil).doubles
    #expect(out.allSatisfy { abs($0) == 1 })
    #expect(abs(out.reduce(0, +)) < 5 * 1000.0.squareRoot())
    #expect(Set(out).count == 2)
  }

  /// Gradients from shots scatter around the exact ones, for variances and probabilities as well.
  @Test(arguments: [Differentiation.parameterShift, .generalShift, .finiteDifference, .spsa])
  func gradientsFromShotsAreUnbiased(_ differentiation: Differentiation) throws {
    for seed in UInt64(1)...6 {
      let c = try MeasuredCircuits(products: seed % 2 == 0).make(seed: seed, wires: 2, gates: 6, batch: 2)
      let g = Tensor([Double](repeating: 1, count: c.batch * c.circuit.outputCount), [c.batch, c.circuit.outputCount])
      // Differences have an error of their own: of the step, not of the shots.
      let step = 0.02
      func gradient(_ runner: CircuitRunner) throws -> [Double] {
        let result = try runner.gradients(inputs: c.x, weights: c.weights, outputGradient: g, wantInputs: true, wantWeights: true)
        return result.inputs!.doubles + result.weights!.doubles
      }
      let exact = try gradient(CircuitRunner(c.circuit))
      let runner = try CircuitRunner(
        c.circuit, options: RunOptions(differentiation: differentiation, step: step, shots: 100, seed: seed))
      let runs = 300
      var (sums, squares) = ([Double](repeating: 0, count: exact.count), [Double](repeating: 0, count: exact.count))
      for _ in 0..<runs {
        for (i, value) in try gradient(runner).enumerated() {
          sums[i] += value
          squares[i] += value * value
        }
      }
      for i in exact.indices {
        let mean = sums[i] / Double(runs)
        let error = (max(0, squares[i] / Double(runs) - mean * mean) / Double(runs)).squareRoot()
        let slack = [.finiteDifference, .spsa].contains(differentiation) ? 0.02 : 1e-9
        #expect(abs(mean - exact[i]) < 5 * error + slack, "seed \(seed), \(differentiation), element \(i): \(mean), \(exact[i]), error \(error)")
      }
    }
  }

  @Test func refusalsNameThePair() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RY", [0], [.weight(0)])
    try circuit.measure(.variance(PauliSum(PauliWord("Z", [0]))))
    let weights = Tensor([0.3], [1])
    let runner = try CircuitRunner(circuit, options: RunOptions(shots: 10))
    _ = try runner.expectations(inputs: nil, weights: weights)
    #expect(errorMessage {
      _ = try runner.gradients(inputs: nil, weights: weights, outputGradient: nil, wantInputs: false, wantWeights: true)
    } == "differentiation \"adjoint\" needs exact expectation values, not 10 shots; use \"parameter_shift\", \"general_shift\", \"finite_difference\" or \"spsa\"")
    #expect(errorMessage { _ = try CircuitRunner(circuit, options: RunOptions(shots: 1)) }
      == "the estimate of a variance takes 2 shots or more, shots is 1")
  }
}
