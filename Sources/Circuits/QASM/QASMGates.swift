// The gates that OpenQASM programs may use: those of qelib1.inc and stdgates.inc, and definitions of their own.
// Reading definitions is QASMReader's, applying them QASMProgram's.

import Tensors

/// A gate by its OpenQASM name.
struct QASMGate {
  enum Body {
    /// A gate of the engine, times exp(i Σ phase·angle), which matters once it is controlled.
    case native(any Gate, phase: [Double])
    /// exp(iγ): OpenQASM 3's gphase, on no qubit at all.
    case globalPhase
    case calls([QASMCall])
    /// Declared without a body.
    case opaque
  }

  let name: String
  let parameters: Int
  let qubits: Int
  let body: Body
  /// Gates of the engine that it stands for; `Int.max` for more than an Int holds.
  let size: Int
  /// Definitions inside definitions.
  let depth: Int
  /// nil for those that are built in.
  let place: QASMPlace?

  init(_ name: String, parameters: Int, qubits: Int, _ body: Body, place: QASMPlace? = nil) {
    (self.name, self.parameters, self.qubits, self.body, self.place) = (name, parameters, qubits, body, place)
    guard case .calls(let calls) = body else {
      (size, depth) = (1, 1)
      return
    }
    size = max(1, calls.reduce(0) { QASMModifiers.sum($0, $1.modifiers.size($1.gate.size)) })
    depth = 1 + (calls.map(\.gate.depth).max() ?? 0)
  }

  init(_ name: String, _ gate: any Gate, phase: [Double]? = nil) {
    self.init(
      name, parameters: gate.angleCount, qubits: gate.wireCount,
      .native(gate, phase: phase ?? Array(repeating: 0, count: gate.angleCount)))
  }
}

/// `ctrl(2) @ inv @ pow(3) @ gate(expressions) operands`, inside a definition.
struct QASMCall {
  let gate: QASMGate
  let modifiers: QASMModifiers
  let arguments: [QASMExpression]
  /// Numbers of the definition's qubits.
  let qubits: [Int]
  let place: QASMPlace
}

struct QASMModifiers {
  /// What the controls, which come first among the qubits, must be.
  var controls: [Bool] = []
  /// The gate is applied |power| times; inverted when negative.
  var power = 1

  /// Gates of the engine that a gate of this size becomes.
  func size(_ size: Int) -> Int {
    let (result, overflow) = size.multipliedReportingOverflow(by: abs(power))
    return overflow ? .max : result
  }

  static func sum(_ a: Int, _ b: Int) -> Int {
    let (result, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : result
  }
}

enum QASMLibrary {
  /// What there is without any include: U and CX in version 2, U and gphase in version 3, whose U has another
  /// phase: exp(iθ/2) times that of u3 in version 2 (OpenQASM 3.0, "Built-in gates").
  static func builtIn(version: Int) -> [QASMGate] {
    version == 2
      ? [QASMGate("U", native("U3")), QASMGate("CX", native("CNOT"))]
      : [QASMGate("U", native("U3"), phase: [0.5, 0, 0]), QASMGate("gphase", parameters: 1, qubits: 0, .globalPhase)]
  }

  /// The gates of qelib1.inc in Cross et al. 2017, which every program reads the same way.
  static let original: Set<String> = [
    "u3", "u2", "u1", "cx", "id", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "rx", "ry", "rz", "cz", "cy", "ch",
    "ccx", "crz", "cu1", "cu3",
  ]

  /// The gates of stdgates.inc (OpenQASM 3.0).
  static let standard: Set<String> = [
    "p", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "sx", "rx", "ry", "rz", "cx", "cy", "cz", "cp", "crx", "cry",
    "crz", "ch", "swap", "ccx", "cswap", "cu", "CX", "phase", "cphase", "id", "u1", "u2", "u3",
  ]

  static func include(version: Int) -> String { version == 2 ? "qelib1.inc" : "stdgates.inc" }

  /// qelib1.inc with what Qiskit added to it, or stdgates.inc.  Gates of several steps are in `composed`.
  static func included(version: Int) -> [QASMGate] {
    var gates = same.map { QASMGate($0.key, native($0.value)) }
    if version == 2 {
      let (x, sx) = (native("X"), native("SX"))
      gates += [
        QASMGate("u2", native("U2")), QASMGate("u3", native("U3")), QASMGate("u", native("U3")),
        QASMGate("cu1", native("ControlledPhase")), QASMGate("cu3", controlled(native("U3"), 1)),
        QASMGate("sxdg", native("SXdg")), QASMGate("csx", controlled(sx, 1)),
        QASMGate("rxx", native("IsingXX")), QASMGate("rzz", native("IsingZZ")),
        QASMGate("c3x", controlled(x, 3)), QASMGate("c4x", controlled(x, 4)),
        QASMGate("c3sqrtx", controlled(sx, 3)),
      ]
    } else {
      gates += [
        // Their determinant is 1.
        QASMGate("u2", native("U2"), phase: [-0.5, -0.5]), QASMGate("u3", native("U3"), phase: [0, -0.5, -0.5]),
        QASMGate("CX", native("CNOT")), QASMGate("phase", native("PhaseShift")),
        QASMGate("cphase", native("ControlledPhase")),
      ]
    }
    return gates
  }

  /// Gates of several steps, as OpenQASM text; cu's is controlled exp(iγ)·u3.
  static func composed(version: Int) -> String {
    if version == 3 { return "gate cu(a,b,d,g) c,t { p(g-a/2) c; ctrl @ U(a,b,d) c,t; }" }
    return """
      gate cu(a,b,d,g) c,t { p(g) c; cu3(a,b,d) c,t; }
      gate u0(g) a { id a; }
      gate rccx a,b,c { h c; t c; cx b,c; tdg c; cx a,c; t c; cx b,c; tdg c; h c; }
      gate rc3x a,b,c,d { h d; t d; cx c,d; tdg d; h d; cx a,d; t d; cx b,d; tdg d; cx a,d; t d; cx b,d; tdg d;
        h d; t d; cx c,d; tdg d; h d; }
      """
  }

  private static let same = [
    "u1": "U1", "cx": "CNOT", "id": "I", "x": "X", "y": "Y", "z": "Z", "h": "H", "s": "S", "sdg": "Sdg", "t": "T",
    "tdg": "Tdg", "rx": "RX", "ry": "RY", "rz": "RZ", "cz": "CZ", "cy": "CY", "ch": "CH", "ccx": "Toffoli",
    "crz": "CRZ", "p": "PhaseShift", "cp": "ControlledPhase", "sx": "SX", "crx": "CRX", "cry": "CRY",
    "swap": "SWAP", "cswap": "CSWAP",
  ]

  private static func native(_ name: String) -> any Gate {
    guard let gate = try? Gates.named(name) else { preconditionFailure("there is no gate \(name)") }
    return gate
  }

  private static func controlled(_ gate: any Gate, _ count: Int) -> any Gate {
    Gates.controlled(gate, values: Array(repeating: true, count: count))
  }
}
