// Which epoch was best, its weights, and when to stop waiting for a better one.

import Tensors

/// Watches one value of every epoch.
final class EarlyStopping {
  private let monitor: Monitor
  private let patience: Int?
  private let minDelta: Double
  private let model: Layer?
  private(set) var best: (epoch: Int, value: Double)?
  private var weights: [NamedTensor] = []

  /// `model` when the weights of the best epoch are to be kept.
  init(_ options: FitOptions, hasValidation: Bool, classifies: Bool, model: Layer) throws {
    var monitor = options.monitor
    if monitor == .automatic { monitor = hasValidation ? .validationLoss : .loss }
    if [.validationLoss, .validationAccuracy].contains(monitor), !hasValidation {
      throw EngineError.value("what is monitored needs validation samples, and there are none")
    }
    if [.accuracy, .validationAccuracy].contains(monitor), !classifies {
      throw EngineError.value("what is monitored is an accuracy, and this training has no classes")
    }
    (self.monitor, patience, minDelta) = (monitor, options.patience, options.minDelta)
    self.model = options.keepBest ? model : nil
  }

  private var isHigherBetter: Bool { monitor == .accuracy || monitor == .validationAccuracy }

  func value(_ progress: FitProgress) -> Double {
    switch monitor {
    case .automatic, .loss: return progress.loss
    case .accuracy: return progress.accuracy
    case .validationLoss: return progress.validation?.loss ?? .nan
    case .validationAccuracy: return progress.validation?.accuracy ?? .nan
    }
  }

  /// Notes an epoch that is done; whether training should end with it.
  func isOver(_ progress: FitProgress) -> Bool {
    let value = value(progress)
    let isBetter = best.map { isHigherBetter ? value > $0.value + minDelta : value < $0.value - minDelta } ?? !value.isNaN
    if isBetter {
      best = (progress.epoch, value)
      if let model { weights = model.savedValues.map { NamedTensor(name: $0.name, tensor: $0.tensor.copy()) } }
    }
    guard let patience, let best else { return false }
    return progress.epoch - best.epoch >= patience
  }

  /// Puts the best weights back, where they were kept.
  func restoreBest() {
    guard let model, !weights.isEmpty else { return }
    for (saved, place) in zip(weights, model.savedValues) { place.tensor.assign(saved.tensor) }
  }

  // MARK: saved state

  func exportState() -> (tensors: [NamedTensor], scalars: JSON) {
    (weights, best.map { ["epoch": .integer($0.epoch), "value": .number($0.value)] } ?? .null)
  }

  func importState(tensors: [String: Tensor], scalars: JSON) throws {
    guard scalars != .null else { return }
    best = (try scalars.integer("epoch"), try scalars.number("value"))
    weights = try model?.savedValues.map {
      NamedTensor(name: $0.name, tensor: try tensors.tensor($0.name, like: $0.tensor))
    } ?? []
  }
}

extension Layer {
  /// Parameters and buffers, the values that a model consists of.
  package var savedValues: [NamedTensor] {
    parameters.map { NamedTensor(name: $0.name, tensor: $0.variable.value) } + buffers
  }
}
