// Training in files: written as it goes, read where it goes on.

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

/// Adds a file's name to what is wrong with its content.
func reading<T>(_ path: String, _ body: () throws -> T) throws -> T {
  do { return try body() } catch let error as EngineError {
    throw error.message.hasPrefix(path) ? error : EngineError(error.kind, "\(path): \(error.message)")
  }
}
