// What an attack may do: its kind, the ball, the steps.

import Tensors

/// An untargeted attack in the L-infinity ball around each sample, on softmax cross-entropy.
public struct AttackOptions: Sendable {
  /// Raw values are those of `hqnn_attack_kind`.
  public enum Kind: UInt32, Sendable, CaseIterable {
    case fgsm = 0, pgd, mim
  }

  public var kind = Kind.pgd
  public var eps = 0.1        // radius of the ball, in units of the data, above 0
  public var alpha = 0.0      // step size; 0 takes the attack's own choice
  public var steps = 10       // 1 or more; FGSM takes one
  /// PGD: begin at a uniform point of the ball.  Restarts after the first always do.
  public var randomStart = false
  public var restarts = 1     // 1 or more; above 1 for PGD alone
  public var decay = 1.0      // MIM: mu, 0 or more
  public var low = 0.0, high = 1.0  // range of the data
  public var seed: UInt64 = 0

  public init() {}

  public func check() throws {
    func require(_ isValid: Bool, _ name: String, _ value: Any, _ range: String) throws {
      guard isValid else { throw EngineError.value("\(name) is \(value); it must be \(range)") }
    }
    try require(eps > 0 && eps.isFinite, "eps", eps, "above 0")
    try require(
      alpha >= 0 && alpha.isFinite, "alpha", alpha, "above 0, or 0 for the attack's own choice")
    try require(steps >= 1, "steps", steps, "1 or more")
    try require(restarts >= 1, "restarts", restarts, "1 or more")
    try require(decay >= 0 && decay.isFinite, "decay", decay, "0 or more")
    guard low < high, low.isFinite, high.isFinite else {
      throw EngineError.value("the data range [\(low), \(high)] is empty; low must be below high")
    }
    guard kind == .pgd || (restarts == 1 && !randomStart) else {
      throw EngineError.value(
        "\(kind) has no random start, so every run would be the same; restarts must be 1 and random_start 0")
    }
  }

  /// The attack's rule.
  var attack: any GradientAttack {
    switch kind {
    case .fgsm: FGSM(self)
    case .pgd: PGD(self)
    case .mim: MIM(self)
    }
  }
}

/// The rule of an attack that follows gradients; Crafting.swift runs it.
protocol GradientAttack {
  init(_ options: AttackOptions)

  /// Gradients it asks for.
  var steps: Int { get }

  /// Moves x by one step, in place: x, clean and gradient are [batch, ...].
  mutating func step(_ x: Tensor, clean: Tensor, gradient: Tensor)
}

/// The ball and the data range, which every step ends in.
struct Ball {
  var eps, low, high: Double

  init(_ options: AttackOptions) {
    (eps, low, high) = (options.eps, options.low, options.high)
  }
}
