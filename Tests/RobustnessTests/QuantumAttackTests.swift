// Attacks on encoding angles, circuit weights and states.

import Circuits
import Foundation
import Learning
import Quantum
import Robustness
import Tensors
import Testing

/// RY(x) on each wire, weights, a ring, Z on each wire; then a dense layer.
private func hybrid(_ type: ElementType = .float64, wires: Int = 2, classes: Int = 3, upload: Int = 1) throws -> Layer {
  var circuit = try Circuit(wires: wires)
  for layer in 0..<upload {
    for wire in 0..<wires { try circuit.append("RY", [wire], [.input(wire)]) }
    for wire in 0..<wires { try circuit.append("RX", [wire], [.weight(layer * wires + wire)]) }
    for wire in 0..<wires - 1 { try circuit.append("CNOT", [wire, wire + 1]) }
  }
  for wire in 0..<wires { try circuit.measure("Z", [wire]) }
  let model = try SequentialLayer([QuantumLayer(circuit), DenseLayer(units: classes)])
  try model.build(type, shape: [1, wires], seed: 4)
  return model
}

private func labelled(_ model: Layer, _ count: Int, high: Double = 3) throws -> Samples {
  var stream = RandomStream(seed: 2, purpose: .tensor)
  let x = Tensor.uniform(
    model.type ?? .float64, [count] + (model.inputShape ?? []), low: 0, high: high, from: &stream)
  return try Samples(x, model.infer(x).argmax())
}

/// RY(x) RY(w), Z, and classes cos > 0 and cos < 0.
private func oneWire(_ weight: Double) throws -> Layer {
  var circuit = try Circuit(wires: 1)
  try circuit.append("RY", [0], [.input(0)])
  try circuit.append("RY", [0], [.weight(0)])
  try circuit.measure("Z", [0])
  let model = try SequentialLayer([QuantumLayer(circuit), DenseLayer(units: 2, bias: false)])
  try model.build(.float64, shape: [1, 1], seed: 1)
  model.parameters[0].variable.value[0] = weight
  let head = model.parameters[1].variable.value
  (head[0], head[1]) = (1, -1)
  return model
}

@Suite struct QuantumAttackTests {
  // MARK: angles

