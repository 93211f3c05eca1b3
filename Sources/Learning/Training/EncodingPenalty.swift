// A penalty that keeps trainable encodings slow: small Lipschitz bounds by training.

import Circuits
import Quantum
import Tensors

/// strength · Σ_j w_j² ‖H_j‖² over the weights that scale inputs, angles w_j x_j of gates exp(-i w_j x_j H_j): what Berberich,
/// Fink, Pranjić, Tutschku, Holm (2024) add to the loss, because their Lipschitz bound 2 ‖M‖ Σ_j |w_j| ‖H_j‖ grows with it.
struct EncodingPenalty {
  private struct Term {
    let variable: Variable
    let weight: Int
    /// Of its square.
    let factor: Double
  }

  private let terms: [Term]
  private let strength: Double

  /// Throws when no circuit of the model has trainable scales.
  init(_ model: Layer, strength: Double) throws {
    self.strength = strength
    var terms: [Term] = []
    for layer in model.allLayers {
      var next = 0
      for runner in layer.runners where runner.circuit.weightCount > 0 {
        let variable = layer.circuitWeights[next]
        next += 1
        for (instruction, _) in Lowering(runner.circuit).instructions {
          guard case .rotation(let rotation) = instruction,
            case .weightedInput(let weight, _) = rotation.angle.slot
          else { continue }
          let norm = rotation.factor * rotation.angle.scale
          terms.append(Term(variable: variable, weight: weight, factor: norm * norm))
        }
      }
    }
    guard !terms.isEmpty else {
      throw EngineError.value("encoding_penalty is for circuits that scale inputs by weights, angles such as w() * x[0]; the model has none")
    }
    self.terms = terms
  }

  var value: Double {
    strength * terms.reduce(0) { $0 + $1.factor * $1.variable.value[$1.weight] * $1.variable.value[$1.weight] }
  }

  /// Adds 2 strength w ‖H‖² to the gradients.
  func addGradients() {
    var slopes: [ObjectIdentifier: (variable: Variable, slopes: Tensor)] = [:]
    for term in terms where term.variable.requiresGradient {
      let id = ObjectIdentifier(term.variable)
      let own = slopes[id]?.slopes ?? Tensor(term.variable.type, term.variable.shape)
      own[term.weight] += 2 * strength * term.factor * term.variable.value[term.weight]
      slopes[id] = (term.variable, own)
    }
    for (variable, slopes) in slopes.values { variable.accumulate(slopes, shared: false) }
  }
}

extension Layer {
  /// The weights of each circuit that has some.
  fileprivate var circuitWeights: [Variable] { ownParameters.filter(\.isQuantum).map(\.variable) }
}
