// Gates with angles: rotations exp(-iθ/2 P) about Pauli words, phases, and their controlled forms.

struct RX: Gate {
  let form = GateForm("RX", wires: 1, angles: 1, ["RX"], qasm: "rx")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("X", wires, angles[0]))]
  }
}

struct RY: Gate {
  let form = GateForm("RY", wires: 1, angles: 1, ["RY"], qasm: "ry")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("Y", wires, angles[0]))]
  }
}

struct RZ: Gate {
  let form = GateForm("RZ", wires: 1, angles: 1, ["RZ"], qasm: "rz")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("Z", wires, angles[0]))]
  }
}

/// diag(1, exp(iθ)): a projector on 1 as generator.
struct PhaseShift: Gate {
  let form = GateForm("PhaseShift", wires: 1, angles: 1, ["P"], qasm: "p")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("", [], controls: wires, factor: -1, angles[0]))]
  }
}

/// RZ(ω)·RY(θ)·RZ(φ) of the angles φ, θ, ω: RZ(φ) acts first.
struct Rot: Gate {
  let form = GateForm("Rot", wires: 1, angles: 3, ["Rot"])
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [
      .rotation(PauliRotation("Z", wires, angles[0])),
      .rotation(PauliRotation("Y", wires, angles[1])),
      .rotation(PauliRotation("Z", wires, angles[2])),
    ]
  }
}

/// [[cos(θ/2), -e^{iδ} sin(θ/2)], [e^{iφ} sin(θ/2), e^{i(φ+δ)} cos(θ/2)]] of the angles θ, φ, δ.
struct U3: Gate {
  let form = GateForm("U3", wires: 1, angles: 3, ["U3"], qasm: "u3")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    PhaseShift().lower(wires: wires, angles: [angles[2]])
      + RY().lower(wires: wires, angles: [angles[0]])
      + PhaseShift().lower(wires: wires, angles: [angles[1]])
  }
}

struct CRX: Gate {
  let form = GateForm("CRX", wires: 2, angles: 1, ["●", "RX"], qasm: "crx")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("X", [wires[1]], controls: [wires[0]], angles[0]))]
  }
}

struct CRY: Gate {
  let form = GateForm("CRY", wires: 2, angles: 1, ["●", "RY"], qasm: "cry")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("Y", [wires[1]], controls: [wires[0]], angles[0]))]
  }
}

struct CRZ: Gate {
  let form = GateForm("CRZ", wires: 2, angles: 1, ["●", "RZ"], qasm: "crz")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("Z", [wires[1]], controls: [wires[0]], angles[0]))]
  }
}

/// diag(1, 1, 1, exp(iθ))
struct ControlledPhase: Gate {
  let form = GateForm("ControlledPhase", wires: 2, angles: 1, ["●", "P"], qasm: "cp")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("", [], controls: wires, factor: -1, angles[0]))]
  }
}

struct IsingXX: Gate {
  let form = GateForm("IsingXX", wires: 2, angles: 1, ["XX", "XX"], qasm: "rxx")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("XX", wires, angles[0]))]
  }
}

struct IsingYY: Gate {
  let form = GateForm("IsingYY", wires: 2, angles: 1, ["YY", "YY"])
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("YY", wires, angles[0]))]
  }
}

struct IsingZZ: Gate {
  let form = GateForm("IsingZZ", wires: 2, angles: 1, ["ZZ", "ZZ"], qasm: "rzz")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("ZZ", wires, angles[0]))]
  }
}
