// Circuits as operations: expectation values of a batch, and of all patches of a batch of images.
// Running and differentiating circuits is left to Quantum.

import Circuits
import Quantum
import Tensors

/// Expectation values of a circuit; the gradients are vector-Jacobian products by the runner.
struct CircuitExpectation: Operation {
  let runner: CircuitRunner
  let inputs, weights: Variable?

  var operands: [Variable] { [inputs, weights].compactMap { $0 } }

  func backward(_ gradient: Tensor) throws {
    let gradients = try runner.gradients(
      inputs: inputs?.value, weights: weights?.value, outputGradient: gradient,
      wantInputs: inputs?.requiresGradient ?? false, wantWeights: weights?.requiresGradient ?? false)
    if let result = gradients.inputs { inputs?.accumulate(result, shared: false) }
    if let result = gradients.weights { weights?.accumulate(result, shared: false) }
  }
}

/// The same with the circuit slid over images.
struct Quanvolution: Operation {
  let runner: CircuitRunner
  let patches: PatchGeometry
  let images: Variable
  let weights: Variable?

  var operands: [Variable] { [images, weights].compactMap { $0 } }

  func backward(_ gradient: Tensor) throws {
    let gradients = try runner.gradients(
      images: images.value, patches: patches, weights: weights?.value, outputGradient: gradient,
      wantImages: images.requiresGradient, wantWeights: weights?.requiresGradient ?? false)
    if let result = gradients.images { images.accumulate(result, shared: false) }
    if let result = gradients.weights { weights?.accumulate(result, shared: false) }
  }
}

extension CircuitRunner {
  /// Expectation values, differentiable in inputs and weights.
  ///
  /// inputs [batch, inputs] or nil, weights [weights] or nil, result [batch, outputs].
  public func expectations(inputs: Variable?, weights: Variable?) throws -> Variable {
    if let inputs, let weights { try Variable.checkTypes(inputs, weights) }
    weights?.circuitUses?.note(self, inputs?.value)
    return .result(
      try expectations(inputs: inputs?.value, weights: weights?.value),
      of: CircuitExpectation(runner: self, inputs: inputs, weights: weights))
  }

  /// Expectation values of every patch; images [batch, channels, height, width].
  func expectations(images: Variable, patches: PatchGeometry, weights: Variable?) throws -> Variable {
    weights?.circuitUses?.note(self, images.value, patches)
    return .result(
      try expectations(images: images.value, patches: patches, weights: weights?.value),
      of: Quanvolution(runner: self, patches: patches, images: images, weights: weights))
  }
}
