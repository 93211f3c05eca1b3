// Counts of circuits.

import Analysis
import Circuits
import Testing

@Suite struct ResourcesTests {
  @Test func countsGatesByName() throws {
    var circuit = try Circuit(wires: 3)
    for q in 0..<3 { try circuit.append("RY", [q], [.input(q)]) }
    try circuit.append("CNOT", [0, 1])
    try circuit.append("CNOT", [1, 2])
    try circuit.measure("Z", [2])
    let resources = circuit.resources
    #expect(resources.gates.map(\.name) == ["RY", "CNOT"])
    #expect(resources.gates.map(\.count) == [3, 2])
    #expect(resources.entanglingGates == 2 && resources.depth == 3 && resources.inputs == 3)
  }
}
