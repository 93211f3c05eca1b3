// Normalisation of channels by statistics of a batch.
// Assumed checked: x [batch, channels, spatial], statistics and parameters [channels], one element type for all.
// A channel's sums are taken in Double and by one thread, in order.

import Tensors

/// Sizes of a normalisation of [batch, channels, spatial].
struct ChannelForm {
  let batch, channels, spatial: Int

  var perChannel: Int { batch * spatial }
  /// Channels that a thread takes at once.
  fileprivate var grain: Int { max(1, (1 << 14) / max(1, perChannel)) }

  /// Calls the body for the stretches of one channel.
  @inline(__always)
  fileprivate func forEachRow(_ channel: Int, _ body: (_ offset: Int) -> Void) {
    for sample in 0..<batch { body((sample * channels + channel) * spatial) }
  }
}

/// Mean and variance (of all values, not n - 1) of every channel.
struct ChannelStatistics {
  var mean, variance: [Double]
}

func channelStatistics(_ form: ChannelForm, _ x: Tensor) -> ChannelStatistics {
  var result = ChannelStatistics(
    mean: [Double](repeating: 0, count: form.channels), variance: [Double](repeating: 0, count: form.channels))
  result.mean.withUnsafeMutableBufferPointer { mean in
    result.variance.withUnsafeMutableBufferPointer { variance in
      guard let mean = mean.baseAddress, let variance = variance.baseAddress else { return }
      switch x.type {
      case .float32: statistics(form, x.pointer(Float.self), mean, variance)
      case .float64: statistics(form, x.pointer(Double.self), mean, variance)
      }
    }
  }
  return result
}

/// Two passes: the variance from differences to the mean, which keeps its digits.
private func statistics<S: Element>(
  _ form: ChannelForm, _ x: UnsafeMutablePointer<S>, _ mean: UnsafeMutablePointer<Double>,
  _ variance: UnsafeMutablePointer<Double>
) {
  Parallel.ranges(form.channels, grain: form.grain) { _, range in
    for channel in range {
      var total = 0.0
      form.forEachRow(channel) { offset in
        total += sumInLanes(form.spatial) { Double(x[offset + $0]) }
      }
      let middle = total / Double(form.perChannel)
      var squares = 0.0
      form.forEachRow(channel) { offset in
        squares += sumInLanes(form.spatial) {
          let difference = Double(x[offset + $0]) - middle
          return difference * difference
        }
      }
      (mean[channel], variance[channel]) = (middle, squares / Double(form.perChannel))
    }
  }
}

/// The sum of a term for 0..<count, in four chains that do not wait for each other.
@inline(__always)
func sumInLanes(_ count: Int, _ term: (Int) -> Double) -> Double {
  var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
  var i = 0
  while i + 4 <= count {
    a += term(i)
    b += term(i + 1)
    c += term(i + 2)
    d += term(i + 3)
    i += 4
  }
  while i < count {
    a += term(i)
    i += 1
  }
  return (a + b) + (c + d)
}

/// y = scale[c] * x + shift[c]
func affineChannels(_ form: ChannelForm, _ x: Tensor, scale: [Double], shift: [Double], into y: Tensor, adding: Bool) {
  switch x.type {
  case .float32: affine(form, x.pointer(Float.self), scale.map(Float.init), shift.map(Float.init), y.pointer(Float.self), adding)
  case .float64: affine(form, x.pointer(Double.self), scale, shift, y.pointer(Double.self), adding)
  }
}

private func affine<S: Element>(
  _ form: ChannelForm, _ x: UnsafeMutablePointer<S>, _ scale: [S], _ shift: [S], _ y: UnsafeMutablePointer<S>,
  _ adding: Bool
) {
  Parallel.ranges(form.channels, grain: form.grain) { _, range in
    for channel in range {
      let (scale, shift) = (scale[channel], shift[channel])
      form.forEachRow(channel) { offset in
        if adding {
          for i in offset..<offset + form.spatial { y[i] += scale * x[i] + shift }
        } else {
          for i in offset..<offset + form.spatial { y[i] = scale * x[i] + shift }
        }
      }
    }
  }
}

/// Per channel: the sum of the gradient, and of the gradient times (x - mean).
func channelGradients(_ form: ChannelForm, _ gradient: Tensor, _ x: Tensor, mean: [Double]) -> (sums: [Double], products: [Double]) {
  var sums = [Double](repeating: 0, count: form.channels)
  var products = sums
  sums.withUnsafeMutableBufferPointer { sums in
    products.withUnsafeMutableBufferPointer { products in
      guard let sums = sums.baseAddress, let products = products.baseAddress else { return }
      switch x.type {
      case .float32: gradients(form, gradient.pointer(Float.self), x.pointer(Float.self), mean, sums, products)
      case .float64: gradients(form, gradient.pointer(Double.self), x.pointer(Double.self), mean, sums, products)
      }
    }
  }
  return (sums, products)
}

private func gradients<S: Element>(
  _ form: ChannelForm, _ gradient: UnsafeMutablePointer<S>, _ x: UnsafeMutablePointer<S>, _ mean: [Double],
  _ sums: UnsafeMutablePointer<Double>, _ products: UnsafeMutablePointer<Double>
) {
  Parallel.ranges(form.channels, grain: form.grain) { _, range in
    for channel in range {
      let middle = mean[channel]
      form.forEachRow(channel) { offset in
        sums[channel] += sumInLanes(form.spatial) { Double(gradient[offset + $0]) }
        products[channel] += sumInLanes(form.spatial) {
          Double(gradient[offset + $0]) * (Double(x[offset + $0]) - middle)
        }
      }
    }
  }
}

/// target = a[c] * gradient + b[c] * (x - mean[c]) + d[c]: the gradient of a normalisation by the batch's statistics.
func batchNormBackward(
  _ form: ChannelForm, _ gradient: Tensor, _ x: Tensor, mean: [Double], a: [Double], b: [Double], d: [Double],
  into target: Tensor, adding: Bool
) {
  switch x.type {
  case .float32:
    backward(
      form, gradient.pointer(Float.self), x.pointer(Float.self), mean.map(Float.init), a.map(Float.init),
      b.map(Float.init), d.map(Float.init), target.pointer(Float.self), adding)
  case .float64:
    backward(
      form, gradient.pointer(Double.self), x.pointer(Double.self), mean, a, b, d, target.pointer(Double.self), adding)
  }
}

private func backward<S: Element>(
  _ form: ChannelForm, _ gradient: UnsafeMutablePointer<S>, _ x: UnsafeMutablePointer<S>, _ mean: [S], _ a: [S],
  _ b: [S], _ d: [S], _ target: UnsafeMutablePointer<S>, _ adding: Bool
) {
  Parallel.ranges(form.channels, grain: form.grain) { _, range in
    for channel in range {
      let (mean, a, b, d) = (mean[channel], a[channel], b[channel], d[channel])
      form.forEachRow(channel) { offset in
        if adding {
          for i in offset..<offset + form.spatial { target[i] += a * gradient[i] + b * (x[i] - mean) + d }
        } else {
          for i in offset..<offset + form.spatial { target[i] = a * gradient[i] + b * (x[i] - mean) + d }
        }
      }
    }
  }
}
