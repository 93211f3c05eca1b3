// Everything that the rest of a training run follows from, at the boundary of two steps.  Files are Records' business.

import Quantum
import Tensors

/// A run that was saved: `FitOptions.resume` goes on from it as if nothing had happened, given the same model, data and
/// options.  All values are copies.
///
/// Names of tensors say whose they are: "model.0.weights", "optimizer.3.m", "best.0.weights".  Every number of `scalars`
/// survives being written as JSON and read again.
public struct TrainingState {
  public var tensors: [NamedTensor]
  public var scalars: JSON

  public init(tensors: [NamedTensor], scalars: JSON) {
    (self.tensors, self.scalars) = (tensors, scalars)
  }

  /// The tensors of one owner, with its name taken off theirs.
  func tensors(of owner: String) -> [NamedTensor] {
    tensors.compactMap {
      $0.name.hasPrefix(owner + ".") ? NamedTensor(name: String($0.name.dropFirst(owner.count + 1)), tensor: $0.tensor) : nil
    }
  }

  func named(_ owner: String) -> [String: Tensor] {
    Dictionary(tensors(of: owner).map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
  }

  func member(_ name: String) throws -> JSON {
    guard let value = scalars[name] else { throw EngineError.file("the saved training lacks \"\(name)\"") }
    return value
  }
}

/// What of an epoch is known before it ends.
struct EpochSums {
  var loss = 0.0
  var (hits, seen) = (0, 0)
  /// Squares of gradient norms: of all and of circuit weights, and how many steps they are of.
  var (squares, circuitSquares, norms) = (0.0, 0.0, 0)
  /// From runs before this one.
  var (seconds, processorSeconds) = (0.0, 0.0)

  var json: JSON {
    [
      "loss": .number(loss), "hits": .integer(hits), "seen": .integer(seen), "squares": .number(squares),
      "circuit_squares": .number(circuitSquares), "norms": .integer(norms), "seconds": .number(seconds),
      "processor_seconds": .number(processorSeconds),
    ]
  }

  init() {}

  init(_ json: JSON) throws {
    (loss, hits, seen) = (try json.number("loss"), try json.integer("hits"), try json.integer("seen"))
    (squares, circuitSquares) = (try json.number("squares"), try json.number("circuit_squares"))
    norms = try json.integer("norms")
    (seconds, processorSeconds) = (try json.number("seconds"), try json.number("processor_seconds"))
  }
}

extension FitProgress {
  /// The record of an epoch; what is not a number is left out.
  var json: JSON {
    var members: [(String, JSON)] = [
      ("epoch", .integer(epoch)), ("step", .integer(step)), ("steps", .integer(steps)), ("samples", .integer(samples)),
      ("peak_memory", .integer(peakMemory)), ("warnings", .array(warnings.map(JSON.string))),
      ("stopping", .bool(isStopping)),
    ]
    if let bestEpoch { members.append(("best_epoch", .integer(bestEpoch))) }
    for (name, path) in Self.numbers where self[keyPath: path].isFinite { members.append((name, .number(self[keyPath: path]))) }
    if let validation {
      for (name, path) in Score.numbers where validation[keyPath: path].isFinite {
        members.append(("validation_" + name, .number(validation[keyPath: path])))
      }
    }
    return .object(members.map { JSON.Member($0.0, $0.1) })
  }

  init(_ json: JSON, epochs: Int) throws {
    self.init(epoch: try json.integer("epoch"), epochs: epochs, step: try json.integer("step"), steps: try json.integer("steps"))
    (isEpochDone, isStopping) = (true, try json.bool("stopping"))
    (samples, peakMemory) = (try json.integer("samples"), try json.integer("peak_memory"))
    warnings = try json.array("warnings").compactMap { if case .string(let text) = $0 { text } else { nil } }
    if json["best_epoch"] != nil { bestEpoch = try json.integer("best_epoch") }
    for (name, path) in Self.numbers { self[keyPath: path] = json[name] == nil ? .nan : try json.number(name) }
    if json["validation_loss"] != nil {
      var score = Score(accuracy: .nan, loss: .nan)
      for (name, path) in Score.numbers where json["validation_" + name] != nil {
        score[keyPath: path] = try json.number("validation_" + name)
      }
      validation = score
    }
  }

  private static let numbers: [(String, WritableKeyPath<FitProgress, Double>)] = [
    ("loss", \.loss), ("accuracy", \.accuracy), ("seconds", \.seconds), ("step_loss", \.stepLoss), ("lr", \.lr),
    ("cores", \.cores), ("gradient_norm", \.gradientNorm), ("circuit_gradient_norm", \.circuitGradientNorm),
  ]
}

extension Score {
  fileprivate static let numbers: [(String, WritableKeyPath<Score, Double>)] = [
    ("loss", \.loss), ("accuracy", \.accuracy), ("top_k", \.topK), ("mse", \.meanSquaredError),
  ]
}

/// Where the random draws of a model's layers and circuits stand.
struct DrawCounts {
  let layers: [Layer]
  let runners: [CircuitRunner]

  init(_ model: Layer) {
    layers = model.allLayers
    var seen: Set<ObjectIdentifier> = []
    runners = layers.flatMap(\.runners).filter { seen.insert(ObjectIdentifier($0)).inserted }
  }

  struct Values {
    let layers: [LayerRandom]
    let evaluations: [Int]
  }

  var values: Values { Values(layers: layers.map(\.random), evaluations: runners.map(\.evaluation)) }

  func restore(_ values: Values) {
    for (layer, random) in zip(layers, values.layers) { layer.random = random }
    for (runner, evaluation) in zip(runners, values.evaluations) { runner.evaluation = evaluation }
  }

  var json: JSON {
    [
      "layers": .array(layers.map { [.bits($0.random.seed), .integer($0.random.number), .bits($0.random.draws)] }),
      "evaluations": .array(runners.map { .integer($0.evaluation) }),
    ]
  }

  func read(_ json: JSON) throws -> Values {
    let rows = try json.array("layers")
    let evaluations = try json.integers("evaluations")
    guard rows.count == layers.count, evaluations.count == runners.count else {
      throw EngineError.state(
        "the saved training has \(rows.count) layers and \(evaluations.count) circuits, this model has \(layers.count) and \(runners.count)")
    }
    return Values(
      layers: try rows.map { row in
        guard case .array(let parts) = row, parts.count == 3, case .integer(let seed) = parts[0],
          case .integer(let number) = parts[1], case .integer(let draws) = parts[2]
        else { throw EngineError.file("\"layers\" must hold three integers for each layer") }
        return LayerRandom(seed: UInt64(truncatingIfNeeded: seed), number: number, draws: UInt64(truncatingIfNeeded: draws))
      }, evaluations: evaluations)
  }
}
