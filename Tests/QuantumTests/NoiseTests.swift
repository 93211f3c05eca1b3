// Channels, noise models, and what is said about mistakes.

import Foundation
@preconcurrency import Circuits
@preconcurrency import Quantum
import Tensors
import Testing

@Suite struct NoiseTests {
  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
  }

  @Test func everyChannelPreservesTheTrace() throws {
    var stream = RandomStream(seed: 11, purpose: .tensor)
    for _ in 0..<300 {
      let channel = try RandomCircuits.channel(&stream, wires: 2)
      var sum = ComplexMatrix(dimension: 1 << channel.wireCount)
      for k in channel.kraus { sum = sum + k.adjoint * k }
      #expect(sum.distance(to: .identity(sum.dimension)) < 1e-14, "\(channel.name)")
    }
  }

  @Test func relaxationIsThatOfItsTimes() throws {
    for excited in [0, 0.3, 1.0] {
      let c = try ThermalRelaxation(t1: 2, t2: 3, time: 0.7, excited: excited)
      var circuit = try Circuit(wires: 1)
      try circuit.append("RY", [0], [.constant(1.1)])
      try circuit.append(c, [0])
      try circuit.measure("X", [0])
      try circuit.measure("Z", [0])
      let values = try CircuitRunner(circuit).expectations(inputs: nil, weights: nil).doubles
      let rest = 1 - 2 * excited
      expectClose(
        values, [sin(1.1) * exp(-0.7 / 3), rest + (cos(1.1) - rest) * exp(-0.7 / 2)], 1e-14, "excited \(excited)")
    }
  }

  @Test func mistakesAreNamed() throws {
    let nan = Double.nan
    for (text, body) in [
      ("depolarizing: p is 1.5; it must be in [0, 1]", { _ = try Depolarizing(1.5) }),
      ("bit_flip: p is nan; it must be in [0, 1]", { _ = try BitFlip(nan) }),
      ("amplitude_damping: gamma is -0.1; it must be in [0, 1]", { _ = try AmplitudeDamping(-0.1) }),
      ("thermal_relaxation: t2 is 5.0, t1 is 1.0; t2 must be at most 2 t1", { _ = try ThermalRelaxation(t1: 1, t2: 5, time: 1) }),
      ("pauli_error: the probabilities add up to 1.2; their sum must be at most 1", { _ = try PauliError([("X", 0.6), ("Y", 0.6)]) }),
      ("off the identity by 0.75; at most 1e-10 is allowed", {
        _ = try KrausChannel([ComplexMatrix(dimension: 2, re: [0.5, 0, 0, 1], im: [0, 0, 0, 0])])
      }),
      ("unknown channel 'depolarising' (did you mean 'depolarizing'?)", { _ = try ChannelKind.named("depolarising") }),
      ("depolarizing takes 1 parameter (p), got 2", { _ = try ChannelKind.named("depolarizing").make([0.1, 0.2]) }),
      ("unknown kind of gate 'one_wires' (did you mean 'one_wire'?)", { _ = try NoiseSelector.named("one_wires") }),
    ] as [(String, () throws -> Void)] {
      let actual = message(body)
      #expect(actual.contains(text), "\(actual)")
    }
  }

  @Test func methodsSayWhatTheyCannotDo() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append(BitFlip(0.1), [0])
    try circuit.measure("Z", [0])
    #expect(message { _ = try CircuitRunner(circuit, options: RunOptions(method: .gates)) }.contains("\"density\""))
    var large = try Circuit(wires: 24)
    try large.append(BitFlip(0.1), [0])
    try large.measure("Z", [0])
    let actual = message { _ = try CircuitRunner(large).expectations(inputs: nil, weights: nil) }
    #expect(actual.contains("needs 18,014,398,509,481,984 bytes") && actual.contains("trajectories"), "\(actual)")
  }

  @Test func modelsAttachChannelsByKind() throws {
    var circuit = try Circuit(wires: 3)
    try circuit.append("RY", [0], [.input(0)])
    try circuit.append("H", [1])
    try circuit.append("CNOT", [0, 2])
    try circuit.measure("Z", [2])
    func names(_ selector: NoiseSelector, _ channel: any Channel) throws -> [String] {
      var model = NoiseModel()
      try model.add(selector, channel)
      return try circuit.noisy(model).operations.map { "\($0.name) \($0.wires.map(String.init).joined(separator: ","))" }
    }
    let p = try Depolarizing(0.1)
    #expect(try names(.all, p) == ["RY 0", "depolarizing 0", "H 1", "depolarizing 1", "CNOT 0,2", "depolarizing 0", "depolarizing 2"])
    #expect(try names(.oneWire, p) == ["RY 0", "depolarizing 0", "H 1", "depolarizing 1", "CNOT 0,2"])
    #expect(try names(.twoWire, DepolarizingPair(0.1)) == ["RY 0", "H 1", "CNOT 0,2", "depolarizing_pair 0,2"])
    #expect(try names(.encoding, p) == ["RY 0", "depolarizing 0", "H 1", "CNOT 0,2"])
    #expect(try names(.measure, p) == ["RY 0", "H 1", "CNOT 0,2", "depolarizing 2"])
    #expect(try names(.gate("H"), p) == ["RY 0", "H 1", "depolarizing 1", "CNOT 0,2"])
    #expect(message { _ = try names(.oneWire, DepolarizingPair(0.1)) }.contains("cannot follow gates of kind one_wire"))
  }

  /// Amplitude encoding and a constant start state before noise, and their gradients.
  @Test func preparedStatesMeetNoise() throws {
    for index in 0..<40 {
      var stream = RandomStream(seed: UInt64(index), purpose: .tensor, substream: 3)
      let wires = 2 + index % 3
      var circuit = try Circuit(wires: wires)
      if index % 4 == 3 {
        let re = (0..<1 << wires).map { _ in stream.normal() }, im = (0..<1 << wires).map { _ in stream.normal() }
        try circuit.prepare(re: re, im: im, normalize: true)
        try circuit.append("RX", [0], [.input(0)])
      } else {
        try circuit.prepare(AmplitudeEncoding(count: 3, wires: Array(stream.permutation(wires).prefix(2)), padding: 0.3))
      }
      for k in 0..<8 {
        try circuit.append("RY", [k % wires], [.weight(k)])
        try circuit.append(RandomCircuits.channel(&stream, wires: 1), [k % wires])
        try circuit.append("CNOT", [k % wires, (k + 1) % wires])
        if k % 3 == 0 { try circuit.append("CRX", [(k + 1) % wires, k % wires], [.weight(k)]) }
      }
      for wire in 0..<wires { try circuit.measure("Y", [wire]) }
      try circuit.measure("XZ", [0, 1])
      let inputs = Tensor.uniform(.float64, [3, circuit.inputCount], low: 0.2, high: 1, from: &stream)
      let weights = Tensor.uniform(.float64, [8], low: -3, high: 3, from: &stream)
      let runner = try CircuitRunner(circuit)
      let twin = (0..<3).flatMap {
        NoiseReference.expectations(circuit, inputs: inputs.rows($0..<$0 + 1).doubles, weights: weights.doubles)
      }
      expectClose(try runner.expectations(inputs: inputs, weights: weights).doubles, twin, 1e-12, "case \(index)")
      func gradient(_ options: RunOptions) throws -> [Double] {
        let g = try CircuitRunner(circuit, options: options).gradients(
          inputs: inputs, weights: weights, outputGradient: nil, wantInputs: true, wantWeights: true)
        return g.inputs!.doubles + g.weights!.doubles
      }
      expectClose(
        try gradient(RunOptions()), try gradient(RunOptions(differentiation: .finiteDifference, step: 1e-5)), 1e-8,
        "case \(index), gradient")
    }
  }

  /// Products of inputs, inputs with trainable scales and sums of angles, again and again, with noise between.
  @Test func reuploadingMeetsNoise() throws {
    for index in 0..<30 {
      var stream = RandomStream(seed: UInt64(index), purpose: .tensor, substream: 4)
      let wires = 1 + index % 3
      var circuit = try Circuit(wires: wires)
      for layer in 0..<3 {
        for q in 0..<wires {
          try circuit.append(Gates.named(["RX", "RY", "RZ"][stream.below(3)]), [q], [
            AngleSum([
              Angle(.weightedInput(weight: layer, input: q), scale: 0.7), Angle(.inputProduct(0, q), offset: 0.2),
              .weight(3 + q), .input(q, scale: 1.3),
            ])
          ])
          try circuit.append(RandomCircuits.channel(&stream, wires: 1), [q])
        }
        for q in 1..<max(1, wires) {
          try circuit.append("CRY", [q - 1, q], [Angle(.inputProduct(q, q), scale: 0.4)])
          try circuit.append(RandomCircuits.channel(&stream, wires: 1), [q])
        }
      }
      for q in 0..<wires { try circuit.measure("Z", [q]) }
      let inputs = Tensor.uniform(.float64, [2, wires], low: -1, high: 1, from: &stream)
      let weights = Tensor.uniform(.float64, [circuit.weightCount], low: -2, high: 2, from: &stream)
      let runner = try CircuitRunner(circuit)
      let twin = (0..<2).flatMap {
        NoiseReference.expectations(circuit, inputs: inputs.rows($0..<$0 + 1).doubles, weights: weights.doubles)
      }
      expectClose(try runner.expectations(inputs: inputs, weights: weights).doubles, twin, 1e-12, "case \(index)")
      func gradient(_ options: RunOptions) throws -> [Double] {
        let g = try CircuitRunner(circuit, options: options).gradients(
          inputs: inputs, weights: weights, outputGradient: nil, wantInputs: true, wantWeights: true)
        return g.inputs!.doubles + g.weights!.doubles
      }
      let exact = try gradient(RunOptions())
      expectClose(exact, try gradient(RunOptions(differentiation: .parameterShift)), 1e-11, "case \(index), shift")
      expectClose(
        exact, try gradient(RunOptions(differentiation: .finiteDifference, step: 1e-5)), 1e-8, "case \(index), differences")
    }
  }

  /// Measurements on the way, conditions and resets run as densities, and trajectories agree with them.
  @Test func measurementsOnTheWayMeetNoise() throws {
    func make(noisy: Bool) throws -> Circuit {
      var circuit = try Circuit(wires: 2)
      try circuit.append("RY", [0], [.weight(0)])
      if noisy { try circuit.append(BitFlip(0.2), [0]) }
      let bit = try circuit.measure(wire: 0)
      try circuit.append(Gates.named("RX"), [1], [AngleSum(.weight(1))], if: [.init(bit: bit, value: true)])
      try circuit.reset(wire: 0)
      if noisy { try circuit.append(AmplitudeDamping(0.3), [1]) }
      try circuit.append("CRY", [1, 0], [.weight(0)])
      try circuit.measure("Z", [0])
      try circuit.measure("Z", [1])
      return circuit
    }
    let weights = Tensor([0.8, 1.3], [2])
    func run(_ circuit: Circuit, _ options: RunOptions) throws -> [Double] {
      try CircuitRunner(circuit, options: options).expectations(inputs: nil, weights: weights).doubles
    }
    let clean = try make(noisy: false)
    expectClose(
      try run(clean, RunOptions(method: .density)), try run(clean, RunOptions(method: .gates)), 1e-13, "without noise")
    // 1 is measured with probability p; then the second wire turns and loses a part of what it got.
    let p = 0.8 * sin(0.4) * sin(0.4) + 0.2 * cos(0.4) * cos(0.4)
    let one = p * sin(0.65) * sin(0.65) * 0.7
    let noisy = try make(noisy: true)
    expectClose(try run(noisy, RunOptions()), [1 - one * (1 - cos(0.8)), 1 - 2 * one], 1e-13, "with noise")
    let (values, errors) = try CircuitRunner(
      noisy, options: RunOptions(method: .trajectories, seed: 2, trajectories: 4000)
    ).expectationsWithErrors(inputs: nil, weights: weights)
    let exact = try run(noisy, RunOptions())
    for k in 0..<2 { #expect(abs(values[k] - exact[k]) < 5 * errors[k]) }
  }

  /// Many controls, and swaps with them, become rotations and small maps.
  @Test func manyControlsRunAsDensities() throws {
    var circuit = try Circuit(wires: 5)
    for wire in 0..<5 { try circuit.append("RY", [wire], [.weight(wire)]) }
    for name in ["H", "SX", "T", "Y"] {
      let gate = try (0..<4).reduce(Gates.named(name)) { gate, _ in Controlled(gate, values: [true]) }
      try circuit.append(gate, [4, 2, 0, 1, 3])
      try circuit.append("RX", [3], [.weight(5)])
    }
    let swap = try (0..<3).reduce(Gates.named("SWAP")) { gate, _ in Controlled(gate, values: [true]) }
    try circuit.append(swap, [0, 3, 1, 2, 4])
    for wire in 0..<5 { try circuit.measure(["X", "Y", "Z"][wire % 3], [wire]) }
    let weights = Tensor([0.3, 1.1, 2.0, 0.7, 1.9, 0.6], [6])
    let exact = try CircuitRunner(circuit, options: RunOptions(method: .gates)).expectations(inputs: nil, weights: weights)
    let density = try CircuitRunner(circuit, options: RunOptions(method: .density)).expectations(inputs: nil, weights: weights)
    expectClose(density.doubles, exact.doubles, 1e-12, "five wires")
  }

  /// Eight wires: the largest product form, its gradient, and vectors kept in part only on the way back.
  @Test func eightWiresAgreeInBothPictures() throws {
    var circuit = try Circuit(wires: 8)
    for q in 0..<8 { try circuit.append("RY", [q], [.input(q)]) }
    for layer in 0..<2 {
      for q in 0..<8 { try circuit.append("Rot", [q], (0..<3).map { .weight((layer * 8 + q) * 3 + $0) }) }
      for q in 0..<8 { try circuit.append("CNOT", [q, (q + 1) % 8]) }
    }
    for q in 0..<8 { try circuit.measure("Z", [q]) }
    var model = NoiseModel()
    try model.add(.all, AmplitudeDamping(0.03))
    circuit = try circuit.noisy(model)
    var stream = RandomStream(seed: 5, purpose: .tensor)
    let x = Tensor.uniform(.float64, [2, 8], low: 0, high: 3, from: &stream)
    let w = Tensor.uniform(.float64, [48], low: 0, high: 6, from: &stream)
    let results = try [RunMethod.product, .density].map { method -> [[Double]] in
      let runner = try CircuitRunner(circuit, options: RunOptions(method: method))
      let g = try runner.gradients(inputs: x, weights: w, outputGradient: nil, wantInputs: true, wantWeights: true)
      return [try runner.expectations(inputs: x, weights: w).doubles, g.inputs!.doubles, g.weights!.doubles]
    }
    for k in 0..<3 { expectClose(results[0][k], results[1][k], 1e-11, "part \(k)") }
  }
}
