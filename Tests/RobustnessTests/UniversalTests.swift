// One perturbation for all samples.

import Learning
import Robustness
import Tensors
import Testing

@Suite struct UniversalTests {
  /// On two classes of a linear model one of which makes up all samples, the best perturbation is known.
  private func oneSided(_ type: ElementType, _ norm: ThreatModel.Norm) throws -> (LinearVictim, Samples, [Double]) {
    let victim = try LinearVictim([1, 4, 4], count: 40, type: type)
    let ones = (0..<40).filter { victim.samples.labels[$0] == 1 }
    let samples = victim.samples.values
    let width = 16
    let x = Tensor(type, [ones.count, 1, 4, 4])
    for (i, row) in ones.enumerated() { for j in 0..<width { x[i * width + j] = samples[row * width + j] } }
    return (victim, try Samples(x, ones.map { _ in 1 }), ones.map { victim.nearest($0, norm) })
  }

  @Test(arguments: ["sgd", "deepfool"], [ThreatModel.Norm.linf, .l2])
  func aLinearModelIsFooledWhereverItCanBe(method: String, norm: ThreatModel.Norm) throws {
    for type in [ElementType.float32, .float64] { try fool(method, norm, type) }
  }

  private func fool(_ method: String, _ norm: ThreatModel.Norm, _ type: ElementType) throws {
    let (victim, samples, distances) = try oneSided(type, norm)
    let eps = distances.sorted()[distances.count / 2] * 1.02
    let plan = try UniversalPlan(
      options: JSON(text: "{\"method\": \"\(method)\", \"norm\": \"\(norm.name)\", \"eps\": \(eps), \"epochs\": 20}"))
    let outcome = try plan.run(on: victim.model, samples)
    #expect(outcome.delta.shape == [1, 4, 4] && outcome.delta.type == type)
    var size = 0.0
    for value in outcome.delta.doubles { size = norm == .linf ? max(size, abs(value)) : size + value * value }
    if norm == .l2 { size = size.squareRoot() }
    #expect(size <= eps * (1 + 1e-6))
    // No perturbation fools more than those within eps.
    let possible = Double(distances.count { $0 < eps }) / Double(distances.count)
    #expect(outcome.effect.foolingRate <= possible + 1e-9)
    #expect(outcome.effect.foolingRate >= 0.8 * possible, "\(outcome.effect) of \(possible)")
    #expect(outcome.effect.foolingRate > outcome.noiseFoolingRate)
    // What it says of itself is what one measures.
    let effect = try plan.evaluate(outcome.delta, on: victim.model, samples)
    #expect(effect.foolingRate == outcome.effect.foolingRate && effect.accuracy == outcome.effect.accuracy)
    let perturbed = try victim.model.infer(plan.apply(outcome.delta, to: samples.values)).argmax()
    #expect(abs(Double(perturbed.count { $0 != 1 }) / Double(samples.count) - effect.foolingRate) < 1e-9)
  }

  @Test(arguments: ["sgd", "deepfool"])
  func itBeatsNoiseOnANetwork(method: String) throws {
    let (model, samples) = try plainNetwork()
    let plan = try UniversalPlan(options: JSON(text: "{\"method\": \"\(method)\", \"eps\": 0.3, \"epochs\": 5}"))
    let outcome = try plan.run(on: model, samples)
    #expect(outcome.effect.foolingRate > outcome.noiseFoolingRate)
    #expect(outcome.history.count == 5 && outcome.effect.cleanAccuracy == 1)
    let again = try plan.run(on: model, samples)
    #expect(again.delta.doubles == outcome.delta.doubles)
  }

  @Test func aRadiusOfZeroChangesNothing() throws {
    let (model, samples) = try plainNetwork()
    let outcome = try UniversalPlan(options: JSON(text: "{\"eps\": 0}")).run(on: model, samples)
    #expect(outcome.delta.doubles.allSatisfy { $0 == 0 } && outcome.effect.foolingRate == 0)
  }

  @Test func mistakesAreNamed() throws {
    func message(_ text: String) -> String {
      do { _ = try UniversalPlan(options: JSON(text: text)) } catch { return "\(error)" }
      return "no error"
    }
    #expect(message("{\"method\": \"x\"}") == "method is \"x\"; there is \"sgd\", \"deepfool\"")
    #expect(message("{\"norm\": \"l1\"}") == "norm is \"l1\"; there is \"linf\", \"l2\"")
    #expect(message("{\"eps\": -1}").hasPrefix("eps is -1; it must be"))
    #expect(message("{\"clip\": 0}") == "clip is 0; it must be above 0")
    #expect(message("{\"method\": \"deepfool\", \"batch\": 3}").contains("has no option \"batch\""))
    let (model, samples) = try plainNetwork()
    let plan = try UniversalPlan()
    let wrong = Tensor(.float64, [3])
    #expect(throws: EngineError.self) { _ = try plan.evaluate(wrong, on: model, samples) }
    #expect(throws: EngineError.self) { _ = try plan.apply(wrong, to: samples.values) }
  }
}
