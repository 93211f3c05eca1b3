// Angles with which a circuit starts as the identity: gates that cancel in pairs (Grant et al. 2019).

import Circuits
import Tensors

/// The pairs of gates of a circuit that undo each other when their weights are chosen so.
///
/// A gate cancels the last one on its wires that is not cancelled yet, when both are on the same wires and the second
/// is the first one's inverse for some weights: so blocks A₁…A_k B_k…B₁ are found however their gates on different
/// wires are ordered.
struct IdentityBlocks {
  /// weight = scale * the other weight + offset
  private struct Follower { let weight, leader: Int, scale, offset: Double }

  private var followers: [Follower] = []
  private let count: Int

  /// Throws when a gate with weights finds no partner.
  init(_ circuit: Circuit) throws {
    count = circuit.weightCount
    var uses = [Int](repeating: 0, count: count)
    for operation in circuit.operations {
      for weight in operation.angles.flatMap(\.terms).compactMap(\.weight) { uses[weight] += 1 }
    }
    if let shared = uses.firstIndex(where: { $0 > 1 }) {
      throw Self.refusal("weight \(shared) is used \(uses[shared]) times")
    }
    // Per wire, the numbers of the operations that are not cancelled.
    var open = [[Int]](repeating: [], count: circuit.wires)
    for (number, operation) in circuit.operations.enumerated() {
      if let last = operation.wires.first.flatMap({ open[$0].last }),
        circuit.operations[last].wires == operation.wires,
        operation.wires.allSatisfy({ open[$0].last == last }),
        let pairs = Self.inverse(circuit.operations[last], operation)
      {
        followers += pairs
        for wire in operation.wires { open[wire].removeLast() }
      } else {
        for wire in operation.wires { open[wire].append(number) }
      }
    }
    for number in Set(open.joined()).sorted() {
      let operation = circuit.operations[number]
      guard let weight = operation.angles.flatMap(\.terms).compactMap(\.weight).first else { continue }
      throw Self.refusal("\(operation.name) of weight \(weight) on wire \(operation.wires[0]) has no partner")
    }
  }

  private static func refusal(_ reason: String) -> EngineError {
    .value(
      "\"identity_blocks\" needs a circuit whose trainable gates undo each other in pairs, each layer followed by its mirror image with weights of its own (Grant et al. 2019); \(reason)")
  }

  /// How the weights of `b` must follow those of `a` so that it undoes it; nil when it cannot.
  private static func inverse(_ a: Circuits.Operation, _ b: Circuits.Operation) -> [Follower]? {
    guard let gate = a.gate, let other = b.gate, a.condition.isEmpty, b.condition.isEmpty else { return nil }
    let (inverse, wanted) = Gates.inverse(gate, a.angles)
    guard inverse.name == other.name, inverse.angleCount == other.angleCount,
      !(inverse is UnitaryGate), wanted.count == b.angles.count
    else { return nil }
    var result: [Follower] = []
    for (want, have) in zip(wanted, b.angles) {
      guard want.terms.count == 1, have.terms.count == 1 else { return nil }
      let (want, have) = (want.terms[0], have.terms[0])
      switch (want.slot, have.slot) {
      case (.none, .none):
        guard want.offset == have.offset else { return nil }
      case (.weight(let leader), .weight(let weight)) where have.scale != 0:
        result.append(
          Follower(
            weight: weight, leader: leader, scale: want.scale / have.scale,
            offset: (want.offset - have.offset) / have.scale))
      default: return nil
      }
    }
    return result
  }

  /// Angles in [0, 2π) for the first of each pair, those that undo them for the second.
  func angles(_ stream: inout RandomStream) -> [Double] {
    var result = (0..<count).map { _ in 2 * Double.pi * stream.uniform() }
    for follower in followers { result[follower.weight] = follower.scale * result[follower.leader] + follower.offset }
    return result
  }
}
