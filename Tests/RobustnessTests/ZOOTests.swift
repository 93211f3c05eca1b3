// Coordinate-wise attack without gradients.

import Learning
import Robustness
import Tensors
import Testing

@Suite struct ZOOTests {
  @Test(arguments: [ElementType.float32, .float64])
  func theNearestExampleOfALinearModelIsFound(type: ElementType) throws {
    let victim = try LinearVictim([1, 4, 3], count: 6, type: type)
    let attack = try plan("zoo", "\"coordinates\": 12, \"lr\": 0.005, \"search_steps\": 9, \"initial_c\": 0.1")
    let outcome = try attack.run(on: victim.model, victim.samples)
    for (i, row) in outcome.rows.enumerated() {
      let ratio = row.l2 / victim.nearest(i, .l2)
      #expect(row.isBroken && ratio >= 0.9999 && ratio < 1.05, "sample \(i): \(ratio)")
      #expect(row.queries == 9 * (200 * 25 + 1) && row.gradients == 0)
    }
  }

  /// All values of a sample are reached although few are tried at a time, and none twice at once.
  @Test func fewCoordinatesAtATimeWillDo() throws {
    let (model, samples) = try plainNetwork()
    let attack = try plan("zoo", "\"coordinates\": 5, \"steps\": 100, \"search_steps\": 3")
    let outcome = try attack.run(on: model, samples)
    #expect(outcome.rows.allSatisfy { $0.isBroken && $0.gradients == 0 })
    let few = try Samples(samples.values.rows(0..<3), Array(samples.labels.prefix(3)))
    let part = try attack.run(on: model, few).samples
    for i in 0..<part.count { #expect(abs(part[i] - outcome.samples[i]) < 1e-9) }
  }

  @Test func aConstantModelHolds() throws {
    let (model, samples) = try constantNetwork()
    let outcome = try plan("zoo", "\"steps\": 5, \"search_steps\": 2").run(on: model, samples)
    #expect(outcome.rows.allSatisfy { !$0.isBroken && $0.linf == 0 })
  }
}
