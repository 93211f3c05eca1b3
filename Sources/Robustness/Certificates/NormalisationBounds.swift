// Layer and group normalisation over boxes, and linear functions around them.

import Learning
import Tensors

/// What both kinds have in common: groups of `width` neighbouring values are centred and divided by their deviation.
private struct Normalisation {
  let width: Int
  let eps: Double
  /// For each value of a sample.
  let gamma, beta: [Double]

  /// Bounds of x_i - mean and of √(variance + eps) over a box of one group.
  private func parts(_ low: ArraySlice<Double>, _ high: ArraySlice<Double>) -> (
    low: [Double], high: [Double], least: Double, most: Double
  ) {
    let n = Double(width)
    let (a, b) = (Array(low), Array(high))
    let (sumLow, sumHigh) = (a.reduce(0, +), b.reduce(0, +))
    // x_i counts (n - 1)/n for itself and -1/n for each other.
    let below = (0..<width).map { (a[$0] * (n - 1) - (sumHigh - b[$0])) / n }
    let above = (0..<width).map { (b[$0] * (n - 1) - (sumLow - a[$0])) / n }
    let size = (0..<width).reduce(1e-300) { max($0, max(abs(a[$1]), abs(b[$1]))) }
    let middle = (sumLow + sumHigh) / (2 * n)
    // The variance is the least mean square distance to any number, so that to the middle bounds it from above.
    let most = (0..<width).reduce(0) { sum, i in
      let d = max(abs(a[i] - middle), abs(b[i] - middle))
      return sum + d * d
    } / n
    let slack = 1e-12 * size
    return (
      below.map { $0 - slack }, above.map { $0 + slack },
      (max(0, leastVariance(a, b) - 1e-12 * size * size) + eps).squareRoot(),
      (most + 1e-12 * size * size + eps).squareRoot()
    )
  }

  /// The least variance of points of a box: that of the points nearest to one number m, for the best m.  Mean squares of the
  /// distances are convex in m; what bisection leaves open is taken off.
  private func leastVariance(_ low: [Double], _ high: [Double]) -> Double {
    var (p, q) = (low.min() ?? 0, high.max() ?? 0)
    func distances(_ m: Double) -> (square: Double, slope: Double) {
      var (square, slope) = (0.0, 0.0)
      for i in 0..<width {
        let d = m < low[i] ? m - low[i] : m > high[i] ? m - high[i] : 0
        square += d * d
        slope += 2 * d
      }
      return (square / Double(width), slope / Double(width))
    }
    for _ in 0..<60 {
      let m = (p + q) / 2
      if distances(m).slope < 0 { p = m } else { q = m }
    }
    let last = distances(p)
    return max(0, last.square - abs(last.slope) * (q - p))
  }

  func bound(_ box: Box) -> Box {
    let (low, high) = (box.low.doubles, box.high.doubles)
    let found = Parallel.map(low.count / width, grain: max(1, 4096 / width)) { group -> [(Double, Double)] in
      let range = group * width..<(group + 1) * width
      let parts = parts(low[range], high[range])
      // As the variance is at least d²/(n - 1) where one value is d from the mean, no value leaves ±√(n - 1).
      func outermost(_ d: Double) -> Double {
        d / max(parts.least, (d * d / Double(max(1, width - 1)) + eps).squareRoot())
      }
      return (0..<width).map { i in
        let (a, b) = (parts.low[i], parts.high[i])
        let (y, z) = (a >= 0 ? a / parts.most : outermost(a), b <= 0 ? b / parts.most : outermost(b))
        let place = (range.lowerBound + i) % gamma.count
        let (first, second) = (gamma[place] * y + beta[place], gamma[place] * z + beta[place])
        let slack = 1e-12 * (abs(first) + abs(second))
        return (min(first, second) - slack, max(first, second) + slack)
      }
    }
    let all = found.flatMap { $0 }
    return Box(Tensor(all.map(\.0), box.shape), Tensor(all.map(\.1), box.shape))
  }

  /// y = gamma s d + beta with d = x - mean and 1/s in the deviation's range.  Where d changes its sign the least of s d is
  /// concave in d and the most convex, so chords bound both.
  func relaxation(_ box: Box) -> Relaxation {
    let (low, high) = (box.low.doubles, box.high.doubles)
    var band = Band(identity: box.shape)
    for group in 0..<low.count / width {
      let range = group * width..<(group + 1) * width
      let parts = parts(low[range], high[range])
      let (least, most) = (1 / parts.most, 1 / parts.least)
      for i in 0..<width {
        let (a, b) = (parts.low[i], parts.high[i])
        let place = range.lowerBound + i
        let (gamma, beta) = (gamma[place % gamma.count], beta[place % gamma.count])
        let below = chord(a, (a < 0 ? most : least) * a, b, (b < 0 ? most : least) * b)
        let above = chord(a, (a < 0 ? least : most) * a, b, (b < 0 ? least : most) * b)
        let (first, second) = gamma >= 0 ? (below, above) : (above, below)
        band.set(
          place, low: Line(slope: gamma * first.slope, offset: gamma * first.offset + beta),
          high: Line(slope: gamma * second.slope, offset: gamma * second.offset + beta))
      }
    }
    return .chain([.centre(width: width), .band(band)])
  }
}

extension LayerNormLayer: BoundedLayer {
  private var form: Normalisation {
    let shape = inputShape ?? []
    let width = (axes == 0 ? shape : Array(shape.suffix(axes))).reduce(1, *)
    return Normalisation(
      width: width, eps: eps, gamma: gamma?.value.doubles ?? Array(repeating: 1, count: width),
      beta: beta?.value.doubles ?? Array(repeating: 0, count: width))
  }
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { form.bound(box) }
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation { form.relaxation(box) }
  var tightens: Tightening { .all }
}

extension GroupNormLayer: BoundedLayer {
  private var form: Normalisation {
    let shape = inputShape ?? []
    let (channels, spatial) = (shape[0], shape.dropFirst().reduce(1, *))
    func spread(_ values: [Double]?, _ usual: Double) -> [Double] {
      (0..<channels * spatial).map { values?[$0 / spatial] ?? usual }
    }
    return Normalisation(
      width: channels / groups * spatial, eps: eps, gamma: spread(gamma?.value.doubles, 1),
      beta: spread(beta?.value.doubles, 0))
  }
  func bound(_ box: Box, _ settings: BoundSettings) throws -> Box { form.bound(box) }
  func relaxation(_ box: Box, _ out: Box, _ settings: BoundSettings) throws -> Relaxation { form.relaxation(box) }
  var tightens: Tightening { .all }
}
