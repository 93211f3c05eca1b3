// White-box attacks for a fixed radius: where they must succeed, where they must not, and how strong they are.

import Learning
import Robustness
import Tensors
import Testing

struct FixedRow: CustomTestStringConvertible, Sendable {
  let kind: String
  let norm: ThreatModel.Norm
  let options: JSON
  var testDescription: String { "\(kind) \(norm.name) \(options.text)" }

  init(_ kind: String, _ norm: ThreatModel.Norm, _ options: JSON = .object([JSON.Member]())) {
    (self.kind, self.norm) = (kind, norm)
    self.options = with(options, [("norm", .string(norm.name))])
  }

  /// Cross entropy mixes the ways to several classes.
  var goesForOneClass: Bool { kind == "standard" || options["loss"] != nil }

  func plan(_ eps: Double, _ more: [(String, JSON)] = []) throws -> AttackPlan {
    try AttackPlan(kind: kind, options: with(options, [("eps", .number(eps))] + more))
  }
}

private let rows: [FixedRow] = [
  .init("nim", .linf), .init("nim", .l2), .init("nim", .linf, ["best_of": true, "early_exit": true]),
  .init("apgd", .linf), .init("apgd", .l2), .init("apgd", .l1),
  .init("apgd", .linf, ["loss": "dlr"]), .init("apgd", .l2, ["loss": "targeted"]), .init("apgd", .l1, ["loss": "targeted"]),
  .init("apgd", .linf, ["loss": "targeted", "targets": 2, "restarts": 2]),
  .init("standard", .linf, ["square_queries": 100]), .init("standard", .l2, ["square_queries": 0]),
  .init("standard", .l1, ["square_queries": 100]),
]

/// Attacks that only take images; they are run on those.
private let imageRows: [FixedRow] = [
  .init("dim", .linf), .init("dim", .l2, ["diversity": 0.7, "resize": 0.8]), .init("dim", .linf, ["best_of": true, "restarts": 2]),
]

@Suite struct GradientAttackTests {
  @Test(arguments: rows, [2, 3, 5])
  func linearModelsFallBeyondTheBoundaryAndNotBefore(row: FixedRow, classes: Int) throws {
    let linear = try LinearCase(classes: classes)
    var call = AttackCall()
    let indices = Array(linear.samples.labels.indices)
    call.eps = indices.map { 0.98 * linear.distance($0, row.norm) }
    // One value alone may have to go far in L1.
    let attack = try row.plan(0.1, row.norm == .l1 ? [("low", -5), ("high", 5)] : [])
    let before = try attack.run(on: linear.model, linear.samples, call)
    #expect(before.rows.allSatisfy { !$0.isBroken })
    // Towards the class that is ahead: with more than two, the nearest boundary may be another's.
    call.eps = indices.map { 1.05 * linear.distance($0, to: linear.runnerUp($0), row.norm) }
    let after = try attack.run(on: linear.model, linear.samples, call)
    for (i, made) in after.rows.enumerated() {
      #expect(made.distance(row.norm) <= (call.eps?[i] ?? 0) * (1 + 1e-9))
    }
    #expect(classes > 2 && !row.goesForOneClass || after.rows.allSatisfy { $0.isBroken })
  }

