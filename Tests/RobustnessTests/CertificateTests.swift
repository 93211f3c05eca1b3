// Certificates hold: no attack breaks what they promise, and where the truth is known they are close to it.

import Circuits
import Foundation
import Learning
import Quantum
import Robustness
import Tensors
import Testing

@Suite struct CertificateTests {
  private func pgd(_ model: Layer, _ samples: Samples, eps: Double, norm: AdversarialOptions.Norm = .linf) throws -> [Int] {
    var options = AdversarialOptions()
    (options.method, options.eps, options.steps, options.norm) = (.pgd, eps, 30, norm)
    return try model.infer(options.attacked(RuleBatch(model, samples.values, samples.labels))).argmax()
  }

  private func trained(_ model: Layer, eps: Double? = nil) throws -> Layer {
    try model.build(.float32, shape: [1, 1, 2, 2], seed: 4)
    var options = FitOptions()
    (options.epochs, options.batch) = (12, 20)
    if let eps {
      var adversarial = AdversarialOptions()
      (adversarial.eps, adversarial.steps) = (eps, 4)
      options.rule = try adversarial.rule()
    }
    try model.fit(cloudImages(120, seed: 1), optimizer: Adam(lr: 0.02), options)
    return model
  }

  private func models() throws -> [(String, Layer)] {
    [
      ("plain", try trained(smallNetwork())), ("adversarially trained", try trained(smallNetwork(), eps: 0.08)),
      ("linear", try trained(SequentialLayer([FlattenLayer(), DenseLayer(units: 2)]))),
      (
        "hybrid",
        try trained(SequentialLayer([QuanvolutionLayer(ringCircuit(wires: 4, scale: 1.5)), FlattenLayer(), DenseLayer(units: 2)]))
      ),
      (
        "circuit first, steps after",
        try trained(
          SequentialLayer([FlattenLayer(), QuantumLayer(ringCircuit(wires: 4, scale: 1)), FunctionLayer(.tanh), DenseLayer(units: 2)]))
      ),
    ]
  }

  // MARK: the property: certified never exceeds attacked

  @Test func noAttackBreaksACertifiedSample() throws {
    let samples = try cloudImages(80, seed: 7)
    var stream = RandomStream(seed: 2, purpose: .tensor)
    for (name, model) in try models() {
      var options = IntervalOptions()
      options.eps = [0.0, 0.02, 0.05, 0.1]
      let interval = try certifyIntervals(model, samples, options)
      let lipschitz = try certifyByLipschitz(model, samples)
      #expect(abs(try model.evaluate(samples).accuracy - interval.accuracy[0]) < 0.03)
      #expect(interval.accuracy == interval.accuracy.sorted(by: >), "\(name): \(interval.accuracy)")
      for (e, eps) in options.eps.enumerated() where eps > 0 {
        var attacks = [try pgd(model, samples, eps: eps)]
        for _ in 0..<5 {
          let x = samples.values.copy()
          for i in 0..<x.count {
            let u: Double = stream.uniform() < 0.5 ? -1 : 1
            x[i] = min(1, max(0, x[i] + eps * u))
          }
          attacks.append(try model.infer(x).argmax())
        }
        for (row, certificate) in interval.rows.enumerated() {
          for predictions in attacks where certificate.isCertified[e] || lipschitz.rows[row].radiusLinf > eps {
            #expect(predictions[row] == samples.labels[row], "\(name), eps \(eps), sample \(row)")
          }
        }
        let euclidean = try pgd(model, samples, eps: eps, norm: .l2)
        for (row, certificate) in lipschitz.rows.enumerated() where certificate.radiusL2 > eps {
          #expect(euclidean[row] == samples.labels[row], "\(name), L2 \(eps), sample \(row)")
        }
      }
      // They are of use for these models.
      #expect(interval.accuracy[1] > 0.5, "\(name): \(interval.accuracy)")
      #expect(lipschitz.accuracy(linf: 0.01) > 0.3, "\(name): \(lipschitz.accuracy(linf: 0.01))")
    }
  }

  @Test func aLinearModelIsCertifiedExactly() throws {
    let model = try trained(SequentialLayer([FlattenLayer(), DenseLayer(units: 2)]))
    let samples = try cloudImages(60, seed: 7)
    let w = model.parameters[0].variable.value.doubles
    let b = model.parameters[1].variable.value.doubles
    let lipschitz = try certifyByLipschitz(model, samples)
    for (row, label) in samples.labels.enumerated() where lipschitz.rows[row].predicted == label {
      let side: Double = label == 0 ? 1 : -1
      var (margin, squares, sum) = (side * (b[0] - b[1]), 0.0, 0.0)
      for i in 0..<4 {
        let d = side * (w[i] - w[4 + i])
        margin += d * samples.values[row * 4 + i]
        squares += d * d
        sum += abs(d)
      }
      let slack = 1e-4 / sum
      #expect(abs(lipschitz.rows[row].radiusL2 - margin / squares.squareRoot()) < slack + 1e-4)
      #expect(abs(lipschitz.rows[row].radiusLinf - margin / sum) < slack + 1e-4)
    }
  }

