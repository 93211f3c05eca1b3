// The largest expectation value within a trace distance of a pure state, exactly.
// The loops over matrices are in WorstStateKernels.swift.

import Circuits
import Learning
import Tensors

/// An observable A by its eigenvalues; what it does to a state depends on them and on the state's weights on the eigenvectors.
package struct Spectrum {
  let values: [Double]
  /// Eigenvectors of the real symmetric matrix [[Re, -Im], [Im, Re]], which has each eigenvalue twice, row by row; nil for a
  /// diagonal A, whose eigenvectors are the basis states.
  let vectors: [Double]?
  package let largest, smallest: Double

  package init(_ a: ComplexMatrix) {
    let n = a.dimension
    var isDiagonal = true
    for i in 0..<n * n where i % (n + 1) != 0 && (a.re[i] != 0 || a.im[i] != 0) { isDiagonal = false }
    if isDiagonal {
      (values, vectors) = ((0..<n).map { a.re[$0 * (n + 1)] }, nil)
    } else {
      (values, vectors) = symmetricEigenvectors(realForm(a), 2 * n)
    }
    (largest, smallest) = (values.max() ?? 0, values.min() ?? 0)
  }

  /// The squared parts of a state along the eigenvectors; they add up to 1.  psi: real and imaginary part in turn.
  package func weights(_ psi: [Double]) -> [Double] {
    let n = psi.count / 2
    guard let vectors else {
      return (0..<n).map { (i: Int) -> Double in
        let (re, im) = (psi[2 * i], psi[2 * i + 1])
        return re * re + im * im
      }
    }
    return values.indices.map { (i: Int) -> Double in
      let first = i * 2 * n
      var part = 0.0
      for j in 0..<n {
        part += vectors[first + j] * psi[2 * j]
        part += vectors[first + n + j] * psi[2 * j + 1]
      }
      return part * part
    }
  }

  package func mean(_ weights: [Double]) -> Double { zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } }

  /// The largest Tr(A sigma) over states sigma with ½|sigma - rho|₁ <= eps, where rho is pure with these weights.
  ///
  /// For pure rho the ball is {sigma >= 0, Tr sigma = 1, sigma >= rho - eps}, for rho - sigma has one positive eigenvalue at
  /// most.  The dual of this semidefinite program (strong by Slater's condition; Boyd & Vandenberghe 2004, 5.9) is
  ///
  ///     min over mu >= a_max of mu - t(mu),  where t >= 0 solves Σ_i b_i p_i / (eps b_i + t) = 1 with b_i = mu - a_i
  ///
  /// (t = 0 where the sum is below 1 at t = 0): -t is the negative eigenvalue of eps B - B^½ rho B^½, B = mu - A.  It is convex
  /// in mu.
  package func largestMean(_ weights: [Double], eps: Double) -> Double {
    let (spread, mean) = (largest - smallest, mean(weights))
    if eps <= 0 || spread <= 0 { return mean }
    if eps >= 1 { return largest }
    func value(_ mu: Double) -> Double { mu - secularRoot(weights, eps, mu) }
    // Beyond, the optimum's own slope eps outweighs what is gained.
    var (low, high) = (largest, largest + 2 * spread / eps)
    let golden = 0.6180339887498949
    var (a, b) = (high - golden * (high - low), low + golden * (high - low))
    var (atA, atB) = (value(a), value(b))
    for _ in 0..<100 {
      if atA <= atB {
        (high, b, atB) = (b, a, atA)
        a = high - golden * (high - low)
        atA = value(a)
      } else {
        (low, a, atA) = (a, b, atB)
        b = low + golden * (high - low)
        atB = value(b)
      }
      if high - low <= 1e-13 * spread { break }
    }
    // Every value of the dual is above the largest mean; the least of them is nearest to it.
    return min(largest, max(mean, min(atA, atB, value(largest))))
  }

  /// t >= 0 with Σ b p / (eps b + t) = 1 by Newton's method from the left, where the sum falls and is convex.
  private func secularRoot(_ weights: [Double], _ eps: Double, _ mu: Double) -> Double {
    var t = 0.0
    for _ in 0..<60 {
      var (sum, slope) = (0.0, 0.0)
      for i in values.indices {
        let b = mu - values[i]
        if b <= 0 || weights[i] == 0 { continue }
        let part = b * weights[i] / (eps * b + t)
        sum += part
        slope -= part / (eps * b + t)
      }
      if sum <= 1 || slope == 0 { return t }
      let step = (1 - sum) / slope
      t += step
      if step <= 1e-15 * t { return t }
    }
    return t
  }
}

/// Differences of outputs for all pairs of classes.
struct Pairs {
  private let classes: Int
  /// A and c of z_k - z_y at y * classes + k; empty at k = y.
  private var spectra: [Spectrum?]
  private var constants: [Double]

  init(_ observables: [ComplexMatrix], _ head: AffineHead) {
    let count = head.bias.count
    classes = count
    constants = Array(repeating: 0, count: count * count)
    var found = [Spectrum?](repeating: nil, count: count * count)
    for y in 0..<count {
      for k in 0..<count where k != y {
        var a = ComplexMatrix(dimension: observables[0].dimension)
        for (j, observable) in observables.enumerated() {
          a = a + observable.scaled(head.weights[k][j] - head.weights[y][j])
        }
        found[y * count + k] = Spectrum(a)
        constants[y * count + k] = head.bias[k] - head.bias[y]
      }
    }
    spectra = found
  }

  /// states [rows, 2^wires, 2].
  func attack(_ states: Tensor, _ labels: [Int], eps: Double, wantsRadius: Bool) -> [QuantumAttackOutcome.Row] {
    let width = states.count / labels.count
    return inParallel(labels.count) { row in
      let psi = (row * width..<(row + 1) * width).map { states[$0] }
      return attack(psi, labels[row], eps, wantsRadius)
    }
  }

  private func attack(_ psi: [Double], _ label: Int, _ eps: Double, _ wantsRadius: Bool) -> QuantumAttackOutcome.Row {
    var (clean, worst, bound, mixture) = (-Double.infinity, -Double.infinity, -Double.infinity, -Double.infinity)
    var rival = label
    var parts: [(spectrum: Spectrum, weights: [Double], constant: Double)] = []
    for k in 0..<classes {
      guard let spectrum = spectra[label * classes + k] else { continue }
      let (weights, constant) = (spectrum.weights(psi), constants[label * classes + k])
      let mean = spectrum.mean(weights)
      let most = spectrum.largestMean(weights, eps: eps) + constant
      if most > worst { (worst, rival) = (most, k) }
      clean = max(clean, mean + constant)
      bound = max(bound, mean + eps * (spectrum.largest - spectrum.smallest) + constant)
      mixture = max(mixture, (1 - eps) * mean + eps * spectrum.largest + constant)
      parts.append((spectrum, weights, constant))
    }
    let isBroken = worst > 0
    var radius = 1.0
    if wantsRadius {
      func falls(_ eps: Double) -> Bool {
        parts.contains { $0.spectrum.largestMean($0.weights, eps: eps) + $0.constant > 0 }
      }
      if falls(0) { radius = 0 } else if falls(1) {
        var low = 0.0
        for _ in 0..<30 {
          let middle = (low + radius) / 2
          if falls(middle) { radius = middle } else { low = middle }
        }
      }
    }
    return QuantumAttackOutcome.Row(
      label: label, before: label, after: isBroken ? rival : label, isBroken: isBroken,
      figures: [-clean, -worst, -bound, -mixture, wantsRadius ? radius : .nan])
  }
}
