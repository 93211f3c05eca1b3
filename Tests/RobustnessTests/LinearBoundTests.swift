// Certificates by linear functions: exact where models are linear, never worse than intervals, never broken by an attack.

import Circuits
import Foundation
import Learning
import Robustness
import Tensors
import Testing

@Suite struct LinearBoundTests {
  private func certify(
    _ model: Layer, _ samples: Samples, _ method: BoundMethod, eps: [Double], norm: AdversarialOptions.Norm = .linf
  ) throws -> IntervalCertificate {
    var options = IntervalOptions()
    (options.method, options.eps, options.norm) = (method, eps, norm)
    return try certifyIntervals(model, samples, options)
  }

  /// conv, batch normalisation, mean, dense, dense on 2 x 2 images, in Double.
  private func linearModel() throws -> Layer {
    var conv = Conv2DLayer.Options()
    (conv.filters, conv.kernelHeight, conv.kernelWidth, conv.paddingSame) = (3, 3, 3, true)
    var pool = PoolLayer.Options()
    (pool.function, pool.kernelHeight, pool.strideHeight) = (.average, 1, 1)
    let model = try SequentialLayer([
      NormaliseLayer(mean: [0.4], deviation: [0.3]), Conv2DLayer(conv), BatchNormLayer(), PoolLayer(pool), FlattenLayer(),
      ResidualLayer([DenseLayer(units: 6)]), DenseLayer(units: 3),
    ])
    try model.build(.float64, shape: [1, 1, 2, 2], seed: 3)
    return model
  }

  /// z[label] - z[other] and its gradient, for one sample.
  private func slope(_ model: Layer, _ x: Tensor, _ label: Int, _ other: Int) throws -> (Double, [Double]) {
    let at = Variable(x, requiresGradient: true)
    let z = try model.forward(at)
    let seed = Tensor(.float64, z.shape)
    (seed[label], seed[other]) = (1, -1)
    return (z.value[label] - z.value[other], try z.gradients(for: [at], seed: seed)[0].doubles)
  }

  @Test(arguments: BoundMethod.allCases) func linearModelsAreCertifiedExactly(method: BoundMethod) throws {
    let model = try linearModel()
    var stream = RandomStream(seed: 4, purpose: .tensor)
    let x = Tensor.uniform(.float64, [20, 1, 2, 2], low: 0, high: 1, from: &stream)
    let labels = try model.infer(x).argmax()
    let samples = try Samples(x, labels)
    let eps = [0.0, 0.1, 0.4]
    for norm in AdversarialOptions.Norm.allCases {
      let rows = try certify(model, samples, method, eps: eps, norm: norm).rows
      for (row, label) in labels.enumerated() {
        for (e, eps) in eps.enumerated() {
          var truth = Double.infinity
          for other in 0..<3 where other != label {
            let (margin, w) = try slope(model, x.rows(row..<row + 1), label, other)
            let ends = (0..<4).map { i in (max(0, x[row * 4 + i] - eps) - x[row * 4 + i], min(1, x[row * 4 + i] + eps) - x[row * 4 + i]) }
            truth = min(truth, margin + leastChange(w, ends, norm == .l2 ? eps : nil))
          }
          #expect(abs(rows[row].margins[e] - truth) < 1e-6, "\(method), \(norm), eps \(eps): \(rows[row].margins[e]), \(truth)")
        }
      }
    }
  }

