// Update rules against their equations, written out in Double.

import Glibc
@preconcurrency import Learning
import Tensors
import Testing

/// An optimiser and its rule: one step of one element, from the paper.
struct RuleCase: CustomStringConvertible, Sendable {
  let description: String
  let make: @Sendable () throws -> Optimizer
  /// Where the state of an element begins.
  var initial = 0.0
  let rule: @Sendable (_ t: Int, _ g: Double, _ p: inout Double, _ state: inout (Double, Double)) -> Void
}

@Suite struct OptimizerTests {
  static let rules: [RuleCase] = [
    RuleCase(description: "sgd", make: { try SGD(lr: 0.1) }) { _, g, p, _ in p -= 0.1 * g },
    RuleCase(description: "momentum", make: { try SGD(lr: 0.1, momentum: 0.9) }) { _, g, p, state in
      state.0 = 0.9 * state.0 + g
      p -= 0.1 * state.0
    },
    RuleCase(description: "nesterov", make: { try SGD(lr: 0.1, momentum: 0.9, nesterov: true) }) { _, g, p, state in
      state.0 = 0.9 * state.0 + g
      p -= 0.1 * (g + 0.9 * state.0)
    },
    RuleCase(description: "weight decay", make: { try SGD(lr: 0.1, weightDecay: 0.2) }) { _, g, p, _ in
      p -= 0.1 * (g + 0.2 * p)
    },
    RuleCase(description: "momentum with weight decay", make: { try SGD(lr: 0.1, momentum: 0.5, weightDecay: 0.2) }) {
      _, g, p, state in
      state.0 = 0.5 * state.0 + g + 0.2 * p
      p -= 0.1 * state.0
    },
    RuleCase(
      description: "adam", make: { try Adam(lr: 0.01, beta1: 0.8, beta2: 0.95, eps: 1e-8) }, rule: adam(decay: 0, decoupled: 0)),
    RuleCase(
      description: "adam with weight decay", make: { try Adam(lr: 0.01, beta1: 0.8, beta2: 0.95, eps: 1e-8, weightDecay: 0.3) },
      rule: adam(decay: 0.3, decoupled: 0)),
    RuleCase(
      description: "adamw", make: { try AdamW(lr: 0.01, beta1: 0.8, beta2: 0.95, eps: 1e-8, weightDecay: 0.3) },
      rule: adam(decay: 0, decoupled: 0.3)),
    RuleCase(description: "rmsprop", make: { try RMSprop(lr: 0.01, alpha: 0.9, eps: 1e-3) }) { _, g, p, state in
      state.0 = 0.9 * state.0 + 0.1 * g * g
      p -= 0.01 * g / (state.0.squareRoot() + 1e-3)
    },
    RuleCase(
      description: "rmsprop with momentum",
      make: { try RMSprop(lr: 0.01, alpha: 0.9, eps: 1e-3, momentum: 0.7, weightDecay: 0.1) }
    ) { _, g, p, state in
      let slope = g + 0.1 * p
      state.0 = 0.9 * state.0 + 0.1 * slope * slope
      state.1 = 0.7 * state.1 + slope / (state.0.squareRoot() + 1e-3)
      p -= 0.01 * state.1
    },
    RuleCase(description: "adagrad", make: { try Adagrad(lr: 0.1, eps: 1e-6, initial: 0.5) }, initial: 0.5) {
      _, g, p, state in
      state.0 += g * g
      p -= 0.1 * g / (state.0.squareRoot() + 1e-6)
    },
  ]

  /// Kingma and Ba 2015, and Loshchilov and Hutter 2019.
  static func adam(decay: Double, decoupled: Double) -> @Sendable (Int, Double, inout Double, inout (Double, Double)) -> Void {
    { t, g, p, state in
      let slope = g + decay * p
      state.0 = 0.8 * state.0 + 0.2 * slope
      state.1 = 0.95 * state.1 + 0.05 * slope * slope
      let m = state.0 / (1 - pow(0.8, Double(t)))
      let v = state.1 / (1 - pow(0.95, Double(t)))
      p = (1 - 0.01 * decoupled) * p - 0.01 * m / (v.squareRoot() + 1e-8)
    }
  }

