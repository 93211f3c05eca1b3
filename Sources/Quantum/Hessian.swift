// Second derivatives by shift rules, for every way of running a circuit.

import Circuits
import Tensors

extension CircuitRunner {
  /// All second derivatives of every output, [batch, outputs, p, p], by the shift rules of the general
  /// spectrum: exact for any circuit, noisy ones included, and unbiased with shots.
  ///
  /// A parameter that is a factor of a product has no frequencies of its own; there the angle itself is
  /// shifted, and the chain rule does the rest.
  public func hessian(inputs: Tensor?, weights: Tensor?, of coordinates: Coordinates) throws -> Tensor {
    let samples = try circuit.samples(inputs: inputs, weights: weights)
    if case .amplitudes = circuit.preparation, coordinates.contains(.inputs) {
      throw EngineError.state("the Hessian with respect to inputs of an amplitude encoding, which are no angles; take that of the weights")
    }
    let isVariance = circuit.measurements.contains { if case .variance = $0 { return true } else { return false } }
    if options.shots > 0, isVariance {
      throw EngineError.state("the Hessian of a variance and shots do not go together: its estimate would be biased; use exact values")
    }
    let count = circuit.count(of: coordinates)
    guard count > 0 else { throw EngineError.state("the circuit has none of the coordinates of which the Hessian is wanted") }
    let plan = try HessianPlan(circuit, rotations, coordinates)
    var inner = options
    inner.differentiation = .parameterShift
    let runner = try CircuitRunner(plan.circuit, options: inner)
    runner.evaluation = evaluation
    defer { evaluation = runner.evaluation }
    return try runner.hessian(samples, plan, coordinates, count)
  }

  /// On the circuit of the plan.
  private func hessian(
    _ samples: Samples, _ hessianPlan: HessianPlan, _ coordinates: Coordinates, _ count: Int
  ) throws -> Tensor {
    let columns = circuit.inputCount
    let data = Tensor(uninitialized: samples.type, [samples.count, columns])
    for (index, value) in samples.inputs.enumerated() { data[index] = value }
    let weights = samples.weights + Array(repeating: 0, count: circuit.weightCount - samples.weights.count)
    let batch = Batch(type: samples.type, data: data, layout: .rows, count: samples.count, weights: weights)
    let variables = hessianPlan.variables
    let (width, size) = (outputMap.rows.count, samples.count * outputMap.rows.count)
    func moved(_ batch: Batch, _ variable: HessianPlan.Variable, _ step: Double) -> Batch {
      switch variable.place {
      case .input(let column): return batch.moving(input: column, by: step, inputs: columns)
      case .weight(let index): return batch.moving(weight: index, by: step)
      }
    }
    func sum(_ parts: [(Double, Batch)]) throws -> [Double] {
      var result = [Double](repeating: 0, count: size)
      for (factor, batch) in parts {
        let values = try quantities(batch)
        for i in 0..<size { result[i] += factor * values[i] }
      }
      return result
    }
    // First derivatives are needed for variances and for angles with two factors.
    let base = plan == nil ? [] : try quantities(batch)
    let needsFirst = plan?.isLinear == false || !hessianPlan.curved.isEmpty
    let first = try variables.map { variable in
      needsFirst ? try sum(variable.rule.terms.map { ($0.factor, moved(batch, variable, $0.shift)) }) : []
    }
    let outputs = circuit.outputCount
    let out = try CircuitStates.result(samples, [outputs, count, count])
    out.fill(0)
    func add(_ sample: Int, _ k: Int, _ p: Int, _ q: Int, _ value: Double) {
      out[((sample * outputs + k) * count + p) * count + q] += value
    }
    let slopes = outputSlopesByQuantity(base, samples.count)
    for (i, a) in variables.enumerated() {
      for (j, b) in variables[...i].enumerated() {
        let second = try sum(
          i == j
            ? a.rule.second.map { ($0.factor, moved(batch, a, $0.shift)) }
            : a.rule.terms.flatMap { s in
              let ahead = moved(batch, a, s.shift)
              return b.rule.terms.map { (s.factor * $0.factor, moved(ahead, b, $0.shift)) }
            })
        for sample in 0..<samples.count {
          for k in 0..<outputs {
            var value = 0.0
            for l in slopes.first(k) { value += slopes.value(sample, k, l) * second[sample * width + l] }
            if needsFirst, let plan {
              func slope(_ variable: Int) -> Double {
                plan.squares(k).reduce(0) { $0 + $1.factor * first[variable][sample * width + $1.word] }
              }
              value -= 2 * slope(i) * slope(j)
            }
            if value == 0 { continue }
            for (p, x) in hessianPlan.slopes(a, samples, sample) {
              for (q, y) in hessianPlan.slopes(b, samples, sample) {
                add(sample, k, p, q, value * x * y)
                if i != j { add(sample, k, q, p, value * x * y) }
              }
            }
          }
        }
      }
    }
    for item in hessianPlan.curved {
      for sample in 0..<samples.count {
        for k in 0..<outputs {
          var value = 0.0
          for l in slopes.first(k) { value += slopes.value(sample, k, l) * first[item.variable][sample * width + l] }
          add(sample, k, item.p, item.q, item.scale * value)
          add(sample, k, item.q, item.p, item.scale * value)
        }
      }
    }
    return out
  }

