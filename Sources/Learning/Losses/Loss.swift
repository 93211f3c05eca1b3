// A loss with its options: what a model's output costs, given class numbers or targets.
// The formulas are in the files beside this one.

import Tensors

/// Called with an output it gives a variable to minimise.  A value: it can be compared, saved and made again.
public struct Loss: Equatable, Sendable {
  /// Raw values are those of `hqnn_loss_kind`.
  public enum Kind: UInt32, CaseIterable, Sendable {
    case crossEntropy = 0  // of softmax(output) and labels
    case nll               // -output[label]; the output holds logarithms of probabilities
    case bce               // binary cross-entropy of probabilities and targets in [0, 1]
    case bceWithLogits     // the same of sigmoid(output)
    case mse               // (output - target)²
    case l1                // |output - target|
    case huber             // quadratic up to delta, linear beyond
    case hinge             // multi-class margin
    case kl                // Σ target (log target - output); the output holds logarithms of probabilities
    case cosine            // 1 - cosine of the angle between output and target
    case cosineEmbedding   // the same for labels 1; max(0, cosine - margin) for labels -1

    public var name: String {
      switch self {
      case .crossEntropy: return "cross_entropy"
      case .bceWithLogits: return "bce_with_logits"
      case .cosineEmbedding: return "cosine_embedding"
      default: return "\(self)"
      }
    }
  }

  /// Raw values are those of `hqnn_loss_reduction`.
  public enum Reduction: UInt32, CaseIterable, Sendable {
    case mean = 0, sum, none
  }

  public var kind: Kind
  public var reduction = Reduction.mean
  /// Cross-entropy: the share of the probability that is spread evenly over all classes, in [0, 1).
  public var labelSmoothing = 0.0
  /// Cross-entropy, nll: a factor of 0 or more for each class, or empty; the mean divides by the labels' factors.
  public var classWeights: [Double] = []
  /// Huber: where the linear part begins, above 0.
  public var delta = 1.0
  /// Hinge: how far the label's output must be above the others; nil: 1.  Cosine embedding, in [-1, 1); nil: 0.
  public var margin: Double?

  public init(_ kind: Kind) { self.kind = kind }

  /// Whether it is given class numbers (or signs) rather than targets of the output's shape.
  public var takesLabels: Bool { [.crossEntropy, .nll, .hinge, .cosineEmbedding].contains(kind) }

  /// Whether it also needs targets: all but classifiers' losses.
  public var takesTargets: Bool { ![.crossEntropy, .nll, .hinge].contains(kind) }

  /// The loss of an output [batch, ...].
  ///
  ///   labels   class numbers, one per row; 1 or -1 for `cosineEmbedding`
  ///   targets  of the output's shape
  ///
  /// Shape {} after mean and sum; with `none` [batch], or the output's shape for losses element by element (bce, mse,
  /// l1, huber).  The mean is over what `none` would give.  A loss that needs targets and is given labels alone takes
  /// them as `targets(for:labels:)` says.
  public func callAsFunction(_ output: Variable, labels: [Int]? = nil, targets: Variable? = nil) throws -> Variable {
    try check()
    var (labels, targets) = (labels, targets)
    if !takesLabels, targets == nil, let given = labels {
      (labels, targets) = (nil, Variable(try Self.targets(for: output, labels: given)))
    }
    if takesLabels, labels == nil { throw EngineError.value("the loss \(kind.name) takes labels, one per row") }
    if takesTargets, targets == nil {
      throw EngineError.value("the loss \(kind.name) takes targets of the output's shape")
    }
    if !takesLabels, labels != nil { throw EngineError.value("the loss \(kind.name) takes targets or labels, got both") }
    if !takesTargets, targets != nil { throw EngineError.value("the loss \(kind.name) takes labels, not targets") }
    return try apply(output, labels ?? [], targets)
  }

  /// Class numbers as targets: one-hot rows for outputs [batch, classes], the number itself for [batch] and [batch, 1].
  public static func targets(for output: Variable, labels: [Int]) throws -> Tensor {
    let shape = output.shape
    guard let rows = shape.first, shape.count <= 2, rows == labels.count else {
      throw EngineError.shape(
        "labels become targets of outputs {batch, classes} with as many rows, got \(describe(shape: shape)) and \(labels.count) labels")
    }
    let result = Tensor(output.type, shape)
    let columns = shape.count == 2 ? shape[1] : 1
    for (row, label) in labels.enumerated() {
      let classes = columns == 1 ? 2 : columns
      guard label >= 0, label < classes else {
        throw EngineError.value("label \(row) is \(label); it must be in 0..<\(classes)")
      }
      if columns == 1 { result[row] = Double(label) } else { result[row * columns + label] = 1 }
    }
    return result
  }

