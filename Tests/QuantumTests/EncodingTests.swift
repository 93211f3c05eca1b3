// Encodings, time evolution and blocks against the dense twin and against definitions.

import Circuits
import Foundation
import Quantum
import Tensors
import Testing

@Suite struct EncodingTests {
  private func outputs(_ circuit: Circuit, _ inputs: [Double], _ weights: [Double] = [], _ method: RunMethod = .automatic) throws -> [Double] {
    let runner = try CircuitRunner(circuit, options: RunOptions(method: method))
    return try runner.expectations(
      inputs: inputs.isEmpty ? nil : Tensor(inputs, [1, inputs.count]),
      weights: weights.isEmpty ? nil : Tensor(weights, [weights.count])).doubles
  }

  /// All encodings on random wires, in all methods, also their gradients against differences.
  @Test func encodingsAgreeWithTheDenseTwin() throws {
    for seed in UInt64(1)...60 {
      var stream = RandomStream(seed: seed, purpose: .tensor)
      let n = 2 + Int(seed % 3)
      let encoding = Encoding.allCases[Int(seed) % Encoding.allCases.count]
      var options = EncodingOptions()
      let count = 1 + stream.below(n)
      options.wires = Array(stream.permutation(n).prefix(count))
      options.inputs = (0..<count).map { _ in stream.below(3) }
      (options.axis, options.scale, options.offset) = ([Character]("XYZ")[stream.below(3)], 1.3, 0.2)
      (options.hadamard, options.layers) = (stream.below(2) == 0, 1 + stream.below(2))
      options.pattern = [.full, .linear, .ring, .random][stream.below(4)]
      var circuit = try Circuit(wires: n)
      try circuit.append(encoding, options)
      try circuit.append(.stronglyEntangling, layers: 1)
      for q in 0..<n { try circuit.measure("Z", [q]) }
      let inputs = (0..<circuit.inputCount).map { _ in 4 * stream.uniform() - 2 }
      let weights = (0..<circuit.weightCount).map { _ in 4 * stream.uniform() - 2 }
      let expected = DenseReference.expectations(circuit, inputs: inputs, weights: weights)
      for method in [RunMethod.automatic, .gates, .unitary, .state] {
        expectClose(try outputs(circuit, inputs, weights, method), expected, 1e-12, "seed \(seed), \(encoding), \(method)")
        let runner = try CircuitRunner(circuit, options: RunOptions(method: method))
        let (x, w) = (Tensor(inputs, [1, inputs.count]), Tensor(weights, [weights.count]))
        let exact = try runner.jacobian(inputs: x, weights: w)
        let differences = try CircuitRunner(circuit, options: RunOptions(method: method, differentiation: .finiteDifference, step: 1e-6))
          .jacobian(inputs: x, weights: w)
        expectClose(exact.inputs.doubles, differences.inputs.doubles, 1e-8, "seed \(seed), \(encoding), \(method), inputs")
        expectClose(exact.weights.doubles, differences.weights.doubles, 1e-8, "seed \(seed), \(encoding), \(method), weights")
      }
    }
  }

  /// The kernel |⟨φ(x)|φ(y)⟩|² of the ZZ feature map, from U(x) followed by the inverse of U(y) on the same wires.
  @Test func theZZFeatureMapIsThatOfTheLiterature() throws {
    let (x, y) = ([0.3, -0.7], [1.1, 0.4])
    // Qiskit's gates: H, P(2x), CX P(2(π-x)(π-y)) CX, twice.
    func literal(_ v: [Double]) throws -> Circuit {
      var circuit = try Circuit(wires: 2)
      for _ in 0..<2 {
        for q in 0..<2 {
          try circuit.append("H", [q])
          try circuit.append("PhaseShift", [q], [.constant(2 * v[q])])
        }
        try circuit.append("CNOT", [0, 1])
        try circuit.append("PhaseShift", [1], [.constant(2 * (.pi - v[0]) * (.pi - v[1]))])
        try circuit.append("CNOT", [0, 1])
      }
      return circuit
    }
    var map = try Circuit(wires: 2)
    var options = EncodingOptions()
    options.layers = 2
    try map.append(.zzFeatureMap, options)
    for (v, other) in [(x, y), (y, x)] {
      var circuit = try Circuit(wires: 2)
      try circuit.append(map)
      try circuit.append(literal(other), Modifiers(adjoint: true))
      try circuit.measure(.probabilities([0, 1]))
      var both = try Circuit(wires: 2)
      try both.append(literal(v))
      try both.append(literal(other), Modifiers(adjoint: true))
      try both.measure(.probabilities([0, 1]))
      expectClose(try outputs(circuit, v), try outputs(both, []), 1e-12, "kernel")
    }
  }

