// Rotosolve: the weights of a circuit, one after the other, each moved to the minimum of the sinusoid that the loss is
// in it.

import Circuits
import Glibc
import Quantum
import Tensors

/// Ostaszewski, Grant, Benedetti 2021.  A loss that is linear in expectation values is, in a weight θ that turns gates
/// of one frequency ω, A sin(ω θ + B) + C: three values say where its minimum is, and one step goes once through all
/// weights.  There is no learning rate and no gradient.
///
/// Behind a nonlinear layer or loss the sinusoid is an approximation; a move that does not lower the loss is taken back.
/// Costs 1 + 3 evaluations per weight and step.  Tensors that are no circuit's weights, and circuits where a weight has
/// several frequencies or none of its own, are refused.
public final class Rotosolve: Optimizer {
  public init() throws { try super.init(lr: 1) }

  override var kind: String { "rotosolve" }
  public override var needsLoss: Bool { true }

  override func prepare(_ index: Int) {
    if parameters[index].circuitUses == nil { parameters[index].circuitUses = CircuitUses() }
  }

  /// The loss before the step.
  @discardableResult
  public override func step(_ loss: Evaluation) throws -> Double {
    let start = try loss(false)
    let moving = parameters.indices.filter { parameters[$0].requiresGradient }
    let spectra = try moving.map { try frequencies($0) }
    var current = start
    for (index, frequencies) in zip(moving, spectra) {
      let value = parameters[index].value
      for (weight, frequency) in frequencies.enumerated() {
        guard let frequency else { continue }
        let theta = value[weight]
        let quarter = Double.pi / 2 / frequency
        do {
          // With φ = ω (θ' - θ): loss(φ) = C + P cos φ + Q sin φ.
          value[weight] = theta + quarter
          let above = try loss(false)
          value[weight] = theta - quarter
          let below = try loss(false)
          let (c, q) = ((above + below) / 2, (above - below) / 2)
          let p = current - c
          if p == 0 && q == 0 {
            value[weight] = theta
            continue
          }
          let best = theta + atan2(-q, -p) / frequency
          value[weight] = wrapped(best, period: 2 * .pi / frequency)
          let reached = try loss(false)
          if reached <= current { current = reached } else { value[weight] = theta }
        } catch {
          value[weight] = theta
          throw error
        }
      }
    }
    return start
  }

  /// Into (-period/2, period/2].
  private func wrapped(_ angle: Double, period: Double) -> Double {
    angle - period * (angle / period).rounded()
  }

  /// The frequency of every weight of tensor number `index`; nil where a weight turns nothing.
  private func frequencies(_ index: Int) throws -> [Double?] {
    let circuits = parameters[index].circuitUses?.circuits ?? []
    guard !circuits.isEmpty else {
      throw EngineError.state(
        "rotosolve moves weights of circuits only; tensor \(index) \(describe(shape: parameters[index].shape)) is none, freeze its layer or use another optimiser")
    }
    return try (0..<parameters[index].value.count).map { weight in
      var all: Set<Double> = []
      for runner in circuits { all.formUnion(try runner.circuit.shiftRule(weight: weight).frequencies) }
      guard all.count <= 1 else {
        let list = all.sorted().map { "\($0)" }.joined(separator: ", ")
        throw EngineError.state(
          "rotosolve needs weights of one frequency; weight \(weight) has the frequencies \(list)")
      }
      return all.first
    }
  }
}
