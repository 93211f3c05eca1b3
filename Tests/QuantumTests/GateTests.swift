// Gates against the dense twin's published matrices; what follows from how they lower; mistakes.

import Circuits
import Foundation
import Tensors
import Testing

@Suite struct GateTests {
  /// A gate of any kind on at most `wires` wires.
  private func draw(_ stream: inout RandomStream, wires: Int) throws -> any Gate {
    let fixed = Gates.all.filter { $0.wireCount <= wires }
    var gate: any Gate
    switch stream.below(6) {
    case 0:
      let letters = (0..<1 + stream.below(wires)).map { _ in ["I", "X", "Y", "Z"][stream.below(4)] }
      gate = try PauliRot(letters.joined())
    case 1: gate = try MultiRZ(wires: 1 + stream.below(wires))
    case 2: gate = try UnitaryGate(randomUnitary(&stream, wires: 1 + stream.below(min(wires, 3))))
    default: gate = fixed[stream.below(fixed.count)]
    }
    if stream.below(3) == 0 { gate = Adjoint(gate) }
    if gate.wireCount < wires, stream.below(2) == 0 {
      let values = (0..<1 + stream.below(wires - gate.wireCount)).map { _ in stream.below(2) == 0 }
      gate = Controlled(gate, values: values)
    }
    if stream.below(4) == 0 { gate = Adjoint(gate) }
    return gate
  }

  /// A product of named gates on all wires.
  private func randomUnitary(_ stream: inout RandomStream, wires: Int) throws -> ComplexMatrix {
    var result = ComplexMatrix.identity(1 << wires)
    let names = [["U3"], ["U3", "IsingXY", "CRot"], ["Toffoli", "CSWAP"]]
    for _ in 0..<4 {
      for name in names.prefix(wires).joined() {
        let gate = try Gates.named(name)
        let angles = (0..<gate.angleCount).map { _ in 6 * stream.uniform() }
        var padded = try gate.matrix(angles)
        let before = stream.below(wires - gate.wireCount + 1)
        padded = ComplexMatrix.identity(1 << before).kronecker(padded)
          .kronecker(.identity(1 << (wires - gate.wireCount - before)))
        result = padded * result
      }
    }
    return result
  }

  private func expectEqual(_ actual: ComplexMatrix, _ expected: Matrix, _ tolerance: Double, _ what: String) {
    #expect(actual.dimension == expected.count, "\(what)")
    expectClose(actual.re, expected.flatMap { $0.map(\.re) }, tolerance, what + ", real")
    expectClose(actual.im, expected.flatMap { $0.map(\.im) }, tolerance, what + ", imaginary")
  }

  @Test func everyGateLowersToItsPublishedMatrix() throws {
    var stream = RandomStream(seed: 11, purpose: .tensor)
    for gate in Gates.all {
      for _ in 0..<5 {
        let angles = (0..<gate.angleCount).map { _ in 12 * stream.uniform() - 6 }
        expectEqual(try gate.matrix(angles), DenseReference.matrix(gate.name, angles), 1e-14, "\(gate.name) \(angles)")
      }
    }
  }

  @Test func modifiedGatesOfAnyGateHaveTheirMatrix() throws {
    for seed in UInt64(1)...400 {
      var stream = RandomStream(seed: seed, purpose: .tensor)
      let gate = try draw(&stream, wires: 1 + Int(seed % 5))
      let angles = (0..<gate.angleCount).map { _ in 12 * stream.uniform() - 6 }
      let matrix = try gate.matrix(angles)
      expectEqual(matrix, DenseReference.matrix(gate, angles), 1e-13, "seed \(seed), \(gate.name) \(angles)")
      // What the table of inverses and of controlled gates says agrees with the general wrappers.
      let inverse = Gates.inverse(gate, angles.map { AngleSum(.constant($0)) })
      let back = try inverse.gate.matrix(inverse.angles.map { DenseReference.value($0, [], []) })
      let error = (back * matrix).distance(to: .identity(matrix.dimension))
      #expect(error < 1e-12, "seed \(seed), \(inverse.gate.name) after \(gate.name): \(error)")
      let controlled = Gates.controlled(gate, values: [true])
      expectEqual(
        try controlled.matrix(angles), DenseReference.matrix(Controlled(gate, values: [true]), angles), 1e-13,
        "seed \(seed), \(controlled.name)")
    }
    for (name, expected) in [("X", "CNOT"), ("CNOT", "Toffoli"), ("RY", "CRY"), ("SWAP", "CSWAP"), ("U1", "ControlledPhase")] {
      #expect(Gates.controlled(try Gates.named(name), values: [true]).name == expected)
    }
    #expect(Gates.controlled(try Gates.named("X"), values: [true, true]).name == "Toffoli")
    #expect(Gates.controlled(try Gates.named("X"), values: [true, false]).name == "Controlled(X)")
    #expect(Gates.inverse(try Gates.named("S"), []).gate.name == "Sdg")
  }

