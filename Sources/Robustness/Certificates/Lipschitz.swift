// Certificates from how fast a model's outputs can change: a Lipschitz constant for each layer, and their product.
// What each layer says is in LipschitzLayers.swift.

import Learning
import Tensors

/// Bounds of how much a map can stretch distances.
package struct Stretch: Sendable {
  /// |f(x) - f(y)|₂ ≤ l2 |x - y|₂ and |f(x) - f(y)|_∞ ≤ linf |x - y|_∞.
  package var l2, linf: Double
  package static let one = Stretch(l2: 1, linf: 1)
  static func * (a: Stretch, b: Stretch) -> Stretch { Stretch(l2: a.l2 * b.l2, linf: a.linf * b.linf) }
}

public struct LipschitzCertificate {
  /// A layer in front of the head: where it stands and how much it stretches.
  public struct Part: Sendable {
    public let place: String
    public let l2, linf: Double
  }

  public struct Row: Sendable {
    public var label, predicted: Int
    /// The label's output above the largest other, of the model itself.
    public var margin: Double
    /// No perturbation smaller than this in the norm changes the class; 0 for samples that are classified wrongly.
    public var radiusL2, radiusLinf: Double
  }

  public let parts: [Part]
  /// How much the whole model in front of its head stretches.
  public let l2, linf: Double
  public let rows: [Row]

  public func accuracy(l2 radius: Double) -> Double { share { $0.radiusL2 > radius } }
  public func accuracy(linf radius: Double) -> Double { share { $0.radiusLinf > radius } }

  private func share(_ holds: (Row) -> Bool) -> Double {
    Double(rows.count { $0.label == $0.predicted && holds($0) }) / Double(max(1, rows.count))
  }
}

/// Radii within which no sample's class changes: the margin to each other class by how fast it can shrink, the product of the
/// layers' constants and of the difference of the head's rows (dense head), or 2 L (L2: √2 L) without one.
///
/// Circuits by their generators and observables, |∂E/∂x| ≤ Σ |dθ/dx| (g_max - g_min)(o_max - o_min)/2 (compare Berberich et
/// al. 2024), dense layers by their spectral norm, convolutions by the geometric mean of their largest row and column sums.
public func certifyByLipschitz(_ model: Layer, _ samples: Samples) throws -> LipschitzCertificate {
  try model.checkClassifies(samples)
  guard let classes = model.outputShape?.first, classes >= 2 else {
    throw EngineError.shape("a certificate compares classes; the model has \(model.outputShape?.first ?? 0)")
  }
  let twin = try model.inDouble()
  var layers: [(place: String, layer: Layer)] = [("model (\(twin.title))", twin)]
  if let sequence = twin as? SequentialLayer {
    layers = sequence.layers.enumerated().map { ("layer \($0) (\($1.title))", $1) }
  }
  let head = layers.last?.layer as? DenseLayer
  if head != nil { layers.removeLast() }
  let parts = try layers.map { place, layer -> LipschitzCertificate.Part in
    let stretch = try layer.stretchAt(place)
    return LipschitzCertificate.Part(place: place, l2: stretch.l2, linf: stretch.linf)
  }
  let whole = parts.reduce(Stretch.one) { $0 * Stretch(l2: $1.l2, linf: $1.linf) }
  let speed = MarginSpeeds(head, classes, whole)

  let x = samples.cast(to: model.type ?? .float32).values
  let z = try model.withTraining(false) { try model.infer(x) }
  let predicted = try z.argmax()
  let rows = samples.labels.enumerated().map { row, label -> LipschitzCertificate.Row in
    var result = LipschitzCertificate.Row(
      label: label, predicted: predicted[row], margin: .infinity, radiusL2: .infinity, radiusLinf: .infinity)
    var size = 1.0
    for k in 0..<classes { size = max(size, abs(z[row * classes + k])) }
    // The model's own rounding could undo what is nearer than this.
    let slack = (model.type == .float64 ? 1e-9 : 1e-5) * size
    for k in 0..<classes where k != label {
      let margin = z[row * classes + label] - z[row * classes + k]
      result.margin = min(result.margin, margin)
      let sure = max(0, margin - slack)
      result.radiusL2 = min(result.radiusL2, speed.radius(sure, speed.l2, label, k))
      result.radiusLinf = min(result.radiusLinf, speed.radius(sure, speed.linf, label, k))
    }
    if result.predicted != label { (result.radiusL2, result.radiusLinf) = (0, 0) }
    return result
  }
  return LipschitzCertificate(parts: parts, l2: whole.l2, linf: whole.linf, rows: rows)
}

/// How fast differences of outputs can change, for each pair of classes.
private struct MarginSpeeds {
  let l2, linf: [[Double]]

  init(_ head: DenseLayer?, _ classes: Int, _ before: Stretch) {
    guard let head else {
      l2 = Array(repeating: Array(repeating: 2.0.squareRoot() * before.l2, count: classes), count: classes)
      linf = Array(repeating: Array(repeating: 2 * before.linf, count: classes), count: classes)
      return
    }
    let weights = head.parameters[0].variable.value
    let (w, width) = (weights.doubles, weights.shape[1])
    var (euclidean, largest) = ([[Double]](), [[Double]]())
    for a in 0..<classes {
      var (squares, sums) = ([Double](repeating: 0, count: classes), [Double](repeating: 0, count: classes))
      for b in 0..<classes {
        for i in 0..<width {
          let d = w[a * width + i] - w[b * width + i]
          squares[b] += d * d
          sums[b] += abs(d)
        }
      }
      euclidean.append(squares.map { $0.squareRoot() * before.l2 })
      largest.append(sums.map { $0 * before.linf })
    }
    (l2, linf) = (euclidean, largest)
  }

  func radius(_ margin: Double, _ speeds: [[Double]], _ label: Int, _ other: Int) -> Double {
    speeds[label][other] > 0 ? margin / speeds[label][other] : margin > 0 ? .infinity : 0
  }
}
