// The few kinds of operation that gates lower to.  Simulators, gradients and the analysis of a
// circuit's structure know these and no gates.

/// A wire, as its bit in a basis-state index: wire 0 of n is bit n - 1.
public struct Wire: Hashable, Sendable {
  let bit: Int

  init(_ wire: Int, of count: Int) { bit = 1 << (count - 1 - wire) }
}

/// One step of a lowered circuit.
public enum Instruction: Sendable {
  case rotation(PauliRotation)
  case matrix(ControlledMatrix)
  case swap(ControlledSwap)

  /// The bits it touches.
  var support: Int {
    switch self {
    case .rotation(let r): return r.support
    case .matrix(let m): return m.target | m.controls
    case .swap(let s): return s.a | s.b | s.controls
    }
  }
}

/// `exp(-i factor θ Π ⊗ P)`: a rotation about the Pauli word P where all control bits are 1.
///
/// P is given by masks: X or Y on the bits of `x`, Z or Y on those of `z`.  Without controls P has
/// eigenvalues ±1; a projector alone (P empty) has 0 and 1.
public struct PauliRotation: Sendable {
  let x: Int
  let z: Int
  let controls: Int
  let factor: Double
  let angle: Angle

  /// Words as in "XX", one letter per wire.
  init(_ word: String, _ wires: [Wire], controls: [Wire] = [], factor: Double = 0.5, _ angle: Angle) {
    var (x, z) = (0, 0)
    for (letter, wire) in zip(word, wires) {
      if letter == "X" || letter == "Y" { x |= wire.bit }
      if letter == "Z" || letter == "Y" { z |= wire.bit }
    }
    (self.x, self.z) = (x, z)
    self.controls = controls.reduce(0) { $0 | $1.bit }
    self.factor = factor
    self.angle = angle
  }

  /// Number of Y in the word.
  var yCount: Int { (x & z).nonzeroBitCount }

  /// Whether the expectation value has the two frequencies 1/2 and 1 in the angle (a controlled Pauli
  /// word: eigenvalues 0 and ±1/2) instead of the frequency 1 alone.
  var hasTwoFrequencies: Bool { controls != 0 && (x | z) != 0 }
}

/// A constant 2x2 unitary on one bit, applied where all control bits are 1.
public struct ControlledMatrix: Sendable {
  let target: Int
  let controls: Int
  /// Row by row: u00, u01, u10, u11.
  let re: SIMD4<Double>
  let im: SIMD4<Double>

  init(_ target: Wire, controls: [Wire] = [], re: SIMD4<Double>, im: SIMD4<Double> = .zero) {
    self.init(bit: target.bit, controls: controls.reduce(0) { $0 | $1.bit }, re: re, im: im)
  }

  init(bit: Int, controls: Int, re: SIMD4<Double>, im: SIMD4<Double>) {
    target = bit
    self.controls = controls
    self.re = re
    self.im = im
  }

  var isX: Bool { re == SIMD4(0, 1, 1, 0) && im == .zero }
  var isDiagonal: Bool { re[1] == 0 && im[1] == 0 && re[2] == 0 && im[2] == 0 }

  /// The conjugate transpose.
  var adjoint: ControlledMatrix {
    ControlledMatrix(
      bit: target, controls: controls, re: SIMD4(re[0], re[2], re[1], re[3]),
      im: -SIMD4(im[0], im[2], im[1], im[3]))
  }
}

/// Exchanges two bits where all control bits are 1.
public struct ControlledSwap: Sendable {
  let a: Int
  let b: Int
  let controls: Int

  init(_ a: Wire, _ b: Wire, controls: [Wire] = []) {
    self.a = a.bit
    self.b = b.bit
    self.controls = controls.reduce(0) { $0 | $1.bit }
  }
}