  /// Product formulas: exact for commuting terms, of their order otherwise.
  @Test func evolutionHasItsOrder() throws {
    let commuting = PauliSum([(0.7, PauliWord("ZZ", [0, 1])), (-0.4, PauliWord("Z", [2])), (0.9, PauliWord("", []))])
    var stream = RandomStream(seed: 4, purpose: .tensor)
    for order in [1, 2] {
      var circuit = try Circuit(wires: 3)
      for q in 0..<3 { try circuit.append("RY", [q], [.constant(stream.uniform())]) }
      var exact = circuit
      try circuit.evolve(commuting, time: AngleSum(.weight(0)), steps: 3, order: order)
      try exact.append("IsingZZ", [0, 1], [.weight(0, scale: 1.4)])
      try exact.append("RZ", [2], [.weight(0, scale: -0.8)])
      for q in 0..<3 {
        try circuit.measure("X", [q])
        try exact.measure("X", [q])
      }
      expectClose(try outputs(circuit, [], [1.3]), try outputs(exact, [], [1.3]), 1e-13, "order \(order)")
    }
    let ising = PauliSum([(1, PauliWord("ZZ", [0, 1])), (0.8, PauliWord("X", [0])), (0.6, PauliWord("Y", [1]))])
    func value(_ steps: Int, _ order: Int) throws -> [Double] {
      var circuit = try Circuit(wires: 2)
      try circuit.evolve(ising, time: AngleSum(.constant(0.9)), steps: steps, order: order)
      for word in ["ZX", "YY", "XZ"] { try circuit.measure(word, [0, 1]) }
      return try outputs(circuit, [])
    }
    let exact = try value(4096, 2)
    func error(_ steps: Int, _ order: Int) throws -> Double { zip(try value(steps, order), exact).map { abs($0 - $1) }.max()! }
    #expect(abs(try error(64, 1) / error(128, 1) - 2) < 0.1)
    #expect(abs(try error(16, 2) / error(32, 2) - 4) < 0.2)
  }

  /// U then the inverse block of U, with controls in any state, is nothing.
  @Test func invertedBlocksUndo() throws {
    for seed in UInt64(1)...60 {
      let c = try RandomCircuits.make(seed: seed, wires: 3, gates: 12, encoding: .anywhere, batch: 1, type: .float64)
      var stream = RandomStream(seed: seed, purpose: .tensor)
      var circuit = try Circuit(wires: 5)
      for q in 0..<5 { try circuit.append("RY", [q], [.constant(3 * stream.uniform())]) }
      let start = DenseReference.state(circuit, inputs: [], weights: [])
      let wires = Array(stream.permutation(5))
      let controls = Array(wires.suffix(1 + stream.below(2)))
      let values = controls.map { _ in stream.below(2) == 0 }
      for adjoint in [false, true] {
        try circuit.append(
          c.circuit, wires: Array(wires.prefix(3)), weights: 0, Modifiers(adjoint: adjoint, controls: controls, values: values))
      }
      let state = DenseReference.state(circuit, inputs: c.inputs.doubles, weights: c.weights.doubles)
      expectClose(state.map(\.re), start.map(\.re), 1e-12, "seed \(seed), real")
      expectClose(state.map(\.im), start.map(\.im), 1e-12, "seed \(seed), imaginary")
      // And the engine runs controlled gates of any kind as the twin does.
      var once = try Circuit(wires: 5)
      for q in 0..<5 { try once.append("RY", [q], [.constant(3 * stream.uniform())]) }
      try once.append(c.circuit, wires: Array(wires.prefix(3)), weights: 0, Modifiers(adjoint: seed % 2 == 0, controls: controls, values: values))
      for q in 0..<5 { try once.measure(["X", "Y", "Z"][stream.below(3)], [q]) }
      let (x, w) = (c.inputs.doubles, c.weights.doubles)
      let expected = DenseReference.expectations(once, inputs: x, weights: w)
      for method in [RunMethod.gates, .unitary, .state] {
        expectClose(
          try outputs(once, once.inputCount == 0 ? [] : Array(x.prefix(once.inputCount)), Array(w.prefix(once.weightCount)), method),
          expected, 1e-11, "seed \(seed), \(method)")
      }
    }
  }

  @Test func amplitudesAreRefusedWithASentence() throws {
    var strict = try Circuit(wires: 2)
    try strict.prepare(AmplitudeEncoding(count: 4, wires: [0, 1], normalize: false, padding: nil))
    try strict.measure("Z", [0])
    var free = try Circuit(wires: 2)
    try free.prepare(AmplitudeEncoding(count: 4, wires: [0, 1], normalize: true, padding: nil))
    try free.measure("Z", [0])
    for method in [RunMethod.automatic, .gates, .unitary, .state] {
      let zero = message { _ = try outputs(free, [0, 0, 0, 0], [], method) }
      #expect(zero.contains("sample 0") && zero.contains("0"), "\(method): \(zero)")
      let long = message { _ = try outputs(strict, [1, 1, 0, 0], [], method) }
      #expect(long.contains("sample 0") && long.contains("norm"), "\(method): \(long)")
      #expect(message { _ = try outputs(free, [1, .nan, 0, 0], [], method) }.contains("nan"), "\(method)")
    }
    var circuit = try Circuit(wires: 2)
    let rows: [(String, () throws -> Void)] = [
      ("3 amplitudes for 2 wires, which need 4: give more, or pad_with a value", {
        try circuit.prepare(AmplitudeEncoding(count: 3, wires: [0, 1], padding: nil))
      }),
      ("5 amplitudes for 2 wires: the number must be in 1..4", { try circuit.prepare(AmplitudeEncoding(count: 5, wires: [0, 1])) }),
      ("pad_with is nan; it must be finite", { try circuit.prepare(AmplitudeEncoding(count: 3, wires: [0, 1], padding: .nan)) }),
      ("all amplitudes of the state are 0", { try circuit.prepare(re: [0, 0, 0, 0], im: [0, 0, 0, 0]) }),
      ("the amplitudes of the state have norm 2.0; it must be 1 (or ask for normalize)", {
        try circuit.prepare(re: [2, 0, 0, 0], im: [0, 0, 0, 0])
      }),
    ]
    for (expected, body) in rows { #expect(message(body) == expected) }
  }
}
