// Attacks that see outputs: Square, NES, SPSA.

import Learning
import Robustness
import Tensors
import Testing

private struct ScoreRow: CustomTestStringConvertible, Sendable {
  let kind: String
  let norm: ThreatModel.Norm
  var options = ""
  var testDescription: String { "\(kind) \(norm)" }
  func text(_ eps: Double, _ more: String = "") -> String {
    ["\"norm\": \"\(norm.name)\"", "\"eps\": \(eps)", options, more].filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

private let rows: [ScoreRow] = [
  .init(kind: "square", norm: .linf, options: "\"queries\": 600"),
  .init(kind: "square", norm: .l2, options: "\"queries\": 600"),
  .init(kind: "nes", norm: .linf),
  .init(kind: "nes", norm: .l2),
  .init(kind: "spsa", norm: .linf),
  .init(kind: "spsa", norm: .l2),
]

@Suite struct ScoreAttackTests {
  /// Above the nearest distance they succeed, below it nobody can.
  @Test(arguments: rows, [ElementType.float32, .float64])
  private func aLinearModelFallsAtItsAnalyticDistance(row: ScoreRow, type: ElementType) throws {
    let victim = try LinearVictim([1, 4, 4], type: type)
    // A random search in L2 needs some room.
    let room = row.kind == "square" && row.norm == .l2 ? 1.6 : 1.1
    for i in 0..<victim.samples.count {
      let one = try Samples(victim.samples.values.rows(i..<i + 1), [victim.samples.labels[i]])
      let distance = victim.nearest(i, row.norm)
      let broken = try plan(row.kind, row.text(room * distance)).run(on: victim.model, one).rows[0]
      #expect(broken.isBroken, "sample \(i), distance \(distance)")
      #expect(broken.distance(row.norm) <= room * distance + 1e-6)
      let held = try plan(row.kind, row.text(0.98 * distance)).run(on: victim.model, one).rows[0]
      #expect(!held.isBroken)
    }
  }

  @Test(arguments: rows)
  private func gradientsAreNeverAskedFor(row: ScoreRow) throws {
    let (model, samples) = try plainNetwork()
    let outcome = try plan(row.kind, row.text(0.05)).run(on: model, samples)
    #expect(outcome.rows.allSatisfy { $0.gradients == 0 && $0.queries > 0 })
  }

  @Test(arguments: rows)
  private func aConstantModelHolds(row: ScoreRow) throws {
    let (model, samples) = try constantNetwork()
    let outcome = try plan(row.kind, row.text(0.5)).run(on: model, samples)
    #expect(outcome.rows.allSatisfy { !$0.isBroken })
  }

  @Test(arguments: rows)
  private func queriesAreAsStated(row: ScoreRow) throws {
    let (model, samples) = try constantNetwork()
    let queries = try plan(row.kind, row.text(0.2)).run(on: model, samples).rows.map(\.queries)
    let expected = ["square": 600, "nes": 40 * 51 + 1, "spsa": 40 * 65 + 1][row.kind] ?? 0
    #expect(queries.allSatisfy { $0 == expected }, "\(queries)")
    let few = try plan(row.kind, row.text(0.2, "\"max_queries\": 100")).run(on: model, samples)
    #expect(few.rows.allSatisfy { $0.queries <= 100 })
    #expect(few.notes.count == 1)
  }

  @Test(arguments: rows, [[2, 5, 4], [7], [1, 1, 9], [3, 2, 2], [1, 1, 1]])
  private func anyShapeIsTaken(row: ScoreRow, shape: [Int]) throws {
    for type in [ElementType.float32, .float64] {
      let (model, samples) = try plainNetwork(type, shape: shape)
      for eps in [0.01, 0.4] {
        let outcome = try plan(row.kind, row.text(eps)).run(on: model, samples)
        #expect(outcome.rows.allSatisfy { $0.distance(row.norm) <= eps + 1e-5 })
      }
    }
  }

  @Test(arguments: rows)
  private func targetsAreReached(row: ScoreRow) throws {
    let (model, samples) = try plainNetwork()
    let eps = row.norm == .linf ? 1.0 : 4.0
    let outcome = try plan(row.kind, row.text(eps, "\"target\": \"runner_up\"")).run(on: model, samples)
    for row in outcome.rows where row.isBroken { #expect(row.after == row.target) }
    #expect(outcome.rows.count(where: \.isBroken) > samples.count / 2)
  }

  @Test(arguments: rows)
  private func samplesAloneAreAttackedAsInABatch(row: ScoreRow) throws {
    let (model, samples) = try plainNetwork()
    let attack = try plan(row.kind, row.text(0.05, "\"seed\": 4"))
    let all = try attack.run(on: model, samples).samples
    let few = try Samples(samples.values.rows(0..<3), Array(samples.labels.prefix(3)))
    let part = try attack.run(on: model, few).samples
    for i in 0..<part.count { #expect(abs(part[i] - all[i]) < 1e-9) }
  }

  @Test(arguments: [
    ScoreRow(kind: "square", norm: .linf, options: "\"queries\": 5"),
    .init(kind: "square", norm: .l2, options: "\"queries\": 5"),
    .init(kind: "nes", norm: .l2, options: "\"steps\": 2"), .init(kind: "spsa", norm: .linf, options: "\"steps\": 2"),
  ])
  private func seedsDecide(row: ScoreRow) throws {
    let (model, samples) = try plainNetwork()
    let first = try plan(row.kind, row.text(0.01, "\"seed\": 4")).run(on: model, samples).samples
    #expect(try plan(row.kind, row.text(0.01, "\"seed\": 4")).run(on: model, samples).samples.doubles == first.doubles)
    #expect(try plan(row.kind, row.text(0.01, "\"seed\": 5")).run(on: model, samples).samples.doubles != first.doubles)
  }
}
