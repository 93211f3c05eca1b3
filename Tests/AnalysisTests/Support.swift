// What the tests of this target share: random circuits and how close two numbers are.

@preconcurrency import Circuits
import Tensors
import Testing

func expectClose(
  _ actual: Double, _ expected: Double, _ tolerance: Double, _ what: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if !(abs(actual - expected) <= tolerance) {
    Issue.record("\(what()): \(actual), expected \(expected) ± \(tolerance)", sourceLocation: sourceLocation)
  }
}

/// A message that an error must have.
func expectMessage(_ text: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) {
  do {
    try body()
    Issue.record("no error; expected '\(text)'", sourceLocation: sourceLocation)
  } catch {
    #expect("\(error)".contains(text), "\(error)", sourceLocation: sourceLocation)
  }
}

enum RandomCircuits {
  /// Gates of all kinds with constants, inputs and weights, products too; expectation values of random words.
  static func make(seed: UInt64, wires: Int, gates: Int, inputs: Int, scales: [Double] = [1]) throws -> Circuit {
    var stream = RandomStream(seed: seed, purpose: .tensor, substream: 78)
    var circuit = try Circuit(wires: wires)
    let kinds = Gates.all.filter { $0.wireCount <= wires }
    func angle() -> AngleSum {
      let terms = (0..<1 + stream.below(8) / 7).map { _ -> Angle in
        let scale = scales[stream.below(scales.count)]
        switch stream.below(inputs > 0 ? 8 : 5) {
        case 0: return .constant(6 * stream.uniform())
        case 1, 2, 3, 4: return Angle(.weight(stream.below(wires + 3)), scale: 1, offset: stream.uniform())
        default: return Angle(.input(stream.below(inputs)), scale: scale, offset: stream.uniform())
        }
      }
      return AngleSum(terms)
    }
    for _ in 0..<gates {
      let gate = kinds[stream.below(kinds.count)]
      let order = stream.permutation(wires)
      try circuit.append(
        gate, Array(order.prefix(gate.wireCount)), (0..<gate.angleCount).map { _ in angle() })
    }
    for wire in 0..<wires where wire < 2 || stream.below(2) == 0 {
      try circuit.measure(["X", "Y", "Z", "Z"][stream.below(4)], [wire])
    }
    return circuit
  }

  static func values(_ count: Int, _ stream: inout RandomStream) -> [Double] {
    (0..<count).map { _ in 6.3 * stream.uniform() }
  }
}

extension Circuit {
  /// `layers` of RY and RZ on every wire and a ring of CNOT.
  mutating func appendHardwareEfficient(layers: Int) throws {
    for _ in 0..<layers {
      for q in 0..<wires {
        try append("RY", [q], [.weight(weightCount)])
        try append("RZ", [q], [.weight(weightCount)])
      }
      for q in 0..<wires where wires > 1 && (wires > 2 || q == 0) { try append("CNOT", [q, (q + 1) % wires]) }
    }
  }
}

private let (r, s) = ((0.9).squareRoot(), (0.1).squareRoot())

/// Z with probability 1/10.
struct Dephasing: Channel {
  let name = "Dephasing"
  let wireCount = 1
  let symbol = "D"
  let kraus = [
    ComplexMatrix(dimension: 2, re: [r, 0, 0, r], im: [0, 0, 0, 0]),
    ComplexMatrix(dimension: 2, re: [s, 0, 0, -s], im: [0, 0, 0, 0]),
  ]
}
