// The few kinds of operation that gates lower to.  Simulators, gradients and the analysis of a
// circuit's structure know these and no gates.

/// A wire, as its bit in a basis-state index: wire 0 of n is bit n - 1.
public struct Wire: Hashable, Sendable {
  package let bit: Int

  package init(_ wire: Int, of count: Int) { bit = 1 << (count - 1 - wire) }
  package init(bit: Int) { self.bit = bit }
}

/// One step of a lowered circuit.
public enum Instruction: Sendable {
  case rotation(PauliRotation)
  case matrix(ControlledMatrix)
  case swap(ControlledSwap)
  case unitary(ControlledUnitary)
  case channel(ChannelStep)

  /// The bits it touches.
  package var support: Int {
    switch self {
    case .rotation(let r): return r.support
    case .matrix(let m): return m.target | m.controls
    case .swap(let s): return s.a | s.b | s.controls
    case .unitary(let u): return u.bits.reduce(u.controls) { $0 | $1 }
    case .channel(let c): return c.bits.reduce(0) { $0 | $1 }
    }
  }

  package var isChannel: Bool {
    if case .channel = self { return true }
    return false
  }

  /// The same where all of these bits are 1 as well.  Channels have no controlled form.
  package func controlled(by bits: Int) -> Instruction {
    switch self {
    case .rotation(let r):
      return .rotation(
        PauliRotation(x: r.x, z: r.z, controls: r.controls | bits, factor: r.factor, angle: r.angle))
    case .matrix(let m):
      return .matrix(ControlledMatrix(bit: m.target, controls: m.controls | bits, re: m.re, im: m.im))
    case .swap(let s): return .swap(ControlledSwap(a: s.a, b: s.b, controls: s.controls | bits))
    case .unitary(let u): return .unitary(ControlledUnitary(bits: u.bits, controls: u.controls | bits, u.matrix))
    case .channel: preconditionFailure("a channel cannot be controlled")
    }
  }

  /// The inverse; for rotations that of the angle.
  package var inverse: Instruction {
    switch self {
    case .rotation(let r):
      return .rotation(
        PauliRotation(x: r.x, z: r.z, controls: r.controls, factor: r.factor, angle: -r.angle))
    case .matrix(let m): return .matrix(m.adjoint)
    case .swap: return self
    case .unitary(let u): return .unitary(u.adjoint)
    case .channel: preconditionFailure("a channel has no inverse")
    }
  }

  /// The same instruction on a register of just these bits (their numbers, least significant first).
  package func compressed(to bits: [Int]) -> Instruction {
    func move(_ mask: Int) -> Int {
      bits.enumerated().reduce(0) { $0 | ((mask >> $1.element) & 1) << $1.offset }
    }
    switch self {
    case .rotation(let r):
      return .rotation(
        PauliRotation(
          x: move(r.x), z: move(r.z), controls: move(r.controls), factor: r.factor, angle: r.angle))
    case .matrix(let m):
      return .matrix(
        ControlledMatrix(bit: move(m.target), controls: move(m.controls), re: m.re, im: m.im))
    case .swap(let s):
      return .swap(ControlledSwap(a: move(s.a), b: move(s.b), controls: move(s.controls)))
    case .unitary(let u):
      return .unitary(ControlledUnitary(bits: u.bits.map(move), controls: move(u.controls), u.matrix))
    case .channel(let c): return .channel(ChannelStep(bits: c.bits.map(move), kraus: c.kraus))
    }
  }
}

/// `exp(-i factor θ Π ⊗ P)`: a rotation about the Pauli word P where all control bits are 1.
///
/// P is given by masks: X or Y on the bits of `x`, Z or Y on those of `z`.  Without controls P has
/// eigenvalues ±1; a projector alone (P empty) has 0 and 1.
public struct PauliRotation: Sendable {
  package let x: Int
  package let z: Int
  package let controls: Int
  package let factor: Double
  package let angle: Angle

