// The worst state within a trace distance of the one a circuit prepares.  The exact value for one observable is in
// WorstState.swift.

import Circuits
import Learning
import Quantum
import Tensors

/// Replaces the pure state that the circuit of a quantum layer leaves for each sample by the worst state, mixed ones
/// included, whose trace distance ½|sigma - rho|₁ from it is at most eps, before it is measured.
///
/// Behind the quantum layer the model has to be linear (flatten and dense layers; a softmax at the end changes no prediction).
/// Then z_k - z_y = Tr(A rho) + c with A = Σ_j (W_kj - W_yj) O_j, and for every class k the largest Tr(A sigma) in the ball is
/// found exactly (WorstState), so that "broken" is exact too: a sample that is not broken withstands every attack, by data,
/// angles or weights, that moves its state by at most eps.  The states of different classes k need not be the same.
///
/// Rows' further figures: "margin", z_y minus the largest other output; "worst", the smallest it can be made, exact; "bound",
/// margin minus eps times the spread of A's eigenvalues, which holds for any state (Hölder) and is never above the worst;
/// "mixture", what mixing the state with an eigenvector, (1 - eps) rho + eps |v><v|, achieves, never below the worst;
/// "radius", the trace distance from which on the sample is broken, exact, 1 where none breaks it.
///
/// A unitary moves trace distances along unchanged, so that the ball may as well stand behind the encoding.
public struct StateAttack: Sendable {
  /// Beyond, the eigenvalues of all pairs of classes take too long.
  static let maximumWires = 7

  public let description: JSON
  private let eps: Double
  private let layer: Int
  private let wantsRadius: Bool

  public init(options: JSON = .object([])) throws {
    guard case .object = options else { throw EngineError.value("options are \(options.kind); they must be an object") }
    let settings = AttackSettings(options, threat: ThreatModel(), asked: [])
    eps = try settings.number("eps", default: 0.1, in: 0...1)
    layer = try settings.integer("layer", default: -1, in: -1...Int.max)
    wantsRadius = try settings.bool("radius", default: true)
    try settings.finish("an attack on states")
    description = .object(settings.described)
  }

  public func run(on model: Layer, _ samples: Samples) throws -> QuantumAttackOutcome {
    try model.checkClassifies(samples)
    let (start, notes) = (Budget.now, model.attackNotes)
    let rows = try model.attackedQuietly { () -> [QuantumAttackOutcome.Row] in
      let parts = try MeasuredModel(model, layer)
      let observables = try parts.observables()
      // Differences of outputs, for each pair of classes.
      let pairs = Pairs(observables, parts.head)
      let predicted = Logits(try model.infer(samples.values))
      var rows: [QuantumAttackOutcome.Row] = []
      for range in chunks(of: samples.count, model.chunkSize) {
        let states = try parts.states(samples.values.rows(range))
        let labels = Array(samples.labels[range])
        rows += pairs.attack(states, labels, eps: eps, wantsRadius: wantsRadius)
      }
      for i in rows.indices { rows[i].before = predicted.predicted(i) }
      return rows
    }
    return QuantumAttackOutcome(
      rows, columns: ["margin", "worst", "bound", "mixture", "radius"],
      report: [JSON.Member("norm", .string("trace")), JSON.Member("eps", .number(eps))], seconds: Budget.now - start,
      notes: notes)
  }
}

/// A model cut at the measurement of one quantum layer.
struct MeasuredModel {
  let before: [Layer]
  let layer: QuantumLayer
  let head: AffineHead

