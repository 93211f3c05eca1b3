// Certificates from depolarising noise in a circuit.

import Glibc
import Learning
import Quantum
import Tensors

public struct NoiseChannelCertificate {
  public struct Row: Sendable {
    public var label, predicted: Int
    /// States within this trace distance of the sample's, before the channel, get the same class; 0 for wrong samples.
    public var distance: Double
    /// The same by differential privacy, the bound of Du et al.; never larger.
    public var privateDistance: Double
    /// No perturbation of the sample smaller than this changes the class; NaN where the way from sample to state is not known.
    public var radiusL2, radiusLinf: Double
  }
  public let rows: [Row]

  public func accuracy(distance: Double) -> Double {
    Double(rows.count { $0.label == $0.predicted && $0.distance > distance }) / Double(max(1, rows.count))
  }
}

/// Radii for a model whose outputs are probabilities of measured outcomes behind the channel ρ → (1 - p) ρ + p I/D.
///
/// The channel brings states of trace distance t to (1 - p) t, so outputs move by (1 - p) t at most, and the class stays where
/// y_c - max y_k > 2 (1 - p) t: `distance`.  Du, Hsieh, Liu, Tao, Liu (2021) get from the smallest probability p / outcomes
/// that the channel leaves to each outcome that outputs change by factors exp(±ε) at most, ε = ln(1 + outcomes t (1 - p)/p),
/// and the class stays where y_c > exp(2ε) max y_k: `privateDistance` (their theorem 1).
///
/// Radii in units of the data follow where the model is a sequential whose last layer is a circuit with angle encodings: a
/// gate whose generator has the width g moves the state by g |Δθ|/2 at most.  Several wires with a depolarising channel of λ
/// each are a channel of p = λ^wires followed by something.
///
///   p         in (0, 1)
///   outcomes  of the measurement, 2^(measured wires); 0 takes the model's outputs
public func certifyNoiseChannel(
  _ model: Layer, _ samples: Samples, p: Double, outcomes: Int = 0
) throws -> NoiseChannelCertificate {
  guard p > 0, p < 1 else { throw EngineError.value("p is \(p); it must be in (0, 1)") }
  try model.checkClassifies(samples)
  let classes = model.outputShape?.first ?? 0
  guard classes >= 2 else { throw EngineError.shape("a certificate compares classes; the model has \(classes)") }
  guard outcomes == 0 || outcomes >= classes else {
    throw EngineError.value("outcomes is \(outcomes); it must be \(classes) or more, one for each output, or 0")
  }
  let count = Double(outcomes == 0 ? classes : outcomes)
  let y = try model.withTraining(false) { try model.infer(samples.cast(to: model.type ?? .float32).values) }
  for i in 0..<y.count where !(y[i] >= -1e-4 && y[i] <= 1.0001) {
    throw EngineError.value(
      "output \(i % classes) of sample \(i / classes) is \(y[i]), no probability; the model must end with measured probabilities")
  }
  let rates = try stateRates(model)
  let predicted = try y.argmax()
  let rows = samples.labels.enumerated().map { row, label -> NoiseChannelCertificate.Row in
    var result = NoiseChannelCertificate.Row(
      label: label, predicted: predicted[row], distance: 0, privateDistance: 0, radiusL2: 0, radiusLinf: 0)
    guard predicted[row] == label else { return result }
    let own = y[row * classes + label]
    var rival = 0.0
    for k in 0..<classes where k != label { rival = max(rival, y[row * classes + k]) }
    result.distance = min(1, max(0, own - rival - 1e-6) / (2 * (1 - p)))
    let ratio = own / max(rival, p / count)
    result.privateDistance = min(result.distance, max(0, ratio.squareRoot() - 1) * p / ((1 - p) * count))
    guard let rates else {
      (result.radiusL2, result.radiusLinf) = (.nan, .nan)
      return result
    }
    result.radiusL2 = rates.l2 > 0 ? result.distance / rates.l2 : .infinity
    result.radiusLinf = rates.linf > 0 ? result.distance / rates.linf : .infinity
    return result
  }
  return NoiseChannelCertificate(rows: rows)
}

/// How fast the encoded state moves, in trace distance by distance of samples; nil where the model is no circuit behind layers
/// with Lipschitz bounds.
private func stateRates(_ model: Layer) throws -> Stretch? {
  guard let twin = try? model.inDouble() else { return nil }
  let layers = (twin as? SequentialLayer)?.layers ?? [twin]
  guard let circuit = layers.last as? QuantumLayer,
    let slopes = try? circuit.runner.circuit.stateRates(weights: circuit.parameters.first?.variable.value.doubles ?? [])
  else { return nil }
  var before = Stretch.one
  for layer in layers.dropLast() {
    guard let own = try? layer.stretchAt("") else { return nil }
    before = before * own
  }
  let length = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return before * Stretch(l2: length, linf: slopes.reduce(0, +))
}
