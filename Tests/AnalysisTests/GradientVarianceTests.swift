// Variances of gradients: analytic values, the same by hand, decay with width, what is refused.

import Analysis
@preconcurrency import Circuits
import Glibc
import Quantum
import Tensors
import Testing

@Suite struct GradientVarianceTests {
  private func options(_ change: (inout GradientVarianceOptions) -> Void = { _ in }) -> GradientVarianceOptions {
    var options = GradientVarianceOptions()
    options.samples = 2000
    options.seed = 4
    change(&options)
    return options
  }

  /// f = cos w0 … cos w(n-1): the derivative by w0 has mean 0 and variance 2^-n.
  @Test func productsOfCosinesDecayExponentially() throws {
    for n in 1...7 {
      var circuit = try Circuit(wires: n)
      for q in 0..<n { try circuit.append("RX", [q], [.weight(q)]) }
      try circuit.measure(String(repeating: "Z", count: n), Array(0..<n))
      let result = try circuit.gradientVariance(options())
      let exact = pow(0.5, Double(n))
      // E[g⁴] = (3/8)^n
      let error = ((pow(0.375, Double(n)) - exact * exact) / 2000).squareRoot()
      expectClose(result.variance.value, exact, 4.5 * error, "variance at \(n)")
      expectClose(result.variance.error, error, 0.6 * error, "its error at \(n)")
      expectClose(result.mean.value, 0, 4.5 * (exact / 2000).squareRoot(), "mean at \(n)")
      #expect(result.variances.count == n)
      let all = try circuit.gradientVariance(options { $0.weight = nil })
      expectClose(all.variance.value, result.variances.reduce(0) { $0 + $1.value } / Double(n), 1e-12)
    }
  }

  /// The same numbers, weights drawn and differentiated one by one.
  @Test func agreesWithOneGradientAfterTheOther() throws {
    for seed in UInt64(1)...12 {
      let circuit = try RandomCircuits.make(seed: seed, wires: 3, gates: 12, inputs: 2)
      guard circuit.weightCount > 0 else { continue }
      let (n, w) = (circuit.inputCount, circuit.weightCount)
      let output = Int(seed) % circuit.outputCount
      let result = try circuit.gradientVariance(options { ($0.samples, $0.output, $0.weight, $0.seed) = (37, output, w - 1, seed) })
      let runner = try CircuitRunner(circuit)
      var derivatives: [Double] = []
      for s in 0..<37 {
        var stream = RandomStream(seed: seed, purpose: .analysis, substream: s)
        let values = (0..<n + w).map { _ in 2 * .pi * stream.uniform() }
        let inputs = n > 0 ? Tensor(Array(values.prefix(n)), [1, n]) : nil
        let jacobian = try runner.jacobian(inputs: inputs, weights: Tensor(Array(values.suffix(w)), [w]))
        derivatives.append(jacobian.weights[output * w + w - 1])
      }
      let mean = derivatives.reduce(0, +) / 37
      let variance = derivatives.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 36
      expectClose(result.mean.value, mean, 1e-11, "mean, seed \(seed)")
      expectClose(result.variance.value, variance, 1e-11, "variance, seed \(seed)")
    }
  }

  @Test func fixedInputsAndTrainableScales() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RX", [0], [Angle(.weightedInput(weight: 0, input: 0))])
    try circuit.measure("Z", [0])
    // d cos(w x)/dw = -x sin(w x), variance x²/2 over whole periods
    let result = try circuit.gradientVariance(options { $0.inputs = [2] })
    expectClose(result.variance.value, 2, 5 * result.variance.error)
    let small = try circuit.gradientVariance(options { ($0.inputs, $0.range) = ([2], WeightRange(low: 0, high: 1e-3)) })
    #expect(small.variance.value < 1e-5)
  }

  /// (1 - 2p) sin w after a phase flip of probability p, and a measurement on the way that does no harm to Z.
  @Test func noiseAndMeasurementsOnTheWay() throws {
    var noisy = try Circuit(wires: 1)
    try noisy.append("RY", [0], [.weight(0)])
    try noisy.append(Dephasing(), [0])
    try noisy.measure("X", [0])
    let result = try noisy.gradientVariance(options())
    expectClose(result.variance.value, 0.32, 5 * result.variance.error)
    var measured = try Circuit(wires: 1)
    try measured.append("RY", [0], [.weight(0)])
    try measured.measure(wire: 0)
    try measured.append("RY", [0], [.weight(1)])
    try measured.measure("Z", [0])
    // cos w0 cos w1
    let quarter = try measured.gradientVariance(options())
    expectClose(quarter.variance.value, 0.25, 5 * quarter.variance.error)
  }

  @Test func deepCircuitsOfManyWiresHaveFlatLandscapes() throws {
    let variances = try [2, 4, 6].map { n -> Double in
      var circuit = try Circuit(wires: n)
      try circuit.appendHardwareEfficient(layers: 3 * n)
      try circuit.measure("ZZ", [0, 1])
      return try circuit.gradientVariance(options { ($0.samples, $0.weight) = (400, nil) }).variance.value
    }
    #expect(variances[1] < 0.5 * variances[0] && variances[2] < 0.5 * variances[1], "\(variances)")
  }

  @Test func doesNotDependOnThreads() throws {
    var circuit = try Circuit(wires: 4)
    try circuit.appendHardwareEfficient(layers: 2)
    try circuit.measure("Z", [0])
    let before = Parallel.threads
    defer { Parallel.setThreads(before) }
    Parallel.setThreads(1)
    let one = try circuit.gradientVariance(options())
    Parallel.setThreads(4)
    #expect(try circuit.gradientVariance(options()) == one)
  }

  @Test func refusesBadOptions() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RX", [0], [.weight(0)])
    expectMessage("measures nothing") { _ = try circuit.gradientVariance(options()) }
    try circuit.measure("Z", [0])
    expectMessage("output 1 is not in 0..0") { _ = try circuit.gradientVariance(options { $0.output = 1 }) }
    expectMessage("weight -1 is not in 0..0") { _ = try circuit.gradientVariance(options { $0.weight = -1 }) }
    expectMessage("samples is 1; it must be in 2..") { _ = try circuit.gradientVariance(options { $0.samples = 1 }) }
    expectMessage("drawn from 1.0 to 0.0") {
      _ = try circuit.gradientVariance(options { $0.range = WeightRange(low: 1, high: 0) })
    }
    expectMessage("has 0 inputs, got 1 value") { _ = try circuit.gradientVariance(options { $0.inputs = [1] }) }
    var bare = try Circuit(wires: 1)
    try bare.measure("Z", [0])
    expectMessage("no weights") { _ = try bare.gradientVariance(options()) }
  }
}
