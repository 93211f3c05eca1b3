// Affine functions of a circuit's inputs around its outputs over boxes, with errors that the outputs share.
// Intervals of outputs are in QuantumBounds.swift.

import Glibc
import Learning
import Quantum
import Tensors

/// Outputs of one circuit over a box: offsets + slopes x + errors τ, for some τ in ±1 that depend on x.
struct AffineForm {
  /// [outputs, inputs]
  var slopes: [Double]
  /// [outputs]
  var offsets: [Double]
  /// [outputs, errors]
  var errors: [Double]

  /// Nothing but intervals, an error of its own for each output.
  init(level bounds: (low: [Double], high: [Double]), inputs: Int) {
    let outputs = bounds.low.count
    slopes = Array(repeating: 0, count: outputs * inputs)
    offsets = zip(bounds.low, bounds.high).map { ($0 + $1) / 2 }
    errors = Array(repeating: 0, count: outputs * outputs)
    for k in 0..<outputs { errors[k * outputs + k] = (bounds.high[k] - bounds.low[k]) / 2 + 1e-15 * abs(offsets[k]) }
  }

  init(slopes: [Double], offsets: [Double], errors: [Double]) {
    (self.slopes, self.offsets, self.errors) = (slopes, offsets, errors)
  }

  /// How far the outputs can be from the affine function, added up.
  var reach: Double { errors.reduce(0) { $0 + abs($1) } }
}

extension TrigonometricForm {
  /// Over the box low...high of the circuit's inputs.
  ///
  /// With t_j = θ_j - centre_j in ±h_j an output is Σ c Π_j φ_j over φ_j in (1, v_j, s_j), s_j = sin t_j in ±sin h_j and
  /// v_j = cos t_j - m_j in ±(1 - cos h_j)/2 with m_j = (1 + cos h_j)/2.  Each product is an error that all outputs share.  Of one
  /// s_j alone it becomes a slope, as sin t is a multiple of t but for little: |sin t - σ t| ≤ E for σ = 1 - h²/8, attained at
  /// t = h or cos t = σ and about h³/24.  Angles that turn by more than half a circle give no slope.
  func affineForm(low: [Double], high: [Double]) -> AffineForm {
    let (count, width) = (coefficients.count / outputs, low.count)
    var matrices: [[Double]] = []
    var sizes = [1.0]
    var slopes: [(scale: Double, error: Double)?] = []
    for factor in factors {
      let (a, b) = (factor.frequency * low[factor.column], factor.frequency * high[factor.column])
      let (centre, half) = ((a + b) / 2 + factor.phase, abs(b - a) / 2)
      let least = cos(min(half, .pi))
      let m = (1 + least) / 2
      let (c, s) = (cos(centre), sin(centre))
      // cos θ = c (m + v) - s sin t, sin θ = s (m + v) + c sin t
      matrices.append([1, m * c, m * s, 0, c, s, 0, -s, c])
      let own = [1, (1 - least) / 2, half < .pi / 2 ? sin(half) : 1]
      sizes = sizes.flatMap { size in own.map { size * $0 } }
      let sigma = 1 - half * half / 8
      let turn = min(half, acos(max(-1, sigma)))
      let error = max(abs(sin(turn) - sigma * turn), abs(sin(half) - sigma * half))
      slopes.append(half <= .pi / 2 ? (sigma * factor.frequency, error) : nil)
    }
    let terms = (0..<outputs).map { rotated(Array(coefficients[$0 * count..<($0 + 1) * count]), matrices) }
    var form = AffineForm(slopes: Array(repeating: 0, count: outputs * width), offsets: terms.map { $0[0] }, errors: [])
    var step = count
    for (j, factor) in factors.enumerated() {
      step /= 3
      guard let slope = slopes[j] else { continue }
      sizes[2 * step] = slope.error
      let middle = (low[factor.column] + high[factor.column]) / 2
      for k in 0..<outputs {
        form.slopes[k * width + factor.column] = terms[k][2 * step] * slope.scale
        form.offsets[k] -= terms[k][2 * step] * slope.scale * middle
      }
    }
    // Most products are in no output.  A last error of each output is for rounding.
    let kept = (1..<count).filter { t in sizes[t] > 0 && terms.contains { abs($0[t]) > 1e-15 } }
    for k in 0..<outputs {
      form.errors += kept.map { terms[k][$0] * sizes[$0] } + (0..<outputs).map { $0 == k ? 1e-12 : 0 }
    }
    return form
  }

