// How fast a circuit's outputs can change with its inputs, at most: a bound from the gates alone.

import Circuits
import Tensors

extension Circuit {
  /// Bounds of |∂ output / ∂ input| that hold everywhere: [outputs][inputs].
  ///
  /// |∂⟨O⟩/∂x| ≤ Σ |dθ/dx| · (g_max - g_min) · (o_max - o_min)/2 over the gates exp(-iθG) that x turns, with the extreme
  /// eigenvalues of their generators and of the observable, because ∂⟨O⟩/∂θ = ⟨i[G, O]⟩ and constants in G and O do not
  /// matter (Berberich et al. 2024 sum ‖w_j‖ ‖H_j‖ in the same way).  What follows a gate, channels included, makes O no wider.
  ///
  /// Throws when inputs are amplitudes or multiplied with each other: then no number bounds the slope everywhere.
  package func inputSlopes(weights: [Double]) throws -> [[Double]] {
    let widths = try generatorWidths(weights: weights)
    return outputWidths().map { half in widths.map { $0 * half } }
  }

  /// Σ |dθ/dx| (g_max - g_min) over the gates that each input turns.
  private func generatorWidths(weights: [Double]) throws -> [Double] {
    if case .amplitudes = preparation {
      throw EngineError.state("inputs are amplitudes, whose effect has no bound of this kind; encode them as angles")
    }
    var slopes = [Double](repeating: 0, count: inputCount)
    for (instruction, _) in Lowering(self).instructions {
      guard case .rotation(let rotation) = instruction, rotation.angle.dependsOnInput else { continue }
      let isProjector = rotation.x == 0 && rotation.z == 0
      let width = isProjector ? abs(rotation.factor) : 2 * abs(rotation.factor)
      switch rotation.angle.slot {
      case .none, .weight: break
      case .input(let column): slopes[column] += width * abs(rotation.angle.scale)
      case .weightedInput(let weight, let column):
        slopes[column] += width * abs(rotation.angle.scale * weights[weight])
      case .inputProduct(let a, let b):
        throw EngineError.state("an angle is the product of inputs \(a) and \(b), whose slope has no bound; encode them on their own")
      }
    }
    return slopes
  }

  /// For each output the factor of a gate's generator width in its slope: half the width of the observable.
  private func outputWidths() -> [Double] {
    measurements.flatMap { measurement -> [Double] in
      switch measurement {
      case .expectation(let sum): return [Self.size(sum)]
      case .probabilities(let wires): return Array(repeating: 0.5, count: 1 << wires.count)
      case .variance(let sum):
        // Of ⟨H²⟩, which is in 0...n², and of ⟨H⟩², whose slope is at most 2n times that of ⟨H⟩.
        let size = Self.size(sum) + Self.constant(sum)
        return [0.5 * size * size + 2 * size * Self.size(sum)]
      }
    }
  }

  /// Bounds of each output: constants ± coefficients.
  package func outputRanges() -> [(low: Double, high: Double)] {
    measurements.flatMap { measurement -> [(low: Double, high: Double)] in
      switch measurement {
      case .expectation(let sum):
        let (constant, size) = (Self.offset(sum), Self.size(sum))
        return [(constant - size, constant + size)]
      case .probabilities(let wires): return Array(repeating: (0, 1), count: 1 << wires.count)
      case .variance(let sum):
        let size = Self.size(sum) + Self.constant(sum)
        return [(0, size * size)]
      }
    }
  }

  private static func isIdentity(_ word: PauliWord) -> Bool { word.letters.isEmpty }

  /// Σ |c| of the words that are not the identity.
  private static func size(_ sum: PauliSum) -> Double {
    sum.terms.reduce(0) { $0 + (isIdentity($1.word) ? 0 : abs($1.coefficient)) }
  }

  private static func offset(_ sum: PauliSum) -> Double {
    sum.terms.reduce(0) { $0 + (isIdentity($1.word) ? $1.coefficient : 0) }
  }

  private static func constant(_ sum: PauliSum) -> Double { abs(offset(sum)) }
}

extension Circuit {
  /// For each input how fast the state moves with it, in trace distance, at most: half the widths of the generators that it
  /// turns.  Throws where `inputSlopes` does.
  package func stateRates(weights: [Double]) throws -> [Double] { try generatorWidths(weights: weights).map { $0 / 2 } }
}
