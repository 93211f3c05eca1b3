// What any attack must satisfy, whatever the model.

import Learning
import Circuits
import Quantum
import Robustness
import Tensors
import Testing

/// An attack as the tests run it, named after what is special about it.
struct AttackRow: CustomTestStringConvertible, Sendable {
  let name, kind: String
  let options: JSON
  var testDescription: String { name }

  init(_ name: String, _ kind: String, _ options: JSON = .object([])) {
    (self.name, self.kind, self.options) = (name, kind, options)
  }

  /// The attack with some more options.
  func plan(_ more: JSON = .object([])) throws -> AttackPlan {
    guard case .object(let own) = options, case .object(let others) = more else { preconditionFailure("objects") }
    let kept = own.filter { more[$0.key] == nil }
    return try AttackPlan(kind: kind, options: .object(kept + others))
  }
}

/// A plan from options.
func plan(_ kind: String, _ options: JSON = .object([])) throws -> AttackPlan {
  try AttackPlan(kind: kind, options: options)
}

/// Accuracies of an attack at some radii.
func accuracies(_ model: Layer, _ samples: Samples, _ plan: AttackPlan, _ eps: [Double], on source: Layer? = nil) throws -> [Double] {
  let report = try Evaluation(of: model, madeOn: source, attacks: [EvaluatedAttack("attack", plan)], eps: eps).run(samples)
  return report.cells.map(\.accuracy)
}