  @Test func nothingIsStretchedFurtherThanSaid() throws {
    let heads = try HeadsLayer(
      trunk: SequentialLayer([FlattenLayer(), DenseLayer(units: 6), FunctionLayer(.tanh)]),
      heads: [NamedLayer("a", DenseLayer(units: 3)), NamedLayer("b", FunctionLayer(.sin))])
    let front: [Layer] = try [heads, AdversarialNoiseLayer(size: 0.1), SoftmaxLayer()]
    let model = try SequentialLayer(front + [DenseLayer(units: 2)])
    try model.build(.float64, shape: [1, 1, 2, 2], seed: 4)
    let samples = try cloudImages(40, seed: 7, type: .float64)
    let certificate = try certifyByLipschitz(model, samples)
    let y = try front.reduce(samples.values) { try $1.infer($0) }
    let width = y.count / samples.count
    func distances(_ values: Tensor, _ width: Int, _ a: Int, _ b: Int) -> (l2: Double, linf: Double) {
      let d = (0..<width).map { abs(values[a * width + $0] - values[b * width + $0]) }
      return (d.reduce(0) { $0 + $1 * $1 }.squareRoot(), d.max() ?? 0)
    }
    for a in 1..<samples.count {
      let (x, z) = (distances(samples.values, 4, a, a - 1), distances(y, width, a, a - 1))
      #expect(z.l2 <= certificate.l2 * x.l2 && z.linf <= certificate.linf * x.linf)
    }
    #expect(certificate.l2.isFinite && certificate.parts.count == 3)
    let logarithmic = try SequentialLayer([FlattenLayer(), SoftmaxLayer(logarithmic: true), DenseLayer(units: 2)])
    try logarithmic.build(.float64, shape: [1, 1, 2, 2], seed: 4)
    #expect(errorText(.value) { _ = try certifyByLipschitz(logarithmic, samples) }.hasPrefix("layer 1 (log_softmax): there is no Lipschitz"))
  }

  // MARK: randomised smoothing

  @Test func quantilesAndBoundsAreThoseOfTables() {
    #expect(abs(normalQuantile(0.975) - 1.959963984540054) < 1e-12)
    #expect(abs(normalQuantile(0.5)) < 1e-12 && abs(normalQuantile(1e-10) + 6.361340902404056) < 1e-9)
    // Exact binomial intervals, one side: 1 - α = 0.975 for 8 of 10 and 0 and 10 of 10.
    #expect(abs(binomialLowerBound(8, of: 10, alpha: 0.025) - 0.44390) < 1e-5)
    #expect(binomialLowerBound(0, of: 10, alpha: 0.025) == 0)
    #expect(abs(binomialLowerBound(10, of: 10, alpha: 0.025) - pow(0.025, 0.1)) < 1e-15)
    #expect(abs(binomialLowerBound(99_000, of: 100_000, alpha: 0.001) - 0.98898) < 2e-5)
  }

  @Test func smoothingALinearModelFindsItsTrueRadius() throws {
    // The smoothed linear model is the linear model, whose radius is its margin by its slope; with counts of n the bound falls
    // short of it by a little.
    let model = try trained(SequentialLayer([FlattenLayer(), DenseLayer(units: 2)]))
    let samples = try cloudImages(30, seed: 7)
    let w = model.parameters[0].variable.value.doubles
    let z = try model.infer(samples.values)
    var squares = 0.0
    for i in 0..<4 {
      let d: Double = w[i] - w[4 + i]
      squares += d * d
    }
    let slope: Double = squares.squareRoot()
    var options = SmoothingOptions()
    (options.sigma, options.n0, options.n, options.alpha, options.seed) = (0.3, 50, 4000, 0.001, 5)
    let certificate = try certifyBySmoothing(model, samples, options)
    var found = 0
    for (row, result) in certificate.rows.enumerated() {
      let difference: Double = z[row * 2] - z[row * 2 + 1]
      let truth: Double = abs(difference) / slope
      #expect(result.radius <= truth, "sample \(row): \(result.radius) certified, \(truth) true")
      guard result.predicted != nil else { continue }
      #expect(result.predicted == (difference > 0 ? 0 : 1))
      if truth < 2.5 * options.sigma {
        #expect(result.radius > 0.8 * truth - 0.04, "sample \(row): \(result.radius) certified, \(truth) true")
        found += 1
      }
    }
    #expect(found > 10)
    #expect(certificate.accuracy(at: 0) >= certificate.accuracy(at: 0.1))
    #expect(certificate.rows.count { $0.predicted == nil } == certificate.abstentions)
  }

