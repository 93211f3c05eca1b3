// Controls: random noise, salt and pepper, less contrast.

import Learning
import Robustness
import Tensors
import Testing

@Suite struct ControlTests {
  @Test(arguments: ["uniform", "gaussian", "signs"], [ThreatModel.Norm.linf, .l2, .l1])
  func noiseHasTheWantedSize(distribution: String, norm: ThreatModel.Norm) throws {
    for type in [ElementType.float32, .float64] {
      let (model, samples) = try plainNetwork(type)
      // Far from the ends of the range, where nothing is clipped.
      for i in 0..<samples.values.count { samples.values[i] = 0.4 + 0.2 * samples.values[i] }
      let eps = norm == .linf ? 0.2 : norm == .l2 ? 0.5 : 1.5
      let outcome = try plan(
        "noise", "\"distribution\": \"\(distribution)\", \"norm\": \"\(norm.name)\", \"eps\": \(eps), \"draws\": 1"
      ).run(on: model, samples)
      for row in outcome.rows {
        let size = row.distance(norm)
        #expect(size <= eps * (1 + 1e-5) && size > (distribution == "uniform" ? 0.7 : 0.9999) * eps)
        #expect(row.queries == 0 && row.gradients == 0)
      }
    }
  }

  /// Of many draws in a large ball one succeeds on a linear model; in a ball smaller than the nearest distance none can.
  @Test(arguments: [ThreatModel.Norm.linf, .l2, .l1])
  func noiseSucceedsWhereItCan(norm: ThreatModel.Norm) throws {
    let victim = try LinearVictim([12])
    let nearest = (0..<victim.samples.count).map { victim.nearest($0, norm) }
    let most = nearest.max() ?? 0
    let large = try plan("noise", "\"norm\": \"\(norm.name)\", \"eps\": \(4 * most), \"draws\": 200")
    #expect(try large.run(on: victim.model, victim.samples).rows.allSatisfy { $0.isBroken && $0.queries <= 200 })
    var call = AttackCall()
    call.eps = nearest.map { 0.98 * $0 }
    #expect(try large.run(on: victim.model, victim.samples, call).rows.allSatisfy { !$0.isBroken && $0.queries == 200 })
  }

  /// A step of the way down; the middle is on the other side of a model that looks at the mean.
  @Test(arguments: [ElementType.float32, .float64])
  func contrastFindsTheSmallestShare(type: ElementType) throws {
    let model = try DenseLayer(units: 2)
    try model.build(type, shape: [1, 4], seed: 1)
    for parameter in model.parameters {
      parameter.variable.value.fill(0)
      // z₁ - z₀ = mean - 0.6.
      if parameter.name.hasSuffix("bias") { parameter.variable.value[1] = -0.6 } else {
        for j in 0..<4 { parameter.variable.value[parameter.variable.value.shape[0] == 4 ? 2 * j + 1 : 4 + j] = 0.25 }
      }
    }
    let x = Tensor([0.9, 0.9, 0.9, 0.9, 0.7, 0.8, 0.9, 1.0], [2, 4]).cast(to: type)
    let outcome = try plan("contrast", "\"norm\": \"linf\"").run(on: model, Samples(x, [1, 1]))
    // mean + t (0.5 - mean) = 0.6
    for (row, expected) in zip(outcome.rows, [0.75 * 0.4, (0.25 / 0.35) * 0.5]) {
      #expect(row.isBroken && abs(row.linf - expected) < 1e-4, "\(row.linf), expected \(expected)")
      #expect(row.queries <= 60 && row.gradients == 0)
    }
  }

  @Test func saltAndPepperChangesFewValues() throws {
    let (model, samples) = try plainNetwork()
    let many = try plan("salt_pepper", "").run(on: model, samples)
    let one = try plan("salt_pepper", "\"draws\": 1").run(on: model, samples)
    for (a, b) in zip(many.rows, one.rows) where b.isBroken { #expect(a.isBroken && a.l0 <= b.l0) }
    #expect(many.rows.count(where: \.isBroken) > 15)
    #expect(many.rows.allSatisfy { $0.gradients == 0 && $0.queries <= 600 })
    for i in 0..<samples.values.count {
      let value = many.samples[i]
      #expect(value == samples.values[i] || value == 0 || value == 1)
    }
    let few = try plan("salt_pepper", "\"eps\": 3").run(on: model, samples)
    #expect(few.rows.allSatisfy { $0.l0 <= 3 })
  }

  @Test(arguments: ["noise", "salt_pepper", "contrast"])
  func aConstantModelHolds(kind: String) throws {
    let (model, samples) = try constantNetwork()
    #expect(try plan(kind, "").run(on: model, samples).rows.allSatisfy { !$0.isBroken })
  }

  @Test(arguments: ["noise", "salt_pepper", "contrast"])
  func samplesAloneAreAttackedAsInABatch(kind: String) throws {
    let (model, samples) = try plainNetwork()
    let attack = try plan(kind, "\"seed\": 4")
    let all = try attack.run(on: model, samples).samples
    let few = try Samples(samples.values.rows(0..<3), Array(samples.labels.prefix(3)))
    let part = try attack.run(on: model, few).samples
    for i in 0..<part.count { #expect(abs(part[i] - all[i]) < 1e-9) }
  }

  /// Steps that are too weak must not look like robustness: noise is weaker than an attack of the same size.
  @Test func attacksBeatNoise() throws {
    let (model, samples) = try plainNetwork()
    let noise = try plan("noise", "\"eps\": 0.1").run(on: model, samples).rows.count(where: \.isBroken)
    let attack = try plan("pgd", "\"eps\": 0.1").run(on: model, samples).rows.count(where: \.isBroken)
    #expect(attack > noise)
  }
}
