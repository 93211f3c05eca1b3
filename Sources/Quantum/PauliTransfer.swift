// A density matrix as its expectation values of Pauli words: how constant instructions act on these real numbers.
//
// A word is an index with two bits per wire, wire bit b at 2b: I 0, Z 1, X 2, Y 3.  With r[Q] = Tr(Qρ) an
// instruction is a real matrix, r' = R r (the Pauli transfer matrix, Chow et al. 2012), and R's transpose pulls
// observables o[Q] back.

import Circuits
import Glibc

/// Bit b of the mask at bit 2b.
func spread(_ mask: Int) -> Int {
  var (result, rest) = (0, mask)
  while rest != 0 {
    result |= 1 << (2 * rest.trailingZeroBitCount)
    rest &= rest - 1
  }
  return result
}

extension PauliMask {
  /// The word as an index of a vector of Pauli coefficients.
  var index: Int { spread(z) | spread(x) << 1 }

  init(index: Int) {
    self.init(x: 0, z: 0)
    var b = 0
    while index >> (2 * b) != 0 {
      z |= (index >> (2 * b) & 1) << b
      x |= (index >> (2 * b + 1) & 1) << b
      b += 1
    }
  }
}

/// A constant map of Pauli coefficients on a few bits, as a dense matrix of 4^k rows.
struct PauliTransfer {
  /// Bit numbers, least significant first.
  let bits: [Int]
  var matrix: [Double]

  var dimension: Int { 1 << (2 * bits.count) }

  static let maximumBits = 4

  init(bits: [Int], matrix: [Double]) { (self.bits, self.matrix) = (bits, matrix) }

  /// The identity on one bit.
  init(identityOn bit: Int) {
    bits = [bit]
    matrix = (0..<16).map { $0 % 5 == 0 ? 1 : 0 }
  }

  /// Of a constant gate or a channel on at most `maximumBits` bits.
  init(_ instruction: Instruction) {
    let kraus: [ComplexMatrix]
    if case .channel(let step) = instruction {
      bits = step.bits.reversed().map(\.trailingZeroBitCount)
      kraus = step.kraus
    } else {
      let support = instruction.support
      let bits = (0..<Int.bitWidth).filter { support >> $0 & 1 == 1 }
      self.bits = bits
      kraus = [instruction.compressed(to: bits).matrix(bits: bits.count)]
    }
    let size = 1 << bits.count
    matrix = Array(repeating: 0, count: size * size * size * size)
    let adjoints = kraus.map(\.adjoint)
    for column in 0..<size * size {
      let word = PauliMask(index: column)
      var image = ComplexMatrix(dimension: size)
      for (k, a) in zip(kraus, adjoints) { image = image + k * a.leftMultiplied(by: word) }
      for row in 0..<size * size {
        let value = Self.trace(image, PauliMask(index: row)) / Double(size)
        matrix[row * size * size + column] = abs(value) < 1e-15 ? 0 : abs(abs(value) - 1) < 4e-16 ? value.rounded() : value
      }
    }
  }

  /// Re Tr(P M)
  private static func trace(_ m: ComplexMatrix, _ p: PauliMask) -> Double {
    var (re, im) = (0.0, 0.0)
    for i in 0..<m.dimension {
      let sign = (i & p.z).nonzeroBitCount & 1 == 1 ? -1.0 : 1.0
      let entry = m[i, i ^ p.x]
      re += sign * entry.re
      im += sign * entry.im
    }
    switch (p.x & p.z).nonzeroBitCount & 3 {
    case 0: return re
    case 1: return -im
    case 2: return -re
    default: return im
    }
  }