  @Test(arguments: rows + imageRows, [ElementType.float32, .float64])
  func networksFallInsideTheBall(row: FixedRow, type: ElementType) throws {
    let model = try tanhNetwork(type)
    let samples = try ownSamples(model, 80)
    let eps = row.norm == .linf ? 0.5 : row.norm == .l2 ? 2.0 : 8.0
    let outcome = try row.plan(eps).run(on: model, samples)
    #expect(outcome.rows.count { $0.isBroken } >= 72)
    for made in outcome.rows { #expect(made.distance(row.norm) <= eps * (1 + 1e-5)) }
    for i in 0..<samples.values.count { #expect(outcome.samples[i] >= 0 && outcome.samples[i] <= 1) }
    let none = try row.plan(0).run(on: model, samples)
    #expect(none.samples.doubles == samples.values.doubles)
    #expect(none.rows.allSatisfy { !$0.isBroken })
  }

  @Test(arguments: rows + imageRows)
  func targetsAreReached(row: FixedRow) throws {
    let model = try tanhNetwork()
    let samples = try ownSamples(model, 40)
    var call = AttackCall()
    call.targets = try ThreeClasses.runnersUp(model, samples)
    let eps = row.norm == .linf ? 0.6 : row.norm == .l2 ? 2.4 : 10.0
    let outcome = try row.plan(eps).run(on: model, samples, call)
    #expect(outcome.rows.count { $0.isBroken } >= 32)
    for made in outcome.rows where made.isBroken { #expect(made.after == made.target) }
  }

  @Test(arguments: rows + imageRows)
  func samplesDoNotSeeEachOther(row: FixedRow) throws {
    let model = try tanhNetwork()
    let samples = try ownSamples(model, 20)
    let eps = row.norm == .linf ? 0.2 : row.norm == .l2 ? 0.8 : 3.0
    let together = try row.plan(eps).run(on: model, samples)
    #expect(try row.plan(eps).run(on: model, samples).samples.doubles == together.samples.doubles)
    let width = samples.values.count / 20
    for i in [0, 7, 19] {
      let fewer = try Samples(samples.values.rows(0..<i + 1), Array(samples.labels.prefix(i + 1)))
      let made = try row.plan(eps).run(on: model, fewer)
      #expect(made.rows[i].isBroken == together.rows[i].isBroken)
      for j in 0..<width {
        #expect(abs(made.samples[i * width + j] - together.samples[i * width + j]) < 1e-6, "sample \(i), value \(j)")
      }
    }
  }

  /// On a trained network, where PGD leaves some samples standing.
  @Test(arguments: [ThreatModel.Norm.linf, .l2, .l1])
  func adaptiveStepsAreAtLeastAsStrongAsFixedOnes(norm: ThreatModel.Norm) throws {
    let (model, samples) = try ThreeClasses.trained()
    // Where half of them should fall.
    let near = try AttackPlan(kind: "fab", options: ["norm": .string(norm.name), "restarts": 2]).run(on: model, samples)
    let eps = near.rows.map { $0.distance(norm) }.sorted()[samples.count / 2]
    func broken(_ kind: String, _ options: JSON) throws -> Int {
      let options = with(options, [("norm", .string(norm.name)), ("eps", .number(eps))])
      return try AttackPlan(kind: kind, options: options).run(on: model, samples).rows.count { $0.isBroken }
    }
    let fixed = try broken("pgd", ["steps": 100, "restarts": 1, "best_of": true])
    let counts = [
      try broken("apgd", [:]), try broken("apgd", ["loss": "targeted"]), try broken("standard", ["square_queries": 50]),
    ]
    #expect(fixed > 10 && fixed < samples.count - 10, "\(fixed) of \(samples.count): the case says nothing")
    for count in counts { #expect(count >= fixed - 1, "\(counts), pgd \(fixed)") }
    #expect(counts[2] >= counts[0] && counts[2] >= counts[1])
    // FAB looks for the nearest example, which decides at any radius.
    #expect(samples.count / 2 >= fixed - 2, "pgd \(fixed)")
  }

  /// Outputs that do not depend on the sample have a gradient of zero, and nothing is found.
  @Test(arguments: rows)
  func constantModelsStand(row: FixedRow) throws {
    let linear = try LinearCase()
    for parameter in linear.model.parameters where parameter.name == "weights" { parameter.variable.value.fill(0) }
    let samples = try Samples(linear.samples.values, linear.model.infer(linear.samples.values).argmax())
    let outcome = try row.plan(0.3).run(on: linear.model, samples)
    #expect(outcome.rows.allSatisfy { !$0.isBroken })
  }

  @Test func laterAttacksOfAnEnsembleSeeWhatIsLeft() throws {
    let (model, samples) = try ThreeClasses.trained()
    let outcome = try AttackPlan(kind: "standard", options: ["eps": 0.08, "square_queries": 50]).run(on: model, samples)
    let easy = outcome.rows.filter { $0.isBroken && $0.queries < 101 }
    #expect(!easy.isEmpty)
    for made in outcome.rows where !made.isBroken { #expect(made.queries > 100 + 2 * 100 + 2 * 200) }
  }
}

/// Three groups of points in the plane of the first two of eight values, with a network trained on them.
enum ThreeClasses {
  static func trained() throws -> (Layer, Samples) {
    var stream = RandomStream(seed: 11, purpose: .tensor)
    let count = 120
    let x = Tensor(.float64, [count, 8])
    let labels = (0..<count).map { $0 % 3 }
    for i in 0..<count {
      for j in 0..<8 {
        let centre = j == labels[i] ? 0.62 : 0.4
        x[i * 8 + j] = min(1, max(0, centre + 0.07 * stream.normal()))
      }
    }
    let model = try SequentialLayer([DenseLayer(units: 16), FunctionLayer(.relu), DenseLayer(units: 3)])
    try model.build(.float64, shape: [1, 8], seed: 4)
    let samples = try Samples(x, labels)
    var options = FitOptions()
    (options.epochs, options.batch) = (60, 20)
    _ = try model.fit(samples, optimizer: Adam(lr: 0.02), options)
    // What it gets wrong would count as broken by any attack.
    let right = try model.infer(x).argmax()
    let kept = labels.indices.filter { right[$0] == labels[$0] }
    return (model, try Samples(rowsOf(x, kept), kept.map { labels[$0] }))
  }

  private static func rowsOf(_ x: Tensor, _ rows: [Int]) -> Tensor {
    Tensor(rows.flatMap { x.rows($0..<$0 + 1).doubles }, [rows.count] + x.shape.dropFirst())
  }

  static func runnersUp(_ model: Layer, _ samples: Samples) throws -> [Int] {
    let z = try model.infer(samples.values)
    let classes = z.shape[1]
    return samples.labels.enumerated().map { row, label in
      (0..<classes).filter { $0 != label }.max { z[row * classes + $0] < z[row * classes + $1] } ?? 0
    }
  }
}
