// What any attack must satisfy, whatever the model.

import Learning
import Circuits
import Quantum
import Robustness
import Tensors
import Testing

/// An attack as the tests run it, named after what is special about it.
struct AttackRow: CustomTestStringConvertible, Sendable {
  let name: String
  let options: AttackOptions
  var testDescription: String { name }

  init(_ name: String, _ kind: AttackOptions.Kind, _ change: (inout AttackOptions) -> Void = { _ in }) {
    var options = AttackOptions()
    options.kind = kind
    change(&options)
    (self.name, self.options) = (name, options)
  }
}

private let attacks: [AttackRow] = [
  .init("fgsm", .fgsm),
  .init("pgd", .pgd),
  .init("pgd with a random start", .pgd) { $0.randomStart = true },
  .init("pgd with restarts", .pgd) { $0.restarts = 3 },
  .init("pgd with large steps", .pgd) { $0.alpha = 1 },
  .init("mim", .mim),
  .init("mim without memory", .mim) { $0.decay = 0 },
]

@Suite struct AttackPropertyTests {
  private func network(_ type: ElementType = .float32) throws -> Layer {
    let model = try SequentialLayer([
      FlattenLayer(), DenseLayer(units: 12), FunctionLayer(.tanh), DenseLayer(units: 3),
    ])
    try model.build(type, shape: [1, 1, 4, 4], seed: 5)
    return model
  }

  /// Random images with the model's own answers as labels, so that clean accuracy is 1.
  private func samples(_ model: Layer, _ count: Int, seed: UInt64 = 1) throws -> Samples {
    var stream = RandomStream(seed: seed, purpose: .tensor)
    let shape = [count] + (model.inputShape ?? [])
    let x = Tensor.uniform(model.type ?? .float32, shape, low: 0, high: 1, from: &stream)
    return try Samples(x, model.infer(x).argmax())
  }

  @Test(arguments: attacks, [0.02, 0.3])
  func samplesStayInTheBallAndTheRange(row: AttackRow, eps: Double) throws {
    let model = try network()
    let samples = try samples(model, 300)
    var options = row.options
    options.eps = eps
    let adversarial = try craft(against: model, samples, options)
    #expect(adversarial.shape == samples.values.shape)
    for i in 0..<adversarial.count {
      #expect(adversarial[i] >= 0 && adversarial[i] <= 1)
      #expect(abs(adversarial[i] - samples.values[i]) <= eps + 1e-6)
    }
    #expect(try model.evaluate(Samples(adversarial, samples.labels)).loss > model.evaluate(samples).loss)
  }

  @Test(arguments: attacks)
  func aLinearModelFallsToLargePerturbations(row: AttackRow) throws {
    // Two classes, and data that a perturbation of 1 can move anywhere in their range.
    let model = try DenseLayer(units: 2)
    try model.build(.float32, shape: [1, 9], seed: 2)
    for parameter in model.parameters where parameter.name == "bias" { parameter.variable.value.fill(0) }
    let samples = try samples(model, 100)
    let accuracy = try robustAccuracy(of: model, against: model, samples, row.options, eps: [0, 1])
    #expect(accuracy == [1, 0])
  }

