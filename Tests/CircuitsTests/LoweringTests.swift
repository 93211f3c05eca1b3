// What operations lower to: sums of angles, conditions, measurements on the way.

import Circuits
import Tensors
import Testing

@Suite struct LoweringTests {
  @Test func sumsBecomeOneRotationPerTerm() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append(
      Gates.named("Rot"), [0],
      [AngleSum([.input(0), Angle(.weight(0), scale: 2, offset: 0.5)]), AngleSum(.constant(1)), AngleSum(.weight(1))])
    let angles = circuit.lowered().instructions.compactMap { entry -> Angle? in
      if case .rotation(let rotation) = entry.instruction { return rotation.angle } else { return nil }
    }
    #expect(angles == [.input(0), Angle(.weight(0), scale: 2, offset: 0.5), .constant(1), .weight(1)])
  }

  /// A measurement at the end keeps its result in its own wire; one that is used gets a wire of its own.
  @Test func measurementsAreDeferred() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("H", [0])
    let bit = try circuit.measure(wire: 0)
    try circuit.append(Gates.named("X"), [1], [], if: [.init(bit: bit, value: true)])
    try circuit.measure(wire: 1)
    let lowering = circuit.lowered()
    #expect(lowering.wires == 3)
    #expect(lowering.classicalBits == [4, 1])
    #expect(lowering.instructions.map(\.instruction.support) == [2, 6, 5])
  }
}
