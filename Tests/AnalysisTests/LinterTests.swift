// What the linter says of noise, measurements on the way, amplitudes, observables and constants.

@preconcurrency import Circuits
import Testing

@Suite struct LinterTests {
  @Test func saysWhichWiresAreUnused() throws {
    var circuit = try Circuit(wires: 4)
    try circuit.append("RX", [1], [.weight(0)])
    try circuit.measure("Z", [1])
    #expect(circuit.lint() == ["wires 0, 2, 3 are never used"])
  }

  @Test func saysWhichOutputsAreConstant() throws {
    var circuit = try Circuit(wires: 3)
    try circuit.append("RY", [0], [.weight(0)])
    try circuit.append("H", [1])
    try circuit.measure("Z", [0])
    try circuit.measure("X", [1])
    try circuit.measure("Y", [2])
    #expect(circuit.lint() == ["output 2 (Y2) is always 0", "output 1 (X1) is constant: no input and no weight reaches it"])
    // Without parameters everything is constant, which is no mistake.
    var bell = try Circuit(wires: 2)
    try bell.append("H", [0])
    try bell.append("CNOT", [0, 1])
    try bell.measure("ZZ", [0, 1])
    try bell.measure("XX", [0, 1])
    #expect(bell.lint().isEmpty)
  }

  @Test func looksIntoNoise() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RY", [0], [.weight(0)])
    try circuit.append("RX", [1], [.weight(1)])
    try circuit.append(Dephasing(), [0])
    try circuit.append(Dephasing(), [1])
    try circuit.append("RX", [1], [.weight(2)])
    try circuit.measure("Z", [0])
    try circuit.measure("Y", [1])
    #expect(circuit.lint() == ["1 channel cannot change any measured value: Dephasing on wire 0"])
  }

  @Test func looksThroughMeasurementsOnTheWay() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RY", [0], [.weight(0)])
    let bit = try circuit.measure(wire: 0)
    try circuit.append(try Gates.named("X"), [1], [], if: [.init(bit: bit, value: true)])
    try circuit.append("RY", [0], [.weight(1)])
    try circuit.measure("Z", [1])
    #expect(circuit.lint() == [
      "1 gate cannot change any measured value: RY on wire 0",
      "weight 1 has no effect: its gradient is always zero",
    ])
    var repeated = try Circuit(wires: 1)
    try repeated.append("RY", [0], [.weight(0)])
    try repeated.measure(wire: 0)
    try repeated.append("Z", [0])
    try repeated.measure("Z", [0])
    #expect(repeated.lint() == [
      "1 measurement on the way cannot change any measured value: on wire 0",
      "1 gate cannot change any measured value: Z on wire 0",
    ])
    var fresh = try Circuit(wires: 1)
    try fresh.reset(wire: 0)
    try fresh.append("RY", [0], [.weight(0)])
    try fresh.measure("Z", [0])
    #expect(fresh.lint() == ["1 reset cannot change any measured value: on wire 0"])
  }

  @Test func knowsWhichOutputsSeeAmplitudes() throws {
    var circuit = try Circuit(wires: 3)
    try circuit.prepare(AmplitudeEncoding(count: 4, wires: [0, 1]))
    try circuit.append("RY", [2], [.weight(0)])
    try circuit.measure("Z", [0])
    try circuit.measure("Z", [2])
    #expect(circuit.lint().isEmpty)
    var unseen = try Circuit(wires: 2)
    try unseen.prepare(AmplitudeEncoding(count: 2, wires: [0]))
    try unseen.append("RY", [1], [.weight(0)])
    try unseen.measure("Z", [1])
    #expect(unseen.lint() == ["no output depends on inputs 0, 1"])
  }

  @Test func looksIntoHamiltonians() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RY", [0], [.weight(0)])
    try circuit.append("H", [1])
    try circuit.measure(.expectation(PauliSum([
      (0.5, PauliWord("", [])), (1, PauliWord("Z", [0])), (2, PauliWord("X", [1])), (0, PauliWord("ZX", [0, 1])),
    ])))
    #expect(circuit.lint() == [
      "1 of the 2 Pauli words of output 0 is constant: no input and no weight changes its value",
      "1 term of output 0 has coefficient 0",
    ])
  }

  @Test func manyResetsAreNoTrouble() throws {
    var circuit = try Circuit(wires: 2)
    for _ in 0..<80 {
      try circuit.append("RY", [0], [.weight(0)])
      try circuit.reset(wire: 0)
    }
    try circuit.measure("Z", [0])
    #expect(circuit.lint() == ["wire 1 is never used"])
  }

  /// Long circuits of seven wires are no trouble; the time is printed, not judged.
  @Test func longCircuits() throws {
    var circuit = try Circuit(wires: 7)
    for q in 0..<7 { try circuit.append("RY", [q], [.input(q)]) }
    for _ in 0..<20 {
      for q in 0..<7 { try circuit.append("Rot", [q], (0..<3).map { .weight(circuit.weightCount + $0) }) }
      for q in 0..<7 { try circuit.append("CNOT", [q, (q + 1) % 7]) }
      try circuit.append("Toffoli", [0, 1, 2])
    }
    for q in 0..<7 { try circuit.measure("Z", [q]) }
    let clock = ContinuousClock()
    var findings: [String] = []
    let time = clock.measure { findings = circuit.lint() }
    print("lint of 7 wires, 20 layers: \(time)")
    // RZ before Z, with controls alone between them.
    #expect(findings == ["7 weights have no effect, their gradients are always zero: 401, 404, 407, 410, 413, 416, 419"])
  }
}
