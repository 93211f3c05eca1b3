// A circuit as a polynomial in the cosines and sines of its inputs, and its exact range over a box of inputs.
// The loops are in TrigonometricKernels.swift.

import Circuits
import Glibc
import Tensors

/// Outputs f(x) = Σ c · Π_j φ_j, φ_j ∈ (1, cos θ_j, sin θ_j), θ_j = frequency_j x_j + phase_j: the form of every circuit in
/// which each input turns one gate (Schuld, Sweke, Meyer 2021).  Where `ProductForm` is for speed and knows the structure,
/// this one is interpolated from values alone, so it holds for inputs behind entangling gates too.
package struct TrigonometricForm: Sendable {
  package struct Factor: Sendable {
    package let column: Int
    package let frequency, phase: Double
  }

  /// Circuits with more inputs have too many terms: 3 to the power of their number.
  package static let maximumInputs = 6

  package let factors: [Factor]
  package let outputs: Int
  /// [outputs][3^factors], the last factor changing fastest.
  package let coefficients: [Double]

  /// nil when an input turns several gates, or a controlled one, or is an amplitude; when outputs are variances; when
  /// there are too many inputs.  weights: as many as the circuit has.
  package init?(_ circuit: Circuit, weights: [Double]) throws {
    if case .amplitudes = circuit.preparation { return nil }
    guard circuit.outputMap().isLinear else { return nil }
    var factors: [Factor] = []
    for (instruction, _) in Lowering(circuit).instructions {
      guard case .rotation(let rotation) = instruction, rotation.angle.dependsOnInput else { continue }
      let (column, scale): (Int, Double)
      switch rotation.angle.slot {
      case .input(let input): (column, scale) = (input, rotation.angle.scale)
      case .weightedInput(let weight, let input): (column, scale) = (input, rotation.angle.scale * weights[weight])
      default: return nil
      }
      if scale == 0 { continue }
      // A projector has the eigenvalues 0 and 1, a Pauli word ±1; a controlled word has three.
      let isProjector = rotation.x == 0 && rotation.z == 0
      guard isProjector || rotation.controls == 0, !factors.contains(where: { $0.column == column }) else { return nil }
      let gap = isProjector ? rotation.factor : 2 * rotation.factor
      factors.append(Factor(column: column, frequency: gap * scale, phase: gap * rotation.angle.offset))
    }
    guard !factors.isEmpty, factors.count <= Self.maximumInputs else { return nil }
    self.factors = factors
    outputs = circuit.outputCount
    let runner = try CircuitRunner(circuit)
    coefficients = try Self.interpolate(runner, factors, weights)
    // The form was read off the gates; values at other points must agree.
    var stream = RandomStream(seed: 1, purpose: .analysis)
    let points = (0..<3).map { _ in (0..<circuit.inputCount).map { _ in 6 * stream.uniform() - 3 } }
    let truth = try Self.values(runner, points.flatMap { $0 }, 3, weights)
    for (row, point) in points.enumerated() {
      for (k, value) in values(at: point).enumerated() where abs(value - truth[row * outputs + k]) > 1e-9 { return nil }
    }
  }

  private static func values(
    _ runner: CircuitRunner, _ inputs: [Double], _ rows: Int, _ weights: [Double]
  ) throws -> [Double] {
    let x = Tensor(inputs, [rows, inputs.count / rows])
    return try runner.expectations(
      inputs: x, weights: weights.isEmpty ? nil : Tensor(weights, [weights.count])).doubles
  }

  /// From the values where each θ is 0, 2π/3 and 4π/3.
  private static func interpolate(
    _ runner: CircuitRunner, _ factors: [Factor], _ weights: [Double]
  ) throws -> [Double] {
    let (count, outputs) = (factors.reduce(1) { total, _ in total * 3 }, runner.circuit.outputCount)
    var inputs = [Double](repeating: 0, count: count * runner.circuit.inputCount)
    for point in 0..<count {
      var rest = point
      for factor in factors.reversed() {
        let theta = Double(rest % 3) * 2 * .pi / 3
        rest /= 3
        inputs[point * runner.circuit.inputCount + factor.column] = (theta - factor.phase) / factor.frequency
      }
    }
    let values = try values(runner, inputs, count, weights)
    let half = 3.0.squareRoot() / 2
    // Rows: 1, cos, sin from the three values.
    let inverse: [Double] = [
      1.0 / 3, 1.0 / 3, 1.0 / 3, 2.0 / 3, -1.0 / 3, -1.0 / 3, 0, 2 * half / 3, -2 * half / 3,
    ]
    var result: [Double] = []
    result.reserveCapacity(outputs * count)
    for k in 0..<outputs {
      let own = (0..<count).map { values[$0 * outputs + k] }
      result += transformEveryAxis(own, axes: factors.count, matrices: Array(repeating: inverse, count: factors.count), rows: 3)
    }
    return result
  }

  /// The outputs at one point of all the circuit's inputs.
  package func values(at inputs: [Double]) -> [Double] {
    let rows = factors.map { factor -> [Double] in
      let theta = factor.frequency * inputs[factor.column] + factor.phase
      return [1, cos(theta), sin(theta)]
    }
    let count = coefficients.count / outputs
    return (0..<outputs).map { k in
      transformEveryAxis(Array(coefficients[k * count..<(k + 1) * count]), axes: factors.count, matrices: rows, rows: 1)[0]
    }
  }

  /// Bounds of all outputs over the box low...high of the circuit's inputs: never too narrow, and too wide by `tolerance`
  /// at most unless that would take more than `limit` points.
  ///
  /// f is affine in each vector (cos θ_j, sin θ_j), which lies on an arc.  Replace each arc by a polygon around it - its ends
  /// and where tangents meet - and f takes its extremes over the product at vertices (a function that is affine in each
  /// of several points takes its extremes over polytopes at vertices).  Points of the arc itself give the other side.
  package func bounds(
    low: [Double], high: [Double], tolerance: Double, limit: Int = 1 << 14
  ) -> (low: [Double], high: [Double]) {
    var (best, worst) = ([Double](repeating: .infinity, count: outputs), [Double](repeating: -.infinity, count: outputs))
    var pieces = 1
    let count = coefficients.count / outputs
    while true {
      let arcs = factors.map { factor in
        Arc(
          factor.frequency * low[factor.column] + factor.phase, factor.frequency * high[factor.column] + factor.phase,
          pieces: pieces)
      }
      var gap = 0.0
      for k in 0..<outputs {
        let own = Array(coefficients[k * count..<(k + 1) * count])
        let outer = extremes(own, arcs.map(\.outer))
        let inner = extremes(own, arcs.map(\.inner))
        // Polygons of every fineness contain the arcs.
        best[k] = pieces == 1 ? outer.low : max(best[k], outer.low)
        worst[k] = pieces == 1 ? outer.high : min(worst[k], outer.high)
        gap = max(gap, max(inner.low - best[k], worst[k] - inner.high))
      }
      let vertices = arcs.reduce(1) { $0 * ($1.outer.count / 3 + 2 * pieces) }
      if gap <= tolerance || vertices > limit { break }
      pieces *= 2
    }
    // Rounding.
    return (best.map { $0 - 1e-12 }, worst.map { $0 + 1e-12 })
  }

  private func extremes(_ coefficients: [Double], _ points: [[Double]]) -> (low: Double, high: Double) {
    var values = coefficients
    // The last axis first, so that the largest step comes last.
    values = contract(values, points)
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values { (low, high) = (min(low, value), max(high, value)) }
    return (low, high)
  }

  /// Each axis of length 3 by its own points (1, c, s).
  private func contract(_ values: [Double], _ points: [[Double]]) -> [Double] {
    var (values, after) = (values, 1)
    var before = values.count
    for rows in points.reversed() {
      before /= 3
      values = transformAxis(values, before: before, after: after, matrix: rows)
      after *= rows.count / 3
    }
    return values
  }
}

