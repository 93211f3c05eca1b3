// What adversarial training is told: the method, and the attack inside it.

import Learning
import Tensors

/// Training against an attack on each batch, untargeted, in a ball of radius eps around each sample.
public struct AdversarialOptions: Sendable {
  /// Raw values are those of `hqnn_adversarial_method`.
  public enum Method: UInt32, CaseIterable, Sendable {
    case fgsm = 0       // one step from a random start (Wong, Rice, Kolter 2020)
    case pgd            // several steps (Madry et al. 2018)
    case free           // the batch replayed, one gradient for weights and samples (Shafahi et al. 2019)
    case trades         // cross-entropy, and how far the attack moves the output (Zhang et al. 2019)
    case mart           // a margin on attacked samples, weighted by how wrong clean ones are (Wang et al. 2020)
    case inputGradient  // no attack: a penalty on the loss's slope (Ross and Doshi-Velez 2018)

    public var name: String { self == .inputGradient ? "input_gradient" : "\(self)" }
  }

  /// Raw values are those of `hqnn_adversarial_norm`.
  public enum Norm: UInt32, CaseIterable, Sendable {
    case linf = 0, l2

    public var name: String { "\(self)" }
  }

  public var method = Method.pgd
  public var norm = Norm.linf
  /// The ball's radius, in units of the data, above 0.
  public var eps = 0.1
  /// Step size, above 0; 0 takes 1.25 eps (fgsm), eps (free) or 2.5 eps / steps.
  public var alpha = 0.0
  public var steps = 7
  /// fgsm, pgd, mart: whether the attack begins at a random point of the ball.
  public var randomStart = true
  /// The range of the data, which attacked samples stay in.
  public var low = 0.0, high = 1.0
  /// trades, mart: the weight of the second term; 0 or more.  input_gradient: the penalty's weight.
  public var beta = 6.0
  /// free: updates from each batch.
  public var replays = 4
  /// input_gradient: the length of the step along the gradient over which the slope is measured, above 0.
  public var step = 0.01
  public var seed: UInt64 = 0

  public init() {}

  public func check() throws {
    func require(_ isValid: Bool, _ name: String, _ value: Any, _ range: String) throws {
      guard isValid else { throw EngineError.value("\(name) is \(value); it must be \(range)") }
    }
    try require(eps > 0 && eps.isFinite, "eps", eps, "above 0")
    try require(alpha >= 0 && alpha.isFinite, "alpha", alpha, "above 0, or 0 for the method's own choice")
    try require(1...1000 ~= steps, "steps", steps, "in 1..1000")
    try require(1...1000 ~= replays, "replays", replays, "in 1..1000")
    try require(beta >= 0 && beta.isFinite, "beta", beta, "0 or more")
    try require(step > 0 && step.isFinite, "step", step, "above 0")
    guard low < high, low.isFinite, high.isFinite else {
      throw EngineError.value("the data range [\(low), \(high)] is empty; low must be below high")
    }
  }

  /// The step size in use.
  var stepSize: Double {
    if alpha > 0 { return alpha }
    switch method {
    case .fgsm: return 1.25 * eps
    case .free: return eps
    default: return 2.5 * eps / Double(steps)
    }
  }

  /// The rule for `FitOptions.rule`.
  public func rule() throws -> TrainingRule {
    try check()
    switch method {
    case .fgsm, .pgd: return AttackedLoss(self)
    case .free: return FreeTraining(self)
    case .trades, .mart: return PairedLoss(self)
    case .inputGradient: return InputGradientPenalty(self)
    }
  }

  /// For checkpoints: everything that decides the numbers.
  var json: JSON {
    [
      "method": .string(method.name), "norm": .string(norm.name), "eps": .number(eps), "alpha": .number(stepSize),
      "steps": .integer(steps), "random_start": .bool(randomStart), "low": .number(low), "high": .number(high),
      "beta": .number(beta), "replays": .integer(replays), "step": .number(step), "seed": .bits(seed),
    ]
  }

  /// Samples must lie in the range that the attack keeps to.
  func checkRange(_ samples: Tensor) throws {
    guard let index = firstOutside(samples, low: low, high: high) else { return }
    throw EngineError.value(
      "sample \(index / (samples.count / samples.shape[0])) contains \(samples[index]), outside the data range [\(low), \(high)]")
  }

  /// Methods with losses of their own stand for cross-entropy.
  func checkClassifies(_ run: RuleRun) throws {
    guard run.objective.isCrossEntropy else {
      throw EngineError.value("it has a loss of its own, for labels; leave the loss as cross-entropy without options")
    }
    guard let classes = run.model.outputShape?.first, classes >= 2 else {
      throw EngineError.shape("it needs a model with two classes or more")
    }
  }
}
