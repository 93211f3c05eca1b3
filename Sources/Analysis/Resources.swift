// What a circuit costs: counts that papers report.

import Circuits

/// Counts of a circuit.
public struct Resources: Sendable {
  public let wires, depth: Int
  public let inputs, weights, outputs: Int
  /// Gates by name, in order of first use.
  public let gates: [(name: String, count: Int)]
  /// Gates on two or more wires.
  public let entanglingGates: Int
}

extension Circuit {
  public var resources: Resources {
    var gates: [(name: String, count: Int)] = []
    for operation in operations where operation.gate != nil {
      if let at = gates.firstIndex(where: { $0.name == operation.name }) {
        gates[at].count += 1
      } else {
        gates.append((operation.name, 1))
      }
    }
    return Resources(
      wires: wires, depth: depth, inputs: inputCount, weights: weightCount, outputs: outputCount, gates: gates,
      entanglingGates: operations.reduce(0) { $0 + ($1.gate != nil && $1.wires.count > 1 ? 1 : 0) })
  }
}
