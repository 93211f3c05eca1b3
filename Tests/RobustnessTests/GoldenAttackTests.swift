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

  private func plan(_ row: GoldenAttacks.Case) throws -> AttackPlan {
    let kind = try #require(["FGSM": "fgsm", "PGD_Linf": "pgd", "PGD_L2": "pgd", "MIM": "mim"][row.attack])
    var options = [JSON.Member("eps", .number(row.eps))]
    if row.attack == "PGD_L2" { options.append(JSON.Member("norm", "l2")) }
    if kind != "fgsm" {
      options.append(JSON.Member("alpha", .number(row.alpha ?? 0)))
      options.append(JSON.Member("steps", .integer(row.steps ?? 1)))
    }
    if let decay = row.decay { options.append(JSON.Member("decay", .number(decay))) }
    return try AttackPlan(kind: kind, options: .object(options))
  }

  private func expectClose(_ actual: Tensor, _ expected: [[Double]], _ what: String, within tolerance: Double = 1e-12) {
    for (i, value) in expected.joined().enumerated() {
      #expect(abs(actual[i] - value) <= tolerance, "\(what), element \(i): \(actual[i]), expected \(value)")
    }
  }

  @Test(arguments: GoldenAttacks.all.cases)
  func logitsAndGradientsAgree(row: GoldenAttacks.Case) throws {
    let model = try model()
    expectClose(try model.infer(matrix(row.x)), row.logits, "logits")
    let input = Variable(matrix(row.x), requiresGradient: true)
    try Loss(.crossEntropy)(model.forward(input), labels: row.y).backward()
    let gradient = try #require(input.gradient)
    expectClose(gradient, row.grad, "gradient")
  }

  @Test(arguments: GoldenAttacks.all.cases)
  func adversarialSamplesAgree(row: GoldenAttacks.Case) throws {
    let model = try model()
    let samples = try Samples(matrix(row.x), row.y)
    var call = AttackCall()
    call.start = row.start.map { start in
      // A given start takes the place of the random one.
      let x = matrix(row.x)
      for (i, value) in start.joined().enumerated() { x[i] = min(1, max(0, x[i] + value)) }
      return x
    }
    let made = try plan(row).craft(against: model, samples, call)
    // The other implementation divides L2 gradients by their length plus 1e-10.
    let tolerance = row.attack == "PGD_L2" ? 1e-8 : 1e-12
    expectClose(made, row.adv, "adversarial sample", within: tolerance)
    expectClose(try model.infer(made), row.adv_logits, "adversarial logits", within: tolerance)
  }
}