  /// Derivatives of each output by the quantities.
  private func outputSlopesByQuantity(_ base: [Double], _ count: Int) -> OutputSlopes {
    let width = outputMap.rows.count
    guard let plan else { return OutputSlopes(rows: nil, width: width) }
    var rows = [[[(Int, Double)]]]()
    for sample in 0..<count {
      rows.append(
        (0..<circuit.outputCount).map { k in
          var slopes: [Int: Double] = [:]
          plan.addGradient(k, 1, values: { base[sample * width + $0] }) { slopes[$0, default: 0] += $1 }
          return slopes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        })
    }
    return OutputSlopes(rows: rows, width: width)
  }
}

/// Derivatives of outputs by quantities, which are the outputs themselves where there are no rows.
private struct OutputSlopes {
  /// [sample][output]
  let rows: [[[(Int, Double)]]]?
  let width: Int

  func first(_ k: Int) -> [Int] { rows.map { $0[0][k].map(\.0) } ?? [k] }
  func value(_ sample: Int, _ k: Int, _ quantity: Int) -> Double {
    guard let rows else { return 1 }
    return rows[sample][k].first { $0.0 == quantity }?.1 ?? 0
  }
}

/// The variables that a Hessian shifts, and how parameters follow from them.
struct HessianPlan {
  enum Place {
    case input(Int)
    case weight(Int)
  }
  struct Variable {
    let place: Place
    let rule: ShiftRule
    /// The parameter itself, or the terms of an angle.
    let parameter: Int?
    let terms: [Angle]
  }
  /// ∂² of a variable by two parameters; p = q stands for half of the second derivative.
  struct Curved {
    let variable: Int
    let p, q: Int
    let scale: Double
  }

  /// The circuit with a weight of its own added to every angle that has a factor.
  let circuit: Circuit
  let variables: [Variable]
  private(set) var curved: [Curved] = []
  private let coordinates: Coordinates
  private let firstWeight: Int

  init(_ original: Circuit, _ rotations: [PauliRotation], _ coordinates: Coordinates) throws {
    self.coordinates = coordinates
    firstWeight = coordinates.contains(.inputs) ? original.inputCount : 0
    let rules = try ParameterRules(rotations, inputs: original.inputCount, weights: original.weightCount)
    var (changed, angles) = (original, [[Angle]]())
    func isFactor(_ angle: Angle) -> Bool {
      (coordinates.contains(.inputs) && angle.columns.contains { rules.inputs[$0] == nil })
        || (coordinates.contains(.weights) && angle.weight.map { rules.weights[$0] == nil } == true)
    }
    if original.operations.contains(where: { $0.angles.contains { $0.terms.contains(where: isFactor) } }) {
      changed = try original.rewriting { sum in
        guard sum.terms.contains(where: isFactor) else { return sum }
        angles.append(sum.terms)
        return AngleSum(sum.terms + [.weight(original.weightCount + angles.count - 1)])
      }
    }
    circuit = changed
    var variables: [Variable] = []
    if coordinates.contains(.inputs) {
      for (column, rule) in rules.inputs.enumerated() {
        if let rule, !rule.frequencies.isEmpty {
          variables.append(Variable(place: .input(column), rule: rule, parameter: column, terms: []))
        }
      }
    }
    if coordinates.contains(.weights) {
      for (weight, rule) in rules.weights.enumerated() {
        if let rule, !rule.frequencies.isEmpty {
          variables.append(Variable(place: .weight(weight), rule: rule, parameter: firstWeight + weight, terms: []))
        }
      }
    }
    for (index, terms) in angles.enumerated() {
      let rule = try changed.shiftRule(weight: original.weightCount + index)
      // Parameters with a rule of their own are moved as such.
      let factors = terms.filter(isFactor)
      for term in factors {
        switch term.slot {
        case .inputProduct(let a, let b) where coordinates.contains(.inputs):
          curved.append(Curved(variable: variables.count, p: a, q: b, scale: term.scale))
        case .weightedInput(let w, let c) where coordinates.contains([.inputs, .weights]):
          curved.append(Curved(variable: variables.count, p: c, q: firstWeight + w, scale: term.scale))
        default: break
        }
      }
      variables.append(
        Variable(place: .weight(original.weightCount + index), rule: rule, parameter: nil, terms: factors))
    }
    self.variables = variables
  }

  /// Derivatives of a variable by the parameters.
  func slopes(_ variable: Variable, _ samples: Samples, _ sample: Int) -> [(Int, Double)] {
    if let parameter = variable.parameter { return [(parameter, 1)] }
    let columns = samples.count == 0 ? 0 : samples.inputs.count / samples.count
    func input(_ column: Int) -> Double { samples.inputs[sample * columns + column] }
    var result: [(Int, Double)] = []
    for term in variable.terms {
      switch term.slot {
      case .none: break
      case .input(let c):
        if coordinates.contains(.inputs) { result.append((c, term.scale)) }
      case .weight(let w):
        if coordinates.contains(.weights) { result.append((firstWeight + w, term.scale)) }
      case .inputProduct(let a, let b):
        if coordinates.contains(.inputs) { result += [(a, term.scale * input(b)), (b, term.scale * input(a))] }
      case .weightedInput(let w, let c):
        if coordinates.contains(.inputs) { result.append((c, term.scale * samples.weights[w])) }
        if coordinates.contains(.weights) { result.append((firstWeight + w, term.scale * input(c))) }
      }
    }
    return result
  }
}

extension Circuit {
  /// The same circuit with other angles.
  func rewriting(_ change: (AngleSum) -> AngleSum) throws -> Circuit {
    var result = try measuring([], readout: true, operations: [])
    for operation in operations {
      if let gate = operation.gate {
        try result.append(gate, operation.wires, operation.angles.map(change), if: operation.condition)
      } else {
        try result.append(operation, wires: Array(0..<wires))
      }
    }
    for measurement in measurements { try result.measure(measurement) }
    return result
  }
}
