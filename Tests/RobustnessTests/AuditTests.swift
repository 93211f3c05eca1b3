// The audit calls masked models what they are, and honest ones supported.

import Learning
import Robustness
import Tensors
import Testing

@Suite struct AuditTests {
  /// Blobs of three classes in nine dimensions, which a small network learns.
  private func data(_ count: Int, seed: UInt64) throws -> Samples {
    var stream = RandomStream(seed: seed, purpose: .tensor)
    let x = Tensor(uninitialized: .float32, [count, 9])
    let labels = (0..<count).map { $0 % 3 }
    for row in 0..<count {
      for i in 0..<9 {
        let middle = i / 3 == labels[row] ? 0.65 : 0.35
        x[row * 9 + i] = min(1, max(0, middle + 0.1 * stream.normal()))
      }
    }
    return try Samples(x, labels)
  }

  private func honest() throws -> [Layer] {
    let layers: [Layer] = [try DenseLayer(units: 24), FunctionLayer(.tanh), try DenseLayer(units: 3)]
    let model = try SequentialLayer(layers)
    try model.build(.float32, shape: [1, 9], seed: 3)
    var options = FitOptions()
    (options.epochs, options.batch) = (30, 16)
    let adam = try Adam(lr: 0.01)
    try adam.add(model)
    _ = try model.fit(data(300, seed: 1), optimizer: adam, options)
    return layers
  }

  private func audit(_ layers: [Layer], _ more: JSON = .object([]), sources: [Layer] = []) throws -> AuditReport {
    let model = try SequentialLayer(built: layers)
    guard case .object(let members) = more else { preconditionFailure("an object") }
    let sizes: [JSON.Member] = [
      .init("eps", 0.1), .init("samples", 90), .init("steps", 10), .init("queries", 300), .init("planted", 8),
    ]
    let own = members.map(\.key)
    let options = try AuditOptions(.object(sizes.filter { !own.contains($0.key) } + members))
    return try Audit(of: model, data(90, seed: 2), options, sources: sources).run()
  }

  private func words(_ report: AuditReport) -> String {
    report.checks.map { "\($0.name) \($0.verdict): \($0.says)" }.joined(separator: "\n")
  }

  private func built(_ layer: Layer, _ width: Int = 3) throws -> Layer {
    try layer.build(.float32, shape: [1, width], seed: 1)
    return layer
  }

  @Test func anHonestModelIsSupported() throws {
    let layers = try honest()
    let source = try SequentialLayer(built: honest())
    let report = try audit(layers, sources: [source])
    #expect(report.cleanAccuracy > 0.9)
    #expect(report.accuracy < report.cleanAccuracy)
    #expect(report.verdict == "supported", "\(words(report))")
    #expect(report.checks.count == 13)
  }

  /// Outputs so large that softmax is 0 and 1 in Float: the cross-entropy has no slope left.
  @Test func aSaturatedModelIsVoid() throws {
    var layers = try honest()
    let scale = try DenseLayer(units: 3, bias: false)
    _ = try built(scale)
    let weights = scale.parameters[0].variable.value
    weights.fill(0)
    for i in 0..<3 { weights[i * 3 + i] = 1e5 }
    layers.append(scale)
    let report = try audit(layers)
    #expect(report.verdict == "void", "\(words(report))")
    #expect(report.check("gradients")?.verdict == .failed)
  }

  /// Values in steps, whose derivative is taken from elsewhere: gradients that lead nowhere.
  @Test func aShatteredModelIsFoundOut() throws {
    let layers = try honest()
    let steps = try built(BitDepthLayer(bits: 2, backward: .none), 9)
    let without = try audit([steps] + layers)
    #expect(without.verdict == "void", "\(words(without))")
    // The identity's sign turned: a surrogate that points the wrong way.
    let wrong = try DenseLayer(units: 9, bias: false)
    _ = try built(wrong, 9)
    let weights = wrong.parameters[0].variable.value
    weights.fill(0)
    for i in 0..<9 { weights[i * 9 + (i + 4) % 9] = -1 }
    try steps.setSurrogate(.layer(wrong))
    let with = try audit([steps] + layers)
    #expect(with.verdict == "void", "\(words(with))")
    #expect((with.check("random noise")?.verdict ?? .passed) > .passed || (with.check("black box")?.verdict ?? .passed) > .passed)
  }

  @Test func aRandomModelIsSuspicious() throws {
    let noise = try built(NoiseLayer(.gaussian, size: 0.3, always: true), 9)
    let report = try audit([noise] + honest())
    #expect(report.verdict != "supported", "\(words(report))")
    #expect((report.check("deterministic")?.verdict ?? .passed) > .passed)
  }

  @Test func aBallOfHalfTheRangeIsSuspicious() throws {
    let report = try audit(honest(), ["eps": 0.5, "planted": 0])
    #expect(report.check("size of eps")?.verdict == .suspicious)
    #expect(report.check("planted examples")?.verdict == .skipped)
  }

  @Test func auditsAreReproducible() throws {
    let layers = try honest()
    #expect(try audit(layers).json.text == audit(layers).json.text)
  }

  @Test func mistakesAreNamed() throws {
    func message(_ options: JSON) -> String {
      do { _ = try AuditOptions(options) } catch let error as EngineError { return error.message } catch {}
      return "no error"
    }
    #expect(message(["eps": 0]) == "eps is 0; it must be above 0")
    #expect(message(["restarts": 1]) == "restarts is 1; it must be in [2, 1000]")
    #expect(message(["norm": "l1"]) == "norm is \"l1\"; there is \"linf\", \"l2\"")
    #expect(message(["step": 1]).hasPrefix("the audit has no option \"step\""))
  }
}