/// An arc of the unit circle as points (1, cos, sin).
private struct Arc {
  /// A polygon's vertices around it, and points on it.
  var outer: [Double] = []
  var inner: [Double] = []

  init(_ a: Double, _ b: Double, pieces: Int) {
    let (start, width) = (min(a, b), min(abs(b - a), 2 * Double.pi))
    func add(_ points: inout [Double], _ angle: Double, _ radius: Double) {
      points += [1, radius * cos(angle), radius * sin(angle)]
    }
    add(&outer, start, 1)
    add(&inner, start, 1)
    if width == 0 { return }
    // Tangents meet where a piece is shorter than half the circle.
    let count = max(pieces, Int((width / 2).rounded(.up)))
    let step = width / Double(count)
    for piece in 0..<count {
      add(&outer, start + (Double(piece) + 0.5) * step, 1 / cos(step / 2))
      add(&inner, start + Double(piece + 1) * step, 1)
    }
    add(&outer, start + width, 1)
  }
}

/// Every axis of length 3 of a tensor by a matrix [rows, 3] of its own.
private func transformEveryAxis(_ values: [Double], axes: Int, matrices: [[Double]], rows: Int) -> [Double] {
  var (values, after) = (values, 1)
  var before = values.count
  for axis in (0..<axes).reversed() {
    before /= 3
    values = transformAxis(values, before: before, after: after, matrix: matrices[axis])
    after *= rows
  }
  return values
}
