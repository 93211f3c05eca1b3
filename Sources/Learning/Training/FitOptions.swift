// What a training run is told, and what it tells: options, progress, a record per epoch, the result.

import Tensors

/// What training makes small.
public struct Objective {
  /// The loss of a batch, one value, from the model's output, and targets where there are any.
  public typealias Function = (_ output: Variable, _ labels: [Int], _ targets: Variable?) throws -> Variable

  let function: Function
  /// Softmax cross-entropy without options, which has a short cut.
  package let isCrossEntropy: Bool
  /// Whether labels must name an output each.
  package let classifies: Bool
  /// For one output per sample: above it class 1 is predicted; nil when that has no meaning.
  let threshold: Double?

  init(_ function: @escaping Function, isCrossEntropy: Bool, classifies: Bool, threshold: Double? = nil) {
    (self.function, self.isCrossEntropy, self.classifies) = (function, isCrossEntropy, classifies)
    self.threshold = threshold
  }

  /// Of softmax(output) and labels.
  public static let crossEntropy = Objective(
    { output, labels, _ in try output.crossEntropy(labels) }, isCrossEntropy: true, classifies: true)

  /// A loss with its options, which must be a mean.  Without targets those that need some take the labels.
  public static func loss(_ loss: Loss) throws -> Objective {
    guard loss.reduction == .mean else {
      throw EngineError.value("training takes the mean of a loss, not reduction \"\(loss.reduction)\"")
    }
    if loss == Loss(.crossEntropy) { return .crossEntropy }
    let threshold = [.bce: 0.5, .bceWithLogits: 0][loss.kind]
    return Objective(
      { output, labels, targets in
        loss.takesLabels && loss.takesTargets
          ? try loss(output, labels: labels, targets: targets)
          : targets == nil ? try loss(output, labels: labels) : try loss(output, targets: targets)
      }, isCrossEntropy: false, classifies: loss.takesLabels && !loss.takesTargets, threshold: threshold)
  }

  /// The caller's own; the mean over the batch, so that steps of several parts add up.
  public static func custom(_ function: @escaping Function) -> Objective {
    Objective(function, isCrossEntropy: false, classifies: false)
  }
}

/// What an output is compared with.
public enum Targets {
  /// The samples' class numbers.
  case labels
  /// The samples themselves, before augmentation: autoencoders, and denoising ones.
  case inputs
  /// [count, ...], a row per sample.
  case tensor(Tensor)
}

/// What early stopping and the best weights go by.  Raw values are those of `hqnn_monitor`.
public enum Monitor: UInt32, Sendable {
  /// The validation loss with validation samples, otherwise the loss.
  case automatic = 0, loss, accuracy, validationLoss, validationAccuracy
}

/// Changes the values of a batch before a step, for instance by a random crop.
///
///   values   [batch, ...], the function's own to change
///   indices  of the samples in the data, which decide what is drawn together with the epoch, from 0
///
/// It runs on a thread of its own, one batch ahead of the training.
public typealias Augmentation = (_ values: Tensor, _ indices: ArraySlice<Int>, _ epoch: Int) throws -> Tensor

public struct FitOptions {
  public var epochs = 10       // passes over the samples, 1 or more
  public var batch = 32        // samples at once, 1 or more; the last may have fewer
  public var seed: UInt64 = 0  // of the order of the samples
  public var shuffle = true
  /// Whether a frozen front of the model is run once for all epochs.
  public var cacheFeatures = true

  public var objective = Objective.crossEntropy
  public var targets = Targets.labels
  /// Of the validation samples, where the targets are a tensor.
  public var validationTargets: Tensor?

  public var schedule: Schedule?
  /// Bounds on gradients before a step, above 0; nil for none.
  public var clipNorm, clipValue: Double?
  /// Batches whose gradients make one step together, 1 or more.
  public var accumulate = 1

  public var monitor = Monitor.automatic
  /// Epochs without an improvement by more than `minDelta` after which training ends; nil: never.
  public var patience: Int?
  public var minDelta = 0.0
  /// Whether the weights of the best epoch are kept and stand in the model at the end.
  public var keepBest = false

  /// For the share of samples whose label is among the largest outputs; 0 for none.
  public var topK = 0
  public var augmentation: Augmentation?
  /// What makes a batch's loss instead of the objective alone: adversarial training.  The model then runs as a whole, so
  /// a frozen front is not cached; accuracies of training samples are those of what the rule makes of them.
  public var rule: TrainingRule?
  /// The weight of Σ w_j² ‖H_j‖² over trainable encodings w_j x_j (Berberich et al. 2024), 0 or more.
  public var encodingPenalty = 0.0

  /// Called after every step; false ends the run as `progress` does.
  public var onStep: ((FitProgress) throws -> Bool)?
  /// Called after every so many steps and at the end of the run with all that is needed to go on from there.
  public var checkpoint: (every: Int, save: (TrainingState) throws -> Void)?
  /// Goes on where that state was saved: the same numbers, bit for bit, as without the interruption.
  public var resume: TrainingState?

  public init() {}

  func check() throws {
    func positive(_ name: String, _ value: Int?) throws {
      if let value, value < 1 { throw EngineError.value("\(name) is \(value); it must be 1 or more") }
    }
    try positive("epochs", epochs)
    try positive("batch", batch)
    try positive("accumulate", accumulate)
    try positive("patience", patience)
    try positive("the number of steps between checkpoints", checkpoint?.every)
    if let clipNorm { try Learning.check("clip_norm", clipNorm, clipNorm > 0, "above 0") }
    if let clipValue { try Learning.check("clip_value", clipValue, clipValue > 0, "above 0") }
    try Learning.check("encoding_penalty", encodingPenalty, encodingPenalty >= 0, "0 or more")
    try Learning.check("min_delta", minDelta, minDelta >= 0, "0 or more")
    guard topK >= 0 else { throw EngineError.value("top_k is \(topK); it must be 0 or more") }
  }
}

/// Where training stands.
public struct FitProgress {
  public var epoch, epochs: Int  // epoch from 0
  public var step, steps: Int    // steps done in this epoch, of so many
  public var isEpochDone = false
  public var loss = 0.0          // mean over the epoch so far
  public var accuracy = Double.nan   // on the samples seen in this epoch; NaN without classes
  public var validation: Score?  // at the end of an epoch, with validation samples
  public var seconds = 0.0       // since the epoch began
  public var samples = 0         // seen in this epoch
  public var stepLoss = 0.0      // of the last step
  public var lr = 0.0            // of the last step
  /// Cores kept busy on average since the epoch began: processor time by time.
  public var cores = 0.0
  /// The most memory that the process has ever had, in bytes.
  public var peakMemory = 0
  /// Norm of all gradients, and of those of circuit weights alone: root mean squares over up to 16 steps of the epoch;
  /// NaN before the first of these, and where there are none.
  public var gradientNorm = Double.nan, circuitGradientNorm = Double.nan
  /// The epoch with the best monitored value so far, from 0.
  public var bestEpoch: Int?
  /// An epoch of the run that this one goes on from, told again.
  public var isReplayed = false
  /// Whether early stopping ends the run with this epoch.
  public var isStopping = false
  /// What looks wrong, each said once, at the end of an epoch.
  public var warnings: [String] = []
}

public struct FitResult {
  /// The last progress of each epoch.
  public var epochs: [FitProgress] = []
  public var bestEpoch: Int?
  public var stoppedEarly = false
  public var warnings: [String] { epochs.flatMap(\.warnings) }
}
