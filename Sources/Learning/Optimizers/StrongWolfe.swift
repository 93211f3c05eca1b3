// A line search: how far to go along a direction of descent.

import Glibc

/// Nocedal and Wright 2006, algorithms 3.5 (bracketing) and 3.6 (zoom, with cubic interpolation): a step t with
///
///     f(t) ≤ f(0) + c1 t f'(0)   and   |f'(t)| ≤ c2 |f'(0)|,   c1 = 10⁻⁴, c2 = 0.9
struct StrongWolfe {
  var c1 = 1e-4, c2 = 0.9
  /// Evaluations at most.
  var limit = 25

  struct Point {
    var t, value, slope: Double
    var gradient: [Double]
  }

  /// The step found, or the lowest one that was seen; nil when none is lower than the start.
  func run(
    trial: Double, value start: Double, slope: Double,
    _ evaluate: (Double) throws -> (value: Double, slope: Double, gradient: [Double])
  ) throws -> Point? {
    var left = limit
    var lowest: Point?
    func at(_ t: Double) throws -> Point {
      left -= 1
      let (value, slope, gradient) = try evaluate(t)
      let point = Point(t: t, value: value, slope: slope, gradient: gradient)
      if value.isFinite, value < lowest?.value ?? start { lowest = point }
      return point
    }
    func isTooHigh(_ point: Point) -> Bool {
      !(point.value <= start + c1 * point.t * slope)
    }
    func isFlat(_ point: Point) -> Bool { abs(point.slope) <= -c2 * slope }

    /// Between a low end and a high one, in either order.
    func zoom(_ from: Point, _ to: Point) throws -> Point? {
      var (low, high) = (from, to)
      while left > 0 {
        let width = high.t - low.t
        if abs(width) * abs(slope) < 1e-16 * max(1, abs(start)) { break }
        var t = minimum(low, high)
        // Not too close to the ends, where a cubic would creep.
        let (near, far) = (low.t + 0.1 * width, low.t + 0.9 * width)
        if !t.isFinite || t < min(near, far) || t > max(near, far) { t = low.t + 0.5 * width }
        let point = try at(t)
        if isTooHigh(point) || point.value >= low.value {
          high = point
        } else {
          if isFlat(point) { return point }
          if point.slope * width >= 0 { high = low }
          low = point
        }
      }
      return lowest
    }

    var previous = Point(t: 0, value: start, slope: slope, gradient: [])
    var t = trial
    while left > 0 {
      let point = try at(t)
      if isTooHigh(point) || (previous.t > 0 && point.value >= previous.value) {
        return try zoom(previous, point)
      }
      if isFlat(point) { return point }
      if point.slope >= 0 { return try zoom(point, previous) }
      previous = point
      t *= 2
    }
    return lowest
  }

  /// The minimum of the cubic through both values and slopes (Nocedal and Wright 2006, equation 3.59).
  private func minimum(_ a: Point, _ b: Point) -> Double {
    let d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t)
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0 else { return .nan }
    let d2 = (b.t > a.t ? 1 : -1) * square.squareRoot()
    return b.t - (b.t - a.t) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
  }
}
