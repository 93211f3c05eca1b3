// Attacks for the nearest example against distances that are known.

import Learning
import Robustness
import Tensors
import Testing

struct NearestRow: CustomTestStringConvertible, Sendable {
  let kind: String
  let norm: ThreatModel.Norm
  let options: JSON
  /// How much farther than the boundary it may end.
  let tolerance: Double
  var climbs: Bool { kind == "cw" || kind == "ead" || kind == "minimal" }
  var testDescription: String { "\(kind) \(norm.name)" }

  init(_ kind: String, _ norm: ThreatModel.Norm, _ options: JSON = .object([JSON.Member]()), within tolerance: Double) {
    (self.kind, self.norm, self.tolerance) = (kind, norm, tolerance)
    // One value alone may have to go far in L1.
    let range: [(String, JSON)] = norm == .l1 ? [("low", -5), ("high", 5)] : []
    self.options = with(options, [("norm", .string(norm.name))] + range)
  }
}

private let rows: [NearestRow] = [
  .init("deepfool", .l2, ["overshoot": 0.001], within: 0.002),
  .init("deepfool", .linf, ["overshoot": 0.001], within: 0.002),
  .init("deepfool", .l2, ["overshoot": 0.001, "candidates": 3], within: 0.02),
  .init("cw", .l2, ["steps": 300], within: 0.02),
  .init("cw", .linf, ["steps": 300], within: 0.02),
  // With beta small beside rate · |x - x⁰|, the squares decide, and the perturbation spreads.
  .init("ead", .l1, ["steps": 300, "beta": 0.1], within: 0.05),
  .init("fab", .linf, within: 0.01),
  .init("fab", .l2, within: 0.01),
  .init("fab", .l1, within: 0.01),
  .init("fab", .linf, ["targets": 9], within: 0.01),
  .init("fab", .l2, ["targets": 9, "restarts": 2], within: 0.01),
  .init("minimal", .linf, within: 0.02),
  .init("minimal", .l2, ["options": ["steps": 40]], within: 0.02),
]

@Suite struct NearestExampleTests {
  @Test(arguments: rows)
  func linearModelsFallAtTheBoundary(row: NearestRow) throws {
    // Cross entropy, which PGD climbs, mixes the ways to several classes.
    let linear = try LinearCase(classes: row.kind == "minimal" ? 2 : 4)
    let outcome = try plan(row.kind, row.options).run(on: linear.model, linear.samples)
    for (i, made) in outcome.rows.enumerated() {
      let exact = linear.distance(i, row.norm)
      #expect(made.isBroken && made.distance(row.norm) >= exact * (1 - 1e-9), "sample \(i)")
      // An attack that climbs towards the class that is ahead need not find the nearest boundary, but finds that one.
      if row.climbs, linear.distance(i, to: linear.runnerUp(i), row.norm) > exact * 1.001 { continue }
      #expect(made.distance(row.norm) <= exact * (1 + row.tolerance), "sample \(i): \(made.distance(row.norm)), nearest \(exact)")
    }
  }

  @Test(arguments: rows)
  func targetsAreReachedAtTheirBoundary(row: NearestRow) throws {
    // Two classes beside the target would make the way longer than to one boundary, so that there are two in all.
    let linear = try LinearCase(classes: 2)
    var call = AttackCall()
    call.targets = linear.samples.labels.map { 1 - $0 }
    let outcome = try plan(row.kind, row.options).run(on: linear.model, linear.samples, call)
    for (i, made) in outcome.rows.enumerated() {
      let exact = linear.distance(i, row.norm)
      #expect(made.isBroken && made.after == 1 - made.label)
      #expect(made.distance(row.norm) <= exact * (1 + row.tolerance), "sample \(i): \(made.distance(row.norm)), nearest \(exact)")
    }
  }

  /// Each finds something at most as far as what a generous attack with a fixed radius needs.
  @Test(arguments: rows, [ElementType.float32, .float64])
  func networksFall(row: NearestRow, type: ElementType) throws {
    let model = try tanhNetwork(type)
    let samples = try ownSamples(model, 60)
    let outcome = try plan(row.kind, row.options).run(on: model, samples)
    #expect(outcome.rows.count { $0.isBroken } >= 57)
    let other = try AttackPlan(kind: "deepfool", options: ["norm": .string(row.norm == .linf ? "linf" : "l2")]).run(on: model, samples)
    func median(_ rows: [AttackOutcome.Row]) -> Double { rows.map { $0.distance(row.norm) }.sorted()[rows.count / 2] }
    #expect(median(outcome.rows) <= 1.1 * median(other.rows) + 1e-9)
  }

  @Test(arguments: rows)
  func confidentModelsStandWhereTheyMust(row: NearestRow) throws {
    let linear = try LinearCase()
    let nearest = linear.samples.labels.indices.map { linear.distance($0, row.norm) }.min() ?? 0
    let outcome = try plan(row.kind, with(row.options, [("eps", .number(0.99 * nearest))])).run(on: linear.model, linear.samples)
    #expect(outcome.rows.allSatisfy { !$0.isBroken && $0.distance(row.norm) <= nearest })
    for parameter in linear.model.parameters where parameter.name == "weights" { parameter.variable.value.fill(0) }
    let samples = try Samples(linear.samples.values, linear.model.infer(linear.samples.values).argmax())
    let constant = try plan(row.kind, row.options).run(on: linear.model, samples)
    #expect(constant.rows.allSatisfy { !$0.isBroken && $0.before == $0.after })
  }

  /// The same alone, in a batch and in chunks.
  @Test(arguments: rows)
  func samplesDoNotSeeEachOther(row: NearestRow) throws {
    let model = try tanhNetwork()
    let samples = try ownSamples(model, 20)
    let together = try plan(row.kind, row.options).run(on: model, samples)
    #expect(try plan(row.kind, row.options).run(on: model, samples).samples.doubles == together.samples.doubles)
    for i in [0, 7, 19] {
      // A sample's number decides its random draws, so that the others are there, but left alone.
      let alone = try Samples(samples.values.rows(0..<i + 1), Array(samples.labels.prefix(i + 1)))
      let made = try plan(row.kind, row.options).run(on: model, alone)
      let width = samples.values.count / 20
      for j in 0..<width {
        #expect(abs(made.samples[i * width + j] - together.samples[i * width + j]) < 1e-6, "sample \(i), value \(j)")
      }
    }
  }
}
