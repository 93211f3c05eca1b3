// What can influence a measured value: its light cone, pulled back through the circuit.

import Circuits
import Tensors

/// The part of a circuit that an output can depend on; all lists ascend.
///
/// Up to 7 wires the cone follows the Pauli words that the observable can turn into, so that for instance IsingZZ
/// before Z is outside; beyond that it follows wires alone.
public struct LightCone: Hashable, Sendable {
  /// Numbers of operations.
  public let operations: [Int]
  public let wires: [Int]
  public let inputs: [Int]
  public let weights: [Int]

  package init(operations: [Int], wires: [Int], inputs: [Int], weights: [Int]) {
    (self.operations, self.wires, self.inputs, self.weights) = (operations, wires, inputs, weights)
  }
}

extension Circuit {
  public func lightCone(output: Int) throws -> LightCone {
    try check(output: output)
    let influence = try influence()
    var bits = influence.startBits[output]
    var operations: Set<Int> = []
    for (index, entry) in influence.lowering.instructions.enumerated() where influence.effects[output][index] {
      bits |= entry.instruction.support
      operations.insert(entry.operation)
    }
    // Nothing but the measurement itself is seen of a wire on which no gate acts.
    bits |= measuredBits(output)
    return LightCone(
      operations: operations.sorted(), wires: (0..<wires).filter { Wire($0, of: wires).bit & bits != 0 },
      inputs: influence.inputs(of: output).sorted(), weights: influence.weights(of: output).sorted())
  }

  /// Throws for circuits of too many measurements and resets.
  func influence() throws -> Influence {
    guard let influence = Influence(self) else {
      throw EngineError.state(
        "with its measurements and resets on the way the circuit has more than \(Influence.maximumWires) wires, whose light cones are not followed")
    }
    return influence
  }

  private func measuredBits(_ output: Int) -> Int {
    let map = outputMap()
    let row = map.rows[output]
    return (row.terms + row.squares).reduce(0) { $0 | map.words[$1.word].x | map.words[$1.word].z }
  }
}
