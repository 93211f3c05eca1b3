// The sum of branches with weights from a softmax over a gate's values.

import Tensors

/// y[b, k] = Σᵢ w[b, i, k] yᵢ[b, k] with w = softmax of the gate over i; one weight for all k where the gate has only
/// one value per branch.
struct Fusion: Operation {
  let branches: [Variable]
  let gate: Variable
  /// [batch, branches, 1 or values]
  let weights: Tensor

  var operands: [Variable] { branches + [gate] }

  static func apply(_ branches: [Variable], gate: Variable) -> Variable {
    let batch = gate.shape[0]
    let weights = fusionWeights(gate.value.reshaped([batch, branches.count, gate.shape[1] / branches.count]))
    let result = Tensor(uninitialized: gate.type, branches[0].shape)
    for (i, branch) in branches.enumerated() {
      addFused(branch.value, weights, branch: i, into: result, adding: i > 0)
    }
    return .result(result, of: Fusion(branches: branches, gate: gate, weights: weights))
  }

  func backward(_ gradient: Tensor) {
    for (i, branch) in branches.enumerated() where branch.requiresGradient {
      branch.accumulate { addFused(gradient, weights, branch: i, into: $0, adding: $1) }
    }
    guard gate.requiresGradient else { return }
    gate.accumulate { into, adding in
      fusionGateGradient(gradient, branches.map(\.value), weights, into: into, adding: adding)
    }
  }
}
