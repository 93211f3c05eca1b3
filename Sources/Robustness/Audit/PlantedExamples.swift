// A unit test of the attack: examples planted within eps, which it has to find (Zimmermann, Brendel, Tramèr, Carlini 2022,
// "Increasing confidence in adversarial robustness evaluations").

import Glibc
import Learning
import Tensors

/// For a sample x, points well inside the ball stand for one class and a point on its surface for the other; a linear
/// readout of the model's features tells them apart.  Within eps of x there is then an adversarial example of
/// features + readout for certain, and an attack that does not find it is no measure of robustness.
struct PlantedExamples {
  struct Result {
    /// Examples that could be planted, those that PGD found, and those that random points of the ball hit.
    var tried = 0, found = 0, byChance = 0
  }

  /// Points inside the ball, whose radius is this share of eps.
  private let inner = 200
  private let share = 0.3

  let audit: Audit
  private let body: [Layer]

  init(_ audit: Audit) {
    self.audit = audit
    // Everything in front of the last layer, where that leaves a list of features; otherwise the whole model.
    if let model = audit.model as? SequentialLayer, model.layers.count > 1,
      model.layers[model.layers.count - 2].outputShape?.count == 1 {
      body = Array(model.layers.dropLast())
    } else {
      body = [audit.model]
    }
  }

  func run(_ count: Int) throws -> Result {
    var result = Result()
    let features = try SequentialLayer(built: body)
    for number in 0..<count {
      guard let model = try plant(number, features) else { continue }
      result.tried += 1
      let sample = try Samples(audit.samples.values.rows(number..<number + 1), [0])
      let outcome = try audit.plan("pgd", [.init("steps", .integer(audit.options.steps))]).run(on: model, sample)
      if outcome.rows[0].isBroken { result.found += 1 }
      let points = around(number, 200, radius: audit.options.eps, purpose: 4)
      if try model.infer(points).argmax().contains(1) { result.byChance += 1 }
    }
    return result
  }

  /// Random points in the ball around a sample, one row each; the last lies on the surface when that is asked for.
  private func around(_ number: Int, _ count: Int, radius: Double, surface: Bool = false, purpose: Int) -> Tensor {
    let options = audit.options
    let clean = audit.samples.values.rows(number..<number + 1)
    let width = clean.count
    let result = Tensor(uninitialized: clean.type, [count] + clean.shape.dropFirst())
    var stream = RandomStream(seed: options.seed, purpose: .attack, substream: 1 << 24 | purpose, position: UInt64(number) << 40)
    for row in 0..<count {
      var direction = (0..<width).map { _ in options.norm == .linf ? 2 * stream.uniform() - 1 : stream.normal() }
      if surface, options.norm == .linf { direction = direction.map { $0 < 0 ? -1 : 1 } }
      var size = radius
      if options.norm == .l2 {
        size /= max(1e-300, direction.reduce(0) { $0 + $1 * $1 }.squareRoot())
        if !surface { size *= pow(stream.uniform(), 1 / Double(width)) }
      }
      for i in 0..<width {
        result[row * width + i] = min(options.high, max(options.low, clean[i] + size * direction[i]))
      }
    }
    return result
  }

  /// Features and a readout with two classes, of which 1 holds the planted point; nil when no readout separates it.
  private func plant(_ number: Int, _ features: Layer) throws -> Layer? {
    let inside = around(number, inner, radius: share * audit.options.eps, purpose: 2)
    let planted = around(number, 1, radius: audit.options.eps, surface: true, purpose: 3)
    let negatives = try features.infer(inside)
    let positive = try features.infer(planted)
    let width = positive.count
    // The readout is along the planted point's difference from the middle of the others, weighted by how little features
    // vary there (a diagonal discriminant, Fisher 1936).
    var (mean, spread) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    for row in 0..<inner { for i in 0..<width { mean[i] += negatives[row * width + i] / Double(inner) } }
    for row in 0..<inner {
      for i in 0..<width {
        let d = negatives[row * width + i] - mean[i]
        spread[i] += d * d / Double(inner)
      }
    }
    let floor = spread.reduce(0, +) / Double(width) * 0.1 + 1e-12
    let direction = (0..<width).map { (positive[$0] - mean[$0]) / (spread[$0] + floor) }
    let score = { (x: Tensor, row: Int) -> Double in
      (0..<width).reduce(0) { $0 + direction[$1] * x[row * width + $1] }
    }
    let highest = (0..<inner).map { score(negatives, $0) }.max() ?? 0
    let top = score(positive, 0)
    let clean = try features.infer(audit.samples.values.rows(number..<number + 1))
    let base = score(clean, 0)
    guard top > highest, top > base, (top - base).isFinite else { return nil }
    // The boundary lies just in front of the planted point, as far from the others as it can be.
    let threshold = max(highest, base) + 0.9 * (top - max(highest, base))
    let scale = 10 / (top - base)
    let readout = try DenseLayer(units: 2)
    try readout.build(positive.type, shape: [1, width], seed: 0)
    guard let weights = readout.parameters.first?.variable.value, let bias = readout.parameters.last?.variable.value else { return nil }
    let isRowMajor = weights.shape == [2, width]
    for i in 0..<width {
      weights[isRowMajor ? i : 2 * i] = -0.5 * scale * direction[i]
      weights[isRowMajor ? width + i : 2 * i + 1] = 0.5 * scale * direction[i]
    }
    bias[0] = 0.5 * scale * threshold
    bias[1] = -0.5 * scale * threshold
    for parameter in readout.parameters { parameter.variable.value.noteWrite() }
    return try SequentialLayer(built: body + [readout])
  }
}