  @Test(arguments: attacks)
  func strongerAttacksDoNotHelpTheDefender(row: AttackRow) throws {
    let model = try network()
    let samples = try samples(model, 200)
    let accuracy = try robustAccuracy(
      of: model, against: model, samples, row.options, eps: [0, 0.03, 0.1, 0.3, 0.8])
    #expect(accuracy == accuracy.sorted(by: >), "\(accuracy)")
    guard row.options.kind != .fgsm else { return }
    var losses: [Double] = []
    for steps in [1, 5, 20, 50] {
      var options = row.options
      options.steps = steps
      let adversarial = try craft(against: model, samples, options)
      losses.append(try model.evaluate(Samples(adversarial, samples.labels)).loss)
    }
    // The last steps only settle, so they may differ in the last digits.
    for (fewer, more) in zip(losses, losses.dropFirst()) { #expect(more >= fewer - 1e-4, "\(losses)") }
  }

  /// Compared in the loss, which is what attacks climb: with three classes the highest loss and a
  /// wrong answer are not quite the same.
  @Test func iteratedAttacksClimbHigherThanOneStep() throws {
    let model = try network()
    let samples = try samples(model, 300)
    func loss(_ name: String) throws -> Double {
      var options = try #require(attacks.first { $0.name == name }).options
      options.eps = 0.15
      return try model.evaluate(Samples(craft(against: model, samples, options), samples.labels)).loss
    }
    let fgsm = try loss("fgsm")
    #expect(try loss("mim") >= fgsm)
    #expect(try loss("pgd") >= fgsm)
    #expect(try loss("pgd with restarts") >= loss("pgd"))
  }

  @Test func transferIsWeakerThanWhiteBox() throws {
    let (source, target) = (try network(), try network())
    try source.build(.float32, shape: [1, 1, 4, 4], seed: 77)
    let samples = try samples(target, 300)
    let options = AttackOptions()
    let whiteBox = try robustAccuracy(of: target, against: target, samples, options, eps: [0, 0.2])
    let transfer = try robustAccuracy(of: target, against: source, samples, options, eps: [0, 0.2])
    #expect(whiteBox[0] == 1 && transfer[0] == 1)
    #expect(whiteBox[1] <= transfer[1])
  }

  @Test func evaluationAgreesWithCraftingByHand() throws {
    let model = try network()
    var stream = RandomStream(seed: 4, purpose: .tensor)
    let x = Tensor.uniform(.float32, [300, 1, 4, 4], low: 0, high: 1, from: &stream)
    // Labels of which about a third are right: the others are broken as they are.
    let samples = try Samples(x, (0..<300).map { _ in stream.below(3) })
    var options = AttackOptions()
    options.eps = 0.05
    let adversarial = try craft(against: model, samples, options)
    let before = try model.infer(x).argmax()
    let after = try model.infer(adversarial).argmax()
    let robust = samples.labels.indices.count {
      before[$0] == samples.labels[$0] && after[$0] == samples.labels[$0]
    }
    let accuracy = try robustAccuracy(of: model, against: model, samples, options, eps: [0.05])
    #expect(accuracy == [Double(robust) / 300])
  }

  /// A sample's random start depends on its number alone, so the first samples of a large set come
  /// out as they do on their own.
  @Test(arguments: attacks)
  func resultsDoNotDependOnChunksOrThreads(row: AttackRow) throws {
    let before = Parallel.threads
    defer { Parallel.setThreads(before) }
    let model = try network(.float64)
    let large = try samples(model, 600)
    let small = try Samples(large.values.rows(0..<10), Array(large.labels.prefix(10)))
    var options = row.options
    options.seed = 9
    Parallel.setThreads(1)
    let alone = try craft(against: model, small, options)
    Parallel.setThreads(3)
    let together = try craft(against: model, large, options)
    for i in 0..<alone.count { #expect(abs(alone[i] - together[i]) < 1e-9) }
  }

  @Test func seedsDecideRandomStarts() throws {
    let model = try network()
    let samples = try samples(model, 5)
    var options = AttackOptions()
    (options.randomStart, options.steps, options.alpha) = (true, 1, 1e-6)
    let first = try craft(against: model, samples, options).doubles
    #expect(try craft(against: model, samples, options).doubles == first)
    options.seed = 1
    #expect(try craft(against: model, samples, options).doubles != first)
  }

  @Test func attacksLeaveParametersAlone() throws {
    let model = try network()
    let samples = try samples(model, 20)
    let values = model.parameters.map(\.variable.value.doubles)
    _ = try craft(against: model, samples, AttackOptions())
    #expect(model.parameters.map(\.variable.value.doubles) == values)
    #expect(model.parameters.allSatisfy { $0.variable.gradient == nil && $0.variable.requiresGradient })
  }

  @Test func aHybridNetworkCanBeAttacked() throws {
    var circuit = try Circuit(wires: 4)
    for wire in 0..<4 { try circuit.append("RY", [wire], [.input(wire, scale: .pi)]) }
    try circuit.append(.ring, layers: 1)
    for wire in 0..<4 { try circuit.measure("Z", [wire]) }
    let model = try SequentialLayer([QuanvolutionLayer(circuit), FlattenLayer(), DenseLayer(units: 3)])
    try model.build(.float32, shape: [1, 1, 4, 4], seed: 1)
    let samples = try samples(model, 50)
    let accuracy = try robustAccuracy(of: model, against: model, samples, AttackOptions(), eps: [0, 0.5])
    #expect(accuracy[0] == 1 && accuracy[1] < 0.5)
  }

  @Test func progressCountsAttackedSamplesAndCancels() throws {
    let model = try network()
    let samples = try samples(model, 300)
    var calls: [(Int, Int)] = []
    _ = try robustAccuracy(of: model, against: model, samples, AttackOptions(), eps: [0, 0.1, 0.2]) {
      calls.append(($0, $1))
      return true
    }
    #expect(calls.map(\.0) == [256, 300, 556, 600])
    #expect(calls.allSatisfy { $0.1 == 600 })
    #expect(
      message(.cancelled) {
        _ = try robustAccuracy(of: model, against: model, samples, AttackOptions(), eps: [0.1]) { _, _ in false }
      } == "cancelled by the callback")
  }

  @Test func mistakesAreNamed() throws {
    let model = try network()
    let good = try samples(model, 4)
    func run(_ samples: Samples, _ change: (inout AttackOptions) -> Void) -> String {
      message(.value) {
        var options = AttackOptions()
        change(&options)
        _ = try craft(against: model, samples, options)
      }
    }
    #expect(run(good) { $0.eps = 0 } == "eps is 0.0; it must be above 0")
    #expect(run(good) { $0.eps = -0.1 } == "eps is -0.1; it must be above 0")
    #expect(run(good) { $0.steps = 0 } == "steps is 0; it must be 1 or more")
    #expect(run(good) { $0.restarts = -1 } == "restarts is -1; it must be 1 or more")
    #expect(run(good) { $0.alpha = .nan }.hasPrefix("alpha is nan"))
    #expect(run(good) { $0.decay = -1 } == "decay is -1.0; it must be 0 or more")
    #expect(run(good) { $0.low = 1 } == "the data range [1.0, 1.0] is empty; low must be below high")
    #expect(run(good) { ($0.kind, $0.restarts) = (.mim, 2) }.hasPrefix("mim has no random start"))
    #expect(run(try Samples(good.values, [0, 1, 2, 3])) { _ in } == "label 3 is 3; the model has classes 0..2")
    good.values[17] = 1.5
    #expect(run(good) { _ in } == "sample 1 contains 1.5, outside the data range [0.0, 1.0]")
    good.values[17] = .nan
    #expect(message(.value) { _ = try Samples(good.values, good.labels) } == "sample 1 contains nan; values must be finite")
    #expect(
      message(.value) {
        _ = try robustAccuracy(of: model, against: model, self.samples(model, 4), AttackOptions(), eps: [0.1, -0.1])
      } == "eps is -0.1; it must be 0 or more")
  }
}

/// The message of the engine's error that the body throws.
private func message(_ kind: EngineError.Kind, _ body: () throws -> Void) -> String {
  do { try body() } catch let error as EngineError {
    return error.kind == kind ? error.message : "an error of another kind, \(error.kind): \(error)"
  } catch { return "an error of another type: \(error)" }
  return "no error"
}
