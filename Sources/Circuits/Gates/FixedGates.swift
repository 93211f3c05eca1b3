// Gates without angles on one wire.

private let r = 0.5.squareRoot()

/// Nothing.
struct Identity: Gate {
  let form = GateForm("I", wires: 1, angles: 0, ["I"], qasm: "id", inverse: .itself)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] { [] }
}

struct Hadamard: Gate {
  let form = GateForm("H", wires: 1, angles: 0, ["H"], qasm: "h", inverse: .itself, controlled: "CH")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: SIMD4(r, r, r, -r)))]
  }
}

struct PauliX: Gate {
  let form = GateForm("X", wires: 1, angles: 0, ["X"], qasm: "x", inverse: .itself, controlled: "CNOT")
  static let re = SIMD4<Double>(0, 1, 1, 0)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: Self.re))]
  }
}

struct PauliY: Gate {
  let form = GateForm("Y", wires: 1, angles: 0, ["Y"], qasm: "y", inverse: .itself, controlled: "CY")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: .zero, im: SIMD4(0, -1, 1, 0)))]
  }
}

struct PauliZ: Gate {
  let form = GateForm("Z", wires: 1, angles: 0, ["Z"], qasm: "z", inverse: .itself, controlled: "CZ")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: SIMD4(1, 0, 0, -1)))]
  }
}

/// diag(1, i)
struct PhaseS: Gate {
  let form = GateForm("S", wires: 1, angles: 0, ["S"], qasm: "s", inverse: .named("Sdg"))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: SIMD4(1, 0, 0, 0), im: SIMD4(0, 0, 0, 1)))]
  }
}

/// diag(1, exp(iπ/4))
struct PhaseT: Gate {
  let form = GateForm("T", wires: 1, angles: 0, ["T"], qasm: "t", inverse: .named("Tdg"))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: SIMD4(1, 0, 0, r), im: SIMD4(0, 0, 0, r)))]
  }
}

/// The square root of X, ½[[1+i, 1-i], [1-i, 1+i]].
struct SqrtX: Gate {
  let form = GateForm("SX", wires: 1, angles: 0, ["√X"], qasm: "sx", inverse: .named("SXdg"))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    let half = SIMD4<Double>(repeating: 0.5)
    return [.matrix(ControlledMatrix(wires[0], re: half, im: half * SIMD4(1, -1, -1, 1)))]
  }
}

/// S†
struct PhaseSdg: Gate {
  let form = GateForm("Sdg", wires: 1, angles: 0, ["S†"], qasm: "sdg", inverse: .named("S"))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    PhaseS().lower(wires: wires, angles: angles).map(\.inverse)
  }
}

/// T†
struct PhaseTdg: Gate {
  let form = GateForm("Tdg", wires: 1, angles: 0, ["T†"], qasm: "tdg", inverse: .named("T"))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    PhaseT().lower(wires: wires, angles: angles).map(\.inverse)
  }
}

/// SX†
struct SqrtXdg: Gate {
  let form = GateForm("SXdg", wires: 1, angles: 0, ["√X†"], qasm: "sxdg", inverse: .named("SX"))
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    SqrtX().lower(wires: wires, angles: angles).map(\.inverse)
  }
}
