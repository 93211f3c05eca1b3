// The matrix of a constant instruction on the few bits it touches, for what reasons about gates instead of
// running them.

extension Instruction {
  /// The unitary of a constant instruction (a rotation: by the constant part of its angle) on a register
  /// of `bits` bits, least significant first.
  package func matrix(bits: Int) -> ComplexMatrix {
    let size = 1 << bits
    var result = ComplexMatrix(dimension: size)
    switch self {
    case .rotation(let r):
      let (sin, cos) = sineAndCosine(r.factor * r.angle.offset)
      for i in 0..<size {
        guard i & r.controls == r.controls else {
          result[i, i] = (1, 0)
          continue
        }
        // P|i⟩ = i^#Y (-1)^(i·z) |i ^ x⟩
        let sign = (i & r.z).nonzeroBitCount & 1 == 1 ? -1.0 : 1.0
        let phase = [(1.0, 0.0), (0, 1), (-1, 0), (0, -1)][r.yCount & 3]
        let (re, im) = (sign * phase.0, sign * phase.1)
        let j = i ^ r.x
        // cos I - i sin P
        result.re[i * size + i] += cos
        result.re[j * size + i] += sin * im
        result.im[j * size + i] -= sin * re
      }
    case .matrix(let m):
      for i in 0..<size {
        guard i & m.controls == m.controls else {
          result[i, i] = (1, 0)
          continue
        }
        let column = i & m.target == 0 ? 0 : 1
        for row in 0..<2 {
          let j = row == 0 ? i & ~m.target : i | m.target
          result[j, i] = (m.re[2 * row + column], m.im[2 * row + column])
        }
      }
    case .swap(let s):
      for i in 0..<size {
        let differ = (i & s.a != 0) != (i & s.b != 0)
        result[i & s.controls == s.controls && differ ? i ^ s.a ^ s.b : i, i] = (1, 0)
      }
    case .unitary(let u):
      let offsets = u.offsets
      let mask = u.bits.reduce(0) { $0 | $1 }
      for i in 0..<size {
        guard i & u.controls == u.controls else {
          result[i, i] = (1, 0)
          continue
        }
        let column = offsets.firstIndex(of: i & mask)!
        for (row, offset) in offsets.enumerated() { result[i & ~mask | offset, i] = u.matrix[row, column] }
      }
    case .channel: preconditionFailure("a channel has no unitary")
    }
    return result
  }
}

extension ComplexMatrix {
  /// `P M` for the Pauli word P.
  package func leftMultiplied(by word: PauliMask) -> ComplexMatrix {
    var result = ComplexMatrix(dimension: dimension)
    let phase = [(1.0, 0.0), (0, 1), (-1, 0), (0, -1)][(word.x & word.z).nonzeroBitCount & 3]
    for i in 0..<dimension {
      let sign = (i & word.z).nonzeroBitCount & 1 == 1 ? -1.0 : 1.0
      for j in 0..<dimension {
        let (a, b) = self[i, j]
        result[i ^ word.x, j] = (sign * (phase.0 * a - phase.1 * b), sign * (phase.0 * b + phase.1 * a))
      }
    }
    return result
  }

  /// The real part of tr(P M) for the Pauli word P.
  package func traceOfProduct(with word: PauliMask) -> Double {
    let phase = [(1.0, 0.0), (0, 1), (-1, 0), (0, -1)][(word.x & word.z).nonzeroBitCount & 3]
    return (0..<dimension).reduce(0) { sum, i in
      // Row i ^ x of P M is row i of M times a phase.
      let (a, b) = self[i, i ^ word.x]
      let value = phase.0 * a - phase.1 * b
      return sum + ((i & word.z).nonzeroBitCount & 1 == 1 ? -value : value)
    }
  }
}
