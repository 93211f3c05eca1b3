// One vector of random runs of a noisy circuit (quantum trajectories: Dalibard, Castin, Mølmer 1992): where noise
// comes, every lane draws one of the channel's operators with its probability in the lane's own state.

import Circuits
import Tensors

/// A channel as plain memory.
final class NoiseStep: Sendable {
  let mask: Int
  let dimension: Int
  let count: Int
  /// Offset in a state of each basis state of the operators.
  let offsets: Buffer<Int>
  /// Row by row, real and imaginary part in turn, operator by operator; and K†K of each.
  let operators: Buffer<Double>
  let weights: Buffer<Double>
  /// Of channels whose draws do not depend on the state (K†K all multiples of the identity).
  let probabilities: [Double]?
  /// Operators that are multiples of the identity.
  let isIdle: [Bool]

  init(_ step: ChannelStep) {
    let unitary = ControlledUnitary(bits: step.bits, step.kraus[0])
    let n = unitary.matrix.dimension
    (mask, dimension, count) = (step.bits.reduce(0) { $0 | $1 }, n, step.kraus.count)
    offsets = Buffer(unitary.offsets)
    func flat(_ matrices: [ComplexMatrix]) -> Buffer<Double> {
      Buffer(matrices.flatMap { m in zip(m.re, m.im).flatMap { [$0, $1] } })
    }
    let products = step.kraus.map { $0.adjoint * $0 }
    operators = flat(step.kraus)
    weights = flat(products)
    func isMultiple(_ m: ComplexMatrix) -> Bool {
      var scaled = ComplexMatrix(dimension: n)
      for i in 0..<n { scaled[i, i] = m[0, 0] }
      return m.distance(to: scaled) < 1e-14
    }
    probabilities = products.allSatisfy(isMultiple) ? products.map { $0[0, 0].re } : nil
    isIdle = step.kraus.map(isMultiple)
  }
}

enum TrajectoryKernels<V: Lanes> {
  typealias State = UnsafeMutablePointer<V>

  /// One operator for every lane, by its uniform number; the states keep norm 1.  Scratch: 4 d² + 2 d vectors for
  /// matrices of d rows.
  static func apply(_ psi: State, _ size: Int, _ step: NoiseStep, draws: UnsafePointer<Double>, scratch: State) {
    let n = step.dimension
    let (reduced, matrix, sums) = (scratch, scratch + 2 * n * n, scratch + 4 * n * n)
    if step.probabilities == nil { reduce(psi, size, step, into: reduced) }
    var idle = true
    for lane in 0..<V.scalarCount {
      let (k, p) = choose(step, reduced, lane, draws[lane])
      if !step.isIdle[k] { idle = false }
      let scale = 1 / p.squareRoot()
      for entry in 0..<2 * n * n { matrix[entry][lane] = V.Scalar(scale * step.operators[k * 2 * n * n + entry]) }
    }
    if idle { return }
    let offsets = step.offsets.pointer
    for base in 0..<size where base & step.mask == 0 {
      for row in 0..<n {
        var (re, im) = (V.zeros, V.zeros)
        for column in 0..<n {
          let place = psi + 2 * (base + offsets[column])
          let (a, b) = (matrix[2 * (row * n + column)], matrix[2 * (row * n + column) + 1])
          re = V.mulAdd(a, place[0], V.mulSub(b, place[1], re))
          im = V.mulAdd(a, place[1], V.mulAdd(b, place[0], im))
        }
        (sums[2 * row], sums[2 * row + 1]) = (re, im)
      }
      for row in 0..<n {
        let place = psi + 2 * (base + offsets[row])
        (place[0], place[1]) = (sums[2 * row], sums[2 * row + 1])
      }
    }
  }

  /// The reduced density matrix of the step's bits.
  private static func reduce(_ psi: State, _ size: Int, _ step: NoiseStep, into rho: State) {
    let (n, offsets) = (step.dimension, step.offsets.pointer)
    for k in 0..<2 * n * n { rho[k] = V.zeros }
    for base in 0..<size where base & step.mask == 0 {
      for i in 0..<n {
        let p = psi + 2 * (base + offsets[i])
        for j in 0...i {
          let q = psi + 2 * (base + offsets[j])
          let place = rho + 2 * (i * n + j)
          place[0] = V.mulAdd(p[0], q[0], V.mulAdd(p[1], q[1], place[0]))
          place[1] = V.mulAdd(p[1], q[0], V.mulSub(p[0], q[1], place[1]))
        }
      }
    }
  }

  /// The operator that a uniform number stands for, and its probability Tr(K†K ρ).
  private static func choose(_ step: NoiseStep, _ rho: State, _ lane: Int, _ draw: Double) -> (Int, Double) {
    func probability(_ k: Int) -> Double {
      if let fixed = step.probabilities { return fixed[k] }
      let n = step.dimension
      let w = step.weights.pointer + k * 2 * n * n
      var sum = 0.0
      for i in 0..<n {
        sum += w[2 * (i * n + i)] * Double(rho[2 * (i * n + i)][lane])
        // Both are Hermitian: Re(w_ji ρ_ij) counts twice.
        for j in 0..<i {
          let (a, b) = (w[2 * (j * n + i)], w[2 * (j * n + i) + 1])
          sum += 2 * (a * Double(rho[2 * (i * n + j)][lane]) - b * Double(rho[2 * (i * n + j) + 1][lane]))
        }
      }
      return max(0, sum)
    }
    var (rest, best) = (draw, (0, 0.0))
    for k in 0..<step.count {
      let p = probability(k)
      if rest < p { return (k, p) }
      rest -= p
      if p > best.1 { best = (k, p) }
    }
    // Rounding left a little beyond the last one.
    return best
  }
}
