// Gradients by simultaneous perturbation: all parameters move at once along random directions.

import Circuits
import Tensors

extension CircuitRunner {
  /// Simultaneous perturbation (Spall 1998): along directions Δ of ±1 the gradient's estimate is
  /// (L(θ + cΔ) - L(θ - cΔ)) / (2c) · Δ, c being `options.step`, averaged over `options.directions`; its
  /// expectation is the gradient up to c².
  ///
  /// Weights take two evaluations per direction.  So do inputs, of which every sample has a direction of its
  /// own; they are moved apart from the weights, whose noise would reach every input.
  func spsa(
    _ batch: Batch, _ outputGradient: Tensor?, _ inputGradient: Tensor?, _ wantWeights: Bool
  ) throws -> [Double]? {
    let slopes = outputSlopes(batch, outputGradient)
    let factor = 1 / (2 * options.step * Double(options.directions))
    let call = evaluation
    evaluation += 1
    inputGradient?.fill(0)
    var weightGradient = [Double](repeating: 0, count: circuit.weightCount)
    for direction in 0..<options.directions {
      var stream = RandomStream(
        seed: options.seed, purpose: .directions, substream: call, position: UInt64(direction) << 32)
      if wantWeights, circuit.weightCount > 0 {
        let signs = Self.signs(circuit.weightCount, &stream)
        let total = try difference(slopes, factor) { step in
          let weights = zip(batch.weights, signs).map { $0 + step * $1 }
          return Batch(type: batch.type, data: batch.data, layout: batch.layout, count: batch.count, weights: weights)
        }.reduce(0, +)
        for (weight, sign) in signs.enumerated() { weightGradient[weight] += total * sign }
      }
      if let inputGradient, circuit.inputCount > 0 {
        let (columns, rows) = (circuit.inputCount, batch.rows(inputs: circuit.inputCount))
        let signs = Self.signs(batch.count * columns, &stream)
        let change = try difference(slopes, factor) { step in
          let data = rows.data.copy()
          for (index, sign) in signs.enumerated() { data[index] += step * sign }
          return Batch(type: rows.type, data: data, layout: .rows, count: rows.count, weights: rows.weights)
        }
        for sample in 0..<batch.count {
          for column in 0..<columns {
            inputGradient[batch.layout.index(sample, column, columns)] += change[sample] * signs[sample * columns + column]
          }
        }
      }
    }
    return wantWeights ? weightGradient : nil
  }

  private func difference(_ slopes: Slopes, _ factor: Double, _ moved: (Double) -> Batch) throws -> [Double] {
    let ahead = moved(options.step)
    var change = [Double](repeating: 0, count: ahead.count)
    slopes.add(factor, try outputs(ahead), to: &change)
    slopes.add(-factor, try outputs(moved(-options.step)), to: &change)
    return change
  }

  private static func signs(_ count: Int, _ stream: inout RandomStream) -> [Double] {
    (0..<count).map { _ in stream.next() & 1 == 0 ? 1 : -1 }
  }
}
