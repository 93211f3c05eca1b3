// What a circuit costs: counts that papers report.

import Circuits

/// Counts of a circuit.
public struct Resources: Sendable {
  public let wires, depth: Int
  public let inputs, weights, outputs: Int
  /// Gates by name, in order of first use.
  public let gates: [(name: String, count: Int)]
  /// Gates on one, two, and more wires.
  public let oneQubitGates, twoQubitGates, largerGates: Int
  /// Length of the longest chain of gates on two or more wires that share wires: one-qubit gates are free.
  public let entanglingDepth: Int
  /// Angles that hold an input or a weight, with how often each is used.
  public let parameterisedAngles: Int
  public let channels, measurementsOnTheWay, resets: Int
  /// T gates after the usual decompositions (Nielsen and Chuang 2000, 4.3: 7 for Toffoli); nil where a gate is
  /// outside of Clifford + T, such as a rotation.
  public let tCount: Int?

  /// Gates on two or more wires.
  public var entanglingGates: Int { twoQubitGates + largerGates }
  public var gateCount: Int { oneQubitGates + entanglingGates }
}

extension Circuit {
  public var resources: Resources {
    var gates: [(name: String, count: Int)] = []
    var (one, two, larger, angles) = (0, 0, 0, 0)
    var (channels, measured, resets) = (0, 0, 0)
    var tCount: Int? = 0
    var levels = [Int](repeating: 0, count: wires)
    for operation in operations {
      switch operation.action {
      case .channel: channels += 1
      case .measure: measured += 1
      case .reset: resets += 1
      case .barrier: break
      case .gate(let gate):
        if let at = gates.firstIndex(where: { $0.name == gate.name }) {
          gates[at].count += 1
        } else {
          gates.append((gate.name, 1))
        }
        switch operation.wires.count {
        case 0, 1: one += 1
        case 2: two += 1
        default: larger += 1
        }
        angles += operation.angles.filter { $0.terms.contains { $0.slot != .none } }.count
        tCount = zip(tCount, Self.tGates[gate.name])
        // What waits for a classical result waits for the measurement too, which is no gate.
        if operation.wires.count > 1 {
          let level = operation.wires.map { levels[$0] }.max()! + 1
          for wire in operation.wires { levels[wire] = level }
        }
      }
    }
    return Resources(
      wires: wires, depth: depth, inputs: inputCount, weights: weightCount, outputs: outputCount, gates: gates,
      oneQubitGates: one, twoQubitGates: two, largerGates: larger, entanglingDepth: levels.max() ?? 0,
      parameterisedAngles: angles, channels: channels, measurementsOnTheWay: measured, resets: resets, tCount: tCount)
  }

  private func zip(_ a: Int?, _ b: Int?) -> Int? {
    if let a, let b { return a + b }
    return nil
  }

  /// Clifford gates cost none.
  private static let tGates: [String: Int] = [
    "H": 0, "X": 0, "Y": 0, "Z": 0, "S": 0, "Sdg": 0, "SX": 0, "SXdg": 0, "CNOT": 0, "CY": 0, "CZ": 0, "SWAP": 0,
    "ISWAP": 0, "I": 0, "T": 1, "Tdg": 1, "CH": 2, "Toffoli": 7, "CCZ": 7, "CSWAP": 7,
  ]
}

extension Resources: CustomStringConvertible {
  /// A line per count.
  public var description: String {
    var lines = [
      "wires            \(wires)",
      "gates            \(gateCount): \(oneQubitGates) on one wire, \(twoQubitGates) on two, \(largerGates) on more",
      "by kind          " + (gates.isEmpty ? "none" : gates.map { "\($0.count) \($0.name)" }.joined(separator: ", ")),
      "depth            \(depth), of gates on two or more wires \(entanglingDepth)",
      "parameters       \(counted(inputs, "input")), \(counted(weights, "weight")) in \(counted(parameterisedAngles, "angle"))",
      "outputs          \(outputs)",
    ]
    if let tCount { lines.append("T gates          \(tCount)") }
    if channels + measurementsOnTheWay + resets > 0 {
      lines.append(
        "on the way       \(counted(channels, "channel")), \(counted(measurementsOnTheWay, "measurement")), \(counted(resets, "reset"))")
    }
    return lines.joined(separator: "\n")
  }
}
