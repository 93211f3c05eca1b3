// Gradients by running the circuit at other angles: parameter-shift, one rotation or one parameter at a time,
// and central differences.  Slower than the adjoint sweep, independent of it, and possible with shots.

import Circuits
import Tensors

extension CircuitRunner {
  // MARK: Parameter-shift

  /// Parameter-shift: exact.  One frequency takes two runs (Mitarai et al. 2018, Schuld et al. 2019),
  /// controlled rotations have two frequencies and take four (Anselmetti et al. 2021).
  func parameterShift(
    _ batch: Batch, _ outputGradient: Tensor?, _ inputGradient: Tensor?, _ wantWeights: Bool,
    only wanted: (PauliRotation) -> Bool = { _ in true }, perSample: UnsafeMutablePointer<Double>? = nil
  ) throws -> [Double]? {
    try refuseAmplitudes(inputGradient)
    inputGradient?.fill(0)
    var weightGradient = [Double](repeating: 0, count: circuit.weightCount)
    let shifted = rotations.indices.filter { index in
      let angle = rotations[index].angle
      return wanted(rotations[index])
        && ((wantWeights && angle.weight != nil) || (inputGradient != nil && angle.dependsOnInput))
    }
    let together = try changesInLanes(batch, outputGradient, shifted)
    let slopes = together == nil ? try slopes(batch, outputGradient) : nil
    for (position, index) in shifted.enumerated() {
      let (rotation, angle) = (rotations[index], rotations[index].angle)
      var change = together?[position] ?? [Double](repeating: 0, count: batch.count)
      if let slopes {
        for (shift, factor) in rotation.shiftRule {
          slopes.add(factor, try quantities(batch, shift: Shift(rotation: index, by: shift)), to: &change)
          slopes.add(-factor, try quantities(batch, shift: Shift(rotation: index, by: -shift)), to: &change)
        }
      }
      if case .weight(let weight) = angle.slot {
        weightGradient[weight] += change.reduce(0, +) * angle.scale
        if let perSample {
          for sample in 0..<batch.count { perSample[sample * circuit.weightCount + weight] += change[sample] * angle.scale }
        }
        continue
      }
      for sample in 0..<batch.count {
        func input(_ column: Int) -> Double { batch.data[batch.layout.index(sample, column, circuit.inputCount)] }
        func add(_ column: Int, _ slope: Double) {
          inputGradient?[batch.layout.index(sample, column, circuit.inputCount)] += change[sample] * angle.scale * slope
        }
        switch angle.slot {
        case .none, .weight: break
        case .input(let column): add(column, 1)
        case .inputProduct(let a, let b):
          add(a, input(b))
          add(b, input(a))
        case .weightedInput(let weight, let column):
          let slope = change[sample] * angle.scale * input(column)
          weightGradient[weight] += slope
          if let perSample { perSample[sample * circuit.weightCount + weight] += slope }
          add(column, batch.weights[weight])
        }
      }
    }
    return wantWeights ? weightGradient : nil
  }

  /// The general rule (Wierichs et al. 2022): all rotations that a weight or an input turns are shifted
  /// together.  One that is also a factor of a product has no frequencies that all samples share, and its
  /// rotations are shifted one by one.
  func generalShift(
    _ batch: Batch, _ outputGradient: Tensor?, _ inputGradient: Tensor?, _ wantWeights: Bool
  ) throws -> [Double]? {
    try refuseAmplitudes(inputGradient)
    let rules = try ParameterRules(rotations, inputs: circuit.inputCount, weights: circuit.weightCount)
    // Products first; this also clears the gradients.
    var weightGradient = try parameterShift(batch, outputGradient, inputGradient, wantWeights) {
      rules.isProduct($0.angle)
    }
    let slopes = try slopes(batch, outputGradient)
    func derivative(_ rule: ShiftRule, _ moved: (Double) -> Batch) throws -> [Double] {
      var change = [Double](repeating: 0, count: batch.count)
      for term in rule.terms { slopes.add(term.factor, try quantities(moved(term.shift)), to: &change) }
      return change
    }
    if let inputGradient {
      let rows = batch.rows(inputs: circuit.inputCount)
      for column in 0..<circuit.inputCount {
        guard let rule = rules.inputs[column] else { continue }
        let change = try derivative(rule) { rows.moving(input: column, by: $0, inputs: circuit.inputCount) }
        for sample in 0..<batch.count {
          inputGradient[batch.layout.index(sample, column, circuit.inputCount)] += change[sample]
        }
      }
    }
    if wantWeights {
      for weight in 0..<circuit.weightCount {
        guard let rule = rules.weights[weight] else { continue }
        weightGradient![weight] += try derivative(rule) { batch.moving(weight: weight, by: $0) }.reduce(0, +)
      }
    }
    return weightGradient
  }

