// Fourier series: known functions, values reproduced at random points, spectra, what is refused.

import Analysis
@preconcurrency import Circuits
import Glibc
import Quantum
import Tensors
import Testing

@Suite struct FourierTests {
  private func options(_ weights: [Double], _ change: (inout FourierOptions) -> Void = { _ in }) -> FourierOptions {
    var options = FourierOptions()
    options.weights = weights
    change(&options)
    return options
  }

  /// f(x) from its series.
  private func value(_ series: FourierSeries, _ x: [Double]) -> Double {
    series.terms.reduce(0) { sum, term in
      let phase = zip(term.frequency, x).reduce(0) { $0 + $1.0 * $1.1 }
      return sum + term.re * cos(phase) - term.im * sin(phase)
    }
  }

  @Test func oneRotationIsACosine() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RX", [0], [.input(0)])
    try circuit.append("RX", [0], [.weight(0)])
    try circuit.measure("Z", [0])
    let series = try circuit.fourierSeries(options([0.3]))
    #expect(series.terms.map(\.frequency) == [[-1], [0], [1]])
    #expect(series.terms.map(\.degeneracy) == [1, 2, 1])
    // cos(x + w) = (e^{iw} e^{ix} + e^{-iw} e^{-ix}) / 2
    for (term, (re, im)) in zip(series.terms, [(cos(0.3) / 2, -sin(0.3) / 2), (0, 0), (cos(0.3) / 2, sin(0.3) / 2)]) {
      expectClose(term.re, re, 1e-14)
      expectClose(term.im, im, 1e-14)
    }
    expectClose(series.periods[0], 2 * .pi, 1e-14)
  }

  /// L rotations by x reach frequency k in C(2L, L + k) ways.
  @Test func parallelRotationsHaveBinomialDegeneracies() throws {
    var circuit = try Circuit(wires: 3)
    for q in 0..<3 { try circuit.append("RY", [q], [.input(0, scale: .pi)]) }
    try circuit.measure("ZZZ", [0, 1, 2])
    let series = try circuit.fourierSeries(options([]))
    #expect(series.terms.map(\.degeneracy) == [1, 6, 15, 20, 15, 6, 1])
    expectClose(series.periods[0], 2, 1e-14)
    // cos³ = (3 cos + cos 3·)/4
    for (term, c) in zip(series.terms, [0.125, 0, 0.375, 0, 0.375, 0, 0.125]) { expectClose(term.re, c, 1e-14) }
    // A sum of angles is one generator; what the output cannot see does not count.
    var sum = try Circuit(wires: 2)
    try sum.append(try Gates.named("RY"), [0], [AngleSum([.input(0), .input(0, scale: 2)])])
    try sum.append("RY", [1], [.input(0, scale: 17)])
    try sum.measure("Z", [0])
    let merged = try sum.fourierSeries(options([]))
    #expect(merged.degrees == [1] && merged.terms.map(\.frequency) == [[-3], [0], [3]])
  }

  @Test func controlledRotationsHaveHalfFrequencies() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("H", [0])
    try circuit.append("CRX", [0, 1], [.input(0)])
    try circuit.measure("X", [0])
    let series = try circuit.fourierSeries(options([]))
    #expect(series.degrees == [2] && series.terms.map(\.degeneracy) == [1, 2, 3, 2, 1])
    expectClose(series.terms[3].frequency[0], 0.5, 1e-15)
    expectClose(series.terms[3].re, 0.5, 1e-14)  // ⟨X⟩ = cos(x/2)
  }

  @Test func seriesReproduceRandomCircuits() throws {
    for seed in UInt64(1)...60 {
      let circuit = try RandomCircuits.make(
        seed: seed, wires: 1 + Int(seed) % 4, gates: 4 + Int(seed) % 9, inputs: 2, scales: [1, 2, 0.5])
      guard circuit.inputCount > 0 else { continue }
      var stream = RandomStream(seed: seed, purpose: .tensor)
      let weights = RandomCircuits.values(circuit.weightCount, &stream)
      let inputs = RandomCircuits.values(circuit.inputCount, &stream)
      let output = Int(seed) % circuit.outputCount
      let columns = seed % 3 == 0 ? [circuit.inputCount - 1] : nil
      let series = try circuit.fourierSeries(options(weights) { ($0.output, $0.columns, $0.inputs) = (output, columns, inputs) })
      let runner = try CircuitRunner(circuit)
      for _ in 0..<4 {
        var point = inputs
        for column in series.columns { point[column] = 12 * stream.uniform() - 6 }
        let exact = try runner.expectations(
          inputs: Tensor(point, [1, circuit.inputCount]),
          weights: circuit.weightCount > 0 ? Tensor(weights, [circuit.weightCount]) : nil)[output]
        expectClose(value(series, series.columns.map { point[$0] }), exact, 1e-11, "seed \(seed)")
      }
      let terms = series.terms
      for (i, term) in terms.enumerated() {
        let mirrored = terms[terms.count - 1 - i]
        expectClose(term.re, mirrored.re, 1e-13, "seed \(seed): c(-ω) is conj c(ω)")
        expectClose(term.im, -mirrored.im, 1e-13, "seed \(seed): c(-ω) is conj c(ω)")
        #expect(term.degeneracy == mirrored.degeneracy)
        if term.degeneracy == 0 { expectClose(term.re * term.re + term.im * term.im, 0, 1e-24, "seed \(seed): out of reach") }
      }
    }
  }

  @Test func variancesHaveTwiceTheFrequencies() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RX", [0], [.input(0)])
    try circuit.measure(.variance(PauliSum(PauliWord("Z", [0]))))
    let series = try circuit.fourierSeries(options([]))
    // 1 - cos² = 1/2 - cos(2x)/2
    #expect(series.degrees == [2])
    expectClose(series.terms[4].re, -0.25, 1e-14)
    expectClose(series.terms[2].re, 0.5, 1e-14)
  }

  @Test func scalesWithoutACommonPeriodNeedADegree() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RX", [0], [.input(0)])
    try circuit.append("RX", [1], [.input(0, scale: 2.0.squareRoot())])
    try circuit.append("RX", [1], [Angle(.inputProduct(1, 2))])
    try circuit.measure("ZZ", [0, 1])
    expectMessage("input 0 is scaled by 1.0, 1.4142135623730951, which are no multiples of one number") {
      _ = try circuit.fourierSeries(options([]) { $0.columns = [0] })
    }
    expectMessage("input 0 has no period 6.2") {
      _ = try circuit.fourierSeries(options([]) { ($0.columns, $0.periods) = ([0], [6.2]) })
    }
    let cut = try circuit.fourierSeries(options([]) { ($0.columns, $0.periods, $0.degrees) = ([0], [20], [40]) })
    #expect(cut.terms.count == 81 && cut.terms[0].degeneracy == nil)
    expectMessage("the product of inputs 1 and 2") { _ = try circuit.fourierSeries(options([]) { $0.columns = [1, 2] }) }
    let fixed = try circuit.fourierSeries(options([]) { ($0.columns, $0.inputs) = ([1], [0, 0, 3]) })
    #expect(fixed.degrees == [1])
    expectClose(fixed.terms[2].frequency[0], 3, 1e-12)
  }

  @Test func refusesWhatIsNoSeries() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.prepare(AmplitudeEncoding(count: 2, wires: [0]))
    try circuit.measure("Z", [0])
    expectMessage("input 0 is an amplitude") { _ = try circuit.fourierSeries(options([])) }
    var plain = try Circuit(wires: 1)
    try plain.append("RX", [0], [.input(0)])
    try plain.measure("Z", [0])
    expectMessage("input 1 is not in 0..0") { _ = try plain.fourierSeries(options([]) { $0.columns = [1] }) }
    expectMessage("has 0 weights, got 1 value") { _ = try plain.fourierSeries(options([1])) }
    expectMessage("degree is -1") { _ = try plain.fourierSeries(options([]) { $0.degrees = [-1] }) }
    expectMessage("at most 1048576 are computed") { _ = try plain.fourierSeries(options([]) { $0.degrees = [1 << 20] }) }
    var many = try Circuit(wires: 14)
    for q in 0..<14 { try many.append("RX", [q], [.input(q)]) }
    try many.measure(String(repeating: "Z", count: 14), Array(0..<14))
    expectMessage("choose fewer inputs") { _ = try many.fourierSeries(options([])) }
  }
}
