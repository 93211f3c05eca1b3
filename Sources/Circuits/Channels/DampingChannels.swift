// Noise that takes energy or phase away, and channels given by their operators.

import Glibc
import Tensors

/// A wire in 1 falls into 0 with probability gamma: K0 = diag(1, √(1-γ)), K1 = √γ |0⟩⟨1|
/// (Nielsen and Chuang 2000, 8.3.5).
public struct AmplitudeDamping: Channel {
  public let name = "amplitude_damping"
  public let wireCount = 1
  public let gamma: Double

  public init(_ gamma: Double) throws {
    try checkProbability(gamma, name, "gamma")
    self.gamma = gamma
  }
  public var parameters: [Double] { [gamma] }
  public var symbol: String { "AD(\(shortNumber(gamma)))" }
  public var kraus: [ComplexMatrix] {
    [.real(1, 0, 0, (1 - gamma).squareRoot()), .real(0, gamma.squareRoot(), 0, 0)]
  }
}

/// Amplitude damping towards a mixture: `excited` is the population of 1 in the end (Nielsen and Chuang 2000,
/// 8.3.5, with p = 1 - excited).  0 is amplitude damping.
public struct GeneralizedAmplitudeDamping: Channel {
  public let name = "generalized_amplitude_damping"
  public let wireCount = 1
  public let gamma, excited: Double

  public init(_ gamma: Double, excited: Double) throws {
    try checkProbability(gamma, name, "gamma")
    try checkProbability(excited, name, "excited")
    (self.gamma, self.excited) = (gamma, excited)
  }
  public var parameters: [Double] { [gamma, excited] }
  public var symbol: String { "GAD(\(shortNumber(gamma)))" }
  public var kraus: [ComplexMatrix] {
    let (kept, lost) = ((1 - gamma).squareRoot(), gamma.squareRoot())
    let (down, up) = ((1 - excited).squareRoot(), excited.squareRoot())
    return [
      .real(down, 0, 0, down * kept), .real(0, down * lost, 0, 0), .real(up * kept, 0, 0, up), .real(0, 0, up * lost, 0),
    ]
  }
}

/// Coherence shrinks by √(1-γ), populations stay: K0 = diag(1, √(1-γ)), K1 = diag(0, √γ).
public struct PhaseDamping: Channel {
  public let name = "phase_damping"
  public let wireCount = 1
  public let gamma: Double

  public init(_ gamma: Double) throws {
    try checkProbability(gamma, name, "gamma")
    self.gamma = gamma
  }
  public var parameters: [Double] { [gamma] }
  public var symbol: String { "PD(\(shortNumber(gamma)))" }
  public var kraus: [ComplexMatrix] {
    [.real(1, 0, 0, (1 - gamma).squareRoot()), .real(0, 0, 0, gamma.squareRoot())]
  }
}

/// A wire left alone for `time`: populations relax with exp(-time/T1) towards `excited` (the population of 1 in
/// the end), coherence with exp(-time/T2).  T2 is at most 2 T1; all three in one unit of time.
///
/// It is generalised amplitude damping with γ = 1 - exp(-t/T1) and phase damping for what is missing in the
/// coherence, 1 - γ' = exp(t/T1 - 2t/T2).
public struct ThermalRelaxation: Channel {
  public let name = "thermal_relaxation"
  public let wireCount = 1
  public let t1, t2, time, excited: Double

  public init(t1: Double, t2: Double, time: Double, excited: Double = 0) throws {
    for (what, value) in [("t1", t1), ("t2", t2)] where !(value > 0) {
      throw EngineError.value("thermal_relaxation: \(what) is \(value); it must be above 0")
    }
    guard t2 <= 2 * t1 else {
      throw EngineError.value("thermal_relaxation: t2 is \(t2), t1 is \(t1); t2 must be at most 2 t1")
    }
    guard time >= 0, time.isFinite else {
      throw EngineError.value("thermal_relaxation: time is \(time); it must be 0 or more")
    }
    try checkProbability(excited, name, "excited")
    (self.t1, self.t2, self.time, self.excited) = (t1, t2, time, excited)
  }
  public var parameters: [Double] { [t1, t2, time, excited] }
  public var symbol: String { "T(\(shortNumber(time)))" }
  public var kraus: [ComplexMatrix] {
    // The initialisers' conditions hold: both are probabilities.
    let gamma = 1 - exp(-time / t1)
    let kept = exp(min(0, time / t1 - 2 * time / t2))
    let damping = [
      ComplexMatrix.real((1 - excited).squareRoot(), 0, 0, ((1 - excited) * (1 - gamma)).squareRoot()),
      .real(0, ((1 - excited) * gamma).squareRoot(), 0, 0),
      .real((excited * (1 - gamma)).squareRoot(), 0, 0, excited.squareRoot()),
      .real(0, 0, (excited * gamma).squareRoot(), 0),
    ]
    let phase = [ComplexMatrix.real(1, 0, 0, kept.squareRoot()), .real(0, 0, 0, (1 - kept).squareRoot())]
    return phase.flatMap { p in damping.map { p * $0 } }.filter { $0.distance(to: ComplexMatrix(dimension: 2)) > 0 }
  }
}

/// Any channel on one to three wires, by its Kraus operators: Σ K†K = 1 to 1e-10.
public struct KrausChannel: Channel {
  public let name = "kraus"
  public let wireCount: Int
  public let kraus: [ComplexMatrix]
  public var symbol: String { "K" }

  public init(_ operators: [ComplexMatrix]) throws {
    guard let first = operators.first else { throw EngineError.value("kraus: no operators; give at least one") }
    guard let wires = (1...3).first(where: { 1 << $0 == first.dimension }) else {
      throw EngineError.shape("kraus: operators are 2x2, 4x4 or 8x8, got \(first.dimension)x\(first.dimension)")
    }
    guard operators.count <= 1 << 10 else { throw EngineError.value("kraus: \(operators.count) operators; at most 1024 are allowed") }
    var sum = ComplexMatrix(dimension: first.dimension)
    for (index, matrix) in operators.enumerated() {
      guard matrix.dimension == first.dimension else {
        throw EngineError.shape(
          "kraus: operator \(index) is \(matrix.dimension)x\(matrix.dimension), the first is \(first.dimension)x\(first.dimension)")
      }
      guard (matrix.re + matrix.im).allSatisfy(\.isFinite) else {
        throw EngineError.value("kraus: operator \(index) has entries that are not finite")
      }
      sum = sum + matrix.adjoint * matrix
    }
    let deviation = sum.distance(to: .identity(first.dimension))
    guard deviation <= 1e-10 else {
      throw EngineError.value(
        "kraus: the operators do not preserve the trace: an entry of the sum of K†K is off the identity by \(deviation); at most 1e-10 is allowed")
    }
    (wireCount, kraus) = (wires, operators)
  }
}
