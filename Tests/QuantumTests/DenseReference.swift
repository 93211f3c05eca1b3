// The slow, obvious twin: gate matrices as published, applied to a dense state in Double.
// Written from the definitions, without looking at the engine.

import Foundation
@preconcurrency import Circuits
@preconcurrency import Quantum

struct Complex {
  var re: Double
  var im: Double
  init(_ re: Double, _ im: Double = 0) { (self.re, self.im) = (re, im) }
  static func + (a: Complex, b: Complex) -> Complex { Complex(a.re + b.re, a.im + b.im) }
  static func * (a: Complex, b: Complex) -> Complex {
    Complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
  }
  var conjugate: Complex { Complex(re, -im) }
  static func phase(_ t: Double) -> Complex { Complex(cos(t), sin(t)) }
}

typealias Matrix = [[Complex]]

enum DenseReference {
  static func matrix(_ gate: String, _ p: [Double]) -> Matrix {
    let (o, l, i) = (Complex(0), Complex(1), Complex(0, 1))
    let r = Complex(0.5.squareRoot())
    func rotation(_ pauli: Matrix, _ t: Double) -> Matrix {
      let n = pauli.count
      return (0..<n).map { a in
        (0..<n).map { b in Complex(a == b ? cos(t / 2) : 0) + Complex(0, -sin(t / 2)) * pauli[a][b] }
      }
    }
    let (x, y, z): (Matrix, Matrix, Matrix) = ([[o, l], [l, o]], [[o, Complex(0, -1)], [i, o]], [[l, o], [o, Complex(-1)]])
    func controlled(_ u: Matrix) -> Matrix {
      let n = u.count
      return (0..<2 * n).map { a in
        (0..<2 * n).map { b in a < n || b < n ? Complex(a == b ? 1 : 0) : u[a - n][b - n] }
      }
    }
    func kron(_ a: Matrix, _ b: Matrix) -> Matrix {
      a.flatMap { ra in b.map { rb in ra.flatMap { x in rb.map { x * $0 } } } }
    }
    func times(_ a: Matrix, _ b: Matrix) -> Matrix {
      a.map { row in b[0].indices.map { j in row.indices.reduce(o) { $0 + row[$1] * b[$1][j] } } }
    }
    let swap: Matrix = [[l, o, o, o], [o, o, l, o], [o, l, o, o], [o, o, o, l]]
    switch gate {
    case "H": return [[r, r], [r, Complex(-0.5.squareRoot())]]
    case "X": return x
    case "Y": return y
    case "Z": return z
    case "S": return [[l, o], [o, i]]
    case "T": return [[l, o], [o, .phase(.pi / 4)]]
    case "SX":
      let (a, b) = (Complex(0.5, 0.5), Complex(0.5, -0.5))
      return [[a, b], [b, a]]
    case "I": return [[l, o], [o, l]]
    case "Sdg": return [[l, o], [o, Complex(0, -1)]]
    case "Tdg": return [[l, o], [o, .phase(-.pi / 4)]]
    case "SXdg":
      let (a, b) = (Complex(0.5, -0.5), Complex(0.5, 0.5))
      return [[a, b], [b, a]]
    case "RX": return rotation(x, p[0])
    case "RY": return rotation(y, p[0])
    case "RZ": return rotation(z, p[0])
    case "PhaseShift", "U1": return [[l, o], [o, .phase(p[0])]]
    case "GlobalPhase": return [[.phase(p[0]), o], [o, .phase(p[0])]]
    case "U2":
      return [[r, Complex(-1) * r * .phase(p[1])], [r * .phase(p[0]), r * .phase(p[0] + p[1])]]
    case "Rot": return times(rotation(z, p[2]), times(rotation(y, p[1]), rotation(z, p[0])))
    case "U3":
      let (c, s) = (Complex(cos(p[0] / 2)), Complex(sin(p[0] / 2)))
      return [[c, Complex(-1) * .phase(p[2]) * s], [.phase(p[1]) * s, .phase(p[1] + p[2]) * c]]
    case "CNOT": return controlled(x)
    case "CY": return controlled(y)
    case "CZ": return controlled(z)
    case "CH": return controlled([[r, r], [r, Complex(-0.5.squareRoot())]])
    case "CRot": return controlled(matrix("Rot", p))
    case "SWAP": return swap
    case "ISWAP": return [[l, o, o, o], [o, o, i, o], [o, i, o, o], [o, o, o, l]]
    case "IsingXY":
      let (c, s) = (Complex(cos(p[0] / 2)), Complex(0, sin(p[0] / 2)))
      return [[l, o, o, o], [o, c, s, o], [o, s, c, o], [o, o, o, l]]
    case "SingleExcitation":
      let (c, s) = (cos(p[0] / 2), sin(p[0] / 2))
      return [[l, o, o, o], [o, Complex(c), Complex(-s), o], [o, Complex(s), Complex(c), o], [o, o, o, l]]
    case "CRX": return controlled(rotation(x, p[0]))
    case "CRY": return controlled(rotation(y, p[0]))
    case "CRZ": return controlled(rotation(z, p[0]))
    case "ControlledPhase": return controlled([[l, o], [o, .phase(p[0])]])
    case "IsingXX": return rotation(kron(x, x), p[0])
    case "IsingYY": return rotation(kron(y, y), p[0])
    case "IsingZZ": return rotation(kron(z, z), p[0])
    case "Toffoli": return controlled(controlled(x))
    case "CCZ": return controlled(controlled(z))
    case "CSWAP": return controlled(swap)
    default: fatalError("no matrix for \(gate)")
    }
  }

