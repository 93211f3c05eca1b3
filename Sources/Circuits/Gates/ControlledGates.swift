// Gates on several wires that have names of their own: controlled gates, controls first, and swaps.

extension Gate {
  /// The base gate's instructions on the last wires, where all wires before them are 1.
  fileprivate func controlled(_ base: some Gate, _ wires: [Wire], _ angles: [Angle]) -> [Instruction] {
    let controls = wires.dropLast(base.wireCount).reduce(0) { $0 | $1.bit }
    return base.lower(wires: Array(wires.suffix(base.wireCount)), angles: angles).map { $0.controlled(by: controls) }
  }
}

struct CNOT: Gate {
  let form = GateForm(
    "CNOT", wires: 2, angles: 0, ["●", "X"], qasm: "cx", inverse: .itself, controlled: "Toffoli")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(PauliX(), wires, angles) }
}

struct CY: Gate {
  let form = GateForm("CY", wires: 2, angles: 0, ["●", "Y"], qasm: "cy", inverse: .itself)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(PauliY(), wires, angles) }
}

struct CZ: Gate {
  let form = GateForm("CZ", wires: 2, angles: 0, ["●", "●"], qasm: "cz", inverse: .itself, controlled: "CCZ")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(PauliZ(), wires, angles) }
}

struct CH: Gate {
  let form = GateForm("CH", wires: 2, angles: 0, ["●", "H"], qasm: "ch", inverse: .itself)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(Hadamard(), wires, angles) }
}

/// X on the last wire where the first two are 1.
struct Toffoli: Gate {
  let form = GateForm("Toffoli", wires: 3, angles: 0, ["●", "●", "X"], qasm: "ccx", inverse: .itself)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(PauliX(), wires, angles) }
}

struct CCZ: Gate {
  let form = GateForm("CCZ", wires: 3, angles: 0, ["●", "●", "●"], inverse: .itself)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(PauliZ(), wires, angles) }
}

struct CRX: Gate {
  let form = GateForm("CRX", wires: 2, angles: 1, ["●", "RX"], qasm: "crx", inverse: .negated([0]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(RX(), wires, angles) }
}

struct CRY: Gate {
  let form = GateForm("CRY", wires: 2, angles: 1, ["●", "RY"], qasm: "cry", inverse: .negated([0]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(RY(), wires, angles) }
}

struct CRZ: Gate {
  let form = GateForm("CRZ", wires: 2, angles: 1, ["●", "RZ"], qasm: "crz", inverse: .negated([0]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(RZ(), wires, angles) }
}

/// diag(1, 1, 1, exp(iθ))
struct ControlledPhase: Gate {
  let form = GateForm("ControlledPhase", wires: 2, angles: 1, ["●", "P"], qasm: "cp", inverse: .negated([0]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(PhaseShift(), wires, angles) }
}

struct CRot: Gate {
  let form = GateForm("CRot", wires: 2, angles: 3, ["●", "Rot"], inverse: .negated([2, 1, 0]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(Rot(), wires, angles) }
}

struct Swap: Gate {
  let form = GateForm(
    "SWAP", wires: 2, angles: 0, ["×", "×"], qasm: "swap", inverse: .itself, controlled: "CSWAP")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.swap(ControlledSwap(wires[0], wires[1]))]
  }
}

/// Exchanges the last two wires where the first is 1.
struct CSwap: Gate {
  let form = GateForm("CSWAP", wires: 3, angles: 0, ["●", "×", "×"], qasm: "cswap", inverse: .itself)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { controlled(Swap(), wires, angles) }
}

/// Exchanges two wires and multiplies |01⟩ and |10⟩ by i.
struct ISwap: Gate {
  let form = GateForm("ISWAP", wires: 2, angles: 0, ["i×", "i×"])
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    wires.flatMap { PhaseS().lower(wires: [$0], angles: []) } + CZ().lower(wires: wires, angles: [])
      + Swap().lower(wires: wires, angles: [])
  }
}
