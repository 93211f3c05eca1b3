// Normalisation of channels (Ioffe, Szegedy 2015).

import Tensors

/// y = γ (x - μ) / √(σ² + ε) + β per channel of [batch, channels, ...].
///
/// With the batch's own statistics μ and σ² depend on x, and with ĝ = γ g / √(σ² + ε), x̂ = (x - μ) / √(σ² + ε),
/// dx = ĝ - mean(ĝ) - x̂ mean(ĝ x̂).
struct BatchNorm: Operation {
  let x: Variable
  let gamma, beta: Variable?
  let form: ChannelForm
  let mean, inverse: [Double]
  /// Whether the statistics are the batch's own.
  let isOwn: Bool

  var operands: [Variable] { [x, gamma, beta].compactMap { $0 } }

  static func apply(
    _ x: Variable, gamma: Variable?, beta: Variable?, _ form: ChannelForm, _ statistics: ChannelStatistics,
    eps: Double, isOwn: Bool
  ) -> Variable {
    let inverse = statistics.variance.map { 1 / ($0 + eps).squareRoot() }
    let operation = BatchNorm(
      x: x, gamma: gamma, beta: beta, form: form, mean: statistics.mean, inverse: inverse, isOwn: isOwn)
    let scale = operation.scale
    let shift = scale.indices.map { (beta?.value[$0] ?? 0) - scale[$0] * statistics.mean[$0] }
    let y = Tensor(uninitialized: x.type, x.shape)
    affineChannels(form, x.value, scale: scale, shift: shift, into: y, adding: false)
    return .result(y, of: operation)
  }

  /// γ / √(σ² + ε)
  private var scale: [Double] { inverse.indices.map { (gamma?.value[$0] ?? 1) * inverse[$0] } }

  func backward(_ gradient: Tensor) {
    let scale = scale
    let none = [Double](repeating: 0, count: form.channels)
    let needsSums = isOwn || gamma?.requiresGradient == true || beta?.requiresGradient == true
    let (sums, products) = needsSums ? channelGradients(form, gradient, x.value, mean: mean) : (none, none)
    if x.requiresGradient {
      let count = Double(form.perChannel)
      x.accumulate { into, adding in
        if isOwn {
          batchNormBackward(
            form, gradient, x.value, mean: mean, a: scale,
            b: scale.indices.map { -scale[$0] * products[$0] * inverse[$0] * inverse[$0] / count },
            d: scale.indices.map { -scale[$0] * sums[$0] / count }, into: into, adding: adding)
        } else {
          affineChannels(form, gradient, scale: scale, shift: none, into: into, adding: adding)
        }
      }
    }
    if let gamma, gamma.requiresGradient {
      gamma.accumulate { into, adding in
        for c in 0..<form.channels { into[c] = (adding ? into[c] : 0) + products[c] * inverse[c] }
      }
    }
    if let beta, beta.requiresGradient {
      beta.accumulate { into, adding in
        for c in 0..<form.channels { into[c] = (adding ? into[c] : 0) + sums[c] }
      }
    }
  }
}
