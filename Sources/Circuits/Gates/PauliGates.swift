// Rotations about Pauli words of any length.

import Tensors

/// exp(-iθ/2 Z⊗…⊗Z)
public struct MultiRZ: Gate {
  public let form: GateForm

  public init(wires: Int) throws {
    guard wires >= 1 else { throw EngineError.value("MultiRZ on \(wires) wires; it takes 1 or more") }
    form = GateForm(
      "MultiRZ", wires: wires, angles: 1, Array(repeating: "RZ", count: wires), inverse: .negated([0]))
  }

  public func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation(String(repeating: "Z", count: wires.count), wires, angles[0]))]
  }
}

/// exp(-iθ/2 P) about a Pauli word P of letters I, X, Y and Z, one per wire.
public struct PauliRot: Gate {
  public let form: GateForm
  public let word: String

  public init(_ word: String) throws {
    guard !word.isEmpty else { throw EngineError.value("the Pauli word is empty; give letters of \"IXYZ\"") }
    guard word.allSatisfy({ "IXYZ".contains($0) }) else {
      throw EngineError.value("the Pauli word '\(word)' has letters other than I, X, Y and Z")
    }
    self.init(checked: word)
  }

  /// For a word of letters IXYZ, one at least.
  init(checked word: String) {
    self.word = word
    form = GateForm(
      "PauliRot", wires: word.count, angles: 1, word.map { $0 == "I" ? "I" : "R\($0)" }, inverse: .negated([0]))
  }

  public func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    if word.allSatisfy({ $0 == "I" }) {
      return GlobalPhase().lower(wires: [wires[0]], angles: [-0.5 * angles[0]])
    }
    return [.rotation(PauliRotation(word, wires, angles[0]))]
  }
}