  private func refuseAmplitudes(_ inputGradient: Tensor?) throws {
    if case .amplitudes = circuit.preparation, inputGradient != nil {
      throw EngineError.state(
        "differentiation \"\(options.differentiation.name)\" has no rule for inputs of an amplitude encoding, which are no angles; use \"adjoint\" or \"finite_difference\"")
    }
  }

  // MARK: Finite differences

  /// Central differences with `options.step`; the error is about step².
  func finiteDifference(
    _ batch: Batch, _ outputGradient: Tensor?, _ inputGradient: Tensor?, _ wantWeights: Bool
  ) throws -> [Double]? {
    let step = options.step
    let slopes = outputSlopes(batch, outputGradient)
    func derivative(_ moved: (Double) -> Batch) throws -> [Double] {
      var change = [Double](repeating: 0, count: batch.count)
      slopes.add(1 / (2 * step), try outputs(moved(step)), to: &change)
      slopes.add(-1 / (2 * step), try outputs(moved(-step)), to: &change)
      return change
    }
    if let inputGradient {
      inputGradient.fill(0)
      // Samples as rows, so that pixels which patches share are moved one patch at a time.
      let (columns, rows) = (circuit.inputCount, batch.rows(inputs: circuit.inputCount))
      for column in 0..<columns {
        let change = try derivative { rows.moving(input: column, by: $0, inputs: columns) }
        for sample in 0..<batch.count { inputGradient[batch.layout.index(sample, column, columns)] += change[sample] }
      }
    }
    guard wantWeights else { return nil }
    return try (0..<circuit.weightCount).map { index in
      try derivative { batch.moving(weight: index, by: $0) }.reduce(0, +)
    }
  }

  // MARK: Quantities and what follows from them

  /// What shift rules differentiate: the plan's quantities, drawn anew if there are shots, or the outputs
  /// themselves; [count, width], sample by sample whatever the layout.
  func quantities(_ batch: Batch, shift: Shift? = nil) throws -> [Double] {
    let width = outputMap.rows.count
    let out = Tensor(uninitialized: batch.type, [batch.count * width])
    try evaluate(batch, out, shift: shift)
    var values = batch.sampleMajor(out, width)
    if let plan {
      plan.estimate(&values, count: batch.count, seed: options.seed, evaluation: evaluation)
      evaluation += 1
    }
    return values
  }

  /// Outputs sample by sample, [count, outputs].
  func outputs(_ batch: Batch) throws -> [Double] {
    let values = try quantities(batch)
    guard let plan else { return values }
    let (width, count) = (plan.quantityCount, circuit.outputCount)
    var result = [Double](repeating: 0, count: batch.count * count)
    for sample in 0..<batch.count {
      for k in 0..<count { result[sample * count + k] = plan.output(k) { values[sample * width + $0] } }
    }
    return result
  }

