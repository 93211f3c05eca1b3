// Gates with angles: rotations exp(-iθ/2 P) about Pauli words, phases, and their controlled forms.

enum RX: Gate {
  static let (name, wireCount, angleCount, symbols) = ("RX", 1, 1, ["RX"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("X", wires, angles[0]))]
  }
}

enum RY: Gate {
  static let (name, wireCount, angleCount, symbols) = ("RY", 1, 1, ["RY"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("Y", wires, angles[0]))]
  }
}

enum RZ: Gate {
  static let (name, wireCount, angleCount, symbols) = ("RZ", 1, 1, ["RZ"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("Z", wires, angles[0]))]
  }
}

/// diag(1, exp(iθ)): a projector on 1 as generator.
enum PhaseShift: Gate {
  static let (name, wireCount, angleCount, symbols) = ("PhaseShift", 1, 1, ["P"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("", [], controls: wires, factor: -1, angles[0]))]
  }
}

/// RZ(ω)·RY(θ)·RZ(φ) of the angles φ, θ, ω: RZ(φ) acts first.
enum Rot: Gate {
  static let (name, wireCount, angleCount, symbols) = ("Rot", 1, 3, ["Rot"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [
      .rotation(PauliRotation("Z", wires, angles[0])),
      .rotation(PauliRotation("Y", wires, angles[1])),
      .rotation(PauliRotation("Z", wires, angles[2])),
    ]
  }
}

/// [[cos(θ/2), -e^{iδ} sin(θ/2)], [e^{iφ} sin(θ/2), e^{i(φ+δ)} cos(θ/2)]] of the angles θ, φ, δ.
enum U3: Gate {
  static let (name, wireCount, angleCount, symbols) = ("U3", 1, 3, ["U3"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    PhaseShift.lower(wires: wires, angles: [angles[2]])
      + RY.lower(wires: wires, angles: [angles[0]])
      + PhaseShift.lower(wires: wires, angles: [angles[1]])
  }
}

enum CRX: Gate {
  static let (name, wireCount, angleCount, symbols) = ("CRX", 2, 1, ["●", "RX"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("X", [wires[1]], controls: [wires[0]], angles[0]))]
  }
}

enum CRY: Gate {
  static let (name, wireCount, angleCount, symbols) = ("CRY", 2, 1, ["●", "RY"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("Y", [wires[1]], controls: [wires[0]], angles[0]))]
  }
}

enum CRZ: Gate {
  static let (name, wireCount, angleCount, symbols) = ("CRZ", 2, 1, ["●", "RZ"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("Z", [wires[1]], controls: [wires[0]], angles[0]))]
  }
}

/// diag(1, 1, 1, exp(iθ))
enum ControlledPhase: Gate {
  static let (name, wireCount, angleCount, symbols) = ("ControlledPhase", 2, 1, ["●", "P"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("", [], controls: wires, factor: -1, angles[0]))]
  }
}

enum IsingXX: Gate {
  static let (name, wireCount, angleCount, symbols) = ("IsingXX", 2, 1, ["XX", "XX"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("XX", wires, angles[0]))]
  }
}

enum IsingYY: Gate {
  static let (name, wireCount, angleCount, symbols) = ("IsingYY", 2, 1, ["YY", "YY"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("YY", wires, angles[0]))]
  }
}

enum IsingZZ: Gate {
  static let (name, wireCount, angleCount, symbols) = ("IsingZZ", 2, 1, ["ZZ", "ZZ"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.rotation(PauliRotation("ZZ", wires, angles[0]))]
  }
}
