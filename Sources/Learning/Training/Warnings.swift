// Signs of a training that goes wrong, as sentences; each is said once.

import Tensors

/// Looks at every epoch that is done.
struct TrainingWatch {
  /// Share of the most frequent class among the training samples; nil without classes.
  let chance: Double?
  let samples: Int
  /// "layer 3 (quantum), with 1 value per sample": where the least gets through.
  let bottleneck: String?
  let circuitWeights: Int

  /// Epochs after which a verdict is given.
  private static let patience = 3
  private var said: Set<String> = []
  private var firstLoss: Double?

  init(_ model: Layer, labels: [Int]?, circuitWeights: Int) {
    let count = labels?.count ?? 0
    samples = count
    var counts: [Int: Int] = [:]
    for label in labels ?? [] { counts[label, default: 0] += 1 }
    chance = counts.values.max().map { Double($0) / Double(count) }
    self.circuitWeights = circuitWeights
    var narrowest: (width: Int, text: String)?
    if let sequential = model as? SequentialLayer {
      for (i, layer) in sequential.layers.dropLast().enumerated() {
        guard let width = layer.outputShape?.reduce(1, *), width < narrowest?.width ?? .max else { continue }
        narrowest = (width, "layer \(i) (\(layer.kind)), with \(width == 1 ? "1 value" : "\(width) values") per sample")
      }
    }
    bottleneck = narrowest?.text
  }

  mutating func warnings(_ progress: FitProgress) -> [String] {
    firstLoss = firstLoss ?? progress.loss
    let epochs = progress.epoch + 1
    guard epochs >= Self.patience else { return [] }
    var found: [(key: String, text: String)] = []
    // Within three standard errors of always saying the most frequent class.
    if let chance, chance < 1, samples > 0,
      progress.accuracy < chance + 3 * (chance * (1 - chance) / Double(samples)).squareRoot()
    {
      let where_ = bottleneck.map { "; the least gets through \($0)" } ?? ""
      found.append(
        ("collapse",
         "accuracy collapse: after \(epochs) epochs the accuracy \(rounded(progress.accuracy)) is near that of always saying the most frequent class, \(rounded(chance)); the bottleneck may be too tight or the learning rate wrong\(where_)"))
    }
    let rms = circuitWeights > 0 ? progress.circuitGradientNorm / Double(circuitWeights).squareRoot() : .nan
    let vanishes = rms < 1e-6
    if let firstLoss, abs(firstLoss - progress.loss) <= 1e-3 * abs(firstLoss), progress.gradientNorm > 0 || vanishes {
      found.append(
        ("stagnation",
         "stagnation: in \(epochs) epochs the loss went from \(rounded(firstLoss)) to \(rounded(progress.loss)) only; the learning rate \(progress.lr) may be too small, or the initial weights unlucky"))
    }
    if vanishes {
      found.append(
        ("plateau",
         "vanishing gradients: those of the \(circuitWeights) circuit weights are \(shown(rms)) in root mean square: a barren plateau or an unlucky start; fewer qubits or layers, local observables, or weights that start near zero may help"))
    }
    return found.filter { said.insert($0.key).inserted }.map(\.text)
  }

  private func rounded(_ value: Double) -> String {
    let digits = 10_000.0
    return "\((value * digits).rounded() / digits)"
  }

  private func shown(_ value: Double) -> String { "\(Float(value))" }

  // MARK: saved state

  func exportState() -> JSON {
    ["said": .array(said.sorted().map(JSON.string)), "first_loss": firstLoss.map(JSON.number) ?? .null]
  }

  mutating func importState(_ state: JSON) throws {
    said = Set(try state.array("said").compactMap { if case .string(let key) = $0 { key } else { nil } })
    firstLoss = state["first_loss"] == .null ? nil : try state.number("first_loss")
  }
}