  /// `self` after `first`, both on the same bits.
  func after(_ first: PauliTransfer) -> PauliTransfer {
    let n = dimension
    var product = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for k in 0..<n where matrix[i * n + k] != 0 {
        for j in 0..<n { product[i * n + j] += matrix[i * n + k] * first.matrix[k * n + j] }
      }
    }
    return PauliTransfer(bits: bits, matrix: product)
  }

  /// `self` after diagonal maps of single bits among its own.
  func after(diagonals: [PauliTransfer]) -> PauliTransfer {
    var result = self
    let n = dimension
    for diagonal in diagonals {
      let place = bits.firstIndex(of: diagonal.bits[0])!
      for column in 0..<n {
        let factor = diagonal.matrix[5 * (column >> (2 * place) & 3)]
        for row in 0..<n { result.matrix[row * n + column] *= factor }
      }
    }
    return result
  }

  var isDiagonal: Bool { matrix.indices.allSatisfy { matrix[$0] == 0 || $0 % (dimension + 1) == 0 } }

  var isIdentity: Bool { isDiagonal && (0..<dimension).allSatisfy { matrix[$0 * (dimension + 1)] == 1 } }

  /// Whether the transpose undoes it: unitary gates.
  var isOrthogonal: Bool {
    let n = dimension
    for i in 0..<n {
      for j in 0...i {
        var sum = 0.0
        for k in 0..<n { sum += matrix[i * n + k] * matrix[j * n + k] }
        if abs(sum - (i == j ? 1 : 0)) > 1e-13 { return false }
      }
    }
    return true
  }

  /// Whether a map of one bit commutes with rotations about words that have this letter there (and, if `alone`,
  /// no other letter).
  func commutes(withLetter letter: Int, alone: Bool) -> Bool {
    if letter == 0 { return true }
    let plane = (1...3).filter { $0 != letter }
    let (a, b) = (plane[0], plane[1])
    func m(_ i: Int, _ j: Int) -> Double { matrix[4 * i + j] }
    guard m(a, a) == m(b, b) else { return false }
    guard alone else { return isDiagonal && m(letter, letter) == 1 }
    // Apart from the plane of the rotation, and the same in all its directions.
    return m(a, b) == -m(b, a)
      && [0, letter].allSatisfy { m(a, $0) == 0 && m(b, $0) == 0 && m($0, a) == 0 && m($0, b) == 0 }
  }
}

/// A constant map as plain memory, only the entries that are not 0.
final class PauliBlock: Sendable {
  let bits: [Int]
  /// Two index bits of every wire it touches.
  let mask: Int
  let dimension: Int
  /// Offset in a vector of each local word.
  let offsets: Buffer<Int>
  /// Rows that change something, and their entries; forward and transposed.
  let forward: Rows
  let transposed: Rows
  let isOrthogonal: Bool

  struct Rows: Sendable {
    /// Local word of each row, and where its entries begin.
    let row: Buffer<Int32>
    let first: Buffer<Int32>
    let column: Buffer<Int32>
    let value: Buffer<Double>

    init(_ dimension: Int, _ entry: (Int, Int) -> Double) {
      var (rows, starts, columns, values) = ([Int32](), [Int32(0)], [Int32](), [Double]())
      for i in 0..<dimension {
        let list = (0..<dimension).filter { entry(i, $0) != 0 }
        if list == [i], entry(i, i) == 1 { continue }
        rows.append(Int32(i))
        columns += list.map(Int32.init)
        values += list.map { entry(i, $0) }
        starts.append(Int32(columns.count))
      }
      (row, first, column, value) = (Buffer(rows), Buffer(starts), Buffer(columns), Buffer(values))
    }
  }

  init(_ transfer: PauliTransfer) {
    bits = transfer.bits
    let n = transfer.dimension
    dimension = n
    mask = bits.reduce(0) { $0 | 3 << (2 * $1) }
    offsets = Buffer(
      (0..<n).map { local in
        transfer.bits.enumerated().reduce(0) { $0 | (local >> (2 * $1.offset) & 3) << (2 * $1.element) }
      })
    forward = Rows(n) { transfer.matrix[$0 * n + $1] }
    transposed = Rows(n) { transfer.matrix[$1 * n + $0] }
    isOrthogonal = transfer.isOrthogonal
  }
}