  /// Refuses options out of their range or without a meaning for this kind.
  public func check() throws {
    let isEntropy = kind == .crossEntropy || kind == .nll
    guard labelSmoothing >= 0, labelSmoothing < 1 else {
      throw EngineError.value("label_smoothing is \(labelSmoothing); it must be in [0, 1)")
    }
    guard labelSmoothing == 0 || kind == .crossEntropy else { throw without("label_smoothing") }
    guard classWeights.isEmpty || isEntropy else { throw without("class_weights") }
    if let wrong = classWeights.first(where: { !($0 >= 0 && $0.isFinite) }) {
      throw EngineError.value("a class weight is \(wrong); it must be 0 or more")
    }
    guard delta > 0, delta.isFinite else { throw EngineError.value("delta is \(delta); it must be above 0") }
    guard delta == 1 || kind == .huber else { throw without("delta") }
    guard let margin else { return }
    switch kind {
    case .hinge where !(margin > 0 && margin.isFinite):
      throw EngineError.value("margin is \(margin); it must be above 0")
    case .cosineEmbedding where !(margin >= -1 && margin < 1):
      throw EngineError.value("margin is \(margin); it must be in [-1, 1)")
    case .hinge, .cosineEmbedding: break
    default: throw without("margin")
    }
  }

  private func without(_ option: String) -> EngineError { .value("\(option) is no option of the loss \(kind.name)") }

  private func apply(_ output: Variable, _ labels: [Int], _ targets: Variable?) throws -> Variable {
    switch kind {
    case .crossEntropy: return try output.crossEntropy(labels, self)
    case .nll: return try output.negativeLogLikelihood(labels, self)
    case .hinge: return try output.hinge(labels, self)
    default: break
    }
    guard let targets else { preconditionFailure("targets were checked") }
    switch kind {
    case .bce:
      try checkProbabilities(output.value, "the output")
      try checkProbabilities(targets.value, "the target")
      return try output.pairLoss(BinaryEntropy(), targets, reduction)
    case .bceWithLogits:
      try checkProbabilities(targets.value, "the target")
      return try output.pairLoss(BinaryEntropyOfLogits(), targets, reduction)
    case .mse: return try output.pairLoss(SquaredDifference(), targets, reduction)
    case .l1: return try output.pairLoss(AbsoluteDifference(), targets, reduction)
    case .huber: return try output.pairLoss(HuberDifference(delta: delta), targets, reduction)
    case .kl: return try output.pairLoss(Divergence(), targets, reduction, byRow: true)
    case .cosine: return try output.cosineLoss(targets, reduction)
    default: return try output.cosineLoss(targets, reduction, signs: labels, margin: margin ?? 0)
    }
  }
}

extension Loss {
  /// Everything that is needed to make it again; options that have their usual value are left out.
  public var specification: JSON {
    var members = [JSON.Member("kind", .string(kind.name))]
    if reduction != .mean { members.append(.init("reduction", .string("\(reduction)"))) }
    if labelSmoothing != 0 { members.append(.init("label_smoothing", .number(labelSmoothing))) }
    if !classWeights.isEmpty { members.append(.init("class_weights", .array(classWeights.map(JSON.number)))) }
    if delta != 1 { members.append(.init("delta", .number(delta))) }
    if let margin { members.append(.init("margin", .number(margin))) }
    return .object(members)
  }

  public init(specification: JSON) throws {
    let name = try specification.string("kind")
    guard let kind = Kind.allCases.first(where: { $0.name == name }) else {
      throw EngineError.file("there is no loss of kind \"\(name)\" in this version")
    }
    self.init(kind)
    if specification["reduction"] != nil {
      let word = try specification.string("reduction")
      guard let reduction = Reduction.allCases.first(where: { "\($0)" == word }) else {
        throw EngineError.file("a loss has no reduction \"\(word)\"")
      }
      self.reduction = reduction
    }
    if specification["label_smoothing"] != nil { labelSmoothing = try specification.number("label_smoothing") }
    if specification["class_weights"] != nil { classWeights = try specification.numbers("class_weights") }
    if specification["delta"] != nil { delta = try specification.number("delta") }
    if specification["margin"] != nil { margin = try specification.number("margin") }
    try check()
  }
}
