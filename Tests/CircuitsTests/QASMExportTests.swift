// Circuits written as OpenQASM and read again are the same circuits.

import Circuits
import Foundation
import Tensors
import Testing

@Suite struct QASMExportTests {
  @Test(arguments: [2, 3]) func everyGateSurvivesARoundTrip(version: Int) throws {
    var stream = RandomStream(seed: 11, purpose: .circuit)
    var gates = Gates.all
    gates += [try MultiRZ(wires: 3), try PauliRot("XYZI"), try PauliRot("II"), try UnitaryGate(RandomCircuits.unitary(1, &stream))]
    gates += [try UnitaryGate(RandomCircuits.unitary(2, &stream)), try UnitaryGate(RandomCircuits.unitary(3, &stream))]
    gates += [try UnitaryGate(.identity(8)), try UnitaryGate(ComplexMatrix(dimension: 2, re: [0, 1, 1, 0], im: [0, 0, 0, 0]))]
    let plain = gates
    for values in [[true], [false], [true, false], [true, true, true]] {
      gates += plain.filter { $0.wireCount + values.count <= 5 }.map { Controlled($0, values: values) }
    }
    gates += plain.map { Adjoint($0) }
    for gate in gates {
      var circuit = try Circuit(wires: 5)
      for wire in 0..<5 { try circuit.append("U3", [wire], [.constant(1 + Double(wire)), .constant(0.3), .constant(2)]) }
      try circuit.append("CNOT", [0, 3])
      try circuit.append(gate, Array(stream.permutation(5).prefix(gate.wireCount)), (0..<gate.angleCount).map { _ in .constant(6 * stream.uniform() - 3) })
      let text = try circuit.qasm(version: version)
      let again = try Circuit(qasm: text)
      let distance = DenseRun(again).distance(to: DenseRun(circuit))
      #expect(distance < 1e-13, "\(gate.name) \(gate.symbols) version \(version): \(distance)\n\(text)")
      #expect(text.utf8.allSatisfy { $0 < 128 })
    }
  }

  /// With values (both versions) and with parameters (version 3).
  @Test(arguments: 0..<300) func randomCircuitsSurviveARoundTrip(seed: Int) throws {
    let circuit = try RandomCircuits.circuit(seed: UInt64(seed), isParametric: seed % 3 > 0)
    let inputs = [0.7, -1.3, 2.1].prefix(circuit.inputCount).map { $0 }
    let weights = [0.4, 1.9, -0.8].prefix(circuit.weightCount).map { $0 }
    let expected = DenseRun(circuit, inputs: inputs, weights: weights)
    for version in [2, 3] {
      let text = try circuit.qasm(version: version, inputs: inputs, weights: weights)
      let distance = DenseRun(try Circuit(qasm: text)).distance(to: expected)
      #expect(distance < 1e-12, "seed \(seed), version \(version): \(distance)\n\(text)")
    }
    let text = try circuit.qasm(version: 3)
    let again = try Circuit(qasm: text)
    #expect(again.inputCount == circuit.inputCount && again.weightCount == circuit.weightCount || text.contains("input"))
    let distance = DenseRun(again, inputs: inputs, weights: weights).distance(to: expected)
    #expect(distance < 1e-12, "seed \(seed), parameters: \(distance)\n\(text)")
    let partly = try Circuit(qasm: circuit.qasm(version: 3, inputs: inputs))
    #expect(DenseRun(partly, weights: weights).distance(to: expected) < 1e-12, "seed \(seed), inputs given")
  }

