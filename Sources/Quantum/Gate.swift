// What a gate is, and the table of all gates.  Each gate is a small type under Gates/; what it does is
// written down once, as instructions that every simulator and every gradient understands.

import Tensors

/// A kind of gate.
///
/// A gate is defined by how it lowers: into rotations `exp(-i f θ Π ⊗ P)` about a Pauli word P,
/// possibly controlled (Π projects the controls on 1), and into fixed matrices on one wire.  From a
/// rotation's generator follow its matrix, its derivative and its shift rule.
public protocol Gate: Sendable {
  /// The name in scripts, in C and in messages.
  static var name: String { get }
  static var wireCount: Int { get }
  static var angleCount: Int { get }
  /// What drawings show on each wire; "●" is a control, "×" a swap.
  static var symbols: [String] { get }
  /// The instructions, first one first.  `wires` and `angles` have the right lengths.
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction]
}

/// All gates by name.
public enum Gates {
  public static let all: [any Gate.Type] = [
    Hadamard.self, PauliX.self, PauliY.self, PauliZ.self, PhaseS.self, PhaseT.self, SqrtX.self,
    RX.self, RY.self, RZ.self, PhaseShift.self, Rot.self, U3.self,
    CNOT.self, CY.self, CZ.self, Swap.self, CRX.self, CRY.self, CRZ.self, ControlledPhase.self,
    IsingXX.self, IsingYY.self, IsingZZ.self, Toffoli.self, CSwap.self,
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  public static func named(_ name: String) throws -> any Gate.Type {
    if let gate = byName[name] { return gate }
    let hint = closest(to: name, among: all.map { $0.name }).map { " (did you mean '\($0)'?)" } ?? ""
    throw EngineError.value("unknown gate '\(name)'\(hint)")
  }
}
