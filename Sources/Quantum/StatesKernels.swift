// Loops over the amplitudes of single states, real and imaginary part in turn: probabilities, reduced density
// matrices, overlaps.  Masks and sizes are taken as checked.

import Circuits
import Tensors

enum StatesKernels {
  /// One lane of a vector of states.
  static func unpack<V: Lanes>(_ psi: UnsafePointer<V>, _ size: Int, lane: Int, _ out: UnsafeMutablePointer<Double>) {
    let (scalars, width) = (UnsafeRawPointer(psi).assumingMemoryBound(to: V.Scalar.self), V.scalarCount)
    for i in 0..<2 * size { out[i] = Double(scalars[i * width + lane]) }
  }

  /// Offsets in a state of each value of some bits, the first the most significant; a bit of 0 is none.
  static func offsets(_ bits: [Int]) -> Buffer<Int> {
    let result = Buffer<Int>(1 << bits.count)
    result[0] = 0
    for (position, bit) in bits.reversed().enumerated() {
      let size = 1 << position
      for i in 0..<size { result[size + i] = result[i] | bit }
    }
    return result
  }

  /// The bits of a register that are not among some.
  static func others(_ bits: [Int], size: Int) -> [Int] {
    let taken = bits.reduce(0) { $0 | $1 }
    return (0..<size.trailingZeroBitCount).reversed().map { 1 << $0 }.filter { $0 & taken == 0 }
  }

  /// Probabilities of the 2^k values of some distinct bits.
  static func probabilities(
    _ psi: UnsafePointer<Double>, _ size: Int, _ bits: [Int], _ out: UnsafeMutablePointer<Double>
  ) {
    let (kept, rest) = (offsets(bits), offsets(others(bits, size: size)))
    for a in 0..<kept.count {
      var sum = 0.0
      for r in 0..<rest.count {
        let i = kept[a] | rest[r]
        sum += psi[2 * i] * psi[2 * i] + psi[2 * i + 1] * psi[2 * i + 1]
      }
      out[a] = sum
    }
  }

  /// ρ of some bits, row by row, real and imaginary part in turn.
  static func density(_ psi: UnsafePointer<Double>, _ size: Int, _ bits: [Int], _ out: UnsafeMutablePointer<Double>) {
    let (kept, rest) = (offsets(bits), offsets(others(bits, size: size)))
    let dimension = kept.count
    for i in 0..<2 * dimension * dimension { out[i] = 0 }
    for r in 0..<rest.count {
      for a in 0..<dimension {
        let i = 2 * (kept[a] | rest[r])
        let (re, im) = (psi[i], psi[i + 1])
        if re == 0 && im == 0 { continue }
        let row = out + 2 * a * dimension
        for b in 0..<dimension {
          let j = 2 * (kept[b] | rest[r])
          row[2 * b] += re * psi[j] + im * psi[j + 1]
          row[2 * b + 1] += im * psi[j] - re * psi[j + 1]
        }
      }
    }
  }

  /// ⟨a|b⟩
  static func overlap(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ size: Int) -> (re: Double, im: Double) {
    var (re, im) = (0.0, 0.0)
    for i in 0..<size {
      re += a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1]
      im += a[2 * i] * b[2 * i + 1] - a[2 * i + 1] * b[2 * i]
    }
    return (re, im)
  }

  /// Probabilities of what is read on k wires, the first the most significant, from those of what there is.
  static func misread(_ p: UnsafeMutablePointer<Double>, _ errors: [ReadoutError?]) {
    let size = 1 << errors.count
    for (position, error) in errors.enumerated() {
      guard let error else { continue }
      let bit = size >> (position + 1)
      for i in 0..<size where i & bit == 0 {
        let (zero, one) = (p[i], p[i | bit])
        p[i] = (1 - error.oneOfZero) * zero + error.zeroOfOne * one
        p[i | bit] = error.oneOfZero * zero + (1 - error.zeroOfOne) * one
      }
    }
  }
}
