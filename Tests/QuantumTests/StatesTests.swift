// States, probabilities, samples, density matrices and what follows from them, against the dense twin.

import Foundation
import Circuits
import Quantum
import Tensors
import Testing

@Suite struct StatesTests {
  private func cases(_ count: Int, _ kinds: (UInt64) -> MeasuredCircuits, _ body: (UInt64, Case, inout RandomStream) throws -> Void) throws {
    for seed in UInt64(1)...UInt64(count) {
      var stream = RandomStream(seed: seed, purpose: .tensor, substream: 8)
      let c = try kinds(seed).make(seed: seed, wires: 1 + Int(seed % 5), gates: 2 + Int(seed % 13), batch: 1 + Int(seed % 11))
      try body(seed, c, &stream)
    }
  }

  private func someWires(_ n: Int, _ stream: inout RandomStream) -> [Int] {
    Array(stream.permutation(n).prefix(1 + stream.below(n)))
  }

  @Test func statesAreThoseOfTheTwin() throws {
    try cases(300, { MeasuredCircuits(products: $0 % 2 == 0, sums: $0 % 3 == 0, amplitudes: $0 % 4 == 0) }) { seed, c, _ in
      let out = try CircuitStates(c.circuit).state(inputs: c.x, weights: c.weights)
      #expect(out.shape == [c.batch, 1 << c.circuit.wires, 2])
      let expected = (0..<c.batch).flatMap { row in
        MeasureReference.branches(c.circuit, inputs: c.row(row), weights: c.weights.doubles)[0].psi.flatMap { [$0.re, $0.im] }
      }
      // Up to a global phase, by which gates may be defined.
      for row in 0..<c.batch {
        let size = 2 << c.circuit.wires
        let (a, b) = (Array(out.doubles[row * size..<(row + 1) * size]), Array(expected[row * size..<(row + 1) * size]))
        var (re, im) = (0.0, 0.0)
        for i in 0..<size / 2 {
          re += a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1]
          im += a[2 * i] * b[2 * i + 1] - a[2 * i + 1] * b[2 * i]
        }
        expectClose([re * re + im * im], [1], 1e-12, "seed \(seed), row \(row)")
      }
    }
  }

  @Test func probabilitiesAndDensitiesAreThoseOfTheTwin() throws {
    try cases(300, { MeasuredCircuits(products: $0 % 2 == 0, branches: $0 % 3 != 0, amplitudes: $0 % 4 == 0, closed: true) }) { seed, original, stream in
      var c = original
      if seed % 2 == 0 {
        try c.circuit.setReadoutError(ReadoutError(oneOfZero: 0.05, zeroOfOne: 0.12), wire: 0)
      }
      let wires = someWires(c.circuit.wires, &stream)
      let states = CircuitStates(c.circuit)
      let branches = (0..<c.batch).map {
        MeasureReference.branches(c.circuit, inputs: c.row($0), weights: c.weights.doubles)
      }
      let what = "seed \(seed), wires \(wires)"
      expectClose(
        try states.probabilities(inputs: c.x, weights: c.weights, of: .wires(wires)).doubles,
        branches.flatMap { MeasureReference.probabilities(c.circuit, $0, wires) }, 1e-12, what)
      let densities = branches.map { MeasureReference.density($0, wires, of: c.circuit.wires) }
      expectClose(
        try states.density(inputs: c.x, weights: c.weights, wires: wires).doubles,
        densities.flatMap { $0.flatMap { $0.flatMap { [$0.re, $0.im] } } }, 1e-12, what)
      expectClose(
        try states.purity(inputs: c.x, weights: c.weights, wires: wires).doubles,
        densities.map { $0.reduce(0.0) { $1.reduce($0) { $0 + $1.re * $1.re + $1.im * $1.im } } }, 1e-12, what)
      let entropies = densities.map { rho in
        ComplexMatrix(dimension: rho.count, re: rho.flatMap { $0.map(\.re) }, im: rho.flatMap { $0.map(\.im) })
          .hermitianEigenvalues().reduce(0.0) { $1 > 1e-15 ? $0 - $1 * Foundation.log2($1) : $0 }
      }
      expectClose(try states.entropy(inputs: c.x, weights: c.weights, wires: wires).doubles, entropies, 1e-9, what)
      expectClose(
        try states.entropy(inputs: c.x, weights: c.weights, wires: wires, base: M_E).doubles, entropies.map { $0 * M_LN2 }, 1e-9, what)
    }
  }

  /// Classical bits of measurements on the way have the probabilities of their branches.
  @Test func classicalBitsHaveTheProbabilitiesOfTheirBranches() throws {
    var tried = 0
    try cases(200, { _ in MeasuredCircuits(branches: true) }) { seed, c, stream in
      guard c.circuit.bitCount > 0 else { return }
      tried += 1
      let bits = someWires(c.circuit.bitCount, &stream)
      let actual = try CircuitStates(c.circuit).probabilities(inputs: c.x, weights: c.weights, of: .bits(bits)).doubles
      let expected = (0..<c.batch).flatMap { row -> [Double] in
        var result = [Double](repeating: 0, count: 1 << bits.count)
        for branch in MeasureReference.branches(c.circuit, inputs: c.row(row), weights: c.weights.doubles) {
          let outcome = bits.reduce(0) { 2 * $0 + (branch.bits[$1] ? 1 : 0) }
          result[outcome] += branch.psi.reduce(0) { $0 + $1.re * $1.re + $1.im * $1.im }
        }
        return result
      }
      expectClose(actual, expected, 1e-12, "seed \(seed), bits \(bits)")
    }
    #expect(tried > 80)
  }

  @Test func fidelitiesAgreeWithOverlapsAndWithDensityMatrices() throws {
    try cases(150, { MeasuredCircuits(branches: $0 % 3 == 0, closed: true) }) { seed, c, stream in
      guard c.circuit.wires <= 3 else { return }
      let other = try MeasuredCircuits(branches: seed % 5 == 0, closed: true).make(seed: seed + 1000, wires: c.circuit.wires, gates: 7, batch: c.batch)
      let value = try CircuitStates(c.circuit).fidelity(
        inputs: c.x, weights: c.weights, with: CircuitStates(other.circuit), inputs: other.x, weights: other.weights).doubles
      for row in 0..<max(c.batch, other.batch) {
        let a = MeasureReference.branches(c.circuit, inputs: c.row(c.batch == 1 ? 0 : row), weights: c.weights.doubles)
        let b = MeasureReference.branches(other.circuit, inputs: other.row(other.batch == 1 ? 0 : row), weights: other.weights.doubles)
        // √F is the largest overlap of purifications: the trace norm of the branches' overlap matrix.
        let overlaps = a.map { x in
          b.map { y in
            zip(x.psi, y.psi).reduce(Complex(0)) { $0 + $1.0.conjugate * $1.1 }
          }
        }
        var gram = ComplexMatrix(dimension: b.count)
        for i in b.indices {
          for j in b.indices {
            let sum = a.indices.reduce(Complex(0)) { $0 + overlaps[$1][i].conjugate * overlaps[$1][j] }
            gram[i, j] = (sum.re, sum.im)
          }
        }
        let root = gram.hermitianEigenvalues().reduce(0.0) { $0 + max(0, $1).squareRoot() }
        expectClose([value[row]], [root * root], 1e-6, "seed \(seed), row \(row)")
      }
    }
  }

  /// Frequencies approach the probabilities; counts are the histogram of samples; seeds and threads as ever.
  @Test func samplesFollowTheProbabilities() throws {
    try cases(20, { MeasuredCircuits(branches: $0 % 2 == 0) }) { seed, c, stream in
      let (states, wires, shots) = (CircuitStates(c.circuit), someWires(c.circuit.wires, &stream), 4000)
      let p = try states.probabilities(inputs: c.x, weights: c.weights, of: .wires(wires)).doubles
      let samples = try states.samples(inputs: c.x, weights: c.weights, of: .wires(wires), shots: shots, seed: seed)
      let counts = try states.counts(inputs: c.x, weights: c.weights, of: .wires(wires), shots: shots, seed: seed).doubles
      #expect(samples.shape == [c.batch, shots])
      let width = 1 << wires.count
      var histogram = [Double](repeating: 0, count: c.batch * width)
      for row in 0..<c.batch { for shot in 0..<shots { histogram[row * width + Int(samples[row * shots + shot])] += 1 } }
      #expect(histogram == counts)
      for i in p.indices {
        let deviation = (Double(shots) * max(0, p[i] * (1 - p[i]))).squareRoot()
        #expect(abs(counts[i] - Double(shots) * p[i]) <= 5.5 * deviation + 1e-6, "seed \(seed), element \(i): \(counts[i]), \(p[i])")
      }
      let threads = Parallel.threads
      Parallel.setThreads(1)
      defer { Parallel.setThreads(threads) }
      #expect(try states.counts(inputs: c.x, weights: c.weights, of: .wires(wires), shots: shots, seed: seed).doubles == counts)
    }
  }

  /// Noise: ρ from Pauli words against the channel applied by hand.
  @Test func noisyDensityMatricesAreMixtures() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RY", [0], [.input(0)])
    try circuit.append("CNOT", [0, 1])
    try circuit.append(ChannelKind.named("bit_flip").make([0.1]), [1])
    let inputs = Tensor([0.4, 1.3], [2, 1])
    let states = CircuitStates(circuit)
    let rho = try states.density(inputs: inputs, weights: nil, wires: []).doubles
    for row in 0..<2 {
      let (c, s) = (cos(inputs[row] / 2), sin(inputs[row] / 2))
      var expected = [Double](repeating: 0, count: 16)
      for (p, state) in [(0.9, [c, 0, 0, s]), (0.1, [0, c, s, 0])] {
        for a in 0..<4 { for b in 0..<4 { expected[4 * a + b] += p * state[a] * state[b] } }
      }
      let part = Array(rho[32 * row..<32 * (row + 1)])
      expectClose((0..<16).map { part[2 * $0] }, expected, 1e-12, "row \(row)")
      expectClose((0..<16).map { part[2 * $0 + 1] }, [Double](repeating: 0, count: 16), 1e-12, "row \(row)")
    }
    expectClose(try states.purity(inputs: inputs, weights: nil, wires: []).doubles, [0.82, 0.82], 1e-12, "purity")
    let h = -0.9 * Foundation.log2(0.9) - 0.1 * Foundation.log2(0.1)
    expectClose(try states.entropy(inputs: inputs, weights: nil, wires: []).doubles, [h, h], 1e-9, "entropy")
    var flipped: [Double] = []
    for x in [0.4, 1.3] {
      let one = sin(x / 2) * sin(x / 2)
      flipped += [0.9 - 0.8 * one, 0.1 + 0.8 * one]
    }
    let p = try states.probabilities(inputs: inputs, weights: nil, of: .wires([1])).doubles
    expectClose(p, flipped, 1e-12, "probabilities")
    // A flip leads to an orthogonal state, so the fidelity is the probability of none.
    var clean = try Circuit(wires: 2)
    try clean.append("RY", [0], [.input(0)])
    try clean.append("CNOT", [0, 1])
    expectClose(
      try states.fidelity(inputs: inputs, weights: nil, with: CircuitStates(clean), inputs: inputs, weights: nil).doubles,
      [0.9, 0.9], 1e-7, "fidelity")
    #expect(errorMessage { _ = try states.state(inputs: inputs, weights: nil) }
      == "the state of a circuit with noise: noise leaves no state vector; ask for the density matrix of some wires")
  }

  @Test func largeRegistersAgreeWithSmallOnes() throws {
    var circuit = try Circuit(wires: 14)
    for wire in 0..<14 { try circuit.append("RY", [wire], [.input(0, scale: 0.3 + 0.1 * Double(wire))]) }
    for wire in 0..<13 { try circuit.append("CNOT", [wire, wire + 1]) }
    for wire in 0..<14 { try circuit.append("RX", [wire], [.weight(wire % 3)]) }
    let (x, w) = (Tensor([0.7, -1.1], [2, 1]), Tensor([0.2, 0.9, -0.4], [3]))
    let states = CircuitStates(circuit)
    let expected = (0..<2).map { MeasureReference.branches(circuit, inputs: [x[$0]], weights: w.doubles) }
    expectClose(
      try states.probabilities(inputs: x, weights: w, of: .wires([3, 11])).doubles,
      expected.flatMap { MeasureReference.probabilities(circuit, $0, [3, 11]) }, 1e-12, "probabilities")
    expectClose(
      try states.density(inputs: x, weights: w, wires: [0, 13]).doubles,
      expected.flatMap { MeasureReference.density($0, [0, 13], of: 14).flatMap { $0.flatMap { [$0.re, $0.im] } } }, 1e-12, "density")
  }

  @Test func measurementsAtTheEndLeaveTheState() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("H", [0])
    try circuit.append("CNOT", [0, 1])
    let before = try CircuitStates(circuit).state(inputs: nil, weights: nil).doubles
    for wire in 0..<2 { try circuit.measure(wire: wire) }
    let states = CircuitStates(circuit)
    #expect(try states.state(inputs: nil, weights: nil).doubles == before)
    expectClose(try states.probabilities(inputs: nil, weights: nil, of: .bits([1, 0])).doubles, [0.5, 0, 0, 0.5], 1e-15, "bits")
    expectClose(try states.entropy(inputs: nil, weights: nil, wires: [1]).doubles, [1], 1e-12, "entropy")
  }

  @Test func refusalsSayWhatIsRight() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("H", [0])
    try circuit.measure(wire: 0)
    try circuit.append(Gates.named("X"), [1], [], if: [.init(bit: 0, value: true)])
    let states = CircuitStates(circuit)
    let rows: [(String, () throws -> Void)] = [
      ("the state of a circuit that measures or resets on the way: that leaves no state vector; ask for the density matrix of some wires",
        { _ = try states.state(inputs: nil, weights: nil) }),
      ("classical bit 3 is not in 0..0", { _ = try states.probabilities(inputs: nil, weights: nil, of: .bits([3])) }),
      ("wire 2 is not in 0..1", { _ = try states.probabilities(inputs: nil, weights: nil, of: .wires([2])) }),
      ("shots is 0; it must be 1 or more", { _ = try states.samples(inputs: nil, weights: nil, of: .wires([]), shots: 0, seed: 0) }),
      ("base is 1.0; it must be above 0 and not 1", { _ = try states.entropy(inputs: nil, weights: nil, wires: [0], base: 1) }),
      ("the fidelity of circuits of 2 wires and of 3; they must have equally many",
        { _ = try states.fidelity(inputs: nil, weights: nil, with: CircuitStates(Circuit(wires: 3)), inputs: nil, weights: nil) }),
    ]
    for (expected, body) in rows { #expect(errorMessage(body) == expected) }
  }
}
