// Gradients by running the circuit at shifted angles: the parameter-shift rule and central differences.
// Slower than the adjoint sweep, and independent of it.

import Glibc
import Tensors

extension CircuitRunner {
  /// Parameter-shift: exact.  One frequency takes two runs (Mitarai et al. 2018, Schuld et al. 2019),
  /// controlled rotations have two frequencies and take four (Anselmetti et al. 2021).
  func parameterShift(
    _ batch: Batch, _ outputGradient: Tensor?, _ inputGradient: Tensor?, _ wantWeights: Bool
  ) throws -> [Double]? {
    inputGradient?.fill(0)
    var weightGradient = [Double](repeating: 0, count: circuit.weightCount)
    for (index, rotation) in program.rotations.enumerated() {
      let angle = rotation.angle
      if angle.slot == .none { continue }
      if angle.isInput ? inputGradient == nil : !wantWeights { continue }
      for (shift, factor) in rotation.shiftRule {
        let plus = try outputs(batch, program.shifting(index, by: shift))
        let minus = try outputs(batch, program.shifting(index, by: -shift))
        let change = differences(plus, minus, factor * angle.scale, outputGradient, batch)
        switch angle.slot {
        case .none: break
        case .weight(let weight): weightGradient[weight] += change.reduce(0, +)
        case .input(let column):
          if let inputGradient { add(change, to: inputGradient, column: column, batch) }
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
      for (index, rotation) in program.rotations.enumerated() {
        guard case .input(let column) = rotation.angle.slot else { continue }
        let plus = try outputs(batch, program.shifting(index, by: step))
        let minus = try outputs(batch, program.shifting(index, by: -step))
        let change = differences(plus, minus, rotation.angle.scale / (2 * step), outputGradient, batch)
        add(change, to: inputGradient, column: column, batch)
      }
    }
    guard wantWeights else { return nil }
    return try (0..<circuit.weightCount).map { index in
      func moved(_ by: Double) throws -> Tensor {
        var weights = batch.weights
        weights[index] += by
        return try outputs(
          Batch(type: batch.type, data: batch.data, layout: batch.layout, count: batch.count, weights: weights),
          program)
      }
      let (plus, minus) = (try moved(step), try moved(-step))
      return differences(plus, minus, 1 / (2 * step), outputGradient, batch).reduce(0, +)
    }
  }

  /// Outputs in the order of the output gradient, flat.
  private func outputs(_ batch: Batch, _ program: LaneProgram) throws -> Tensor {
    let out = Tensor(uninitialized: batch.type, [batch.count * circuit.outputCount])
    try forward(batch, out, program: program)
    return out
  }

  /// For every sample Σ_k g_k · factor · (plus_k - minus_k).
  private func differences(
    _ plus: Tensor, _ minus: Tensor, _ factor: Double, _ gradient: Tensor?, _ batch: Batch
  ) -> [Double] {
    let outputs = circuit.outputCount
    var result = [Double](repeating: 0, count: batch.count)
    for sample in 0..<batch.count {
      for k in 0..<outputs {
        var index = sample * outputs + k
        if case .patches(let g) = batch.layout, !g.channelsLast {
          index = (sample / g.patches * outputs + k) * g.patches + sample % g.patches
        }
        result[sample] += (gradient?[index] ?? 1) * factor * (plus[index] - minus[index])
      }
    }
    return result
  }

  private func add(_ change: [Double], to gradient: Tensor, column: Int, _ batch: Batch) {
    for (sample, value) in change.enumerated() {
      let index: Int
      switch batch.layout {
      case .rows: index = sample * circuit.inputCount + column
      case .patches(let g):
        let (image, patch) = (sample / g.patches, sample % g.patches)
        let (row, place) = (patch / g.outputWidth * g.strideHeight, patch % g.outputWidth * g.strideWidth)
        let channel = column / (g.kernelHeight * g.kernelWidth)
        let (y, x) = (column / g.kernelWidth % g.kernelHeight, column % g.kernelWidth)
        index = image * g.pixels + (channel * g.height + row + y) * g.width + place + x
      }
      gradient[index] += value
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