  /// Ten steps with random gradients on a number of elements that is not a multiple of a vector's length.
  @Test(arguments: rules, [(ElementType.float32, 3e-6), (.float64, 2e-14)])
  func rulesAreThoseOfTheirPapers(item: RuleCase, precision: (ElementType, Double)) throws {
    let count = 37
    let optimizer = try item.make()
    var stream = RandomStream(seed: 2, purpose: .tensor)
    let x = Variable(
      .uniform(precision.0, [count], low: -1, high: 1, from: &stream), requiresGradient: true)
    try optimizer.add(x)
    var expected = x.value.doubles
    var states = [(Double, Double)](repeating: (item.initial, 0), count: count)
    for t in 1...10 {
      let g = Tensor.uniform(precision.0, [count], low: -1, high: 1, from: &stream)
      optimizer.zeroGradients()
      try (x * Variable(g)).sum().backward()
      try optimizer.step()
      for i in 0..<count { item.rule(t, g[i], &expected[i], &states[i]) }
    }
    for i in 0..<count { #expect(abs(x.value[i] - expected[i]) <= precision.1) }
  }

  @Test(arguments: rules)
  func aRestoredOptimizerGoesOnWithTheSameBits(item: RuleCase) throws {
    var stream = RandomStream(seed: 3, purpose: .tensor)
    let slopes = (0..<6).map { _ in Tensor.uniform(.float32, [13], low: -1, high: 1, from: &stream) }
    func step(_ optimizer: Optimizer, _ x: Variable, _ g: Tensor) throws {
      optimizer.zeroGradients()
      try (x * Variable(g)).sum().backward()
      try optimizer.step()
    }
    let x = Variable(Tensor(slopes[0].doubles.map { Float($0) }, [13]), requiresGradient: true)
    let optimizer = try item.make()
    try optimizer.add(x)
    for g in slopes.prefix(3) { try step(optimizer, x, g) }
    try optimizer.setRate(0.5 * optimizer.lr)
    let (tensors, scalars) = optimizer.exportState()
    let y = Variable(x.value.copy(), requiresGradient: true)
    let other = try item.make()
    try other.add(y)
    try other.importState(tensors: tensors, scalars: JSON(text: scalars.text))
    for g in slopes.suffix(3) {
      try step(optimizer, x, g)
      try step(other, y, g)
    }
    #expect(x.value.doubles == y.value.doubles)
  }

  @Test func groupsHaveRatesAndDecaysOfTheirOwn() throws {
    let model = try SequentialLayer([DenseLayer(units: 2), try QuantumLayer(patchCircuit(inputs: 2)), DenseLayer(units: 2)])
    try model.build(.float64, shape: [1, 3], seed: 1)
    let sgd = try SGD(lr: 0.1)
    try sgd.addGroup(ParameterGroup(.quantum, lr: 0.5))
    try sgd.addGroup(ParameterGroup(.layer(model.layers[2]), weightDecay: 0.25))
    try sgd.add(model)
    let before = model.parameters.map(\.variable.value.doubles)
    try model.forward(Variable(Tensor([0.1, 0.2, 0.3], [1, 3]))).sum().backward()
    let slopes = model.parameters.map { $0.variable.gradient!.doubles }
    try sgd.setRate(0.2)
    try sgd.step()
    for (k, parameter) in model.parameters.enumerated() {
      // The quantum group's rate follows the optimiser's in proportion.
      let (rate, decay) = parameter.isQuantum ? (1.0, 0.0) : (0.2, parameter.name.hasPrefix("2.") ? 0.25 : 0)
      for i in before[k].indices {
        #expect(abs(parameter.variable.value[i] - (before[k][i] - rate * (slopes[k][i] + decay * before[k][i]))) < 1e-14)
      }
    }
    #expect(message(.state) { try sgd.addGroup(ParameterGroup(.classical)) }.contains("before the optimiser has tensors"))
  }

  @Test func gradientsAreClipped() throws {
    func pair() throws -> (Optimizer, Variable, Variable) {
      let (a, b) = (Variable(Tensor([3.0, 0], [2]), requiresGradient: true), Variable(Tensor([4.0], [1]), requiresGradient: true))
      let sgd = try SGD()
      try sgd.add(a)
      try sgd.add(b)
      try (a * Variable(Tensor([3.0, -0.5], [2]))).sum().backward()
      try (b * Variable(Tensor([4.0], [1]))).sum().backward()
      return (sgd, a, b)
    }
    var (sgd, a, b) = try pair()
    let norm = (9.0 + 0.25 + 16).squareRoot()
    #expect(try abs(sgd.clipNorm(10) - norm) < 1e-14)
    #expect(a.gradient!.doubles == [3, -0.5])
    try sgd.clipNorm(1)
    #expect(abs(a.gradient![0] - 3 / norm) < 1e-14 && abs(b.gradient![0] - 4 / norm) < 1e-14)
    (sgd, a, b) = try pair()
    try sgd.clipValue(2)
    #expect(a.gradient!.doubles == [2, -0.5] && b.gradient!.doubles == [2])
    #expect(message(.value) { try sgd.clipNorm(0) } == "clip_norm is 0.0; it must be above 0")
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
    #expect(message(.value) { _ = try SGD(nesterov: true) } == "nesterov needs a momentum above 0")
    #expect(message(.value) { _ = try AdamW(weightDecay: -1) } == "weight_decay is -1.0; it must be 0 or more")
    #expect(message(.value) { _ = try LBFGS(history: 0) } == "history is 0; it must be 1 or more")
    let sgd = try SGD()
    #expect(message(.value) { try sgd.setRate(-1) } == "lr is -1.0; it must be 0 or more")
    #expect(message(.state) { try sgd.add(Variable(Tensor([1.0], [1]))) }.contains("does not require"))
    #expect(
      message(.state) { try sgd.add(DenseLayer(units: 1)) }
        == "dense is not built; build it before its parameters can be optimised")
    #expect(message(.state) { try SPSA().step() } == "spsa evaluates the loss itself; give step a function that computes it")
    let x = Variable(Tensor([1.0], [1]), requiresGradient: true)
    try sgd.add(x)
    #expect(
      message(.state) { try sgd.importState(tensors: [], scalars: Adam().exportState().scalars) }
        == "the saved optimiser is adam, this one is sgd")
    #expect(
      message(.state) { try sgd.importState(tensors: [], scalars: SGD().exportState().scalars) }
        == "the saved optimiser has 0 tensors, this one has 1")
    let momentum = try SGD(momentum: 0.5)
    try momentum.add(x)
    #expect(
      message(.file) { try momentum.importState(tensors: [], scalars: sgd.exportState().scalars) }
        == "the saved state lacks \"0.velocity\"")
  }
}