  @Test func versionTwoLooksLikeThis() throws {
    var circuit = try Circuit(wires: 3)
    try circuit.append("H", [0])
    try circuit.append("RX", [1], [Angle(.input(0), scale: 2, offset: 0.5)])
    try circuit.append("PhaseShift", [1], [.constant(1e-5)])
    try circuit.append("SWAP", [0, 2])
    try circuit.append("Rot", [2], [.weight(0), .constant(0.25), .constant(-3)])
    let bit = try circuit.measure(wire: 0)
    try circuit.append(Gates.named("X"), [1], [], if: [.init(bit: bit, value: true)])
    try circuit.measure(wire: 1)
    try circuit.reset(wire: 2)
    try circuit.barrier([0, 2])
    try circuit.measure("Z", [0])
    try circuit.measure("XY", [1, 2])
    #expect(try circuit.qasm(version: 2, inputs: [0.1], weights: [1.5]) == """
      OPENQASM 2.0;
      include "qelib1.inc";
      // measured at the end: <Z0>, <X1 Y2>
      gate hqnn_swap q0,q1 { cx q1,q0; cx q0,q1; cx q1,q0; }
      gate hqnn_rot(p0,p1,p2) q0 { rz(p0) q0; ry(p1) q0; rz(p2) q0; }
      qreg q[3];
      creg c0[1];
      creg c1[1];
      h q[0];
      rx(0.7) q[1];
      u1(1.0e-05) q[1];
      hqnn_swap q[0],q[2];
      hqnn_rot(1.5,0.25,-3.0) q[2];
      measure q[0] -> c0[0];
      if(c0==1) x q[1];
      measure q[1] -> c1[0];
      reset q[2];
      barrier q[0],q[2];

      """)
    #expect(try circuit.qasm(version: 3) == """
      OPENQASM 3.0;
      include "stdgates.inc";
      // measured at the end: <Z0>, <X1 Y2>
      gate hqnn_rot(p0,p1,p2) q0 { rz(p0) q0; ry(p1) q0; rz(p2) q0; }
      input float[64] x0;
      input float[64] w0;
      qubit[3] q;
      bit[2] c;
      h q[0];
      rx(2.0*x0+0.5) q[1];
      p(1.0e-05) q[1];
      swap q[0],q[2];
      hqnn_rot(w0,0.25,-3.0) q[2];
      c[0] = measure q[0];
      if (c[0] == 1) { x q[1]; }
      c[1] = measure q[1];
      reset q[2];
      barrier q[0],q[2];

      """)
  }

  /// Bits that are compared together share a register.
  @Test func versionTwoComparesWholeRegisters() throws {
    var circuit = try Circuit(wires: 3)
    for wire in 0..<3 { try circuit.append("H", [wire]) }
    for wire in 0..<3 { try circuit.measure(wire: wire) }
    let both: [Circuits.Operation.ClassicalBit] = [.init(bit: 2, value: true), .init(bit: 1, value: false)]
    try circuit.append(Gates.named("X"), [0], [], if: both)
    let text = try circuit.qasm(version: 2)
    #expect(text.contains("creg c0[1];\ncreg c1[2];"))
    #expect(text.contains("if(c1==2) x q[0];"))
    #expect(DenseRun(try Circuit(qasm: text)).distance(to: DenseRun(circuit)) < 1e-13)
    #expect(try DenseRun(Circuit(qasm: circuit.qasm(version: 3))).distance(to: DenseRun(circuit)) < 1e-13)
    try circuit.append(Gates.named("Y"), [0], [], if: [both[0]])
    #expect(message { try circuit.qasm(version: 2) } == "operation 7 (Y) depends on bit 2 in a way that OpenQASM 2, which compares whole registers, cannot say: write version 3")
    #expect(try DenseRun(Circuit(qasm: circuit.qasm(version: 3))).distance(to: DenseRun(circuit)) < 1e-13)
  }

  @Test func whatHasNoCounterpartIsRefused() throws {
    var angles = try Circuit(wires: 1)
    try angles.append("RX", [0], [.input(1)])
    try angles.append("RY", [0], [.weight(0)])
    #expect(message { try angles.qasm(version: 2) } == "OpenQASM 2 has no parameters and the circuit has 2 inputs: give their values, or write version 3")
    #expect(message { try angles.qasm(version: 2, inputs: [1, 2]) } == "OpenQASM 2 has no parameters and the circuit has 1 weight: give its value, or write version 3")
    #expect(message { try angles.qasm(version: 3, inputs: [1]) } == "1 input for a circuit that has 2")
    #expect(message { try angles.qasm(version: 3, inputs: [1, .nan]) } == "one of the inputs is nan; it must be finite")
    #expect(message { try angles.qasm(version: 4) } == "OpenQASM version 4: 2 and 3 are supported")
    #expect(message { try angles.qasm(version: 2, inputs: [1, 1e308], weights: [.infinity]) } == "one of the weights is inf; it must be finite")
    var noisy = try Circuit(wires: 1)
    try noisy.append("H", [0])
    try noisy.append(AmplitudeDamping(0.1), [0])
    #expect(message { try noisy.qasm() } == "operation 1 is the channel amplitude_damping: noise has no counterpart in OpenQASM, write the circuit without it")
    var amplitudes = try Circuit(wires: 2)
    try amplitudes.prepare(AmplitudeEncoding(count: 4, wires: [0, 1]))
    for version in [2, 3] {
      #expect(message { try amplitudes.qasm(version: version, inputs: [1, 2, 3, 4]) } == "amplitude encoding has no counterpart in OpenQASM: encode the inputs as angles, or write the circuit without it")
    }
    var state = try Circuit(wires: 1)
    try state.prepare(re: [0, 1], im: [0, 0])
    #expect(message { try state.qasm() } == "a start state given by its amplitudes has no counterpart in OpenQASM: prepare it with gates")
    var readout = try Circuit(wires: 1)
    try readout.setReadoutError(ReadoutError(oneOfZero: 0.1, zeroOfOne: 0), wire: 0)
    #expect(message { try readout.qasm() } == "the readout error of wire 0 has no counterpart in OpenQASM: write the circuit without it")
  }

  private func message(_ body: () throws -> String) -> String? {
    do {
      _ = try body()
      return nil
    } catch { return (error as? EngineError)?.message }
  }
}