private let attacks: [AttackRow] = [
  .init("fgsm", "fgsm"),
  .init("bim", "bim"),
  .init("pgd", "pgd"),
  .init("pgd with a random start", "pgd", ["random_start": true]),
  .init("pgd with restarts", "pgd", ["restarts": 3]),
  .init("pgd with large steps", "pgd", ["alpha": 1.0]),
  .init("pgd that ends early", "pgd", ["early_exit": true]),
  .init("pgd that keeps the best", "pgd", ["best_of": true]),
  .init("mim", "mim"),
  .init("mim without memory", "mim", ["decay": 0.0]),
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
    let adversarial = try row.plan(["eps": .number(eps)]).craft(against: model, samples)
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
    let accuracy = try accuracies(model, samples, row.plan(), [0, 1])
    #expect(accuracy == [1, 0])
  }

  @Test(arguments: attacks)
  func strongerAttacksDoNotHelpTheDefender(row: AttackRow) throws {
    let model = try network()
    let samples = try samples(model, 200)
    let accuracy = try accuracies(model, samples, row.plan(), [0, 0.03, 0.1, 0.3, 0.8])
    #expect(accuracy == accuracy.sorted(by: >), "\(accuracy)")
    guard row.kind != "fgsm", row.options["early_exit"] == nil else { return }
    var losses: [Double] = []
    for steps in [1, 5, 20, 50] {
      let adversarial = try row.plan(["steps": .integer(steps)]).craft(against: model, samples)
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
      let row = try #require(attacks.first { $0.name == name })
      let adversarial = try row.plan(["eps": 0.15]).craft(against: model, samples)
      return try model.evaluate(Samples(adversarial, samples.labels)).loss
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
    let whiteBox = try accuracies(target, samples, plan("pgd"), [0, 0.2])
    let transfer = try accuracies(target, samples, plan("pgd"), [0, 0.2], on: source)
    #expect(whiteBox[0] == 1 && transfer[0] == 1)
    #expect(whiteBox[1] <= transfer[1])
  }

  @Test func evaluationAgreesWithCraftingByHand() throws {
    let model = try network()
    var stream = RandomStream(seed: 4, purpose: .tensor)
    let x = Tensor.uniform(.float32, [300, 1, 4, 4], low: 0, high: 1, from: &stream)
    // Labels of which about a third are right: the others are broken as they are.
    let samples = try Samples(x, (0..<300).map { _ in stream.below(3) })
    let adversarial = try plan("pgd", ["eps": 0.05]).craft(against: model, samples)
    let before = try model.infer(x).argmax()
    let after = try model.infer(adversarial).argmax()
    let robust = samples.labels.indices.count {
      before[$0] == samples.labels[$0] && after[$0] == samples.labels[$0]
    }
    #expect(try accuracies(model, samples, plan("pgd"), [0.05]) == [Double(robust) / 300])
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
    let plan = try row.plan(["seed": 9])
    Parallel.setThreads(1)
    let alone = try plan.craft(against: model, small)
    Parallel.setThreads(3)
    let together = try plan.craft(against: model, large)
    for i in 0..<alone.count { #expect(abs(alone[i] - together[i]) < 1e-9) }
  }

  @Test func seedsDecideRandomStarts() throws {
    let model = try network()
    let samples = try samples(model, 5)
    func made(_ seed: Int) throws -> [Double] {
      let options: JSON = ["random_start": true, "steps": 1, "alpha": 1e-6, "seed": .integer(seed)]
      return try plan("pgd", options).craft(against: model, samples).doubles
    }
    let first = try made(0)
    #expect(try made(0) == first)
    #expect(try made(1) != first)
  }

  @Test func attacksLeaveParametersAlone() throws {
    let model = try network()
    let samples = try samples(model, 20)
    let values = model.parameters.map(\.variable.value.doubles)
    _ = try plan("pgd").craft(against: model, samples)
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
    let accuracy = try accuracies(model, samples, plan("pgd"), [0, 0.5])
    #expect(accuracy[0] == 1 && accuracy[1] < 0.5)
  }

  @Test func progressCountsAttackedSamplesAndCancels() throws {
    let model = try network()
    let samples = try samples(model, 300)
    var calls: [(Int, Int)] = []
    var evaluation = try Evaluation(of: model, attacks: [EvaluatedAttack("pgd", plan("pgd"))], eps: [0, 0.1, 0.2])
    evaluation.progress = { _, done, total in
      calls.append((done, total))
      return true
    }
    _ = try evaluation.run(samples)
    #expect(calls.map(\.0) == [256, 300, 556, 600])
    #expect(calls.allSatisfy { $0.1 == 600 })
    evaluation.progress = { _, _, _ in false }
    #expect(message(.cancelled) { _ = try evaluation.run(samples) } == "cancelled by the callback")
  }

  @Test func mistakesAreNamed() throws {
    let model = try network()
    let good = try samples(model, 4)
    func made(_ kind: String, _ options: JSON) -> String { message(.value) { _ = try plan(kind, options) } }
    #expect(made("pgd", ["eps": -0.1]) == "eps is -0.1; it must be 0 or more")
    #expect(made("pgd", ["steps": 0]) == "steps is 0; it must be 1 or more")
    #expect(made("pgd", ["steps": 2.5]).contains("\"steps\" must be an integer"))
    #expect(made("pgd", ["restarts": -1]) == "restarts is -1; it must be 1 or more")
    #expect(made("mim", ["decay": -1.0]) == "decay is -1; it must be 0 or more")
    #expect(made("pgd", ["low": 1.0]) == "the data range [1.0, 1.0] is empty; low must be below high")
    #expect(made("mim", ["restarts": 2]).hasPrefix("mim draws no random numbers"))
    #expect(made("mim", ["norm": "l0"]) == "norm is \"l0\"; there is \"linf\", \"l2\"")
    #expect(made("pgd", ["step": 3]).hasPrefix("pgd has no option \"step\"; it has "))
    #expect(made("pdg", .object([])).hasPrefix("there is no attack \"pdg\"; there is \"fgsm\""))
    #expect(made("pgd", ["target": "best"]).hasPrefix("target is \"best\"; there is \"none\""))
    func run(_ samples: Samples, _ call: AttackCall = AttackCall()) -> String {
      message(.value) { _ = try plan("pgd").run(on: model, samples, call) }
    }
    #expect(run(try Samples(good.values, [0, 1, 2, 3])) == "label 3 is 3; the model has classes 0..2")
    var call = AttackCall()
    call.targets = [0, 1, 2, 3]
    #expect(run(try Samples(good.values, [1, 2, 0, 1]), call) == "target 3 is 3; the model has classes 0..2")
    #expect(run(try Samples(good.values, [1, 1, 0, 1]), call) == "target 1 is 1, which is the sample's own label")
    call = AttackCall()
    call.eps = [0.1, -1, 0, 0]
    #expect(run(good, call) == "eps 1 is -1.0; it must be 0 or more")
    good.values[17] = 1.5
    #expect(run(good) == "sample 1 contains 1.5, outside the data range [0.0, 1.0]")
    good.values[17] = .nan
    #expect(message(.value) { _ = try Samples(good.values, good.labels) } == "sample 1 contains nan; values must be finite")
    #expect(
      message(.value) {
        _ = try accuracies(model, self.samples(model, 4), plan("pgd"), [0.1, -0.1])
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
