// Adversarial training inside fit: its losses, its attacks, and that it does what it is for.

import Foundation
import Learning
import Robustness
import Tensors
import Testing

@Suite(.serialized) struct AdversarialTrainingTests {
  static let methods = AdversarialOptions.Method.allCases

  private func options(_ method: AdversarialOptions.Method, eps: Double = 0.15) -> AdversarialOptions {
    var options = AdversarialOptions()
    (options.method, options.eps, options.steps, options.seed) = (method, eps, 5, 3)
    if method == .inputGradient { (options.beta, options.step) = (0.5, 0.01) }
    return options
  }

  private struct Trained {
    let model: Layer
    let losses: [Double]
    let states: [TrainingState]
    var values: [[Double]] { model.parameters.map { $0.variable.value.doubles } }
  }

  private func train(
    _ adversarial: AdversarialOptions?, epochs: Int = 3, count: Int = 90, normalised: Bool = false,
    resume: TrainingState? = nil, saving: Bool = false, _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Trained {
    var layers: [Layer] = [FlattenLayer(), try DenseLayer(units: 16)]
    if normalised { layers += [try BatchNormLayer(), try DropoutLayer(rate: 0.2)] }
    layers += [FunctionLayer(.tanh), try DenseLayer(units: 2)]
    let model = try SequentialLayer(layers)
    try model.build(.float32, shape: [1, 1, 2, 2], seed: 4)
    var options = FitOptions()
    (options.epochs, options.batch, options.seed, options.resume) = (epochs, 20, 6, resume)
    options.rule = try adversarial?.rule()
    var states: [TrainingState] = []
    if saving { options.checkpoint = (1, { states.append($0) }) }
    change(&options)
    let result = try model.fit(cloudImages(count, seed: 1), optimizer: Adam(lr: 0.02), options)
    return Trained(model: model, losses: result.epochs.map(\.loss), states: states)
  }

  // MARK: the losses

  @Test func lossesAgreeWithDifferencesAndTheirDefinitions() throws {
    var stream = RandomStream(seed: 8, purpose: .tensor)
    let z = Variable(.normal(.float64, [5, 4], mean: 0, deviation: 2, from: &stream), requiresGradient: true)
    let w = Variable(.normal(.float64, [5, 4], mean: 0, deviation: 2, from: &stream), requiresGradient: true)
    let labels = [0, 1, 2, 3, 1]
    try expectGradients("trades", [z, w]) { tradesLoss(z, w, labels, beta: 3) }
    (z.zeroGradient(), w.zeroGradient())
    try expectGradients("mart", [z, w]) { martLoss(z, w, labels, beta: 5) }

    // The formulas, from operations.
    let (p, q) = (try z.softmax(axis: -1).value.doubles, try w.softmax(axis: -1).value.doubles)
    var (trades, mart) = (0.0, 0.0)
    for (row, y) in labels.enumerated() {
      let (p, q) = (Array(p[row * 4..<row * 4 + 4]), Array(q[row * 4..<row * 4 + 4]))
      var divergence = 0.0
      for k in 0..<4 { divergence += p[k] * (log(p[k]) - log(q[k])) }
      trades += -log(p[y]) + 3 * divergence
      let rival = (0..<4).filter { $0 != y }.map { q[$0] }.max()!
      mart += -log(q[y]) - log(1 - rival) + 5 * divergence * (1 - p[y])
    }
    #expect(abs(tradesLoss(z, w, labels, beta: 3).value[0] - trades / 5) < 1e-10)
    #expect(abs(martLoss(z, w, labels, beta: 5).value[0] - mart / 5) < 1e-10)
  }

  @Test func theInputGradientPenaltyIsTheSquaredSlopeForALinearLogit() throws {
    // With small steps the rule's loss is cross-entropy plus beta times the squared length of the gradient.
    let model = try SequentialLayer([DenseLayer(units: 3)])
    try model.build(.float64, shape: [1, 4], seed: 2)
    var stream = RandomStream(seed: 8, purpose: .tensor)
    let x = Tensor.uniform(.float64, [6, 4], low: 0, high: 1, from: &stream)
    let labels = [0, 1, 2, 0, 1, 2]
    var options = options(.inputGradient)
    (options.beta, options.step) = (2, 1e-6)
    let rule = try options.rule()
    let plain = Variable(x, requiresGradient: true)
    let loss = try model.forward(plain).crossEntropy(labels)
    try loss.backward()
    var squares = 0.0
    for value in try #require(plain.gradient).doubles { squares += value * value }
    // The mean's gradient is a sixth of each sample's own.
    let expected = loss.value[0] + 2 * squares * 36 / 6
    let got = try rule.loss(RuleBatch(model, x, labels)).loss.value[0]
    #expect(abs(got - expected) < 1e-4 * expected, "\(got) \(expected)")
  }

  // MARK: the attack inside

  @Test(arguments: [AdversarialOptions.Method.fgsm, .pgd, .trades, .mart], AdversarialOptions.Norm.allCases)
  func attackedSamplesStayInTheBallAndTheRangeAndHaveALargerLoss(
    method: AdversarialOptions.Method, norm: AdversarialOptions.Norm
  ) throws {
    let trained = try train(nil)
    let samples = try cloudImages(50, seed: 9)
    var options = options(method)
    options.norm = norm
    let x = try options.attacked(RuleBatch(trained.model, samples.values, samples.labels))
    for row in 0..<50 {
      var (largest, squares) = (0.0, 0.0)
      for i in row * 4..<row * 4 + 4 {
        #expect(x[i] >= 0 && x[i] <= 1)
        let d = abs(x[i] - samples.values[i])
        (largest, squares) = (max(largest, d), squares + d * d)
      }
      #expect((norm == .linf ? largest : squares.squareRoot()) <= 0.15 + 1e-6)
    }
    // That of TRADES climbs away from the clean output, on either side.
    guard method != .trades else { return }
    let before = try trained.model.evaluate(samples).loss
    #expect(try trained.model.evaluate(Samples(x, samples.labels)).loss > before)
  }

  @Test(arguments: methods)
  func theSameSeedGivesTheSameNumbersOnAnyNumberOfThreads(method: AdversarialOptions.Method) throws {
    let before = Parallel.threads
    defer { Parallel.setThreads(before) }
    Parallel.setThreads(1)
    let one = try train(options(method), normalised: true)
    Parallel.setThreads(3)
    let three = try train(options(method), normalised: true)
    #expect(one.values == three.values && one.losses == three.losses)
    guard method != .free, method != .inputGradient else { return }
    var other = options(method)
    other.seed = 4
    #expect(try train(other, normalised: true).values != one.values)
  }

  @Test(arguments: methods)
  func aResumedRunEndsWithTheSameBits(method: AdversarialOptions.Method) throws {
    let whole = try train(options(method), normalised: true, saving: true)
    #expect(whole.states.count == 15)
    for (i, state) in whole.states.enumerated() where i % 4 == 2 {
      let saved = TrainingState(tensors: state.tensors, scalars: try JSON(text: state.scalars.text))
      let rest = try train(options(method), normalised: true, resume: saved)
      #expect(rest.values == whole.values && rest.losses == whole.losses, "\(method.name), state \(i)")
    }
    var other = options(method)
    other.eps = 0.2
    #expect(errorText(.state) { _ = try train(other, normalised: true, resume: whole.states[2]) }.contains("has the rule"))
    #expect(errorText(.state) { _ = try train(nil, normalised: true, resume: whole.states[2]) }.contains("this one null"))
  }

  // MARK: what it is for

  /// Four pixels where the mean tells the classes apart weakly against an attack, beside features that are
  /// right more often but tiny.
  private func weakFeatures(_ count: Int, seed: UInt64) throws -> Samples {
    var stream = RandomStream(seed: seed, purpose: .tensor)
    let labels = (0..<count).map { $0 % 2 }
    let values = Tensor(.float32, [count, 1, 2, 2])
    for (row, label) in labels.enumerated() {
      let side: Double = label == 1 ? 1 : -1
      let flip: Double = stream.uniform() < 0.1 ? -1 : 1
      values[row * 4] = 0.5 + 0.3 * side * flip
      for i in 1..<4 { values[row * 4 + i] = 0.5 + 0.02 * side + 0.004 * stream.normal() }
    }
    return try Samples(values, labels)
  }

  @Test(arguments: methods)
  func trainedModelsAreMoreRobust(method: AdversarialOptions.Method) throws {
    func robust(_ rule: TrainingRule?) throws -> Double {
      let model = try smallNetwork()
      try model.build(.float32, shape: [1, 1, 2, 2], seed: 4)
      var options = FitOptions()
      (options.epochs, options.batch, options.rule) = (40, 25, rule)
      try model.fit(weakFeatures(300, seed: 2), optimizer: Adam(lr: 0.02), options)
      let test = try weakFeatures(200, seed: 5)
      var attack = AdversarialOptions()
      (attack.method, attack.eps, attack.steps) = (.pgd, 0.08, 20)
      let x = try attack.attacked(RuleBatch(model, test.values, test.labels))
      return try model.evaluate(Samples(x, test.labels)).accuracy
    }
    let plain = try robust(nil)
    var adversarial = options(method, eps: 0.08)
    if method == .inputGradient { adversarial.beta = 0.3 }
    if method == .fgsm { adversarial.alpha = 0.08 }
    let defended = try robust(adversarial.rule())
    // A penalty on slopes defends less than an attack does.
    let least: Double = method == .inputGradient ? plain + 0.3 : 0.7
    #expect(plain < 0.5 && defended > least, "\(method.name): \(plain) undefended, \(defended) defended")
  }

  @Test func aRuleSeesAWholeModelWithAFrozenFront() throws {
    let model = try SequentialLayer([FlattenLayer(), DenseLayer(units: 8), FunctionLayer(.tanh), DenseLayer(units: 2)])
    (model as SequentialLayer).layers[1].setTrainable(false)
    var options = FitOptions()
    (options.epochs, options.rule) = (2, try self.options(.pgd).rule())
    let result = try model.fit(cloudImages(60, seed: 1), optimizer: Adam(lr: 0.02), options)
    #expect(result.epochs.count == 2 && result.epochs[1].accuracy > 0)
  }

  // MARK: mistakes

  @Test func mistakesAreNamed() throws {
    func bad(_ change: (inout AdversarialOptions) -> Void) -> String {
      errorText(.value) {
        var options = AdversarialOptions()
        change(&options)
        _ = try options.rule()
      }
    }
    #expect(bad { $0.eps = 0 } == "eps is 0.0; it must be above 0")
    #expect(bad { $0.steps = 0 } == "steps is 0; it must be in 1..1000")
    #expect(bad { $0.replays = -1 } == "replays is -1; it must be in 1..1000")
    #expect(bad { $0.beta = -1 } == "beta is -1.0; it must be 0 or more")
    #expect(bad { $0.step = 0 } == "step is 0.0; it must be above 0")
    #expect(bad { $0.high = 0 } == "the data range [0.0, 0.0] is empty; low must be below high")

    #expect(errorText(.value) { _ = try train(options(.free)) { $0.accumulate = 2 } }.contains("accumulate must be 1"))
    #expect(
      errorText(.value) { _ = try train(options(.trades)) { $0.objective = try! .loss(Loss(.hinge)) } }
        .hasPrefix("adversarial training (trades): it has a loss of its own"))
    var narrow = options(.pgd)
    narrow.high = 0.5
    #expect(errorText(.value) { _ = try train(narrow) }.contains("outside the data range [0.0, 0.5]"))
    let model = try smallNetwork()
    var fit = FitOptions()
    fit.rule = try options(.pgd).rule()
    #expect(
      errorText(.value) { try model.fit(cloudImages(20, seed: 1), optimizer: LBFGS(), fit) }
        .contains("does not go with an optimiser that evaluates the loss itself"))
    let binary = try SequentialLayer([BinariseLayer(), FlattenLayer(), DenseLayer(units: 2)])
    let text = errorText(.state) { try binary.fit(cloudImages(20, seed: 1), optimizer: Adam(lr: 0.02), fit) }
    #expect(text.hasPrefix("layer 0 (binarise): it has no derivative"), "\(text)")
  }
}
