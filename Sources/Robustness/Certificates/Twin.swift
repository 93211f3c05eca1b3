// The model that bounds are worked out with: the same values in Double, so that rounding stays far below what is certified.

import Learning
import Tensors

extension Layer {
  /// A copy in Double, in evaluation mode.  Throws for layers that cannot be made again (scripts' own without a recipe).
  func inDouble() throws -> Layer {
    guard let inputShape else { throw EngineError.state("the model is not built; build it with its input's shape first") }
    let twin = try Layer.from(architecture: architecture)
    try twin.build(.float64, shape: [1] + inputShape, seed: 0)
    for (source, target) in zip(namedTensors, twin.namedTensors) { assign(source.tensor, to: target.tensor) }
    return twin
  }

  /// A copy of a linear layer with the magnitudes of its weights and no bias: how far its output can move when its input
  /// moves by so much, value by value.
  func magnitudes() throws -> Layer {
    let twin = try inDouble()
    for parameter in twin.parameters {
      let values = parameter.variable.value
      let isBias = parameter.name == "bias"
      for i in 0..<values.count { values[i] = isBias ? 0 : abs(values[i]) }
    }
    return twin
  }
}

private func assign(_ source: Tensor, to target: Tensor) {
  for i in 0..<target.count { target[i] = source[i] }
}
