// What follows from how a gate lowers: its matrix, the generators of its angles, and the frequencies of
// expectation values in them, from which shift rules follow.

import Tensors

extension Gate {
  /// Gates on more wires than this have no matrix that one would want to see.
  public static var maximumMatrixWires: Int { 8 }

  /// The unitary [2^wires, 2^wires] for angles in radians; the first wire is the most significant bit.
  public func matrix(_ angles: [Double] = []) throws -> ComplexMatrix {
    guard angles.count == angleCount else {
      throw EngineError.value("\(name) takes \(counted(angleCount, "angle")), got \(angles.count)")
    }
    for angle in angles where !angle.isFinite {
      throw EngineError.value("an angle is \(angle); angles must be finite")
    }
    return try steps(angles.map(Angle.constant)).reduce(.identity(1 << wireCount)) { $1.matrix(bits: wireCount) * $0 }
  }

  /// The Hermitian G of one angle θ, all others 0: the gate is U(0) exp(-iθG).
  public func generator(of angle: Int) throws -> ComplexMatrix {
    guard (0..<angleCount).contains(angle) else {
      throw EngineError.value(
        angleCount == 0 ? "\(name) takes no angles" : "angle \(angle) of \(name) is not in 0..\(angleCount - 1)")
    }
    var (before, sum) = (ComplexMatrix.identity(1 << wireCount), ComplexMatrix(dimension: 1 << wireCount))
    for step in try steps((0..<angleCount).map { $0 == angle ? .weight(0) : .constant(0) }) {
      if case .rotation(let rotation) = step, rotation.angle.slot == .weight(0) {
        sum = sum + before.adjoint * rotation.generator(bits: wireCount) * before
      }
      before = step.matrix(bits: wireCount) * before
    }
    return sum
  }

  /// The frequencies, in increasing order, of expectation values as functions of one angle: the differences
  /// of the generator's eigenvalues (Wierichs et al. 2022, eq. 4).  One frequency Ω gives the two-term shift
  /// rule of Mitarai et al. 2018, df/dθ = Ω/2 (f(θ + π/(2Ω)) - f(θ - π/(2Ω))).
  public func frequencies(of angle: Int) throws -> [Double] {
    let eigenvalues = try generator(of: angle).hermitianEigenvalues()
    var result: [Double] = []
    for a in eigenvalues {
      for b in eigenvalues where a - b > 1e-9 && !result.contains(where: { abs($0 - (a - b)) < 1e-9 }) {
        // Generators are sums of a few Pauli words with short factors; take the rounding of Jacobi's method off.
        result.append(((a - b) * 1e9).rounded() / 1e9)
      }
    }
    return result.sorted()
  }

  private func steps(_ angles: [Angle]) throws -> [Instruction] {
    guard wireCount <= Self.maximumMatrixWires else {
      throw EngineError.value(
        "the matrix of \(name) on \(wireCount) wires; matrices are there for at most \(Self.maximumMatrixWires)")
    }
    return lower(wires: (0..<wireCount).map { Wire($0, of: wireCount) }, angles: angles)
  }
}

extension PauliRotation {
  /// d(exponent)/dθ = factor · scale · Π ⊗ P as a matrix.
  fileprivate func generator(bits: Int) -> ComplexMatrix {
    let factor = factor * angle.scale
    var projector = ComplexMatrix(dimension: 1 << bits)
    for i in 0..<1 << bits where i & controls == controls { projector[i, i] = (factor, 0) }
    return projector.leftMultiplied(by: PauliMask(x: x, z: z))
  }
}
