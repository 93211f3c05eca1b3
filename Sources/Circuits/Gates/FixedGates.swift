// Gates without angles on one wire, and their controlled forms.

private let r = 0.5.squareRoot()

struct Hadamard: Gate {
  let form = GateForm("H", wires: 1, angles: 0, ["H"], qasm: "h")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: SIMD4(r, r, r, -r)))]
  }
}

struct PauliX: Gate {
  let form = GateForm("X", wires: 1, angles: 0, ["X"], qasm: "x")
  static let re = SIMD4<Double>(0, 1, 1, 0)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: Self.re))]
  }
}

struct PauliY: Gate {
  let form = GateForm("Y", wires: 1, angles: 0, ["Y"], qasm: "y")
  static let im = SIMD4<Double>(0, -1, 1, 0)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: .zero, im: Self.im))]
  }
}

struct PauliZ: Gate {
  let form = GateForm("Z", wires: 1, angles: 0, ["Z"], qasm: "z")
  static let re = SIMD4<Double>(1, 0, 0, -1)
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: Self.re))]
  }
}

/// diag(1, i)
struct PhaseS: Gate {
  let form = GateForm("S", wires: 1, angles: 0, ["S"], qasm: "s")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: SIMD4(1, 0, 0, 0), im: SIMD4(0, 0, 0, 1)))]
  }
}

/// diag(1, exp(iπ/4))
struct PhaseT: Gate {
  let form = GateForm("T", wires: 1, angles: 0, ["T"], qasm: "t")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: SIMD4(1, 0, 0, r), im: SIMD4(0, 0, 0, r)))]
  }
}

/// The square root of X, ½[[1+i, 1-i], [1-i, 1+i]].
struct SqrtX: Gate {
  let form = GateForm("SX", wires: 1, angles: 0, ["√X"], qasm: "sx")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    let half = SIMD4<Double>(repeating: 0.5)
    return [.matrix(ControlledMatrix(wires[0], re: half, im: half * SIMD4(1, -1, -1, 1)))]
  }
}

struct CNOT: Gate {
  let form = GateForm("CNOT", wires: 2, angles: 0, ["●", "X"], qasm: "cx")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[1], controls: [wires[0]], re: PauliX.re))]
  }
}

struct CY: Gate {
  let form = GateForm("CY", wires: 2, angles: 0, ["●", "Y"], qasm: "cy")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[1], controls: [wires[0]], re: .zero, im: PauliY.im))]
  }
}

struct CZ: Gate {
  let form = GateForm("CZ", wires: 2, angles: 0, ["●", "●"], qasm: "cz")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[1], controls: [wires[0]], re: PauliZ.re))]
  }
}

/// X on the last wire where the first two are 1.
struct Toffoli: Gate {
  let form = GateForm("Toffoli", wires: 3, angles: 0, ["●", "●", "X"], qasm: "ccx")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[2], controls: [wires[0], wires[1]], re: PauliX.re))]
  }
}

struct Swap: Gate {
  let form = GateForm("SWAP", wires: 2, angles: 0, ["×", "×"], qasm: "swap")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.swap(ControlledSwap(wires[0], wires[1]))]
  }
}

/// Exchanges the last two wires where the first is 1.
struct CSwap: Gate {
  let form = GateForm("CSWAP", wires: 3, angles: 0, ["●", "×", "×"], qasm: "cswap")
  func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.swap(ControlledSwap(wires[1], wires[2], controls: [wires[0]]))]
  }
}
