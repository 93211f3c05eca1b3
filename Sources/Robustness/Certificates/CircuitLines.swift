// Linear functions along the outputs of circuits over boxes of inputs.
// Intervals of outputs are in QuantumBounds.swift.

import Glibc
import Learning
import Quantum
import Tensors

/// What is known of one output over a box: slopes · x + low <= output <= slopes · x + high.
struct OutputLine {
  /// [inputs of the circuit]
  var slopes: [Double]
  var low, high: Double
}

extension TrigonometricForm {
  /// A line along each output over the box low...high of the circuit's inputs.
  ///
  /// With t_j = θ_j - centre_j in ±h_j an output is Σ c Π_j φ_j over φ_j in (1, v_j, s_j), s_j = sin t_j in ±sin h_j and
  /// v_j = cos t_j - m_j in ±(1 - cos h_j)/2 with m_j = (1 + cos h_j)/2.  Terms of one s_j alone are the slopes: sin t is a
  /// multiple of t but for little, |sin t - σ t| ≤ E for σ = 1 - h²/8, attained at t = h or cos t = σ and about h³/24.  All other
  /// terms are of second order and bounded by the magnitudes of their factors; angles that turn by more than half a circle
  /// give no slope.
  func lines(low: [Double], high: [Double]) -> [OutputLine] {
    let count = coefficients.count / outputs
    var matrices: [[Double]] = []
    var sizes: [[Double]] = []
    var slopes: [(scale: Double, error: Double)?] = []
    for factor in factors {
      let (a, b) = (factor.frequency * low[factor.column], factor.frequency * high[factor.column])
      let (centre, half) = ((a + b) / 2 + factor.phase, abs(b - a) / 2)
      let least = cos(min(half, .pi))
      let m = (1 + least) / 2
      let (c, s) = (cos(centre), sin(centre))
      // cos θ = c (m + v) - s sin t, sin θ = s (m + v) + c sin t
      matrices.append([1, m * c, m * s, 0, c, s, 0, -s, c])
      sizes.append([1, (1 - least) / 2, half < .pi / 2 ? sin(half) : 1])
      guard half <= .pi / 2 else {
        slopes.append(nil)
        continue
      }
      let sigma = 1 - half * half / 8
      let turn = min(half, acos(sigma))
      slopes.append((sigma * factor.frequency, max(abs(sin(turn) - sigma * turn), abs(sin(half) - sigma * half))))
    }
    return (0..<outputs).map { k in
      let terms = rotated(Array(coefficients[k * count..<(k + 1) * count]), matrices)
      var line = OutputLine(slopes: Array(repeating: 0, count: low.count), low: terms[0], high: terms[0])
      var reach = 1e-12
      for (index, size) in products(of: sizes).enumerated() where index > 0 { reach += abs(terms[index]) * size }
      var step = count
      for (j, factor) in factors.enumerated() {
        step /= 3
        guard let slope = slopes[j] else { continue }
        let g = terms[2 * step]
        reach += abs(g) * (slope.error - sizes[j][2])
        line.slopes[factor.column] = g * slope.scale
        let offset = g * slope.scale * (low[factor.column] + high[factor.column]) / 2
        line.low -= offset
        line.high -= offset
      }
      line.low -= reach
      line.high += reach
      return line
    }
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

  /// The product of one of each factor's sizes, for all choices, the last factor changing fastest.
  private func products(of sizes: [[Double]]) -> [Double] {
    sizes.reduce([1]) { products, own in products.flatMap { p in own.map { p * $0 } } }
  }
}

extension CircuitBounds {
  /// Lines along the outputs over boxes in which they are known to have these bounds; level where that is narrower.
  func lines(
    _ boxes: [(low: [Double], high: [Double])], _ known: [(low: [Double], high: [Double])]
  ) throws -> [[OutputLine]] {
    let found = try form.map { form in
      Parallel.map(boxes.count, grain: 4) { i in form.lines(low: boxes[i].low, high: boxes[i].high) }
    } ?? tangents(boxes)
    return zip(found, known).map { lines, known in
      lines.enumerated().map { k, line in
        line.high - line.low < known.high[k] - known.low[k]
          ? line : OutputLine(slopes: line.slopes.map { _ in 0 }, low: known.low[k], high: known.high[k])
      }
    }
  }

  /// Tangents in the middle, ± ½ (Σ_j s_j r_j)² / o: as |∂E/∂x_j| ≤ s_j = w_j o with the widths w of the generators that x_j
  /// turns and half the width o of the observable, |∂²E/∂x_j∂x_k| ≤ w_j w_k o, one commutator more.
  private func tangents(_ boxes: [(low: [Double], high: [Double])]) throws -> [[OutputLine]] {
    let width = runner.circuit.inputCount
    let centres = boxes.flatMap { box in zip(box.low, box.high).map { ($0 + $1) / 2 } }
    let x = Variable(Tensor(centres, [boxes.count, width]), requiresGradient: true)
    let y = try runner.expectations(
      inputs: x, weights: weights.isEmpty ? nil : Variable(Tensor(weights, [weights.count])))
    var lines = boxes.map { _ in [OutputLine]() }
    // Variances are no expectation values of one observable.
    let isLinear = runner.circuit.outputMap().isLinear
    for k in 0..<outputs {
      let seed = Tensor(.float64, y.shape)
      for row in boxes.indices { seed[row * outputs + k] = 1 }
      let gradient = try y.gradients(for: [x], seed: seed)[0].doubles
      let half = (ranges[k].high - ranges[k].low) / 2
      for (row, box) in boxes.enumerated() {
        let own = Array(gradient[row * width..<(row + 1) * width])
        var (move, middle) = (0.0, y.value[row * outputs + k])
        for j in 0..<width {
          move += slopes[k][j] * (box.high[j] - box.low[j]) / 2
          middle -= own[j] * centres[row * width + j]
        }
        let reach = isLinear && half > 0 ? 0.5 * move * move / half + 1e-10 : .infinity
        lines[row].append(OutputLine(slopes: own, low: middle - reach, high: middle + reach))
      }
    }
    return lines
  }
}