  /// Any gate: those with data of their own, and modified ones from their base.
  static func matrix(_ gate: any Gate, _ p: [Double]) -> Matrix {
    switch gate {
    case let gate as UnitaryGate:
      return (0..<gate.matrix.dimension).map { a in
        (0..<gate.matrix.dimension).map { Complex(gate.matrix[a, $0].re, gate.matrix[a, $0].im) }
      }
    case let gate as PauliRot: return rotation(gate.word, p[0])
    case is MultiRZ: return rotation(String(repeating: "Z", count: gate.wireCount), p[0])
    case let gate as Adjoint:
      let u = matrix(gate.base, p)
      return u.indices.map { a in u.indices.map { u[$0][a].conjugate } }
    case let gate as Controlled:
      let u = matrix(gate.base, p)
      let block = gate.values.reduce(0) { 2 * $0 + ($1 ? 1 : 0) } * u.count
      let n = u.count << gate.values.count
      return (0..<n).map { a in
        (0..<n).map { b in
          let inside = (block..<block + u.count).contains(a) && (block..<block + u.count).contains(b)
          return inside ? u[a - block][b - block] : Complex(a == b ? 1 : 0)
        }
      }
    default: return matrix(gate.name, p)
    }
  }

  /// exp(-i t/2 P) = cos(t/2) - i sin(t/2) P, entry by entry.
  private static func rotation(_ word: String, _ t: Double) -> Matrix {
    let letters: [Character: Matrix] = [
      "I": matrix("I", []), "X": matrix("X", []), "Y": matrix("Y", []), "Z": matrix("Z", []),
    ]
    let k = word.count
    return (0..<1 << k).map { a in
      (0..<1 << k).map { b in
        var entry = Complex(0, -sin(t / 2))
        for (position, letter) in word.enumerated() {
          let shift = k - 1 - position
          entry = entry * letters[letter]![a >> shift & 1][b >> shift & 1]
        }
        return entry + Complex(a == b ? cos(t / 2) : 0)
      }
    }
  }

  /// Applies a matrix to wires of a state (wire 0 the most significant bit; first wire first in the matrix).
  static func apply(_ u: Matrix, _ wires: [Int], _ n: Int, to state: [Complex]) -> [Complex] {
    var result = Array(repeating: Complex(0), count: state.count)
    for index in state.indices {
      let column = wires.reduce(0) { $0 * 2 + (index >> (n - 1 - $1)) % 2 }
      for row in u.indices {
        var target = index
        for (k, wire) in wires.enumerated() {
          let bit = 1 << (n - 1 - wire)
          target = (row >> (wires.count - 1 - k)) % 2 == 1 ? target | bit : target & ~bit
        }
        result[target] = result[target] + u[row][column] * state[index]
      }
    }
    return result
  }

  static func value(_ sum: AngleSum, _ inputs: [Double], _ weights: [Double]) -> Double {
    sum.terms.reduce(0) { total, angle in
      switch angle.slot {
      case .none: return total + angle.offset
      case .input(let k): return total + angle.scale * inputs[k] + angle.offset
      case .weight(let k): return total + angle.scale * weights[k] + angle.offset
      case .inputProduct(let a, let b): return total + angle.scale * inputs[a] * inputs[b] + angle.offset
      case .weightedInput(let w, let x): return total + angle.scale * weights[w] * inputs[x] + angle.offset
      }
    }
  }

  static func state(_ circuit: Circuit, inputs: [Double], weights: [Double]) -> [Complex] {
    var state = Array(repeating: Complex(0), count: 1 << circuit.wires)
    state[0] = Complex(1)
    for operation in circuit.operations {
      let angles = operation.angles.map { value($0, inputs, weights) }
      state = apply(matrix(operation.gate!, angles), operation.wires, circuit.wires, to: state)
    }
    return state
  }

  static func expectations(_ circuit: Circuit, inputs: [Double], weights: [Double]) -> [Double] {
    let psi = state(circuit, inputs: inputs, weights: weights)
    return circuit.measurements.compactMap(\.word).map { word in
      var phi = psi
      for (letter, wire) in zip(word.letters, word.wires) {
        phi = apply(matrix(String(letter), []), [wire], circuit.wires, to: phi)
      }
      return zip(psi, phi).reduce(0) { $0 + ($1.0.conjugate * $1.1).re }
    }
  }
}
