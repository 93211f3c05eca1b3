// What measurement absorbs: gates outside its light cone, Cliffords at the end, exchanged wires.

import Circuits
@preconcurrency import StateVectors
import Tensors
import Testing

@Suite struct FrameTests {
  /// Amplitudes of a circuit, in the order of basis states.
  private func amplitudes(_ circuit: Circuit) throws -> [Double] {
    var out = [Double](repeating: 0, count: 2 << circuit.wires)
    try StateRunner(circuit.lowered(), words: []).amplitudes(.float64, .init(inputs: [], weights: []), &out)
    return out
  }

  /// One CNOT, from both sides, on a register smaller than a vector.
  @Test func smallestRegisters() throws {
    var circuit = try Circuit(wires: 1)
    #expect(try amplitudes(circuit) == [1, 0, 0, 0])
    try circuit.append("X", [0])
    #expect(try amplitudes(circuit) == [0, 0, 1, 0])
    var pair = try Circuit(wires: 2)
    try pair.append("X", [0])
    try pair.append("CNOT", [0, 1])
    try pair.append("SWAP", [0, 1])
    try pair.append("CNOT", [1, 0])
    #expect(try amplitudes(pair) == [0, 0, 1, 0, 0, 0, 0, 0])
  }

  /// Words pulled back through every Clifford gate give the same value as running it.
  @Test func cliffordsMoveIntoTheWords() throws {
    for name in ["X", "Y", "Z", "H", "S", "CNOT", "CZ", "SWAP"] {
      for letters in ["X", "Y", "Z", "XX", "XY", "ZY", "YZ", "ZX"] {
        var circuit = try Circuit(wires: 3)
        for q in 0..<3 { try circuit.append("U3", [q], [.constant(0.4 + Double(q)), .constant(0.9 * Double(q)), .constant(1.3)]) }
        try circuit.append("IsingXX", [0, 1], [.constant(0.7)])
        let gate = try Gates.named(name)
        try circuit.append(gate, Array([0, 1].prefix(gate.wireCount)))
        try circuit.measure(letters, Array([0, 1].prefix(letters.count)))
        let words = circuit.outputMap().words
        let value = try StateRunner(circuit.lowered(), words: words).expectations(.float64, .init(inputs: [], weights: []))
        // From the amplitudes: Σ conj(ψ_i) (Pψ)_i.
        let psi = try amplitudes(circuit)
        var expected = 0.0
        for i in 0..<8 {
          let j = i ^ words[0].x
          let sign = (j & words[0].z).nonzeroBitCount & 1 == 1 ? -1.0 : 1.0
          let (re, im) = (sign * psi[2 * j], sign * psi[2 * j + 1])
          let y = (words[0].x & words[0].z).nonzeroBitCount & 3
          let (a, b) = [(re, im), (-im, re), (-re, -im), (im, -re)][y]
          expected += psi[2 * i] * a + psi[2 * i + 1] * b
        }
        #expect(abs(value[0] - expected) < 1e-14, "\(name), \(letters)")
      }
    }
  }

  /// What does not fit is refused with both numbers, before anything is touched.
  @Test func statesTooLargeAreRefused() throws {
    let message = try Regex(
      #"a state of 1 petabyte needs 1,125,899,906,842,624 bytes, of memory there are [\d,]+ bytes free"#)
    do {
      _ = try LargeMemory(bytes: 1 << 50, for: "a state of 1 petabyte")
      Issue.record("there is no such memory")
    } catch let error as EngineError {
      #expect(error.kind == .memory && error.message.contains(message), "\(error.message)")
    }
  }
}
