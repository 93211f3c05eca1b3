// Effective dimension and Fisher information: models with known answers, Fisher matrices by hand, what is refused.

import Analysis
@preconcurrency import Circuits
import Glibc
import Quantum
import Tensors
import Testing

@Suite struct EffectiveDimensionTests {
  private func options(_ change: (inout EffectiveDimensionOptions) -> Void = { _ in }) -> EffectiveDimensionOptions {
    var options = EffectiveDimensionOptions()
    options.samples = 20
    change(&options)
    return options
  }

  /// p(bits) of independent RY rotations has the identity as Fisher information: d ln(1 + κ)/ln κ.
  @Test func independentRotationsCountFully() throws {
    for d in 1...3 {
      var circuit = try Circuit(wires: d)
      for q in 0..<d { try circuit.append("RY", [q], [.weight(q)]) }
      try circuit.measure(.probabilities(Array(0..<d)))
      let result = try circuit.effectiveDimension(options { ($0.counts, $0.gamma) = ([100, 100_000], 0.7) })
      for (n, estimate) in zip([100.0, 100_000], result.dimensions) {
        let kappa = 0.7 * n / (2 * .pi * log(n))
        expectClose(estimate.value, Double(d) * log(1 + kappa) / log(kappa), 1e-9, "\(d) weights, \(n) data")
        #expect(estimate.error < 1e-9)
      }
      expectClose(result.trace, Double(d), 1e-9)
      for row in result.spectrum { for value in row { expectClose(value, 1, 1e-9) } }
    }
  }

  /// Two weights that only act as their sum: eigenvalues 0 and 2, so ln(1 + 2κ)/ln κ.
  @Test func redundantWeightsCountOnce() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RY", [0], [.weight(0)])
    try circuit.append("RY", [0], [.weight(1)])
    try circuit.measure("Z", [0])
    let kappa = 1000 / (2 * .pi * log(1000.0))
    for model in [ProbabilityModel.automatic, .parity] {
      let result = try circuit.effectiveDimension(options { $0.model = model })
      expectClose(result.dimensions[0].value, log(1 + 2 * kappa) / log(kappa), 1e-9)
      // 1 - ⟨Z⟩² loses digits where ⟨Z⟩ is near ±1.
      for row in result.spectrum {
        expectClose(row[0], 0, 1e-9)
        expectClose(row[1], 2, 1e-6)
      }
    }
  }

  /// The trace of the Fisher information by central differences of ln p.
  @Test func fisherInformationAgreesWithDifferences() throws {
    for seed in UInt64(1)...8 {
      var circuit = try RandomCircuits.make(seed: seed, wires: 2, gates: 8, inputs: 1)
      if seed % 2 == 0 {
        var other = try Circuit(wires: 2)
        for operation in circuit.operations { try other.append(operation, wires: [0, 1]) }
        try other.measure(.probabilities([1, 0]))
        circuit = other
      }
      let (n, w) = (circuit.inputCount, circuit.weightCount)
      guard w > 0 else { continue }
      let data = (0..<3).map { row in (0..<n).map { _ in 0.4 * Double(row) - 0.3 } }
      let result = try circuit.effectiveDimension(options { ($0.inputs, $0.samples, $0.seed) = (n > 0 ? data : [], 4, seed) })
      let runner = try CircuitRunner(circuit)
      func logs(_ x: [Double], _ theta: [Double]) throws -> [Double] {
        let out = try runner.expectations(
          inputs: n > 0 ? Tensor(x, [1, n]) : nil, weights: Tensor(theta, [w])).doubles
        if seed % 2 == 0 { return out.map { log($0) } }
        let sum = log(out.reduce(0) { $0 + exp($1) })
        return out.map { $0 - sum }
      }
      var trace = 0.0
      let rows = n > 0 ? data : [[]]
      for draw in 0..<4 {
        var stream = RandomStream(seed: seed, purpose: .analysis, substream: 2 * draw)
        let theta = (0..<w).map { _ in 2 * .pi * stream.uniform() }
        for x in rows {
          let here = try logs(x, theta)
          for k in 0..<w {
            var (up, down) = (theta, theta)
            up[k] += 1e-5
            down[k] -= 1e-5
            let (a, b) = (try logs(x, up), try logs(x, down))
            for y in here.indices where exp(here[y]) > 1e-12 {
              let slope = (a[y] - b[y]) / 2e-5
              trace += exp(here[y]) * slope * slope / Double(4 * rows.count)
            }
          }
        }
      }
      expectClose(result.trace, trace, 1e-5 * max(1, trace), "seed \(seed)")
      let mean = result.spectrum.reduce(0) { $0 + $1.reduce(0, +) } / Double(4 * w)
      expectClose(mean, 1, 1e-12, "mean of the spectrum")
    }
  }

  @Test func growsTowardsTheRankWithMoreData() throws {
    var circuit = try Circuit(wires: 3)
    for q in 0..<3 { try circuit.append("RX", [q], [.input(q)]) }
    try circuit.appendHardwareEfficient(layers: 1)
    try circuit.measure(.probabilities([0, 1, 2]))
    let result = try circuit.effectiveDimension(options { ($0.counts, $0.rows) = ([1000, 1_000_000, 1_000_000_000], 20) })
    let values = result.dimensions.map(\.value)
    // RZ right before the measured bits has no effect on them.
    #expect(values.allSatisfy { $0 > 0 && $0 < Double(circuit.weightCount) }, "\(values)")
    #expect(result.dimensions.allSatisfy { $0.error < 1 })
    #expect(result.spectrum.allSatisfy { $0[2] < 1e-9 }, "three weights without effect")
  }

  @Test func refusesWhatIsNoModel() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RY", [0], [.weight(0)])
    try circuit.measure("Z", [0])
    expectMessage("model \"probabilities\" needs") { _ = try circuit.effectiveDimension(options { $0.model = .probabilities }) }
    expectMessage("softmax over a single output") { _ = try circuit.effectiveDimension(options { $0.model = .softmax }) }
    expectMessage("gamma is 2.0; it must be above 0 and at most 1") { _ = try circuit.effectiveDimension(options { $0.gamma = 2 }) }
    expectMessage("it must be above 1, so take more data") { _ = try circuit.effectiveDimension(options { $0.counts = [5] }) }
    expectMessage("a number of data is 1; it must be 2 or more") { _ = try circuit.effectiveDimension(options { $0.counts = [1] }) }
    var idle = try Circuit(wires: 1)
    try idle.append("RZ", [0], [.weight(0)])
    try idle.measure("Z", [0])
    expectMessage("Fisher information is zero") { _ = try idle.effectiveDimension(options()) }
  }
}
