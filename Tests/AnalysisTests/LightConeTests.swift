// Light cones against random changes of single angles, and cones known by hand.

import Analysis
@preconcurrency import Circuits
import Quantum
import Tensors
import Testing

@Suite struct LightConeTests {
  @Test func conesOfSmallCircuits() throws {
    var circuit = try Circuit(wires: 4)
    for q in 0..<4 { try circuit.append("RY", [q], [.input(q)]) }        // 0 1 2 3
    try circuit.append("CNOT", [0, 1])                                     // 4
    try circuit.append("RY", [1], [.weight(0)])                            // 5
    try circuit.append("IsingZZ", [1, 2], [.weight(1)])                    // 6
    try circuit.measure("Z", [1])
    try circuit.measure("X", [2])
    let z = try circuit.lightCone(output: 0)
    // IsingZZ commutes with Z; CNOT turns ⟨X1⟩ into itself and ⟨Z1⟩ into ⟨Z0 Z1⟩.
    #expect(z == LightCone(operations: [0, 1, 4, 5], wires: [0, 1], inputs: [0, 1], weights: [0]))
    let x = try circuit.lightCone(output: 1)
    // ⟨X2⟩ becomes cos ⟨X2⟩ + sin ⟨Z1 Y2⟩, and Y vanishes on a state of RY: of wire 1 nothing remains.
    #expect(x.inputs == [2] && x.weights == [1] && x.operations.contains(6) && !x.operations.contains(5))
    #expect(throws: EngineError.self) { try circuit.lightCone(output: 2) }
    // The same on more wires: by wires alone.
    var wide = try Circuit(wires: 9)
    for operation in circuit.operations { try wide.append(operation, wires: [0, 1, 2, 3]) }
    try wide.measure("Z", [1])
    #expect(try wide.lightCone(output: 0).operations == [0, 1, 2, 4, 5, 6])
  }

  /// Changing an angle outside of the cone changes nothing, for many random values; and what is inside changes
  /// something in most circuits.
  @Test func nothingOutsideOfTheConeMatters() throws {
    var (inside, moved) = (0, 0)
    for seed in UInt64(1)...120 {
      let wires = 1 + Int(seed % 5)
      let circuit = try RandomCircuits.make(seed: seed, wires: wires, gates: 3 + Int(seed % 11), inputs: 2)
      let (n, w) = (circuit.inputCount, circuit.weightCount)
      guard n + w > 0 else { continue }
      let runner = try CircuitRunner(circuit)
      var stream = RandomStream(seed: seed, purpose: .tensor)
      // largest[output][slot]
      var largest = Array(repeating: [Double](repeating: 0, count: n + w), count: circuit.outputCount)
      for _ in 0..<4 {
        let x = n > 0 ? Tensor(RandomCircuits.values(n, &stream), [1, n]) : nil
        let theta = w > 0 ? Tensor(RandomCircuits.values(w, &stream), [w]) : nil
        let jacobian = try runner.jacobian(inputs: x, weights: theta)
        for k in 0..<circuit.outputCount {
          for j in 0..<n { largest[k][j] = max(largest[k][j], abs(jacobian.inputs[k * n + j])) }
          for j in 0..<w { largest[k][n + j] = max(largest[k][n + j], abs(jacobian.weights[k * w + j])) }
        }
      }
      for k in 0..<circuit.outputCount {
        let cone = try circuit.lightCone(output: k)
        for slot in 0..<n + w {
          let isInside = slot < n ? cone.inputs.contains(slot) : cone.weights.contains(slot - n)
          if isInside {
            inside += 1
            if largest[k][slot] > 1e-9 { moved += 1 }
          } else {
            #expect(largest[k][slot] < 1e-12, "seed \(seed), output \(k), slot \(slot)")
          }
        }
      }
    }
    #expect(Double(moved) > 0.85 * Double(inside), "\(moved) of \(inside)")
  }

  @Test func resources() throws {
    var circuit = try Circuit(wires: 3)
    for q in 0..<3 { try circuit.append("RY", [q], [.input(q)]) }
    try circuit.append("CNOT", [0, 1])
    try circuit.append("CNOT", [1, 2])
    try circuit.append("RZ", [2], [.weight(0)])
    try circuit.append("CNOT", [0, 1])
    try circuit.measure("Z", [2])
    let counts = circuit.resources
    #expect(counts.entanglingDepth == 3 && counts.depth == 4 && counts.parameterisedAngles == 4)
    #expect(counts.oneQubitGates == 4 && counts.twoQubitGates == 3 && counts.tCount == nil)
    var clifford = try Circuit(wires: 3)
    try clifford.append("H", [0])
    try clifford.append("T", [0])
    try clifford.append("Toffoli", [0, 1, 2])
    try clifford.measure(wire: 0)
    try clifford.reset(wire: 0)
    #expect(clifford.resources.tCount == 8 && clifford.resources.largerGates == 1)
    #expect(clifford.resources.measurementsOnTheWay == 1 && clifford.resources.resets == 1)
    #expect(circuit.resources.description.contains("3 RY, 3 CNOT, 1 RZ"), "\(circuit.resources)")
  }
}
