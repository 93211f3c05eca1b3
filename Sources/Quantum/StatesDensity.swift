// What is read off density matrices of some wires: the matrices, purity, entropy, and how alike two states are.

import Circuits
import Glibc
import StateVectors
import Tensors

extension CircuitStates {
  /// More would be 2^20 entries per sample.
  static let maximumDensityWires = 10
  /// Eigenvalues take the third power of 2^wires.
  static let maximumSpectrumWires = 8
  /// 4^6 Pauli words.
  static let maximumNoisyWires = 6

  /// ρ of some wires (none: of all), [batch, 2^k, 2^k, 2], the first wire the most significant bit.
  ///
  /// Noise is included exactly, readout errors are not: they concern what is read.
  public func density(inputs: Tensor?, weights: Tensor?, wires: [Int]) throws -> Tensor {
    let samples = try circuit.samples(inputs: inputs, weights: weights)
    let wires = try checked(wires, "a density matrix", atMost: Self.maximumDensityWires)
    let size = 1 << wires.count
    let out = try Self.result(samples, [size, size, 2])
    try forEachDensity(samples, inputs, weights, wires, smaller: false) { sample, rho in Self.write(rho, out, sample) }
    return out
  }

  /// Tr ρ² of some wires (none: of all), [batch]: 1 for a pure state, 1 / 2^k for the maximally mixed one.
  public func purity(inputs: Tensor?, weights: Tensor?, wires: [Int]) throws -> Tensor {
    let samples = try circuit.samples(inputs: inputs, weights: weights)
    let wires = try checked(wires, "the purity", atMost: circuit.wires)
    let out = Tensor(uninitialized: samples.type, [samples.count])
    let size = try reducedSize(wires, "the purity", atMost: Self.maximumDensityWires)
    try forEachDensity(samples, inputs, weights, wires, smaller: true) { sample, rho in
      var sum = 0.0
      for i in 0..<2 * size * size { sum += rho[i] * rho[i] }
      out[sample] = sum
    }
    return out
  }

  /// The von Neumann entropy -Tr ρ log ρ of some wires (none: of all), [batch], logarithms to `base`.
  public func entropy(inputs: Tensor?, weights: Tensor?, wires: [Int], base: Double = 2) throws -> Tensor {
    guard base > 0, base != 1, base.isFinite else {
      throw EngineError.value("base is \(base); it must be above 0 and not 1")
    }
    let samples = try circuit.samples(inputs: inputs, weights: weights)
    let wires = try checked(wires, "the entropy", atMost: circuit.wires)
    let size = try reducedSize(wires, "the entropy", atMost: Self.maximumSpectrumWires)
    let out = Tensor(uninitialized: samples.type, [samples.count])
    try forEachDensity(samples, inputs, weights, wires, smaller: true) { sample, rho in
      let sum = Self.matrix(rho, size).hermitianEigenvalues().reduce(0) { $1 > 0 ? $0 - $1 * Glibc.log($1) : $0 }
      out[sample] = max(0, sum / Glibc.log(base))
    }
    return out
  }

  /// How alike the final states of two circuits are, [batch]: |⟨a|b⟩|² of state vectors, of density matrices
  /// (Tr √(√ρ σ √ρ))² (Uhlmann 1976, Jozsa 1994).  A batch of one goes with any batch.
  public func fidelity(
    inputs: Tensor?, weights: Tensor?, with other: CircuitStates, inputs otherInputs: Tensor?, weights otherWeights: Tensor?
  ) throws -> Tensor {
    guard circuit.wires == other.circuit.wires else {
      throw EngineError.shape(
        "the fidelity of circuits of \(counted(circuit.wires, "wire")) and of \(other.circuit.wires); they must have equally many")
    }
    let a = try circuit.samples(inputs: inputs, weights: weights)
    let b = try other.circuit.samples(inputs: otherInputs, weights: otherWeights)
    guard a.count == b.count || a.count == 1 || b.count == 1 else {
      throw EngineError.shape("the batches have \(a.count) and \(b.count) samples; they must have equally many, or one has 1")
    }
    let count = max(a.count, b.count)
    let out = Tensor(uninitialized: a.type, [count])
    if isPure && other.isPure {
      let (first, second) = (try all(a), try other.all(b))
      for sample in 0..<count {
        let overlap = StatesKernels.overlap(
          first.pointer + (a.count == 1 ? 0 : 2 * size * sample), second.pointer + (b.count == 1 ? 0 : 2 * size * sample), size)
        out[sample] = overlap.re * overlap.re + overlap.im * overlap.im
      }
      return out
    }
    let limit = Self.maximumNoisyWires
    guard circuit.wires <= limit else {
      throw EngineError.state(
        "the fidelity of mixed states of \(circuit.wires) wires; at most \(limit) are possible, compare pure states instead")
    }
    let (first, second) = (
      try density(inputs: inputs?.cast(to: .float64), weights: weights?.cast(to: .float64), wires: []),
      try other.density(inputs: otherInputs?.cast(to: .float64), weights: otherWeights?.cast(to: .float64), wires: []))
    let width = 2 * size(circuit.wires) * size(circuit.wires)
    for sample in 0..<count {
      let rho = Self.matrix(first.pointer(Double.self) + (a.count == 1 ? 0 : width * sample), size(circuit.wires))
      let sigma = Self.matrix(second.pointer(Double.self) + (b.count == 1 ? 0 : width * sample), size(circuit.wires))
      out[sample] = Self.fidelity(rho, sigma)
    }
    return out
  }

  private func size(_ wires: Int) -> Int { 1 << wires }

