// What attacks on the quantum part of a model have in common: which layer, and what comes out.
// The attacks are in AngleAttack, WeightAttack and StateAttack.

import Learning
import Quantum
import Tensors

/// What an attack on the quantum part found over a set of samples.
public struct QuantumAttackOutcome {
  public struct Row: Sendable {
    public var label: Int
    /// Predicted classes without and with the attack.
    public var before: Int, after: Int
    /// Whether the prediction under attack is wrong.
    public var isBroken: Bool
    /// Further figures, in the order of `columns`.
    public var figures: [Double]
  }

  /// Names of the rows' further figures.
  public var columns: [String]
  public var rows: [Row]
  public var cleanAccuracy: Double
  public var accuracy: Double
  /// Further members of the report.
  public var report: [JSON.Member]
  public var seconds: Double
  public var notes: [String]

  init(_ rows: [Row], columns: [String] = [], report: [JSON.Member] = [], seconds: Double, notes: [String]) {
    (self.rows, self.columns, self.report, self.seconds, self.notes) = (rows, columns, report, seconds, notes)
    let count = Double(max(1, rows.count))
    cleanAccuracy = Double(rows.count { $0.before == $0.label }) / count
    accuracy = Double(rows.count { !$0.isBroken }) / count
  }

  /// Everything but the rows.
  public var json: JSON {
    .object(
      [
        JSON.Member("samples", .integer(rows.count)), JSON.Member("clean_accuracy", .number(cleanAccuracy)),
        JSON.Member("accuracy", .number(accuracy)),
      ] + report + [
        JSON.Member("seconds", .number(seconds)), JSON.Member("notes", .array(notes.map { .string($0) })),
      ])
  }
}

extension Layer {
  /// Runs the body in evaluation mode; modes and random states come back.
  func attackedQuietly<T>(_ body: () throws -> T) throws -> T {
    let layers = allLayers
    let states = layers.map(\.random)
    defer { for (layer, state) in zip(layers, states) { layer.random = state } }
    return try withTraining(false, body)
  }

  /// What to say of a model that is attacked as it is.
  var attackNotes: [String] {
    isTraining ? ["the model was in training mode; it was attacked in evaluation mode"] : []
  }

  /// The quantum layer of this number, counted through the model from 0; -1 for the only one there is.
  func disturbable(_ number: Int) throws -> any DisturbableLayer {
    let layers = allLayers.compactMap { $0 as? any DisturbableLayer }
    guard !layers.isEmpty else {
      throw EngineError.value("the model has no quantum or quanvolution layer, so it has no quantum part to attack")
    }
    if number == -1, layers.count == 1 { return layers[0] }
    guard layers.indices.contains(number) else {
      throw EngineError.value(
        number == -1
          ? "the model has \(layers.count) quantum layers; say which: layer in 0..\(layers.count - 1)"
          : "layer is \(number); the model's quantum layers are 0..\(layers.count - 1)")
    }
    return layers[number]
  }
}

/// Ball, steps and random numbers of the attacks on angles and weights.
struct QuantumSteps: Sendable {
  let norm: ThreatModel.Norm
  let eps, alpha: Double
  let steps, restarts, layer: Int
  let seed: UInt64

  init(_ settings: AttackSettings, _ options: JSON) throws {
    norm = try settings.word("norm", of: ["linf", "l2"]) == "l2" ? .l2 : .linf
    eps = try settings.number("eps", default: 0.1, in: 0 ... .greatestFiniteMagnitude)
    steps = try settings.integer("steps", default: 20)
    let given = try settings.number("alpha", default: 0, in: 0 ... .greatestFiniteMagnitude)
    alpha = given > 0 ? given : 2.5 * eps / Double(steps)
    restarts = try settings.integer("restarts", default: 1)
    layer = try settings.integer("layer", default: -1, in: -1...Int.max)
    seed = try settings.read("seed") { try options.bits("seed") } ?? 0
    settings.note("seed", .bits(seed))
  }

  /// One step of each row of an error around zero, and back into the ball.
  func step(_ error: Tensor, _ gradient: Tensor) {
    let rows = error.shape[0]
    let zero = Tensor(error.type, error.shape)
    let (sizes, radii) = (Array(repeating: alpha, count: rows), Array(repeating: eps, count: rows))
    if norm == .linf {
      signStep(error, clean: zero, direction: gradient, alpha: sizes, eps: radii, low: -eps, high: eps)
    } else {
      lengthStep(error, direction: gradient, alpha: sizes)
      var ball = ThreatModel()
      (ball.norm, ball.eps, ball.low, ball.high) = (.l2, eps, -1e30, 1e30)
      projectOutside(error, zero, radii, ball)
    }
  }

  /// A random point of each row's ball; values that are not used stay 0.
  func random(_ error: Tensor, isUsed: (Int) -> Bool = { _ in true }, stream: (Int) -> RandomStream) {
    let width = error.count / error.shape[0]
    for row in 0..<error.shape[0] {
      var stream = stream(row)
      var length = 0.0
      for i in 0..<width {
        let value = norm == .linf ? 2 * stream.uniform() - 1 : stream.normal()
        guard isUsed(i) else { continue }
        error[row * width + i] = value
        length += value * value
      }
      let scale = norm == .linf ? eps : eps * stream.uniform() / max(length.squareRoot(), 1e-300)
      for i in row * width..<(row + 1) * width { error[i] *= scale }
    }
  }
}

/// Slopes of the cross-entropy of each row, as large as the outputs, and the outputs and losses.
func crossEntropySlopes(_ output: Tensor, _ labels: [Int]) -> (seed: Tensor, logits: Logits, losses: [Double]) {
  let z = Logits(output)
  let seed = Tensor(uninitialized: output.type, output.shape)
  var slopes = [Double](repeating: 0, count: z.classes)
  let losses = labels.enumerated().map { row, label -> Double in
    let loss = z.values.withUnsafeBufferPointer { all -> Double in
      guard let base = all.baseAddress else { return 0 }
      return LogitLoss.crossEntropy.evaluate(
        base + row * z.classes, z.classes, label: label, truth: label, isTargeted: false, &slopes)
    }
    for k in 0..<z.classes { seed[row * z.classes + k] = slopes[k] }
    return loss
  }
  return (seed, z, losses)
}
