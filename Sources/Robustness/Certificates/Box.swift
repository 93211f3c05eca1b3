// Boxes of inputs or features: an interval for each value.

import Learning
import Tensors

/// Values of a batch known up to intervals: low and high are [batch, ...] in Double.
package struct Box {
  package let low, high: Tensor

  package init(_ low: Tensor, _ high: Tensor) { (self.low, self.high) = (low, high) }

  /// All points within eps of the samples in each value, inside the data range.
  init(around samples: Tensor, eps: Double, low: Double, high: Double) {
    let (below, above) = (Tensor(uninitialized: .float64, samples.shape), Tensor(uninitialized: .float64, samples.shape))
    for i in 0..<samples.count {
      below[i] = max(low, samples[i] - eps)
      above[i] = min(high, samples[i] + eps)
    }
    self.init(below, above)
  }

  var shape: [Int] { low.shape }

  /// Boxes of parts of the same samples, along the axis after the batch, or of further samples.
  init(joining parts: [Box], axis: Int = 1) throws {
    func join(_ values: [Tensor]) throws -> Tensor { try Variable.concat(values.map { Variable($0) }, axis: axis).value }
    self.init(try join(parts.map(\.low)), try join(parts.map(\.high)))
  }

  /// A little larger: by what arithmetic in Float may move values of a model.
  var widened: Box {
    let (low, high) = (low.copy(), high.copy())
    for i in 0..<low.count {
      low[i] -= 1e-6 * max(1, abs(low[i]))
      high[i] += 1e-6 * max(1, abs(high[i]))
    }
    return Box(low, high)
  }

  func reshaped(_ shape: [Int]) -> Box { Box(low.reshaped(shape), high.reshaped(shape)) }

  /// The middle and half the width of each interval.
  var centreAndRadius: (centre: Tensor, radius: Tensor) {
    let (centre, radius) = (Tensor(uninitialized: .float64, shape), Tensor(uninitialized: .float64, shape))
    let (a, b) = (low.doubles, high.doubles)
    for i in 0..<low.count {
      centre[i] = (a[i] + b[i]) / 2
      radius[i] = (b[i] - a[i]) / 2
    }
    return (centre, radius)
  }

  /// Both ends put in order: what a map that is monotone in each value alone, one way or the other, makes of the ends.
  static func ordered(_ a: Tensor, _ b: Tensor) -> Box {
    let (low, high) = (Tensor(uninitialized: .float64, a.shape), Tensor(uninitialized: .float64, a.shape))
    for i in 0..<a.count {
      low[i] = min(a[i], b[i])
      high[i] = max(a[i], b[i])
    }
    return Box(low, high)
  }

  static func + (a: Box, b: Box) -> Box {
    let (low, high) = (a.low.copy(), a.high.copy())
    for i in 0..<low.count {
      low[i] += b.low[i]
      high[i] += b.high[i]
    }
    return Box(low, high)
  }
}