  /// U(θ) = U(0) exp(-iθG): dU/dθ = -i U G at any θ, all other angles 0.
  @Test func generatorsAreTheDerivatives() throws {
    for seed in UInt64(1)...200 {
      var stream = RandomStream(seed: seed, purpose: .tensor)
      let gate = try draw(&stream, wires: 1 + Int(seed % 4))
      for k in 0..<gate.angleCount {
        func unitary(_ theta: Double) throws -> ComplexMatrix {
          try gate.matrix((0..<gate.angleCount).map { $0 == k ? theta : 0 })
        }
        let (theta, h) = (6 * stream.uniform(), 1e-5)
        let (plus, minus) = (try unitary(theta + h), try unitary(theta - h))
        let product = try unitary(theta) * gate.generator(of: k)
        let difference = (0..<product.re.count).map { (plus.re[$0] - minus.re[$0]) / (2 * h) - product.im[$0] }
          + (0..<product.re.count).map { (plus.im[$0] - minus.im[$0]) / (2 * h) + product.re[$0] }
        expectClose(difference, difference.map { _ in 0 }, 1e-8, "seed \(seed), angle \(k) of \(gate.name)")
      }
    }
  }

  @Test func frequenciesAreThoseOfTheLiterature() throws {
    let rows: [(String, [Double])] = [
      ("RX", [1]), ("PhaseShift", [1]), ("IsingZZ", [1]), ("CRX", [0.5, 1]), ("ControlledPhase", [1]),
      ("IsingXY", [0.5, 1]), ("SingleExcitation", [0.5, 1]), ("GlobalPhase", []),
    ]
    for (name, expected) in rows { #expect(try Gates.named(name).frequencies(of: 0) == expected, "\(name)") }
    #expect(try Gates.named("CRot").frequencies(of: 1) == [0.5, 1])
    #expect(try Controlled(Gates.named("SingleExcitation"), values: [true]).frequencies(of: 0) == [0.5, 1])
    #expect(try MultiRZ(wires: 4).frequencies(of: 0) == [1])
    #expect(try PauliRot("IXYZ").frequencies(of: 0) == [1])
  }

  @Test func mistakesAreRefusedWithASentence() throws {
    var circuit = try Circuit(wires: 2)
    let half = ComplexMatrix(dimension: 2, re: [1, 0, 0, 0.5], im: [0, 0, 0, 0])
    let rows: [(String, () throws -> Void)] = [
      ("the matrix is not unitary: the largest entry of |U†U - 1| is 0.75, it may be 1e-08", { _ = try UnitaryGate(half) }),
      ("a unitary of 3 rows; it must have 2, 4 or 8, for 1, 2 or 3 wires", { _ = try UnitaryGate(.identity(3)) }),
      ("an entry of the unitary is nan; entries must be finite", {
        _ = try UnitaryGate(ComplexMatrix(dimension: 2, re: [.nan, 0, 0, 1], im: [0, 0, 0, 0]))
      }),
      ("the Pauli word is empty; give letters of \"IXYZ\"", { _ = try PauliRot("") }),
      ("the Pauli word 'XQ' has letters other than I, X, Y and Z", { _ = try PauliRot("XQ") }),
      ("MultiRZ on 0 wires; it takes 1 or more", { _ = try MultiRZ(wires: 0) }),
      ("Rot takes 3 angles, got 1", { _ = try Gates.named("Rot").matrix([1]) }),
      ("an angle is inf; angles must be finite", { _ = try Gates.named("RX").matrix([.infinity]) }),
      ("angle 1 of RX is not in 0..0", { _ = try Gates.named("RX").generator(of: 1) }),
      ("H takes no angles", { _ = try Gates.named("H").generator(of: 0) }),
      ("the matrix of MultiRZ on 9 wires; matrices are there for at most 8", { _ = try MultiRZ(wires: 9).matrix([1]) }),
      ("an angle is nan; angles must be finite", { try circuit.append("CRot", [0, 1], [.constant(0), .constant(.nan), .constant(0)]) }),
      ("unknown gate 'IsingXZ' (did you mean 'IsingXX'?)", { _ = try Gates.named("IsingXZ") }),
    ]
    for (expected, body) in rows { #expect(message(body) == expected) }
    #expect(try Gates.named("CPhase").name == "ControlledPhase")
  }
}