  /// Every axis of length 3 of a tensor by a 3 x 3 matrix of its own.
  private func rotated(_ values: [Double], _ matrices: [[Double]]) -> [Double] {
    var (values, step) = (values, values.count)
    for m in matrices {
      step /= 3
      for start in stride(from: 0, to: values.count, by: 3 * step) {
        for i in start..<start + step {
          let (x, y, z) = (values[i], values[i + step], values[i + 2 * step])
          values[i] = m[0] * x + m[1] * y + m[2] * z
          values[i + step] = m[3] * x + m[4] * y + m[5] * z
          values[i + 2 * step] = m[6] * x + m[7] * y + m[8] * z
        }
      }
    }
    return values
  }
}

extension CircuitBounds {
  /// Over boxes in which the outputs are known to have these bounds, which are taken where they say more.
  func forms(
    _ boxes: [(low: [Double], high: [Double])], _ known: [(low: [Double], high: [Double])]
  ) throws -> [AffineForm] {
    let found = try form.map { form in
      Parallel.map(boxes.count, grain: 4) { i in form.affineForm(low: boxes[i].low, high: boxes[i].high) }
    } ?? tangents(boxes)
    return zip(found, known).map { form, known in
      let level = AffineForm(level: known, inputs: runner.circuit.inputCount)
      return form.reach < level.reach ? form : level
    }
  }

  /// Tangents in the middle, ± ½ (Σ_j s_j r_j)² / o: as |∂E/∂x_j| ≤ s_j = w_j o with the widths w of the generators that x_j
  /// turns and half the width o of the observable, |∂²E/∂x_j∂x_k| ≤ w_j w_k o, one commutator more.
  private func tangents(_ boxes: [(low: [Double], high: [Double])]) throws -> [AffineForm] {
    let width = runner.circuit.inputCount
    let centres = boxes.flatMap { box in zip(box.low, box.high).map { ($0 + $1) / 2 } }
    let x = Variable(Tensor(centres, [boxes.count, width]), requiresGradient: true)
    let y = try runner.expectations(
      inputs: x, weights: weights.isEmpty ? nil : Variable(Tensor(weights, [weights.count])))
    // Variances are no expectation values of one observable.
    let isLinear = runner.circuit.outputMap().isLinear
    var forms = boxes.indices.map { row in
      AffineForm(
        slopes: [], offsets: y.value.rows(row..<row + 1).doubles, errors: Array(repeating: 0, count: outputs * outputs))
    }
    for k in 0..<outputs {
      let seed = Tensor(.float64, y.shape)
      for row in boxes.indices { seed[row * outputs + k] = 1 }
      let gradient = try y.gradients(for: [x], seed: seed)[0].doubles
      let half = (ranges[k].high - ranges[k].low) / 2
      for (row, box) in boxes.enumerated() {
        var move = 0.0
        for j in 0..<width {
          move += slopes[k][j] * (box.high[j] - box.low[j]) / 2
          forms[row].offsets[k] -= gradient[row * width + j] * centres[row * width + j]
        }
        forms[row].slopes += gradient[row * width..<(row + 1) * width]
        forms[row].errors[k * outputs + k] = isLinear && half > 0 ? 0.5 * move * move / half + 1e-10 : .infinity
      }
    }
    return forms
  }
}

/// A circuit on parts of each sample: patches of images, or all of it.
struct CircuitForms {
  /// Shapes of one sample.
  let inputs, outputs: [Int]
  /// For each part the places of a sample's values that are the circuit's inputs, -1 for none, and of its outputs.
  let parts: [(inputs: [Int], outputs: [Int])]
  /// [samples, parts]
  var forms: [AffineForm]
}