  @Test func smoothingDependsOnTheSeedAloneAndLeavesTheModelAsItWas() throws {
    let before = Parallel.threads
    defer { Parallel.setThreads(before) }
    let model = try trained(smallNetwork())
    let samples = try cloudImages(6, seed: 7)
    var options = SmoothingOptions()
    (options.n0, options.n, options.seed) = (20, 300, 3)
    Parallel.setThreads(1)
    let one = try certifyBySmoothing(model, samples, options).rows.map(\.count)
    Parallel.setThreads(3)
    #expect(try certifyBySmoothing(model, samples, options).rows.map(\.count) == one)
    // A sample's noise follows from its number.
    let few = try Samples(samples.values.rows(0..<2), Array(samples.labels[..<2]))
    #expect(try certifyBySmoothing(model, few, options).rows.map(\.count) == Array(one[..<2]))
    options.seed = 4
    #expect(try certifyBySmoothing(model, samples, options).rows.map(\.count) != one)
    #expect(
      errorText(.cancelled) { _ = try certifyBySmoothing(model, samples, options) { done, _ in done < 2 } }
        == "cancelled by the callback")
  }

  // MARK: noise in the circuit

  @Test func noStateWithinTheDistanceChangesTheClass() throws {
    // Pauli errors with probability 0.3 replace the state with probability 0.4.
    let p = 0.4
    var circuit = try Circuit(wires: 1)
    try circuit.append("RY", [0], [.input(0, scale: 2)])
    try circuit.append("RX", [0], [.weight(0)])
    try circuit.append(Depolarizing(0.3), [0])
    try circuit.measure(.probabilities([0]))
    let model = try QuantumLayer(circuit)
    try model.build(.float64, shape: [1, 1], seed: 3)
    model.parameters[0].variable.value[0] = 0.3
    var stream = RandomStream(seed: 2, purpose: .tensor)
    let x = Tensor.uniform(.float64, [200, 1], low: 0, high: 3, from: &stream)
    let y = try model.infer(x)
    let samples = try Samples(x, y.argmax())
    let certificate = try certifyNoiseChannel(model, samples, p: p)
    var largest = 0.0
    for (row, result) in certificate.rows.enumerated() {
      #expect(result.privateDistance <= result.distance && result.distance <= 1)
      #expect(abs(result.radiusL2 - result.distance) < 1e-9)  // a scale of 2 and half a generator's width each
      for step in 0..<40 {
        let side: Double = Double(step) / 19.5 - 1
        let place: Double = x[row] + result.radiusL2 * 0.999 * side
        let moved = Tensor([place], [1, 1])
        #expect(try model.infer(moved).argmax()[0] == samples.labels[row])
      }
      largest = max(largest, result.radiusL2)
    }
    #expect(largest > 0.3)
    #expect(errorText(.value) { _ = try certifyNoiseChannel(model, samples, p: 1) } == "p is 1.0; it must be in (0, 1)")
    let linear = try trained(SequentialLayer([FlattenLayer(), DenseLayer(units: 2)]))
    #expect(errorText(.value) { _ = try certifyNoiseChannel(linear, cloudImages(10, seed: 1), p: 0.1) }.contains("no probability"))
  }

  @Test func mistakesAreNamed() throws {
    let model = try trained(smallNetwork())
    let samples = try cloudImages(4, seed: 7)
    func smoothing(_ change: (inout SmoothingOptions) -> Void) -> String {
      errorText(.value) {
        var options = SmoothingOptions()
        change(&options)
        _ = try certifyBySmoothing(model, samples, options)
      }
    }
    #expect(smoothing { $0.sigma = 0 } == "sigma is 0.0; it must be above 0")
    #expect(smoothing { $0.n = 0 } == "n is 0; it must be in 1..2^24")
    #expect(smoothing { $0.alpha = 1 } == "alpha is 1.0; it must be in (0, 1)")
    func interval(_ change: (inout IntervalOptions) -> Void) -> String {
      errorText(.value) {
        var options = IntervalOptions()
        change(&options)
        _ = try certifyIntervals(model, samples, options)
      }
    }
    #expect(interval { $0.eps = [0.1, -1] } == "eps is -1.0; it must be 0 or more")
    #expect(interval { $0.tolerance = 0 } == "tolerance is 0.0; it must be above 0")
    #expect(interval { $0.high = 0.1 }.contains("outside the data range [0.0, 0.1]"))
    let square = try SequentialLayer([FlattenLayer(), FunctionLayer(.square), DenseLayer(units: 2)])
    try square.build(.float32, shape: [1, 1, 2, 2], seed: 1)
    #expect(
      errorText(.value) { _ = try certifyByLipschitz(square, samples) }
        == "layer 1 (square): there is no Lipschitz bound for \"square\", whose slope has none")
  }
}
