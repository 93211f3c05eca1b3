// Update rules against their equations, written out in Double.

import Glibc
import Learning
import Tensors
import Testing

@Suite struct OptimizerTests {
  /// Runs ten steps with fixed gradients on `count` elements and compares with the rule.
  private func compare(
    _ type: ElementType, _ optimizer: Optimizer, tolerance: Double,
    rule: (_ t: Int, _ g: Double, _ p: inout Double, _ state: inout (Double, Double)) -> Void
  ) throws {
    // Not a multiple of a vector's length, so that the tail is run too.
    let count = 37
    var stream = RandomStream(seed: 2, purpose: .tensor)
    let x = Variable(.uniform(type, [count], low: -1, high: 1, from: &stream), requiresGradient: true)
    try optimizer.add(x)
    var expected = x.value.doubles
    var states = [(Double, Double)](repeating: (0, 0), count: count)
    for t in 1...10 {
      let g = Tensor.uniform(type, [count], low: -1, high: 1, from: &stream)
      optimizer.zeroGradients()
      try (x * Variable(g)).sum().backward()
      try optimizer.step()
      for i in 0..<count { rule(t, g[i], &expected[i], &states[i]) }
    }
    for i in 0..<count { #expect(abs(x.value[i] - expected[i]) <= tolerance) }
  }

  @Test(arguments: [(ElementType.float32, 2e-6), (.float64, 1e-14)])
  func adamFollowsItsPaper(type: ElementType, tolerance: Double) throws {
    let (lr, beta1, beta2, eps) = (0.01, 0.8, 0.95, 1e-8)
    try compare(
      type, Adam(lr: lr, beta1: beta1, beta2: beta2, eps: eps), tolerance: tolerance
    ) { t, g, p, state in
      state.0 = beta1 * state.0 + (1 - beta1) * g
      state.1 = beta2 * state.1 + (1 - beta2) * g * g
      let m = state.0 / (1 - pow(beta1, Double(t)))
      let v = state.1 / (1 - pow(beta2, Double(t)))
      p -= lr * m / (v.squareRoot() + eps)
    }
  }

  @Test(arguments: [(ElementType.float32, 2e-6), (.float64, 1e-14)], [0.0, 0.9])
  func sgdFollowsItsRule(type: (ElementType, Double), momentum: Double) throws {
    try compare(type.0, SGD(lr: 0.1, momentum: momentum), tolerance: type.1) { _, g, p, state in
      state.0 = momentum * state.0 + g
      p -= 0.1 * state.0
    }
  }

  @Test func tensorsWithoutAGradientAreLeftAlone() throws {
    let (a, b) = (Variable(Tensor([1.0], [1]), requiresGradient: true), Variable(Tensor([2.0], [1]), requiresGradient: true))
    let adam = try Adam(lr: 0.1)
    try adam.add(a)
    try adam.add(b)
    try a.sum().backward()
    try adam.step()
    #expect(a.value[0] < 1 && b.value[0] == 2)
    let after = a.value[0]
    adam.zeroGradients()
    try adam.step()
    #expect(a.value[0] == after)
  }

  @Test func addingTwiceUpdatesOnce() throws {
    let a = Variable(Tensor([1.0], [1]), requiresGradient: true)
    let sgd = try SGD(lr: 0.5)
    try sgd.add(a)
    try sgd.add(a)
    try a.sum().backward()
    try sgd.step()
    #expect(a.value[0] == 0.5)
  }

  @Test func mistakesAreNamed() throws {
    #expect(message(.value) { _ = try Adam(lr: 0) } == "lr is 0.0; it must be above 0")
    #expect(message(.value) { _ = try Adam(beta2: 1) } == "beta2 is 1.0; it must be in [0, 1)")
    #expect(message(.value) { _ = try Adam(eps: .nan) } == "eps is nan; it must be above 0")
    #expect(message(.value) { _ = try SGD(momentum: -0.1) } == "momentum is -0.1; it must be in [0, 1)")
    let sgd = try SGD()
    #expect(message(.state) { try sgd.add(Variable(Tensor([1.0], [1]))) }.contains("does not require"))
    #expect(
      message(.state) { try sgd.add(DenseLayer(units: 1)) }
        == "dense is not built; build it before its parameters can be optimised")
  }
}
