// What a gate is, and the table of all gates.  Each gate is a small type under Gates/; what it does is
// written down once, as instructions that every simulator and every gradient understands.

import Tensors

/// A kind of gate.
///
/// A gate is defined by how it lowers: into rotations `exp(-i f θ Π ⊗ P)` about a Pauli word P,
/// possibly controlled (Π projects the controls on 1), and into fixed matrices.  From a rotation's
/// generator follow its matrix, its derivative and its shift rule (GateProperties.swift).
public protocol Gate: Sendable {
  var form: GateForm { get }
  /// The instructions, first one first.  `wires` and `angles` have the right lengths.
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction]
}

/// What there is to say about a gate apart from what it does.
public struct GateForm: Sendable {
  /// The name in scripts, in C and in messages.
  public let name: String
  public let wires: Int
  public let angles: Int
  /// What drawings show on each wire; "●" is a control, "○" one on 0, "×" a swap.
  public let symbols: [String]
  /// The gate of the same matrix (up to a global phase) in OpenQASM's qelib1.inc and stdgates.inc.
  public let qasm: String?
  /// Which gate undoes it; nil where only its instructions say so.
  public let inverse: Inverse?
  /// The name of the gate with one more control, which comes first, where there is one.
  public let controlled: String?

  public enum Inverse: Sendable {
    case itself
    case named(String)
    /// The same gate of the negated angles in this order.
    case negated([Int])
  }

  public init(
    _ name: String, wires: Int, angles: Int, _ symbols: [String], qasm: String? = nil, inverse: Inverse? = nil,
    controlled: String? = nil
  ) {
    (self.name, self.wires, self.angles, self.symbols) = (name, wires, angles, symbols)
    (self.qasm, self.inverse, self.controlled) = (qasm, inverse, controlled)
  }
}

extension Gate {
  public var name: String { form.name }
  public var wireCount: Int { form.wires }
  public var angleCount: Int { form.angles }
  public var symbols: [String] { form.symbols }
}

/// All gates of fixed form, by name.  Besides them there are MultiRZ, PauliRot, UnitaryGate, and Controlled
/// and Adjoint of any gate.
public enum Gates {
  public static let all: [any Gate] = [
    Identity(), Hadamard(), PauliX(), PauliY(), PauliZ(), PhaseS(), PhaseT(), SqrtX(),
    PhaseSdg(), PhaseTdg(), SqrtXdg(),
    RX(), RY(), RZ(), PhaseShift(), GlobalPhase(), U1(), U2(), U3(), Rot(),
    CNOT(), CY(), CZ(), CH(), Swap(), ISwap(), CRX(), CRY(), CRZ(), ControlledPhase(), CRot(),
    IsingXX(), IsingYY(), IsingZZ(), IsingXY(), SingleExcitation(), Toffoli(), CCZ(), CSwap(),
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  /// Other names in use for the same gates.
  private static let aliases = [
    "CPhase": "ControlledPhase", "CX": "CNOT", "CCX": "Toffoli", "Identity": "I", "Hadamard": "H",
  ]

  /// A gate by its name; wires: how many MultiRZ, which has no number of its own, is to act on.
  public static func named(_ name: String, wires: Int? = nil) throws -> any Gate {
    if let gate = byName[aliases[name] ?? name] { return gate }
    if name == "MultiRZ" { return try MultiRZ(wires: wires ?? 0) }
    let hint = closest(to: name, among: all.map { $0.name } + ["MultiRZ"]).map { " (did you mean '\($0)'?)" } ?? ""
    throw EngineError.value("unknown gate '\(name)'\(hint)")
  }
}