  init(_ model: Layer, _ number: Int) throws {
    let found = try model.disturbable(number)
    guard let layer = found as? QuantumLayer else {
      throw EngineError.value("the state of a quanvolution is one of many for each sample; only that of a quantum layer can be attacked")
    }
    self.layer = layer
    let layers = (model as? SequentialLayer)?.layers ?? [model]
    guard let place = layers.firstIndex(where: { $0 === layer }) else {
      throw EngineError.value("the quantum layer has to stand in the model's own sequence for its state to be attacked")
    }
    guard !layers[(place + 1)...].contains(where: { $0 === layer }) else {
      throw EngineError.value("the quantum layer stands in the model twice; its state is not one")
    }
    before = Array(layers[..<place])
    head = try AffineHead(Array(layers[(place + 1)...]), inputs: layer.runner.circuit.outputCount, layer.type ?? .float64)
    let wires = layer.runner.circuit.wires
    guard wires <= StateAttack.maximumWires else {
      throw EngineError.value("the circuit has \(wires) wires; states of at most \(StateAttack.maximumWires) can be attacked")
    }
  }

  /// The final states [batch, 2^wires, 2] in Double.
  func states(_ x: Tensor) throws -> Tensor {
    var values = x
    for layer in before { values = try layer.infer(values) }
    let circuit = layer.runner.circuit
    let missing = circuit.inputCount - values.shape[1]
    if missing > 0 {
      values = try Variable.concat([Variable(values), Variable(Tensor(values.type, [values.shape[0], missing]))], axis: 1).value
    }
    let weights = layer.parameters.first?.variable.value
    return try CircuitStates(circuit).state(inputs: values.cast(to: .float64), weights: weights?.cast(to: .float64))
  }

  /// The measured observables as matrices; a constant is a multiple of the identity.
  func observables() throws -> [ComplexMatrix] {
    let circuit = layer.runner.circuit
    let map = OutputMap(circuit.measurements, wires: circuit.wires, readout: circuit.readout)
    guard map.isLinear else {
      throw EngineError.value("the circuit measures a variance, which is not linear in the state")
    }
    let identity = ComplexMatrix.identity(1 << circuit.wires)
    return map.rows.map { row in
      var sum = identity.scaled(row.constant)
      for (word, factor) in row.terms { sum = sum + identity.leftMultiplied(by: map.words[word]).scaled(factor) }
      return sum
    }
  }
}

extension ComplexMatrix {
  func scaled(_ factor: Double) -> ComplexMatrix {
    ComplexMatrix(dimension: dimension, re: re.map { factor * $0 }, im: im.map { factor * $0 })
  }
}

/// z = W e + b of the layers behind a measurement.
struct AffineHead {
  /// A row for each class.
  let weights: [[Double]]
  let bias: [Double]

  init(_ layers: [Layer], inputs: Int, _ type: ElementType) throws {
    var layers = layers
    // It moves no output past another.
    if layers.last is SoftmaxLayer { layers.removeLast() }
    func run(_ rows: [[Double]]) throws -> [[Double]] {
      var x = Tensor(rows.flatMap { $0 }, [rows.count, inputs]).cast(to: type)
      for layer in layers { x = try layer.infer(x) }
      let width = x.count / rows.count
      return (0..<rows.count).map { row in (0..<width).map { x[row * width + $0] } }
    }
    func unit(_ j: Int) -> [Double] { (0..<inputs).map { $0 == j ? 1 : 0 } }
    let zero = try run([Array(repeating: 0, count: inputs)])[0]
    let columns = try run((0..<inputs).map(unit))
    weights = zero.indices.map { k in (0..<inputs).map { columns[$0][k] - zero[k] } }
    bias = zero
    // Random points tell whether that is all there is.
    var stream = RandomStream(seed: 1, purpose: .attack, substream: 600)
    let probes = (0..<16).map { i in (0..<inputs).map { _ in (i < 8 ? 1.0 : 4.0) * (2 * stream.uniform() - 1) } }
    for (probe, z) in zip(probes, try run(probes)) {
      for k in z.indices {
        var expected = bias[k]
        var scale = abs(bias[k])
        for j in 0..<inputs {
          expected += weights[k][j] * probe[j]
          scale += abs(weights[k][j] * probe[j])
        }
        guard abs(z[k] - expected) <= (type == .float32 ? 1e-4 : 1e-9) * max(scale, 1e-30) else {
          throw EngineError.value(
            "the layers behind the quantum layer are not linear, so the worst state cannot be found; flatten and dense layers are, and a softmax at the end may stay"
          )
        }
      }
    }
  }
}