  /// Words as in "XX", one letter per wire; I is left out.
  package init(_ word: String, _ wires: [Wire], controls: [Wire] = [], factor: Double = 0.5, _ angle: Angle) {
    var (x, z) = (0, 0)
    for (letter, wire) in zip(word, wires) {
      if letter == "X" || letter == "Y" { x |= wire.bit }
      if letter == "Z" || letter == "Y" { z |= wire.bit }
    }
    self.init(x: x, z: z, controls: controls.reduce(0) { $0 | $1.bit }, factor: factor, angle: angle)
  }

  package init(x: Int, z: Int, controls: Int, factor: Double, angle: Angle) {
    (self.x, self.z, self.controls, self.factor, self.angle) = (x, z, controls, factor, angle)
  }

  /// The same rotation by another angle.
  package func with(_ angle: Angle) -> PauliRotation {
    PauliRotation(x: x, z: z, controls: controls, factor: factor, angle: angle)
  }

  package var support: Int { x | z | controls }

  /// Number of Y in the word.
  package var yCount: Int { (x & z).nonzeroBitCount }

  /// Whether the expectation value has the two frequencies 1/2 and 1 in the angle (a controlled Pauli
  /// word: eigenvalues 0 and ±1/2) instead of the frequency 1 alone.
  package var hasTwoFrequencies: Bool { controls != 0 && (x | z) != 0 }
}

/// A constant 2x2 unitary on one bit, applied where all control bits are 1.
public struct ControlledMatrix: Sendable {
  package let target: Int
  package let controls: Int
  /// Row by row: u00, u01, u10, u11.
  package let re: SIMD4<Double>
  package let im: SIMD4<Double>

  package init(_ target: Wire, controls: [Wire] = [], re: SIMD4<Double>, im: SIMD4<Double> = .zero) {
    self.init(bit: target.bit, controls: controls.reduce(0) { $0 | $1.bit }, re: re, im: im)
  }

  package init(bit: Int, controls: Int, re: SIMD4<Double>, im: SIMD4<Double>) {
    target = bit
    self.controls = controls
    self.re = re
    self.im = im
  }

  package var isX: Bool { re == SIMD4(0, 1, 1, 0) && im == .zero }
  package var isDiagonal: Bool { re[1] == 0 && im[1] == 0 && re[2] == 0 && im[2] == 0 }

  /// The conjugate transpose.
  package var adjoint: ControlledMatrix {
    ControlledMatrix(
      bit: target, controls: controls, re: SIMD4(re[0], re[2], re[1], re[3]),
      im: -SIMD4(im[0], im[2], im[1], im[3]))
  }
}

/// Exchanges two bits where all control bits are 1.
public struct ControlledSwap: Sendable {
  package let a: Int
  package let b: Int
  package let controls: Int

  package init(_ a: Wire, _ b: Wire, controls: [Wire] = []) {
    self.init(a: a.bit, b: b.bit, controls: controls.reduce(0) { $0 | $1.bit })
  }

  package init(a: Int, b: Int, controls: Int) {
    (self.a, self.b, self.controls) = (a, b, controls)
  }
}

/// A constant unitary on two or more bits, applied where all control bits are 1.
public struct ControlledUnitary: Sendable {
  /// The bits, the matrix's most significant one first.
  package let bits: [Int]
  package let controls: Int
  package let matrix: ComplexMatrix

  package init(bits: [Int], controls: Int = 0, _ matrix: ComplexMatrix) {
    precondition(matrix.dimension == 1 << bits.count)
    (self.bits, self.controls, self.matrix) = (bits, controls, matrix)
  }

  package var adjoint: ControlledUnitary {
    ControlledUnitary(bits: bits, controls: controls, matrix.adjoint)
  }

  /// Offset in a state of each of the matrix's basis states.
  package var offsets: [Int] {
    (0..<matrix.dimension).map { index in
      bits.enumerated().reduce(0) { sum, item in
        sum | (index >> (bits.count - 1 - item.offset) & 1 == 1 ? item.element : 0)
      }
    }
  }
}

/// Noise: ρ → Σ K ρ K† on one or more bits.
public struct ChannelStep: Sendable {
  /// The bits, the operators' most significant one first.
  package let bits: [Int]
  package let kraus: [ComplexMatrix]

  package init(bits: [Int], kraus: [ComplexMatrix]) { (self.bits, self.kraus) = (bits, kraus) }
}