  /// Derivatives of Σ outputGradient · outputs by the outputs of each sample.
  func outputSlopes(_ batch: Batch, _ outputGradient: Tensor?) -> Slopes {
    let width = circuit.outputCount
    guard let outputGradient else { return Slopes(width: width, values: Array(repeating: 1, count: batch.count * width)) }
    return Slopes(width: width, values: batch.sampleMajor(outputGradient, width))
  }

  /// Derivatives of Σ outputGradient · outputs by the quantities of each sample; those of variances need an
  /// evaluation of their own.
  func slopes(_ batch: Batch, _ outputGradient: Tensor?) throws -> Slopes {
    let byOutputs = outputSlopes(batch, outputGradient)
    guard let plan else { return byOutputs }
    let (width, outputs) = (plan.quantityCount, circuit.outputCount)
    let values = plan.isLinear ? [] : try quantities(batch)
    var result = [Double](repeating: 0, count: batch.count * width)
    for sample in 0..<batch.count {
      for k in 0..<outputs {
        plan.addGradient(k, byOutputs.values[sample * outputs + k], values: { values[sample * width + $0] }) {
          result[sample * width + $0] += $1
        }
      }
    }
    return Slopes(width: width, values: result)
  }
}

/// Weights of the quantities of every sample.
struct Slopes {
  let width: Int
  /// [count, width]
  let values: [Double]

  /// Adds factor · Σ_l slope_l · quantity_l for every sample.
  func add(_ factor: Double, _ quantities: [Double], to change: inout [Double]) {
    for sample in change.indices {
      var sum = 0.0
      for l in sample * width..<(sample + 1) * width { sum += values[l] * quantities[l] }
      change[sample] += factor * sum
    }
  }
}

extension CircuitRunner.Batch {
  /// Values in the layout of outputs, sample by sample.
  func sampleMajor(_ values: Tensor, _ width: Int) -> [Double] {
    if case .rows = layout { return values.doubles }
    var result = [Double](repeating: 0, count: count * width)
    for sample in 0..<count {
      for k in 0..<width { result[sample * width + k] = values[layout.outputIndex(sample, k, width)] }
    }
    return result
  }

  /// The same samples as rows of a matrix.
  func rows(inputs columns: Int) -> Self {
    if case .rows = layout { return self }
    let rows = Tensor(uninitialized: type, [count, columns])
    for sample in 0..<count {
      for column in 0..<columns { rows[sample * columns + column] = data[layout.index(sample, column, columns)] }
    }
    return Self(type: type, data: rows, layout: .rows, count: count, weights: weights)
  }

  /// With a number added to one input of every sample; samples must be rows.
  func moving(input column: Int, by step: Double, inputs columns: Int) -> Self {
    let data = data.copy()
    for sample in 0..<count { data[sample * columns + column] += step }
    return Self(type: type, data: data, layout: layout, count: count, weights: weights)
  }

  func moving(weight index: Int, by step: Double) -> Self {
    var weights = weights
    weights[index] += step
    return Self(type: type, data: data, layout: layout, count: count, weights: weights)
  }
}

extension PauliRotation {
  /// Shifts s and factors c of `df/dθ = Σ c (f(θ + s) - f(θ - s))`, θ being the rotation's angle.
  ///
  /// exp(-i factor θ ΠP) has the eigenvalues ±factor (and 0 under controls), so f has the frequency
  /// 2 factor (and factor); a projector alone has the frequency factor.
  var shiftRule: [(shift: Double, factor: Double)] {
    let top = frequencies.last!
    guard hasTwoFrequencies else { return [(.pi / 2 / top, 0.5 * top)] }
    let root = 2.0.squareRoot()
    return [
      (.pi / 2 / top, top * (root + 1) / (4 * root)), (3 * .pi / 2 / top, -top * (root - 1) / (4 * root)),
    ]
  }

  /// Frequencies of expectation values in the angle, in increasing order.
  package var frequencies: [Double] {
    let f = abs(factor)
    if x | z == 0 { return [f] }
    return controls == 0 ? [2 * f] : [f, 2 * f]
  }
}
