// The attacks against torchattacks' results and the written-out formulas in Tests/Golden/attacks.json.

import Foundation
import Learning
import Tensors
import Testing

import Robustness

struct GoldenAttacks: Decodable {
  struct Model: Decodable { var w1, w2: [[Double]], b1, b2: [Double] }
  struct Case: Decodable, CustomTestStringConvertible {
    var id, attack: String
    var eps: Double
    var alpha, decay: Double?
    var steps: Int?
    var start: [[Double]]?
    var x, logits, grad, adv, adv_logits: [[Double]]
    var y: [Int]
    var testDescription: String { id }
  }
  var model: Model
  var cases: [Case]

  static let all: GoldenAttacks = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Golden/attacks.json")
    guard let data = try? Data(contentsOf: file),
      let golden = try? JSONDecoder().decode(GoldenAttacks.self, from: data)
    else { fatalError("\(file.path) is missing or damaged") }
    return golden
  }()
}

private func matrix(_ rows: [[Double]]) -> Tensor {
  Tensor(rows.flatMap { $0 }, [rows.count, rows.first?.count ?? 0])
}

@Suite struct GoldenAttackTests {
  /// 16 inputs, 10 hidden units, 4 classes.
  private func model() throws -> Layer {
    let golden = GoldenAttacks.all.model
    let model = try SequentialLayer([
      DenseLayer(units: 10), FunctionLayer(.relu), DenseLayer(units: 4),
    ])
    try model.build(.float64, shape: [1, 16], seed: 0)
    let values = [golden.w1.flatMap { $0 }, golden.b1, golden.w2.flatMap { $0 }, golden.b2]
    for (parameter, values) in zip(model.parameters, values) {
      for (i, value) in values.enumerated() { parameter.variable.value[i] = value }
    }
    return model
  }

  private func options(_ row: GoldenAttacks.Case) throws -> AttackOptions {
    var options = AttackOptions()
    options.kind = try #require(["FGSM": .fgsm, "PGD_Linf": .pgd, "MIM": .mim][row.attack])
    (options.eps, options.alpha) = (row.eps, row.alpha ?? 0)
    (options.steps, options.decay) = (row.steps ?? 1, row.decay ?? 0)
    return options
  }

  private func expectClose(_ actual: Tensor, _ expected: [[Double]], _ what: String) {
    for (i, value) in expected.joined().enumerated() {
      #expect(abs(actual[i] - value) <= 1e-12, "\(what), element \(i): \(actual[i]), expected \(value)")
    }
  }

  @Test(arguments: GoldenAttacks.all.cases)
  func logitsAndGradientsAgree(row: GoldenAttacks.Case) throws {
    let model = try model()
    expectClose(try model.infer(matrix(row.x)), row.logits, "logits")
    // The file's gradient is of the mean over the batch, ours of the sum.
    let gradient = try model.inputGradient(matrix(row.x), row.y)
    for i in 0..<gradient.count { gradient[i] /= Double(row.y.count) }
    expectClose(gradient, row.grad, "gradient")
  }

  /// The L2 cases belong to an attack that is not offered.
  @Test(arguments: GoldenAttacks.all.cases.filter { $0.attack != "PGD_L2" })
  func adversarialSamplesAgree(row: GoldenAttacks.Case) throws {
    let model = try model()
    let samples = try Samples(matrix(row.x), row.y)
    let crafting = try Crafting(model, samples, options(row))
    let made = try row.start.map { start in
      // A given start takes the place of the random one.
      let x = matrix(row.x)
      for (i, value) in start.joined().enumerated() { x[i] = min(1, max(0, x[i] + value)) }
      return try crafting.steps(from: x, clean: matrix(row.x), row.y)
    } ?? craft(against: model, samples, options(row))
    expectClose(made, row.adv, "adversarial sample")
    expectClose(try model.infer(made), row.adv_logits, "adversarial logits")
  }
}