  @Test func anErrorOfZeroChangesNothing() throws {
    for model in [try hybrid(upload: 2), try quanvolution()] {
      let samples = try labelled(model, 5)
      let layer = try #require(model.allLayers.compactMap { $0 as? any DisturbableLayer }.first)
      let plain = try model.infer(samples.values).doubles
      let plan = try layer.anglePlan()
      layer.disturbance = plan.disturbance(Variable(Tensor(.float64, [5] + plan.shape)))
      let disturbed = try model.infer(samples.values).doubles
      layer.disturbance = nil
      for (a, b) in zip(plain, disturbed) { #expect(abs(a - b) < 1e-12) }
    }
  }

  private func quanvolution() throws -> Layer {
    var circuit = try Circuit(wires: 4)
    for wire in 0..<4 { try circuit.append("RY", [wire], [.input(wire, scale: .pi)]) }
    try circuit.append(.ring, layers: 1)
    for wire in 0..<4 { try circuit.measure("Z", [wire]) }
    var options = QuanvolutionLayer.Options()
    options.exactFit = false
    let model = try SequentialLayer([QuanvolutionLayer([circuit, circuit], options), FlattenLayer(), DenseLayer(units: 3)])
    try model.build(.float64, shape: [1, 1, 5, 4], seed: 1)
    return model
  }

  /// Where every pixel is one angle, an error of the angle is a change of the pixel.
  @Test func errorsOfAQuanvolutionAreThoseOfItsPixels() throws {
    let model = try quanvolution()
    let samples = try labelled(model, 3, high: 1)
    let layer = try #require(model.allLayers.compactMap { $0 as? any DisturbableLayer }.first)
    let plan = try layer.anglePlan()
    // Two filters with four angles each: two channels more.  The fifth row is not covered.
    #expect(plan.shape == [2, 5, 4] && plan.count == 2 * 16)
    var stream = RandomStream(seed: 6, purpose: .tensor)
    let errors = Tensor(.float64, [3, 2, 5, 4])
    let moved = samples.values.copy()
    for i in 0..<3 {
      for pixel in 0..<20 {
        let error = stream.normal()
        moved[i * 20 + pixel] += error / .pi
        for channel in 0..<2 { errors[(i * 2 + channel) * 20 + pixel] = error }
      }
    }
    let expected = try model.infer(moved).doubles
    layer.disturbance = plan.disturbance(Variable(errors))
    let found = try model.infer(samples.values).doubles
    layer.disturbance = nil
    for (a, b) in zip(expected, found) { #expect(abs(a - b) < 1e-12) }
  }

  @Test func oneAngleFallsWhereItMust() throws {
    let model = try oneWire(0)
    let x = (0..<40).map { 0.05 + 0.075 * Double($0) }
    let samples = try Samples(Tensor(x, [40, 1]), x.map { cos($0) > 0 ? 0 : 1 })
    for eps in [0, 0.1, 0.5, 1.2] {
      let attack = try AngleAttack(options: JSON(text: "{\"eps\": \(eps)}"))
      let outcome = try attack.run(on: model, samples)
      for (row, angle) in zip(outcome.rows, x) {
        let distance = abs(angle - .pi / 2)
        #expect(row.isBroken == (distance < eps), "angle \(angle), eps \(eps)")
        #expect(row.figures[0] <= eps + 1e-12)
      }
      #expect(outcome.cleanAccuracy == 1)
    }
  }

  /// Uploaded twice, an input has two angles, which are worth more than one of twice the gates.
  @Test(arguments: [ThreatModel.Norm.linf, .l2])
  func anglesAgreeWithBruteForce(norm: ThreatModel.Norm) throws {
    let model = try hybrid(classes: 2)
    let samples = try labelled(model, 40)
    let eps = 0.3
    let attack = try AngleAttack(
      options: JSON(text: "{\"eps\": \(eps), \"norm\": \"\(norm.name)\", \"steps\": 40, \"restarts\": 4}"))
    let outcome = try attack.run(on: model, samples)
    // RY(x + d): errors of these two angles are changes of the inputs.
    var broken = [Bool](repeating: false, count: 40)
    let grid = 20
    for a in -grid...grid {
      for b in -grid...grid {
        let (p, q) = (eps * Double(a) / Double(grid), eps * Double(b) / Double(grid))
        if norm == .l2, p * p + q * q > eps * eps { continue }
        let moved = samples.values.copy()
        for i in 0..<40 {
          moved[2 * i] += p
          moved[2 * i + 1] += q
        }
        for (i, k) in try model.infer(moved).argmax().enumerated() where k != samples.labels[i] { broken[i] = true }
      }
    }
    for i in 0..<40 where broken[i] { #expect(outcome.rows[i].isBroken, "sample \(i)") }
    // Between the points of the grid there may be one more.
    #expect(outcome.rows.count(where: \.isBroken) <= broken.count { $0 } + 2)
  }

  // MARK: weights

  @Test func oneWeightFallsWhereItMust() throws {
    let model = try oneWire(0.1)
    let x = (0..<60).map { 0.05 + 0.05 * Double($0) }
    let samples = try Samples(Tensor(x, [60, 1]), x.map { cos($0 + 0.1) > 0 ? 0 : 1 })
    for eps in [0.0, 0.2, 0.6] {
      let outcome = try WeightAttack(options: JSON(text: "{\"eps\": \(eps)}")).run(on: model, samples)
      var worst = 1.0
      for i in -50...50 {
        let weight = 0.1 + eps * Double(i) / 50
        let right = zip(x, samples.labels).count { (cos($0.0 + weight) > 0 ? 0 : 1) == $0.1 }
        worst = min(worst, Double(right) / 60)
      }
      #expect(outcome.accuracy == worst, "eps \(eps): \(outcome.accuracy), brute force \(worst)")
      #expect(outcome.cleanAccuracy == 1)
      #expect(model.parameters[0].variable.value[0] == 0.1)
      guard case .array(let delta)? = outcome.json["delta"] else { Issue.record("no delta"); continue }
      #expect(delta.count == 1)
    }
  }

  @Test(arguments: [ThreatModel.Norm.linf, .l2])
  func weightsAgreeWithBruteForce(norm: ThreatModel.Norm) throws {
    let model = try hybrid(classes: 2)
    let samples = try labelled(model, 50)
    model.parameters[0].variable.zeroGradient()
    let trained = model.parameters[0].variable.value.doubles
    let eps = 0.25
    let attack = try WeightAttack(options: JSON(text: "{\"eps\": \(eps), \"norm\": \"\(norm.name)\", \"restarts\": 3}"))
    let outcome = try attack.run(on: model, samples)
    #expect(model.parameters[0].variable.value.doubles == trained)
    var worst = 50
    let value = model.parameters[0].variable.value
    for a in -10...10 {
      for b in -10...10 {
        let (p, q) = (eps * Double(a) / 10, eps * Double(b) / 10)
        if norm == .l2, p * p + q * q > eps * eps { continue }
        (value[0], value[1]) = (trained[0] + p, trained[1] + q)
        value.noteWrite()
        worst = min(worst, zip(try model.infer(samples.values).argmax(), samples.labels).count { $0 == $1 })
      }
    }
    (value[0], value[1]) = (trained[0], trained[1])
    value.noteWrite()
    #expect(outcome.accuracy <= Double(worst + 1) / 50, "\(outcome.accuracy), brute force \(Double(worst) / 50)")
    guard case .array(let random)? = outcome.json["random_accuracies"] else { Issue.record("no control"); return }
    for case .number(let accuracy) in random { #expect(accuracy >= outcome.accuracy) }
  }

  // MARK: states

  @Test(arguments: [ElementType.float32, .float64])
  func figuresOfStatesAreInOrder(type: ElementType) throws {
    let model = try hybrid(type, wires: 3)
    let samples = try labelled(model, 30)
    let logits = try model.infer(samples.values).doubles
    let tolerance = type == .float32 ? 1e-5 : 1e-10
    var before = [Double](repeating: 0, count: 30)
    for eps in [0, 0.05, 0.3, 1] {
      let outcome = try StateAttack(options: JSON(text: "{\"eps\": \(eps)}")).run(on: model, samples)
      for (i, row) in outcome.rows.enumerated() {
        let label = samples.labels[i]
        let rival = (0..<3).filter { $0 != label }.map { logits[3 * i + $0] }.max() ?? 0
        let (margin, worst, bound, mixture, radius) = (
          row.figures[0], row.figures[1], row.figures[2], row.figures[3], row.figures[4]
        )
        #expect(abs(margin - (logits[3 * i + label] - rival)) < tolerance)
        #expect(bound <= worst + 1e-9 && worst <= mixture + 1e-9 && mixture <= margin + 1e-9)
        #expect(row.isBroken == (radius < eps) || abs(radius - eps) < 1e-6)
        if eps == 0 { #expect(abs(worst - margin) < 1e-12) } else { #expect(worst <= before[i] + 1e-9) }
        before[i] = worst
      }
    }
  }

  /// What no state can do, no angle can: an error d of an angle moves the state by sin(d/2) at most.
  @Test func statesBoundAngles() throws {
    let model = try hybrid()
    let samples = try labelled(model, 60)
    for error in [0.02, 0.1, 0.3] {
      let angles = try AngleAttack(options: JSON(text: "{\"eps\": \(error), \"restarts\": 2}")).run(on: model, samples)
      let states = try StateAttack(options: JSON(text: "{\"eps\": \(2 * sin(error / 2))}")).run(on: model, samples)
      for (angle, state) in zip(angles.rows, states.rows) where angle.isBroken { #expect(state.isBroken) }
    }
  }

  // MARK: mistakes

  @Test func mistakesAreNamed() throws {
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "no error"
    }
    let (plain, _) = try plainNetwork()
    let samples = try labelled(plain, 3)
    let none = "the model has no quantum or quanvolution layer, so it has no quantum part to attack"
    #expect(message { _ = try AngleAttack().run(on: plain, samples) } == none)
    #expect(message { _ = try StateAttack().run(on: plain, samples) } == none)
    #expect(message { _ = try WeightAttack().run(on: plain, samples) } == "the model has no circuit with weights to attack")
    let model = try hybrid()
    let good = try labelled(model, 3)
    #expect(
      message { _ = try AngleAttack(options: JSON(text: "{\"layer\": 2}")).run(on: model, good) }
        == "layer is 2; the model's quantum layers are 0..0")
    #expect(message { _ = try AngleAttack(options: JSON(text: "{\"epsilon\": 2}")) }.hasPrefix("an attack on angles has no option"))
    #expect(message { _ = try StateAttack(options: JSON(text: "{\"eps\": 2}")) } == "eps is 2; it must be in [0, 1]")
    let bent = try SequentialLayer([try hybrid(), FunctionLayer(.tanh)])
    try bent.build(.float64, shape: [1, 2], seed: 1)
    #expect(
      message { _ = try StateAttack().run(on: bent, good) }
        == "the quantum layer has to stand in the model's own sequence for its state to be attacked")
    let tail = try SequentialLayer([model.allLayers[1], DenseLayer(units: 3), FunctionLayer(.tanh)])
    try tail.build(.float64, shape: [1, 2], seed: 1)
    #expect(message { _ = try StateAttack().run(on: tail, good) }.hasPrefix("the layers behind the quantum layer are not linear"))
    let image = try quanvolution()
    #expect(
      message { _ = try StateAttack().run(on: image, labelled(image, 2, high: 1)) }.hasPrefix("the state of a quanvolution"))
    var circuit = try Circuit(wires: 2)
    try circuit.prepare(AmplitudeEncoding(count: 4, wires: [0, 1]))
    try circuit.measure("Z", [0])
    try circuit.measure("Z", [1])
    let amplitudes = try SequentialLayer([QuantumLayer(circuit)])
    try amplitudes.build(.float64, shape: [1, 4], seed: 1)
    #expect(
      message { _ = try AngleAttack().run(on: amplitudes, labelled(amplitudes, 2)) }.contains("amplitude encoding has none"))
    // Its state can be attacked all the same.
    #expect(try StateAttack().run(on: amplitudes, labelled(amplitudes, 2)).rows.count == 2)
  }
}
