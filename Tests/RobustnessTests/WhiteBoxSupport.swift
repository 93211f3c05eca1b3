// Models and samples for tests of white-box attacks, with the distances to a linear model's boundaries written out.

import Learning
import Robustness
import Tensors

/// A linear classifier and samples far enough from the range's ends that its boundaries are reached inside.
struct LinearCase {
  let model: Layer
  let samples: Samples

  init(_ type: ElementType = .float64, inputs: Int = 20, classes: Int = 4, count: Int = 12, seed: UInt64 = 3) throws {
    model = try DenseLayer(units: classes)
    try model.build(type, shape: [1, inputs], seed: seed)
    var stream = RandomStream(seed: seed, purpose: .tensor)
    let x = Tensor.uniform(type, [count, inputs], low: 0.4, high: 0.6, from: &stream)
    samples = try Samples(x, model.infer(x).argmax())
  }

  private var inputs: Int { model.inputShape?[0] ?? 0 }
  var classes: Int { model.outputShape?[0] ?? 0 }

  private func weight(_ k: Int, _ i: Int) -> Double { model.parameters[0].variable.value[k * inputs + i] }

  func logit(_ row: Int, _ k: Int) -> Double {
    var sum = model.parameters[1].variable.value[k]
    for i in 0..<inputs { sum += weight(k, i) * samples.values[row * inputs + i] }
    return sum
  }

  /// |z_y - z_k| / |w_y - w_k| in the dual norm.
  func distance(_ row: Int, to k: Int, _ norm: ThreatModel.Norm) -> Double {
    let y = samples.labels[row]
    let difference = (0..<inputs).map { abs(weight(y, $0) - weight(k, $0)) }
    let length: Double
    switch norm {
    case .linf: length = difference.reduce(0, +)
    case .l2: length = difference.map { $0 * $0 }.reduce(0, +).squareRoot()
    case .l1, .l0: length = difference.max() ?? 0
    }
    return (logit(row, y) - logit(row, k)) / length
  }

  func runnerUp(_ row: Int) -> Int {
    (0..<classes).filter { $0 != samples.labels[row] }.max { logit(row, $0) < logit(row, $1) } ?? 0
  }

  /// The distance to the nearest boundary.
  func distance(_ row: Int, _ norm: ThreatModel.Norm) -> Double {
    (0..<classes).filter { $0 != samples.labels[row] }.map { distance(row, to: $0, norm) }.min() ?? 0
  }
}

/// Two dense layers, 16 values as an image and three classes, and random images with its own answers as labels.
func tanhNetwork(_ type: ElementType = .float64, seed: UInt64 = 5) throws -> Layer {
  let model = try SequentialLayer([FlattenLayer(), DenseLayer(units: 12), FunctionLayer(.tanh), DenseLayer(units: 3)])
  try model.build(type, shape: [1, 1, 4, 4], seed: seed)
  return model
}

func ownSamples(_ model: Layer, _ count: Int, seed: UInt64 = 1) throws -> Samples {
  var stream = RandomStream(seed: seed, purpose: .tensor)
  let x = Tensor.uniform(model.type ?? .float32, [count] + (model.inputShape ?? []), low: 0, high: 1, from: &stream)
  return try Samples(x, model.infer(x).argmax())
}

/// Options with others added.
func with(_ options: JSON, _ more: [(String, JSON)]) -> JSON {
  guard case .object(let members) = options else { return options }
  return .object(members + more.map { JSON.Member($0.0, $0.1) })
}
