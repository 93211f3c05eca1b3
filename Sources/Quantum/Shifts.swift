// Gradients by running the circuit at shifted angles: the parameter-shift rule and central differences.
// Slower than the adjoint sweep, and independent of it.

import Glibc
import Circuits
import Tensors

extension CircuitRunner {
  /// Parameter-shift: exact.  One frequency takes two runs (Mitarai et al. 2018, Schuld et al. 2019),
  /// controlled rotations have two frequencies and take four (Anselmetti et al. 2021).
  func parameterShift(
    _ batch: Batch, _ outputGradient: Tensor?, _ inputGradient: Tensor?, _ wantWeights: Bool
  ) throws -> [Double]? {
    if case .amplitudes = circuit.preparation, inputGradient != nil {
      throw EngineError.state(
        "differentiation \"parameter_shift\" has no rule for inputs of an amplitude encoding, which are no angles; use \"adjoint\" or \"finite_difference\"")
    }
    inputGradient?.fill(0)
    var weightGradient = [Double](repeating: 0, count: circuit.weightCount)
    for (index, rotation) in rotations.enumerated() {
      let angle = rotation.angle
      guard (wantWeights && angle.weight != nil) || (inputGradient != nil && angle.dependsOnInput) else { continue }
      var change = [Double](repeating: 0, count: batch.count)
      for (shift, factor) in rotation.shiftRule {
        let plus = try outputs(batch, Shift(rotation: index, by: shift))
        let minus = try outputs(batch, Shift(rotation: index, by: -shift))
        add(plus, minus, factor, outputGradient, batch, to: &change)
      }
      for sample in 0..<batch.count {
        func input(_ column: Int) -> Double { batch.data[batch.layout.index(sample, column, circuit.inputCount)] }
        func add(_ column: Int, _ slope: Double) {
          inputGradient?[batch.layout.index(sample, column, circuit.inputCount)] += change[sample] * angle.scale * slope
        }
        switch angle.slot {
        case .none: break
        case .weight(let weight): weightGradient[weight] += change[sample] * angle.scale
        case .input(let column): add(column, 1)
        case .inputProduct(let a, let b):
          add(a, input(b))
          add(b, input(a))
        case .weightedInput(let weight, let column):
          weightGradient[weight] += change[sample] * angle.scale * input(column)
          add(column, batch.weights[weight])
        }
      }
    }
    return wantWeights ? weightGradient : nil
  }

  /// Central differences with `options.step`; the error is about step².
  func finiteDifference(
    _ batch: Batch, _ outputGradient: Tensor?, _ inputGradient: Tensor?, _ wantWeights: Bool
  ) throws -> [Double]? {
    let step = options.step
    if let inputGradient {
      inputGradient.fill(0)
      // Samples as rows, so that pixels which patches share are moved one patch at a time.
      let columns = circuit.inputCount
      let rows = Tensor(uninitialized: batch.type, [batch.count, columns])
      for sample in 0..<batch.count {
        for column in 0..<columns {
          rows[sample * columns + column] = batch.data[batch.layout.index(sample, column, columns)]
        }
      }
      for column in 0..<columns {
        func moved(_ by: Double) throws -> Tensor {
          let data = rows.copy()
          for sample in 0..<batch.count { data[sample * columns + column] += by }
          let rowBatch = Batch(
            type: batch.type, data: data, layout: .rows, count: batch.count, weights: batch.weights)
          let out = try outputs(rowBatch)
          guard case .patches = batch.layout else { return out }
          let placed = Tensor(uninitialized: batch.type, out.shape)
          for sample in 0..<batch.count {
            for k in 0..<circuit.outputCount {
              placed[batch.layout.outputIndex(sample, k, circuit.outputCount)] = out[sample * circuit.outputCount + k]
            }
          }
          return placed
        }
        let (plus, minus) = (try moved(step), try moved(-step))
        var change = [Double](repeating: 0, count: batch.count)
        add(plus, minus, 1 / (2 * step), outputGradient, batch, to: &change)
        for sample in 0..<batch.count { inputGradient[batch.layout.index(sample, column, columns)] += change[sample] }
      }
    }
    guard wantWeights else { return nil }
    return try (0..<circuit.weightCount).map { index in
      func moved(_ by: Double) throws -> Tensor {
        var weights = batch.weights
        weights[index] += by
        return try outputs(
          Batch(type: batch.type, data: batch.data, layout: batch.layout, count: batch.count, weights: weights))
      }
      let (plus, minus) = (try moved(step), try moved(-step))
      var change = [Double](repeating: 0, count: batch.count)
      add(plus, minus, 1 / (2 * step), outputGradient, batch, to: &change)
      return change.reduce(0, +)
    }
  }

  /// Outputs in the order of the output gradient, flat.
  private func outputs(_ batch: Batch, _ shift: Shift? = nil) throws -> Tensor {
    let out = Tensor(uninitialized: batch.type, [batch.count * circuit.outputCount])
    try forward(batch, out, shift: shift)
    return out
  }

  /// Adds for every sample Σ_k g_k · factor · (plus_k - minus_k).
  private func add(
    _ plus: Tensor, _ minus: Tensor, _ factor: Double, _ gradient: Tensor?, _ batch: Batch, to change: inout [Double]
  ) {
    for sample in 0..<batch.count {
      for k in 0..<circuit.outputCount {
        let index = batch.layout.outputIndex(sample, k, circuit.outputCount)
        change[sample] += (gradient?[index] ?? 1) * factor * (plus[index] - minus[index])
      }
    }
  }
}

extension PauliRotation {
  /// Shifts s and factors c of `df/dθ = Σ c (f(θ + s) - f(θ - s))`.
  var shiftRule: [(shift: Double, factor: Double)] {
    guard hasTwoFrequencies else { return [(.pi / 2, 0.5)] }
    let root = 2.0.squareRoot()
    return [(.pi / 2, (root + 1) / (4 * root)), (3 * .pi / 2, -(root - 1) / (4 * root))]
  }
}
