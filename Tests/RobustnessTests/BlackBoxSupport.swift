// Models whose weakness is known exactly, for tests of attacks that see outputs alone.

import Learning
import Robustness
import Tensors
import Testing

/// Two classes, z₁ - z₀ = w·x + b: the nearest adversarial example is known in every norm.
struct LinearVictim {
  let model: Layer
  let samples: Samples
  let weights: [Double]
  /// How far z of the true class is above the other, for each sample.
  let margins: [Double]

  /// Samples in [0.4, 0.6]; of the shape [count] + shape.
  init(_ shape: [Int] = [12], count: Int = 8, type: ElementType = .float64, seed: UInt64 = 3) throws {
    let width = shape.reduce(1, *)
    model = try SequentialLayer([FlattenLayer(), DenseLayer(units: 2)])
    try model.build(type, shape: [1] + shape, seed: seed)
    var stream = RandomStream(seed: seed, purpose: .tensor)
    // Both signs, none close to 0.
    let weights: [Double] = (0..<width).map { _ in (stream.uniform() < 0.5 ? -1 : 1) * (0.5 + stream.uniform()) }
    let x = Tensor.uniform(type, [count] + shape, low: 0.4, high: 0.6, from: &stream)
    // Small margins: the box is far away.
    var values: [Double] = []
    for i in 0..<count {
      var sum = 0.0
      for j in 0..<width { sum += weights[j] * x[i * width + j] }
      values.append(sum)
    }
    let bias = -values.sorted()[count / 2] - 0.05
    for parameter in model.parameters {
      let value = parameter.variable.value
      value.fill(0)
      if parameter.name.hasSuffix("weights") {
        // [inputs, units] or [units, inputs], whichever it is.
        for j in 0..<width { value[value.shape[0] == width ? j * 2 + 1 : width + j] = weights[j] }
      } else {
        value[1] = bias
      }
    }
    let labels = values.map { $0 + bias > 0 ? 1 : 0 }
    samples = try Samples(x, labels)
    margins = values.map { abs($0 + bias) }
    self.weights = weights
    let z = try model.infer(x)
    for i in 0..<count {
      let expected = values[i] + bias
      #expect(abs(z[2 * i + 1] - z[2 * i] - expected) < 1e-4)
    }
  }

  /// The distance of the nearest adversarial example: margin / dual norm of w.
  func nearest(_ sample: Int, _ norm: ThreatModel.Norm) -> Double {
    var dual = 0.0
    switch norm {
    case .linf: for w in weights { dual += abs(w) }
    case .l2:
      for w in weights { dual += w * w }
      dual = dual.squareRoot()
    case .l1, .l0: for w in weights { dual = max(dual, abs(w)) }
    }
    return margins[sample] / dual
  }
}

/// A plan from JSON text.
func plan(_ kind: String, _ options: String) throws -> AttackPlan {
  try AttackPlan(kind: kind, options: JSON(text: "{\(options)}"))
}

/// Three classes, not linear, on images of two channels.
func plainNetwork(_ type: ElementType = .float64, shape: [Int] = [2, 5, 4]) throws -> (model: Layer, samples: Samples) {
  let model = try SequentialLayer([FlattenLayer(), DenseLayer(units: 12), FunctionLayer(.tanh), DenseLayer(units: 3)])
  try model.build(type, shape: [1] + shape, seed: 5)
  var stream = RandomStream(seed: 21, purpose: .tensor)
  let x = Tensor.uniform(type, [20] + shape, low: 0, high: 1, from: &stream)
  return (model, try Samples(x, model.infer(x).argmax()))
}

/// Always the same answer.
func constantNetwork(_ shape: [Int] = [2, 5, 4]) throws -> (model: Layer, samples: Samples) {
  let (model, samples) = try plainNetwork(shape: shape)
  for parameter in model.parameters where parameter.name.hasSuffix("weights") { parameter.variable.value.fill(0) }
  for parameter in model.parameters where parameter.name.hasPrefix("3") && parameter.name.hasSuffix("bias") {
    parameter.variable.value[0] = 1
  }
  return (model, try Samples(samples.values, model.infer(samples.values).argmax()))
}
