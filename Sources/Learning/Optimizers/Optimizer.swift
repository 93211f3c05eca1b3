// What optimisers have in common: the tensors they update.  The rules are in SGD.swift and Adam.swift.

import Tensors

/// Updates tensors from their gradients.
public class Optimizer {
  public private(set) var parameters: [Variable] = []
  private var known: Set<ObjectIdentifier> = []

  init() {}

  /// Adds a tensor to those that `step` updates; one that is there already stays there once.
  public func add(_ variable: Variable) throws {
    guard !variable.isResult else {
      throw EngineError.state("an optimiser cannot update the result of an operation")
    }
    guard variable.requiresGradient else {
      throw EngineError.state("the tensor does not require a gradient, so there is nothing to update")
    }
    append(variable)
  }

  /// Adds all trainable parameters of a built layer.
  public func add(_ layer: Layer) throws {
    guard layer.isBuilt else {
      throw EngineError.state("\(layer.kind) is not built; build it before its parameters can be optimised")
    }
    for parameter in layer.parameters where parameter.variable.requiresGradient {
      append(parameter.variable)
    }
  }

  private func append(_ variable: Variable) {
    guard known.insert(ObjectIdentifier(variable)).inserted else { return }
    parameters.append(variable)
    prepare(variable)
  }

  /// Updates every tensor that has a gradient; the others are left alone.
  public func step() {
    for (i, parameter) in parameters.enumerated() where parameter.hasGradient && parameter.requiresGradient {
      if let gradient = parameter.gradient { update(i, parameter.value, gradient) }
    }
  }

  public func zeroGradients() {
    for parameter in parameters { parameter.zeroGradient() }
  }

  // MARK: what the rules say

  /// Makes the state for one more tensor.
  func prepare(_ variable: Variable) {}

  /// One update of tensor number `index`.
  func update(_ index: Int, _ value: Tensor, _ gradient: Tensor) {
    preconditionFailure("an optimiser says its rule")
  }
}

/// A hyper-parameter's range check.
func check(_ name: String, _ value: Double, _ isValid: Bool, _ range: String) throws {
  guard isValid && value.isFinite else {
    throw EngineError.value("\(name) is \(value); it must be \(range)")
  }
}
