// Attacks that see the predicted class alone: boundary, HopSkipJump.

import Learning
import Robustness
import Tensors
import Testing

private struct DecisionRow: CustomTestStringConvertible, Sendable {
  let kind: String
  let norm: ThreatModel.Norm
  /// How far the nearest example found may be above the nearest there is.
  let slack: Double
  var options = ""
  var testDescription: String { "\(kind) \(norm)" }
  func text(_ more: String = "") -> String {
    ["\"norm\": \"\(norm.name)\"", options, more].filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

private let rows: [DecisionRow] = [
  .init(kind: "boundary", norm: .l2, slack: 0.05, options: "\"steps\": 3000"),
  .init(kind: "hopskipjump", norm: .l2, slack: 0.02),
  .init(kind: "hopskipjump", norm: .linf, slack: 0.05),
]
private let quick: [DecisionRow] = [
  .init(kind: "boundary", norm: .l2, slack: 0, options: "\"steps\": 100"),
  .init(kind: "hopskipjump", norm: .l2, slack: 0, options: "\"steps\": 3"),
  .init(kind: "hopskipjump", norm: .linf, slack: 0, options: "\"steps\": 3"),
]

@Suite struct DecisionAttackTests {
  @Test(arguments: rows, [ElementType.float32, .float64])
  private func theNearestExampleOfALinearModelIsFound(row: DecisionRow, type: ElementType) throws {
    let victim = try LinearVictim([1, 4, 3], count: 6, type: type)
    let outcome = try plan(row.kind, row.text()).run(on: victim.model, victim.samples)
    for (i, result) in outcome.rows.enumerated() {
      let nearest = victim.nearest(i, row.norm)
      let ratio = result.distance(row.norm) / nearest
      #expect(result.isBroken && ratio >= 0.9999 && ratio <= 1 + row.slack, "sample \(i): \(ratio) of \(nearest)")
    }
  }

  @Test(arguments: quick)
  private func gradientsAreNeverAskedFor(row: DecisionRow) throws {
    let (model, samples) = try plainNetwork()
    let outcome = try plan(row.kind, row.text()).run(on: model, samples)
    #expect(outcome.rows.allSatisfy { $0.gradients == 0 && $0.queries > 0 && $0.isBroken })
  }

  @Test(arguments: quick)
  private func aConstantModelHolds(row: DecisionRow) throws {
    let (model, samples) = try constantNetwork()
    let outcome = try plan(row.kind, row.text("\"start_tries\": 10")).run(on: model, samples)
    #expect(outcome.rows.allSatisfy { !$0.isBroken && $0.linf == 0 && $0.queries == 12 })
    #expect(outcome.notes == ["no adversarial start was found for 20 samples; they were left as they are"])
  }

  @Test(arguments: quick)
  private func aFiniteRadiusIsRespected(row: DecisionRow) throws {
    for type in [ElementType.float32, .float64] {
      let (model, samples) = try plainNetwork(type)
      let free = try plan(row.kind, row.text()).run(on: model, samples).rows.map { $0.distance(row.norm) }
      let eps = free.sorted()[10]
      let bound = try plan(row.kind, row.text("\"eps\": \(eps)")).run(on: model, samples)
      #expect(bound.rows.allSatisfy { $0.distance(row.norm) <= eps * (1 + 1e-5) })
      let broken = bound.rows.count(where: \.isBroken)
      #expect(broken >= 10 && broken < 20, "\(broken)")
    }
  }

  @Test(arguments: quick, [[7], [1, 1, 1], [3, 2, 2]])
  private func anyShapeIsTaken(row: DecisionRow, shape: [Int]) throws {
    for type in [ElementType.float32, .float64] {
      let (model, samples) = try plainNetwork(type, shape: shape)
      let outcome = try plan(row.kind, row.text()).run(on: model, samples)
      for result in outcome.rows where result.isBroken { #expect(result.after != result.label) }
    }
  }

  @Test(arguments: quick)
  private func targetsAreReached(row: DecisionRow) throws {
    let (model, samples) = try plainNetwork()
    let outcome = try plan(row.kind, row.text("\"target\": \"runner_up\"")).run(on: model, samples)
    for row in outcome.rows where row.isBroken { #expect(row.after == row.target) }
    #expect(outcome.rows.count(where: \.isBroken) > 15)
  }

  @Test(arguments: quick)
  private func samplesAloneAreAttackedAsInABatch(row: DecisionRow) throws {
    let (model, samples) = try plainNetwork()
    let attack = try plan(row.kind, row.text("\"seed\": 4"))
    let all = try attack.run(on: model, samples).samples
    let few = try Samples(samples.values.rows(0..<3), Array(samples.labels.prefix(3)))
    let part = try attack.run(on: model, few).samples
    for i in 0..<part.count { #expect(abs(part[i] - all[i]) < 1e-9) }
    let other = try plan(row.kind, row.text("\"seed\": 5")).run(on: model, few).samples
    #expect(other.doubles != part.doubles)
  }

  @Test(arguments: quick)
  private func spentQueriesLeaveWhatWasFound(row: DecisionRow) throws {
    let (model, samples) = try plainNetwork()
    let outcome = try plan(row.kind, row.text("\"max_queries\": 60")).run(on: model, samples)
    #expect(outcome.rows.allSatisfy { $0.queries <= 60 })
    #expect(outcome.rows.contains { $0.isBroken })
    #expect(outcome.notes.count == 1)
  }
}
