// JSMA: how many values it changes on linear models, and what its options do.

import Learning
import Robustness
import Tensors
import Testing

@Suite struct SaliencyTests {
  /// Two classes, where each value moves the margin by a known amount.
  private func model(_ weights: [Double]) throws -> Layer {
    let model = try DenseLayer(units: 2)
    try model.build(.float64, shape: [1, weights.count], seed: 1)
    for (i, weight) in weights.enumerated() {
      model.parameters[0].variable.value[i] = weight
      model.parameters[0].variable.value[weights.count + i] = -weight
    }
    model.parameters[1].variable.value.fill(0)
    return model
  }

  @Test func theMostTellingPairsAreChanged() throws {
    // A margin of 2 · (1 - 0) = 2 for class 0; pairs (1, 2) and (3, 4) take 2 · 0.9 and 2 · 0.5 off.
    let model = try model([1, -0.5, -0.4, -0.3, -0.2, 0.1, 0.1, 0.1])
    let clean = Tensor([1.0, 0, 0, 0, 0, 0, 0, 0], [1, 8])
    let outcome = try plan("jsma", ["gamma": 1]).run(on: model, Samples(clean, [0]))
    #expect(outcome.samples.doubles == [1, 1, 1, 1, 1, 0, 0, 0])
    #expect(outcome.rows[0].isBroken && outcome.rows[0].l0 == 4 && outcome.rows[0].after == 1)
    // Two values are all that a quarter allows.
    let little = try plan("jsma", ["gamma": 0.25]).run(on: model, Samples(clean, [0]))
    #expect(!little.rows[0].isBroken && little.samples.doubles == clean.doubles)
    let small = try plan("jsma", ["gamma": 1, "theta": 0.5]).run(on: model, Samples(clean, [0]))
    #expect(small.rows[0].isBroken && small.rows[0].l0 == 4)
    let radius = try plan("jsma", ["gamma": 1, "eps": 2]).run(on: model, Samples(clean, [0]))
    #expect(!radius.rows[0].isBroken && radius.rows[0].l0 <= 2)
  }

  @Test func valuesCanBeLowered() throws {
    let model = try model([0.6, 0.5, -0.2, -0.1])
    let clean = Tensor([1.0, 1, 1, 1], [1, 4])
    let outcome = try plan("jsma", ["gamma": 1, "theta": -1]).run(on: model, Samples(clean, [0]))
    #expect(outcome.samples.doubles == [0, 0, 1, 1] && outcome.rows[0].isBroken)
    // Raising finds nothing to raise.
    #expect(try !plan("jsma", ["gamma": 1]).run(on: model, Samples(clean, [0])).rows[0].isBroken)
  }

  /// The pair of the largest product, against looking at all pairs.
  @Test(arguments: 0..<30)
  func pairsAreTheBestOfAll(seed: Int) throws {
    let n = 12
    var stream = RandomStream(seed: UInt64(seed), purpose: .tensor)
    let model = try DenseLayer(units: 3)
    try model.build(.float64, shape: [1, n], seed: UInt64(seed))
    let weights = model.parameters[0].variable.value
    for i in 0..<weights.count { weights[i] = stream.normal() }
    // The first class is far ahead, so that one step does not end the attack.
    for k in 0..<3 { model.parameters[1].variable.value[k] = k == 0 ? 100 : 0 }
    let clean = Tensor((0..<n).map { _ in 0.5 * stream.uniform() }, [1, n])
    var call = AttackCall()
    call.targets = [1]
    var best = 0.0
    var pair: Set<Int> = []
    for p in 0..<n {
      for q in 0..<p {
        let up = weights[n + p] + weights[n + q]
        let down = weights[p] + weights[q] + weights[2 * n + p] + weights[2 * n + q]
        if up > 0, down < 0, -up * down > best { (best, pair) = (-up * down, [p, q]) }
      }
    }
    for parameter in model.parameters where parameter.name == "bias" {
      // Now near enough that the pair's step reaches the target.
      let z = try model.infer(clean)
      let after = clean.copy()
      for i in pair { after[i] = min(1, after[i] + 0.25) }
      let moved = try model.infer(after)
      for k in 0..<3 { parameter.variable.value[k] -= k == 1 ? moved[k] - 1 : moved[k] }
      _ = z
    }
    guard !pair.isEmpty, try model.infer(clean).argmax()[0] != 1 else { return }
    let label = try model.infer(clean).argmax()[0]
    let outcome = try plan("jsma", ["gamma": 1, "theta": 0.25]).run(on: model, Samples(clean, [label]), call)
    let changed = Set((0..<n).filter { outcome.samples[$0] != clean[$0] })
    #expect(outcome.rows[0].isBroken && changed == pair, "seed \(seed)")
  }

  @Test func tryingAllClassesChangesNoMoreValues() throws {
    let model = try tanhNetwork()
    let samples = try ownSamples(model, 40)
    let one = try plan("jsma", ["gamma": 1]).run(on: model, samples)
    let all = try plan("jsma", ["gamma": 1, "untargeted": "best"]).run(on: model, samples)
    #expect(all.rows.count { $0.isBroken } >= one.rows.count { $0.isBroken })
    for (a, b) in zip(all.rows, one.rows) where b.isBroken { #expect(a.l0 <= b.l0) }
    #expect(one.rows.count { $0.isBroken } > 10)
  }

  @Test func mistakesAreNamed() throws {
    func message(_ kind: String, _ options: JSON) -> String {
      do { _ = try plan(kind, options) } catch let error as EngineError { return error.message } catch { return "\(error)" }
      return "no error"
    }
    #expect(message("jsma", ["theta": 0]) == "theta is 0.0; it must be a number other than 0")
    #expect(message("jsma", ["norm": "l2"]) == "norm is \"l2\"; there is \"l0\"")
    #expect(message("minimal", ["attack": "cw"]).hasPrefix("cw looks for the nearest example itself"))
    #expect(message("minimal", ["attack": "pgdd"]).hasPrefix("there is no attack \"pgdd\""))
    #expect(message("minimal", ["options": ["eps": 1]]) == "\"eps\" belongs to minimal itself, not to the options of the attack inside it")
    #expect(message("minimal", ["options": ["stepps": 1]]).hasPrefix("pgd has no option \"stepps\""))
    #expect(message("minimal", ["options": 3]) == "\"options\" must be an object, got an integer")
    #expect(message("apgd", ["loss": "hinge"]) == "loss is \"hinge\"; there is \"ce\", \"dlr\", \"targeted\"")
    #expect(message("deepfool", ["restarts": 2]).hasPrefix("deepfool draws no random numbers"))
    #expect(message("fab", ["eta": 0.5]) == "eta is 0.5; it must be 1 or more")
    let flat = try LinearCase()
    do {
      _ = try plan("dim").run(on: flat.model, flat.samples)
      Issue.record("dim took samples without height and width")
    } catch let error as EngineError {
      #expect(error.message.hasPrefix("dim resizes images {batch, channels, height, width}; the samples are"))
    }
  }
}