  /// ρ = L L†; then ρσ has the eigenvalues of L†σL.
  private static func fidelity(_ rho: ComplexMatrix, _ sigma: ComplexMatrix) -> Double {
    let root = factor(rho)
    let sum = (root.adjoint * sigma * root).hermitianEigenvalues().reduce(0) { $0 + max(0, $1).squareRoot() }
    return sum * sum
  }

  /// Cholesky's factor of a positive semidefinite matrix; columns of pivots that are 0 to rounding are 0.
  private static func factor(_ matrix: ComplexMatrix) -> ComplexMatrix {
    let n = matrix.dimension
    var (rest, result) = (matrix, ComplexMatrix(dimension: n))
    // The largest pivot first: what remains is then 0 to rounding in all entries at once.
    for column in 0..<n {
      let pivot = (0..<n).max { rest[$0, $0].re < rest[$1, $1].re }!
      let value = rest[pivot, pivot].re
      guard value > 1e-15 else { break }
      let root = value.squareRoot()
      let entries = (0..<n).map { (rest[$0, pivot].re / root, rest[$0, pivot].im / root) }
      for i in 0..<n { result[i, column] = entries[i] }
      for i in 0..<n {
        for j in 0..<n {
          let (a, b) = (entries[i], entries[j])
          rest.re[i * n + j] -= a.0 * b.0 + a.1 * b.1
          rest.im[i * n + j] -= a.1 * b.0 - a.0 * b.1
        }
      }
    }
    return result
  }

  // MARK: Density matrices

  private func checked(_ wires: [Int], _ what: String, atMost limit: Int) throws -> [Int] {
    let wires = wires.isEmpty ? Array(0..<circuit.wires) : wires
    try circuit.check(wires)
    guard wires.count <= limit else {
      throw EngineError.value("\(what) of \(wires.count) wires; at most \(limit) are possible")
    }
    return wires
  }

  /// The dimension of the smaller of two matrices with the same eigenvalues but zeros: that of the wires and
  /// that of the rest of a register in a pure state.
  private func reducedSize(_ wires: [Int], _ what: String, atMost limit: Int) throws -> Int {
    let count = circuit.hasChannels ? wires.count : min(wires.count, lowering.wires - wires.count)
    guard count <= limit else {
      throw EngineError.value(
        "\(what) of \(wires.count) of \(lowering.wires) wires needs a density matrix of \(count) wires; at most \(limit) are possible")
    }
    return 1 << count
  }

  /// Calls the body with every sample's density matrix, real and imaginary part in turn, from several threads.
  private func forEachDensity(
    _ samples: Samples, _ inputs: Tensor?, _ weights: Tensor?, _ wires: [Int], smaller: Bool,
    _ body: (Int, UnsafePointer<Double>) -> Void
  ) throws {
    if circuit.hasChannels { return try forEachNoisyDensity(samples, inputs, weights, wires, body) }
    var bits = wires.map { Wire($0, of: circuit.wires).bit }
    let others = StatesKernels.others(bits, size: size)
    if smaller, others.count < bits.count { bits = others }
    try forEachState(samples) { sample, psi in
      let rho = Buffer<Double>(2 << (2 * bits.count))
      StatesKernels.density(psi, size, bits, rho.pointer)
      body(sample, rho.pointer)
    }
  }

  /// ρ = 2^-k Σ ⟨P⟩ P over all Pauli words of the wires.
  private func forEachNoisyDensity(
    _ samples: Samples, _ inputs: Tensor?, _ weights: Tensor?, _ wires: [Int], _ body: (Int, UnsafePointer<Double>) -> Void
  ) throws {
    let k = wires.count
    guard k <= Self.maximumNoisyWires else {
      throw EngineError.state(
        "the density matrix of \(k) wires of a circuit with noise; at most \(Self.maximumNoisyWires) are possible, name some wires")
    }
    let size = 1 << k
    let masks = (1..<size * size).map { PauliMask(x: $0 >> k, z: $0 & (size - 1)) }
    let words = masks.map { mask in
      // The word of the k wires, put on the circuit's.
      let local = PauliWord(mask, of: k)
      return Measurement.expectation(PauliSum(PauliWord(local.letters, local.wires.map { wires[$0] })))
    }
    let type = samples.type
    let values = try noisy(words, inputs?.cast(to: type), weights?.cast(to: type), readout: false)
    for sample in 0..<samples.count {
      var rho = ComplexMatrix.identity(size)
      for (index, mask) in masks.enumerated() {
        let word = ComplexMatrix.identity(size).leftMultiplied(by: mask)
        let value = values[sample * masks.count + index]
        for i in rho.re.indices {
          rho.re[i] += value * word.re[i]
          rho.im[i] += value * word.im[i]
        }
      }
      let flat = zip(rho.re, rho.im).flatMap { [$0 / Double(size), $1 / Double(size)] }
      flat.withUnsafeBufferPointer { body(sample, $0.baseAddress!) }
    }
  }

  private static func matrix(_ rho: UnsafePointer<Double>, _ size: Int) -> ComplexMatrix {
    ComplexMatrix(
      dimension: size, re: (0..<size * size).map { rho[2 * $0] }, im: (0..<size * size).map { rho[2 * $0 + 1] })
  }

  /// All states of a batch one after the other.
  func all(_ samples: Samples, shift: Shift? = nil) throws -> Buffer<Double> {
    try LargeMemory.check([16, size, samples.count], for: "\(counted(samples.count, "state")) of \(counted(lowering.wires, "wire"))")
    let states = Buffer<Double>(2 * size * samples.count)
    try forEachState(samples, shift: shift) { sample, psi in
      (states.pointer + 2 * size * sample).update(from: psi, count: 2 * size)
    }
    return states
  }
}
