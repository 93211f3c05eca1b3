// Gates with angles on one and two wires: rotations exp(-iθ/2 P) about Pauli words, phases, and products of them.

struct RX: Gate {
  let form = GateForm("RX", wires: 1, angles: 1, ["RX"], qasm: "rx", inverse: .negated([0]), controlled: "CRX")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("X", wires, angles[0]))]
  }
}

struct RY: Gate {
  let form = GateForm("RY", wires: 1, angles: 1, ["RY"], qasm: "ry", inverse: .negated([0]), controlled: "CRY")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("Y", wires, angles[0]))]
  }
}

struct RZ: Gate {
  let form = GateForm("RZ", wires: 1, angles: 1, ["RZ"], qasm: "rz", inverse: .negated([0]), controlled: "CRZ")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("Z", wires, angles[0]))]
  }
}

/// diag(1, exp(iθ)): a projector on 1 as generator.
struct PhaseShift: Gate {
  let form = GateForm(
    "PhaseShift", wires: 1, angles: 1, ["P"], qasm: "p", inverse: .negated([0]), controlled: "ControlledPhase")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("", [], controls: wires, factor: -1, angles[0]))]
  }
}

/// exp(iθ) times the identity, OpenQASM's gphase.  No measurement sees it unless it is controlled.
struct GlobalPhase: Gate {
  let form = GateForm(
    "GlobalPhase", wires: 1, angles: 1, ["GP"], inverse: .negated([0]), controlled: nil)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    // diag(1, exp(2iθ)) times diag(exp(iθ), exp(-iθ))
    PhaseShift().lower(wires: wires, angles: [2 * angles[0]]) + RZ().lower(wires: wires, angles: [-2 * angles[0]])
  }
}

/// The name of PhaseShift in the first OpenQASM.
struct U1: Gate {
  let form = GateForm(
    "U1", wires: 1, angles: 1, ["U1"], qasm: "u1", inverse: .negated([0]), controlled: "ControlledPhase")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { PhaseShift().lower(wires: wires, angles: angles) }
}

/// [[1, -e^{iδ}], [e^{iφ}, e^{i(φ+δ)}]]/√2 of the angles φ, δ: U3(π/2, φ, δ).
struct U2: Gate {
  let form = GateForm("U2", wires: 1, angles: 2, ["U2"], qasm: "u2")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    U3().lower(wires: wires, angles: [.constant(.pi / 2), angles[0], angles[1]])
  }
}

/// [[cos(θ/2), -e^{iδ} sin(θ/2)], [e^{iφ} sin(θ/2), e^{i(φ+δ)} cos(θ/2)]] of the angles θ, φ, δ.
struct U3: Gate {
  let form = GateForm("U3", wires: 1, angles: 3, ["U3"], qasm: "u3", inverse: .negated([0, 2, 1]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    PhaseShift().lower(wires: wires, angles: [angles[2]])
      + RY().lower(wires: wires, angles: [angles[0]])
      + PhaseShift().lower(wires: wires, angles: [angles[1]])
  }
}

/// RZ(ω)·RY(θ)·RZ(φ) of the angles φ, θ, ω: RZ(φ) acts first.
struct Rot: Gate {
  let form = GateForm("Rot", wires: 1, angles: 3, ["Rot"], inverse: .negated([2, 1, 0]), controlled: "CRot")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [
      .rotation(PauliRotation("Z", wires, angles[0])),
      .rotation(PauliRotation("Y", wires, angles[1])),
      .rotation(PauliRotation("Z", wires, angles[2])),
    ]
  }
}

struct IsingXX: Gate {
  let form = GateForm("IsingXX", wires: 2, angles: 1, ["XX", "XX"], qasm: "rxx", inverse: .negated([0]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("XX", wires, angles[0]))]
  }
}

struct IsingYY: Gate {
  let form = GateForm("IsingYY", wires: 2, angles: 1, ["YY", "YY"], inverse: .negated([0]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("YY", wires, angles[0]))]
  }
}

struct IsingZZ: Gate {
  let form = GateForm("IsingZZ", wires: 2, angles: 1, ["ZZ", "ZZ"], qasm: "rzz", inverse: .negated([0]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("ZZ", wires, angles[0]))]
  }
}

/// exp(iθ/4 (XX + YY)): cos(θ/2) and i sin(θ/2) between |01⟩ and |10⟩ (Abrams et al. 2020).
struct IsingXY: Gate {
  let form = GateForm("IsingXY", wires: 2, angles: 1, ["XY", "XY"], inverse: .negated([0]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("XX", wires, -0.5 * angles[0])), .rotation(PauliRotation("YY", wires, -0.5 * angles[0]))]
  }
}

/// The Givens rotation [[cos(θ/2), -sin(θ/2)], [sin(θ/2), cos(θ/2)]] between |01⟩ and |10⟩,
/// exp(-iθ/4 (YX - XY)) (Arrazola et al. 2022).
struct SingleExcitation: Gate {
  let form = GateForm("SingleExcitation", wires: 2, angles: 1, ["G", "G"], inverse: .negated([0]))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("YX", wires, 0.5 * angles[0])), .rotation(PauliRotation("XY", wires, -0.5 * angles[0]))]
  }
}
