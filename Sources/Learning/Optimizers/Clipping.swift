// Bounding gradients before a step.

import Tensors

/// Root of the sum of squares of all gradients of these tensors.
package func gradientNorm(_ variables: [Variable]) -> Double {
  var sum = 0.0
  for variable in variables where variable.hasGradient {
    if let gradient = variable.gradient { sum += sumOfSquares(gradient) }
  }
  return sum.squareRoot()
}

/// Scales all gradients alike so that their norm together is at most `limit` (Pascanu et al. 2013); the norm before.
/// A norm that is not finite leaves them as they are.
@discardableResult
package func clipGradients(_ variables: [Variable], norm limit: Double) throws -> Double {
  try check("clip_norm", limit, limit > 0, "above 0")
  let norm = gradientNorm(variables)
  if norm > limit, norm.isFinite {
    let scale = limit / norm
    for variable in variables where variable.hasGradient {
      variable.changeGradient { affine($0, scale: scale, offset: 0, into: $0, adding: false) }
    }
  }
  return norm
}

/// Moves every element of the gradients into [-limit, limit].
package func clipGradients(_ variables: [Variable], value limit: Double) throws {
  try check("clip_value", limit, limit > 0, "above 0")
  for variable in variables where variable.hasGradient { variable.changeGradient { clamp($0, limit) } }
}

extension Optimizer {
  /// Scales the gradients of all its tensors so that their norm together is at most `limit`; the norm before.
  @discardableResult
  public func clipNorm(_ limit: Double) throws -> Double { try clipGradients(parameters, norm: limit) }

  /// Moves every element of its tensors' gradients into [-limit, limit].
  public func clipValue(_ limit: Double) throws { try clipGradients(parameters, value: limit) }
}
