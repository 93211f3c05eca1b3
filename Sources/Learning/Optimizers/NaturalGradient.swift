// Quantum natural gradient.

import Circuits
import Quantum
import Tensors

/// Stokes, Izaac, Killoran, Carleo 2020:  p ← p - lr x  with  (g + damping) x = gradient,  g being the Fubini-Study
/// metric of a circuit's states by its weights, block by block (or full, or its diagonal), averaged over the rows of
/// inputs that the circuit has seen since the gradients were cleared.  Tensors that are no circuit's weights get
/// p ← p - lr · gradient.
///
/// The metric costs two circuit runs per weight and row; at most `rows` of them, evenly spaced, are taken.
public final class NaturalGradient: Optimizer {
  public let form: MetricForm
  public let damping: Double
  public let rows: Int

  /// lr above 0, damping and weight decay 0 or more, rows 1 or more.
  public init(
    lr: Double = 0.01, form: MetricForm = .blocks, damping: Double = 1e-3, rows: Int = 256, weightDecay: Double = 0
  ) throws {
    try check("damping", damping, damping >= 0, "0 or more")
    guard rows >= 1 else { throw EngineError.value("rows is \(rows); it must be 1 or more") }
    (self.form, self.damping, self.rows) = (form, damping, rows)
    try super.init(lr: lr, weightDecay: weightDecay)
  }

  override var kind: String { "natural gradient" }
  override var ownSettings: [Double] { [damping, Double(rows)] }

  override func prepare(_ index: Int) {
    if parameters[index].circuitUses == nil { parameters[index].circuitUses = CircuitUses() }
  }

  override func update(_ index: Int, _ value: Tensor, _ gradient: Tensor, _ update: Update) throws {
    let uses = parameters[index].circuitUses?.uses ?? []
    defer { parameters[index].circuitUses?.forget() }
    guard !uses.isEmpty else {
      return plainStep(value, gradient, lr: update.lr, weightDecay: update.weightDecay)
    }
    let slope = gradient.copy()
    affine(value, scale: update.weightDecay, offset: 0, into: slope, adding: true)
    let direction = try naturalGradient(fisher: meanFisher(uses, value), gradient: slope, damping: damping)
    affine(direction, scale: -update.lr, offset: 0, into: value, adding: true)
  }

  /// The quantum Fisher information, four times the metric, averaged over the circuits' inputs.
  private func meanFisher(_ uses: [CircuitUses.Use], _ weights: Tensor) throws -> Tensor {
    let size = weights.count
    let mean = Tensor(.float64, [size, size])
    var count = 0
    for use in uses {
      let limit = max(1, rows / uses.count)
      let all = try CircuitStates(use.runner.circuit).fisher(
        inputs: use.rows(limit: limit), weights: weights, of: .weights, form: form)
      for sample in 0..<all.shape[0] {
        for i in 0..<size * size { mean[i] += all[sample * size * size + i] }
      }
      count += all.shape[0]
    }
    affine(mean, scale: 1 / Double(max(1, count)), offset: 0, into: mean, adding: false)
    return mean
  }
}
