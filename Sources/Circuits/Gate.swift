// What a gate is, and the table of all gates.  Each gate is a small type under Gates/; what it does is
// written down once, as instructions that every simulator and every gradient understands.

import Tensors

/// A kind of gate.
///
/// A gate is defined by how it lowers: into rotations `exp(-i f θ Π ⊗ P)` about a Pauli word P,
/// possibly controlled (Π projects the controls on 1), and into fixed matrices.  From a rotation's
/// generator follow its matrix, its derivative and its shift rule.
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

  public init(_ name: String, wires: Int, angles: Int, _ symbols: [String], qasm: String? = nil) {
    (self.name, self.wires, self.angles, self.symbols, self.qasm) = (name, wires, angles, symbols, qasm)
  }
}

extension Gate {
  public var name: String { form.name }
  public var wireCount: Int { form.wires }
  public var angleCount: Int { form.angles }
  public var symbols: [String] { form.symbols }
}

/// All gates of fixed form, by name.
public enum Gates {
  public static let all: [any Gate] = [
    Hadamard(), PauliX(), PauliY(), PauliZ(), PhaseS(), PhaseT(), SqrtX(),
    RX(), RY(), RZ(), PhaseShift(), Rot(), U3(),
    CNOT(), CY(), CZ(), Swap(), CRX(), CRY(), CRZ(), ControlledPhase(),
    IsingXX(), IsingYY(), IsingZZ(), Toffoli(), CSwap(),
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  public static func named(_ name: String) throws -> any Gate {
    if let gate = byName[name] { return gate }
    let hint = closest(to: name, among: all.map { $0.name }).map { " (did you mean '\($0)'?)" } ?? ""
    throw EngineError.value("unknown gate '\(name)'\(hint)")
  }
}