  /// The least w · d over a box, within a length where there is one: coordinates at their ends are fixed one after the other.
  private func leastChange(_ w: [Double], _ ends: [(Double, Double)], _ length: Double?) -> Double {
    let corner = w.indices.map { w[$0] > 0 ? ends[$0].0 : ends[$0].1 }
    guard let length, corner.reduce(0, { $0 + $1 * $1 }) > length * length else {
      return zip(w, corner).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var (fixed, d) = (Set<Int>(), [Double](repeating: 0, count: w.count))
    while true {
      let free = w.indices.filter { !fixed.contains($0) }
      let rest = length * length - fixed.reduce(0) { $0 + d[$1] * d[$1] }
      let size = free.reduce(0) { $0 + w[$1] * w[$1] }
      let step = size > 0 ? (max(0, rest) / size).squareRoot() : 0
      let over = free.filter { abs(w[$0]) * step > abs(corner[$0]) + 1e-15 }
      if over.isEmpty {
        for i in free { d[i] = -w[i] * step }
        return zip(w, d).reduce(0) { $0 + $1.0 * $1.1 }
      }
      for i in over {
        d[i] = corner[i]
        fixed.insert(i)
      }
    }
  }

  private func trained(_ model: Layer) throws -> Layer {
    try model.build(.float32, shape: [1, 1, 2, 2], seed: 4)
    var options = FitOptions()
    (options.epochs, options.batch) = (12, 20)
    try model.fit(cloudImages(120, seed: 1), optimizer: Adam(lr: 0.02), options)
    return model
  }

  private func models() throws -> [(String, Layer)] {
    func deep(_ function: Function) throws -> Layer {
      try SequentialLayer([
        FlattenLayer(), DenseLayer(units: 16), FunctionLayer(function), DenseLayer(units: 16), FunctionLayer(function),
        DenseLayer(units: 2),
      ])
    }
    let filter = QuanvolutionLayer.Options()
    return [
      ("relu", try trained(deep(.relu))), ("tanh", try trained(deep(.tanh))),
      (
        "convolution",
        try trained(
          SequentialLayer([
            Conv2DLayer({
              var options = Conv2DLayer.Options()
              (options.filters, options.kernelHeight, options.kernelWidth, options.paddingSame) = (4, 3, 3, true)
              return options
            }()), FunctionLayer(.relu), PoolLayer(PoolLayer.Options()), FlattenLayer(), DenseLayer(units: 8), FunctionLayer(.relu),
            DenseLayer(units: 2), SoftmaxLayer(),
          ]))
      ),
      (
        "quanvolution",
        try trained(
          SequentialLayer([
            QuanvolutionLayer(ringCircuit(wires: 4), filter), FlattenLayer(), DenseLayer(units: 8), FunctionLayer(.relu),
            DenseLayer(units: 2),
          ]))
      ),
      (
        "circuit behind dense",
        try trained(SequentialLayer([FlattenLayer(), DenseLayer(units: 2), QuantumLayer(laterInputs(twice: true)), DenseLayer(units: 2)]))
      ),
    ]
  }

  private func attacked(_ model: Layer, _ samples: Samples, eps: Double, norm: AdversarialOptions.Norm) throws -> [[Int]] {
    try [1, 2, 3].map { seed in
      var options = AdversarialOptions()
      (options.method, options.eps, options.steps, options.norm) = (.pgd, eps, 30, norm)
      (options.alpha, options.seed) = (eps / Double(seed * 3), UInt64(seed))
      return try model.infer(options.attacked(RuleBatch(model, samples.values, samples.labels))).argmax()
    }
  }

  @Test func linearFunctionsAreNeverWorseThanIntervalsAndNeverBroken() throws {
    let samples = try cloudImages(40, seed: 7)
    let eps = [0.02, 0.05, 0.1, 0.2]
    for (name, model) in try models() {
      for norm in AdversarialOptions.Norm.allCases {
        let certificates = try BoundMethod.allCases.map { try certify(model, samples, $0, eps: eps, norm: norm) }
        let attacks = try eps.map { try attacked(model, samples, eps: $0, norm: norm) }
        var gained = 0.0
        for row in 0..<samples.count {
          let margins = certificates.map { $0.rows[row].margins }
          for e in eps.indices where !margins[0][e].isNaN {
            #expect(margins[1][e] >= margins[0][e] - 1e-9, "\(name), \(norm), eps \(eps[e]): \(margins[1][e]), intervals \(margins[0][e])")
            #expect(margins[2][e] >= margins[0][e] - 1e-9, "\(name), \(norm), eps \(eps[e]): \(margins[2][e]), intervals \(margins[0][e])")
            gained += margins[1][e] - margins[0][e]
            for certificate in certificates where certificate.rows[row].isCertified[e] {
              for predictions in attacks[e] { #expect(predictions[row] == samples.labels[row], "\(name), \(norm), eps \(eps[e])") }
            }
          }
        }
        // They are of use.
        #expect(gained > 0.1, "\(name), \(norm): \(gained)")
        let accuracy = certificates.map(\.accuracy)
        #expect(zip(accuracy[1], accuracy[0]).allSatisfy { $0 >= $1 }, "\(name): \(accuracy)")
        if norm == .linf { #expect(accuracy[2][1] > 0.5, "\(name): \(accuracy)") }
      }
    }
  }

  @Test(arguments: [false, true]) func whatOutputsOfACircuitShareCountsOnce(twice: Bool) throws {
    // Z of the same wire two times, and their difference: nothing that depends on the input is left.
    var circuit = try Circuit(wires: 1)
    try circuit.append("RY", [0], [.input(0, scale: 2)])
    if twice { try circuit.append("RX", [0], [.input(0)]) }
    for _ in 0..<2 { try circuit.measure("Z", [0]) }
    let model = try SequentialLayer([QuantumLayer(circuit), DenseLayer(units: 2)])
    try model.build(.float64, shape: [1, 1], seed: 1)
    for (i, value) in [1.0, -1, 0, 0].enumerated() { model.parameters[0].variable.value[i] = value }
    for (i, value) in [0.1, 0].enumerated() { model.parameters[1].variable.value[i] = value }
    let samples = try Samples(Tensor([0.3, 0.7], [2, 1]), [0, 0])
    let eps = [0.01, 0.1]
    let (interval, linear) = (try certify(model, samples, .interval, eps: eps), try certify(model, samples, .linear, eps: eps))
    for (a, b) in zip(interval.rows, linear.rows) {
      for e in eps.indices {
        // The errors of tangents belong to one output each.
        let truth = twice ? 0.1 - (6 * eps[e]) * (6 * eps[e]) : 0.1 - 1e-9
        #expect(b.margins[e] >= truth && b.margins[e] <= 0.1, "\(b.margins)")
        #expect(a.margins[e] < b.margins[e] - eps[e] / 2, "\(a.margins), \(b.margins)")
      }
    }
  }

  @Test func marginsDoNotDependOnThreadsOrNeighbours() throws {
    let before = Parallel.threads
    defer { Parallel.setThreads(before) }
    let model = try models()[3].1
    let samples = try cloudImages(20, seed: 7)
    Parallel.setThreads(1)
    let one = try certify(model, samples, .linear, eps: [0.1]).rows.map { "\($0.margins)" }
    Parallel.setThreads(3)
    #expect(try certify(model, samples, .linear, eps: [0.1]).rows.map { "\($0.margins)" } == one)
    let few = try Samples(samples.values.rows(0..<3), Array(samples.labels[..<3]))
    #expect(try certify(model, few, .linear, eps: [0.1]).rows.map { "\($0.margins)" } == Array(one[..<3]))
  }

  @Test func aSoftmaxAtTheEndChangesNothing() throws {
    let body = try SequentialLayer([FlattenLayer(), DenseLayer(units: 8), FunctionLayer(.tanh), DenseLayer(units: 3)])
    try body.build(.float64, shape: [1, 1, 2, 2], seed: 4)
    let whole = try SequentialLayer(built: body.layers + [{
      let softmax = try SoftmaxLayer()
      try softmax.build(.float64, shape: [1, 3], seed: 1)
      return softmax
    }()])
    let samples = try Samples(cloudImages(6, seed: 2, type: .float64).values, [0, 1, 2, 0, 1, 2])
    for method in BoundMethod.allCases {
      let (a, b) = (try certify(body, samples, method, eps: [0.03]), try certify(whole, samples, method, eps: [0.03]))
      #expect(a.rows.map { "\($0.margins)" } == b.rows.map { "\($0.margins)" })
    }
  }
}
