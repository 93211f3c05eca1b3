// Normalisation of each sample by statistics of its own: of all its features, or of groups of its channels.
// Assumed checked: x [rows, width], where gamma and beta are indexed as GroupForm says.

import Tensors

/// A sample is `groups` rows; `inner` neighbouring values of a row share an entry of gamma and beta.
struct GroupForm {
  let rows, width, groups, inner: Int

  var entriesPerRow: Int { width / inner }
  var entries: Int { groups * entriesPerRow }
  fileprivate var grain: Int { max(1, (1 << 14) / max(1, width)) }
  fileprivate func firstEntry(_ row: Int) -> Int { row % groups * entriesPerRow }
}

/// y = gamma (x - mean) / deviation + beta per row; keeps mean and 1 / √(variance + eps) of each.
func normalizeRows(
  _ form: GroupForm, _ x: Tensor, gamma: Tensor?, beta: Tensor?, eps: Double, into y: Tensor
) -> (mean: [Double], inverse: [Double]) {
  var mean = [Double](repeating: 0, count: form.rows)
  var inverse = mean
  mean.withUnsafeMutableBufferPointer { mean in
    inverse.withUnsafeMutableBufferPointer { inverse in
      guard let mean = mean.baseAddress, let inverse = inverse.baseAddress else { return }
      switch x.type {
      case .float32:
        normalize(
          form, x.pointer(Float.self), gamma?.pointer(Float.self), beta?.pointer(Float.self), eps, y.pointer(Float.self),
          mean, inverse)
      case .float64:
        normalize(
          form, x.pointer(Double.self), gamma?.pointer(Double.self), beta?.pointer(Double.self), eps,
          y.pointer(Double.self), mean, inverse)
      }
    }
  }
  return (mean, inverse)
}

private func normalize<S: Element>(
  _ form: GroupForm, _ x: UnsafeMutablePointer<S>, _ gamma: UnsafeMutablePointer<S>?, _ beta: UnsafeMutablePointer<S>?,
  _ eps: Double, _ y: UnsafeMutablePointer<S>, _ mean: UnsafeMutablePointer<Double>,
  _ inverse: UnsafeMutablePointer<Double>
) {
  Parallel.ranges(form.rows, grain: form.grain) { _, range in
    for row in range {
      let (source, target) = (x + row * form.width, y + row * form.width)
      let middle = sumInLanes(form.width) { Double(source[$0]) } / Double(form.width)
      let variance = sumInLanes(form.width) {
        let difference = Double(source[$0]) - middle
        return difference * difference
      } / Double(form.width)
      (mean[row], inverse[row]) = (middle, 1 / (variance + eps).squareRoot())
      let (m, r) = (S(middle), S(inverse[row]))
      for entry in 0..<form.entriesPerRow {
        let scale = r * (gamma?[form.firstEntry(row) + entry] ?? 1)
        let shift = beta?[form.firstEntry(row) + entry] ?? 0
        for i in entry * form.inner..<(entry + 1) * form.inner { target[i] = scale * (source[i] - m) + shift }
      }
    }
  }
}

/// The gradient of x: with ĝ = gamma g and x̂ the normalised x, (ĝ - mean(ĝ) - x̂ mean(ĝ x̂)) / deviation per row.
func normalizeRowsBackward(
  _ form: GroupForm, _ gradient: Tensor, _ x: Tensor, gamma: Tensor?, mean: [Double], inverse: [Double],
  into target: Tensor, adding: Bool
) {
  switch x.type {
  case .float32:
    backward(
      form, gradient.pointer(Float.self), x.pointer(Float.self), gamma?.pointer(Float.self), mean, inverse,
      target.pointer(Float.self), adding)
  case .float64:
    backward(
      form, gradient.pointer(Double.self), x.pointer(Double.self), gamma?.pointer(Double.self), mean, inverse,
      target.pointer(Double.self), adding)
  }
}

private func backward<S: Element>(
  _ form: GroupForm, _ gradient: UnsafeMutablePointer<S>, _ x: UnsafeMutablePointer<S>,
  _ gamma: UnsafeMutablePointer<S>?, _ mean: [Double], _ inverse: [Double], _ target: UnsafeMutablePointer<S>,
  _ adding: Bool
) {
  Parallel.ranges(form.rows, grain: form.grain) { _, range in
    for row in range {
      let (g, source, to) = (gradient + row * form.width, x + row * form.width, target + row * form.width)
      let first = form.firstEntry(row)
      let (m, r) = (S(mean[row]), S(inverse[row]))
      var (sum, product) = (0.0, 0.0)
      for entry in 0..<form.entriesPerRow {
        let scale = gamma?[first + entry] ?? 1
        for i in entry * form.inner..<(entry + 1) * form.inner {
          let value = Double(scale * g[i])
          sum += value
          product += value * (Double(source[i]) - mean[row])
        }
      }
      let a = S(sum / Double(form.width))
      let b = S(product * inverse[row] * inverse[row] / Double(form.width))
      for entry in 0..<form.entriesPerRow {
        let scale = gamma?[first + entry] ?? 1
        for i in entry * form.inner..<(entry + 1) * form.inner {
          let value = r * (scale * g[i] - a - (source[i] - m) * b)
          to[i] = adding ? to[i] + value : value
        }
      }
    }
  }
}

/// The gradients of gamma and beta: sums over samples, in order, an entry by one thread.
func normalizeRowsParameters(
  _ form: GroupForm, _ gradient: Tensor, _ x: Tensor, mean: [Double], inverse: [Double]
) -> (gamma: [Double], beta: [Double]) {
  var gamma = [Double](repeating: 0, count: form.entries)
  var beta = gamma
  gamma.withUnsafeMutableBufferPointer { gamma in
    beta.withUnsafeMutableBufferPointer { beta in
      guard let gamma = gamma.baseAddress, let beta = beta.baseAddress else { return }
      switch x.type {
      case .float32: parameters(form, gradient.pointer(Float.self), x.pointer(Float.self), mean, inverse, gamma, beta)
      case .float64: parameters(form, gradient.pointer(Double.self), x.pointer(Double.self), mean, inverse, gamma, beta)
      }
    }
  }
  return (gamma, beta)
}

private func parameters<S: Element>(
  _ form: GroupForm, _ gradient: UnsafeMutablePointer<S>, _ x: UnsafeMutablePointer<S>, _ mean: [Double],
  _ inverse: [Double], _ gamma: UnsafeMutablePointer<Double>, _ beta: UnsafeMutablePointer<Double>
) {
  let work = form.rows / form.groups * form.inner
  Parallel.ranges(form.entries, grain: max(1, (1 << 14) / max(1, work))) { _, range in
    for row in 0..<form.rows {
      let first = form.firstEntry(row)
      for entry in range where entry >= first && entry < first + form.entriesPerRow {
        let offset = row * form.width + (entry - first) * form.inner
        for i in offset..<offset + form.inner {
          beta[entry] += Double(gradient[i])
          gamma[entry] += Double(gradient[i]) * (Double(x[i]) - mean[row]) * inverse[row]
        }
      }
    }
  }
}
