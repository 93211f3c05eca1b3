// Training in files: written as it goes, read where it goes on.

import CHQNN
import Learning
import Records
import Tensors

/// The file of a run's checkpoints.
struct CheckpointFile {
  static let version = 1
  /// The metadata that holds everything but the tensors.
  private static let key = "hqnn.training"

  let path: String
  /// How many there are in all: the newest is `path`, older ones are path.1, path.2, …
  let keep: Int
  /// What a run that goes on must have in common with the saved one: what it is in words, and a value.
  let conditions: [(what: String, value: String)]

  func save(_ state: TrainingState) throws {
    try Files.keepOlder(path, keep - 1)
    let description: JSON = [
      "format": .integer(Self.version), "hqnn": .string(libraryVersion),
      "conditions": .object(conditions.map { JSON.Member($0.what, .string($0.value)) }), "state": state.scalars,
    ]
    try Safetensors.write(
      state.tensors.map { ($0.name, $0.tensor) }, metadata: [("format", "hqnn"), (Self.key, description.text)], to: path)
  }

  /// The state that a file holds.  Throws when it is damaged or of another run.
  func load(_ path: String) throws -> TrainingState {
    let file = try SafetensorsFile(path: path)
    guard let text = file.metadata(Self.key) else {
      throw EngineError.file("\(path): it holds no training to go on with")
    }
    return try reading(path) {
      let description = try JSON(text: text)
      let version = try description.integer("format")
      guard version == Self.version else {
        throw EngineError.file("the checkpoint is of format \(version); this library reads format \(Self.version)")
      }
      guard let saved = description["conditions"], let scalars = description["state"] else {
        throw EngineError.file("\"conditions\" or \"state\" is missing")
      }
      for (what, value) in conditions {
        guard try saved.string(what) == value else {
          throw EngineError.state(
            "the saved training is another one: \(what) differ. Train with what it was saved with, or without resume")
        }
      }
      return TrainingState(
        tensors: try file.tensors().map { NamedTensor(name: $0.name, tensor: $0.tensor) }, scalars: scalars)
    }
  }
}

/// What a run is of.
struct RunParts {
  let model: Layer
  let train: Samples
  let validation: Samples?
  let optimizer: Optimizer
  /// What training does to the samples, in words.
  let augmentation: String

  /// What must be the same where it goes on, with values that tell others apart.
  func conditions(_ given: hqnn_fit_options, _ options: FitOptions) throws -> [(what: String, value: String)] {
    var numbers = Fingerprint()
    for number in [given.clip_norm, given.clip_value, given.min_delta] { numbers.add(number.bitPattern) }
    let flags = [given.targets_are_inputs, given.keep_best, given.objective == nil ? 0 : 1]
    let counts = [Int64(given.monitor.rawValue), given.patience, given.top_k, Int64(given.loss.rawValue)]
    if given.encoding_penalty != 0 { numbers.add(given.encoding_penalty.bitPattern) }
    for number in flags.map(Int64.init) + counts { numbers.add(UInt64(bitPattern: number)) }
    let loss = given.objective == nil ? "\(try HQNN.loss(given.loss, given.loss_options))" : "the caller's own"
    let schedule = options.schedule.map { "\($0.rule) \($0.unit) \($0.warmup)" } ?? "none"
    // A layer that is a script's own cannot be written down; what it looks like must do.
    let layers = (try? model.architecture.text) ?? model.describe()
    return [
      ("the model's layers", hash(layers)), ("the training data", hash(train, options.targets)),
      ("the validation data", validation.map { hash($0, options.validationTargets.map { .tensor($0) } ?? .labels) } ?? "none"),
      ("the optimisers", optimizer.settings), ("the schedules", schedule), ("the losses", loss),
      ("the augmentations", hash(augmentation)),
      ("the options of fit", numbers.text),
    ]
  }

  private func hash(_ text: String) -> String {
    var hash = Fingerprint()
    hash.add(text)
    return hash.text
  }

  private func hash(_ samples: Samples, _ targets: Targets) -> String {
    var hash = Fingerprint()
    hash.add(samples.values)
    for label in samples.labels { hash.add(UInt64(bitPattern: Int64(label))) }
    if case .tensor(let tensor) = targets { hash.add(tensor) }
    return hash.text
  }
}

extension FitOptions {
  /// Checkpoints and the state to go on from, as the caller wants them.
  mutating func keep(_ given: hqnn_fit_options, _ parts: RunParts) throws {
    guard given.checkpoint_every >= 0 else {
      throw EngineError.value("checkpoint_every is \(given.checkpoint_every); it must be 1 or more steps, or 0 for once per epoch")
    }
    guard (0...1000).contains(given.checkpoint_keep) else {
      throw EngineError.value("checkpoint_keep is \(given.checkpoint_keep); it must be in 1..1000")
    }
    let path = given.checkpoint.map { String(cString: $0) }
    let file = CheckpointFile(
      path: path ?? "", keep: Int(given.checkpoint_keep), conditions: try parts.conditions(given, self))
    if let resume = given.resume { self.resume = try file.load(String(cString: resume)) }
    guard path != nil else { return }
    // fit refuses what is not 1 or more.
    let (batch, accumulate) = (max(1, batch), max(1, accumulate))
    let batches = (parts.train.count + batch - 1) / batch
    let stepsPerEpoch = (batches + accumulate - 1) / accumulate
    checkpoint = (given.checkpoint_every == 0 ? stepsPerEpoch : Int(given.checkpoint_every), { try file.save($0) })
  }
}

/// Adds a file's name to what is wrong with its content.
func reading<T>(_ path: String, _ body: () throws -> T) throws -> T {
  do { return try body() } catch let error as EngineError {
    throw error.message.hasPrefix(path) ? error : EngineError(error.kind, "\(path): \(error.message)")
  }
}
