// Gates without angles on one wire, and their controlled forms.

private let r = 0.5.squareRoot()

enum Hadamard: Gate {
  static let (name, wireCount, angleCount, symbols) = ("H", 1, 0, ["H"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: SIMD4(r, r, r, -r)))]
  }
}

enum PauliX: Gate {
  static let (name, wireCount, angleCount, symbols) = ("X", 1, 0, ["X"])
  static let re = SIMD4<Double>(0, 1, 1, 0)
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: re))]
  }
}

enum PauliY: Gate {
  static let (name, wireCount, angleCount, symbols) = ("Y", 1, 0, ["Y"])
  static let im = SIMD4<Double>(0, -1, 1, 0)
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: .zero, im: im))]
  }
}

enum PauliZ: Gate {
  static let (name, wireCount, angleCount, symbols) = ("Z", 1, 0, ["Z"])
  static let re = SIMD4<Double>(1, 0, 0, -1)
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: re))]
  }
}

/// diag(1, i)
enum PhaseS: Gate {
  static let (name, wireCount, angleCount, symbols) = ("S", 1, 0, ["S"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: SIMD4(1, 0, 0, 0), im: SIMD4(0, 0, 0, 1)))]
  }
}

/// diag(1, exp(iπ/4))
enum PhaseT: Gate {
  static let (name, wireCount, angleCount, symbols) = ("T", 1, 0, ["T"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[0], re: SIMD4(1, 0, 0, r), im: SIMD4(0, 0, 0, r)))]
  }
}

/// The square root of X, ½[[1+i, 1-i], [1-i, 1+i]].
enum SqrtX: Gate {
  static let (name, wireCount, angleCount, symbols) = ("SX", 1, 0, ["√X"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    let half = SIMD4<Double>(repeating: 0.5)
    return [.matrix(ControlledMatrix(wires[0], re: half, im: half * SIMD4(1, -1, -1, 1)))]
  }
}

enum CNOT: Gate {
  static let (name, wireCount, angleCount, symbols) = ("CNOT", 2, 0, ["●", "X"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[1], controls: [wires[0]], re: PauliX.re))]
  }
}

enum CY: Gate {
  static let (name, wireCount, angleCount, symbols) = ("CY", 2, 0, ["●", "Y"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[1], controls: [wires[0]], re: .zero, im: PauliY.im))]
  }
}

enum CZ: Gate {
  static let (name, wireCount, angleCount, symbols) = ("CZ", 2, 0, ["●", "●"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[1], controls: [wires[0]], re: PauliZ.re))]
  }
}

/// X on the last wire where the first two are 1.
enum Toffoli: Gate {
  static let (name, wireCount, angleCount, symbols) = ("Toffoli", 3, 0, ["●", "●", "X"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.matrix(ControlledMatrix(wires[2], controls: [wires[0], wires[1]], re: PauliX.re))]
  }
}

enum Swap: Gate {
  static let (name, wireCount, angleCount, symbols) = ("SWAP", 2, 0, ["×", "×"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.swap(ControlledSwap(wires[0], wires[1]))]
  }
}

/// Exchanges the last two wires where the first is 1.
enum CSwap: Gate {
  static let (name, wireCount, angleCount, symbols) = ("CSWAP", 3, 0, ["●", "×", "×"])
  static func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    [.swap(ControlledSwap(wires[1], wires[2], controls: [wires[0]]))]
  }
}
